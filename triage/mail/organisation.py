"""Whether two mail domains belong to one organisation."""

from __future__ import annotations

# Second-level labels under which a country sells names, so that three labels make an organisation's domain.
_SECOND_LEVEL = frozenset(
    ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob", "gouv", "ltd", "plc", "me", "sch", "nom", "adv", "eng", "asso", "tm", "k12", "in", "web"]
)
# Names under which anybody can be anybody: two addresses there are two strangers.
_FREEMAIL = frozenset(
    ["gmail.com", "googlemail.com", "outlook.com", "outlook.de", "outlook.fr", "outlook.es", "outlook.it", "hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.fr", "hotmail.it", "hotmail.es", "live.com", "live.de", "live.fr", "live.nl", "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.it", "yahoo.es", "ymail.com", "rocketmail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "mail.de", "posteo.de", "mailbox.org", "proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.io", "tutamail.com", "fastmail.com", "hey.com", "zoho.com", "mail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "tin.it", "ziggo.nl", "kpnmail.nl", "xs4all.nl", "planet.nl", "home.nl", "telenet.be", "skynet.be", "bluewin.ch", "hispeed.ch", "uol.com.br", "bol.com.br", "terra.com.br", "sapo.pt", "mail.ru", "yandex.ru", "yandex.com", "rambler.ru", "bk.ru", "inbox.ru", "list.ru", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "centrum.cz", "abv.bg", "qq.com", "163.com", "126.com", "naver.com", "daum.net", "btinternet.com", "sky.com", "virginmedia.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "cox.net", "bellsouth.net", "telia.com", "online.no", "hotmail.se", "live.se", "ukr.net", "rediffmail.com"]
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


def is_same_organisation(one: str, other: str) -> bool:
    """Whether two domains belong to one organisation; two freemail users never do."""
    return bool(one) and organisation(one) == organisation(other) and not is_freemail(one)
