"""Providers whose servers can't be had in a test, as their documentation and their users tell of them."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.rig.pretend_mail import Habits


def _without(raw: bytes, *names: bytes) -> bytes:
    """A message without these headers."""
    for name in names:
        raw = re.sub(rb"(?mis)^%s:.*?\r\n(?=\S|\r\n)" % name, b"", raw, count=1)
    return raw


def as_exchange_stores(raw: bytes) -> bytes:
    """Exchange keeps no bytes: headers in its own order and folding, more of them, the text encoded anew."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = [re.sub(rb"\r\n\s+", b" ", one) for one in re.split(rb"\r\n(?=\S)", head)]
    added = [b"X-MS-Has-Attach:", b"X-MS-Exchange-Organization-SCL: -1", b"Thread-Index: AdXk1w=="]
    return b"\r\n".join([*sorted(fields), *added]) + b"\r\n\r\n" + body.rstrip() + b"\r\n\r\n"


def as_proton_stores(raw: bytes) -> bytes:
    """The Bridge imports a draft: its own Message-ID, no References, headers of its own."""
    kept = _without(raw, b"References", b"Message-ID")
    return b"Message-ID: <q7Zx@protonmail.internalid>\r\nX-Pm-Internal-Id: q7Zx\r\n" + kept


def as_courier_stores(raw: bytes) -> bytes:
    """Lines ended twice and one more at the end."""
    return raw + b"\r\n"


_GMAIL_FOLDERS = {
    "INBOX": "\\HasNoChildren",
    "[Gmail]": "\\HasChildren \\Noselect",
    "[Gmail]/Alle Nachrichten": "\\All \\HasNoChildren",
    "[Gmail]/Entw&APw-rfe": "\\Drafts \\HasNoChildren",
    "[Gmail]/Gesendet": "\\HasNoChildren \\Sent",
    "[Gmail]/Papierkorb": "\\HasNoChildren \\Trash",
}
GMAIL = Habits(
    capabilities="UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE"
    " MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584",
    folders=_GMAIL_FOLDERS,
    drafts="[Gmail]/Entw&APw-rfe",
    sent="[Gmail]/Gesendet",
    shared="[Gmail]/Alle Nachrichten",
    expunged_to="[Gmail]/Papierkorb",
    index_lag=3,
    forgets_twins=True,
    most_connections=15,
)
_EXCHANGE_FOLDERS = {"Inbox": "\\Marked", "Drafts": "", "Sent Items": "", "Deleted Items": "", "Outbox": ""}
MICROSOFT = Habits(
    capabilities="AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+",
    folders={"INBOX": "", **_EXCHANGE_FOLDERS},
    sent="Sent Items",
    permanent_flags="\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent",
    rewrite=as_exchange_stores,
    index_lag=20,
)
OUTLOOK = replace(MICROSOFT, tells_appenduid=False, view_lag=2)
PROTON = Habits(
    capabilities="ID IDLE MOVE STARTTLS UIDPLUS UNSELECT",
    folders={"INBOX": "", "Drafts": "\\Drafts", "Sent": "\\Sent", "All Mail": "\\All", "Trash": "\\Trash"},
    rewrite=as_proton_stores,
    shared="All Mail",
)
YAHOO = Habits(
    capabilities="IDLE NAMESPACE UIDPLUS ID LITERAL+ CHILDREN XAPPLEPUSHSERVICE AUTH=XYMCOOKIE",
    folders={"INBOX": "", "Draft": "", "Sent": "", "Bulk Mail": "", "Trash": ""},
    drafts="Draft",
    most_connections=5,
)
ICLOUD = Habits(
    capabilities="XAPPLEPUSHSERVICE UIDPLUS IDLE ESEARCH CONDSTORE QRESYNC QUOTA NAMESPACE",
    folders={"INBOX": "", "Drafts": "", "Sent Messages": "", "Deleted Messages": "", "Notes": ""},
    sent="Sent Messages",
)
COURIER = Habits(
    capabilities="UIDPLUS CHILDREN NAMESPACE THREAD=REFERENCES SORT QUOTA IDLE ACL ENABLE",
    folders={"INBOX": "\\Unmarked", "INBOX.Drafts": "", "INBOX.Sent": "", "INBOX.Trash": ""},
    drafts="INBOX.Drafts",
    sent="INBOX.Sent",
    delimiter=".",
    prefix="INBOX.",
    tells_uidnext=False,
    star_in_search=False,
    rewrite=as_courier_stores,
)
CYRUS = Habits(
    capabilities="LOGINDISABLED LITERAL+ ID ENABLE MUPDATE ACL RIGHTS=kxten QUOTA NAMESPACE UIDPLUS UNSELECT"
    " CHILDREN SORT IDLE CONDSTORE QRESYNC SPECIAL-USE METADATA",
    folders={"INBOX": "", "INBOX/Drafts": "", "INBOX/Sent": "", "INBOX/Trash": ""},
    drafts="INBOX/Drafts",
    sent="INBOX/Sent",
    prefix="INBOX/",
    chatter=b"* OK [ALERT] Mailbox is at 91% of quota",
)
STALWART = Habits(
    capabilities="IMAP4rev2 IDLE NAMESPACE UIDPLUS UNSELECT ENABLE UTF8=ACCEPT LITERAL+ OBJECTID SPECIAL-USE",
    folders={"INBOX": "", "Drafts": "\\Drafts", "Sent Items": "\\Sent", "Deleted Items": "\\Trash"},
    sent="Sent Items",
)
BARE = Habits(
    capabilities="",
    folders={"INBOX": "", "Drafts": "", "Sent": ""},
    delimiter="",
    tells_appenduid=False,
)
WINDOWS = Habits(
    capabilities="UIDPLUS",
    folders={"INBOX": "", "Mail": "\\Noselect", "Mail\\Drafts": "", "Mail\\Sent Items": ""},
    drafts="Mail\\Drafts",
    sent="Mail\\Sent Items",
    delimiter="\\",
)
#: Untagged words at every moment: another program reads, deletes and gets mail.
TALKATIVE = Habits(
    chatter=b"* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n* OK [CLOSED] x\r\n* 1 RECENT\r\n* FLAGS (\\Seen)"
)

PROVIDERS: dict[str, Habits] = {
    "Gmail": GMAIL,
    "Microsoft 365": MICROSOFT,
    "Outlook.com": OUTLOOK,
    "Proton Bridge": PROTON,
    "Yahoo": YAHOO,
    "iCloud": ICLOUD,
    "Courier": COURIER,
    "Cyrus": CYRUS,
    "Stalwart": STALWART,
    "no extension at all": BARE,
    "backslashes": WINDOWS,
    "talkative": TALKATIVE,
}
