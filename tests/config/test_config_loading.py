"""A configuration loads whole, or every problem of it is told at once in the file's own terms."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from triage.config import Config, default_config_path, default_paths, load_config
from triage.errors import ConfigError, ExitCode

LEAST = """
[freelancer]
name = "Anna Koval"

[[accounts]]
name = "studio"
address = "anna@studio.example"
host = "imap.studio.example"
"""


def loaded(tmp_path: Path, text: str) -> Config:
    """The configuration of this text."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def problems(tmp_path: Path, text: str) -> list[str]:
    """Every sentence about this text."""
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert caught.value.exit_code == ExitCode.USAGE
    return list(caught.value.problems)


def with_account(line: str) -> str:
    """The least configuration with one line more in its account."""
    return f"{LEAST}{line}\n"


def test_the_least_configuration_takes_what_is_usual(tmp_path: Path) -> None:
    config = loaded(tmp_path, LEAST)
    (account,) = config.accounts
    assert (account.port, account.security, account.username) == (993, "tls", "anna@studio.example")
    assert (account.auth, account.secret_command, account.folders) == ("password", None, ("INBOX",))
    assert (account.drafts, account.sent, account.ca_file) == (None, None, None)
    assert (config.clock.answer_within_hours, config.clock.holding_reply_before_hours) == (24, 4)
    assert (config.clock.opens, config.clock.closes) == (time(9), time(17))
    assert config.clock.days == frozenset(range(5))
    assert config.drafting.languages == ("en", "de", "es", "fr", "pt")
    assert not config.drafting.allow_discount
    assert config.paths.config == tmp_path / "config.toml"
    assert config.paths.state == default_paths().state


def test_several_accounts_keep_their_order(tmp_path: Path) -> None:
    more = '[[accounts]]\nname = "b"\naddress = "b@b.example"\nhost = "h"\nsecurity = "starttls"\n'
    config = loaded(tmp_path, LEAST + more)
    assert [account.name for account in config.accounts] == ["studio", "b"]
    assert config.accounts[1].port == 143


@pytest.mark.parametrize(
    ("folders", "is_told"),
    [('["INBOX"]', True), ('["Clients", "inbox"]', True), ('["Clients"]', False)],
)
def test_two_accounts_never_draft_for_the_same_message(tmp_path: Path, folders: str, is_told: bool) -> None:
    more = (
        '[[accounts]]\nname = "b"\naddress = "hello@studio.example"\nhost = "IMAP.studio.example"\n'
        f'username = "anna@studio.example"\nsecurity = "starttls"\nfolders = {folders}\n'
    )
    if is_told:
        (told,) = problems(tmp_path, LEAST + more)
        assert told.startswith("accounts[1].folders: accounts[0] watches")
    else:
        assert len(loaded(tmp_path, LEAST + more).accounts) == 2


def test_nothing_can_be_changed_afterwards(tmp_path: Path) -> None:
    config = loaded(tmp_path, LEAST)
    with pytest.raises(ValidationError):
        config.accounts[0].host = "elsewhere.example"


def test_a_token_command_means_login_by_token(tmp_path: Path) -> None:
    (account,) = loaded(tmp_path, with_account('token_command = "oauth-token studio"')).accounts
    assert (account.auth, account.secret_command) == ("token", "oauth-token studio")


def test_folders_begin_where_the_file_lies_or_at_home(tmp_path: Path) -> None:
    text = LEAST + '[storage]\nstate_folder = "state"\ncache_folder = "~/cache-of-triage"\n'
    paths = loaded(tmp_path, text).paths
    assert paths.state == tmp_path / "state"
    assert paths.cache == Path.home() / "cache-of-triage"


