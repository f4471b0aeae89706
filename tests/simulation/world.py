"""The world of the simulation: a laptop that sleeps and travels, a mailbox, a freelancer's doings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count, cycle
from zoneinfo import ZoneInfo

from tests.rig.maildir import Maildir, Stored
from tests.simulation.population import ME, Letter

HOME, AWAY = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles")
HOUR = timedelta(hours=1)
PROMISED = 24 * HOUR
HOLDING_BEFORE = 4 * HOUR


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens besides letters; days are those of the calendar at home, outages and resets moments.

    ``journey`` is the first and the last day nine zones to the west.
    """

    first: datetime
    days: int
    journey: tuple[date, date] | None = None
    outages: tuple[tuple[datetime, datetime], ...] = ()
    resets: tuple[datetime, ...] = ()
    poll: timedelta = timedelta(minutes=15)
    share: float = 1.0
    seed: int = 1

    @property
    def last(self) -> datetime:
        """The end."""
        return self.first + timedelta(days=self.days)

    def zone(self, moment: datetime) -> ZoneInfo:
        """Where the laptop is."""
        if self.journey:
            first, last = self.journey
            if first <= moment.astimezone(AWAY).date() <= last:
                return AWAY
        return HOME

    def is_awake(self, moment: datetime) -> bool:
        """Whether the laptop is open: on working days, from eight to eight, by its own clock."""
        local = moment.astimezone(self.zone(moment))
        return local.weekday() < 5 and 8 <= local.hour < 20

    def is_out(self, moment: datetime) -> bool:
        """Whether the server can't be reached."""
        return any(begins <= moment < ends for begins, ends in self.outages)

    def next_awake(self, moment: datetime) -> datetime:
        """That moment, or the first at which the laptop is open."""
        while not self.is_awake(moment):
            moment += timedelta(minutes=15)
        return moment

    def polls(self) -> Iterator[datetime]:
        """When passes run."""
        moment = self.first
        while moment < self.last:
            if self.is_awake(moment):
                yield moment
            moment += self.poll


