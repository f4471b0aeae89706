"""The messages of a sample: fetched again from the server, and handed to the corrections where asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from triage.access import enter
from triage.client_file import load_book
from triage.conclude import read
from triage.corrections import LABELS, taught
from triage.desk import desk_of
from triage.evidence_index import Exhibit
from triage.evidence_pack import Place, fetched
from triage.imap.folders import list_folders

if TYPE_CHECKING:
    from triage.conclude import Reading
    from triage.config import Account, Config
    from triage.ledger.contract import MessageRow
    from triage.ledger.samples import SampleRow
    from triage.ledger.sqlite import SqliteLedger

# Answered mail is often moved there; a folder of one of these uses or names is looked through by Message-ID.
_USES = frozenset({"\\archive", "\\all"})
_NAMES = frozenset({"archive", "archives", "archiv", "archivo", "arquivo"})


class Letters:
    """Reads messages of all accounts again, in the folder where they were seen last or in an archive."""

    def __init__(self, config: Config, ledger: SqliteLedger) -> None:
        self._config = config
        self._ledger = ledger
        book = load_book(config)
        told = taught(ledger, book)
        self._desks = {one.name: desk_of(config, one, book, taught=told) for one in config.accounts}

    def read(self, row_ids: Iterable[int]) -> dict[int, tuple[MessageRow, Reading]]:
        """Those that are still there, by their ids; raises WorldError where a server can't be reached."""
        rows = [row for id_ in row_ids if (row := self._ledger.find(str(id_))) is not None]
        raws = self._fetched(_place(row, row.folder, row.uidvalidity, row.uid) for row in rows)
        gone = [row for row in rows if row.id not in raws]
        for account in self._config.accounts:
            moved = [row for row in gone if row.account == account.name]
            if moved:
                raws |= self._fetched(_place(row, name) for name in _archives(account) for row in moved)
        return {row.id: (row, read(raws[row.id], self._desks[row.account])) for row in rows if row.id in raws}

    def _fetched(self, places: Iterable[Place]) -> dict[int, bytes]:
        found = fetched(places, self._config.accounts)
        return {exhibit.number: raw for exhibit, raw in found if raw is not None}


def _place(row: MessageRow, folder: str, uidvalidity: int = 0, uid: int = 0) -> Place:
    exhibit = Exhibit(row.id, "client", row.account, folder, row.key, row.subject, row.received)
    return Place(row.account, folder, uidvalidity, uid, exhibit)


def _archives(account: Account) -> list[str]:
    with enter(account) as session:
        listed = list_folders(session)
    return [one.name for one in listed if one.flags & _USES or one.leaf.lower() in _NAMES]


def hand_over(config: Config, ledger: SqliteLedger, now: datetime) -> str:
    """Make corrections of the labels that differ from what was judged; returns the sentence about it.

    What was said already, or of mail that is gone, is left out.
    """
    from triage.conclude import load_classifier
    from triage.corrections import correct, likeness

    wanted = {row.id: words for row in ledger.samples(state="labelled") if (words := _words(row, ledger))}
    found = Letters(config, ledger).read(wanted) if wanted else {}
    if found:
        judge = load_classifier(config.paths.cache)
        for id_, (row, reading) in found.items():
            correct(ledger, row, wanted[id_], likeness(reading, judge), now)
    ending = "" if len(found) == 1 else "s"
    return f"Handed to `triage correct`: {len(found):,} message{ending} judged otherwise."


def _words(row: SampleRow, ledger: SqliteLedger) -> Mapping[str, bool]:
    """Where the user's label differs from the judgement, and stands nowhere yet."""
    standing = {one.said.label for one in ledger.corrections(row.id)}
    differing: Sequence[str] = [label for label in LABELS if (label in row.said) != (label in row.judged)]
    return {label: label in row.said for label in differing if label not in standing}
