"""``triage clients`` as it is typed: what it prints, what it writes, and with which status it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from triage.client_file import load_clients
from triage.commands import app

ROOT = Path(__file__).parents[2]
CONFIG = """\
[freelancer]
name = "Anna Koval"
[[accounts]]
name = "studio"
address = "anna@studio.example"
host = "imap.studio.example"
[clock]
time_zone = "Europe/Berlin"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with the example's clients beside it."""
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    clients = tmp_path / "clients.toml"
    clients.write_bytes((ROOT / "clients.example.toml").read_bytes())
    clients.chmod(0o600)
    return path


def run(config: Path, *arguments: str, typed: str | None = None) -> Result:
    """``triage clients …`` with this configuration."""
    return CliRunner().invoke(app, ["clients", *arguments, "--config", str(config)], input=typed)


def lines(result: Result) -> list[dict[str, Any]]:
    """What was printed as JSON Lines."""
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_show_prints_one_line_a_client(config: Path) -> None:
    bakery, weiss = lines(run(config, "show", "--json", "--now", "2026-06-15"))
    assert (bakery["client"], weiss["client"]) == ("Harbour Bakery", "Petra Weiß")
    assert bakery["line"] > 1
    assert bakery["policy"] == {"offer_call": True}
    (project,) = bakery["projects"]
    agreement = project["agreement"]
    assert (agreement["rounds_included"], agreement["rounds_used"]) == (2, 3)
    assert (agreement["rate"], agreement["extra_round"]) == ("85 EUR/hour", "240 EUR")
    assert (agreement["rush_percent"], agreement["deadline"]) == (50, "2026-05-15")
    assert project["missing"] == []
    (invoice,) = bakery["invoices"]
    assert (invoice["total"], invoice["paid"], invoice["open"]) == ("1200.00 EUR", "400.00 EUR", "800.00 EUR")
    assert (invoice["state"], invoice["due"]) == ("plan", "2026-04-03")
    assert bakery["owed"] == ["800.00 EUR"]
    assert "scope" not in weiss["projects"][0]["missing"]
    assert "rounds" in weiss["projects"][0]["missing"]


def test_an_invoice_is_overdue_from_the_day_after(config: Path) -> None:
    path = config.with_name("clients.toml")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        "\n".join(line for line in text.split("\n") if not line.startswith("plan")), encoding="utf-8"
    )
    for now, is_late in (("2026-04-03", False), ("2026-04-04", True)):
        bakery = lines(run(config, "show", "harbour bakery", "--json", "--now", now))[0]
        assert bakery["invoices"][0]["overdue"] is is_late
        assert bakery["overdue"] == (["800.00 EUR"] if is_late else [])


def test_show_is_a_table_for_people(config: Path) -> None:
    everyone = run(config, "show").stdout
    for words in ("Harbour Bakery", "Petra Weiß", "3 of 2", "800.00 EUR"):
        assert words in everyone
    one = run(config, "show", "NORA@harbourbakery.example").stdout
    for words in (
        "five page templates, a contact form",
        "offer_call = true",
        "85 EUR/hour",
        "2026-014",
        "plan",
    ):
        assert words in one
    assert "Weiß" not in one
    assert "not agreed: confirmation" in run(config, "show", "petra weiß").stdout


def test_brackets_in_a_name_are_no_markup(config: Path) -> None:
    assert run(config, "add", "[red]A[/red]", "--project", "[bold]").exit_code == 0
    assert "[red]A[/red]" in run(config, "show").stdout
    assert "[bold]" in run(config, "show", "[red]A[/red]").stdout


def test_an_unknown_client_is_told_with_those_that_are_known(config: Path) -> None:
    for arguments in (("show", "Nobody"), ("check", "--confirm", "Nobody")):
        result = run(config, *arguments)
        assert result.exit_code == 2
        assert "no such client; the client file has: “Harbour Bakery”, “Petra Weiß”" in result.stderr


