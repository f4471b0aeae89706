"""A draft is found again by a program that remembers nothing: untouched, edited, written by two at once."""

from __future__ import annotations

import threading

import pytest

from tests.rig.letters import draft
from tests.rig.mailbox import Mailbox
from triage.imap.drafts_box import Placed, put_once, seen

ID = "<draft-1@studio.example>"


def put(mailbox: Mailbox, raw: bytes = draft(ID), *, is_reply: bool = True) -> Placed:
    with mailbox.session() as session:
        return put_once(session, "Drafts", message_id=ID, raw=raw, is_reply=is_reply)


def test_an_untouched_draft_is_known_as_ours(mailbox: Mailbox) -> None:
    assert not put(mailbox).is_touched
    again = put(mailbox, draft(ID, body="Written an hour later.\n"))
    assert (again.was_there, again.is_touched) == (True, False)
    assert list(mailbox.stored("Drafts").values()) == [draft(ID)]


@pytest.mark.parametrize(
    "edited",
    [
        draft(ID).replace(b"I have it", b"My own words"),
        draft(ID).replace(b"I have it", b"My own words").replace(ID.encode(), b"<new@program.example>"),
        draft(ID).replace(b"X-Draft-", b"X-Dropped-").replace(ID.encode(), b"<new@program.example>"),
    ],
    ids=["same name", "new name", "no mark of ours"],
)
def test_an_edited_draft_is_found_and_the_users(mailbox: Mailbox, edited: bytes) -> None:
    mailbox.deliver(edited, folder="Drafts")
    placed = put(mailbox)
    assert (placed.was_there, placed.is_touched, placed.altered) == (
        True,
        True,
        (),
    )  # no fault of the server's
    assert list(mailbox.stored("Drafts").values()) == [edited]


def test_another_draft_of_ours_for_the_same_message_is_no_obstacle(mailbox: Mailbox) -> None:
    """Two messages may carry one Message-ID: each gets its draft."""
    mailbox.deliver(draft("<other@studio.example>"), folder="Drafts")
    assert not put(mailbox).was_there
    assert len(mailbox.stored("Drafts")) == 2


def test_what_is_no_reply_minds_its_own_mark_alone(mailbox: Mailbox) -> None:
    own = draft("<own@program.example>").replace(b"X-Draft-", b"X-Dropped-")
    mailbox.deliver(own, folder="Drafts")
    assert not put(mailbox, is_reply=False).was_there


def test_a_draft_of_a_pass_that_died_is_seen(mailbox: Mailbox) -> None:
    with mailbox.session() as session:
        assert seen(session, "Drafts", ID) is None
    put(mailbox)
    with mailbox.session() as session:
        found = seen(session, "Drafts", ID)
    assert found is not None
    assert not found.is_touched


@pytest.mark.dovecot
def test_two_programs_at_once_leave_one_draft(alice: Mailbox) -> None:
    for _ in range(5):
        barrier = threading.Barrier(2)

        def place(barrier: threading.Barrier = barrier) -> None:
            with alice.session() as session:
                barrier.wait(10)
                put_once(session, "Drafts", message_id=ID, raw=draft(ID))

        threads = [threading.Thread(target=place) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        with alice.session() as session:
            put_once(session, "Drafts", message_id=ID, raw=draft(ID))
        assert len(alice.stored("Drafts")) == 1


@pytest.mark.dovecot
def test_of_two_drafts_with_one_name_an_edited_one_is_never_deleted(alice: Mailbox) -> None:
    edited = draft(ID).replace(b"I have it", b"My own words")
    alice.deliver(draft(ID), edited, folder="Drafts")
    put(alice)
    assert edited in alice.stored("Drafts").values()
