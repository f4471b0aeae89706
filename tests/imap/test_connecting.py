"""Getting in: encryption, certificates, passwords and tokens, and one sentence for every way it fails."""

from __future__ import annotations

import base64
import logging
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rig.certificates import make_certificates
from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.scripted import scripted
from triage.errors import ConfigError, LoginRefused, MailboxUnreachable
from triage.imap.inbox import open_inbox
from triage.imap.session import Secret, Server, open_session


def enter(server: Server, secret: Secret) -> None:
    """Sign in, look at the inbox, leave."""
    with open_session(server, secret) as session:
        assert open_inbox(session, "INBOX").uidvalidity > 0


@pytest.mark.dovecot
class TestEncryption:
    """Verified TLS or none at all."""

    def test_tls_with_a_private_authority(self, dovecot: Dovecot, alice: Mailbox) -> None:
        server = Server("localhost", dovecot.tlsport, "tls", alice.username, ca_file=dovecot.ca_file)
        enter(server, alice.secret)

    def test_starttls_with_a_private_authority(self, dovecot: Dovecot, alice: Mailbox) -> None:
        server = Server("127.0.0.1", dovecot.port, "starttls", alice.username, ca_file=dovecot.ca_file)
        with FaultProxy(dovecot.port) as proxy:
            enter(replace(server, port=proxy.port), alice.secret)
            sent = bytes(proxy.traffic.sent_by_client)
        assert b"STARTTLS" in sent
        assert b"AUTHENTICATE" not in sent
        assert b"EXAMINE" not in sent

    def test_the_servers_own_certificate_may_be_named(self, dovecot: Dovecot, alice: Mailbox) -> None:
        own = dovecot.folder / "certificates" / "server.pem"
        enter(Server("localhost", dovecot.tlsport, "tls", alice.username, ca_file=own), alice.secret)

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_an_unknown_authority_is_refused(self, dovecot: Dovecot, alice: Mailbox, security: str) -> None:
        port = dovecot.tlsport if security == "tls" else dovecot.port
        server = Server("localhost", port, security, alice.username)  # type: ignore[arg-type]
        with pytest.raises(
            MailboxUnreachable, match=r"certificate of localhost:\d+ can't be trusted.*ca_file"
        ):
            enter(server, alice.secret)

    def test_a_certificate_for_another_name_is_refused(
        self, dovecot: Dovecot, alice: Mailbox, tmp_path: Path
    ) -> None:
        other = make_certificates(tmp_path, names="DNS:mail.elsewhere.example")
        with dovecot.certificate(other):
            server = Server("localhost", dovecot.tlsport, "tls", alice.username, ca_file=other.ca)
            with pytest.raises(MailboxUnreachable, match=r"can't be trusted \(.*localhost.*\): check `host`"):
                enter(server, alice.secret)

    def test_a_server_without_starttls_gets_no_password(self, dovecot: Dovecot, alice: Mailbox) -> None:
        with FaultProxy(dovecot.port, Faults(replace=[(rb" STARTTLS", b"")])) as proxy:
            server = Server("localhost", proxy.port, "starttls", alice.username, ca_file=dovecot.ca_file)
            with pytest.raises(MailboxUnreachable, match="offers no STARTTLS"):
                enter(server, alice.secret)
            assert b"AUTHENTICATE" not in proxy.traffic.sent_by_client
            assert b"LOGIN" not in proxy.traffic.sent_by_client

    def test_tls_spoken_to_a_plain_port(self, dovecot: Dovecot, alice: Mailbox) -> None:
        server = Server("localhost", dovecot.port, "tls", alice.username, ca_file=dovecot.ca_file, timeout=3)
        with pytest.raises(MailboxUnreachable, match="check `port` and `security`"):
            enter(server, alice.secret)

    def test_a_login_that_is_disabled_without_encryption(self, dovecot: Dovecot, alice: Mailbox) -> None:
        hidden = [(rb" AUTH=PLAIN", b" LOGINDISABLED"), (rb" AUTH=LOGIN", b"")]
        with (
            FaultProxy(dovecot.port, Faults(replace=hidden)) as proxy,
            pytest.raises(LoginRefused, match="no login without encryption"),
        ):
            enter(replace(alice.server, port=proxy.port), alice.secret)


