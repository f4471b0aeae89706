"""What servers say otherwise than the book has it, in whole passes: nothing hangs or is lost, one draft."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox
from tests.rig.pretend_mail import Habits
from tests.rig.providers import COURIER, CYRUS
from tests.rig.whole_pass import RUDE, studio
from triage.imap.drafts_box import Attempt, put_once
from triage.imap.folders import find_folders
from triage.imap.session import Server, open_session

LIST = "LIST"
SMALL = b"* 1 FETCH (UID 1 RFC822.SIZE 40 INTERNALDATE "


def first(pattern: str, *answer: bytes) -> Habits:
    """The book, but for the first answer to a command."""
    return Habits(refusals=((pattern, 1, b"\r\n".join(answer)),))


@pytest.mark.parametrize(
    "habits",
    [
        first("UID FETCH .*BODY", b"* 1 FETCH (UID 1 BODY[] {5}", b"much more than five)", b"TAG OK done"),
        first("UID FETCH .*BODY", b"* 1 FETCH (UID 1 BODY[] {500}", b"less)", b"TAG OK done"),
        first("UID FETCH .*SIZE", b"* 1 FETCH (UID 1 RFC822.SIZE NIL INTERNALDATE NIL)", b"TAG OK done"),
        first("UID FETCH .*SIZE", b"* 1 FETCH (RFC822.SIZE 40)", b"TAG OK done"),
        first("UID FETCH .*SIZE", b"* BYE see", b" you"),
        first("UID FETCH .*BODY", b"* BYE [UNAVAILABLE] in the middle", b"TAG OK done"),
        first("UID SEARCH", b"* SEARCH 1 one 2", b"TAG OK done"),
        first("EXAMINE", b"* OK [UIDVALIDITY 0] none", b"TAG OK [READ-ONLY] done"),
        first("EXAMINE", b"* many EXISTS", b"TAG OK done"),
        first("EXAMINE", b"TAG OK done"),
        first("NOOP", b"* 1 EXISTS", b"* 0 EXISTS", b"* 1 EXPUNGE", b"TAG OK done"),
        first("CAPABILITY", b"* CAPABILITY", b"TAG OK done"),
        first("LIST", b"* LIST (\\HasNoChildren) NIL NIL", b"TAG OK done"),
        first("AUTHENTICATE", b"+ ", b"TAG OK in"),
        first("APPEND", b"TAG OK"),
        first("APPEND", b"* OK [APPENDUID 7 99999] other folder", b"TAG OK done"),
        first("APPEND", b"TAG OK [APPENDUID x y] done"),
    ],
    ids=lambda habits: habits.refusals[0][2][:46].decode("ascii", "replace").replace("\r\n", " "),
)
def test_an_answer_out_of_the_book_costs_a_pass_at_most(
    habits: Habits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with studio(habits, tmp_path, monkeypatch) as at:
        at.write()
        started = time.monotonic()
        summary = at.run()
        assert "fault of the program" not in (summary.error or "")
        assert time.monotonic() - started < 6
        at.run()
        at.well()
        at.well()
        # an OK to an APPEND that stored nothing is a lie that nobody can see through
        is_lie = habits.refusals[0][0] == "APPEND"
        assert len(at.server.mail.drafts()) <= 1
        assert is_lie or len(at.server.mail.drafts()) == 1


@pytest.mark.parametrize(
    "line",
    [
        b'* LIST (\\Drafts) "/" "Entw\xc3\xbcrfe"',
        b'* LIST (\\Drafts) "/" "Entw\xfcrfe"',
        b'* LIST (\\Drafts) "/" {9}\r\nEntw\xc3\xbcrfe',
        b'* LIST (\\Drafts \\Noinferiors \\X-odd) "/" Drafts',
        b'* LIST (\\Drafts) NIL "Drafts"',
        b'* LIST () "." "INBOX.Drafts"',
        b'* XLIST (\\Inbox) "/" INBOX\r\n* LIST (\\Drafts) "/" Drafts',
    ],
)
def test_folder_names_in_eight_bits_and_other_dress(line: bytes) -> None:
    from tests.rig.scripted import scripted

    script = ((rb"LIST", line.replace(b"\r\n", b"\n") + b"\nTAG OK done"),)
    with scripted(*script) as server, open_session(server.server, server.secret) as session:
        assert find_folders(session, drafts=None, sent=None).drafts


def test_commands_do_not_wait_for_each_other() -> None:
    from tests.rig.scripted import scripted

    with scripted() as server, open_session(server.server, server.secret) as session:
        assert session.client.socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_nothing_is_asked_that_servers_take_apart_wrongly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No ENVELOPE, no flag but Deleted on our own drafts, no command that marks mail as read."""
    with studio(Habits(), tmp_path, monkeypatch) as at:
        at.write()
        at.well()
        at.server.mail.answer("<letter-1@client.example>", "jo@client.example")
        at.well()
        said = "\n".join(at.server.commands)
        assert "ENVELOPE" not in said
        assert "BODY[" not in said.replace("BODY.PEEK[", "")
        stores = [line for line in at.server.commands if "STORE" in line]
        assert stores == ["UID STORE 1 +FLAGS.SILENT (\\Deleted)"]


