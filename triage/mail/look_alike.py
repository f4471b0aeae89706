"""Senders that imitate a known client: letters drawn alike, a letter's difference, a known name elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from triage.mail.message import Address
from triage.mail.organisation import is_freemail, is_same_organisation, is_service, organisation
from triage.mail.skeleton import decoded, latin, skeleton

MIN_LABEL = 4
# From here on a name is so much its owner's that one letter's difference, or a word added, is no accident.
OWN_NAME = 7
MAX_NAME = 500
_EMAIL_IN_NAME = re.compile(r"[^\s<>\"'()\[\]@]{1,64}@[^\s<>\"'()\[\]@]{1,190}\.[a-z]{2,24}", re.IGNORECASE)
# Words that a fraud adds to a client's name.
_ADDED = frozenset(
    """
    account accounting accounts admin ag billing buchhaltung co com company contact corp corporate desk eu
    facture finance finances gmbh global group gruppe help hq holding inc info international invoice invoices
    invoicing kundenservice limited llc login ltd mail mails management net office official online org pay
    payment payments pagos portal projects rechnung secure security service services support team uk us
    verify web
    """.split()  # noqa: SIM905 – a list would be a column of a hundred lines
)
_ROLES = frozenset(
    """
    accounts admin billing bonjour buchhaltung contact contacto contato hallo hello help hi hola info invoices
    jobs kontakt mail marketing office post pr press sales service studio support team
    """.split()  # noqa: SIM905
)
_ON_BEHALF = re.compile(r"\b(?:via|through|per|durch|über|par|por|tramite|door)\b", re.IGNORECASE)


def look_alike(sender: Address, known: Collection[Address], reply_to: Collection[Address] = ()) -> str | None:
    """A sentence saying how the sender imitates a known one, or None; a known domain's address never does.

    A service that writes in a client's name names the client's own address in ``reply_to``.
    """
    if is_known(sender, known):
        return None
    answers_go_home = bool(reply_to) and all(is_known(one, known) for one in reply_to)
    for one in known:
        reason = _imitates(sender, one, answers_go_home)
        if reason is not None:
            return reason
    return None if answers_go_home else _shows_other_address(sender, known)


def is_known(address: Address, known: Collection[Address]) -> bool:
    """Whether an address is a known one, or of a known one's organisation."""
    email = address.email.lower()
    return any(
        email == one.email.lower() or is_same_organisation(address.domain, one.domain) for one in known
    )


def _imitates(sender: Address, client: Address, answers_go_home: bool) -> str | None:
    domain, theirs = decoded(sender.domain), decoded(client.domain)
    if is_freemail(client.domain):
        if domain == theirs and _is_near(_local(sender), _local(client), least=6):
            return "The address differs from a known client's by hardly a letter."
    elif not is_service(sender.domain):
        reason = _imitated_domain(sender, client, domain, theirs)
        if reason is not None:
            return reason
    is_elsewhere = not answers_go_home and not is_service(sender.domain)
    if is_elsewhere and _bears_name(sender.name, client):
        return "The sender has a known client's name, but an address that is not known."
    return None


def _imitated_domain(sender: Address, client: Address, domain: str, theirs: str) -> str | None:
    """How one domain passes for the other: drawn alike, mistyped, hidden in a longer one, added to."""
    registered, their_own = organisation(domain), organisation(theirs)
    label, name = registered.partition(".")[0], their_own.partition(".")[0]
    if _is_drawn_alike(domain, theirs) or _is_drawn_alike(registered, their_own):
        return "The sender's domain imitates a known client's with letters that look alike."
    if _is_hidden_in(domain, _local(sender), their_own):
        return "The sender's address hides a known client's domain inside another one."
    if len(name) >= MIN_LABEL and label == name:
        return "The sender's domain is a known client's name under another ending."
    if len(name) >= MIN_LABEL and skeleton(label).replace("-", "") == skeleton(name).replace("-", ""):
        return "The sender's domain imitates a known client's with letters that look alike."
    if _is_near(label, name, least=OWN_NAME if not _acts_as(sender, client) else MIN_LABEL):
        return "The sender's domain differs from a known client's by one letter."
    if _has_added(label, name, their_own) or _is_at_freemail(sender, name):
        return "The sender's domain is a known client's with something added."
    return None


