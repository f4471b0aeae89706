"""``timeline`` on a real mailbox: the story after two passes, and an evidence pack that proves it."""

from __future__ import annotations

import hashlib
import json
import mailbox as mailboxes
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.commands import app
from triage.config import load_config
from triage.files import HAS_MODES
from triage.imap.session import open_session
from triage.order import Order
from triage.sweep import sweep

ARRIVED = datetime(2026, 3, 9, 9, tzinfo=UTC)
HOSTILE_SUBJECT = '<script>alert(1)</script> [x](javascript:alert(1)) | "><img src=http://evil.example/a.png>'
ABUSE = "You are a useless clown and a fraud."
LETTERS = (
    ("kevin@pellandsons.example", "Quote", "Could you send me a quote for three more pages by Friday?"),
    ("kevin@pellandsons.example", HOSTILE_SUBJECT, f"{ABUSE} Fix the shop today."),
    (
        "office@pellandsons.example",
        "Invoice",
        "From here on nothing will be paid.\n\nFrom me you won't see a cent.",
    ),
    ("nora@harbourbakery.example", "Menu", "The menu looks lovely, thank you so much!"),
)
CLIENTS = """
[[clients]]
name = "Pell & Sons"
addresses = ["kevin@pellandsons.example"]
domains = ["pellandsons.example"]
[[clients.invoices]]
number = "2026-014"
total = "1200.00 EUR"
issued = 2026-02-20
due = 2026-03-06
payments = [{ on = 2026-03-10, money = "400 EUR" }]
"""


def mail(number: int, sender: str, subject: str, body: str, to: str = "mara@studio.example") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{number}@{sender.partition('@')[2]}>"
    message["Date"] = "Mon, 09 Mar 2026 08:59:00 +0000"
    message.set_content(body + "\n")
    return message


def answer(number: int) -> bytes:
    reply = mail(
        90 + number, "mara@studio.example", "Re: Quote", "Here it is.", "Kevin <KEVIN@pellandsons.example>"
    )
    reply["In-Reply-To"] = f"<{number}@pellandsons.example>"
    return reply.as_bytes()


@pytest.fixture
def config(mailbox: Mailbox, tmp_path: Path, model_cache: Path) -> Path:
    """Four letters swept at eleven; the first is answered at noon and seen so in a second pass."""
    for number, letter in enumerate(LETTERS, start=1):
        mailbox.deliver(mail(number, *letter).as_bytes(), arrived=ARRIVED + timedelta(minutes=number))
    (tmp_path / "clients.toml").write_text(CLIENTS, encoding="utf-8")
    (tmp_path / "clients.toml").chmod(0o600)
    path = tmp_path / "config.toml"
    path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")
    loaded = load_config(path)
    first = sweep(loaded, loaded.accounts[0], Order(clock=lambda: ARRIVED + timedelta(hours=2)))
    assert (first.error, first.seen) == (None, 4)
    sent = ARRIVED + timedelta(hours=3)
    mailbox.deliver(answer(1), folder=sent_folder(mailbox), arrived=sent)
    second = sweep(loaded, loaded.accounts[0], Order(clock=lambda: sent + timedelta(minutes=5)))
    assert second.error is None
    return path


def sent_folder(mailbox: Mailbox) -> str:
    from triage.imap.folders import find_folders

    with open_session(mailbox.server, mailbox.secret) as session:
        found = find_folders(session, drafts=None, sent=None).sent
    assert found is not None
    return found


def timeline(*arguments: str | Path, now: str = "2026-03-12T12:00+00:00") -> Result:
    return CliRunner().invoke(app, ["timeline", *map(str, arguments), "--now", now])


