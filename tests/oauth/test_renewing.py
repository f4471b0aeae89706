"""Renewal: in time, once for all programs, told when it fails; and the login with it, on Dovecot."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.keyrings import Drawer, FileDrawer, Locked, environment, used
from tests.rig.mailbox import Mailbox
from tests.rig.oauth_accounts import HOUR, config_for, oauth_lines, signed_in
from tests.rig.oauth_provider import Provider
from tests.rig.proxy import FaultProxy, Faults
from triage.access import enter, persevere, secret_of
from triage.config import Account
from triage.errors import (
    ConfigError,
    CredentialError,
    LoginRefused,
    MailboxUnreachable,
    SessionExpired,
    SignInNeeded,
    SignInUnreachable,
    TokenRefused,
)
from triage.oauth.renewal import granted, usable_token
from triage.oauth.vault import forget_grant, kept_grant

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.dovecot

Open = Callable[..., Account]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def opened(alice: Mailbox, provider: Provider, tmp_path: Path) -> Open:
    """The account of the mailbox at a provider of some kind."""

    def make(kind: str = "other", *more: str, port: int | None = None) -> Account:
        lines = oauth_lines(provider, kind, more)
        return config_for(alice, tmp_path, tmp_path, lines, port=port).accounts[0]

    return make


class TestToken:
    """Which token is used, and when a new one is had."""

    def test_a_fresh_one_is_used_as_it_is(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        grant = signed_in(opened(), provider)
        assert usable_token(opened(), now) == grant.access
        assert provider.count("refresh_token") == 0

    @pytest.mark.parametrize("kind", ["google", "microsoft", "other"])
    def test_one_near_its_end_is_renewed_and_kept(
        self, opened: Open, provider: Provider, drawer: Drawer, kind: str
    ) -> None:
        account = opened(kind, "oauth.client_secret_command = 'echo s3cret'")
        grant = signed_in(account, provider, ago=timedelta(minutes=57))
        token = usable_token(account, now)
        assert token != grant.access
        kept = kept_grant(account.name, account.username)
        assert kept is not None
        assert (kept.access, kept.signed_in) == (token, grant.signed_in)
        assert kept.refresh != grant.refresh, "the provider has given a new one"
        assert usable_token(account, now) == token
        assert provider.count("refresh_token") == 1

    def test_one_that_the_server_refused_is_renewed_though_its_time_has_not_come(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        grant = signed_in(opened(), provider)
        token = usable_token(opened(), now, refused=grant.access)
        assert token != grant.access
        # another connection was refused the old one too: what was renewed meanwhile is good for it
        assert usable_token(opened(), now, refused=grant.access) == token
        assert provider.count("refresh_token") == 1

    def test_a_clock_that_was_set_back_renews(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        signed_in(opened(), provider, now=now() + timedelta(days=2))
        usable_token(opened(), now)
        assert provider.count("refresh_token") == 1

    def test_nobody_has_signed_in(self, opened: Open, drawer: Drawer) -> None:
        with pytest.raises(SignInNeeded, match="run `triage authorize studio`"):
            secret_of(opened())

    def test_other_settings_need_another_sign_in(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        signed_in(opened(), provider)
        with pytest.raises(SignInNeeded, match="have changed since the sign-in"):
            secret_of(opened("google"))

    def test_an_end_at_the_provider_is_told_each_time(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        signed_in(opened(), provider, ago=2 * HOUR)
        provider.revoke_all()
        for _ in range(2):
            with pytest.raises(SignInNeeded, match=r"ended this sign-in.*`triage authorize studio`"):
                usable_token(opened(), now)
        assert granted(opened()), "what may yet be of use is not thrown away"

    def test_no_network_costs_nothing(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        grant = signed_in(opened(), provider, ago=2 * HOUR)
        provider.knobs.status = 503
        with pytest.raises(SignInUnreachable):
            usable_token(opened(), now)
        assert kept_grant("studio", opened().username) == grant
        provider.knobs.status = 0
        assert usable_token(opened(), now) in provider.active()

    def test_google_without_the_secret_of_its_client(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        signed_in(opened("google"), provider, ago=2 * HOUR)
        with pytest.raises(ConfigError, match="client-secret-stdin"):
            usable_token(opened("google"), now)

    def test_a_renewed_token_that_cannot_be_kept_is_used_all_the_same(
        self, opened: Open, provider: Provider, caplog: pytest.LogCaptureFixture
    ) -> None:
        class ReadOnly(Drawer):
            """A keyring that gives and doesn't take."""

            set_password = Locked.set_password

        drawer = Drawer()
        with used(drawer):
            signed_in(opened(), provider, ago=2 * HOUR)
        shut = ReadOnly()
        shut.secrets = drawer.secrets
        with used(shut):
            assert usable_token(opened(), now) in provider.active()
        assert "can't be kept" in caplog.text
        assert not any(secret in caplog.text for secret in provider.secrets_issued())

    def test_a_locked_keyring_is_told(self, opened: Open) -> None:
        with used(Locked()), pytest.raises(CredentialError, match="unlock it"):
            secret_of(opened())

    def test_a_place_without_room_for_the_lock_hinders_nobody(
        self,
        opened: Open,
        provider: Provider,
        drawer: Drawer,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        signed_in(opened(), provider, ago=2 * HOUR)
        assert usable_token(opened(), now) in provider.active()


def test_a_fresh_token_costs_no_library(
    opened: Open, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pass from cron every five minutes renews once an hour, and pays for it only then."""
    account = opened()
    for name, value in environment(tmp_path / "keyring.json").items():
        monkeypatch.setenv(name, value)
    with used(FileDrawer()):
        signed_in(account, provider)
    script = (
        "import sys; from pathlib import Path; from triage.config import load_config\n"
        "from triage.access import enter\n"
        "account, = load_config(Path(sys.argv[1])).accounts\n"
        "with enter(account): print(*sys.modules)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "config.toml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "keyring" in loaded
    assert not loaded & {"msal", "google_auth_oauthlib", "google", "requests", "oauthlib", "http.server"}


class TestTogether:
    """A refresh token that is good once, and many who need it."""

    def test_threads(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        account = opened()
        signed_in(account, provider, ago=2 * HOUR)
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.append(usable_token(account, now))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(found) == 8
        assert len(set(found)) == 1
        assert provider.count("refresh_token") == 1

    def test_programs(
        self, opened: Open, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = opened()
        for name, value in environment(tmp_path / "keyring.json").items():
            monkeypatch.setenv(name, value)
        with used(FileDrawer()):
            signed_in(account, provider, ago=2 * HOUR)
        script = (
            "import sys; from datetime import UTC, datetime; from triage.config import load_config\n"
            "from pathlib import Path; from triage.oauth.renewal import usable_token\n"
            "account, = load_config(Path(sys.argv[1])).accounts\n"
            "print(usable_token(account, lambda: datetime.now(UTC)))"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "config.toml")]
        programs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        said = {program.communicate(timeout=60)[0].strip() for program in programs}
        assert [program.returncode for program in programs] == [0] * 4
        assert said == set(provider.active()) - {""}
        assert provider.count("refresh_token") == 1


class TestLogin:
    """What the mail server says to the token."""

    @pytest.mark.parametrize("mechanism", [b"XOAUTH2", b"OAUTHBEARER"])
    def test_either_way_in(
        self, opened: Open, provider: Provider, drawer: Drawer, tokens_dovecot: Dovecot, mechanism: bytes
    ) -> None:
        other = b"OAUTHBEARER" if mechanism == b"XOAUTH2" else b"XOAUTH2"
        with FaultProxy(tokens_dovecot.port, Faults(replace=[(rb" AUTH=" + other, b"")])) as proxy:
            account = opened(port=proxy.port)
            signed_in(account, provider)
            with enter(account) as session:
                assert session.examine("INBOX").exists == 0
            assert b"AUTHENTICATE " + mechanism in proxy.traffic.sent_by_client

    def test_a_token_that_ended_early_is_renewed_on_the_way_in(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        signed_in(opened(), provider)
        provider.expire_all()
        with enter(opened()) as session:
            assert session.is_open
        assert provider.count("refresh_token") == 1

    def test_a_new_token_that_is_refused_too_ends_it(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        """As where IMAP is switched off, or the user signed in with another address."""
        account = opened()
        signed_in(account, provider)
        provider.expire_all()
        provider.knobs.life = -1
        words = r"issued just now: check `username`, that IMAP is switched on"
        with pytest.raises(LoginRefused, match=words) as caught, enter(account):
            pass
        assert provider.count("refresh_token") == 1
        assert account.username not in str(caught.value)

    def test_a_token_of_somebody_else(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        account = opened()
        grant = signed_in(account, provider)
        provider._memory.tokens[grant.access].user = "bob"
        provider._memory.refresh[grant.refresh] = ("bob", "family")
        with pytest.raises(LoginRefused, match="check `username`"), enter(account):
            pass

    def test_a_server_that_cannot_ask_about_tokens_is_no_refusal(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        signed_in(opened(), provider)
        provider.knobs.introspection_status = 500
        with pytest.raises(MailboxUnreachable, match="next pass tries again"), enter(opened()):
            pass
        assert provider.count("refresh_token") == 0

    def test_a_token_command_goes_on_as_before(
        self, alice: Mailbox, provider: Provider, tmp_path: Path
    ) -> None:
        token = provider.token(alice.username)
        account = config_for(alice, tmp_path, tmp_path, f"token_command = 'echo {token}'").accounts[0]
        with enter(account) as session:
            assert session.is_open
        provider.expire_all()
        with pytest.raises(TokenRefused, match="see what token_command prints"), enter(account):
            pass

    def test_an_error_inside_is_not_taken_for_one_of_the_login(
        self, opened: Open, provider: Provider, drawer: Drawer
    ) -> None:
        signed_in(opened(), provider)
        with pytest.raises(TokenRefused, match="inside"), enter(opened()):
            raise TokenRefused("inside")
        assert provider.count("refresh_token") == 0


class TestPersevering:
    """Work that the end of a token breaks off is done again; any other break is not."""

    def run(self, account: Account, errors: list[Exception]) -> int:
        """How often the work was done until it succeeded."""
        done = 0

        def work() -> int:
            nonlocal done
            done += 1
            if errors:
                raise errors.pop(0)
            return done

        return persevere(account, work)

    def test_the_server_says_so(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        signed_in(opened(), provider)
        assert self.run(opened(), [SessionExpired("over"), SessionExpired("over")]) == 3

    def test_the_clock_says_so(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        signed_in(opened(), provider, ago=timedelta(minutes=59))
        assert self.run(opened(), [MailboxUnreachable("broke")]) == 2

    def test_a_break_for_another_reason(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        signed_in(opened(), provider)
        with pytest.raises(MailboxUnreachable, match="broke"):
            self.run(opened(), [MailboxUnreachable("broke")])

    def test_it_comes_to_an_end(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        signed_in(opened(), provider)
        with pytest.raises(SessionExpired):
            self.run(opened(), [SessionExpired("over")] * 50)

    def test_a_password_has_no_end(self, alice: Mailbox, tmp_path: Path) -> None:
        account = config_for(alice, tmp_path, tmp_path, "password_command = 'echo x'").accounts[0]
        with pytest.raises(SessionExpired):
            self.run(account, [SessionExpired("over")])

    def test_a_sign_in_that_is_gone_is_told(self, opened: Open, provider: Provider, drawer: Drawer) -> None:
        signed_in(opened(), provider)
        forget_grant("studio", opened().username)
        with pytest.raises(SignInNeeded):
            self.run(opened(), [MailboxUnreachable("broke")])
