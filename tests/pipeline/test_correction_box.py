"""Corrections made in the mailbox: moved to a folder, tagged with a keyword, on a real server."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.letters import letter, plain
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.settings import config_text
from tests.rig.word_judge import WordJudge
from triage.access import ledger_path, secret_of
from triage.commands.checks import check_mailbox
from triage.config import Config, load_config
from triage.imap.inbox import Inbox
from triage.ledger.corrections import CorrectionRow
from triage.ledger.sqlite import open_ledger
from triage.order import Order, Summary
from triage.sweep import sweep

HOSTILE, FINE = "Triage/Hostility", "Triage/Fine"
LEARNING = f"""
[learning]
hostility = "{HOSTILE}"
clear = "{FINE}"
keywords = true
"""
BODY = "You are useless. Could we talk about the header on Thursday?"

Configured = Callable[[Mailbox], Config]


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    """A configuration with both folders, made on the server."""

    def write(mailbox: Mailbox) -> Config:
        with mailbox.second_client() as client:
            for folder in ("Triage", HOSTILE, FINE):
                client.create_folder(folder)
        path = tmp_path / "config.toml"
        text = config_text(mailbox, tmp_path, tmp_path / "cache") + LEARNING
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return write


def one_pass(config: Config, judge: WordJudge | None = None) -> Summary:
    summary = sweep(config, config.accounts[0], Order(judge_of=lambda: judge or WordJudge()))
    assert summary.error is None
    return summary


def corrections(config: Config) -> list[CorrectionRow]:
    with open_ledger(ledger_path(config)) as ledger:
        return ledger.corrections()


def said(config: Config) -> list[tuple[str, str, bool, str]]:
    """What stands: subject, label, whether it applies, and by what."""
    return [
        (row.subject, row.said.label, row.said.is_so, row.said.place.source) for row in corrections(config)
    ]


def move(mailbox: Mailbox, source: str, target: str, *uids: int) -> None:
    with mailbox.second_client() as client:
        client.select_folder(source)
        client.move(list(uids) or client.search("ALL"), target)


def tag(mailbox: Mailbox, keyword: str, *uids: int, remove: bool = False) -> None:
    with mailbox.second_client() as client:
        client.select_folder("INBOX")
        (client.remove_flags if remove else client.add_flags)(list(uids), [keyword.encode()])


def labels_of(config: Config, row_id: int) -> dict[str, str]:
    with open_ledger(ledger_path(config)) as ledger:
        row = ledger.find(str(row_id))
    assert row is not None
    return {label: verdict for label, (verdict, _) in row.labels.items()}


FINE_SAYS = [
    ("Homepage", label, False, "folder") for label in ("hostility", "scope_pressure", "payment_issue")
]


@pytest.mark.dovecot
def test_a_message_moved_to_fine_is_corrected_and_moved_out_is_as_before(
    alice: Mailbox, configured: Configured
) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY), letter(2, subject="Footer", body=BODY))
    one_pass(config)
    assert said(config) == []
    assert labels_of(config, 1)["hostility"] == "flagged"
    move(alice, "INBOX", FINE, 1)
    one_pass(config)
    assert said(config) == FINE_SAYS
    assert labels_of(config, 1)["hostility"] == "clear"
    assert labels_of(config, 2)["hostility"] == "flagged"
    one_pass(config)
    assert said(config) == FINE_SAYS
    move(alice, FINE, "INBOX")
    one_pass(config)
    assert said(config) == []
    assert labels_of(config, 1)["hostility"] == "flagged"


@pytest.mark.dovecot
def test_moved_from_one_folder_to_the_other_the_later_word_counts(
    alice: Mailbox, configured: Configured
) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    one_pass(config)
    move(alice, "INBOX", HOSTILE)
    one_pass(config)
    assert said(config) == [("Homepage", "hostility", True, "folder")]
    move(alice, HOSTILE, FINE)
    one_pass(config)
    assert said(config) == FINE_SAYS
    move(alice, FINE, HOSTILE)
    one_pass(config)
    assert said(config) == [("Homepage", "hostility", True, "folder")]


@pytest.mark.dovecot
def test_the_program_moves_and_flags_nothing(alice: Mailbox, configured: Configured) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY), letter(2, body="Fine."))
    one_pass(config)
    move(alice, "INBOX", FINE, 1)
    tag(alice, "$TriageHostility", 2)
    before = [(alice.flags(folder), alice.stored(folder)) for folder in ("INBOX", FINE, HOSTILE)]
    one_pass(config)
    one_pass(config)
    assert [(alice.flags(folder), alice.stored(folder)) for folder in ("INBOX", FINE, HOSTILE)] == before


@pytest.mark.dovecot
def test_only_what_the_ledger_knows_counts(alice: Mailbox, configured: Configured) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    one_pass(config)
    alice.deliver(letter(1, body="Same Message-ID, other words."), letter(9, body=BODY), folder=FINE)
    own = plain(5, body=BODY)
    own.replace_header("From", "Mara Lindqvist <mara@studio.example>")
    listed = plain(6, body=BODY)
    listed["List-Id"] = "<news.client.example>"
    alice.deliver(own.as_bytes(), listed.as_bytes())
    one_pass(config)
    move(alice, "INBOX", FINE, 2, 3)
    one_pass(config)
    assert said(config) == []


@pytest.mark.dovecot
def test_a_keyword_corrects_and_its_removal_undoes(alice: Mailbox, configured: Configured) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY), letter(2, body="Nice."))
    one_pass(config)
    tag(alice, "$TriageNotHostility", 1)
    tag(alice, "$triagepaymentissue", 2)  # a mail program may write it in small letters
    one_pass(config)
    assert said(config) == [
        ("Homepage", "hostility", False, "keyword"),
        ("Homepage", "payment_issue", True, "keyword"),
    ]
    tag(alice, "$TriageNotHostility", 1, remove=True)
    one_pass(config)
    assert said(config) == [("Homepage", "payment_issue", True, "keyword")]
    # A message that is archived keeps its tag, and its correction.
    with alice.second_client() as client:
        client.create_folder("Archive")
    move(alice, "INBOX", "Archive", 2)
    one_pass(config)
    one_pass(config)
    assert said(config) == [("Homepage", "payment_issue", True, "keyword")]


@pytest.mark.dovecot
def test_what_the_user_takes_back_by_command_is_not_said_again(
    alice: Mailbox, configured: Configured
) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY), letter(2, body=BODY))
    one_pass(config)
    tag(alice, "$TriageNotHostility", 1)
    move(alice, "INBOX", FINE, 2)
    one_pass(config)
    with open_ledger(ledger_path(config)) as ledger:
        for row in ledger.corrections():
            ledger.undo_corrections(row.row_id, ledger.clock())
    one_pass(config)
    assert said(config) == []
    alice.deliver(letter(3, body="Something new in the folder."), folder=FINE)
    one_pass(config)
    assert said(config) == []


@pytest.mark.dovecot
def test_mail_tagged_before_it_was_read_is_heard_by_the_next_pass(
    alice: Mailbox, configured: Configured
) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    tag(alice, "$TriageNotHostility", 1)
    one_pass(config)
    assert said(config) == []
    one_pass(config)
    assert said(config) == [("Homepage", "hostility", False, "keyword")]


@pytest.mark.dovecot
def test_a_renumbered_folder_says_nothing_twice(dovecot: Dovecot, configured: Configured) -> None:
    user = dovecot.user("alice")
    mailbox = on_dovecot(dovecot, user)
    config = configured(mailbox)
    mailbox.deliver(letter(1, body=BODY), letter(2, subject="Footer", body=BODY))
    one_pass(config)
    move(mailbox, "INBOX", FINE)
    one_pass(config)
    with open_ledger(ledger_path(config)) as ledger:
        ledger.undo_corrections(2, ledger.clock())
    dovecot.set_uidvalidity(user, FINE, 4711)
    one_pass(config)
    assert said(config) == FINE_SAYS
    assert {row.said.place.uidvalidity for row in corrections(config)} == {4711}
    move(mailbox, FINE, "INBOX")
    one_pass(config)
    assert said(config) == []


@pytest.mark.dovecot
def test_a_server_without_keywords_works_by_folders(dovecot: Dovecot, configured: Configured) -> None:
    mailbox = on_dovecot(dovecot, dovecot.user("alice"))
    config = configured(mailbox)
    mailbox.deliver(letter(1, body=BODY))
    with dovecot.setting("mail_max_keyword_length = 1\n"):
        one_pass(config)
        move(mailbox, "INBOX", FINE)
        one_pass(config)
    assert said(config) == FINE_SAYS


@pytest.mark.dovecot
def test_a_corrected_message_can_still_be_found(alice: Mailbox, configured: Configured) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    one_pass(config)
    move(alice, "INBOX", FINE)
    one_pass(config)
    with open_ledger(ledger_path(config)) as ledger:
        row = ledger.find("1")
    assert row is not None
    assert row.folder == FINE


@pytest.mark.dovecot
def test_a_folder_that_is_missing_is_told_and_stops_nothing(
    alice: Mailbox, configured: Configured, caplog: pytest.LogCaptureFixture
) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    with alice.second_client() as client:
        client.delete_folder(FINE)
    with caplog.at_level(logging.WARNING):
        assert one_pass(config).seen == 1
    assert "there is no folder 'Triage/Fine'" in caplog.text


@pytest.mark.dovecot
def test_a_rehearsal_learns_nothing(alice: Mailbox, configured: Configured) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    one_pass(config)
    move(alice, "INBOX", FINE)
    order = Order(judge_of=WordJudge, dry_run=True)
    assert sweep(config, config.accounts[0], order).error is None
    assert said(config) == []


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each FETCH of whole messages asked for."""
    asked: list[int] = []
    real = Inbox.fetch

    def counting(self: Inbox, uids: list[int]) -> Iterator[object]:
        asked.append(len(uids))
        return real(self, uids)

    monkeypatch.setattr(Inbox, "fetch", counting)
    return asked


