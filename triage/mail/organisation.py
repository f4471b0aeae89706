"""Whether two mail domains belong to one organisation."""

from __future__ import annotations

# Second-level labels under which a country sells names, so that three labels make an organisation's domain.
_SECOND_LEVEL = frozenset(
    """
    ac adv asso co com edu eng go gob gouv gov in k12 ltd me ne net nom or org plc sch tm web
    """.split()  # noqa: SIM905 – a list would be a column of a hundred lines
)
# Names under which anybody can be anybody: two addresses there are two strangers.
_FREEMAIL = frozenset(
    """
    126.com 163.com abv.bg alice.it aol.com att.net bellsouth.net bk.ru bluewin.ch bol.com.br
    btinternet.com centrum.cz comcast.net cox.net daum.net fastmail.com free.fr freenet.de gmail.com
    gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hispeed.ch home.nl hotmail.co.uk
    hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.se icloud.com inbox.ru
    interia.pl kpnmail.nl laposte.net libero.it list.ru live.com live.de live.fr live.nl live.se
    mac.com mail.com mail.de mail.ru mailbox.org me.com msn.com naver.com o2.pl onet.pl online.no
    orange.fr outlook.com outlook.de outlook.es outlook.fr outlook.it planet.nl pm.me posteo.de
    proton.me protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com sapo.pt sbcglobal.net
    seznam.cz sfr.fr sky.com skynet.be t-online.de telenet.be telia.com terra.com.br tin.it
    tiscali.it tuta.io tutamail.com tutanota.com ukr.net uol.com.br verizon.net virgilio.it
    virginmedia.com wanadoo.fr web.de wp.pl xs4all.nl yahoo.co.uk yahoo.com yahoo.de yahoo.es
    yahoo.fr yahoo.it yandex.com yandex.ru ymail.com ziggo.nl zoho.com
    """.split()  # noqa: SIM905 – a list would be a column of a hundred lines
)


def organisation(domain: str) -> str:
    """The domain that an organisation registers: ``mail.acme.co.uk`` gives ``acme.co.uk``."""
    labels = [label for label in domain.strip(".").lower().split(".") if label]
    if len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def is_freemail(domain: str) -> bool:
    """Whether anybody can have an address there."""
    return domain.strip(".").lower() in _FREEMAIL or organisation(domain) in _FREEMAIL


def is_shared_suffix(domain: str) -> bool:
    """Whether names are sold below it, so that it belongs to nobody: ``co.uk``."""
    labels = domain.strip(".").lower().split(".")
    return len(labels) < 2 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVEL)


def is_same_organisation(one: str, other: str) -> bool:
    """Whether two domains belong to one organisation; two freemail users never do."""
    return bool(one) and organisation(one) == organisation(other) and not is_freemail(one)