def test_without_a_file_there_is_nobody_yet(config: Path) -> None:
    config.with_name("clients.toml").unlink()
    assert lines(run(config, "show", "--json")) == []
    assert lines(run(config, "check", "--json")) == []
    assert "no clients yet" in run(config, "show").stdout
    missing = run(config, "show", "--clients", str(config.with_name("other.toml")))
    assert missing.exit_code == 2
    assert "There is no client file" in missing.stderr


def test_without_a_configuration_a_named_file_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIAGE_CONFIG", str(tmp_path / "none.toml"))
    path = tmp_path / "mine.toml"
    added = CliRunner().invoke(app, ["clients", "add", "A", "--clients", str(path)])
    assert added.exit_code == 0, added.stderr
    assert [client.name for client in load_clients(path).clients] == ["A"]
    added = CliRunner().invoke(app, ["clients", "add", "B"])
    assert added.exit_code == 0, added.stderr
    assert [client.name for client in load_clients(tmp_path / "clients.toml").clients] == ["B"]


def test_check_tells_what_each_agreement_lacks(config: Path) -> None:
    (gap,) = lines(run(config, "check", "--json"))
    assert (gap["client"], gap["project"]) == ("Petra Weiß", "Katalog")
    assert gap["missing"][0] == "confirmation"
    assert "rush work" not in gap["missing"]
    assert "(rounds_included)" in gap["detail"]["rounds"]
    text = run(config, "check")
    assert text.exit_code == 0
    assert "Petra Weiß, Katalog lacks:" in text.stdout
    assert "Nothing is wrong" in text.stderr


def test_check_tells_every_problem_with_its_line(config: Path) -> None:
    path = config.with_name("clients.toml")
    path.write_text('[[clients]]\nname = "A"\nlanguage = "xx"\ngifts = 1\n', encoding="utf-8")
    result = run(config, "check")
    assert result.exit_code == 2
    assert result.stdout == ""
    told = result.stderr.splitlines()
    assert [line.partition(": clients[0] “A”, ")[0] for line in told if line.startswith("triage: ")] == [
        "triage: clients.toml, line 3",
        "triage: clients.toml, line 4",
    ]
    result = run(config, "check", "--json")
    assert result.exit_code == 2
    problems = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(problem["file"], problem["line"]) for problem in problems] == [
        ("clients.toml", 3),
        ("clients.toml", 4),
    ]
    assert problems[1]["problem"].endswith("did you mean gifts_left?")


