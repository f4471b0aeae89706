"""Whom the ladder asks, in which words and from which account: several invoices, accounts and languages."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from drafts.situation import Reply
from tests.rig.ladder_shelf import Shelf, desk_of
from tests.rig.ledger_acts import claimed
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.profile import Client
from triage.config import Ladder
from triage.ladder_mail import DueStep, Writing, names, recipient_of

MONDAY = date(2026, 4, 6)


def bill(number: str = "2026-014", amount: str = "1200.00", **changes: Any) -> Invoice:
    money = Money(Decimal(amount), "EUR")
    return replace(Invoice(number, money, date(2026, 3, 20), date(2026, 4, 3)), **changes)


def nora(*invoices: Invoice, **changes: Any) -> Client:
    made = Client(
        "Harbour Bakery",
        people=("Nora Becker",),
        addresses=("nora@harbourbakery.example",),
        language="en",
        invoices=invoices or (bill(),),
    )
    return replace(made, **changes)


def shelf(*clients: Client, **changes: Any) -> Shelf:
    return Shelf(desk_of(*clients), MONDAY, **changes)


class TestSeveralInvoices:
    """One client who owes twice, and two who owe once."""

    def test_each_is_asked_for_and_named(self) -> None:
        found = shelf(nora(bill(), bill("2026-015", "90.00")))
        assert found.run().drafted == len(found.drafts)
        text = "\n".join(mail.get_content() for mail in found.mails())
        assert "2026-014" in text
        assert "2026-015" in text
        assert found.run().drafted == 0

    def test_one_that_is_paid_leaves_the_other_one_asked_for(self) -> None:
        found = shelf(nora(bill(), bill("2026-015", "90.00")))
        found.run()
        paid = (Payment(MONDAY, Money(Decimal("1200.00"), "EUR")),)
        found.change(nora(bill(payments=paid), bill("2026-015", "90.00")))
        found.run()
        (mail,) = found.mails()
        assert "2026-015" in mail.get_content()
        assert "2026-014" not in mail.get_content()

    def test_two_clients_get_a_mail_each(self) -> None:
        other = replace(nora(bill("7-21")), name="Jo", addresses=("jo@client.example",), people=())
        found = shelf(nora(), other)
        found.run()
        assert sorted(mail["To"].addresses[0].addr_spec for mail in found.mails()) == [
            "jo@client.example",
            "nora@harbourbakery.example",
        ]

    def test_a_text_that_names_all_is_one_mail_for_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No text names several invoices yet: this one does."""

        def write(due: DueStep, writing: Writing, is_clear: object) -> Reply:
            listed = ", ".join(due.numbers)
            return Reply((), f"Hello,\n\n{listed} are open.\n", "en", subject=f"Invoices {listed}")

        monkeypatch.setattr("triage.ladder.write_step", write)
        found = shelf(nora(bill(), bill("2026-015", "90.00")))
        assert found.run().drafted == 1
        (message_id,) = found.drafts
        assert [row.message_id for row in found.ledger.steps()] == [message_id] * 2
        paid = (Payment(MONDAY, Money(Decimal("90.00"), "EUR")),)
        found.change(nora(bill(), bill("2026-015", "90.00", payments=paid)))
        assert found.run().drafted == 1
        (mail,) = found.mails()
        assert mail["Subject"] == "Invoices 2026-014"
        found.send(next(iter(found.drafts)))
        found.wait(7)
        assert found.run().drafted == 1


class TestDraftsOfTheUser:
    """A draft that was edited or thrown away is the user's word; a new demand may come after it."""

    LATER = date(2026, 4, 20)

    def states(self, found: Shelf) -> list[str]:
        return [row.state for row in found.ledger.steps()]

    def test_one_thrown_away_does_not_come_back(self) -> None:
        found = shelf(nora())
        found.run()
        found.drafts.clear()
        for _ in range(9):
            found.wait(5)
            assert found.run().drafted == 0

    def test_with_more_time_to_pay_the_ladder_begins_anew_all_the_same(self) -> None:
        found = shelf(nora())
        found.run()
        found.drafts.clear()
        found.change(nora(bill(due=self.LATER)))
        assert found.run().drafted == 0
        assert self.states(found) == ["discarded"]
        found.wait(17)
        assert found.run().drafted == 1

    def test_an_edited_one_that_asks_for_too_much_is_left_and_waited_for(self) -> None:
        found = shelf(nora())
        found.run()
        (message_id,) = found.drafts
        found.edit(message_id)
        found.change(nora(bill(payments=(Payment(MONDAY, Money(Decimal("400.00"), "EUR")),))))
        for _ in range(3):
            assert found.run().drafted == 0
            found.wait(1)
        assert self.states(found) == ["edited"]
        del found.drafts[message_id]
        assert found.run().drafted == 1
        assert self.states(found) == ["discarded", "present"]

    def test_an_edited_one_is_looked_at_again_only_where_it_is_in_the_way(self) -> None:
        found = shelf(nora())
        found.run()
        found.edit(next(iter(found.drafts)))
        found.change(nora(bill(is_disputed=True)))
        found.run()
        assert self.states(found) == ["edited"]
        found.drafts.clear()
        found.run()
        assert self.states(found) == ["edited"], "the server was not asked"


