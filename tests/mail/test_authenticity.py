"""Whether a sender is who they say: trusted results only, look-alikes, strange Reply-To."""

from __future__ import annotations

import pytest

from triage.mail.authenticity import assess, trusted_results
from triage.mail.look_alike import look_alike
from triage.mail.message import Address
from triage.mail.parse import parse

TRUSTED = ("mx.studio.example",)
KNOWN = (
    Address("Ada Okafor", "ada@northwind.example"),
    Address("Bruno Keller", "bruno.keller@gmail.com"),
    Address("Acme", "hello@acme.co.uk"),
)


def verdict(*lines: str, sender: str = "Ada Okafor <ada@northwind.example>") -> tuple[str, str]:
    """Verdict and reason for a message with these header lines."""
    message = parse("\n".join((f"From: {sender}", *lines, "", "Hello")).encode())
    found = assess(message, TRUSTED, KNOWN, ("mara@studio.example",))
    return found.verdict, found.reason


def results(text: str, server: str = "mx.studio.example") -> str:
    """An Authentication-Results header line."""
    return f"Authentication-Results: {server}; {text}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (results("dmarc=pass header.from=northwind.example"), "passed"),
        (results("dmarc=pass (p=reject dis=none) header.from=mail.northwind.example"), "passed"),
        (results("dkim=pass header.d=northwind.example header.s=s1"), "passed"),
        (results("dkim=pass header.i=@mail.northwind.example"), "passed"),
        (results("spf=pass smtp.mailfrom=ada@northwind.example"), "passed"),
        (results("spf=pass smtp.mailfrom=bounce@esp.example; dkim=pass header.d=esp.example"), "unknown"),
        (
            results(
                "dmarc=fail (p=none) header.from=northwind.example; spf=pass smtp.mailfrom=northwind.example"
            ),
            "failed",
        ),
        (results("spf=fail smtp.mailfrom=northwind.example"), "failed"),
        (results("spf=fail smtp.mailfrom=x.example; dkim=pass header.d=northwind.example"), "passed"),
        (results("spf=softfail smtp.mailfrom=northwind.example"), "unknown"),
        (results("dkim=fail header.d=northwind.example"), "unknown"),
        (results("none"), "unknown"),
        (results("dmarc=pass header.from=northwind.example", "mx.evil.example"), "unknown"),
        (
            results('dkim=fail (dmarc=pass; "quoted") reason="x; dmarc=pass" header.d=northwind.example'),
            "unknown",
        ),
        ("X-Nothing: here", "unknown"),
    ],
)
def test_results_of_the_trusted_server(line: str, expected: str) -> None:
    assert verdict(line)[0] == expected


def test_only_the_topmost_trusted_header_counts() -> None:
    forged = results("dmarc=pass header.from=northwind.example")
    real = results("dmarc=fail header.from=northwind.example")
    assert verdict(real, forged)[0] == "failed"
    assert verdict(results("dmarc=pass", "mx.evil.example"), real)[0] == "failed"


def test_the_server_name_may_carry_a_version_and_capitals() -> None:
    message = parse(
        b"From: a@b.example\nAuthentication-Results: MX.Studio.example 1; dkim=pass header.d=b.example\n\n"
    )
    found = trusted_results(message, TRUSTED)
    assert found is not None
    assert found[0].domain("header.d") == "b.example"


def test_two_from_lines_are_forged_mail() -> None:
    assert verdict("From: Eve <eve@evil.example>")[0] == "failed"


@pytest.mark.parametrize(
    "sender",
    [
        "Ada Okafor <ada@n0rthwind.example>",
        "Ada <ada@northwlnd.example>",
        "Ada <ada@nortwhind.example>",
        "Ada <ada@northwinds.example>",
        "Ada <ada@northwimd.example>",
        "Ada <ada@nоrthwind.example>",
        "Ada <ada@xn--nrthwind-nbh.example>",
        "Ada <ada@northwind-billing.example>",
        "Ada Okafor <ada.okafor@elsewhere.example>",
        '"Okafor, Ada" <ada@elsewhere.example>',
        "Bruno Keller <bruno.kelIer@gmail.com>",
        "Bruno <brunno.keller@gmail.com>",
        '"ada@northwind.example" <x@evil.example>',
        '"Mara <mara@studio.example>" <x@evil.example>',
    ],
)
def test_look_alikes_are_told(sender: str) -> None:
    found, reason = verdict(results("dmarc=pass"), sender=sender)
    assert found == "failed"
    assert reason.endswith(".")
    assert "@" not in reason


@pytest.mark.parametrize(
    "sender",
    [
        "Ada Okafor <ada@northwind.example>",
        "Ada Okafor <billing@northwind.example>",
        "Ben <ben@mail.northwind.example>",
        "Carl Sandberg <carl@southwind.example>",
        "Ada Winter <ada@elsewhere.example>",
        "Ada <ada@elsewhere.example>",
        "Bruno Ganz <bruno.ganz@gmail.com>",
        "Someone <hello@acne.co.uk>",
        "Someone <hello@acorn.co.uk>",
        "Jo <jo@jo-design.example>",
    ],
)
def test_honest_senders_are_no_look_alikes(sender: str) -> None:
    message = parse(f"From: {sender}\n\n".encode())
    assert message.sender is not None
    assert look_alike(message.sender, KNOWN) is None


PASS = results("dmarc=pass header.from=northwind.example")


@pytest.mark.parametrize(
    ("reply_to", "expected"),
    [
        ("office@northwind.example", "passed"),
        ("ada@crm.northwind.example", "passed"),
        ("Ada <ADA@northwind.example>", "passed"),
        ("hello@acme.co.uk", "passed"),
        ("ada.northwind@gmail.com", "failed"),
        ("ada@northwind-pay.example", "failed"),
    ],
)
def test_answers_that_would_go_to_a_stranger(reply_to: str, expected: str) -> None:
    assert verdict(PASS, f"Reply-To: {reply_to}")[0] == expected


def test_a_strangers_strange_reply_to_is_no_proof_of_forgery() -> None:
    found, reason = verdict("Reply-To: form-user@else.example", sender="Shop <form@shop.example>")
    assert found == "unknown"
    assert "another organisation" in reason
