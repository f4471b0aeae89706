"""Whether a person wrote a message to us, or a machine, a list or we ourselves did."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from triage.mail.message import Message

_NO_REPLY = re.compile(
    r"^(?:no|non|not|do[._-]?not|donot|never|please[._-]?do[._-]?not|ne[._-]?pas|nicht|bitte[._-]?nicht"
    r"|niet|ej|inte|ikke|nao|não|sin)"
    r"[._-]?(?:reply|replay|response|respond(?:er?|a|as)?|respuesta|resposta|r[eé]pondre|reponse"
    r"|antwort(?:en)?"
    r"|beantworten|rispondere|risposta|(?:be)?antwoord(?:en)?|svar|svara)",
    re.IGNORECASE,
)
_NO_REPLY_INSIDE = re.compile(
    r"(?:^|[._+-])(?:no[._-]?reply|do[._-]?not[._-]?reply|noreply)(?:$|[._+\-\d])|^keine[._-]?antwort"
    r"|^nepasrepondre|^nepondre",
    re.IGNORECASE,
)
_DAEMON = re.compile(
    r"^(?:mailer[._-]?daemon|postmaster|mail[._-]?delivery(?:[._-]?s\w{2,20})?|mdaemon"
    r"|bounces?(?:[._+=-].{0,200})?|double-bounce)$",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "junk"})
# Written by campaign tools only. What a transport such as SES or SendGrid adds is no sign: contact forms and
# help desks send people's words through them.
_CAMPAIGN_HEADERS = (
    "x-campaign",
    "x-campaignid",
    "x-campaign-id",
    "x-mailchimp-id",
    "x-mc-user",
    "x-mailer-recptid",
    "x-report-abuse",
    "x-csa-complaints",
)
_AWAY_SUBJECT = re.compile(
    r"^\W{0,4}(?:re:\s*)?(?:out of (?:the )?office|auto(?:matic|mated)?[ -]?(?:reply|response|answer)"
    r"|autoreply|auto:|abwesend|abwesenheit(?:snotiz|sassistent|sbenachrichtigung)?"
    r"|automatische antwort|automatisch antwoord|réponse automatique|absence du bureau|absent du bureau"
    r"|respuesta automática|fuera de (?:la )?oficina|resposta automática|ausência"
    r"|risposta automatica|fuori sede|afwezig|automatiskt svar|autosvar|automatisk svar"
    r"|automaattinen vastaus|odpowiedź automatyczna|automatická odpověď|автоматический ответ|автоответ)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"^\W{0,4}(?:read|gelesen|lu|leído|lido|letto|gelezen|läst|læst)\s?:", re.IGNORECASE
)
# The reason that a notice of failed delivery is given.
BOUNCE = "bounce"
_REPORT_TYPE = re.compile(r"report-type\s{0,3}=\s{0,3}\"?([\w-]{1,60})", re.IGNORECASE)
_METHOD = re.compile(r"method\s{0,3}=\s{0,3}\"?(\w{1,20})", re.IGNORECASE)


def gate(message: Message, own: Collection[str]) -> str | None:
    """The reason why nobody needs to answer a message, or None when a person wrote it to us.

    Reasons: "own mail", "bounce", "read receipt", "calendar reply", "automatic reply", "no-reply sender",
    "mailing list", "bulk mail". One weak sign never suffices: in doubt a person wrote it.
    """
    mine = {address.lower() for address in own}
    if message.sender is not None and message.sender.email.lower() in mine:
        return "own mail"
    return next((reason for reason, applies in _RULES if applies(message)), None)


def _local(message: Message) -> str:
    return message.sender.email.rpartition("@")[0] if message.sender else ""


def _value(message: Message, name: str) -> str:
    return (message.header(name) or "").strip().lower()


def _report_type(message: Message) -> str:
    if message.media_type != "multipart/report":
        return ""
    found = _REPORT_TYPE.search((message.header("Content-Type") or "")[:2000])
    return found[1].lower() if found else "unknown"


def _is_bounce(message: Message) -> bool:
    """A report on a message that we sent: not delivered, or complained about (RFC 3464, RFC 5965)."""
    if _report_type(message) or _DAEMON.match(_local(message)):
        return True
    has_report = any(part.media_type == "message/delivery-status" for part in message.attachments)
    return has_report or message.header("X-Failed-Recipients") is not None


def _is_receipt(message: Message) -> bool:
    if _report_type(message) == "disposition-notification":
        return True
    has_part = any(part.media_type == "message/disposition-notification" for part in message.attachments)
    return has_part or (
        _is_machine_sent(message) and _RECEIPT_SUBJECT.match(message.subject[:60]) is not None
    )


def _is_calendar_reply(message: Message) -> bool:
    """An answer to an invitation (RFC 5546); an invitation itself is a person's."""
    content_type = (message.header("Content-Type") or "")[:2000]
    methods = [_METHOD.search(content_type)] if message.media_type == "text/calendar" else []
    methods += [
        _METHOD.search(part.parameters) for part in message.attachments if part.media_type == "text/calendar"
    ]
    return any(
        found is not None and found[1].upper() in ("REPLY", "COUNTER", "DECLINECOUNTER") for found in methods
    )


