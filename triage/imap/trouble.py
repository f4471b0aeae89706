"""Every way an IMAP connection can fail, turned into one of the program's errors with one sentence each.

The sentences name host and port and say what to do. They never hold the user's address, a secret or the
server's own words, which may hold either.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from typing import Literal

from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, ProtocolError

from triage.errors import (
    AppendRefused,
    FolderMissing,
    LoginRefused,
    MailboxFull,
    MailboxUnreachable,
    SessionExpired,
    WorldError,
)

Doing = Literal["login", "open", "append", "read"]

#: What imapclient and imaplib raise. ValueError and its like come from answers they could not take apart.
LIBRARY_ERRORS = (IMAPClientError, OSError, EOFError, ValueError, IndexError, TypeError, RecursionError)

#: The subset that comes from taking a complete answer apart: the connection itself is still in step.
UNREADABLE_ANSWERS = (ProtocolError, ValueError, IndexError, TypeError, RecursionError)

_Kind = type[WorldError]
_LATER = "nothing is lost, the next pass tries again."

#: Response codes (RFC 5530, RFC 9208) that mean the same whatever was asked.
_BY_CODE: Mapping[str, tuple[_Kind, str]] = {
    "AUTHENTICATIONFAILED": (
        LoginRefused,
        "{where} refuses this user name and password: check `username` and store the password again with "
        "`triage init`; many providers want an app password.",
    ),
    "AUTHORIZATIONFAILED": (
        LoginRefused,
        "{where} knows this login but gives it no access to a mailbox: check `username` or ask the provider.",
    ),
    "EXPIRED": (
        LoginRefused,
        "The password for {where} has expired: set a new one there and store it with `triage init`.",
    ),
    "WEBALERT": (
        LoginRefused,
        "{where} wants you to sign in on the provider's web page first: do that once, then try again.",
    ),
    "CONTACTADMIN": (LoginRefused, "{where} has locked this login: ask the provider to open it again."),
    "PRIVACYREQUIRED": (
        LoginRefused,
        '{where} takes no login without encryption: set security to "tls" or "starttls".',
    ),
    "UNAVAILABLE": (
        MailboxUnreachable,
        "{where} answers but its mail store is down for the moment: " + _LATER,
    ),
    "INUSE": (MailboxUnreachable, "Another program holds the mailbox on {where} right now: " + _LATER),
    "LIMIT": (
        MailboxUnreachable,
        "{where} allows no more connections or commands right now: close other mail programs; " + _LATER,
    ),
    "SERVERBUG": (MailboxUnreachable, "{where} reports a fault of its own: " + _LATER),
    "CORRUPTION": (
        MailboxUnreachable,
        "{where} reports damaged mail storage: ask the provider to repair it.",
    ),
    "OVERQUOTA": (
        MailboxFull,
        "The mailbox on {where} is full: delete or archive mail there, then the next pass writes the draft.",
    ),
    "NONEXISTENT": (FolderMissing, 'There is no folder "{folder}" on {where}: correct the key `{key}`.'),
    "TRYCREATE": (FolderMissing, 'There is no folder "{folder}" on {where}: correct the key `{key}`.'),
}

#: Codes whose meaning depends on what was asked.
_BY_TASK: Mapping[tuple[Doing, str], tuple[_Kind, str]] = {
    ("append", "NOPERM"): (
        AppendRefused,
        '{where} does not let this login write to the folder "{folder}": name another with the key `{key}`, '
        "or ask for the right to write there.",
    ),
    ("append", "LIMIT"): (
        AppendRefused,
        'The folder "{folder}" on {where} takes no more messages: clear it up.',
    ),
    ("open", "NOPERM"): (
        FolderMissing,
        'This login may not read the folder "{folder}" on {where}: correct `{key}` or ask for the right.',
    ),
}

#: What servers say in words alone: Courier "[ALERT] You exceeded your mail quota.", Cyrus "Over quota" and
#: "Permission denied", Courier "Access denied for APPEND".
_BY_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\bover[- ]?quota\b|\bexceed\w*\b.*\bquota\b|\bquota\b.*\bexceed", re.IGNORECASE),
        "OVERQUOTA",
    ),
    (re.compile(r"\b(permission|access) denied\b", re.IGNORECASE), "NOPERM"),
)

_OTHERWISE: Mapping[Doing, tuple[_Kind, str]] = {
    "login": (
        LoginRefused,
        "{where} refuses the login: check `username` and the stored password or token (`triage init`); many "
        "providers want an app password.",
    ),
    "open": (FolderMissing, 'The folder "{folder}" on {where} can\'t be opened: correct the key `{key}`.'),
    "append": (
        AppendRefused,
        '{where} refuses to store a draft in "{folder}": try to save one there with a mail program, or name '
        "another folder with the key `{key}`.",
    ),
    "read": (MailboxUnreachable, "{where} refuses a command: " + _LATER),
}

#: Failures of the connection itself, the more special first.
_BY_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (
        ssl.SSLError,
        "No encrypted connection to {where} can be made: if this network wants you to sign in on a web page "
        '(hotel, train), do that; else check `port` and `security` ("tls" is usual on port 993, "starttls" '
        "on 143).",
    ),
    (
        TimeoutError,
        "{where} does not answer in time: check the network, `host`, `port` and `security`; " + _LATER,
    ),
    (socket.gaierror, "The name in {where} can't be found: check `host` and the network; " + _LATER),
    (ConnectionRefusedError, "Nothing listens at {where}: check `host` and `port`; " + _LATER),
    (OSError, "The connection to {where} can't be made or broke: check the network; " + _LATER),
    (EOFError, "{where} closed the connection: " + _LATER),
    (
        IMAPClientAbortError,
        "{where} closed the connection or broke off in the middle of an answer: " + _LATER,
    ),
    (CapabilityError, "{where} lacks something this account needs: run `triage doctor`."),
)
#: The farewells of servers that end a session with its token: Exchange "Session invalidated -
#: AccessTokenExpired", Gmail "Session expired, please login again."
_EXPIRED = re.compile(r"access ?token ?expired|token (has )?expired|session (has )?expired", re.IGNORECASE)
_SESSION_OVER = (
    "{where} has ended the session because its sign-in token is over: the next pass signs in anew."
)
#: What answers in place of the mail server, most often a network that wants a sign-in on a web page first.
FOREIGN = (
    "What answers at {where} is no mail server: if this network wants you to sign in on a web page (hotel, "
    "train), do that; else check `host`, `port` and `security`."
)
_UNREADABLE = "{where} sent an answer that can't be understood: " + _LATER

_CODE = re.compile(r"\[([A-Z][A-Z-]+)(?=[\] ])")


def response_code(text: str) -> str:
    """The first response code (``[OVERQUOTA]`` → ``OVERQUOTA``) in a server's words, or nothing."""
    found = _CODE.search(text)
    return found.group(1) if found else ""


