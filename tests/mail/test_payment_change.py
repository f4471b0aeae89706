"""New bank details in a message raise an alarm; ordinary talk about payment does not."""

from __future__ import annotations

import pytest

from triage.mail.payment_change import names_new_payment_details

CHANGED = (
    "Please note that our bank details have changed.",
    "We have a new bank account, please use the IBAN below from now on.",
    "Kindly update the account details on file: the old account is no longer valid.",
    "Use this different PayPal account for the refund.",
    "Our bank is under audit. Find attached the new payment\ninstructions.",
    "Bitte beachten Sie unsere neue Bankverbindung.",
    "Unsere Kontodaten haben sich geändert.",
    "Voici nos nouvelles coordonnées bancaires.",
    "Nuestros datos bancarios han sido cambiados.",
    "Segue a nova conta bancária para o reembolso.",
    "Le comunichiamo le nuove coordinate bancarie.",
    "Ons rekeningnummer is gewijzigd.",
)
ORDINARY = (
    "Could you send me your bank details for the transfer?",
    "The new logo is great. I will pay by bank transfer tomorrow.",
    "Our bank details have not changed.",
    "Payment goes out on Friday.",
    "Wie ist deine IBAN? Ich überweise heute.",
    "Unsere Bankverbindung ist unverändert.",
    "Please change the header. Your account number is on the invoice.",
    "",
)


@pytest.mark.parametrize("text", CHANGED)
def test_changed_details_are_seen(text: str) -> None:
    assert names_new_payment_details(f"Hello Mara,\n\n{text}\n\nThanks")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_of_payment_is_not(text: str) -> None:
    assert not names_new_payment_details(text)


@pytest.mark.parametrize("unit", ["new ", "iban ", "new iban not changed. ", "x"])
def test_ten_megabytes_are_bounded(unit: str) -> None:
    names_new_payment_details(unit * (10_000_000 // len(unit)))
