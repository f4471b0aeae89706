"""The freelancer's desk: the settings of one account as plain values, for the pure half of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from drafts.situation import Freelancer, Policy
from triage.clients.profile import ClientBook
from triage.clients.voice import VoiceBook
from triage.clock.obligations import Promise
from triage.clock.working_time import WorkingTime
from triage.config import Account, Clock, Config, Drafting
from triage.mail.message import Message
from triage.mail.reply import Identity
from triage.phrase_file import own_phrases

if TYPE_CHECKING:
    from classifiers.learnt import Correction


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers, from which addresses, in which languages, when, and what may be offered.

    ``book`` holds the clients on file, ``voice`` how the freelancer writes, ``taught`` the corrections of
    judgements. ``cache`` is the trained classifier's folder. ``is_known``: it comes from a configuration.
    ``elsewhere`` are the freelancer's addresses in other accounts, ``colleagues`` those who answer too.
    """

    account: str
    identity: Identity
    freelancer: Freelancer
    working: WorkingTime
    cache: Path
    promise: Promise = field(default_factory=Promise)
    policy: Policy = field(default_factory=Policy)
    trusted_authserv_ids: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset({"en"})
    is_known: bool = True
    book: ClientBook = field(default_factory=ClientBook)
    voice: VoiceBook = field(default_factory=VoiceBook)
    taught: tuple[Correction, ...] = ()
    elsewhere: frozenset[str] = frozenset()
    colleagues: frozenset[str] = frozenset()

    @property
    def own(self) -> frozenset[str]:
        """Every address that is the freelancer's."""
        return frozenset({self.identity.address, *self.identity.aliases, *self.elsewhere} - {""})

    def is_colleagues_answer(self, message: Message) -> bool:
        """Whether a colleague wrote to somebody outside; a word to us alone is a message like others."""
        team = {address.lower() for address in (*self.colleagues, *self.own)}
        writer = message.sender.email.lower() if message.sender else ""
        if writer not in {address.lower() for address in self.colleagues}:
            return False
        return any(one.email.lower() not in team for one in (*message.to, *message.cc))

    def for_message(self, message: Message) -> Desk:
        """The same desk; one without a configuration answers as whoever the message is addressed to."""
        if self.is_known or not message.to:
            return self
        name = message.to[0].name
        return replace(self, freelancer=replace(self.freelancer, name=name))


def desk_of(
    config: Config,
    account: Account,
    book: ClientBook | None = None,
    voice: VoiceBook | None = None,
    taught: tuple[Correction, ...] = (),
) -> Desk:
    """The desk of one account of a configuration, with the clients on file and what was learnt.

    Raises ConfigError where the freelancer's own phrases have faults.
    """
    clock = config.clock
    freelancer = config.freelancer
    return Desk(
        account=account.name,
        identity=Identity(freelancer.name, account.address, account.aliases),
        freelancer=Freelancer(
            freelancer.name, freelancer.greeting, freelancer.sign_off, phrases=own_phrases(config)
        ),
        working=working_time_of(clock),
        cache=config.paths.cache,
        promise=promise_of(config),
        policy=_policy_of(config.drafting),
        trusted_authserv_ids=account.trusted_authserv_ids,
        languages=frozenset(config.drafting.languages),
        book=book or ClientBook(),
        voice=voice or VoiceBook(),
        taught=taught,
        elsewhere=frozenset(
            address
            for other in config.accounts
            if other is not account
            for address in (other.address, *other.aliases)
        ),
        colleagues=frozenset(clock.colleagues),
    )


def promise_of(config: Config) -> Promise:
    """How soon an answer is promised."""
    clock = config.clock
    return Promise(
        timedelta(hours=clock.answer_within_hours),
        timedelta(hours=clock.holding_reply_before_hours),
        working_time_of(clock) if clock.deadline == "working_time" else None,
        timedelta(hours=clock.draft_within_hours),
    )


def working_time_of(clock: Clock) -> WorkingTime:
    """When the freelancer works, time off and holidays taken out."""
    return WorkingTime(
        clock.zone,
        clock.days,
        clock.opens,
        clock.closes,
        clock.days_off,
        clock.public_holidays,
        clock.travels,
    )


def desk_without_config(cache: Path, languages: frozenset[str], book: ClientBook | None = None) -> Desk:
    """A desk for files where nothing is configured: the machine's zone, office hours, no offers."""
    clock = Clock()
    return Desk(
        account="",
        identity=Identity("", "", ()),
        freelancer=Freelancer(""),
        working=WorkingTime(clock.zone, clock.days, clock.opens, clock.closes),
        cache=cache,
        languages=languages,
        is_known=False,
        book=book or ClientBook(),
    )


def _policy_of(drafting: Drafting) -> Policy:
    return Policy(
        offers_call=drafting.offer_call,
        call_link=drafting.call_link,
        offers_rush=drafting.offer_rush,
        offers_instalments=drafting.offer_instalments,
        allows_discount=drafting.allow_discount,
        allows_refund=drafting.allow_refund,
        walks_away=drafting.walk_away,
        payment_details=drafting.payment_details,
    )
