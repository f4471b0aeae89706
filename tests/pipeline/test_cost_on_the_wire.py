"""What a whole pass costs on the wire: nothing new, a crowded mailbox, large attachments."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot, User
from tests.rig.letters import letter, with_attachment
from tests.rig.mailbox import on_dovecot
from tests.rig.maildir import Maildir
from tests.rig.proxy import FaultProxy
from tests.rig.settings import config_text
from tests.rig.word_judge import WordJudge
from triage.config import Config, load_config
from triage.imap.session import Secret
from triage.order import Order
from triage.sweep import sweep

pytestmark = pytest.mark.dovecot

OLD = timedelta(days=400)


def maildir_of(server: Dovecot, user: User) -> Maildir:
    with server.client(user) as client:
        client.select_folder("INBOX")
    place = user.home.stat()
    return Maildir(user.home, (place.st_uid, place.st_gid))


def crowd(server: Dovecot, count: int) -> User:
    """A mailbox of so many old messages: one file under many names."""
    user = server.user()
    old = (datetime.now(UTC) - OLD).timestamp()
    name = maildir_of(server, user).put("INBOX", letter(1), flags="S", arrived=old)
    cur = user.home / "Maildir" / "cur"
    for number in range(1, count):
        os.link(cur / f"{name}:2,S", cur / f"{number}.link:2,S")
    return user


def config_of(server: Dovecot, user: User, port: int, folder: Path) -> Config:
    folder.mkdir()
    mailbox = replace(on_dovecot(server, user), port=port)
    path = folder / "config.toml"
    path.write_text(config_text(mailbox, folder, folder), encoding="utf-8")
    return load_config(path)


def one_pass(config: Config, user: User) -> int:
    """How many messages a pass over the only account sees."""
    judge = WordJudge()
    order = Order(secret=Secret("password", user.password), judge_of=lambda: judge)
    summary = sweep(config, config.accounts[0], order)
    assert (summary.error, summary.failed) == (None, 0)
    return summary.seen


def commands(sent: bytes) -> list[str]:
    """The commands by name, with their folder."""
    found = re.findall(rb"^[A-Z]+\d+ ([A-Z]+(?: [A-Z\"][\w\"]*)?)", sent, re.MULTILINE)
    return [name.decode() for name in found]


def test_an_empty_pass_says_six_things_however_full_the_mailbox_is(dovecot: Dovecot, tmp_path: Path) -> None:
    costs = []
    for count in (1, 3000):
        user = crowd(dovecot, count)
        with FaultProxy(dovecot.port) as proxy:
            config = config_of(dovecot, user, proxy.port, tmp_path / str(count))
            assert one_pass(config, user) == 0
            proxy.wait_until_quiet()
            proxy.traffic = type(proxy.traffic)()
            assert one_pass(config, user) == 0
            proxy.wait_until_quiet()
            sent = bytes(proxy.traffic.sent_by_client)
            costs.append((proxy.traffic.to_server, proxy.traffic.to_client))
        said = commands(sent)
        assert [name.split()[0] for name in said] == [
            "CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "EXAMINE", "LOGOUT",
        ]  # fmt: skip
    (sent_few, told_few), (sent_many, told_many) = costs
    assert abs(sent_many - sent_few) <= 8  # the user's name is longer by a digit
    assert abs(told_many - told_few) <= 0.05 * told_few


def test_a_first_pass_over_a_crowded_mailbox_reads_none_of_the_old(dovecot: Dovecot, tmp_path: Path) -> None:
    user = crowd(dovecot, 3000)
    with FaultProxy(dovecot.port) as proxy:
        config = config_of(dovecot, user, proxy.port, tmp_path / "state")
        dovecot.deliver(user, letter(2))
        assert one_pass(config, user) == 1
        proxy.wait_until_quiet()
        assert proxy.traffic.to_client < 20_000


def test_attachments_of_20_mb_cost_two_percent_at_most(dovecot: Dovecot, tmp_path: Path) -> None:
    user = dovecot.user()
    raw = [with_attachment(20_000_000, number=number) for number in range(2)]
    maildir = maildir_of(dovecot, user)
    for one in raw:
        maildir.put("INBOX", one)
    with FaultProxy(dovecot.port) as proxy:
        assert one_pass(config_of(dovecot, user, proxy.port, tmp_path / "state"), user) == 2
        proxy.wait_until_quiet()
        passed = proxy.traffic.to_client + proxy.traffic.to_server
    assert passed <= 0.02 * sum(map(len, raw))
