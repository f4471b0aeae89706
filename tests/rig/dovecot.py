"""A private Dovecot on loopback: free ports, a folder of its own, nothing of the system's touched.

Works as root (mail then belongs to ``nobody``) and as any user on a machine where Dovecot is installed. Every
test takes users of its own (``server.user("alice")``), so that no two tests ever share a mailbox.
"""

from __future__ import annotations

import contextlib
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from types import TracebackType

from imapclient import IMAPClient

from tests.rig.certificates import Certificates, make_certificates
from tests.rig.dovecot_conf import (
    PROFILES,
    Place,
    certificate_setting,
    configuration,
    introspection_settings,
    password_line,
)

PASSWORD = "password"
#: Passwords that a client must be able to send: the profile's users have this one instead.
HARD_PASSWORD = 'pä"ss\\wörd 密 %s'
#: One that stands nowhere else, so that it is found wherever it should not be.
TELLTALE_PASSWORD = "hunzel-4711-brick"
_PASSWORDS = {"harda": HARD_PASSWORD, "storm": TELLTALE_PASSWORD}
_USERS_EACH = 400
_START_SECONDS = 30.0


def is_installed() -> bool:
    """Whether a Dovecot is on this machine."""
    return _program("dovecot") is not None and _program("doveadm") is not None


@dataclass(frozen=True)
class User:
    """One mailbox of a test's own."""

    name: str
    password: str
    home: Path


