"""Any order of claims, kills, UIDVALIDITY resets and reused UIDs: one row a message, and it ends once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.rig.ledger_acts import ACCOUNT, NOW
from triage.ledger import MessageRow, open_ledger

KEYS = st.sampled_from(["<a@c.example>", "<b@c.example>", "<c@c.example>"])
CONTENTS = st.sampled_from(["one", "two"])
PLACES = st.tuples(st.sampled_from(["INBOX", "Kunden"]), st.integers(1, 2), st.integers(1, 4))


class LedgerMachine(RuleBasedStateMachine):
    """The ledger beside the simplest thing that could be right: dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.sqlite3"
        self.ledger = open_ledger(self.path)
        self.ids: dict[tuple[str, str], int] = {}
        self.places: dict[tuple[str, int, int], tuple[str, str]] = {}
        self.ended: dict[tuple[str, str], str] = {}
        self.drafts: dict[tuple[str, str], str] = {}
        self.cursors: dict[tuple[str, int], int] = {}

    def teardown(self) -> None:
        """Close what was opened."""
        self.ledger.close()
        self.folder.cleanup()

    def claim(self, place: tuple[str, int, int], message: tuple[str, str]) -> MessageRow:
        """Claim a message in both worlds and compare."""
        claim = self.ledger.claim(
            ACCOUNT, *place, key=message[0], content_hash=message[1], received=NOW, client="c", subject="s"
        )
        self.places = {at: who for at, who in self.places.items() if who != message} | {place: message}
        assert self.ids.setdefault(message, claim.row.id) == claim.row.id
        assert claim.is_settled == (message in self.ended)
        assert (claim.row.folder, claim.row.uidvalidity, claim.row.uid) == place
        return claim.row

    @rule(place=PLACES, key=KEYS, content=CONTENTS)
    def look_at(self, place: tuple[str, int, int], key: str, content: str) -> None:
        """A pass sees a message and dies before it does more."""
        self.claim(place, (key, content))

    @rule(place=PLACES, key=KEYS, content=CONTENTS, draft=st.integers(1, 9))
    def intend(self, place: tuple[str, int, int], key: str, content: str, draft: int) -> None:
        """A pass gets as far as the intent."""
        row = self.claim(place, (key, content))
        wanted = f"<draft-{draft}@s.example>"
        found = self.ledger.plan(row.id, draft_message_id=wanted, decision="draft", reason="")
        assert found == self.drafts.setdefault((key, content), wanted)

    @rule(place=PLACES, key=KEYS, content=CONTENTS, outcome=st.sampled_from(["draft", "leave_alone"]))
    def finish(self, place: tuple[str, int, int], key: str, content: str, outcome: str) -> None:
        """A pass settles a message that isn't yet."""
        row = self.claim(place, (key, content))
        if (key, content) not in self.ended:
            self.ledger.settle(row.id, outcome=outcome, reason="")
            self.ended[key, content] = outcome

    @rule(place=PLACES)
    def move_on(self, place: tuple[str, int, int]) -> None:
        """The cursor is asked to move anywhere, back too."""
        folder, uidvalidity, uid = place
        self.ledger.advance(ACCOUNT, folder, uidvalidity, uid)
        self.cursors[folder, uidvalidity] = max(uid, self.cursors.get((folder, uidvalidity), 0))

    @rule()
    def open_again(self) -> None:
        """A new process."""
        self.ledger.close()
        self.ledger = open_ledger(self.path)

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def fail_within_a_transaction(self, data: st.DataObject) -> None:
        """What was half done is not done."""
        message = data.draw(st.sampled_from(sorted(self.ids)))
        try:
            with self.ledger.together():
                self.ledger.give_up(self.ids[message], reason="never kept")
                raise RuntimeError
        except RuntimeError:
            pass

    @invariant()
    def agrees_with_the_dictionaries(self) -> None:
        """Rows, places, endings, drafts and cursors are what they should be."""
        rows = {(row.key, row.content_hash): row for row in self.ledger.rows()}
        assert {message: row.id for message, row in rows.items()} == self.ids
        seen = {(row.folder, row.uidvalidity, row.uid): message for message, row in rows.items() if row.uid}
        assert seen == self.places
        assert {message: row.outcome for message, row in rows.items() if row.is_settled} == self.ended
        drafts = {message: row.draft_message_id for message, row in rows.items() if row.draft_message_id}
        assert drafts == self.drafts
        for (folder, uidvalidity), uid in self.cursors.items():
            assert self.ledger.cursor(ACCOUNT, folder, uidvalidity) == uid

    @invariant()
    def nothing_unfinished_is_out_of_sight(self) -> None:
        """Every message that has not ended is listed at its place, or as stranded."""
        for folder in ("INBOX", "Kunden"):
            listed = set()
            for uid in self.ledger.unsettled(ACCOUNT, folder, 1):
                found = self.ledger.at(ACCOUNT, folder, 1, uid)
                assert found is not None
                listed.add(found.id)
            stranded = {row.id for row in self.ledger.stranded(ACCOUNT, folder, 1)}
            unfinished = {row.id for row in self.ledger.rows() if row.folder == folder and not row.is_settled}
            assert listed | stranded == unfinished
            assert not listed & stranded


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
