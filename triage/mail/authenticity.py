"""Whether a message comes from whom it says: trusted results, look-alikes, strange Reply-To."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from triage.mail.look_alike import is_known, look_alike
from triage.mail.message import Address, Message
from triage.mail.organisation import is_freemail, is_same_organisation, is_service, organisation

MAX_FROM = 4000
_BRACKETED = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_BARE = re.compile(r"[^\s,;<>\"]+@[^\s,;<>\"]+")

_TICKET = re.compile(
    r"(?:re|reply|replies|ticket|tickets|support|help|case|issue|request|inbound|conversation|thread|notify|comment)"
    r"[+._=-](?=[\w+=.-]*\d)[\w+=.-]{3,200}",
)

Verdict = Literal["passed", "failed", "unknown"]

MAX_RESULTS = 60
_TOKEN = re.compile(r"[^\s;=]{1,300}")
_RESULT = re.compile(r"^([a-z][a-z0-9-]{0,40})(?:/\d{1,3})?\s*=\s*([a-z]{1,20})\b", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b([a-z]{1,20})\.([a-z0-9_-]{1,40})\s*=\s*(\"[^\"]{0,300}\"|[^\s;]{1,300})", re.IGNORECASE
)
# Free text, in which a sender may have had his words quoted.
_REASON = re.compile(r"\breason\s{0,5}=\s{0,5}(?:\"[^\"]{0,20000}\"?|[^\s;]{0,300})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authenticity:
    """A verdict about the sender with the sentence that explains it."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One result of RFC 8601, such as ``dkim=pass header.d=acme.example``; domains in lower case."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...]

    def domain(self, *names: str) -> str:
        """The domain in the first of these properties, such as ``header.d``; empty where there is none."""
        for name, value in self.properties:
            if name in names:
                return value.rpartition("@")[2].strip(".").lower()
        return ""


def assess(
    message: Message, trusted: Collection[str], known: Collection[Address] = (), own: Collection[str] = ()
) -> Authenticity:
    """The verdict on a message's sender, by the topmost result header of a server in ``trusted``.

    ``known`` are the clients' addresses, against which look-alikes are seen; ``own`` are the user's.
    """
    if message.sender is None:
        return Authenticity("unknown", "The message names no sender.")
    if len(message.headers_all("From")) > 1:
        return Authenticity("failed", "The message has more than one From line, as forged mail has.")
    if _names_several(message.header("From") or ""):
        return Authenticity("failed", "The message names several senders: none can be answered safely.")
    if _claims_to_be_us(message.sender, own):
        return Authenticity("failed", "The sender shows one of your own addresses as a name.")
    imitation = look_alike(_as_shown(message.sender, message.header("From")), known, message.reply_to)
    if imitation is not None:
        return Authenticity("failed", imitation)
    verdict = _by_results(message, message.sender.domain, trusted)
    if verdict.verdict == "failed":
        return verdict
    return _with_reply_to(message, verdict, known, own)


def _names_several(header: str) -> bool:
    """Whether a From line holds more than one mailbox (RFC 5322 3.6.2 allows it, people don't write it).

    Addresses in angle brackets count where there are any: a bare one beside them is a display name.
    """
    found = _BRACKETED.findall(header[:MAX_FROM]) or _BARE.findall(header[:MAX_FROM])
    return len({address.lower() for address in found}) > 1


def _as_shown(sender: Address, header: str | None) -> Address:
    """The sender with all that stands before the address as the name, however badly it is quoted."""
    shown, bracket, rest = (header or "")[:MAX_FROM].rpartition("<")
    is_plain = bracket and "<" not in shown and rest.count("@") == 1
    return Address(shown.replace('"', " ").strip(), sender.email) if is_plain and shown.strip() else sender


def _claims_to_be_us(sender: Address, own: Collection[str]) -> bool:
    name = sender.name.lower()
    mine = {address.lower() for address in own}
    return sender.email.lower() not in mine and any(address in name for address in mine)


def _with_reply_to(
    message: Message, verdict: Authenticity, known: Collection[Address], own: Collection[str]
) -> Authenticity:
    """The verdict lowered where answers would go to a stranger; a ticket's own address is none.

    No draft goes to such an address in any case, but a reply by hand would.
    """
    sender = message.sender
    if sender is None:
        return verdict
    strangers = [one for one in message.reply_to if _is_stranger(one, sender, known, own)]
    if not strangers:
        return verdict
    if any(look_alike(Address("", one.email), known) for one in strangers):
        return Authenticity("failed", "Answers would go to an address that imitates a known client's.")
    if not is_known(sender, known):
        return Authenticity("unknown", "The message asks for answers at another organisation's address.")
    if all(_is_ticket(one) for one in strangers):
        return verdict
    return Authenticity("failed", "A known client's message asks for answers at a stranger's address.")