def test_a_file_of_windows_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert load_config(path).freelancer.name == "Anna Koval"


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = """
[freelancer]
nmae = "Anna"
[[accounts]]
name = "studio"
address = "anna at studio"
host = "https://imap.studio.example/"
port = "993"
colour = "red"
[[accounts]]
name = "Studio"
address = "b@b.example"
host = "h"
security = "ssl"
folders = []
[clock]
time_zone = "Europe/Berln"
working_days = ["mon", "someday"]
working_hours = "17:00-09:00"
answer_within_hours = -1
[drafting]
languages = ["english"]
offer_call = "yes"
[deamon]
poll_minutes = 5
"""
    found = problems(tmp_path, text)
    expected = (
        "freelancer.name: is missing; add it.",
        "freelancer.nmae: there is no such key; did you mean name?",
        "accounts[0].address: is no mail address, such as anna@studio.example.",
        "accounts[0].host: must be a host's name alone, such as imap.studio.example.",
        "accounts[0].port: must be a whole number.",
        "accounts[0].colour: there is no such key; known here are address, aliases,",
        'accounts[1].security: must be one of "tls", "starttls" or "plaintext".',
        "accounts[1].folders: must name at least one.",
        "accounts[1].name: accounts[0] has this name already; give each its own.",
        "clock.time_zone: there is no time zone of this name; did you mean Europe/Berlin?",
        'clock.working_days[1]: must be one of "mon"',
        "clock.working_hours: must be an opening and a later closing time of one day",
        "clock.answer_within_hours: must be more than 0",
        'drafting.languages[0]: must be a language\'s two letters, such as "en".',
        "drafting.offer_call: must be true or false.",
        "deamon: there is no such key; did you mean daemon?",
    )
    for sentence in expected:
        assert any(each.startswith(sentence) for each in found), (sentence, found)
    assert len(found) == len(expected), found


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('security = "starttls"\nport = 993', '993 is the port of security = "tls"; set that, or port = 143'),
        ("port = 143", '143 is the port of security = "starttls"; set that, or port = 993'),
        ("port = 70000", "must be at most 65535"),
        ("port = 0", "must be at least 1"),
        ('security = "plaintext"', '"plaintext" would send the password unprotected over the network'),
        ('ca_file = "nowhere.pem"', "there is no such file"),
        ('aliases = ["a@b.example", "a@b.example"]', "names something twice"),
        ('aliases = "a@b.example"', "must be a list"),
        ('username = ""', "is empty; fill it in"),
        ('username = "a\\r\\nb"', "must be one line without control characters"),
        ('password_command = " "', "is empty; remove the line or name a program"),
        ('auth = "password"\ntoken_command = "t"', 'is only for auth = "token"'),
        ('auth = "token"\npassword_command = "t"', 'is only for auth = "password"; use token_command'),
        ('token_command = "t"\npassword_command = "p"', 'is only for auth = "password"; use token_command'),
        ("folders = [3]", "must be text in quotes"),
    ],
)
def test_an_account_that_cannot_work_is_refused(tmp_path: Path, line: str, sentence: str) -> None:
    found = problems(tmp_path, with_account(line))
    assert any(sentence in each for each in found), found
    assert all(each.startswith("accounts[0].") for each in found)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_plaintext_to_this_machine_is_fine(tmp_path: Path, host: str) -> None:
    text = LEAST.replace("imap.studio.example", host) + 'security = "plaintext"\nport = 1143\n'
    assert loaded(tmp_path, text).accounts[0].port == 1143


def test_plaintext_elsewhere_needs_the_users_word(tmp_path: Path) -> None:
    text = with_account('security = "plaintext"\nallow_plaintext = true')
    assert loaded(tmp_path, text).accounts[0].port == 143


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2hunter2"',
        'passwd = "hunter2hunter2"',
        'imap_password = "hunter2hunter2"',
        'client_secret = "hunter2hunter2"',
        'access_token = "hunter2hunter2"',
        'refresh-token = "hunter2hunter2"',
        'api_key = "hunter2hunter2"',
        'Password = "hunter2hunter2"',
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(tmp_path: Path, line: str) -> None:
    (sentence,) = problems(tmp_path, with_account(line))
    assert "secrets don't belong in this file" in sentence
    assert "triage init" in sentence
    assert "hunter2" not in sentence


def test_a_misspelt_command_is_no_secret(tmp_path: Path) -> None:
    (sentence,) = problems(tmp_path, with_account('pasword_command = "pass show x"'))
    assert sentence.endswith("did you mean password_command?")