def is_fatal(error: BaseException) -> bool:
    """Whether the connection can't be used any more; after a NO, a BAD or a mere parse error it can."""
    if isinstance(error, OSError | EOFError | IMAPClientAbortError):
        return True
    return not isinstance(error, IMAPClientError)


def explained(
    error: BaseException, where: str, doing: Doing, folder: str, key: str, farewell: str = ""
) -> WorldError:
    """The program's own error for one that the library raised; ``farewell``: what the server's BYE said."""
    if is_fatal(error) and _EXPIRED.search(f"{error} {farewell}"):
        return SessionExpired(_SESSION_OVER.format(where=where))
    kind, sentence = _chosen(error, doing)
    return kind(sentence.format(where=where, folder=folder, key=key))


def _chosen(error: BaseException, doing: Doing) -> tuple[_Kind, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxUnreachable, _certificate_sentence(error)
    told = _told(str(error), doing) if isinstance(error, IMAPClientError) else None
    if told:
        return told
    for kind, sentence in _BY_TYPE:
        if isinstance(error, kind):
            return MailboxUnreachable, sentence
    if isinstance(error, IMAPClientError) and not isinstance(error, ProtocolError):
        return _OTHERWISE[doing]
    return MailboxUnreachable, _UNREADABLE


def _told(words: str, doing: Doing) -> tuple[_Kind, str] | None:
    """What a refusal says by its code, or for a draft by its words."""
    codes = [response_code(words)]
    if doing == "append":
        codes += [code for pattern, code in _BY_WORDS if pattern.search(words)]
    found = (_BY_TASK.get((doing, code)) or _BY_CODE.get(code) for code in codes)
    return next(filter(None, found), None)


def _certificate_sentence(error: ssl.SSLCertVerificationError) -> str:
    why = str(error.verify_message).rstrip(".").replace("{", "(").replace("}", ")")
    return (
        f"The certificate of {{where}} can't be trusted ({why}): check `host`; for a server with its own "
        "certificate authority name its file with the key `ca_file`; on a network that wants a sign-in on a "
        "web page first (hotel, train), do that."
    )
