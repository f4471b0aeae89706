"""Every public function of the mail part that takes text or bytes, as a function of one input."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime

import triage.mail
from triage.mail.answers import is_blank
from triage.mail.attribution import find_attribution, is_closing_bracket, strength_of
from triage.mail.authenticity import assess, trusted_results
from triage.mail.boilerplate import tail_start, without_banner
from triage.mail.bounces import failed_delivery
from triage.mail.charset import clean, codec_for, decode
from triage.mail.expects import expects_answer
from triage.mail.flowed import unflow
from triage.mail.gate import gate
from triage.mail.headers import decode_text, message_ids
from triage.mail.html import html_to_text
from triage.mail.look_alike import is_known, look_alike
from triage.mail.message import Address
from triage.mail.mime import tidy_tree
from triage.mail.new_mail import compose_new
from triage.mail.new_text import extract, message_new_text, new_text
from triage.mail.nothing_said import says_nothing
from triage.mail.organisation import (
    is_freemail,
    is_same_organisation,
    is_service,
    is_shared_suffix,
    organisation,
)
from triage.mail.parse import parse
from triage.mail.payment_change import brings_new_payment_details, names_new_payment_details
from triage.mail.quote_headers import (
    header_block_end,
    is_forward_mark,
    is_rule,
    is_separator,
    kind_of_line,
)
from triage.mail.quotes import split_quotes
from triage.mail.reply import (
    Identity,
    compose,
    draft_message_id,
    draft_reference,
    from_address,
    message_key,
    reply_recipient,
    reply_subject,
    subject_header,
    thread_headers,
    thread_references,
)
from triage.mail.seal import canonical, is_as_written, sealed
from triage.mail.signature import is_rule_above_letterhead, is_sent_from, signature_start
from triage.mail.skeleton import decoded, latin, skeleton
from triage.mail.subjects import is_forward, is_reply_subject, matter

ME = Identity("Mara Lindqvist", "mara@studio.example", ("office@studio.example",))
NOW = datetime(2025, 6, 3, 9, 0, tzinfo=UTC)
KNOWN = (
    Address("Ada Okafor", "ada@client.example"),
    Address("Northwind", "mail@northwind.example"),
    Address("Bruno Keller", "bruno.keller@gmail.com"),
)
OWN_ID = "<draft@studio.example>"


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _look_alike(text: str) -> object:
    cut = text[: len(text) // 2]
    return [look_alike(Address(text, f"a@{cut}"), KNOWN), look_alike(Address("", f"{cut}@b.example"), KNOWN)]


def _assess(raw: bytes) -> object:
    message = parse(raw)
    return assess(message, ["mx"], KNOWN, ME.addresses), trusted_results(message, ["mx"])


def _replied(raw: bytes) -> object:
    message = parse(raw)
    if reply_recipient(message, ME.addresses) is None:
        return None
    key = message_key(message)
    own = draft_message_id("desk", key, "reply", from_address(message, ME).domain)
    thread_references(message)
    return compose(message, "Hello.\n", ME, message_id=own, now=NOW, reference=draft_reference(own))


def _composed(text: str) -> object:
    to = Address("Ada", "ada@client.example")
    return compose_new(to, text, text, ME, message_id=OWN_ID, now=NOW, reference=text)


OF_TEXT: dict[str, Callable[[str], object]] = {
    "answers.is_blank": lambda text: is_blank(text.encode()),
    "attribution.find_attribution": lambda text: find_attribution(_lines(text), len(_lines(text)) - 1),
    "attribution.is_closing_bracket": lambda text: is_closing_bracket(_lines(text), 0),
    "attribution.strength_of": strength_of,
    "boilerplate.without_banner": lambda text: without_banner(_lines(text)),
    "boilerplate.tail_start": lambda text: tail_start(_lines(text)),
    "charset.codec_for": codec_for,
    "charset.decode": lambda text: decode(text.encode(), text),
    "charset.clean": clean,
    "flowed.unflow": unflow,
    "headers.decode_text": decode_text,
    "headers.message_ids": message_ids,
    "html.html_to_text": html_to_text,
    "look_alike.look_alike": _look_alike,
    "look_alike.is_known": lambda text: is_known(Address(text, text), KNOWN),
    "mime.tidy_tree": lambda text: tidy_tree(text.encode()),
    "new_mail.compose_new": _composed,
    "new_text.new_text": new_text,
    "new_text.extract": lambda text: extract("", html=text, keep_signature=True, is_forward=True),
    "nothing_said.says_nothing": says_nothing,
    "organisation.organisation": organisation,
    "organisation.is_service": is_service,
    "organisation.is_freemail": is_freemail,
    "organisation.is_shared_suffix": is_shared_suffix,
    "organisation.is_same_organisation": lambda text: is_same_organisation(text, text),
    "payment_change.names_new_payment_details": names_new_payment_details,
    "quote_headers.kind_of_line": kind_of_line,
    "quote_headers.header_block_end": lambda text: header_block_end(_lines(text), 0),
    "quote_headers.is_separator": is_separator,
    "quote_headers.is_forward_mark": is_forward_mark,
    "quote_headers.is_rule": is_rule,
    "quotes.split_quotes": lambda text: split_quotes(_lines(text)),
    "reply.draft_message_id": lambda text: draft_message_id(text, text, text, text),
    "reply.draft_reference": draft_reference,
    "reply.reply_subject": reply_subject,
    "reply.subject_header": subject_header,
    "reply.thread_headers": lambda text: thread_headers(text, text.split()),
    "seal.canonical": lambda text: canonical(text.encode()),
    "seal.sealed": lambda text: sealed(text.encode()),
    "seal.is_as_written": lambda text: is_as_written(text.encode()),
    "signature.is_sent_from": is_sent_from,
    "signature.signature_start": lambda text: signature_start(_lines(text)),
    "signature.is_rule_above_letterhead": lambda text: is_rule_above_letterhead(text, _lines(text)),
    "skeleton.decoded": decoded,
    "skeleton.latin": latin,
    "skeleton.skeleton": skeleton,
    "subjects.is_forward": is_forward,
    "subjects.is_reply_subject": is_reply_subject,
    "subjects.matter": matter,
}


def _payment(raw: bytes) -> object:
    message = parse(raw)
    return brings_new_payment_details(message, message.text)


def _bounced(raw: bytes) -> object:
    return failed_delivery(parse(raw), raw)


OF_MAIL: dict[str, Callable[[bytes], object]] = {
    "parse.parse": parse,
    "new_text.message_new_text": lambda raw: message_new_text(parse(raw)),
    "gate.gate": lambda raw: gate(parse(raw), ME.addresses),
    "authenticity.assess": _assess,
    "expects.expects_answer": lambda raw: expects_answer(parse(raw), parse(raw).text),
    "payment_change.brings_new_payment_details": _payment,
    "bounces.failed_delivery": _bounced,
    "reply.compose": _replied,
}
# Reached through the ones above: they take what these make of a message, never bytes or text of a stranger.
THROUGH_OTHERS = frozenset(
    {
        "answers.goes_to", "answers.is_answer", "answers.is_about", "answers.sent_at", "answers.is_automatic",
        "answers.names_of", "authenticity.trusted_results", "body.read_body", "body.children_of",
        "body.parameter", "headers.read_head", "hidden.drop_hidden", "html_quotes.mark_quotes",
        "reply.message_key", "reply.reply_recipient", "reply.from_address", "reply.thread_references",
        "reply.draft_mime",
    }
)  # fmt: skip


def public_functions() -> set[str]:
    """Every public function of the mail part, as ``module.function``."""
    found = set()
    for entry in pkgutil.iter_modules(triage.mail.__path__):
        module = importlib.import_module(f"triage.mail.{entry.name}")
        for name, shown in vars(module).items():
            value = inspect.unwrap(shown) if callable(shown) else shown  # one that remembers is wrapped
            if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_":
                found.add(f"{entry.name}.{name}")
    return found
