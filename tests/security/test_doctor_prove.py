"""`doctor --prove` on a real server: what holds is shown, and what is broken on purpose is found."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.mixed_mail import case, thirty
from tests.rig.push_server import PushServer, push_server
from tests.rig.settings import config_text, printing
from triage.commands import prove as proving
from triage.commands.guard import Witness, witnessed
from triage.commands.remains import Remains, words_of
from triage.config import Config, load_config
from triage.imap.session import Session
from triage.ledger.sqlite import open_ledger
from triage.notify.delivery import HEARD
from triage.observer import Observer
from triage.sweep import sweep

CHECKS = {
    "pass", "sending", "network", "commands", "flags", "keyring", "modes", "ledger", "text", "secret on disk",
}  # fmt: skip


@pytest.fixture
def alice(dovecot: Dovecot) -> Mailbox:
    """A mailbox with a password that stands nowhere by chance."""
    return on_dovecot(dovecot, dovecot.user("storm"))


@pytest.fixture
def config(alice: Mailbox, tmp_path: Path, model_cache: Path) -> Config:
    """An account whose password a program prints from a file of its own."""
    safe = tmp_path / "safe"
    safe.write_text(alice.password, encoding="utf-8")
    program = f"print(open({str(safe)!r}).read())"
    text = config_text(alice, tmp_path, model_cache)
    text = text.replace(printing(alice.password), shlex.join((sys.executable, "-c", program)))
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load_config(path)


def ran(config: Config, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status and rows of the command in a process of its own: this one has loaded more than a user's."""
    command = [sys.executable, "-m", "triage", "doctor", "--prove", "--json", *options]
    done = subprocess.run(
        [*command, "--config", str(config.paths.config)], capture_output=True, text=True, timeout=300
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(bool(row["remedy"]) != row["ok"] for row in rows), rows
    return done.returncode, {row["check"]: row for row in rows}


def here(config: Config, *, for_real: bool = False) -> dict[str, Any]:
    """The proof's rows by this process."""
    found = proving.prove(config, config.accounts[0], datetime.now(UTC), for_real=for_real)
    return {check.check: check for check in found}


@pytest.mark.dovecot
def test_a_rehearsal_proves_every_promise_and_writes_nothing(config: Config, alice: Mailbox) -> None:
    alice.deliver(*(found.raw for found in thirty()), arrived=datetime.now(UTC) - timedelta(days=3))
    flags = alice.flags()
    code, rows = ran(config)
    assert code == 0, [row for row in rows.values() if not row["ok"]]
    assert set(rows) >= CHECKS
    assert "rehearsal: 30 messages read" in rows["pass"]["detail"]
    assert f"127.0.0.1:{alice.port}" in rows["network"]["detail"]
    assert "EXAMINE" in rows["commands"]["detail"]
    assert "30 messages" in rows["flags"]["detail"]
    assert alice.flags() == flags
    assert alice.stored("Drafts") == {}
    assert not list(open_ledger(config.paths.state / "ledger.sqlite3").rows())


@pytest.mark.dovecot
def test_a_real_pass_is_proved_too(config: Config, alice: Mailbox) -> None:
    alice.deliver(case("angry").raw, case("more").raw)
    code, rows = ran(config, "--for-real")
    assert code == 0, [row for row in rows.values() if not row["ok"]]
    assert "a real pass: 2 messages read, 2 drafts" in rows["pass"]["detail"]
    assert "APPEND" in rows["commands"]["detail"]
    assert "message: id, account" in rows["ledger"]["detail"]
    assert len(alice.stored("Drafts")) == 2


@pytest.mark.dovecot
def test_a_leaked_body_or_secret_and_an_open_file_are_found(config: Config, alice: Mailbox) -> None:
    alice.deliver(case("angry").raw)
    sweep(config, config.accounts[0])
    leak = config.paths.state / "trace.txt"
    leak.write_text("… This is the third\n time I have  to write, and " + alice.password, encoding="utf-8")
    leak.chmod(0o644)
    rows = here(config)
    assert {name for name, row in rows.items() if not row.ok} >= {"text", "secret on disk"}
    assert "trace.txt" in rows["text"].remedy
    assert "third" not in rows["text"].remedy
    if os.name != "nt":
        assert "chmod go-rwx" in rows["modes"].remedy


@pytest.mark.dovecot
def test_a_flag_that_changes_is_found(
    config: Config, alice: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.deliver(case("angry").raw)
    honest = Session.leave

    def leaving(session: Session) -> None:
        with alice.second_client() as client:
            client.select_folder("INBOX")
            client.add_flags(client.search("ALL"), [b"\\Flagged"])
        honest(session)

    monkeypatch.setattr(Session, "leave", leaving)
    rows = here(config)
    assert "other flags now" in rows["flags"].remedy


@pytest.mark.dovecot
def test_a_rehearsal_that_would_change_the_server_is_found(
    config: Config, alice: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Meddler(Observer):
        def started(self, total: int) -> None:
            with alice.second_client() as client:
                client.create_folder("Meddled")

    monkeypatch.setattr(proving._Reader, "started", Meddler.started)
    alice.deliver(case("angry").raw)
    assert "CREATE" in here(config)["commands"].remedy


@pytest.fixture
def pushing(config: Config, alice: Mailbox) -> Iterator[tuple[Config, PushServer]]:
    """An account with an answer due in an hour, and a push server for its alarms, called by another name."""
    path = config.paths.config
    with push_server() as server:
        address = server.json_address.replace("127.0.0.1", "localhost")
        alarms = f'[alarms]\nquiet_hours = ""\nurl_command = "echo {address}"\n'
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{alarms}", encoding="utf-8")
        moment = datetime.now(UTC)
        with open_ledger(config.paths.state / "ledger.sqlite3") as ledger:
            row = ledger.claim(
                "studio", "INBOX", 1, 900_000, key="<near@x.example>", content_hash="c",
                received=moment - timedelta(hours=20), client="nora@x.example", subject="Menu",
            ).row  # fmt: skip
            ledger.settle(row.id, outcome="hold_later", reason="")
            ledger.open_obligation(row.id, due=moment + timedelta(minutes=5), holding_at=None)
        yield load_config(path), server


@pytest.mark.dovecot
def test_hosts_of_alarms_are_allowed_by_name_and_no_others(
    pushing: tuple[Config, PushServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alarms are told by another process: what it meets is witnessed too."""
    config, server = pushing
    row = here(config, for_real=True)["network"]
    assert len(server.arrived) == 1
    assert row.ok, row.remedy
    assert "127.0.0.1 (mail), localhost (alarms) alone" in row.detail
    assert f":{server.port}" in row.detail
    monkeypatch.setattr(proving, "hosts_of_pushes", lambda _: {})
    with open_ledger(config.paths.state / "ledger.sqlite3") as ledger:
        (only,) = ledger.open_obligations()
        ledger.open_obligation(only.row.id, due=datetime.now(UTC) + timedelta(minutes=9), holding_at=None)
    row = here(config, for_real=True)["network"]
    assert len(server.arrived) == 2
    assert not row.ok
    assert "localhost" in row.remedy


@pytest.mark.dovecot
def test_a_rehearsal_tells_no_alarm(pushing: tuple[Config, PushServer]) -> None:
    config, server = pushing
    row = here(config)["network"]
    assert row.ok
    assert "alarms" not in row.detail
    assert server.arrived == []


def test_of_a_push_address_that_can_not_be_had_no_host_is_allowed(config: Config) -> None:
    without = config.alarms.model_copy(update={"push": True, "url_command": "false"})
    assert proving.hosts_of_pushes(config) == {}
    assert proving.hosts_of_pushes(config.model_copy(update={"alarms": without})) == {}


def test_what_tells_alarms_has_hosts_of_its_own() -> None:
    witness = Witness()
    with witnessed() as heard:
        sys.audit(HEARD, "socket.getaddrinfo", "Push.example", 443)
        sys.audit(HEARD, "socket.connect", "192.0.2.9", 443)
        sys.audit(HEARD, "socket.connect", "192.0.2.9", 587)
    assert witness.told == set()
    assert (heard.connected, heard.asked) == (set(), set())
    assert heard.strangers_of_alarms({"push.example"}) == ["192.0.2.9:443", "192.0.2.9:587"]
    assert heard.strangers_of_alarms({"192.0.2.9"}) == ["push.example"]
    assert heard.strangers(set()) == []
    assert "port 587" in heard.sends


def test_strange_hosts_and_sending_are_seen() -> None:
    witness = Witness()
    witness.hear("socket.connect", (None, ("127.0.0.1", 143)))
    assert (witness.strangers({"localhost"}), witness.sends) == ([], [])
    witness.hear("socket.getaddrinfo", ("tracker.example", 443))
    witness.hear("socket.connect", (None, ("192.0.2.7", 587)))
    witness.hear("import", ("smtplib",))
    witness.hear("socket.connect", (None, "/run/user/1/bus"))
    assert witness.strangers({"localhost"}) == ["192.0.2.7:587", "tracker.example"]
    assert {"smtplib", "port 587"} <= set(witness.sends)


def test_of_a_command_only_the_verb_is_kept() -> None:
    witness = Witness()
    for line in (
        b"A1 LOGIN mara hunter2\r\n",
        b"A2 UID STORE 1 +FLAGS (\\Seen)\r\n",
        b"A3 uid fetch 1 FLAGS\r\n",
    ):
        witness.hear("imaplib.send", (None, line))
    assert witness.verbs == {"LOGIN", "STORE", "FETCH"}
    assert witness.changing == ["STORE"]
    assert "hunter2" not in repr(witness)


def test_the_guard_is_deaf_afterwards() -> None:
    with witnessed() as witness:
        subprocess.run([sys.executable, "-c", ""], check=True)
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert witness.programs == ["subprocess.Popen"]


def test_words_are_found_whatever_stands_between(tmp_path: Path) -> None:
    runs = words_of([("Please paint the northern fence green by Monday.", "The northern fence green by")])
    told = tmp_path / "a"
    told.write_text("…PAINT  the,\nnorthern-FENCE…", encoding="utf-8")
    wide = tmp_path / "b"
    wide.write_bytes("please paint the northern".encode("utf-16"))
    subject = tmp_path / "c"
    subject.write_text("The northern fence green by", encoding="utf-8")
    assert Remains([told, wide, subject]).with_words(runs) == [told, wide]
