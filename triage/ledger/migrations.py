"""The schema as a list of named steps; each runs once, in one transaction together with its record.

A step that was ever released is never edited: a change is a new step at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from triage.errors import LedgerUnusable

APPLICATION_ID = 0x49547269
"""Marks the file as ours in its header ("ITri"), so that another program's database is never written to."""


def messages_and_cursors(connection: sqlite3.Connection) -> None:
    """Messages with their place, drafts, and how far each folder was read."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(
        """CREATE TABLE message (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
            key TEXT NOT NULL, content_hash TEXT NOT NULL, received TEXT NOT NULL,
            client TEXT NOT NULL, subject TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'planned', 'settled', 'given_up')),
            decision TEXT, outcome TEXT, reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0,
            gate TEXT, language TEXT, severity INTEGER NOT NULL DEFAULT 0,
            labels TEXT NOT NULL DEFAULT '{}')"""
    )
    connection.execute("CREATE UNIQUE INDEX message_identity ON message (account, key, content_hash)")
    connection.execute(
        "CREATE UNIQUE INDEX message_place ON message (account, folder, uidvalidity, uid) WHERE uid > 0"
    )
    connection.execute(
        "CREATE INDEX message_unsettled ON message (account, folder, uidvalidity, uid)"
        " WHERE state IN ('new', 'planned')"
    )
    connection.execute(
        """CREATE TABLE draft (
            id INTEGER PRIMARY KEY,
            message_id TEXT NOT NULL,
            message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('reply', 'holding')),
            state TEXT NOT NULL CHECK (state IN ('planned', 'appending', 'present', 'edited', 'sent',
                                                 'discarded', 'superseded', 'withdrawn')),
            uidvalidity INTEGER, uid INTEGER, content_hash TEXT,
            UNIQUE (message, kind))"""
    )
    connection.execute("CREATE INDEX draft_message_id ON draft (message_id)")
    connection.execute(
        """CREATE TABLE cursor (
            account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
            PRIMARY KEY (account, folder, uidvalidity)) WITHOUT ROWID"""
    )


def obligations_and_passes(connection: sqlite3.Connection) -> None:
    """What awaits an answer, how far Sent was read, and the last pass of each account."""
    connection.execute(
        """CREATE TABLE obligation (
            message INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
            due TEXT NOT NULL, holding_at TEXT, closed_at TEXT, closed_how TEXT)"""
    )
    connection.execute("CREATE INDEX obligation_open ON obligation (due) WHERE closed_at IS NULL")
    connection.execute(
        """CREATE TABLE sent_cursor (
            account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
            PRIMARY KEY (account, folder)) WITHOUT ROWID"""
    )
    connection.execute(
        "CREATE TABLE sync_point (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL)"
    )
    connection.execute("INSERT INTO sync_point VALUES (1, 0)")
    connection.execute(
        "CREATE TABLE pass (account TEXT PRIMARY KEY, at TEXT NOT NULL, summary TEXT NOT NULL)"
    )


def what_was_said_to_whom(connection: sqlite3.Connection) -> None:
    """The ids of the phrases each draft was made of, and a client's messages found quickly."""
    connection.execute("ALTER TABLE draft ADD COLUMN phrases TEXT NOT NULL DEFAULT '[]'")
    connection.execute("CREATE INDEX message_client ON message (account, client)")


def the_story_of_a_client(connection: sqlite3.Connection) -> None:
    """When each draft came into which state, the mail really sent, and what was learnt from incidents."""
    connection.execute(
        """CREATE TABLE draft_life (
            id INTEGER PRIMARY KEY, draft INTEGER NOT NULL REFERENCES draft ON DELETE CASCADE,
            state TEXT NOT NULL, at TEXT NOT NULL)"""
    )
    connection.execute("CREATE INDEX draft_life_draft ON draft_life (draft)")
    connection.execute(
        """CREATE TABLE sent_mail (
            account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
            at TEXT NOT NULL, recipient TEXT NOT NULL, message_id TEXT NOT NULL, answers TEXT NOT NULL,
            subject TEXT NOT NULL,
            PRIMARY KEY (account, folder, uidvalidity, uid, recipient)) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX sent_mail_recipient ON sent_mail (recipient)")
    connection.execute(
        """CREATE TABLE review (
            message INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
            at TEXT NOT NULL, cause TEXT NOT NULL, reason TEXT NOT NULL, change TEXT NOT NULL)"""
    )


def steps_of_the_payment_ladder(connection: sqlite3.Connection) -> None:
    """Which reminders were drafted for which invoices, and which of them were really sent."""
    connection.execute(
        """CREATE TABLE ladder_step (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL, client TEXT NOT NULL, invoice TEXT NOT NULL,
            step TEXT NOT NULL CHECK (step IN ('reminder', 'second_reminder', 'formal_demand', 'final_notice',
                                               'pause')),
            since TEXT NOT NULL, owed TEXT NOT NULL,
            message_id TEXT NOT NULL, subject TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('planned', 'present', 'edited', 'sent', 'discarded',
                                                 'withdrawn')),
            drafted TEXT NOT NULL, content_hash TEXT NOT NULL, phrases TEXT NOT NULL,
            sent TEXT, sent_message_id TEXT)"""
    )
    connection.execute(
        "CREATE UNIQUE INDEX ladder_step_unsent ON ladder_step (invoice)"
        " WHERE state IN ('planned', 'present', 'edited')"
    )
    connection.execute("CREATE INDEX ladder_step_mail ON ladder_step (message_id)")


def what_a_message_was_like(connection: sqlite3.Connection) -> None:
    """Small counts of what a client's message was about, by name: no word of it."""
    connection.execute("ALTER TABLE message ADD COLUMN traits TEXT NOT NULL DEFAULT '{}'")


