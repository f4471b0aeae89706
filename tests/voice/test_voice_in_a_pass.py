"""Learning while mail is swept, on real servers: a little at a time, without a trace, never in the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.rig.mailbox import Mailbox
from tests.rig.sent_mail import NORA, WEISS, forty, sent
from tests.rig.settings import config_text
from triage.clients.voice import VoiceBook, voice_for
from triage.config import Config, load_config
from triage.imap.sent import VOICE_OCTETS, newest_sent, older_sent, sent_texts
from triage.order import Order, Summary
from triage.sweep import sweep
from triage.voice_file import load_voice, voice_path
from triage.voice_learning import ENOUGH, MOST_A_PASS, Writer, learn_newest

LONG_AGO = datetime.now(UTC) - timedelta(days=30)
TEXT = "Hi Nora,\n\nthe pages are online and the price list is attached.\n\nCheers,\nMara\n"
Settings = Callable[..., Config]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A configuration that leads to a mailbox; its classifier is never asked."""

    def write(mailbox: Mailbox, extra: str = "", cache: Path = tmp_path) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(config_text(mailbox, tmp_path, cache) + extra, encoding="utf-8")
        return load_config(path)

    return write


def one_pass(config: Config, **how: object) -> Summary:
    """Sweep the only account."""
    done = sweep(config, config.accounts[0], Order(**how))  # type: ignore[arg-type]
    assert done.error is None
    return done


def learnt(config: Config) -> VoiceBook:
    """What is known after it."""
    return load_voice(voice_path(config.paths.state))


def test_what_was_sent_is_learnt_and_nothing_in_the_folder_changes(
    mailbox: Mailbox, settings: Settings
) -> None:
    mailbox.deliver(*forty()[:20], folder="Sent")
    config = settings(mailbox)
    one_pass(config)
    assert len(learnt(config).samples) == 20
    assert set(mailbox.flags("Sent").values()) == {frozenset()}


def test_a_pass_learns_from_a_few_and_goes_on_with_older_ones(mailbox: Mailbox, settings: Settings) -> None:
    mailbox.deliver(*forty(), folder="Sent", arrived=LONG_AGO)
    config = settings(mailbox)
    one_pass(config)
    assert learnt(config) == VoiceBook()
    mailbox.deliver(sent(100, NORA, TEXT), folder="Sent")
    one_pass(config)
    assert len(learnt(config).samples) == MOST_A_PASS
    one_pass(config)
    assert len(learnt(config).samples) == MOST_A_PASS
    mailbox.deliver(sent(101, NORA, TEXT), folder="Sent")
    one_pass(config)
    assert len(learnt(config).samples) == 42
    weiss = voice_for(learnt(config), ("p.weiss@weissundsohn.example",), "de")
    assert (weiss.text("greeting"), weiss.found["greeting"].mails) == ("Sehr geehrter {name},", 10)


def test_mail_that_is_looked_at_again_counts_once(mailbox: Mailbox, settings: Settings) -> None:
    mailbox.deliver(*forty()[:10], folder="Sent")
    config = settings(mailbox)
    one_pass(config)
    before = learnt(config)
    one_pass(config, since=LONG_AGO)
    assert learnt(config) == before
    assert len(before.samples) == 10


def test_a_rehearsal_and_a_no_learn_nothing(mailbox: Mailbox, settings: Settings) -> None:
    mailbox.deliver(*forty()[:5], folder="Sent")
    config = settings(mailbox)
    one_pass(config, dry_run=True)
    assert not voice_path(config.paths.state).exists()
    config = settings(mailbox, "[drafting]\nlearn_voice = false\n")
    one_pass(config)
    assert not voice_path(config.paths.state).exists()