class Dovecot:
    """A running server, as a context manager; ``port`` speaks plain IMAP and STARTTLS, ``tlsport`` TLS.

    ``introspection``: who is asked about OAuth tokens.
    """

    host = "127.0.0.1"

    def __init__(self, users_each: int = _USERS_EACH, introspection: str = "") -> None:
        self._users_each = users_each
        self._introspection = introspection
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port, self.tlsport = _free_port(), _free_port()
        self._numbers = {profile: count(1) for profile in PROFILES}

    def __enter__(self) -> Dovecot:
        try:
            self._prepare()
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [str(_program("dovecot")), "-F", "-c", str(self._conf)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self._wait_for_login()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The authority that signed the server's certificate."""
        return self._certificates.ca

    def stop(self) -> None:
        """End the server that this object started, by its pid, and remove its folder."""
        process = getattr(self, "_process", None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def user(self, profile: str = "alice") -> User:
        """A fresh user with an empty mailbox; see PROFILES for what each is like."""
        name = f"{profile}-{next(self._numbers[profile])}"
        return User(name, _password(profile), self.folder / "mail" / name)

    @contextlib.contextmanager
    def client(self, user: User) -> Iterator[IMAPClient]:
        """A second client, signed in: what it sees is the truth that tests compare with."""
        with IMAPClient(self.host, self.port, ssl=False, timeout=20) as client:
            client.plain_login(user.name, user.password)
            client.normalise_times = False
            yield client

    def deliver(self, user: User, raw: bytes, folder: str = "INBOX", arrived: datetime | None = None) -> None:
        """Put a message without any flag into a folder, as of now or of ``arrived``."""
        with self.client(user) as client:
            client.append(folder, raw, (), arrived)

    def drop(self, user: User, raw: bytes) -> None:
        """Put a message into the Maildir as a delivery agent does, without the server's help."""
        name = f"{time.time_ns()}.test"
        new = user.home / "Maildir" / "new"
        (user.home / "Maildir" / "tmp" / name).write_bytes(raw)
        owner = new.stat()
        os.chown(user.home / "Maildir" / "tmp" / name, owner.st_uid, owner.st_gid)
        (user.home / "Maildir" / "tmp" / name).rename(new / name)

    def doveadm(self, *arguments: str, data: bytes | None = None) -> bytes:
        """Run doveadm against this server; raises CalledProcessError where it fails."""
        command = [str(_program("doveadm")), "-c", str(self._conf), *arguments]
        return subprocess.run(command, input=data, check=True, capture_output=True).stdout

    def set_uidvalidity(self, user: User, folder: str, value: int) -> None:
        """The same messages under a new UIDVALIDITY, as after a server's rebuild."""
        self.doveadm("mailbox", "update", "-u", user.name, "--uid-validity", str(value), folder)

    def recreate(self, user: User, folder: str) -> None:
        """Delete a folder with its messages and make it anew (not INBOX)."""
        self.doveadm("mailbox", "delete", "-u", user.name, folder)
        time.sleep(1.1)  # UIDVALIDITY is a time in seconds
        self.doveadm("mailbox", "create", "-u", user.name, folder)

    def expunge(self, user: User, folder: str, *query: str) -> None:
        """Another client deletes messages, such as ``"uid", "3:5"``."""
        self.doveadm("expunge", "-u", user.name, "mailbox", folder, *query)

    def kick(self, user: User) -> None:
        """Drop the user's connections now, in the middle of whatever they do."""
        self.doveadm("kick", user.name)

    @contextlib.contextmanager
    def setting(self, text: str) -> Iterator[None]:
        """These lines at the end of the configuration, for connections opened inside."""
        knob = self.folder / "knobs" / f"{time.time_ns()}.conf"
        knob.write_text(text)
        self._reload()
        try:
            yield
        finally:
            knob.unlink()
            self._reload()

    def certificate(self, certificates: Certificates) -> contextlib.AbstractContextManager[None]:
        """Another certificate, for connections opened inside."""
        return self.setting(certificate_setting(self._place, certificates))

    def _reload(self) -> None:
        self.doveadm("reload")
        time.sleep(0.3)

    @property
    def mail_ids(self) -> tuple[int, int]:
        """The user and group that mail files belong to."""
        return self._place.mail_ids

    @property
    def _conf(self) -> Path:
        return self.folder / "dovecot.conf"

    def _prepare(self) -> None:
        for name in ("run", "mail", "knobs"):
            (self.folder / name).mkdir()
        self._certificates = make_certificates(self.folder / "certificates")
        self._place = self._found_place()
        if os.geteuid() == 0:
            self.folder.chmod(0o711)
            os.chown(self.folder / "mail", *self._place.mail_ids)
        self._conf.write_text(configuration(self._place))
        (self.folder / "oauth2.conf").write_text(introspection_settings(self._place))
        (self.folder / "users").write_text("".join(self._users()))
        (self.folder / "read-only.acl").write_text("Drafts owner lrs\n")

    def _found_place(self) -> Place:
        mail_owner, internal = ("nobody", "daemon") if os.geteuid() == 0 else (getpass.getuser(),) * 2
        owner = pwd.getpwnam(mail_owner)
        return Place(
            folder=self.folder,
            port=self.port,
            tlsport=self.tlsport,
            certificates=self._certificates,
            mail_owner=mail_owner,
            mail_ids=(owner.pw_uid, owner.pw_gid),
            internal_user=internal,
            internal_group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
            version=_version(),
            introspection=self._introspection,
        )

    def _users(self) -> Iterator[str]:
        for profile in PROFILES:
            names = [profile, *(f"{profile}-{number}" for number in range(1, self._users_each + 1))]
            for name in names:
                yield password_line(self._place, profile, name, _password(profile))

    def _wait_for_login(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                with imaplib.IMAP4(self.host, self.port, timeout=5) as client:
                    client.login("alice", PASSWORD)
                    return
            except (OSError, imaplib.IMAP4.error) as error:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"Dovecot does not start: {self._last_words()}") from error
                time.sleep(0.05)

    def _last_words(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]


def _password(profile: str) -> str:
    return _PASSWORDS.get(profile, PASSWORD)


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"]))


def _version() -> tuple[int, int]:
    told = subprocess.run([str(_program("dovecot")), "--version"], check=True, capture_output=True, text=True)
    major, minor = told.stdout.split(".")[:2]
    return int(major), int(minor)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
