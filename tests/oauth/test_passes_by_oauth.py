"""Whole passes by OAuth on a real Dovecot: a token that ends in the middle costs no message, no draft."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.keyrings import Drawer, FileDrawer, environment, used
from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import thirty
from tests.rig.oauth_accounts import HOUR, config_for, oauth_lines, signed_in
from tests.rig.oauth_provider import Provider
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.word_judge import WordJudge
from triage.commands.checks import check_account
from triage.config import Config
from triage.errors import ExitCode
from triage.oauth.vault import keep_grant, kept_grant
from triage.order import Order, Summary
from triage.sweep import sweep

ROOT = Path(__file__).parents[2]
EXCHANGE = b"* BYE Session invalidated - AccessTokenExpired\r\n"
GMAIL = b"* BYE Session expired, please login again.\r\n"
OTHER = b"* BYE Server logging out\r\n"
pytestmark = pytest.mark.dovecot


def one_pass(config: Config) -> Summary:
    """A pass whose judge knows a few words."""
    return sweep(config, config.accounts[0], Order(judge_of=WordJudge))


def dozen() -> list[bytes]:
    """Twelve letters of twelve matters, every third one with words that the judge knows."""
    bodies = [
        "This is useless.",
        "Here is the text.",
        "Thank you.",
        "Could you add a page for free?",
        "See you.",
        "Fine.",
    ]
    return [letter(number, subject=f"Matter {number}", body=bodies[number % 6]) for number in range(12)]


def answered(mailbox: Mailbox) -> list[bytes]:
    """What each draft answers, in order."""
    drafts = mailbox.stored("Drafts").values()
    return sorted(
        line.split(b":", 1)[1].strip()
        for raw in drafts
        for line in raw.splitlines()
        if line.lower().startswith(b"in-reply-to:")
    )


@pytest.fixture
def through(
    alice: Mailbox, provider: Provider, tokens_dovecot: Dovecot, tmp_path: Path
) -> Iterator[FaultProxy]:
    """What stands between the pass and the mailbox, which holds a dozen messages, four of them flagged."""
    alice.deliver(*dozen())
    with FaultProxy(tokens_dovecot.port) as proxy:
        yield proxy


@pytest.fixture
def config(through: FaultProxy, alice: Mailbox, provider: Provider, tmp_path: Path) -> Config:
    """A configuration that leads through the proxy."""
    return config_for(alice, tmp_path, tmp_path, oauth_lines(provider), port=through.port)


def farewell(proxy: FaultProxy, provider: Provider, words: bytes) -> Callable[[], None]:
    """The server takes no old token any more and says goodbye, in these words if any."""

    def act() -> None:
        provider.expire_all()
        proxy.cut_all(words)

    return act


@pytest.mark.parametrize(
    ("moment", "words"),
    [(3, EXCHANGE), (6, GMAIL), (9, EXCHANGE), (12, GMAIL), (15, EXCHANGE), (18, GMAIL), (24, EXCHANGE)],
)
def test_a_token_that_ends_in_the_middle_of_a_pass(
    config: Config,
    through: FaultProxy,
    alice: Mailbox,
    provider: Provider,
    drawer: Drawer,
    moment: int,
    words: bytes,
) -> None:
    signed_in(config.accounts[0], provider)
    before = alice.flags()
    through.begin(Faults(meanwhile=farewell(through, provider, words), at_chunk=moment))
    summary = one_pass(config)
    assert through.traffic.struck == 1
    assert (summary.error, summary.exit_code, summary.failed) == (None, ExitCode.DONE, 0)
    assert one_pass(config).seen == 0, "the cursor stands behind all of them"
    assert provider.count("refresh_token") == 1
    drafts = answered(alice)
    assert len(drafts) == len(set(drafts)) == 4
    assert alice.flags() == before


def test_the_same_drafts_as_without_a_break(
    config: Config,
    through: FaultProxy,
    alice: Mailbox,
    tokens_dovecot: Dovecot,
    provider: Provider,
    drawer: Drawer,
) -> None:
    signed_in(config.accounts[0], provider)
    through.begin(Faults(meanwhile=farewell(through, provider, EXCHANGE), at_chunk=14))
    assert one_pass(config).error is None
    broken = answered(alice)
    with alice.second_client() as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    storage = config.storage.model_copy(update={"state_folder": config.paths.state.with_name("second-state")})
    calm = config.model_copy(update={"storage": storage})
    assert one_pass(calm).error is None
    assert answered(alice) == broken


def test_a_silent_break_after_the_tokens_time(
    config: Config, through: FaultProxy, alice: Mailbox, provider: Provider, drawer: Drawer
) -> None:
    """Some servers say nothing and close: then the clock tells why."""
    account = config.accounts[0]
    grant = signed_in(account, provider)

    def act() -> None:
        keep_grant(account.name, account.username, replace(grant, expires=datetime.now(UTC)))
        farewell(through, provider, b"")()

    through.begin(Faults(meanwhile=act, at_chunk=12))
    assert one_pass(config).error is None
    assert provider.count("refresh_token") == 1
    assert one_pass(config).seen == 0


def test_a_break_for_another_reason_ends_the_pass_and_the_next_one_goes_on(
    config: Config, through: FaultProxy, alice: Mailbox, provider: Provider, drawer: Drawer
) -> None:
    signed_in(config.accounts[0], provider)
    through.begin(Faults(meanwhile=farewell(through, provider, OTHER), at_chunk=12))
    broken = one_pass(config)
    assert broken.exit_code == ExitCode.UNREACHABLE
    through.begin(Faults())
    assert one_pass(config).error is None
    assert provider.count("refresh_token") == 1, "the next login was refused, and renewed"


def test_a_session_that_goes_on_after_its_token_is_let_be(
    config: Config, through: FaultProxy, provider: Provider, drawer: Drawer
) -> None:
    """Dovecot asks about the token at the login alone; the second connection of the pass needs a new one."""
    signed_in(config.accounts[0], provider)
    through.begin(Faults(meanwhile=provider.expire_all, at_chunk=12))
    assert one_pass(config).error is None
    assert provider.count("refresh_token") == 1


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ({"error": "invalid_grant"}, ExitCode.LOGIN_REFUSED, "ended this sign-in"),
        (
            {"error": "invalid_grant", "error_description": "AADSTS50173: revoked"},
            ExitCode.LOGIN_REFUSED,
            "AADSTS50173",
        ),
        ({"error": "invalid_client"}, ExitCode.USAGE, "client-secret-stdin"),
        ({"error": "temporarily_unavailable"}, ExitCode.UNREACHABLE, "next pass tries again"),
    ],
)
def test_a_renewal_that_fails_in_the_middle_loses_nothing(
    config: Config,
    through: FaultProxy,
    alice: Mailbox,
    provider: Provider,
    drawer: Drawer,
    answer: dict[str, str],
    code: ExitCode,
    words: str,
) -> None:
    signed_in(config.accounts[0], provider)
    provider.refuse("refresh_token", **answer)
    through.begin(Faults(meanwhile=farewell(through, provider, EXCHANGE), at_chunk=16))
    broken = one_pass(config)
    assert broken.exit_code == code
    assert words in (broken.error or "")
    through.begin(Faults())
    assert one_pass(config).error is None
    assert one_pass(config).seen == 0
    assert len(answered(alice)) == len(set(answered(alice))) == 4


def test_doctor_says_when_one_signed_in(config: Config, provider: Provider, drawer: Drawer) -> None:
    account = config.accounts[0]
    checks = {found.check: found for found in check_account(config, account, datetime.now(UTC))}
    assert list(checks) == ["secret"]
    assert "run `triage authorize studio`" in checks["secret"].remedy
    signed_in(account, provider, ago=2 * HOUR)
    checks = {found.check: found for found in check_account(config, account, datetime.now(UTC))}
    assert all(found.ok for found in checks.values())
    assert checks["secret"].detail.startswith("signed in on 20")
    assert checks["login"].ok


class TestProgram:
    """The command as cron starts it, with a keyring of its own."""

    @pytest.fixture
    def run(
        self, config: Config, tmp_path: Path, model_cache: Path
    ) -> Callable[..., subprocess.CompletedProcess[str]]:
        """Run ``triage`` with this configuration."""
        place = tmp_path / "config.toml"
        text = place.read_text(encoding="utf-8")
        place.write_text(text.replace(f"cache_folder = '{tmp_path}'", f"cache_folder = '{model_cache}'"))

        def call(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "triage", *arguments, "--config", str(place)],
                cwd=ROOT,
                env=os.environ | environment(tmp_path / "keyring.json"),
                capture_output=True,
                text=True,
                timeout=200,
            )

        return call

    def test_a_sweep_whose_token_ends_in_the_middle(
        self,
        config: Config,
        through: FaultProxy,
        alice: Mailbox,
        provider: Provider,
        tmp_path: Path,
        run: Callable[..., subprocess.CompletedProcess[str]],
    ) -> None:
        alice.deliver(*(found.raw for found in thirty()))
        with file_keyring(tmp_path):
            signed_in(config.accounts[0], provider)
        through.begin(Faults(meanwhile=farewell(through, provider, EXCHANGE), at_chunk=16))
        done = run("sweep", "--json", "--verbose")
        assert done.returncode == 0, done.stderr
        record = json.loads(done.stdout)
        assert "error" not in record
        assert through.traffic.struck == 1
        drafts = answered(alice)
        assert len(drafts) == len(set(drafts)) >= 6
        assert (json.loads(run("sweep", "--json").stdout)["seen"], len(answered(alice))) == (0, len(drafts))
        assert_nowhere(provider, done.stdout + done.stderr, tmp_path)

    def test_a_sweep_that_only_the_user_can_help(
        self,
        config: Config,
        provider: Provider,
        tmp_path: Path,
        run: Callable[..., subprocess.CompletedProcess[str]],
    ) -> None:
        with file_keyring(tmp_path):
            signed_in(config.accounts[0], provider, ago=2 * HOUR)
        provider.revoke_all()
        done = run("sweep", "--json")
        assert done.returncode == ExitCode.LOGIN_REFUSED
        assert "run `triage authorize studio`" in json.loads(done.stdout)["error"]
        assert "Traceback" not in done.stderr
        assert_nowhere(provider, done.stdout + done.stderr, tmp_path)


@contextmanager
def file_keyring(folder: Path) -> Iterator[None]:
    """The keyring of the programs that are started, for a moment also this one's."""
    os.environ["TEST_KEYRING"] = str(folder / "keyring.json")
    with used(FileDrawer()):
        yield
    del os.environ["TEST_KEYRING"]


def assert_nowhere(provider: Provider, said: str, folder: Path) -> None:
    """No token stands in what was said, nor in any file but the keyring's."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "keyring.json"]
    assert len(files) >= 2
    kept = said.encode() + b"".join(path.read_bytes() for path in files)
    found = [secret for secret in provider.secrets_issued() if secret.encode() in kept]
    assert found == []


def test_a_grant_is_not_lost_by_a_failed_pass(
    config: Config, provider: Provider, through: FaultProxy, drawer: Drawer
) -> None:
    grant = signed_in(config.accounts[0], provider)
    through.begin(Faults(refuse=True))
    assert one_pass(config).exit_code == ExitCode.UNREACHABLE
    assert kept_grant("studio", config.accounts[0].username) == grant
