"""A configuration as commented text: every key with what it is for, those not set with a # before them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Values = Mapping[str, object]
Accounts = Sequence[Values]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: what is said above it, and the value shown where none is set."""

    key: str
    shown: object
    says: str


_HEAD = """\
# Inbox Triage: the configuration. `triage doctor` checks it and everything it leads to.
# A key with # before it isn't set; what stands there is its usual value or an example.
# Passwords and tokens never stand in this file: `triage init` puts them into the system's keyring.
"""

_FREELANCER = (
    Entry("name", "Anna Koval", "Your name, as drafts are signed and as their From line shows it."),
    Entry(
        "greeting",
        "Hello {name},",
        "How you greet: a word, or a line with {name}. Not set: the language's usual one.",
    ),
    Entry("sign_off", "Kind regards", "How you close. Not set: the language's usual closing."),
)
_LOGIN = (
    Entry("name", "studio", "A short name of your choice: --account takes it, tables and logs show it."),
    Entry("address", "anna@studio.example", "The address your clients write to."),
    Entry(
        "aliases",
        ["hello@studio.example"],
        "Your other addresses; a draft is written from the one that was written to.",
    ),
    Entry("host", "imap.studio.example", "The IMAP server."),
    Entry(
        "security",
        "tls",
        "tls (usual), starttls, or plaintext (only to this machine, unless allow_plaintext).",
    ),
    Entry("port", 993, "993 for tls, 143 for starttls and plaintext, if not set."),
    Entry("allow_plaintext", False, "Accept that everyone on the way can read password and mail."),
    Entry(
        "ca_file", "ca.pem", "Certificates (PEM) to trust in place of the system's, for a server of your own."
    ),
    Entry("username", "anna@studio.example", "The login name, if it isn't the address."),
)
_PASSWORD = (
    Entry("auth", "password", "How to log in: with a password, or with an OAuth access token."),
    Entry(
        "password_command",
        "pass show mail/studio",
        "A program whose first line of output is the password, where there is no keyring: cron, a server.",
    ),
)
_TOKEN = (
    Entry("auth", "token", "How to log in: with a password, or with an OAuth access token."),
    Entry("token_command", "oauth-token studio", "A program whose first line of output is an access token."),
)
_FOLDERS = (
    Entry("folders", ["INBOX"], "The folders that are watched."),
    Entry("drafts", "Drafts", "Where drafts are put. Not set: found by itself."),
    Entry(
        "sent",
        "Sent",
        "Where your sent mail lies, which shows that you have answered. Not set: found by itself.",
    ),
    Entry(
        "trusted_authserv_ids",
        ["mx.studio.example"],
        "Names by which your provider signs its Authentication-Results; others' are never believed.",
    ),
)
_CLOCK = (
    Entry("time_zone", "Europe/Berlin", "Your time zone. Not set: this machine's."),
    Entry("working_days", ["mon", "tue", "wed", "thu", "fri"], "The days you work."),
    Entry("working_hours", "09:00-17:00", "From when to when."),
    Entry("answer_within_hours", 24, "Every client has your answer within this many hours."),
    Entry(
        "holding_reply_before_hours",
        4,
        "So many hours before that, an unanswered message gets a holding reply as a draft.",
    ),
    Entry(
        "deadline",
        "real_time",
        "real_time: hours run at night and on days off too. working_time: days off don't count.",
    ),
    Entry("time_off", ["2026-12-24/2027-01-02"], "Days you don't work: one, or the first and the last."),
    Entry("holidays", "DE-BY", "The country or region whose public holidays you keep (ISO 3166)."),
)
_DRAFTING = (
    Entry(
        "languages",
        ["en", "de", "es", "fr", "pt"],
        "Languages that drafts may be written in; other mail is flagged only.",
    ),
    Entry("offer_call", False, "Offer a call where talking helps."),
    Entry("call_link", "https://studio.example/call", "Where a call is booked."),
    Entry("offer_rush", True, "Offer rushed work for a fee."),
    Entry("offer_instalments", False, "Offer payment in instalments."),
    Entry("allow_discount", False, "A draft may offer a discount."),
    Entry("allow_refund", False, "A draft may offer a refund."),
    Entry("walk_away", False, "A draft may end the work, after repeated severe incidents."),
    Entry("payment_details", "IBAN DE00 0000 0000 0000 0000 00", "How you are paid, in one line."),
    Entry(
        "update_after_days",
        0,
        "A client with an open project and no word from you for so many days gets the draft of an update.",
    ),
    Entry(
        "ask_feedback", False, "A project that is closed, paid and ended well gets a question for feedback."
    ),
    Entry("learn_voice", True, "Learn from your sent mail how you greet, sign and address each client."),
)
_LADDER = (
    Entry("enabled", True, "Draft reminders of invoices in the client file that are late."),
    Entry("reminder_after_days", 3, "The reminder comes so many days after the due date."),
    Entry("second_reminder_after_days", 7, "Each further step comes so many days after the last was sent."),
    Entry("formal_demand_after_days", 7, "The formal demand: payment within seven days."),
    Entry("final_notice_after_days", 8, "The final notice, which names legal action; at least 8 days."),
    Entry("pause_after_days", 7, "The last step: work and mail stop until payment."),
    Entry(
        "legal_text",
        "After that date I hand the claim to the district court of Hamburg by a payment order.",
        'Your own words on legal action, one text or { en = "…", de = "…" }; without them: no final notice.',
    ),
)
_LEARNING = (
    Entry("hostility", "Triage/Hostility", "A message that you move there is hostile, whatever was judged."),
    Entry("scope_pressure", "Triage/Scope", "The same for scope pressure."),
    Entry("payment_issue", "Triage/Payment", "The same for a payment issue."),
    Entry(
        "clear", "Triage/Fine", "A message that you move there is none of these. Moved out, it is as before."
    ),
    Entry(
        "keywords",
        False,
        "Heed keywords (tags) in watched folders: $TriageHostility, $TriageNotHostility, and so on.",
    ),
)
_DAEMON = (
    Entry("poll_minutes", 5, "How often to look where the server doesn't tell of new mail by itself."),
)
_STORAGE = (
    Entry(
        "state_folder",
        "state",
        "Where the ledger lies. Not set: the system's usual place. Keep it on a local disk.",
    ),
    Entry("cache_folder", "cache", "Where the trained classifier lies; it can be deleted at any time."),
    Entry(
        "clients_file",
        "clients.toml",
        "What you have agreed with your clients. Not set: clients.toml beside this file.",
    ),
    Entry(
        "phrases_file",
        "phrases.toml",
        "Sentences of your own, said before the program's. Not set: phrases.toml beside this file.",
    ),
)
_LOG = (Entry("level", "warning", "How much is said on stderr: debug, info, warning or error."),)

