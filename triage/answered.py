"""What has been answered, by whom of us and from which account ever: closes obligations, opens some again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from triage.clients.profile import ClientBook
from triage.ledger.chronicle import SentRow
from triage.ledger.contract import MessageRow
from triage.ledger.conversations import AskedRow
from triage.ledger.sqlite import SqliteLedger
from triage.mail.answers import NOWHERE, Asked, Reply, is_answer, names_of, sent_at
from triage.mail.bounces import failed_delivery
from triage.mail.message import Message
from triage.mail.organisation import is_freemail
from triage.mail.subjects import is_reply_subject, matter

if TYPE_CHECKING:
    from triage.imap.sent import SentReading

# A first pass may meet a day of somebody who writes hundreds of mails.
MOST_LOOKED_INTO = 200


@dataclass
class Answered:
    """Replies and the messages that they answer, as the ledger knows them.

    ``book`` tells which addresses are one client's, ``own`` are ours and our colleagues'; all in
    lower case.
    """

    ledger: SqliteLedger
    clock: Callable[[], datetime]
    book: ClientBook = field(default_factory=ClientBook)
    own: frozenset[str] = frozenset()

    def hear(self, sent: Sequence[SentRow]) -> None:
        """Mail of ours that was sent: remember it, and close what it answers."""
        self.ledger.note_sent(sent)
        for message_id, reply in _mails(sent):
            self.ledger.join_sent(message_id, reply.names)
            self._close(message_id, reply)

    def _close(self, message_id: str, reply: Reply) -> None:
        awaiting = self.ledger.awaiting_answer()
        known = self._known(reply.names) if awaiting else []
        for row in awaiting:
            asked = self._asked(row)
            if is_answer(reply, asked, known) and not self._came_back(message_id, asked):
                at = max(reply.at, asked.received)
                self.ledger.close_obligation(row.id, how="answered", at=at, by=message_id)

    def _came_back(self, message_id: str, asked: Asked) -> bool:
        """The notice of a failed delivery may be read before the mail itself is seen in Sent."""
        return bool(message_id) and self.ledger.is_undelivered(message_id, asked.client)

    def twin_of(self, row_id: int) -> str | None:
        """The account that an exact copy of a message came to first."""
        return self.ledger.twin_of(row_id)

    def answer_to(self, asked: Asked) -> bool:
        """Whether mail that was seen before answers a message that is taken in only now."""
        asked = replace(asked, reach=self._reach(asked.client))
        home = asked.client.rpartition("@")[2].lower()
        domains = {*asked.reach[1], *({home} if home and not is_freemail(home) else ())}
        addresses = {asked.client.lower(), *map(str.lower, asked.reply_to), *asked.reach[0]}
        sent = self.ledger.delivered_to(addresses, domains)
        relevant = [one for one in sent if asked.key in one.answers or one.at >= asked.received]
        return any(is_answer(_reply(one), asked, self._known(one.answers)) for one in relevant)

    def has_answer(self, row: MessageRow) -> bool:
        """Whether mail that was seen before answers a message taken in by an earlier pass."""
        same = [one for one in self.ledger.asked([row.key]) if one.id == row.id]
        return any(self.answer_to(self._asked(one)) for one in same)

    def take_in(self, row_id: int, message: Message, asked: Asked) -> int:
        """A client's message joins its conversation; returns the conversation's number.

        By headers, or else with what the client awaits an answer to on the same matter.
        """
        names = names_of(message.references, message.in_reply_to)
        number = self.ledger.join(row_id, names, reply_to=asked.reply_to)
        if number == row_id and asked.client and (about := matter(asked.subject)):
            others = self.ledger.perhaps_kin(row_id, asked.client)
            kin = [row for row in others if matter(row.subject) == about]
            if kin:
                self.ledger.join_by_matter(row_id, kin[0].conversation)
                return kin[0].conversation
        return number

    def hear_bounce(self, message: Message, raw: bytes, at: datetime) -> list[int]:
        """A notice that mail of ours was not delivered; returns the messages that await an answer again."""
        failure = failed_delivery(message, raw)
        if failure is None:
            return []
        opened: list[int] = []
        for message_id in failure.message_ids:
            opened += self.ledger.came_back(message_id, failure.recipients, at)
        return opened

    def hear_colleague(self, message: Message, place: tuple[str, str, int, int], at: datetime) -> None:
        """A mail that a colleague sent to a client, seen in the inbox because we were in copy."""
        to = [one.email for one in (*message.to, *message.cc) if one.email.lower() not in self.own]
        names = names_of(message.references, message.in_reply_to)
        rows = [SentRow(*place, at, one, message.message_id or "", names, message.subject) for one in to]
        self.hear(rows)

    def _known(self, names: Collection[str]) -> list[Asked]:
        return [self._asked(row) for row in self.ledger.asked(names)] if names else []

    def _asked(self, row: AskedRow) -> Asked:
        # what the server dates in the future has come by now
        received = min(row.received, self.clock())
        reach = self._reach(row.client)
        return Asked(row.key, row.client, row.subject, received, row.reply_to, row.conversation, reach)

    def _reach(self, address: str) -> tuple[frozenset[str], frozenset[str]]:
        client = self.book.client_of(address) if address else None
        return client.reach if client else NOWHERE


def sent_rows(
    account: str, folder: str, reading: SentReading, blank: Collection[int], now: datetime
) -> list[SentRow]:
    """What the ledger remembers of mail sent: a row for each recipient.

    What a program sent for us, and the ``blank`` ones, which say nothing, are no word to anybody.
    """
    rows: list[SentRow] = []
    for one in reading.replies:
        if one.is_automatic or one.uid in blank:
            continue
        place = (account, folder, reading.uidvalidity, one.uid, sent_at(one.internal_date, one.date, now))
        names = names_of(one.references, one.in_reply_to)
        rows += [
            SentRow(*place, to, one.message_id or "", names, one.subject) for to in dict.fromkeys(one.to)
        ]
    return rows


def perhaps_blank(reading: SentReading) -> list[int]:
    """UIDs of the newest replies among mail sent: of those it is worth knowing whether they say anything."""
    replies = (one for one in reading.replies if not one.is_automatic)
    found = [one.uid for one in replies if one.in_reply_to or one.references or is_reply_subject(one.subject)]
    return found[-MOST_LOOKED_INTO:]


def _mails(sent: Iterable[SentRow]) -> Iterable[tuple[str, Reply]]:
    """Whole mails from their rows, which stand one a recipient."""
    together: dict[tuple[str, str, int, int], list[SentRow]] = {}
    for row in sent:
        together.setdefault((row.account, row.folder, row.uidvalidity, row.uid), []).append(row)
    for rows in together.values():
        yield rows[0].message_id, replace(_reply(rows[0]), to=tuple(row.to for row in rows))


def _reply(row: SentRow) -> Reply:
    return Reply(row.answers, (row.to,), row.subject, row.at)
