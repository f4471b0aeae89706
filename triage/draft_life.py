"""The life of drafts after they were placed: edited, sent, discarded, superseded, withdrawn.

A draft that anybody has touched is the user's: it is never changed or deleted, only remembered as theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from triage.fate import Fate, Sighting, fate_of
from triage.imap.drafts_box import Trace, seen, take_back, traces
from triage.imap.session import Session
from triage.ledger.chronicle import LivingDraft
from triage.ledger.contract import DraftState, MessageRow
from triage.ledger.sqlite import SqliteLedger
from triage.mail.reply import draft_reference, reply_subject

logger = logging.getLogger(__name__)

# After that a draft that no pass has ever seen in its folder isn't waited for any more.
_SHOWN_WITHIN = timedelta(hours=1)
# How a fate is remembered once it is carried out.
_STATE_AFTER: dict[Fate, DraftState] = {
    "edited": "edited",
    "sent": "sent",
    "discarded": "discarded",
    "withdraw": "withdrawn",
    "supersede": "superseded",
}


@dataclass
class DraftLives:
    """Follows the drafts of one account; asks the server nothing where no draft is present.

    ``has_answer`` tells whether any mail seen so far answers a message.
    """

    ledger: SqliteLedger
    account: str
    session: Session
    folder: str
    has_answer: Callable[[MessageRow], bool]

    def follow(self) -> None:
        """See what became of every draft that was present, and take back those that are no longer wanted."""
        living = [self._heard(one) for one in self.ledger.living_drafts(self.account)]
        if not living:
            return
        places = [(one.draft.uidvalidity, one.draft.uid) for one in living]
        there = traces(self.session, self.folder, places)
        for one in living:
            look = sighting(one, living, there)
            fate = fate_of(look)
            if one.draft.uid is None and not one.is_begun and self._is_still_awaited(one, look):
                continue
            if not one.is_begun or self._recovered(one, fate):
                self._settle(one, fate)

    def _heard(self, one: LivingDraft) -> LivingDraft:
        """With the answers that close no obligation, as there is none.

        A message answered before it was settled gets none, and a pass that died may have left its draft.
        """
        if one.is_answered or one.is_owed:
            return one
        return replace(one, is_answered=self.has_answer(one.row))

    def _is_still_awaited(self, one: LivingDraft, look: Sighting) -> bool:
        """Whether the server may still have to show what it has stored; once it does, its place is noted."""
        if not look.is_there:
            age = self.ledger.clock() - one.since
            return not look.has_heir and not look.is_answered and abs(age) < _SHOWN_WITHIN
        placed = seen(self.session, self.folder, one.draft.message_id)
        if placed is not None:
            place = (placed.uid, placed.uidvalidity, placed.content_hash)
            self._note_placed(one, *place, is_touched=placed.is_touched)
        return False

    def _recovered(self, one: LivingDraft, fate: Fate) -> bool:
        """Whether a draft that was begun, and is not wanted any more, stands there after all."""
        draft = one.draft
        placed = seen(self.session, self.folder, draft.message_id)
        if placed is not None:
            place = (placed.uid, placed.uidvalidity, placed.content_hash)
            self._note_placed(one, *place, is_touched=placed.is_touched)
            return not placed.is_touched
        # a holding reply whose time has not come is still to be written
        if fate in ("sent", "edited") or draft.kind == "reply":
            self.ledger.mark_draft(draft.message_id, "edited" if fate == "edited" else "withdrawn")
        return False

    def _note_placed(
        self, one: LivingDraft, uid: int | None, uidvalidity: int, content_hash: str, *, is_touched: bool
    ) -> None:
        with self.ledger.together():
            self.ledger.placed(
                one.row.id, uid=uid, uidvalidity=uidvalidity, content_hash=content_hash, kind=one.draft.kind
            )
            if is_touched:
                self.ledger.mark_draft(one.draft.message_id, "edited")

    def _settle(self, one: LivingDraft, fate: Fate) -> None:
        if fate == "stays":
            return
        state: DraftState | None = _STATE_AFTER[fate]
        if fate in ("withdraw", "supersede"):
            state = self._taken_back(one, fate)
        if state is not None:
            self.ledger.mark_draft(one.draft.message_id, state)

    def _taken_back(self, one: LivingDraft, fate: Fate) -> DraftState | None:
        draft = one.draft
        hashes = [draft.content_hash] if draft.content_hash else []
        done = take_back(
            self.session,
            self.folder,
            message_id=draft.message_id,
            content_hashes=hashes,
            place=(draft.uidvalidity, draft.uid),
        )
        if done == "kept":
            logger.info(
                "draft of message %s: the server can't delete one message alone; it stays", one.row.id
            )
            return None
        if done == "edited" and fate == "supersede":
            logger.warning(
                "message %s: the client wrote again; your edited draft was left as it is", one.row.id
            )
        return "edited" if done == "edited" else _STATE_AFTER[fate]


def sighting(one: LivingDraft, living: Sequence[LivingDraft], seen: Sequence[Trace]) -> Sighting:
    """What is seen of one draft among the messages in the folder."""
    reference = draft_reference(one.draft.message_id)
    own = [trace for trace in seen if _is_itself(trace, one, reference)]
    others = {other.draft.message_id for other in living}
    heirs = [
        trace
        for trace in seen
        if trace.message_id not in others
        and trace not in own
        and (trace.reference.startswith(reference) or one.row.key in trace.answers)
    ]
    return Sighting(
        is_there=bool(own),
        has_heir=bool(heirs),
        is_answered=one.is_answered,
        has_newer=any(_covers(other, one) for other in living if not other.is_begun),
    )


def _is_itself(trace: Trace, one: LivingDraft, reference: str) -> bool:
    """Whether it is the draft: by its Message-ID, or at its place where the server has given it another."""
    place = (one.draft.uidvalidity, one.draft.uid)
    is_there = (trace.uidvalidity, trace.uid) == place and trace.reference.startswith(reference)
    return is_there or trace.message_id == one.draft.message_id


def _covers(newer: LivingDraft, older: LivingDraft) -> bool:
    """Whether a draft answers a later message on the same matter, or says more than a holding reply."""
    if newer.draft.kind != "reply" or newer.draft.message_id == older.draft.message_id:
        return False
    if newer.row.id == older.row.id:
        return older.draft.kind == "holding"
    is_same = newer.row.client == older.row.client and _matter(newer) == _matter(older)
    # NOTE: INTERNALDATE knows whole seconds; of two messages in one the later claimed is the later
    return is_same and (newer.row.received, newer.row.id) > (older.row.received, older.row.id)


def _matter(one: LivingDraft) -> str:
    return reply_subject(one.row.subject).lower()
