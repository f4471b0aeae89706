"""Every failure the program can name, with the sentence the user reads and the exit status of the command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of every command."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    LOGIN_REFUSED = 4
    LEDGER_UNUSABLE = 5


class TriageError(Exception):
    """A failure that ends a command or one account's pass.

    ``str(error)`` is one sentence for the user that says what to do; it never holds a secret, an address
    or a word of a message.
    """

    exit_code = ExitCode.SOME_FAILED


class ConfigError(TriageError):
    """The configuration can't be used; ``problems`` holds one sentence each, all found at once."""

    exit_code = ExitCode.USAGE

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class CredentialError(TriageError):
    """No password or token can be had: keyring locked, command failed, nothing stored."""

    exit_code = ExitCode.LOGIN_REFUSED


class SignInNeeded(CredentialError):
    """The OAuth sign-in has ended or was never made: only the user can go on, by `triage authorize`."""


class WorldError(TriageError):
    """The world is unwell: this account's pass ends, no message loses an attempt, the next one goes on."""

    exit_code = ExitCode.UNREACHABLE


class MailboxUnreachable(WorldError):
    """No connection, a broken one, a certificate that doesn't verify, or a server that says: later."""


class SessionExpired(MailboxUnreachable):
    """The server has closed the session because its token is over: a new login with a new one goes on."""


class SignInUnreachable(WorldError):
    """The provider's sign-in service can't be reached, or is unwell itself."""


class LoginRefused(WorldError):
    """The server knows the account and says no."""

    exit_code = ExitCode.LOGIN_REFUSED


class TokenRefused(LoginRefused):
    """The server says no to this very token; a newer one may do."""


class FolderMissing(WorldError):
    """A folder that is needed isn't there or can't be opened."""

    exit_code = ExitCode.USAGE


class MailboxFull(WorldError):
    """The server has no room for a draft (RFC 9208 OVERQUOTA)."""


class AppendRefused(WorldError):
    """The server refuses to store a draft (permission, limit, read-only mailbox)."""


class LedgerUnusable(WorldError):
    """The ledger can't be read or written: broken, read-only, disk full, from a newer version."""

    exit_code = ExitCode.LEDGER_UNUSABLE


class PassRunning(WorldError):
    """Another pass holds this account's lock."""

    exit_code = ExitCode.LEDGER_UNUSABLE


class PassStopped(WorldError):
    """The user or the system asked the pass to end early."""

    exit_code = ExitCode.SOME_FAILED


class ModelUnusable(TriageError):
    """The classifier's model can be neither loaded nor trained."""


class VoiceUnusable(TriageError):
    """What was learnt of the freelancer's voice can be neither read nor written."""

    exit_code = ExitCode.USAGE


class ServiceRefused(TriageError):
    """The system can't be made to run the program by itself; the sentence says what is in the way."""