def mails_of_our_own_accord(connection: sqlite3.Connection) -> None:
    """Updates and questions for feedback that were drafted, and what became of each."""
    connection.execute(
        """CREATE TABLE own_mail (
            message_id TEXT PRIMARY KEY, account TEXT NOT NULL, client TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('progress_update', 'feedback')),
            project TEXT NOT NULL, since TEXT NOT NULL, subject TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('planned', 'present', 'edited', 'sent', 'discarded',
                                                 'withdrawn')),
            drafted TEXT NOT NULL, content_hash TEXT NOT NULL, phrases TEXT NOT NULL)"""
    )
    connection.execute("CREATE INDEX own_mail_client ON own_mail (client)")


def corrections_by_the_user(connection: sqlite3.Connection) -> None:
    """The user's word on labels, what the classifier said of such messages, and the folders sorted into."""
    connection.execute(
        """CREATE TABLE correction (
            id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
            label TEXT NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('is', 'not')),
            thread TEXT NOT NULL, probability REAL NOT NULL, meaning BLOB, client_only INTEGER NOT NULL,
            source TEXT NOT NULL CHECK (source IN ('command', 'folder', 'keyword')),
            folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
            at TEXT NOT NULL, undone_at TEXT)"""
    )
    connection.execute(
        "CREATE UNIQUE INDEX correction_standing ON correction (message, label) WHERE undone_at IS NULL"
    )
    connection.execute(
        """CREATE TABLE sorting_folder (
            account TEXT NOT NULL, folder TEXT NOT NULL,
            uidvalidity INTEGER NOT NULL, uidnext INTEGER NOT NULL, found INTEGER NOT NULL,
            PRIMARY KEY (account, folder)) WITHOUT ROWID"""
    )
    connection.execute(
        """CREATE TABLE keyword_seen (
            account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
            keyword TEXT NOT NULL,
            PRIMARY KEY (account, folder, uidvalidity, uid, keyword)) WITHOUT ROWID"""
    )
    connection.execute("ALTER TABLE message ADD COLUMN judged_labels TEXT")
    connection.execute("ALTER TABLE message ADD COLUMN judged_severity INTEGER")


def appending_for_every_draft(connection: sqlite3.Connection) -> None:
    """Steps of the ladder and mails of our own accord may be on their way to the server, as replies may."""
    for table in ("ladder_step", "own_mail"):
        _allow_appending(connection, table)


def _allow_appending(connection: sqlite3.Connection, table: str) -> None:
    """A table's check can't be changed: the table is made anew, with its indexes."""
    made = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC",
        (table,),
    ).fetchall()
    for name, _ in made[1:]:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(f"ALTER TABLE {table} RENAME TO former")
    statements = [sql.replace("'planned', ", "'planned', 'appending', ") for _, sql in made]
    connection.execute(statements[0])
    connection.execute(f"INSERT INTO {table} SELECT * FROM former")  # noqa: S608
    connection.execute("DROP TABLE former")
    for index in statements[1:]:
        connection.execute(index)


def conversations_across_accounts(connection: sqlite3.Connection) -> None:
    """Which messages name each other, which reply closed an obligation, when a draft is due."""
    connection.execute("ALTER TABLE message ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE message ADD COLUMN reply_to TEXT NOT NULL DEFAULT '[]'")
    connection.execute("CREATE INDEX message_conversation ON message (conversation)")
    connection.execute("CREATE INDEX message_key ON message (key)")
    connection.execute("ALTER TABLE obligation ADD COLUMN closed_by TEXT")
    connection.execute("ALTER TABLE obligation ADD COLUMN draft_due TEXT")
    connection.execute("CREATE INDEX obligation_closed_by ON obligation (closed_by)")
    connection.execute(
        "CREATE TABLE thread (name TEXT PRIMARY KEY, conversation INTEGER NOT NULL) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX thread_conversation ON thread (conversation)")
    connection.execute(
        """CREATE TABLE undelivered (
            message_id TEXT NOT NULL, recipient TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (message_id, recipient)) WITHOUT ROWID"""
    )
    connection.execute(
        "CREATE INDEX sent_mail_domain ON sent_mail (substr(recipient, instr(recipient, '@') + 1))"
    )


