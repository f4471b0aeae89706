"""Who a client is, and which of them a message comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice

AddressForm = Literal["formal", "familiar"]
Temper = Literal["controller", "performer", "approver", "evaluator"]
Pattern = Literal["chronic_complainer", "know_it_all", "emotional_buyer", "relationship_buyer"]


@dataclass(frozen=True, slots=True)
class Project:
    """One piece of work; ``keywords`` are words by which a message shows that it speaks of this one.

    ``delivered`` and ``approved`` say what was handed over and accepted, as noun phrases; ``mistakes`` are
    the freelancer's own, on record. ``is_closed``: nothing more is owed by either side.
    """

    name: str
    keywords: tuple[str, ...] = ()
    agreement: Agreement = field(default_factory=Agreement)
    delivered: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """What is known of one client.

    ``people`` are the full names of those who write for the client. ``greeting_name`` is how they are
    greeted ("Nora", "Mr Weiss"), if not by the name in their mail. ``address_form``: Sie and vous, or du and
    tu; None: as the client writes. ``policy`` overrides the freelancer's own, by the keys of the
    configuration's drafting table. ``gifts_left`` counts the free favours that may still be offered.
    ``patterns``, like ``temper``, are the user's own word; None: as the history shows. ``line`` is where the
    client stands in its file.
    """

    name: str
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    language: str | None = None
    address_form: AddressForm | None = None
    greeting_name: str = ""
    projects: tuple[Project, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    policy: Mapping[str, bool | int | str] = field(default_factory=dict)
    gifts_left: int = 0
    temper: Temper | None = None
    patterns: tuple[Pattern, ...] | None = None
    line: int = 0

    @property
    def reach(self) -> tuple[frozenset[str], frozenset[str]]:
        """The addresses and the domains that are this client's, in lower case."""
        return frozenset(_lower(self.addresses)), frozenset(_lower(self.domains))

    def project_of(self, subject: str, text: str) -> Project | None:
        """The project a message speaks of: the only open one, or the one named most; None when in doubt."""
        open_ones = [project for project in self.projects if not project.is_closed]
        if len(open_ones) == 1:
            return open_ones[0]
        said = f"{subject}\n{text}".casefold()
        named = {p.name: _mentions(said, p) for p in open_ones or self.projects}
        best = max(named.values(), default=0)
        chosen = [p for p in open_ones or self.projects if best and named[p.name] == best]
        return chosen[0] if len(chosen) == 1 else None


def _mentions(said: str, project: Project) -> int:
    return sum(word.casefold() in said for word in (project.name, *project.keywords) if word)


@dataclass(frozen=True, slots=True)
class ClientBook:
    """All clients; whoever is in none of them is a prospect."""

    clients: tuple[Client, ...] = ()

    def client_of(self, address: str) -> Client | None:
        """The client with this address or, failing that, this domain; case doesn't matter."""
        wanted = address.strip().lower()
        domain = wanted.rpartition("@")[2]
        by_address = (client for client in self.clients if wanted in _lower(client.addresses))
        by_domain = (client for client in self.clients if domain in _lower(client.domains))
        return next(by_address, None) or next(by_domain, None)

    def named(self, name: str) -> Client | None:
        """The client of this name, or of this address; case doesn't matter."""
        wanted = name.strip().casefold()
        by_name = (client for client in self.clients if client.name.casefold() == wanted)
        return next(by_name, None) or (self.client_of(name) if "@" in name else None)


def client_key(client: Client | None, address: str) -> str:
    """One name for whoever writes from an address: the client's on file, else the address itself."""
    return client.name if client else address.strip().lower()


def _lower(values: Iterable[str]) -> set[str]:
    return {value.lower() for value in values}
