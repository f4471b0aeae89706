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

# Names below which anybody rents one: two of them are two strangers, though the last two labels are the same.
_RENTED = frozenset(
    """
    altervista.org appspot.com azurewebsites.net blogspot.com br.com co.com de.com duckdns.org dyndns.org
    eu.com eu.org firebaseapp.com github.io gitlab.io gb.net herokuapp.com myshopify.com netlify.app
    no-ip.org onmicrosoft.com pages.dev sharepoint.com uk.com us.com vercel.app web.app wixsite.com
    wordpress.com workers.dev za.com
    """.split()  # noqa: SIM905
)
# Help desks and the like: a client's people write through them, each client below a name of its own.
_SERVICES = frozenset(
    """
    atlassian.net basecamp.com desk.com docusign.net freshdesk.com freshservice.com front.com gorgias.com
    helpscout.net hubspot.com intercom-mail.com jira.com monday.com on.spiceworks.com reamaze.com
    salesforce.com teamwork.com trello.com zendesk.com zohodesk.com
    """.split()  # noqa: SIM905
)


def organisation(domain: str) -> str:
    """The domain that an organisation registers: ``mail.acme.co.uk`` gives ``acme.co.uk``."""
    labels = [label for label in domain.strip(".").lower().split(".") if label]
    if len(labels) >= 3 and is_shared_suffix(".".join(labels[-2:])):
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def is_service(domain: str) -> bool:
    """Whether it is a help desk's or the like, through which other firms' people write."""
    return organisation(domain) in _SERVICES or ".".join(domain.lower().split(".")[-2:]) in _SERVICES


def is_freemail(domain: str) -> bool:
    """Whether anybody can have an address there."""
    return domain.strip(".").lower() in _FREEMAIL or organisation(domain) in _FREEMAIL


def is_shared_suffix(domain: str) -> bool:
    """Whether names are sold below it, so that it belongs to nobody: ``co.uk``."""
    name = domain.strip(".").lower()
    labels = name.split(".")
    if len(labels) < 2 or name in _RENTED or name in _SERVICES:
        return True
    return len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVEL


def is_same_organisation(one: str, other: str) -> bool:
    """Whether two domains belong to one organisation; two freemail users never do."""
    return bool(one) and organisation(one) == organisation(other) and not is_freemail(one)