def _is_machine_sent(message: Message) -> bool:
    """RFC 3834: Auto-Submitted says so, or the envelope sender is empty."""
    submitted = _value(message, "Auto-Submitted").partition(";")[0].strip()
    return (bool(submitted) and submitted != "no") or _has_null_sender(message)


def _has_null_sender(message: Message) -> bool:
    return (message.header("Return-Path") or "x").replace(" ", "") == "<>"


def _is_automatic(message: Message) -> bool:
    submitted = _value(message, "Auto-Submitted").partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if _value(message, "Precedence") in ("auto_reply", "auto-reply"):
        return True
    if any(
        message.header(name) is not None
        for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-AutoReply-From")
    ):
        return True
    is_away = _AWAY_SUBJECT.match(message.subject[:100]) is not None
    return _has_null_sender(message) or (is_away and _has_weak_sign(message))


def _has_weak_sign(message: Message) -> bool:
    """What programs write on automatic mail, and sometimes on a person's: enough only beside another sign."""
    suppress = _value(message, "X-Auto-Response-Suppress")
    ours = _value(message, "X-MS-Exchange-Inbox-Rules-Loop") or _value(message, "X-Autogenerated")
    return bool(suppress or ours or _value(message, "Precedence") or _value(message, "X-Loop"))


def _is_no_reply(message: Message) -> bool:
    local = _local(message)
    return bool(_NO_REPLY.match(local) or _NO_REPLY_INSIDE.search(local))


def _is_list(message: Message) -> bool:
    """A list (RFC 2369, RFC 2919): people write there, but not to us alone."""
    return (
        message.header("List-Id") is not None
        or message.header("List-Post") is not None
        or _value(message, "Precedence") == "list"
        or message.header("Mailing-List") is not None
    )


def _is_bulk(message: Message) -> bool:
    """Mail to many. A reply in a thread is a person's, though a sales tool may add a way to unsubscribe."""
    if _value(message, "Precedence") in _BULK:
        return True
    if any(message.header(name) is not None for name in _CAMPAIGN_HEADERS):
        return True
    feedback = _value(message, "Feedback-ID")
    is_campaign = bool(feedback) and not feedback.endswith(":amazonses")
    return message.in_reply_to is None and (is_campaign or message.header("List-Unsubscribe") is not None)


_RULES: tuple[tuple[str, Callable[[Message], bool]], ...] = (
    ("read receipt", _is_receipt),
    (BOUNCE, _is_bounce),
    ("calendar reply", _is_calendar_reply),
    ("automatic reply", _is_automatic),
    ("no-reply sender", _is_no_reply),
    ("mailing list", _is_list),
    ("bulk mail", _is_bulk),
)
