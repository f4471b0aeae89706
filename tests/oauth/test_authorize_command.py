"""``triage authorize`` as a user starts it: by browser, pasted address or code, and out again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.rig.browser import last_address, visit
from tests.rig.keyrings import environment
from tests.rig.mailbox import Mailbox
from tests.rig.oauth_accounts import config_for, oauth_lines
from tests.rig.oauth_provider import DEVICE_GRANT, Provider
from triage.errors import ExitCode

ROOT = Path(__file__).parents[2]
BROWSER = f"{sys.executable} {ROOT / 'tests' / 'rig' / 'browser.py'} %s"
ADDRESS = re.compile(r"^https?://\S+$", re.M)
pytestmark = pytest.mark.dovecot


class Program:
    """The command line with a configuration, a keyring in a file, and no screen."""

    def __init__(self, folder: Path, config: Path) -> None:
        self.folder = folder
        self.config = config
        self.keyring = folder / "keyring.json"
        screens = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": "", "PYTHONUNBUFFERED": "1"}
        self.environment = os.environ | environment(self.keyring) | screens
        self.said = ""

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """The command, still running."""
        return subprocess.Popen(
            [sys.executable, "-m", "triage", *arguments, "--config", str(self.config)],
            cwd=ROOT,
            env=self.environment | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, typed: str = "", **variables: str) -> tuple[int, str]:
        """Exit status and all that was said."""
        process = self.start(*arguments, **variables)
        out, err = process.communicate(typed, timeout=60)
        assert out.strip() == "", "stdout is for data"
        self.said += err
        return process.returncode, err

    def kept(self) -> dict[str, str]:
        """What the keyring holds."""
        found: dict[str, str] = json.loads(self.keyring.read_text()) if self.keyring.exists() else {}
        return found


Make = Callable[..., Program]


@pytest.fixture
def program(alice: Mailbox, provider: Provider, tmp_path: Path) -> Iterator[Make]:
    """Makes the program for one kind of provider; at the end no token stands in what it said or wrote."""
    made: list[Program] = []

    def make(kind: str = "other", *more: str) -> Program:
        config = config_for(alice, tmp_path, tmp_path, oauth_lines(provider, kind, more))
        made.append(Program(tmp_path, config.paths.config))
        return made[-1]

    yield make
    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("keyring")]
    everything = "".join(one.said for one in made) + "".join(
        path.read_text(errors="replace") for path in files
    )
    leaked = [secret for secret in provider.secrets_issued() if secret in everything]
    assert leaked == []


@contextmanager
def reading(process: subprocess.Popen[str]) -> Iterator[Callable[[re.Pattern[str]], str]]:
    """Reads what a running command says, until it says something like this."""
    said: list[str] = []
    assert process.stderr is not None
    stream = process.stderr
    thread = threading.Thread(target=lambda: said.extend(iter(lambda: stream.read(1), "")), daemon=True)
    thread.start()

    def until(pattern: re.Pattern[str]) -> str:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if found := pattern.search("".join(said)):
                return found[0]
            time.sleep(0.05)
        raise AssertionError("".join(said))

    yield until
    if process.poll() is None:
        process.kill()
    process.wait(10)
    thread.join(10)
    for one in (process.stdin, process.stdout, process.stderr):
        assert one is not None
        one.close()


@pytest.mark.parametrize("kind", ["other", "microsoft"])
def test_by_browser(program: Make, provider: Provider, kind: str) -> None:
    one = program(kind)
    code, said = one.run("authorize", "studio", BROWSER=BROWSER)
    assert code == 0, said
    assert "Logged in. Drafts: Drafts. Sent: Sent." in said
    assert "Signed in. Stored in the keyring" in said
    (kept,) = one.kept().values()
    assert json.loads(kept)["access"] in provider.active()
    assert one.run("authorize", "studio", "--no-test", BROWSER=BROWSER)[0] == 0, "again, at any time"
    assert len(one.kept()) == 1


def test_google_with_the_secret_from_stdin(program: Make, provider: Provider) -> None:
    provider.knobs.secret = "GOCSPX-sesame"
    one = program("google")
    code, said = one.run("authorize", "studio", BROWSER=BROWSER)
    assert (code, "client-secret-stdin" in said) == (ExitCode.USAGE, True)
    code, said = one.run(
        "authorize", "studio", "--client-secret-stdin", typed="GOCSPX-sesame\n", BROWSER=BROWSER
    )
    assert code == 0, said
    assert "sesame" not in said
    assert set(one.kept()) == {
        "inbox-triage-oauth-client:studio client-of-mine",
        f"inbox-triage-oauth:studio {provider.knobs.user}",
    }
    assert one.run("authorize", "studio", BROWSER=BROWSER)[0] == 0, "the secret is kept from now on"
    assert one.run("authorize", "studio", "--revoke")[0] == 0
    assert one.kept() == {}


def test_a_secret_by_command(program: Make, provider: Provider) -> None:
    provider.knobs.secret = "GOCSPX-sesame"
    one = program("google", "oauth.client_secret_command = 'echo GOCSPX-sesame'")
    assert one.run("authorize", "studio", BROWSER=BROWSER)[0] == 0
    assert [name.partition(":")[0] for name in one.kept()] == ["inbox-triage-oauth"]
    code, said = one.run("authorize", "studio", "--client-secret-stdin", typed="x\n")
    assert (code, "remove that first" in said) == (ExitCode.USAGE, True)


@pytest.mark.parametrize("kind", ["other", "microsoft"])
def test_by_pasted_address(program: Make, provider: Provider, kind: str) -> None:
    one = program(kind)
    process = one.start("authorize", "studio", "--paste")
    with reading(process) as until:
        page = until(ADDRESS)
        until(re.compile("Paste that address"))
        assert process.stdin is not None
        process.stdin.write(last_address(page) + "\n")
        process.stdin.flush()
        until(re.compile("Signed in"))
        assert process.wait(20) == 0
    assert len(one.kept()) == 1


def test_an_older_address_is_not_taken(program: Make, provider: Provider) -> None:
    one = program()
    code, said = one.run("authorize", "studio", "--paste", typed="http://127.0.0.1:8765/?code=x&state=old\n")
    assert (code, "paste the newest one" in said) == (ExitCode.LOGIN_REFUSED, True)
    assert one.kept() == {}


def test_without_a_screen_the_page_is_told_and_waited_for(program: Make) -> None:
    """As over ssh with a forwarded port: the browser runs elsewhere."""
    one = program()
    process = one.start("authorize", "studio")
    with reading(process) as until:
        page = until(ADDRESS)
        until(re.compile("start again with --paste"))
        assert "You can close this page" in visit(page)
        until(re.compile("Signed in"))
        assert process.wait(20) == 0


def test_ctrl_c_while_waiting(program: Make) -> None:
    one = program()
    process = one.start("authorize", "studio")
    with reading(process) as until:
        until(ADDRESS)
        until(re.compile("--paste"))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) not in (0, None)
    assert one.kept() == {}


@pytest.mark.parametrize("kind", ["other", "microsoft"])
def test_by_code(program: Make, provider: Provider, kind: str) -> None:
    one = program(kind)
    code, said = one.run("authorize", "studio", "--device")
    assert code == 0, said
    assert f"Open {provider.base}/verify on any device and enter the code ABCD-EFGH" in said
    assert provider.count(DEVICE_GRANT) == 2
    assert len(one.kept()) == 1


@pytest.mark.parametrize(
    ("act", "words"),
    [("decline", "declined on the other device"), ("let_codes_expire", "not entered in time")],
)
def test_a_code_that_comes_to_nothing(program: Make, provider: Provider, act: str, words: str) -> None:
    one = program()
    process = one.start("authorize", "studio", "--device")
    with reading(process) as until:
        until(re.compile("ABCD-EFGH"))
        getattr(provider, act)()
        until(re.compile(words))
        assert process.wait(20) == ExitCode.LOGIN_REFUSED
    assert one.kept() == {}


def test_google_has_no_codes_for_mail(program: Make) -> None:
    one = program("google", "oauth.client_secret_command = 'echo s'")
    code, said = one.run("authorize", "studio", "--device")
    assert (code, "no access to mail" in said) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ({"error": "access_denied"}, ExitCode.LOGIN_REFUSED, "declined"),
        (
            {"error": "access_denied", "error_description": "AADSTS65004: mara@studio.example said no"},
            ExitCode.LOGIN_REFUSED,
            "accept that it reads mail",
        ),
        (
            {"error": "invalid_request", "error_description": "AADSTS50011: redirect"},
            ExitCode.USAGE,
            "http://localhost",
        ),
    ],
)
def test_a_page_that_ends_in_a_refusal(
    program: Make, provider: Provider, answer: dict[str, str], code: ExitCode, words: str
) -> None:
    provider.knobs.page_error = answer
    one = program("microsoft")
    found, said = one.run("authorize", "studio", BROWSER=BROWSER)
    assert found == code
    assert words in said
    assert "mara@studio.example" not in said.replace("login_hint", "")
    assert one.kept() == {}


def test_another_address_than_the_mailboxs(program: Make, provider: Provider) -> None:
    provider.knobs.user = "bob"
    one = program()
    code, said = one.run("authorize", "studio", BROWSER=BROWSER)
    assert code == ExitCode.LOGIN_REFUSED
    assert one.kept() == {}
    assert "refuses the sign-in token" in said


def test_a_grant_for_an_hour_only(program: Make, provider: Provider) -> None:
    provider.knobs.offline = False
    code, said = program().run("authorize", "studio", BROWSER=BROWSER)
    assert (code, "without a refresh token" in said) == (ExitCode.LOGIN_REFUSED, True)


def test_no_network(program: Make, provider: Provider) -> None:
    one = program()
    provider.knobs.status = 503
    code, said = one.run("authorize", "studio", BROWSER=BROWSER)
    assert (code, "may be down" in said) == (ExitCode.UNREACHABLE, True)


def test_no_keyring_is_told_before_anybody_signs_in(program: Make, provider: Provider) -> None:
    one = program()
    nothing = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    code, said = one.run("authorize", "studio", BROWSER=BROWSER, **nothing)
    assert (code, "keyring can't be used" in said) == (ExitCode.LOGIN_REFUSED, True)
    assert provider.asked == []


def test_out_again(program: Make, provider: Provider) -> None:
    one = program()
    assert one.run("authorize", "studio", BROWSER=BROWSER)[0] == 0
    code, said = one.run("authorize", "studio", "--revoke")
    assert (code, "ended at the provider" in said) == (0, True)
    assert one.kept() == {}
    assert provider.active() == []
    code, said = one.run("authorize", "studio", "--revoke")
    assert (code, "Nobody was signed in" in said) == (0, True)


def test_out_again_where_the_provider_cannot_be_asked(program: Make, provider: Provider) -> None:
    one = program()
    assert one.run("authorize", "studio", BROWSER=BROWSER)[0] == 0
    provider.refuse("revoke", error="server_error")
    code, said = one.run("authorize", "studio", "--revoke")
    assert (code, "Signed out here. To end it at the provider too" in said) == (0, True)
    assert one.kept() == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody",), "there is no account 'nobody'"),
        (("studio", "--device", "--paste"), "leave out --paste"),
        (("studio", "--device", "--port", "8765"), "leave out --paste"),
        (("studio", "--client-secret-stdin"), "no client secret on stdin"),
    ],
)
def test_what_does_not_go_together(program: Make, arguments: tuple[str, ...], words: str) -> None:
    code, said = program().run("authorize", *arguments)
    assert (code, words in said) == (ExitCode.USAGE, True), said


def test_an_account_with_a_password(alice: Mailbox, tmp_path: Path) -> None:
    config = config_for(alice, tmp_path, tmp_path, "password_command = 'echo x'")
    code, said = Program(tmp_path, config.paths.config).run("authorize", "studio")
    assert (code, "doesn't sign in by OAuth" in said) == (ExitCode.USAGE, True)


class TestSettingUp:
    """``init`` for a provider that takes no password."""

    LEAST = ("--yes", "--name", "Anna Koval", "--address", "anna@outlook.com", "--client-id", "mine")

    def test_without_a_test_the_next_step_is_told(self, tmp_path: Path) -> None:
        one = Program(tmp_path, tmp_path / "new.toml")
        code, said = one.run("init", *self.LEAST, "--no-test")
        assert code == 0, said
        assert "Next: `triage authorize outlook`, `triage doctor`" in said
        text = one.config.read_text()
        for line in (
            'auth = "oauth"',
            'oauth.provider = "microsoft"',
            'oauth.client_id = "mine"',
            'oauth.tenant = "consumers"',
        ):
            assert f"\n{line}\n" in text
        code, said = one.run("init", "--store", "outlook")
        assert (code, "triage authorize outlook" in said) == (ExitCode.USAGE, True)

    def test_gmail_by_sign_in(self, tmp_path: Path) -> None:
        one = Program(tmp_path, tmp_path / "new.toml")
        arguments = (*self.LEAST[:3], "--address", "anna@gmail.com", "--client-id", "mine", "--no-test")
        assert one.run("init", *arguments, "--client-secret-command", "pass show g")[0] == 0
        text = one.config.read_text()
        assert '\noauth.provider = "google"\n' in text
        assert '\noauth.client_secret_command = "pass show g"\n' in text
        assert "password_command" not in text

    def test_a_provider_that_is_not_known(self, tmp_path: Path) -> None:
        one = Program(tmp_path, tmp_path / "new.toml")
        code, said = one.run(
            "init", *self.LEAST[:3], "--address", "a@b.example", "--host", "h", "--client-id", "c"
        )
        assert (code, "by hand (docs/oauth.md)" in said) == (ExitCode.USAGE, True)
        assert not one.config.exists()