class TestPlaintext:
    """A password in the clear leaves this machine only by an explicit word."""

    def test_another_machine_needs_the_word(self) -> None:
        server = Server("192.0.2.1", 143, "plaintext", "mara@studio.example")
        with pytest.raises(ConfigError, match=r"192.0.2.1:143.*allow_plaintext") as caught:
            enter(server, Secret("password", "password"))
        assert "mara" not in str(caught.value)

    def test_the_word_is_answered_with_one_warning(self, caplog: pytest.LogCaptureFixture) -> None:
        server = Server("192.0.2.1", 143, "plaintext", "mara", allow_plaintext=True, timeout=0.05)
        with caplog.at_level(logging.WARNING), pytest.raises(MailboxUnreachable):
            enter(server, Secret("password", "password"))
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert "not encrypted" in caplog.text

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "imap.localhost"])
    def test_loopback_is_this_machine(self, host: str) -> None:
        assert Server(host, 143, "plaintext", "mara").is_loopback

    @pytest.mark.parametrize("host", ["192.168.0.7", "localhost.example", "fe80::1", "mail.example"])
    def test_anything_else_is_not(self, host: str) -> None:
        assert not Server(host, 143, "plaintext", "mara").is_loopback


@pytest.mark.dovecot
class TestLogin:
    """Passwords of every kind, and the words for a refusal."""

    @pytest.mark.parametrize("hidden", [b"", b" AUTH=PLAIN"], ids=["AUTHENTICATE", "LOGIN"])
    def test_a_password_full_of_traps(self, dovecot: Dovecot, hidden: bytes) -> None:
        hard = on_dovecot(dovecot, dovecot.user("harda"))
        faults = Faults(replace=[(hidden, b"")] if hidden else [])
        with FaultProxy(dovecot.port, faults) as proxy:
            enter(replace(hard.server, port=proxy.port), hard.secret)
            sent = bytes(proxy.traffic.sent_by_client)
        assert (b" LOGIN " in sent) == bool(hidden)

    def test_nothing_of_the_login_is_logged(
        self, dovecot: Dovecot, alice: Mailbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(1), FaultProxy(dovecot.port, Faults(replace=[(b" AUTH=PLAIN", b"")])) as proxy:
            enter(alice.server, alice.secret)
            enter(replace(alice.server, port=proxy.port), alice.secret)
        assert alice.password not in caplog.text
        assert alice.username not in caplog.text

    @pytest.mark.parametrize(
        ("code", "error", "sentence"),
        [
            (b"[UNAVAILABLE] Temporary failure.", MailboxUnreachable, "mail store is down"),
            (
                b"[LIMIT] Maximum number of connections exceeded.",
                MailboxUnreachable,
                "close other mail programs",
            ),
            (b"[PRIVACYREQUIRED] Plaintext disallowed.", LoginRefused, 'security to "tls"'),
            (b"[EXPIRED] Password expired.", LoginRefused, "has expired"),
            (b"[CONTACTADMIN] Locked.", LoginRefused, "locked"),
            (b"LOGIN failed.", LoginRefused, "app password"),
        ],
    )
    def test_each_refusal_has_its_own_sentence(
        self, dovecot: Dovecot, alice: Mailbox, code: bytes, error: type[Exception], sentence: str
    ) -> None:
        faults = Faults(replace=[(rb"\[AUTHENTICATIONFAILED\] Authentication failed\.", code)])
        with (
            FaultProxy(dovecot.port, faults) as proxy,
            pytest.raises(error, match=sentence) as caught,
        ):
            enter(replace(alice.server, port=proxy.port), Secret("password", "wrong"))
        assert f":{proxy.port}" in str(caught.value)
        assert alice.username not in str(caught.value)

    def test_a_token_that_is_refused(self, alice: Mailbox) -> None:
        with pytest.raises(LoginRefused, match="token"):
            enter(alice.server, Secret("token", "ya29.expired"))

    @pytest.mark.parametrize("value", ["", "pass\nword", "pass\0word"])
    def test_a_password_that_cannot_be_sent(self, alice: Mailbox, value: str) -> None:
        with pytest.raises(LoginRefused, match="empty or holds a line break"):
            enter(alice.server, Secret("password", value))

    def test_a_secret_hides_its_value(self) -> None:
        assert "geheim" not in repr(Secret("password", "geheim"))
        assert "geheim" not in str(Secret("token", "geheim"))


class TestToken:
    """XOAUTH2 and OAUTHBEARER, word for word, against a scripted server."""

    def test_xoauth2(self) -> None:
        with scripted((b"AUTHENTICATE", b"+ "), capabilities=b"AUTH=XOAUTH2") as server:
            enter(server.server, Secret("token", "ya29.good"))
        assert b"AUTHENTICATE XOAUTH2" in server.commands
        assert base64.b64decode(server.commands[2]) == b"user=mara\1auth=Bearer ya29.good\1\1"

    def test_oauthbearer(self) -> None:
        with scripted((b"AUTHENTICATE", b"+ "), capabilities=b"AUTH=OAUTHBEARER") as server:
            enter(server.server, Secret("token", "ya29.good"))
        assert base64.b64decode(server.commands[2]) == b"n,a=mara,\1auth=Bearer ya29.good\1\1"

    @pytest.mark.parametrize(
        ("mechanism", "farewell"), [(b"XOAUTH2", b""), (b"OAUTHBEARER", base64.b64encode(b"\1"))]
    )
    def test_a_refused_token_is_answered_and_told(self, mechanism: bytes, farewell: bytes) -> None:
        reason = base64.b64encode(b'{"status":"400","schemes":"Bearer"}')
        script = (
            (b"AUTHENTICATE", b"+ "),
            (b"dXNlcj|bixh", b"+ " + reason),
            (re.escape(farewell) + b"\r\n", b"TAG NO SASL authentication failed"),
        )
        with (
            scripted(*script, capabilities=b"AUTH=" + mechanism) as server,
            pytest.raises(LoginRefused, match=r"expired or was revoked.*triage authorize"),
        ):
            enter(server.server, Secret("token", "ya29.bad"))
        assert server.commands[-1] == farewell

    def test_a_server_without_tokens(self) -> None:
        with (
            scripted(capabilities=b"AUTH=PLAIN") as server,
            pytest.raises(LoginRefused, match='set auth to "password"'),
        ):
            enter(server.server, Secret("token", "t"))


class TestUnreachable:
    """No server, a dumb one, a full one: each is told, and quickly."""

    def test_nothing_listens(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            server = Server("127.0.0.1", probe.getsockname()[1], "plaintext", "mara")
            with pytest.raises(MailboxUnreachable, match=f"Nothing listens at 127.0.0.1:{server.port}"):
                enter(server, Secret("password", "x"))

    def test_a_name_that_does_not_exist(self) -> None:
        with pytest.raises(MailboxUnreachable, match=r"imap.invalid:993 can't be found"):
            enter(Server("imap.invalid", 993, "tls", "mara"), Secret("password", "x"))

    def test_a_server_that_says_nothing(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = Server("127.0.0.1", listener.getsockname()[1], "plaintext", "mara", timeout=0.3)
            with pytest.raises(MailboxUnreachable, match="does not answer in time"):
                enter(server, Secret("password", "x"))

    @pytest.mark.parametrize(
        ("greeting", "sentence"),
        [
            (b"* BYE [UNAVAILABLE] Shutting down", "mail store is down"),
            (b"* BYE [ALERT] Too many connections", "127.0.0.1"),
            (b"HTTP/1.1 400 Bad Request", "no mail server.*sign in on a web page"),
            (b"220 smtp.example ESMTP", "no mail server.*sign in on a web page"),
            (b"\xff\xfe\x00\x01", "no mail server.*sign in on a web page"),
        ],
    )
    def test_a_greeting_that_is_no_welcome(self, greeting: bytes, sentence: str) -> None:
        with (
            scripted((b".*", b"CLOSE"), greeting=greeting) as server,
            pytest.raises(MailboxUnreachable, match=sentence),
        ):
            enter(server.server, server.secret)

    def test_preauth_is_no_way_around_starttls(self) -> None:
        with (
            scripted(greeting=b"* PREAUTH welcome", capabilities=b"STARTTLS") as server,
            pytest.raises(MailboxUnreachable, match="offers no STARTTLS"),
        ):
            enter(replace(server.server, security="starttls"), server.secret)

    def test_preauth_needs_no_password(self) -> None:
        with scripted(greeting=b"* PREAUTH welcome") as server:
            enter(server.server, server.secret)
        assert not any(command.startswith((b"LOGIN", b"AUTHENTICATE")) for command in server.commands)

    def test_a_closed_session_is_never_used_again(self) -> None:
        with scripted((b"NOOP", b"CLOSE")) as server, open_session(server.server, server.secret) as session:
            with pytest.raises(MailboxUnreachable, match="closed the connection"):
                session.noop()
            assert not session.is_open
            with pytest.raises(MailboxUnreachable, match="is closed"):
                session.noop()
        assert server.commands.count(b"NOOP") == 1
