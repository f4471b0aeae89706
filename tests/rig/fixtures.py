"""Servers and mailboxes as fixtures, and a loud word at the end where Dovecot is missing.

With REQUIRE_DOVECOT=1 in the environment its absence fails the tests that need it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from tests.rig.dovecot import Dovecot, is_installed
from tests.rig.mailbox import Mailbox, on_dovecot
from triage.demo.server import EmbeddedServer

_ABSENT = "DOVECOT ABSENT"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A private Dovecot for the whole run; each test takes users of its own."""
    if not is_installed():
        if os.environ.get("REQUIRE_DOVECOT") == "1":
            pytest.fail(f"{_ABSENT} and REQUIRE_DOVECOT=1 is set: install dovecot-imapd", pytrace=False)
        pytest.skip(f"{_ABSENT}: install dovecot-imapd to run this test")
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def embedded() -> Iterator[EmbeddedServer]:
    """The embedded server for the whole run."""
    with EmbeddedServer(users={"alice": "password"}) as server:
        yield server


@pytest.fixture(params=[pytest.param("dovecot", marks=pytest.mark.dovecot), "embedded"])
def mailbox(request: pytest.FixtureRequest) -> Mailbox:
    """A fresh mailbox with INBOX, Drafts and Sent, once on Dovecot and once on the embedded server."""
    if request.param == "dovecot":
        server: Dovecot = request.getfixturevalue("dovecot")
        return on_dovecot(server, server.user("alice"))
    embedded: EmbeddedServer = request.getfixturevalue("embedded")
    name = f"alice-{next(_NUMBERS)}"
    embedded.add_user(name, "password", ["Drafts", "Sent"])
    return Mailbox("embedded", embedded.host, embedded.port, name, "password")


@pytest.fixture
def alice(dovecot: Dovecot) -> Mailbox:
    """A fresh mailbox on Dovecot."""
    return on_dovecot(dovecot, dovecot.user("alice"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much of the run a missing Dovecot has cost."""
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if _ABSENT in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep("!", f"{_ABSENT}: {len(skipped)} tests were skipped", red=True, bold=True)
        terminalreporter.write_line(
            "The mailbox was tested on the embedded server only. Install dovecot-imapd for the real one."
        )
