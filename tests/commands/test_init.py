"""``init`` writes a configuration only when the mailbox answers, and never a secret."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import fail
from typer.testing import CliRunner, Result

from tests.rig.dovecot import Dovecot
from tests.rig.keyrings import Drawer, Locked, used
from tests.rig.mailbox import Mailbox, on_dovecot
from triage.commands import app
from triage.config import load_config

LEAST = ("--yes", "--name", "Anna Koval", "--address", "anna@studio.example")


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """A keyring that works."""
    backend = Drawer()
    with used(backend):
        yield backend


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the configuration is to be written."""
    return tmp_path / "new folder" / "config.toml"


def init(config: Path, *options: str, typed: str = "") -> Result:
    """Run the command as a user would."""
    return CliRunner().invoke(app, ["init", "--config", str(config), *options], input=typed)


def reach(mailbox: Mailbox) -> tuple[str, ...]:
    """The options that lead to a mailbox."""
    return (
        "--host", mailbox.host, "--port", str(mailbox.port), "--security", "plaintext",
        "--username", mailbox.username,
    )  # fmt: skip


def printing(secret: str) -> str:
    """A command that prints the secret."""
    return " ".join(map(shlex.quote, (sys.executable, "-c", f"print({secret!r})")))


def test_one_command_sets_up_a_mailbox(mailbox: Mailbox, drawer: Drawer, config: Path) -> None:
    done = init(
        config, *LEAST, *reach(mailbox), "--sign-off", "Best", "--time-zone", "Europe/Lisbon",
        "--alias", "hello@studio.example", "--password-stdin", typed=f"{mailbox.password}\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Logged in. Drafts: Drafts. Sent: Sent." in done.stderr
    found = load_config(config)
    (account,) = found.accounts
    assert (found.freelancer.name, found.freelancer.sign_off) == ("Anna Koval", "Best")
    assert found.clock.time_zone == "Europe/Lisbon"
    assert (account.name, account.username) == ("studio", mailbox.username)
    assert account.aliases == ("hello@studio.example",)
    assert drawer.secrets == {("inbox-triage:studio", mailbox.username): mailbox.password}
    if os.name == "posix":
        assert oct(config.stat().st_mode & 0o777) == "0o600"


def test_the_secret_is_nowhere_but_in_the_keyring(dovecot: Dovecot, drawer: Drawer, config: Path) -> None:
    harda = on_dovecot(dovecot, dovecot.user("harda"))
    done = init(config, *LEAST, *reach(harda), "--password-stdin", typed=f"{harda.password}\n")
    assert done.exit_code == 0, done.output
    assert list(drawer.secrets.values()) == [harda.password]
    for part in harda.password.split():
        assert part not in config.read_text()
        assert part not in done.output
    assert list(config.parent.iterdir()) == [config], "no file of the writing is left behind"


def test_a_server_of_ones_own_by_tls_and_its_certificate(
    dovecot: Dovecot, drawer: Drawer, config: Path
) -> None:
    user = dovecot.user("alice")
    done = init(
        config, *LEAST, "--host", "localhost", "--port", str(dovecot.tlsport), "--username", user.name,
        "--ca-file", str(dovecot.ca_file), "--password-stdin", typed=f"{user.password}\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    (account,) = load_config(config).accounts
    assert (account.security, account.ca_file) == ("tls", dovecot.ca_file.resolve())


def test_an_unknown_certificate_ends_it_with_nothing_written(
    dovecot: Dovecot, drawer: Drawer, config: Path
) -> None:
    done = init(
        config, *LEAST, "--host", "localhost", "--port", str(dovecot.tlsport), "--password-stdin", typed="x\n"
    )
    assert done.exit_code == 3
    assert "certificate" in done.stderr
    assert not config.exists()


def test_a_wrong_password_ends_it_with_nothing_written(alice: Mailbox, drawer: Drawer, config: Path) -> None:
    done = init(config, *LEAST, *reach(alice), "--password-stdin", typed="hunter2\n")
    assert done.exit_code == 4
    assert not config.exists()
    assert drawer.secrets == {}
    assert "hunter2" not in done.output


def test_an_unreachable_server_ends_it_with_nothing_written(drawer: Drawer, config: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = str(closed.getsockname()[1])
        done = init(
            config, *LEAST, "--host", "127.0.0.1", "--port", port, "--security", "plaintext",
            "--password-stdin", typed="x\n",
        )  # fmt: skip
    assert done.exit_code == 3
    assert not config.exists()


def test_without_a_test_nothing_is_connected(drawer: Drawer, config: Path) -> None:
    done = init(config, *LEAST, "--host", "imap.studio.example", "--no-test", "--password-stdin", typed="x\n")
    assert done.exit_code == 0, done.output
    assert load_config(config).accounts[0].host == "imap.studio.example"


def test_all_that_is_missing_is_told_at_once(drawer: Drawer, config: Path) -> None:
    done = init(config, "--yes")
    assert done.exit_code == 2
    for option in ("--name", "--address", "--host"):
        assert f"{option}: is missing" in done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--address", "anna"), "accounts[0].address: is no mail address"),
        (
            ("--time-zone", "Berlin"),
            "clock.time_zone: there is no time zone of this name; did you mean Europe",
        ),
        (("--security", "ssl"), "accounts[0].security: must be one of"),
        (("--security", "plaintext"), "unprotected over the network"),
        (("--port", "143"), "143 is the port of"),
        (("--provider", "aol"), "--provider: Please choose one of gmail"),
    ],
)
def test_a_wrong_option_is_told_before_the_password_is_asked(
    drawer: Drawer, config: Path, options: tuple[str, ...], sentence: str
) -> None:
    done = init(config, *LEAST, "--host", "imap.studio.example", *options)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert not config.exists()


def test_a_configuration_that_is_there_is_never_replaced_unasked(
    alice: Mailbox, drawer: Drawer, config: Path
) -> None:
    config.parent.mkdir()
    config.write_text("# mine\n")
    done = init(config, *LEAST, *reach(alice), "--password-stdin", typed=f"{alice.password}\n")
    assert done.exit_code == 2
    assert "--add" in done.stderr
    assert config.read_text() == "# mine\n"
    assert init(config, *LEAST, *reach(alice), typed="n\nn\n").exit_code == 2
    assert config.read_text() == "# mine\n"
    done = init(config, *LEAST, *reach(alice), "--overwrite", "--password-stdin", typed=f"{alice.password}\n")
    assert done.exit_code == 0
    assert load_config(config).accounts[0].name == "studio"


def test_a_second_account_is_added_and_all_else_stays(
    dovecot: Dovecot, alice: Mailbox, drawer: Drawer, config: Path
) -> None:
    other = on_dovecot(dovecot, dovecot.user("alice"))
    typed = f"{alice.password}\n"
    assert init(config, *LEAST, *reach(alice), "--password-stdin", typed=typed).exit_code == 0
    mine = config.read_text().replace("# Who signs.", "# Who signs; a note of my own.")
    config.write_text(mine)
    done = init(
        config,
        "--yes",
        "--add",
        "--address",
        "anna@studio.example",
        *reach(other),
        "--password-stdin",
        typed=typed,
    )
    assert done.exit_code == 0, done.output
    assert config.read_text().startswith(mine.rstrip())
    assert [account.name for account in load_config(config).accounts] == ["studio", "studio-2"]
    assert set(drawer.secrets) == {
        ("inbox-triage:studio", alice.username),
        ("inbox-triage:studio-2", other.username),
    }


def test_an_account_is_not_added_to_a_file_that_does_not_load(
    alice: Mailbox, drawer: Drawer, config: Path
) -> None:
    config.parent.mkdir()
    config.write_text("colour = 'red'\n")
    done = init(config, *LEAST, "--add", *reach(alice), "--password-stdin", typed=f"{alice.password}\n")
    assert done.exit_code == 2
    assert "colour: there is no such key" in done.stderr
    assert config.read_text() == "colour = 'red'\n"


def test_a_password_command_takes_the_keyrings_place(alice: Mailbox, config: Path) -> None:
    command = printing(alice.password)
    with used(fail.Keyring()):  # type: ignore[no-untyped-call]
        done = init(config, *LEAST, *reach(alice), "--password-command", command)
    assert done.exit_code == 0, done.output
    assert load_config(config).accounts[0].password_command == command


def test_without_a_keyring_and_without_a_command_it_says_what_to_do(alice: Mailbox, config: Path) -> None:
    with used(Locked()):
        done = init(config, *LEAST, *reach(alice), "--password-stdin", typed=f"{alice.password}\n")
    assert done.exit_code == 4
    assert "set password_command" in done.stderr
    assert not config.exists()


def test_the_dialogue_asks_guesses_and_asks_again(alice: Mailbox, drawer: Drawer, config: Path) -> None:
    answers = [
        "Anna Koval", "", "Berlin", "Europe/Berlin",  # name, sign-off, a zone that is none, the zone
        "anna", "anna@studio.example",  # no address, the address
        "what", "",  # no provider, the guessed one
        alice.host, alice.username, "",  # host, login name, the guessed account name
        "hunter2", alice.password,  # the wrong password, the right one
    ]  # fmt: skip
    done = init(config, "--port", str(alice.port), "--security", "plaintext", typed="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "did you mean Europe/Berlin?" in done.stderr
    assert "That is no mail address" in done.stderr
    assert "Please choose one of gmail" in done.stderr
    assert "fastmail" in done.stderr
    assert "hunter2" not in done.output
    found = load_config(config)
    assert (found.accounts[0].host, found.accounts[0].name) == (alice.host, "studio")
    assert found.freelancer.sign_off == ""
    assert list(drawer.secrets.values()) == [alice.password]


def test_the_dialogue_offers_to_add_to_what_is_there(
    dovecot: Dovecot, alice: Mailbox, drawer: Drawer, config: Path
) -> None:
    other = on_dovecot(dovecot, dovecot.user("alice"))
    typed = f"{alice.password}\n"
    assert init(config, *LEAST, *reach(alice), "--password-stdin", typed=typed).exit_code == 0
    answers = ["y", "anna@other.example", "second", alice.password]
    done = init(config, *reach(other), typed="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert [account.name for account in load_config(config).accounts] == ["studio", "second"]


def test_the_dialogue_without_a_keyring_asks_for_a_command_that_works(alice: Mailbox, config: Path) -> None:
    right = printing(alice.password)
    answers = ["", "", "", alice.password, "/nowhere/program", printing("hunter2"), right]
    with used(Locked()):
        done = init(
            config,
            "--name",
            "Anna",
            "--address",
            "anna@studio.example",
            *reach(alice),
            typed="\n".join(answers) + "\n",
        )
    assert done.exit_code == 0, done.output
    assert "can't be started" in done.stderr
    assert "prints another password" in done.stderr
    assert load_config(config).accounts[0].password_command == right


def test_gmail_is_known_by_its_address(drawer: Drawer, config: Path) -> None:
    answers = ["", "", "", "", "", "abcdefghijklmnop"]
    done = init(
        config, "--name", "Anna", "--address", "anna@gmail.com", "--no-test", typed="\n".join(answers) + "\n"
    )
    assert done.exit_code == 0, done.output
    assert "app password" in done.stderr
    (account,) = load_config(config).accounts
    assert (account.host, account.port, account.security) == ("imap.gmail.com", 993, "tls")
    assert account.trusted_authserv_ids == ("mx.google.com",)
    assert account.name == "gmail"


def test_proton_bridge_asks_for_its_certificate(drawer: Drawer, config: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "bridge.pem"
    certificate.write_text("")
    answers = ["", "", "", "", "", "nowhere.pem", str(certificate), "from Bridge"]
    options = ("--name", "Anna", "--address", "anna@proton.me", "--no-test")
    done = init(config, *options, typed="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "There is no such file." in done.stderr
    (account,) = load_config(config).accounts
    assert (account.host, account.port, account.security) == ("127.0.0.1", 1143, "starttls")
    assert account.ca_file == certificate
    assert "--ca-file: is missing" in init(tmp_path / "other.toml", "--yes", *options).stderr


def test_microsoft_needs_a_client_id_or_a_token_command(drawer: Drawer, config: Path) -> None:
    options = (*LEAST[:3], "--address", "anna@outlook.com", "--no-test")
    done = init(config, *options)
    assert done.exit_code == 2
    assert "--client-id: is missing" in done.stderr
    done = init(config, *options, "--token-command", printing("a-token"))
    assert done.exit_code == 0, done.output
    (account,) = load_config(config).accounts
    assert (account.auth, account.host) == ("token", "outlook.office365.com")
    assert drawer.secrets == {}


def test_a_password_can_be_stored_anew(alice: Mailbox, drawer: Drawer, config: Path) -> None:
    typed = f"{alice.password}\n"
    assert init(config, *LEAST, *reach(alice), "--password-stdin", typed=typed).exit_code == 0
    before = config.read_text()
    drawer.secrets.clear()
    wrong = init(config, "--store", "studio", "--password-stdin", typed="hunter2\n")
    assert (wrong.exit_code, drawer.secrets) == (4, {})
    right = init(config, "--store", "studio", typed=typed)
    assert right.exit_code == 0, right.output
    assert list(drawer.secrets.values()) == [alice.password]
    assert config.read_text() == before
    unknown = init(config, "--store", "nobody", "--password-stdin", typed=typed)
    assert unknown.exit_code == 2


def test_no_secret_given_is_told(alice: Mailbox, drawer: Drawer, config: Path) -> None:
    done = init(config, *LEAST, *reach(alice))
    assert done.exit_code == 2
    assert "--password-stdin" in done.stderr
