"""A configuration as commented text: every key with what it is for, those not set with a # before them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.config.alarms import CHOSEN

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
_AUTH_SAYS = "How to log in: by password, by a token that a program of yours prints, or by OAuth sign-in."
_PASSWORD = (
    Entry("auth", "password", _AUTH_SAYS),
    Entry(
        "password_command",
        "pass show mail/studio",
        "A program whose first line of output is the password, where there is no keyring: cron, a server.",
    ),
)
_TOKEN = (
    Entry("auth", "token", _AUTH_SAYS),
    Entry("token_command", "oauth-token studio", "A program whose first line of output is an access token."),
)
_OAUTH = (
    Entry("auth", "oauth", _AUTH_SAYS),
    Entry("oauth.provider", "google", "Who signs you in: google, microsoft, or other; see docs/oauth.md."),
    Entry("oauth.client_id", "the-id-of-your-registration", "The client id that you registered there."),
    Entry(
        "oauth.client_secret_command",
        "pass show mail/client",
        "A program that prints the client's secret, if it has one. Not set: the keyring.",
    ),
    Entry("oauth.tenant", "common", "Microsoft: common, organizations, consumers, a domain or an id."),
    Entry("oauth.authority", "https://login.microsoftonline.com", "Microsoft: another cloud's address."),
    Entry("oauth.authorization_endpoint", "https://login.other.example/authorize", "Where the browser goes."),
    Entry("oauth.token_endpoint", "https://login.other.example/token", "Where tokens are issued."),
    Entry("oauth.device_endpoint", "https://login.other.example/device", "Where codes are, for --device."),
    Entry("oauth.revocation_endpoint", "https://login.other.example/revoke", "Where a sign-in is ended."),
    Entry("oauth.scopes", ["mail", "offline_access"], "What is asked for. Not set: the provider's usual."),
    Entry("oauth.ca_file", "ca.pem", "Certificates (PEM) to trust, for a provider of your own."),
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
        "draft_within_hours",
        12,
        "A flagged message has its draft within so many hours, or you are told. Not set: half of the above.",
    ),
    Entry(
        "deadline",
        "real_time",
        "real_time: hours run at night and on days off too. working_time: days off don't count.",
    ),
    Entry("time_off", ["2026-12-24/2027-01-02"], "Days you don't work: one, or the first and the last."),
    Entry("holidays", "DE-BY", "The country or region whose public holidays you keep (ISO 3166)."),
    Entry(
        "colleagues",
        ["ben@studio.example"],
        "Whoever answers clients with you: their mail to a client, with you in copy, counts as an answer.",
    ),
    Entry(
        "travel",
        [{"days": "2026-10-20/2026-11-02", "time_zone": "America/Los_Angeles"}],
        "Days in another time zone, where your hours are worked by its clock; clients are told home's.",
    ),
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
    Entry(
        "weekly_sample",
        False,
        "Let `triage status` remind you once a week to label a sample: `triage review --sample`.",
    ),
)
_ALARMS = (
    Entry("desktop", False, "Tell on this machine's desktop."),
    Entry("push", False, "Push to the addresses that `triage alarms store` put into the keyring."),
    Entry(
        "url_command",
        "pass show triage/push",
        "A program whose first line of output is push addresses (ntfys://…), parted by spaces.",
    ),
    Entry("quiet_hours", "22:00-07:00", 'Nothing is told in these hours of your time zone; "" for none.'),
    Entry("digest_at", "08:00", "Once a day from this time on, what awaits an answer. Not set: no digest."),
    Entry("warn_before_hours", 2, "So many hours of working time before a deadline you are warned."),
    Entry("summary_above", 3, "More than so many alarms at once become one summary."),
    Entry("kinds", list(CHOSEN), "What is told: all of this, or what of it you leave here."),
    Entry("show_client", False, "Name the client; otherwise a lock screen shows ids, counts and times."),
    Entry("show_subject", False, "Show the message's subject."),
)
_DAEMON = (
    Entry("poll_minutes", 5, "How often to look where the server doesn't tell of new mail by itself."),
    Entry(
        "on_battery",
        "careful",
        "On battery or a metered network: careful looks a quarter as often, but never late; or normal.",
    ),
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
_LOG = (
    Entry("level", "warning", "How much is said: debug, info, warning or error."),
    Entry("file", "triage.log", "Where sweep and daemon say it. Not set: on stderr, which systemd keeps."),
    Entry("megabytes", 5, "The file is begun anew when it has grown to this."),
    Entry("keep", 3, "So many old ones stay beside it."),
)

_TABLES = (
    ("clock", "When you work, and how soon you answer.", _CLOCK),
    ("drafting", "What a draft may say and offer; what isn't allowed here is never offered.", _DRAFTING),
    ("ladder", "The payment ladder: how late invoices are asked for, on your working days.", _LADDER),
    (
        "learning",
        "Folders and keywords by which you correct judgements from your mail program.",
        _LEARNING,
    ),
    ("alarms", "What you are told by the desktop or your phone; never by mail.", _ALARMS),
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
    secret = {"token": _TOKEN, "oauth": _OAUTH}.get(str(values.get("auth")), _PASSWORD)
    says = "One mailbox. Every further mailbox is a table of the same kind."
    return _table("[[accounts]]", says, (*_LOGIN, *secret, *_FOLDERS), values)


def example_text() -> str:
    """The example: a usual account, and others by token and sign-in that are commented out as wholes."""
    shown = {entry.key: entry.shown for entry in (*_FREELANCER[:1], *_LOGIN[:4])}
    usual = {key: shown[key] for key in ("address", "host")}
    text = config_text({"freelancer": {"name": "Anna Koval"}}, [{"name": "studio", **usual}])
    before, mark, behind = text.partition("\n# When you work")
    others = "\n".join(_as_comment(says, account) for says, account in _OTHERS.items())
    return f"{before}\n{others}{mark}{behind}"


_OTHERS: Mapping[str, Values] = {
    "A mailbox by OAuth token would be:": {
        "name": "second",
        "address": "anna@other.example",
        "host": "imap.other.example",
        "auth": "token",
        "token_command": "oauth-token other",
    },
    "One at Microsoft, where you sign in with `triage authorize third`:": {
        "name": "third",
        "address": "anna@third.example",
        "host": "outlook.office365.com",
        "auth": "oauth",
        "oauth.provider": "microsoft",
        "oauth.client_id": "00000000-0000-0000-0000-000000000000",
        "oauth.tenant": "common",
        "oauth.authority": "https://login.microsoftonline.com",
    },
    "One at any other provider of OAuth:": {
        "name": "fourth",
        "address": "anna@fourth.example",
        "host": "imap.fourth.example",
        "auth": "oauth",
        "oauth.provider": "other",
        **{
            entry.key: entry.shown
            for entry in _OAUTH[2:]
            if entry.key not in ("oauth.tenant", "oauth.authority")
        },
    },
}


def _as_comment(says: str, account: Values) -> str:
    """Only what is set, each line with # before it."""
    kept = [line for line in account_text(account).splitlines() if line and not line.startswith("#")]
    return f"# {says}\n" + "".join(f"#{line}\n" for line in kept)


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
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