class TestWhom:
    """The recipient, and the name they are greeted by."""

    def test_the_first_address_on_file(self) -> None:
        client = nora(addresses=("office@harbourbakery.example", "nora@harbourbakery.example"))
        found = recipient_of(client, ["nora@harbourbakery.example"])
        assert found is not None
        assert (found.name, found.email) == ("Nora Becker", "office@harbourbakery.example")

    def test_with_a_domain_alone_whoever_wrote_last(self) -> None:
        client = nora(addresses=(), domains=("harbourbakery.example",), people=("Nora Becker", "Tom Ash"))
        letters = ["nora@harbourbakery.example", "t.ash@harbourbakery.example"]
        found = recipient_of(client, letters)
        assert found is not None
        assert (found.name, found.email) == ("Tom Ash", letters[-1])

    @pytest.mark.parametrize(
        ("name", "address", "called"),
        [
            ("Nora Becker", "nora.becker@freemail.example", "Nora Becker"),
            ("Harbour Bakery", "hello@harbourbakery.example", ""),
            ("Jo", "jo@client.example", ""),
        ],
    )
    def test_a_firm_is_greeted_by_no_name(self, name: str, address: str, called: str) -> None:
        found = recipient_of(nora(name=name, people=(), addresses=(address,)), [])
        assert found is not None
        assert found.name == called

    def test_without_any_address_it_is_told_and_costs_nobody_anything(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        lost = nora(bill("7-21"), name="Lost", addresses=(), domains=("lost.example",))
        found = shelf(lost, nora())
        with caplog.at_level(logging.WARNING, "triage"):
            assert found.run().drafted == 1
        assert "invoice 7-21: no draft of the reminder: its client has no mail address" in caplog.text

    def test_an_address_that_cannot_be_written_is_contained(self) -> None:
        strange = nora(bill("7-21"), name="Odd", addresses=("a b@odd.example",))
        done = shelf(strange, nora())
        made = done.run()
        assert (made.drafted, made.failed) == (1, 1)
        assert [row.invoice for row in done.ledger.steps()] == ["2026-014"]


class TestLanguage:
    """The client's own, on file or as they wrote; never one that has no words."""

    def test_as_the_client_wrote_last(self, caplog: pytest.LogCaptureFixture) -> None:
        found = shelf(nora(language=None))
        row = claimed(found.ledger, 1, client="nora@harbourbakery.example").row
        found.ledger.judged(row.id, gate=None, language="xx", labels={}, severity=0)
        found.run()
        (mail,) = found.mails()
        assert "Hi Nora" in mail.get_content(), "an unknown language is answered in English"

    def test_a_legal_text_in_another_language_is_none(self) -> None:
        found = shelf(nora(), ladder=Ladder(legal_text={"de": "Danach beantrage ich einen Mahnbescheid."}))
        for _ in range(6):
            found.run()
            for message_id in list(found.drafts):
                found.send(message_id)
            found.wait(8)
        assert [row.step for row in found.ledger.steps()] == ["reminder", "second_reminder", "formal_demand"]


class TestAccounts:
    """Two accounts: one mail, from where the client writes to."""

    def test_the_first_account_asks_whom_it_never_heard_of(self) -> None:
        first = shelf(nora(), accounts=("studio", "second"))
        second = Shelf(
            desk_of(nora(), account="second"), MONDAY, accounts=("studio", "second"), ledger=first.ledger
        )
        assert [second.run().drafted, first.run().drafted, second.run().drafted] == [0, 1, 0]

    def test_else_the_account_that_they_wrote_to_last(self) -> None:
        first = shelf(nora(), accounts=("studio", "second"))
        claimed(first.ledger, 1, account="second", client="Nora@HarbourBakery.example")
        second = Shelf(
            desk_of(nora(), account="second"), MONDAY, accounts=("studio", "second"), ledger=first.ledger
        )
        assert [first.run().drafted, second.run().drafted, first.run().drafted] == [0, 1, 0]

    def test_an_account_that_is_gone_counts_no_more(self) -> None:
        found = shelf(nora())
        claimed(found.ledger, 1, account="closed", client="nora@harbourbakery.example")
        assert found.run().drafted == 1

    def test_a_draft_sent_from_the_other_account_is_seen(self) -> None:
        first = shelf(nora(), accounts=("studio", "second"))
        first.run()
        second = Shelf(
            desk_of(nora(), account="second"), MONDAY, accounts=("studio", "second"), ledger=first.ledger
        )
        first.send(next(iter(first.drafts)))
        second.sent, second.today = first.sent, date(2026, 4, 7)
        second.run()
        assert [row.state for row in first.ledger.steps()] == ["sent"]


@pytest.mark.parametrize(
    ("subject", "number", "is_named"),
    [
        ("Invoice 2026-014", "2026-014", True),
        ("Re: [2026-014] reminder", "2026-014", True),
        ("Rechnung re-2026/14.", "RE-2026/14", True),
        ("Invoice 2026-0145", "2026-014", False),
        ("Invoice 12026-014", "2026-014", False),
        ("Invoice 2026-014-B", "2026-014", False),
        ("Invoice 2026-014/2", "2026-014", False),
        ("Our plans for 14", "14", False),
        ("", "2026-014", False),
    ],
)
def test_what_names_an_invoice(subject: str, number: str, is_named: bool) -> None:
    assert names(subject, number) is is_named