def test_a_damaged_file_costs_the_pass_nothing(
    mailbox: Mailbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.deliver(*forty()[:5], folder="Sent")
    config = settings(mailbox)
    voice_path(config.paths.state).parent.mkdir(parents=True)
    voice_path(config.paths.state).write_text("{", encoding="utf-8")
    one_pass(config)
    assert "not learnt in this pass" in caplog.text
    assert voice_path(config.paths.state).read_text(encoding="utf-8") == "{"


def test_a_pass_without_new_sent_mail_loads_nothing_for_it(
    mailbox: Mailbox, settings: Settings, tmp_path: Path
) -> None:
    mailbox.deliver(*forty()[:5], folder="Sent", arrived=LONG_AGO)
    settings(mailbox)
    script = (
        "import sys; from pathlib import Path; from triage.config import load_config;"
        "from triage.sweep import sweep; config = load_config(Path(sys.argv[1]));"
        "print(sweep(config, config.accounts[0]).error);"
        "print([name for name in sys.modules if 'voice' in name or name == 'classifiers'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "config.toml")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split("\n")[0] == "None"
    assert "voice_learning" not in done.stdout
    assert "voice_reading" not in done.stdout
    assert "classifiers" not in done.stdout


def test_all_at_once_is_the_same_as_by_and_by(mailbox: Mailbox, settings: Settings, tmp_path: Path) -> None:
    mailbox.deliver(*forty(), folder="Sent", arrived=LONG_AGO)
    writer = Writer("studio", "Mara Lindqvist", ("mara@studio.example",))
    progress: list[tuple[int, int]] = []
    with mailbox.session() as session:
        for portion in (7, 30, 40):
            learn_newest(session, "Sent", most=portion, state=tmp_path / "parts", writer=writer)
        done = learn_newest(
            session,
            "Sent",
            most=500,
            state=tmp_path / "whole",
            writer=writer,
            progress=lambda *step: progress.append(step),
        )
    assert (done.read, done.new) == (40, 40)
    assert progress == [(25, 40), (40, 40)]
    parts, whole = (load_voice(voice_path(tmp_path / name)) for name in ("parts", "whole"))
    assert parts == whole


def test_learning_that_is_stopped_keeps_what_it_has(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.deliver(*forty(), folder="Sent")
    writer = Writer("studio", "Mara Lindqvist", ("mara@studio.example",))
    asked = iter([False, True])
    with mailbox.session() as session:
        done = learn_newest(
            session, "Sent", most=500, state=tmp_path, writer=writer, stop=lambda: next(asked)
        )
    assert (done.read, done.new) == (25, 25)
    newest = load_voice(voice_path(tmp_path))
    assert len(newest.samples) == 25


def test_of_a_large_mail_the_beginning_is_read(mailbox: Mailbox, tmp_path: Path) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "mara@studio.example", NORA, "Website"
    message["Message-ID"] = "<large@studio.example>"
    message.set_content(TEXT)
    message.add_attachment(bytes(range(256)) * 3000, "application", "pdf", filename="plan.pdf")
    mailbox.deliver(message.as_bytes(), folder="Sent")
    writer = Writer("studio", "Mara Lindqvist", ("mara@studio.example",))
    with mailbox.session() as session:
        (fetched,) = sent_texts(session, "Sent", newest_sent(session, "Sent", 5))
        learn_newest(session, "Sent", most=5, state=tmp_path, writer=writer)
    assert len(fetched.raw) == VOICE_OCTETS
    (sample,) = load_voice(voice_path(tmp_path)).samples
    assert (sample.greeting, sample.sign_off, sample.words) == ("Hi {name}", "Cheers", 10)


def test_older_mail_is_looked_for_in_bounded_steps(mailbox: Mailbox) -> None:
    mailbox.deliver(*forty()[:12], folder="Sent")
    with mailbox.session() as session:
        uids = newest_sent(session, "Sent", 50)
        assert len(uids) == 12
        assert older_sent(session, "Sent", uids[-1] + 1, 5) == (uids[-5:], uids[-5])
        assert older_sent(session, "Sent", uids[7], 50) == (uids[:7], max(1, uids[7] - 500))
        assert older_sent(session, "Sent", uids[7], 0) == ([], uids[7])
        assert older_sent(session, "Sent", uids[-1] + 2000, 50) == ([], uids[-1] + 1500)
        assert older_sent(session, "Sent", 1, 50) == ([], 1)
    assert ENOUGH > MOST_A_PASS


def question(number: int, sender: str, text: str) -> bytes:
    """A client's mail."""
    return sent(number, "Mara <mara@studio.example>", text, sender=sender, subject="Landing pages")


@pytest.mark.dovecot
def test_drafts_greet_and_close_as_the_freelancer_does(
    alice: Mailbox, settings: Settings, model_cache: Path
) -> None:
    alice.deliver(*forty(), folder="Sent")
    config = settings(alice, cache=model_cache)
    one_pass(config)
    mailed = sent(100, NORA, TEXT)
    alice.deliver(mailed, folder="Sent")
    one_pass(config)
    alice.deliver(
        question(
            201,
            NORA,
            "While you're at it just add the two extra landing pages, it's a tiny thing and I assume it is "
            "included, no extra charge obviously.\n\nNora\n",
        ),
        question(
            202,
            WEISS,
            "Fügen Sie doch bitte noch schnell die zwei zusätzlichen Seiten hinzu, das ist ja im Preis "
            "enthalten, ohne Aufpreis natürlich.\n\nPeter Weiss\n",
        ),
    )
    assert one_pass(config).drafted == 2
    texts = {}
    for raw in alice.stored("Drafts").values():
        message = message_from_bytes(raw, policy=policy.default)
        texts[message["To"].addresses[0].display_name] = message.get_content().replace("\r\n", "\n")
    assert texts["Nora Hill"].startswith("Hi Nora,\n")
    assert "\nCheers,\nMara Lindqvist" in texts["Nora Hill"]
    assert texts["Peter Weiss"].startswith("Sehr geehrter Herr Weiss,\n")
    assert "\nMit freundlichen Grüßen\nMara Lindqvist" in texts["Peter Weiss"]


@pytest.mark.dovecot
def test_a_draft_that_is_sent_as_it_is_teaches_nothing(
    alice: Mailbox, settings: Settings, model_cache: Path
) -> None:
    more = "While you're at it just add the two extra landing pages, it's a tiny thing, no extra charge."
    alice.deliver(question(201, NORA, more))
    config = settings(alice, cache=model_cache)
    assert one_pass(config).drafted == 1
    (draft,) = alice.stored("Drafts").values()
    plain = draft.replace(b"X-Draft-Reference", b"X-Nothing")
    alice.deliver(draft.replace(b"Message-ID: <", b"Message-ID: <a"), folder="Sent")
    alice.deliver(plain.replace(b"Message-ID: <", b"Message-ID: <b"), folder="Sent")
    alice.deliver(sent(100, NORA, TEXT), folder="Sent")
    one_pass(config)
    assert [one.greeting for one in learnt(config).samples] == ["Hi {name}"]