def test_a_problem_of_the_whole_file_has_no_line(config: Path) -> None:
    path = config.with_name("clients.toml")
    path.unlink()
    path.mkdir()
    result = run(config, "check", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["line"] is None


def test_the_mail_that_asks_to_confirm_is_shown(config: Path) -> None:
    arguments = ("check", "--confirm", "Harbour Bakery", "--now", "2026-04-20T10:00")
    (mail,) = lines(run(config, *arguments, "--json"))
    assert (mail["client"], mail["project"]) == ("Harbour Bakery", "Website")
    assert (mail["to"], mail["language"]) == ("nora@harbourbakery.example", "en")
    assert "Website" in mail["subject"]
    for words in ("Hi Nora,", "five page templates", "€240", "€85", "15 May", "Anna Koval"):
        assert words in mail["body"]
    text = run(config, *arguments).stdout
    assert text.startswith("To: nora@harbourbakery.example\nSubject: ")
    assert mail["body"] in text


def test_what_is_not_agreed_is_asked_for_in_that_mail(config: Path) -> None:
    run(config, "add", "New", "--address", "new@new.example", "--project", "Logo", "--term", "scope=a logo")
    (mail,) = lines(run(config, "check", "--confirm", "new", "--json", "--now", "2026-04-20"))
    assert "a logo" in mail["body"]
    assert "when invoices are due" in mail["body"]
    assert "85" not in mail["body"]


def test_with_several_projects_one_must_be_named(config: Path) -> None:
    run(config, "add", "Harbour Bakery", "--project", "Menu")
    result = run(config, "check", "--confirm", "Harbour Bakery")
    assert result.exit_code == 2
    assert "name one of: “Website”, “Menu”" in result.stderr
    (mail,) = lines(run(config, "check", "--confirm", "Harbour Bakery", "--project", "menu", "--json"))
    assert mail["project"] == "Menu"
    assert run(config, "check", "--confirm", "Harbour Bakery", "--project", "Shop").exit_code == 2


def test_a_client_without_a_project_has_nothing_to_confirm(config: Path) -> None:
    run(config, "add", "New")
    result = run(config, "check", "--confirm", "New")
    assert result.exit_code == 2
    assert "no project yet" in result.stderr


def test_add_puts_in_a_client_with_its_first_project(config: Path) -> None:
    result = run(
        config, "add", "Weber & Sons", "--person", "Jo Weber", "--address", "jo@weber.example",
        "--address", "office@weber.example", "--domain", "weber.example", "--language", "de",
        "--form", "formal", "--greeting-name", "Herr Weber", "--project", "Shop",
        "--term", "rate=85 EUR/hour", "--term", "rounds_included=2", "--term", "scope=a shop",
        "--term", "scope=its texts", "--term", "deadline=2026-09-01", "--term", "rush_percent=12.5",
        "--term", "late_fee=9 percent = much",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    client = load_clients(config.with_name("clients.toml")).named("weber & sons")
    assert client is not None
    assert client.addresses == ("jo@weber.example", "office@weber.example")
    assert (client.people, client.domains, client.greeting_name) == (
        ("Jo Weber",),
        ("weber.example",),
        "Herr Weber",
    )
    agreed = client.projects[0].agreement
    assert (agreed.scope, agreed.rounds_included) == (("a shop", "its texts"), 2)
    assert (str(agreed.rush_percent), str(agreed.deadline)) == ("12.5", "2026-09-01")
    assert agreed.late_fee == "9 percent = much"
    text = config.with_name("clients.toml").read_text(encoding="utf-8")
    assert text.startswith((ROOT / "clients.example.toml").read_text(encoding="utf-8").rstrip())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("A", "--language", "german"), '--language: must be a language\'s two letters: write "de".'),
        (("A", "--address", "nowhere"), "--address: is no mail address"),
        (("A", "--domain", "gmail.com"), "--domain: is a mail provider"),
        (("A", "--form", "du"), '--form: must be one of "formal" or "familiar".'),
        (("A", "--project", "P", "--term", "rate=85"), "--term rate: must be a price for one unit"),
        (("A", "--project", "P", "--term", "rat=85"), "--term rat: there is no such key; did you mean rate?"),
        (("A", "--project", "P", "--term", "rate"), "--term: must be a key of the agreement and its value"),
        (("A", "--term", "rate=85 EUR/hour"), "--project: is missing"),
        (
            ("A", "--project", "P", "--term", "deadline=2026-01-01", "--term", "agreed_on=2026-01-02"),
            "--term deadline: is before agreed_on",
        ),
        (("A", "--address", "nora@harbourbakery.example"), "has this address already"),
        (("Harbour Bakery",), "NAME: there is such a client already"),
        (("Harbour Bakery", "--project", "Menu", "--language", "de"), "NAME: there is such a client already"),
        (("Harbour Bakery", "--project", "website"), "has this name already"),
        ((), "NAME: is missing"),
    ],
)
def test_add_refuses_what_is_wrong_and_writes_nothing(
    config: Path, arguments: tuple[str, ...], told: str
) -> None:
    before = config.with_name("clients.toml").read_bytes()
    result = run(config, "add", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert config.with_name("clients.toml").read_bytes() == before


def test_all_that_is_wrong_with_the_options_is_told_at_once(config: Path) -> None:
    result = run(config, "add", "A", "--language", "xx", "--domain", "gmail.com", "--address", "a")
    assert result.stderr.count("triage: --") == 3


def test_a_broken_configuration_ends_with_two(config: Path) -> None:
    config.write_text("nonsense", encoding="utf-8")
    for command in (("show",), ("check",), ("add", "A"), ("edit",)):
        assert run(config, *command).exit_code == 2


def test_the_group_alone_shows_its_commands() -> None:
    told = CliRunner().invoke(app, ["clients"]).output
    assert all(name in told for name in ("add", "show", "edit", "check"))