def alarms_told_once(connection: sqlite3.Connection) -> None:
    """Which alarms were told by which way, when they were looked for, and accounts whose passes fail."""
    connection.execute(
        """CREATE TABLE alarm (
            key TEXT NOT NULL, channel TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('trying', 'told', 'failed')),
            tries INTEGER NOT NULL, tried TEXT NOT NULL,
            PRIMARY KEY (key, channel)) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX alarm_tried ON alarm (tried)")
    connection.execute(
        "CREATE TABLE alarm_watch (id INTEGER PRIMARY KEY CHECK (id = 1), begun TEXT NOT NULL,"
        " looks TEXT NOT NULL)"
    )
    connection.execute(
        """CREATE TABLE trouble (
            account TEXT PRIMARY KEY, kind TEXT NOT NULL, since TEXT NOT NULL, last TEXT NOT NULL,
            times INTEGER NOT NULL) WITHOUT ROWID"""
    )
    connection.execute(
        "CREATE INDEX message_alarming ON message (received)"
        " WHERE severity = 3 OR outcome = 'flag_only' OR state = 'given_up'"
    )


def a_sample_labelled_by_hand(connection: sqlite3.Connection) -> None:
    """Messages drawn at random, what the program and then the user said of each, and from how many."""
    connection.execute(
        """CREATE TABLE sample_window (
            id INTEGER PRIMARY KEY, begun TEXT NOT NULL, ended TEXT NOT NULL,
            flagged INTEGER NOT NULL, unsure INTEGER NOT NULL, clear INTEGER NOT NULL)"""
    )
    connection.execute(
        """CREATE TABLE sample (
            message INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
            week INTEGER NOT NULL, place INTEGER NOT NULL,
            stratum TEXT NOT NULL CHECK (stratum IN ('flagged', 'unsure', 'clear')),
            judged TEXT NOT NULL, said TEXT NOT NULL DEFAULT '[]',
            state TEXT NOT NULL DEFAULT 'drawn' CHECK (state IN ('drawn', 'labelled', 'skipped', 'gone')),
            at TEXT NOT NULL)"""
    )
    connection.execute(
        "CREATE TABLE sample_reminder (id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT NOT NULL)"
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    messages_and_cursors,
    obligations_and_passes,
    what_was_said_to_whom,
    the_story_of_a_client,
    steps_of_the_payment_ladder,
    what_a_message_was_like,
    mails_of_our_own_accord,
    corrections_by_the_user,
    appending_for_every_draft,
    conversations_across_accounts,
    alarms_told_once,
    a_sample_labelled_by_hand,
)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything inside is kept, or nothing; a transaction inside another joins it.

    IMMEDIATE: the write lock is waited for here, never half-way, where SQLite would refuse at once.
    """
    is_inner = connection.in_transaction
    if is_inner:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(
    connection: sqlite3.Connection,
    migrations: tuple[Callable[[sqlite3.Connection], None], ...] = MIGRATIONS,
) -> None:
    """Bring the schema up to date; refuses another program's file and a newer version's schema, untouched."""
    _begin_record(connection)
    done = _applied(connection)
    known = [step.__name__ for step in migrations]
    if done == known:
        return
    if done != known[: len(done)]:
        raise LedgerUnusable(
            "The ledger was written by a newer version of Inbox Triage: update the program, "
            "or point storage.state_folder to another folder."
        )
    for step in migrations:
        with transaction(connection):
            if step.__name__ not in _applied(connection):  # another process may have been quicker
                step(connection)
                connection.execute("INSERT INTO migration (name) VALUES (?)", (step.__name__,))


def _begin_record(connection: sqlite3.Connection) -> None:
    """Make the table of steps in an empty file."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "migration" not in tables:
        raise LedgerUnusable(
            "The file in the ledger's place is another program's database: move it away, "
            "or point storage.state_folder to another folder."
        )
    if not tables:
        with transaction(connection):
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
                " applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)"
            )


def _applied(connection: sqlite3.Connection) -> list[str]:
    """Names of the steps this file has seen, in order."""
    return [name for (name,) in connection.execute("SELECT name FROM migration ORDER BY number")]