@dataclass
class World:
    """One mailbox and what is true of it. ``edited`` are drafts that the user made their own, by message."""

    mail: Maildir
    plan: Plan
    letters: list[Letter]
    delivered: list[Letter] = field(default_factory=list)
    untouched: dict[str, dict[str, tuple[str, bytes]]] = field(
        default_factory=lambda: {"INBOX": {}, "Sent": {}, "Drafts": {}}
    )
    edited: dict[str, str] = field(default_factory=dict)
    replies: dict[str, list[str]] = field(default_factory=dict)
    log: list[tuple[datetime, str, Letter | None]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _distractions: cycle[str] = field(
        default_factory=lambda: cycle(("vacation", "forward", "empty", "colleague"))
    )

    def __post_init__(self) -> None:
        for folder in self.untouched:
            self.mail.make(folder)

    # ------------------------------------------------------------------------------------------------- mail

    def deliver(self, letter: Letter) -> None:
        """A letter arrives."""
        if letter.refs:
            letter.refs = (*letter.refs, *self.replies.get(letter.matter, ()))
        self._put("INBOX", letter.raw(), letter.arrived, flags="S" if letter.number % 7 == 0 else "")
        self.delivered.append(letter)

    def _put(self, folder: str, raw: bytes, at: datetime, flags: str = "") -> str:
        name = self.mail.put(folder, raw, flags=flags, arrived=at.timestamp())
        self.untouched[folder][name] = (flags, raw)
        return name

    def reset(self) -> None:
        """The server forgets all UIDs of the inbox."""
        order = sorted(self.mail.stored("INBOX"), key=lambda name: int(name.partition(".")[0]))
        self.mail.rebuild("INBOX", 2_000_000_000 + next(self._numbers), order)

    def drafts(self) -> list[tuple[Stored, EmailMessage]]:
        """What the program has put into Drafts."""
        found = [
            one for name, one in self.mail.stored("Drafts").items() if name not in self.untouched["Drafts"]
        ]
        return [(one, message_from_bytes(one.raw, policy=policy.default)) for one in found]

    def draft_for(self, letter: Letter) -> tuple[Stored, EmailMessage] | None:
        """The program's draft that answers a letter."""
        return next((one for one in self.drafts() if one[1]["In-Reply-To"] == letter.message_id), None)

    # --------------------------------------------------------------------------------------- the freelancer

    def reply(self, letter: Letter, at: datetime, how: str) -> None:
        """An answer is sent: by laptop or alias in the thread, or by phone without any."""
        raw = self._mail(letter, how)
        self._put("Sent", raw, at, flags="S")
        self.close(letter, at, by_matter=how == "phone")
        self.log.append((at, how, letter))

    def _mail(self, letter: Letter, how: str, text: str = "It's on its way, you have it on Friday.") -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = ME if how != "alias" else "Mara Lindqvist <hello@studio.example>"
        message["To"] = letter.client.address
        message["Subject"] = f"{'AW' if how == 'phone' else 'Re'}: {letter.matter}"
        domain = "phone.local" if how == "phone" else "studio.example"
        message["Message-ID"] = f"<sent-{next(self._numbers)}@{domain}>"
        if how != "phone":
            message["In-Reply-To"] = letter.message_id
            message["References"] = " ".join((*letter.refs, letter.message_id))
        message.set_content(text)
        self.replies.setdefault(letter.matter, []).append(str(message["Message-ID"]))
        return message.as_bytes()

    def close(self, letter: Letter, at: datetime, *, by_matter: bool = False, how: str = "") -> None:
        """What an answer closes: the letter and older ones of its matter, or all of it that was there."""
        until = at if by_matter else letter.arrived
        for one in self.delivered:
            is_meant = (
                one is letter if how == "done" else one.matter == letter.matter and one.arrived <= until
            )
            if is_meant and one.answered is None:
                one.answered = at

    def distract(self, letter: Letter, at: datetime) -> None:
        """Something is sent that answers nothing; each kind in its turn, so that no month lacks one."""
        kind = next(self._distractions)
        mail = message_from_bytes(self._mail(letter, "laptop"), policy=policy.default)
        self.replies[letter.matter].pop()
        if kind == "vacation":
            mail["Auto-Submitted"] = "auto-replied"
        elif kind == "empty":
            mail.set_content("\n\nMara Lindqvist wrote:\n> Hello\n\n-- \nMara\n")
        else:
            mail.replace_header("To", "press@paper.example" if kind == "forward" else "ben@colleague.example")
            mail.replace_header("Subject", f"{'Fwd' if kind == 'forward' else 'Re'}: {letter.matter}")
        self._put("Sent", mail.as_bytes(policy=SMTP), at, flags="S")
        self.log.append((at, kind, letter))

    def send_draft(self, letter: Letter, at: datetime) -> bool:
        """The draft is sent as it is: it leaves Drafts and stands in Sent."""
        found = self.draft_for(letter)
        if found is None:
            return False
        stored, _ = found
        self.mail.remove("Drafts", stored.name)
        self._put("Sent", stored.raw, at, flags="S")
        self.close(letter, at)
        self.log.append((at, "draft sent", letter))
        return True

    def edit_draft(self, letter: Letter, at: datetime) -> bool:
        """The mail program stores the edited draft as another message and removes the old one."""
        found = self.draft_for(letter)
        if found is None:
            return False
        stored, _ = found
        raw = self._mail(letter, "laptop", "It's on its way. I'd rather not promise Friday.")
        self.replies[letter.matter].pop()
        self.mail.remove("Drafts", stored.name)
        self.edited[letter.message_id] = self._put("Drafts", raw, at, flags="D")
        self.log.append((at, "edited", letter))
        return True

    def send_edited(self, letter: Letter, at: datetime) -> None:
        """The edited draft is sent."""
        name = self.edited.pop(letter.message_id)
        _, raw = self.untouched["Drafts"].pop(name)
        self.mail.remove("Drafts", name)
        self._put("Sent", raw, at, flags="S")
        self.close(letter, at)
        self.log.append((at, "draft sent", letter))

    def throw_away(self, letter: Letter, at: datetime) -> bool:
        """The draft is deleted."""
        found = self.draft_for(letter)
        if found is not None:
            self.mail.remove("Drafts", found[0].name)
            letter.thrown_away = True
            self.log.append((at, "thrown away", letter))
        return found is not None

    # ------------------------------------------------------------------------------------------- what is true

    def awaiting(self) -> list[Letter]:
        """The letters that await an answer now."""
        return [one for one in self.delivered if one.saying.awaits and one.answered is None]

    def due(self, letter: Letter) -> datetime:
        """The deadline: that of the oldest unanswered letter of its matter."""
        kin = [one.arrived for one in self.awaiting() if one.matter == letter.matter]
        return min(kin) + PROMISED


def utc(text: str) -> datetime:
    """A moment by its ISO 8601 text at home."""
    return datetime.fromisoformat(text).replace(tzinfo=HOME).astimezone(UTC)