@pytest.mark.parametrize("value", ['"hunter2"', "7", '["hunter2"]', '{ a = "hunter2" }'])
@pytest.mark.parametrize(
    "key", ["host", "port", "username", "address", "folders", "aliases", "drafts", "auth"]
)
def test_no_sentence_repeats_a_value_of_the_file(tmp_path: Path, key: str, value: str) -> None:
    lines = [line for line in LEAST.splitlines() if not line.startswith(f"{key} =")]
    try:
        loaded(tmp_path, "\n".join([*lines, f"{key} = {value}"]))
    except ConfigError as error:
        told = str(error)
    else:
        told = ""
    assert "hunter2" not in told


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no configuration at .*triage init"):
        load_config(tmp_path / "config.toml")


def test_a_mistake_in_the_notation_has_line_and_column(tmp_path: Path) -> None:
    (sentence,) = problems(tmp_path, 'a = 1\nb = "x\n')
    assert "at line 2, column 7" in sentence


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(LEAST.replace("Anna", "Ännä").encode("latin-1"))
    with pytest.raises(ConfigError, match="not in UTF-8"):
        load_config(path)


def test_a_folder_in_the_files_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "freelancer: is missing; add it."),
        ("accounts = 3", "accounts: must be a list"),
        ("accounts = [3]", "accounts[0]: must be a table of keys."),
        ("freelancer = 3", "freelancer: must be a table of keys."),
        ("accounts = []", "accounts: must name at least one."),
        ('[storage]\nstate_folder = "config.toml"', "storage.state_folder: must be a folder"),
        (
            "[clock]\nanswer_within_hours = 2",
            "clock.holding_reply_before_hours: must be less than answer_within_hours",
        ),
        ("[clock]\nanswer_within_hours = inf", "clock.answer_within_hours: must be at most 336"),
        ("[daemon]\npoll_minutes = 0", "daemon.poll_minutes: must be at least 1"),
        ('[log]\nlevel = "loud"', "log.level: must be one of"),
    ],
)
def test_wrong_tables_are_told(tmp_path: Path, text: str, sentence: str) -> None:
    assert any(each.startswith(sentence) for each in problems(tmp_path, text)), problems(tmp_path, text)


@pytest.mark.parametrize(
    "hours", ["9-17", "09:00", "25:00-26:00", "09:00-09:00", "22:00-06:00", "09:00-24:00", ""]
)
def test_hours_that_are_none_are_refused(tmp_path: Path, hours: str) -> None:
    (sentence,) = problems(tmp_path, f'{LEAST}[clock]\nworking_hours = "{hours}"\n')
    assert sentence.startswith("clock.working_hours: must be an opening and a later closing time")


@pytest.mark.parametrize(("hours", "opens"), [("9:30-17:00", time(9, 30)), ("00:00 – 23:59", time(0))])
def test_hours_are_read(tmp_path: Path, hours: str, opens: time) -> None:
    assert loaded(tmp_path, f'{LEAST}[clock]\nworking_hours = "{hours}"\n').clock.opens == opens


@given(st.text())
def test_no_text_makes_the_reading_crash(text: str) -> None:
    from triage.config.loading import check_config, parse_toml

    try:
        check_config(parse_toml(text, Path("config.toml")), Path("config.toml"))
    except ConfigError as error:
        told = str(error)
    else:
        told = ""
    assert told


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TABLES = ("freelancer", "accounts", "clock", "drafting", "daemon", "storage", "log")


@given(
    st.dictionaries(
        st.sampled_from(TABLES),
        VALUES | st.dictionaries(st.sampled_from(["name", "time_zone", "port", "password"]), VALUES),
    )
)
def test_no_tables_make_the_checking_crash(tables: dict[str, object]) -> None:
    from triage.config.loading import check_config

    with pytest.raises(ConfigError) as caught:
        check_config(tables, Path("config.toml"))
    assert all(": " in sentence and sentence.rstrip()[-1] in ".?" for sentence in caught.value.problems)


def test_the_environment_names_another_file(tmp_path: Path) -> None:
    named = str(tmp_path / "other.toml")
    assert default_config_path({"TRIAGE_CONFIG": named}) == tmp_path / "other.toml"
    assert default_config_path({}).name == "config.toml"
    assert default_config_path({"TRIAGE_CONFIG": os.path.join("~", "t.toml")}) == Path.home() / "t.toml"  # noqa: PTH118
