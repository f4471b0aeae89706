"""The desk holds the settings as values, and what configuration and texts promise is the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from drafts import supported_languages
from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.config import Drafting, load_config
from triage.desk import desk_of, desk_without_config
from triage.mail.parse import parse


def test_every_language_that_has_texts_is_used_unless_the_user_says_otherwise() -> None:
    assert set(Drafting().languages) == set(supported_languages())


def test_the_desk_takes_each_setting_from_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    extra = '[drafting]\nlanguages = ["en"]\noffer_call = true\npayment_details = "IBAN on the invoice"\n'
    path.write_text(config_text(nowhere, tmp_path, tmp_path / "cache") + extra, encoding="utf-8")
    config = load_config(path)
    desk = desk_of(config, config.accounts[0])
    assert sorted(desk.own) == ["hello@studio.example", "mara@studio.example"]
    assert (desk.freelancer.name, desk.cache) == ("Mara Lindqvist", tmp_path / "cache")
    assert list(desk.languages) == ["en"]
    assert (desk.policy.offers_call, desk.policy.payment_details) == (True, "IBAN on the invoice")
    assert desk.promise.answer_within == timedelta(hours=24)
    assert str(desk.working.zone) == "Europe/Berlin"


def test_without_a_configuration_the_reply_is_signed_by_whoever_was_written_to(tmp_path: Path) -> None:
    desk = desk_without_config(tmp_path, frozenset({"en"}))
    message = parse(b"From: jo@client.example\r\nTo: Mara Lindqvist <mara@studio.example>\r\n\r\nHello\r\n")
    assert desk.for_message(message).freelancer.name == "Mara Lindqvist"
    assert not desk.own