_TABLES = (
    ("clock", "When you work, and how soon you answer.", _CLOCK),
    ("drafting", "What a draft may say and offer; what isn't allowed here is never offered.", _DRAFTING),
    ("ladder", "The payment ladder: how late invoices are asked for, on your working days.", _LADDER),
    (
        "learning",
        "Folders and keywords by which you correct judgements from your mail program.",
        _LEARNING,
    ),
    ("daemon", "How `triage daemon` watches.", _DAEMON),
    (
        "storage",
        "Where things are kept; a path without / at its front begins in this file's folder.",
        _STORAGE,
    ),
    ("log", "What is told while it works; never an address, never a word of a message.", _LOG),
)


def config_text(values: Mapping[str, Values], accounts: Accounts) -> str:
    """The whole file, with these values set (by table) and every other key commented out."""
    parts = [_HEAD, _table("[freelancer]", "Who signs.", _FREELANCER, values.get("freelancer", {}))]
    parts += [account_text(account) for account in accounts]
    parts += [_table(f"[{name}]", says, entries, values.get(name, {})) for name, says, entries in _TABLES]
    return "\n".join(parts)


def account_text(values: Values) -> str:
    """One account's table, to stand in a file or at its end."""
    secret = _TOKEN if values.get("auth") == "token" else _PASSWORD
    says = "One mailbox. Every further mailbox is a table of the same kind."
    return _table("[[accounts]]", says, (*_LOGIN, *secret, *_FOLDERS), values)


def example_text() -> str:
    """The example: a usual account, and a second one by token that is commented out as a whole."""
    shown = {entry.key: entry.shown for entry in (*_FREELANCER[:1], *_LOGIN[:4])}
    usual = {key: shown[key] for key in ("address", "host")}
    by_token = {
        "name": "second",
        "address": "anna@other.example",
        "host": "imap.other.example",
        "auth": "token",
        "token_command": "oauth-token other",
    }
    text = config_text({"freelancer": {"name": "Anna Koval"}}, [{"name": "studio", **usual}])
    before, mark, behind = text.partition("\n# When you work")
    return f"{before}\n{_as_comment(account_text(by_token))}{mark}{behind}"


def _as_comment(text: str) -> str:
    """Only what is set, each line with # before it."""
    kept = [line for line in text.splitlines() if line and not line.startswith("#")]
    return "# A mailbox by OAuth token would be:\n" + "".join(f"#{line}\n" for line in kept)


def _table(header: str, says: str, entries: Sequence[Entry], values: Values) -> str:
    lines = [f"# {says}", header]
    for entry in entries:
        lines += _lines(entry, values)
    return "\n".join(lines) + "\n"


def _lines(entry: Entry, values: Values) -> Iterator[str]:
    yield f"# {entry.says}"
    value = values.get(entry.key)
    yield f"#{entry.key} = {toml(entry.shown)}" if value is None else f"{entry.key} = {toml(value)}"


def toml(value: object) -> str:
    """A value in TOML's notation: JSON's, but for DEL and paths."""
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, tuple):
        value = list(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