def _is_stranger(
    reply_to: Address, sender: Address, known: Collection[Address], own: Collection[str]
) -> bool:
    email = reply_to.email.lower()
    if email == sender.email.lower() or is_same_organisation(reply_to.domain, sender.domain):
        return False
    return email not in {one.lower() for one in own} and not is_known(reply_to, known)


def _is_ticket(address: Address) -> bool:
    """Whether an address is a help desk's or a tracker's for one matter: it bears the matter's number."""
    local = address.email.rpartition("@")[0].lower()
    if is_service(address.domain):
        return True
    return not is_freemail(address.domain) and _TICKET.fullmatch(local) is not None


def _by_results(message: Message, domain: str, trusted: Collection[str]) -> Authenticity:
    results = trusted_results(message, trusted)
    if results is None:
        return Authenticity("unknown", "No trusted server has checked this sender.")
    dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.result == "fail" for one in dmarc):
        return Authenticity("failed", "The sender's domain disowns this message: DMARC failed.")
    if any(
        one.result == "pass" and _is_aligned(one.domain("header.from") or domain, domain) for one in dmarc
    ):
        return Authenticity("passed", "The sender's domain vouches for this message: DMARC passed.")
    if any(_passes(one, domain, "dkim", "header.d", "header.i") for one in results):
        return Authenticity("passed", "The message is signed by the sender's own domain.")
    if any(_passes(one, domain, "spf", "smtp.mailfrom", "smtp.mail") for one in results):
        return Authenticity("passed", "The message comes from a server of the sender's own domain.")
    if any(one.method == "spf" and one.result in ("fail", "hardfail") for one in results):
        return Authenticity("failed", "The message comes from a server that may not send for its domain.")
    return Authenticity("unknown", "No check ties this message to the sender's domain.")


def _passes(one: MethodResult, domain: str, method: str, *properties: str) -> bool:
    return one.method == method and one.result == "pass" and _is_aligned(one.domain(*properties), domain)


def _is_aligned(signer: str, domain: str) -> bool:
    """Relaxed alignment (RFC 7489 3.1): both belong to one registered domain."""
    return bool(signer) and bool(domain) and organisation(signer) == organisation(domain)


def trusted_results(message: Message, trusted: Collection[str]) -> tuple[MethodResult, ...] | None:
    """Results of the topmost header of a trusted server (RFC 8601 section 5); None where there is none."""
    servers = {server.strip().lower() for server in trusted if server.strip()}
    for value in message.headers_all("Authentication-Results"):
        server, *rest = _clauses(value)
        name = _TOKEN.match(server)
        if name is not None and name.group().strip('"').lower() in servers:
            return tuple(_results(rest))
    return None


def _results(clauses: list[str]) -> Iterator[MethodResult]:
    for clause in clauses[:MAX_RESULTS]:
        found = _RESULT.match(clause)
        if found is None:
            continue
        said = _REASON.sub(" ", clause)
        properties = tuple(
            (f"{kind}.{name}".lower(), value.strip('"')) for kind, name, value in _PROPERTY.findall(said)
        )
        yield MethodResult(found[1].lower(), found[2].lower(), properties)


def _clauses(value: str) -> list[str]:
    """The parts between semicolons; comments (nested, RFC 5322) are left out, quoted strings kept whole."""
    clauses: list[list[str]] = [[]]
    depth = 0
    is_quoted = is_escaped = False
    for char in value[:20_000]:
        if is_escaped:
            is_escaped = False
            char = " " if char == '"' else char  # noqa: PLW2901 – it ends no quoted string
        elif char == "\\" and (depth or is_quoted):
            is_escaped = True
            continue
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif char in "()" and not is_quoted:
            depth = max(0, depth + (1 if char == "(" else -1))
            clauses[-1].append(" ")
            continue
        elif char == ";" and not depth and not is_quoted:
            clauses.append([])
            continue
        if not depth:
            clauses[-1].append(char)
    return ["".join(clause).strip() for clause in clauses]