def _is_drawn_alike(one: str, other: str) -> bool:
    return one != other and skeleton(one) == skeleton(other)


def _local(address: Address) -> str:
    return address.email.rpartition("@")[0].lower()


def _is_hidden_in(domain: str, local: str, theirs: str) -> bool:
    """Whether the client's domain stands in front of another one, or before the ``@``."""
    inner = f".{domain}."
    if f".{theirs}." in inner or f".{theirs.replace('.', '-')}." in inner:
        return True
    return re.search(rf"(?<![^\W_]){re.escape(theirs)}(?![^\W_])", local) is not None


def _acts_as(sender: Address, client: Address) -> bool:
    """Whether the sender goes by the client's first or last name, or writes from its very mailbox name."""
    local = _local(sender)
    if local == _local(client) and local not in _ROLES:
        return True
    return bool({*_words(sender.name)} & {word for word in _words(client.name) if len(word) >= 3})


def _is_near(one: str, other: str, *, least: int) -> bool:
    """Whether two names differ, and by one letter at most: added, dropped, changed or swapped.

    Another digit in the place of a digit is another name: "halle7" and "halle8".
    """
    if one == other or min(len(one), len(other)) < least or abs(len(one) - len(other)) > 1:
        return False
    if skeleton(one) == skeleton(other):
        return True
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    if a[:1].isdigit() and b[:1].isdigit():
        return False
    is_swapped = len(a) >= 2 and len(b) >= 2 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return is_swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def _has_added(label: str, name: str, theirs: str) -> bool:
    """Whether a domain is the client's name and a word, as in ``acme-billing`` and ``acmebilling``."""
    if len(name) < MIN_LABEL or label == name:
        return False
    added = _ADDED | set(theirs.split(".")[1:])
    pieces = skeleton(label).split("-")
    ours = skeleton(name)
    rest = [piece for piece in pieces if piece != ours]
    if len(rest) < len(pieces):
        return len(name) >= OWN_NAME or all(piece in {skeleton(one) for one in added} for piece in rest)
    joined = label.removeprefix(name) if label.startswith(name) else label.removesuffix(name)
    return joined != label and (joined.strip("-") in added or joined.isdigit())


def _is_at_freemail(sender: Address, name: str) -> bool:
    """Whether a firm's name stands before the ``@`` of a provider where anybody can have it."""
    pieces = re.split(r"[._+-]", skeleton(_local(sender)))
    return len(name) >= OWN_NAME and is_freemail(sender.domain) and skeleton(name) in pieces


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", skeleton(name[:MAX_NAME]))


def _bears_name(shown: str, client: Address) -> bool:
    """Whether a display name reads as the client's, with at most the firm or an office added to it.

    A single short word is no name to recognise anybody by.
    """
    seen, theirs = _words(shown), _words(client.name)
    if len(theirs) < 2 or len("".join(theirs)) < 5 or not set(theirs) <= set(seen):
        return False
    firm = {skeleton(one) for one in (*_ADDED, *_ROLES, *organisation(client.domain).split("."))}
    return all(word in firm for word in seen if word not in theirs)


def _shows_other_address(sender: Address, known: Collection[Address]) -> str | None:
    shown = _EMAIL_IN_NAME.search(unicodedata.normalize("NFKC", latin(sender.name[:MAX_NAME])))
    if shown is None:
        return None
    local, _, domain = shown.group().rpartition("@")
    if shown.group() == sender.email.lower() or is_same_organisation(domain, sender.domain):
        return None
    if _ON_BEHALF.search(sender.name[:MAX_NAME]) and not is_known(Address("", f"{local}@{domain}"), known):
        return None
    return "The sender's name shows an address that is not the one it was sent from."