def test_cyrus_forbids_login_after_it_worked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "LOGINDISABLED" in CYRUS.capabilities
    with studio(CYRUS, tmp_path, monkeypatch) as at:
        at.write()
        assert at.well().drafted == 1


def test_past_the_end_some_servers_find_the_last_message_and_some_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for habits in (COURIER, Habits()):
        folder = tmp_path / habits.drafts
        folder.mkdir()
        with studio(habits, folder, monkeypatch) as at:
            at.write()
            assert [at.well().seen for _ in range(3)] == [1, 0, 0]


def test_a_huge_line_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chatter = b"* OK " + b"x" * 2_000_000
    with studio(Habits(chatter=chatter), tmp_path, monkeypatch) as at:
        at.write()
        assert at.well().drafted == 1


def test_fetched_without_being_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags of other messages come in the middle of an answer, with and without UID."""
    chatter = b"* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (5))"
    with studio(Habits(chatter=chatter), tmp_path, monkeypatch) as at:
        for number in (1, 2, 3):
            at.server.mail.put("INBOX", letter(number, body=RUDE, subject=f"Matter {number}"))
        assert (at.well().drafted, at.well().drafted) == (3, 0)


def test_a_draft_is_begun_only_when_it_is_really_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    with studio(replace(Habits(), loses_ok=0), tmp_path, monkeypatch) as at:
        at.write()
        at.well()
        (raw,) = at.server.mail.drafts()
        message_id = at.server.mail.folders["Drafts"].letters[1].header("Message-ID")
        server = Server("127.0.0.1", at.server.port, "plaintext", "mara", timeout=1, lag=0)
        with open_session(server, Mailbox("", "", 0, "", "password").secret) as session:
            attempt = Attempt(begin=lambda: begun.append("begun"))
            assert put_once(session, "Drafts", message_id=message_id, raw=raw, attempt=attempt).was_there
            assert begun == []
            other = raw.replace(message_id.encode(), b"<other@studio.example>").replace(b"X-Draft", b"X-No")
            put_once(session, "Drafts", message_id="<other@studio.example>", raw=other, attempt=attempt)
            assert begun == ["begun"]


@pytest.mark.dovecot
def test_proton_bridge_signs_its_own_certificate(dovecot: Dovecot, alice: Mailbox) -> None:
    """STARTTLS on loopback, the certificate itself as ``ca_file``."""
    own = dovecot.folder / "certificates" / "server.pem"
    server = Server("127.0.0.1", dovecot.port, "starttls", alice.username, ca_file=own)
    with open_session(server, alice.secret) as session:
        assert find_folders(session, drafts=None, sent=None).drafts == "Drafts"
