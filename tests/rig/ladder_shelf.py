"""The payment ladder without a server: a shelf for a Drafts folder, a ledger in memory, a moving day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from drafts.situation import Freelancer
from triage.clients.profile import Client, ClientBook
from triage.clock.working_time import WorkingTime
from triage.config import Ladder
from triage.desk import Desk
from triage.imap.drafts_box import Attempt, Placed, TakenBack, content_hash
from triage.imap.sent import SentReply
from triage.ladder import LadderPass
from triage.ledger.sqlite import SqliteLedger, open_ledger_copy
from triage.mail.reply import Identity
from triage.placing import Box

ZONE = ZoneInfo("Europe/Berlin")
LEGAL = "After that date I hand the claim to the district court of Hamburg by a payment order."


class Killed(BaseException):
    """The process is gone."""


def desk_of(*clients: Client, account: str = "studio") -> Desk:
    """Mara's desk with these clients on file."""
    return Desk(
        account=account,
        identity=Identity("Mara Lindqvist", "mara@studio.example"),
        freelancer=Freelancer("Mara Lindqvist"),
        working=WorkingTime(ZONE),
        cache=Path("unused"),
        languages=frozenset({"en", "de", "es", "fr", "pt"}),
        book=ClientBook(clients),
    )


@dataclass
class Shelf:
    """Drafts by Message-ID, what was sent of them, and the passes that fill it.

    ``dies`` is "before" or "after": the next draft kills the pass before or after it is stored.
    """

    desk: Desk
    today: date
    ladder: Ladder = field(default_factory=lambda: Ladder(legal_text={"": LEGAL}))
    accounts: Sequence[str] = ("studio",)
    ledger: SqliteLedger = field(default_factory=lambda: open_ledger_copy(Path("/nonexistent/ledger")))
    drafts: dict[str, bytes] = field(default_factory=dict)
    placed: list[tuple[date, str]] = field(default_factory=list)
    sent: list[SentReply] = field(default_factory=list)
    dies: str = ""

    def run(self) -> LadderPass:
        """One pass, in the morning; what was sent since the last one is seen."""
        replies, self.sent = self.sent, []
        made = LadderPass(
            desk=self.desk,
            ladder=self.ladder,
            ledger=self.ledger,
            now=self.moment(9),
            accounts=self.accounts,
            box=Box(self._place, self._take_back),
        )
        try:
            made.run(replies)
        except BaseException:
            self.sent = replies + self.sent
            raise
        self.ledger.pass_finished(self.desk.account, self.moment(9), {})
        return made

    def moment(self, hour: int) -> datetime:
        """Today at that hour."""
        return datetime.combine(self.today, time(hour), ZONE)

    def wait(self, days: int) -> None:
        """Let days go by."""
        self.today += timedelta(days=days)

    def send(self, message_id: str) -> None:
        """Send a draft this afternoon."""
        mail = self.mail(message_id)
        del self.drafts[message_id]
        self.sent.append(
            SentReply(
                uid=1,
                internal_date=self.moment(15),
                message_id=message_id,
                in_reply_to=None,
                references=(),
                to=(mail["To"].addresses[0].addr_spec,),
                subject=str(mail["Subject"]),
                draft_reference=str(mail["X-Draft-Reference"]),
            )
        )

    def edit(self, message_id: str) -> None:
        """Change a draft by a word."""
        self.drafts[message_id] += b"See you on Monday.\r\n"

    def mail(self, message_id: str) -> EmailMessage:
        """A draft as it reads."""
        return message_from_bytes(self.drafts[message_id], policy=policy.default)

    def mails(self) -> list[EmailMessage]:
        """All drafts."""
        return [self.mail(message_id) for message_id in self.drafts]

    def change(self, *clients: Client) -> None:
        """Another client file."""
        self.desk = replace(self.desk, book=ClientBook(clients))

    def _place(self, message_id: str, raw: bytes, attempt: Attempt) -> Placed:
        if self.dies == "before":
            raise Killed
        if message_id not in self.drafts:
            attempt.begin()
        was_there = message_id in self.drafts
        self.drafts.setdefault(message_id, raw)
        if not was_there:
            self.placed.append((self.today, message_id))
        if self.dies == "after":
            raise Killed
        return Placed(1, 1, was_there, content_hash(self.drafts[message_id]), ())

    def _take_back(self, message_id: str, hashes: Collection[str]) -> TakenBack:
        if message_id not in self.drafts:
            return "gone"
        if content_hash(self.drafts[message_id]) not in hashes:
            return "edited"
        del self.drafts[message_id]
        return "withdrawn"
