"""The freelancer's desk: the settings of one account as plain values, for the pure half of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field

from drafts.situation import Freelancer, Policy
from triage.clock.obligations import Promise
from triage.clock.working_time import WorkingTime
from triage.mail.reply import Identity


@dataclass(frozen=True, slots=True)
class Desk:
    """The freelancer's settings for one account, as values."""

    account: str
    identity: Identity
    freelancer: Freelancer
    working: WorkingTime
    promise: Promise = field(default_factory=Promise)
    policy: Policy = field(default_factory=Policy)
    trusted_authserv_ids: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset({"en"})

    @property
    def own(self) -> frozenset[str]:
        """Every address that is the freelancer's."""
        return frozenset({self.identity.address, *self.identity.aliases})