def records(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_whole_story_in_order(config: Path) -> None:
    *events, totals = records(timeline("Pell & Sons", "--json", "--config", config))
    kinds = [event["kind"] for event in events]
    assert kinds[:2] == ["invoice", "due"]
    assert kinds.count("reply") == 1
    assert kinds.count("payment") == 1
    assert kinds.count("message") + kinds.count("incident") == 3
    assert "draft" in kinds
    assert str(next(e["at"] for e in events if e["kind"] == "draft")).startswith("2026-03-09T11:00")
    (reply,) = [event for event in events if event["kind"] == "reply"]
    assert (reply["id"], reply["took_s"], reply["late"]) == (1, 2 * 3600 + 59 * 60, False)
    assert totals["messages"] == 3
    assert totals["owed"] == ["800.00 EUR"]
    assert {event["client"] for event in events} == {"Pell & Sons"}
    assert "Menu" not in [event["what"] for event in events]


def files_of(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


class Loads(HTMLParser):
    """Notes every element and every attribute that could load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.suspicious: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        names = {"src", "href", "srcset", "background", "action", "data", "style", "xlink:href"}
        self.suspicious += [(name, value) for name, value in attrs if name in names or name.startswith("on")]


@pytest.mark.parametrize("index", ["md", "html"])
def test_a_pack_proves_what_was_written(config: Path, mailbox: Mailbox, tmp_path: Path, index: str) -> None:
    before = mailbox.flags(), mailbox.flags(sent_folder(mailbox))
    folder = tmp_path / "pack"
    (record,) = records(timeline("pell", "--export", folder, "--format", index, "--json", "--config", config))
    assert {name: record[name] for name in ("messages", "replies", "gone")} == {
        "messages": 3,
        "replies": 1,
        "gone": 0,
    }
    assert (mailbox.flags(), mailbox.flags(sent_folder(mailbox))) == before
    assert {path.name for path in folder.iterdir()} == {
        f"index.{index}", "manifest.json", "messages", "messages.mbox", "SHA256SUMS"
    }  # fmt: skip

    stored = {*mailbox.stored("INBOX").values(), *mailbox.stored(sent_folder(mailbox)).values()}
    letters = [path.read_bytes() for path in files_of(folder / "messages")]
    assert len(letters) == 4
    assert set(letters) <= stored
    lines = [line.split("  ") for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    sums = {name: digest for digest, name in lines}
    packed = {
        path.relative_to(folder).as_posix(): path for path in files_of(folder) if path.name != "SHA256SUMS"
    }
    assert sums == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in packed.items()}

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    by_id = {message["message_id"]: message for message in manifest["messages"]}
    hostile = by_id["<2@pellandsons.example>"]
    assert hostile["subject"] == HOSTILE_SUBJECT
    assert datetime.fromisoformat(hostile["received"]) == ARRIVED + timedelta(minutes=2)
    assert hostile["date_header"] == "Mon, 09 Mar 2026 08:59:00 +0000"
    assert ABUSE in [piece["text"] for piece in hostile["evidence"] if piece["label"] == "hostility"]
    assert by_id["<91@studio.example>"]["side"] == "you"
    assert sums[hostile["file"]] == hostile["sha256"]
    page = (folder / f"index.{index}").read_text(encoding="utf-8")
    assert ABUSE.rstrip(".") in page.replace("\\", "")
    (assert_html_loads_nothing if index == "html" else assert_markdown_is_text)(page)
    assert_private(folder)
    assert_mbox_holds_all(folder)


def assert_private(folder: Path) -> None:
    """Files and folders are their owner's alone."""
    if HAS_MODES:
        assert {stat.S_IMODE(path.stat().st_mode) for path in files_of(folder)} == {0o600}
        assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "messages")} == {0o700}


def assert_mbox_holds_all(folder: Path) -> None:
    """A mail program finds every message, lines that begin with From included."""
    box = mailboxes.mbox(folder / "messages.mbox")
    bodies = {message["Message-ID"]: message.get_payload() for message in box}
    box.close()
    assert len(bodies) == 4
    assert ">From here on" in bodies["<3@pellandsons.example>"]
    assert ">From me" in bodies["<3@pellandsons.example>"]


def assert_html_loads_nothing(page: str) -> None:
    """The hostile subject stays text."""
    loads = Loads()
    loads.feed(page)
    assert loads.suspicious == []
    assert loads.elements & {"script", "img", "a", "link", "iframe", "object", "form", "base"} == set()
    assert "default-src 'none'" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def assert_markdown_is_text(page: str) -> None:
    """No link, no element and no table cell comes out of the hostile subject."""
    assert "<script" not in page
    assert re.search(r"(?<!\\)\]\(", page) is None
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


def test_what_is_gone_is_listed_as_gone(config: Path, mailbox: Mailbox, tmp_path: Path) -> None:
    with mailbox.second_client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search(["HEADER", "Message-ID", "<2@pellandsons.example>"]))
        client.expunge()
    folder = tmp_path / "pack"
    (record,) = records(timeline("pell", "--export", folder, "--json", "--config", config))
    assert record["gone"] == 1
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (gone,) = [message for message in manifest["messages"] if message["gone"]]
    assert (gone["message_id"], gone["file"], gone["sha256"]) == ("<2@pellandsons.example>", "", "")
    assert gone["flags"]
    assert "it isn't in its folder any more" in (folder / "index.md").read_text(encoding="utf-8").replace(
        "\\", ""
    )


def test_another_message_in_its_place_is_not_taken_for_it(
    config: Path, mailbox: Mailbox, tmp_path: Path
) -> None:
    """The folder was made anew: UIDs begin again, and other mail has the old ones."""
    kept = mailbox.stored("INBOX")
    with mailbox.second_client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search())
        client.expunge()
    mailbox.deliver(*reversed(kept.values()))
    folder = tmp_path / "pack"
    (record,) = records(timeline("pell", "--export", folder, "--json", "--config", config))
    assert record["gone"] == 0
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for message in manifest["messages"]:
        assert message["message_id"].encode() in (folder / message["file"]).read_bytes()


def test_a_folder_that_holds_something_is_left_alone(config: Path, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "mine.txt").write_text("mine", encoding="utf-8")
    result = timeline("pell", "--export", tmp_path / "pack", "--config", config)
    assert result.exit_code == 2
    assert "isn't empty" in result.output
    assert [path.name for path in (tmp_path / "pack").iterdir()] == ["mine.txt"]
    taken = timeline("pell", "--export", tmp_path / "pack" / "mine.txt", "--config", config)
    assert taken.exit_code == 2