def checked(config: Config) -> dict[str, bool]:
    account = config.accounts[0]
    checks = check_mailbox(config, account, secret_of(account), datetime.now(UTC))
    return {check.detail: check.ok for check in checks if check.check == "learning"}


@pytest.mark.dovecot
def test_doctor_knows_the_folders(alice: Mailbox, configured: Configured) -> None:
    config = configured(alice)
    assert checked(config) == {HOSTILE: True, FINE: True}
    with alice.second_client() as client:
        client.delete_folder(FINE)
    assert checked(config) == {HOSTILE: True, FINE: False}


@pytest.mark.dovecot
def test_a_pass_in_which_nothing_was_sorted_loads_nothing_for_it(
    alice: Mailbox, configured: Configured
) -> None:
    config = configured(alice)
    alice.deliver(letter(1, body=BODY))
    one_pass(config)
    move(alice, "INBOX", FINE)
    one_pass(config)
    script = (
        "import sys; from pathlib import Path; from triage.config import load_config;"
        "from triage.sweep import sweep; config = load_config(Path(sys.argv[1]));"
        "print(sweep(config, config.accounts[0]).error, *sys.modules)"
    )
    command = [sys.executable, "-c", script, str(config.paths.config)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "None"
    assert "triage.correction_box" in told
    assert not {"numpy", "sklearn", "classifiers.learnt", "triage.conclude", "mailparser"} & {*told}


@pytest.mark.dovecot
def test_an_unchanged_mailbox_is_not_read_again(
    alice: Mailbox, configured: Configured, fetched: list[int]
) -> None:
    config = configured(alice)
    alice.deliver(*(letter(number, body=BODY) for number in range(1, 4)))
    one_pass(config)
    move(alice, "INBOX", FINE, 1)
    tag(alice, "$TriageNotHostility", 2)
    one_pass(config)
    fetched.clear()
    judge = WordJudge()
    one_pass(config, judge)
    assert (sum(fetched), judge.asked) == (0, [])
