"""Invoices from bookkeeping programs' lists: as written in many lands, and everything wrong told at once."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.client_file.csv_columns import columns_of, plain_name
from triage.client_file.csv_import import Hints, Imported, read_invoices
from triage.client_file.csv_values import Notation, amount, day, notation_of
from triage.client_file.loading import check_text
from triage.clients.invoice import Invoice
from triage.clients.profile import ClientBook
from triage.errors import ConfigError

TODAY = date(2026, 4, 1)
BOOK = check_text(
    """
[[clients]]
name = "Harbour Bakery"
addresses = ["nora@harbourbakery.example"]
[[clients.projects]]
name = "Website"
[clients.projects.agreement]
payment_days = 14
[[clients.invoices]]
number = "2026-001"
total = "300.00 EUR"
issued = 2026-01-10
due = 2026-01-24
[[clients]]
name = "Weiß & Söhne"
addresses = ["weiss@soehne.example"]
""",
    "clients.toml",
)


def imported(
    folder: Path, text: str | bytes, hints: Hints | None = None, book: ClientBook = BOOK
) -> Imported:
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_invoices(path, book, hints or Hints(), TODAY)


def one(folder: Path, text: str | bytes, hints: Hints | None = None) -> Invoice:
    ((_, invoice),) = imported(folder, text, hints).new
    return invoice


def problems(folder: Path, text: str | bytes, hints: Hints | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        imported(folder, text, hints)
    return caught.value.problems


EXPECTED = (Decimal("1234.50"), "EUR", date(2026, 3, 20), date(2026, 4, 13))


@pytest.mark.parametrize(
    "text",
    [
        "number,client,total,currency,issued,due\nR-1,Harbour Bakery,1234.50,EUR,2026-03-20,2026-04-13\n",
        "Rechnungsnummer;Kunde;Rechnungsdatum;Fällig am;Nettobetrag;Bruttobetrag\r\n"
        "R-1;Harbour Bakery;20.03.2026;13.04.2026;1.037,39 €;1.234,50 €\r\n",
        "Número de factura;Cliente;Fecha de emisión;Fecha de vencimiento;Importe total\n"
        "R-1;harbour bakery;20/03/2026;13/04/2026;1.234,50 EUR\n",
        "N° facture\tClient\tDate d'émission\tÉchéance\tMontant HT\tMontant TTC\n"
        "R-1\tHarbour Bakery\t20/03/2026\t13/04/2026\t1 028,75 €\t1\u202f234,50 €\n",
        "Nº da fatura;Cliente;Data de emissão;Vencimento;Valor total;Moeda\n"
        "R-1;Harbour Bakery;20-03-2026;13-04-2026;1234,50;EUR\n",
        "Invoice No.|Bill To|Invoice Date|Due Date|Amount\n"
        "R-1|nora@harbourbakery.example|03/20/2026|04/13/2026|€1,234.50\n",
        '"Factuurnummer";"Klant";"Factuurdatum";"Vervaldatum";"Totaal"\n'
        '"R-1";"Harbour Bakery";"20-3-2026";"13-4-2026";"€ 1.234,50"\n',
        "Numero fattura;Cliente;Data fattura;Scadenza;Totale\n"
        "R-1;Harbour Bakery;20/03/26;13/04/26;€ 1.234,50\n",
        "\n;;;;\nNr.;Firma;Datum;Zahlbar bis;Betrag;Währung\n;;;;;\n"
        "R-1;Harbour Bakery;20.3.2026;13.4.2026;1'234.50;eur\n\n",
    ],
)
def test_one_invoice_written_in_many_lands(tmp_path: Path, text: str) -> None:
    found = one(tmp_path, text)
    assert (found.number, found.payments) == ("R-1", ())
    assert (found.total.amount, found.total.currency, found.issued, found.due) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    text = "Nummer;Kunde;Betrag;Fällig\nR-1;Weiß & Söhne;90,00 €;13.04.2026\n"
    ((owner, invoice),) = imported(tmp_path, text.encode(encoding)).new
    assert (owner, invoice.total.amount) == ("Weiß & Söhne", Decimal("90.00"))


def test_a_quoted_cell_may_hold_lines_and_delimiters(tmp_path: Path) -> None:
    rows = ('R-1,Harbour Bakery,"1,234.50 EUR",2026-04-13,"a\nb, c"', "R-2,X,1 EUR,2026-04-13,")
    text = "\n".join(("number,client,total,due,note", *rows))
    (told,) = problems(tmp_path, text)
    assert told.startswith("list.csv, line 4: there is no client “X”")


class TestWhatIsMissing:
    """Facts that follow from elsewhere, or are asked for."""

    def test_the_due_date_follows_from_the_agreement(self, tmp_path: Path) -> None:
        found = one(tmp_path, "number,client,total,issued\nR-1,Harbour Bakery,90 EUR,2026-03-25\n")
        assert found.due == date(2026, 4, 8)

    def test_without_an_agreement_it_is_asked_for(self, tmp_path: Path) -> None:
        (told,) = problems(tmp_path, "number,client,total,issued\nR-1,Weiß & Söhne,90 EUR,2026-03-25\n")
        assert (
            told == "list.csv, line 2: says no day by which it is due, and no agreement does (payment_days)."
        )

    def test_client_and_currency_may_be_said_for_all(self, tmp_path: Path) -> None:
        hints = Hints(client="Harbour Bakery", currency="USD")
        found = one(tmp_path, "number,total,due\nR-1,90,2026-04-13\n", hints)
        assert (found.total.currency, found.issued) == ("USD", TODAY)

    def test_without_them_both_are_asked_for_at_once(self, tmp_path: Path) -> None:
        told = problems(tmp_path, "number,total,due\nR-1,90,2026-04-13\n")
        assert len(told) == 2
        assert "--client" in told[0]
        assert "--currency" in told[1]

    def test_a_dollar_may_be_anybodys(self, tmp_path: Path) -> None:
        (told,) = problems(tmp_path, "number,client,total,due\nR-1,Harbour Bakery,$90,2026-04-13\n")
        assert "names no currency" in told


class TestPaid:
    """Money that came in already."""

    HEAD = "number,client,total,issued,due,{}\nR-1,Harbour Bakery,90.00 EUR,2026-01-05,2026-01-19,{}\n"

    @pytest.mark.parametrize("word", ["paid", "Bezahlt", "payée", "sim", "x", "90.00"])
    def test_in_full(self, tmp_path: Path, word: str) -> None:
        found = one(tmp_path, self.HEAD.format("status", word))
        assert (found.state, found.payments[0].on) == ("paid", date(2026, 1, 19))

    def test_on_a_day(self, tmp_path: Path) -> None:
        found = one(tmp_path, self.HEAD.format("paid on", "2026-02-03"))
        assert (found.state, found.payments[0].on) == ("paid", date(2026, 2, 3))

    @pytest.mark.parametrize("word", ["", "open", "Offen", "0", "0.00", "impayée"])
    def test_not_at_all(self, tmp_path: Path, word: str) -> None:
        hints = Hints(allows_past=True)
        assert one(tmp_path, self.HEAD.format("paid", word), hints).state == "open"

    def test_in_part(self, tmp_path: Path) -> None:
        found = one(tmp_path, self.HEAD.format("amount paid", "40.00"), Hints(allows_past=True))
        assert found.open.amount == Decimal("50.00")

    @pytest.mark.parametrize(
        ("word", "told"),
        [("maybe", "“maybe” is no amount"), ("91.00", "more is paid than the total"), ("-3", "is no amount")],
    )
    def test_what_cannot_be_meant(self, tmp_path: Path, word: str, told: str) -> None:
        assert told in problems(tmp_path, self.HEAD.format("paid", word))[0]

    def test_before_it_was_issued(self, tmp_path: Path) -> None:
        (told,) = problems(tmp_path, self.HEAD.format("paid on", "2026-01-04"))
        assert "paid before it was issued" in told


class TestWrong:
    """Every problem is told, each with its line, and nothing is imported."""

    def test_all_problems_at_once(self, tmp_path: Path) -> None:
        text = (
            "number,client,total,currency,issued,due,project\n"
            "R-1,Harbour Bakery,90.00,EUR,2026-03-25,2026-04-13,Website\n"
            ",Harbour Bakery,90.00,EUR,2026-03-25,2026-04-13,\n"
            "R-1,Harbour Bakery,90.00,EUR,2026-03-25,2026-04-13,\n"
            "R-2,Harbor Bakry,90.00,EUR,2026-03-25,2026-04-13,\n"
            "R-3,Harbour Bakery,ninety,EUR,2026-03-25,2026-04-13,\n"
            "R-4,Harbour Bakery,90.00,EUX,2026-03-25,2026-04-13,\n"
            "R-5,Harbour Bakery,90.00,EUR,2026-03-25,2026-02-30,\n"
            "R-6,Harbour Bakery,90.00,EUR,2026-04-25,2026-04-13,\n"
            "R-7,Harbour Bakery,90.00,EUR,2026-03-25,2026-04-13,Shop\n"
            "R-8,Harbour Bakery,90.00,EUR,2026-03-01,2026-03-13,\n"
            "R-9,Harbour Bakery,-90.00,EUR,2026-03-25,2026-04-13,\n"
            "2026-001,Harbour Bakery,301.00,EUR,2026-01-10,2026-01-24,\n"
            "R-10,Nobody,much,EUR,someday,soon,\n"
        )
        told = problems(tmp_path, text)
        lines = [int(one.split(", line ")[1].partition(":")[0]) for one in told]
        assert sorted(lines) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14, 14]
        words = "\n".join(told)
        for part in (
            "has no invoice number", "R-1 stands in line 2 already", "there is no client “Harbor Bakry”",
            "“ninety” is no amount", "EUX is no currency in use", "“2026-02-30” is no day of any calendar",
            "due before it was issued", "there is no project “Shop”", "give --past if that is so",
            "“-90.00” is no amount", "in the client file with another total",
        ):  # fmt: skip
            assert part in words, part

    def test_a_known_invoice_of_another_client(self, tmp_path: Path) -> None:
        text = "number,client,total,due\n2026-001,Weiß & Söhne,300.00 EUR,2026-04-24\n"
        assert "with another client" in problems(tmp_path, text)[0]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "holds no table"),
            ("\n\n", "holds no table"),
            (";;;\n;;;\n", "holds no table"),
            ("x" * 200_000, "can't be read as CSV"),
            (b"number,total\0\n", "holds no table"),
            ("colour,size\nred,3\n", "there is no column for the number; name it with --column number=…"),
            ("number,number,client,total\n1,2,3,4\n", "the column “number” stands there twice"),
            ("number,client,total\nR-1,Harbour Bakery\n", "“” is no amount"),
        ],
    )
    def test_no_list_of_invoices(self, tmp_path: Path, text: str | bytes, told: str) -> None:
        assert told in "\n".join(problems(tmp_path, text))

    def test_a_header_alone_is_no_mistake(self, tmp_path: Path) -> None:
        assert imported(tmp_path, "number,client,total\n") == Imported((), 0)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="can't be read"):
            read_invoices(tmp_path / "none.csv", BOOK, Hints(), TODAY)

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="can't be read"):
            read_invoices(tmp_path, BOOK, Hints(), TODAY)


class TestTwoReadings:
    """What can be read in two ways is asked about, unless other rows or the user decide."""

    AMOUNT = 'number,client,total,due\nR-1,Harbour Bakery,"{}",2026-04-13\n'
    DAY = "number,client,total,due\nR-1,Harbour Bakery,90 EUR,{}\n"

    @pytest.mark.parametrize("text", ["1.200 EUR", "1,200 EUR"])
    def test_an_amount(self, tmp_path: Path, text: str) -> None:
        (told,) = problems(tmp_path, self.AMOUNT.format(text))
        assert "can be read in two ways; say --decimal comma or --decimal point" in told

    def test_the_user_decides(self, tmp_path: Path) -> None:
        comma = Hints(notation=Notation(mark=","))
        assert one(tmp_path, self.AMOUNT.format("1.200 EUR"), comma).total.amount == 1200

    def test_another_row_decides(self, tmp_path: Path) -> None:
        text = self.AMOUNT.format("1.200 EUR") + 'R-2,Harbour Bakery,"3,50 EUR",2026-04-13\n'
        assert [bill.total.amount for _, bill in imported(tmp_path, text).new] == [1200, Decimal("3.50")]

    def test_rows_that_contradict_each_other(self, tmp_path: Path) -> None:
        text = self.AMOUNT.format("1.50 EUR") + 'R-2,Harbour Bakery,"3,50 EUR",2026-04-13\n'
        assert "some amounts have a decimal comma" in problems(tmp_path, text)[0]

    def test_a_day(self, tmp_path: Path) -> None:
        (told,) = problems(tmp_path, self.DAY.format("05/04/2026"))
        assert "say --dates day-first or --dates month-first" in told
        hints = Hints(notation=Notation(order="month-first"))
        assert one(tmp_path, self.DAY.format("05/04/2026"), hints).due == date(2026, 5, 4)

    def test_another_day_decides(self, tmp_path: Path) -> None:
        text = self.DAY.format("05/04/2026") + "R-2,Harbour Bakery,1 EUR,30/04/2026\n"
        assert imported(tmp_path, text).new[0][1].due == date(2026, 4, 5)

    def test_with_points_the_day_is_first(self, tmp_path: Path) -> None:
        assert one(tmp_path, self.DAY.format("05.04.2026")).due == date(2026, 4, 5)


class TestColumns:
    """Headers, and what the user says of them."""

    def test_a_named_column(self, tmp_path: Path) -> None:
        text = "ref,client,gross,net\nR-1,Harbour Bakery,120 EUR,100 EUR\n"
        hints = Hints(columns={"number": "ref", "total": "net"})
        assert one(tmp_path, text, hints).total.amount == 100

    def test_a_column_left_out(self, tmp_path: Path) -> None:
        text = "number,client,total,project\nR-1,Harbour Bakery,120 EUR,A-17\n"
        assert "no project “A-17”" in problems(tmp_path, text)[0]
        assert one(tmp_path, text, Hints(columns={"project": ""})).project == ""

    @pytest.mark.parametrize(
        ("chosen", "told"),
        [
            ({"total": "sum"}, "the file has no column of this name"),
            ({"colour": "red"}, "choose one of number"),
        ],
    )
    def test_a_wrong_name(self, chosen: dict[str, str], told: str) -> None:
        _, found = columns_of(["number", "client", "total"], chosen)
        assert told in found[0]

    def test_the_gross_total_comes_before_the_net(self) -> None:
        places, _ = columns_of(["Nr", "Betrag", "Brutto"], {})
        assert places == {"number": 0, "total": 2}

    @pytest.mark.parametrize(
        "name", ["Fällig (am)", "  FAELLIG_AM", "N° Facture", "Nº factura", "données\n2"]
    )
    def test_names_are_told_by_their_letters(self, name: str) -> None:
        assert plain_name(name).isascii()


def test_the_same_list_again_adds_nothing(tmp_path: Path) -> None:
    from triage.client_file.writing import add_invoices

    path = tmp_path / "clients.toml"
    path.write_text('[[clients]]\nname = "A"\naddresses = ["a@a.example"]\n', encoding="utf-8")
    book = check_text(path.read_text(encoding="utf-8"), path.name)
    text = "number,client,total,due\nR-1,A,90.00 EUR,2026-04-13\nR-2,a@a.example,7 EUR,2026-04-14\n"
    book = add_invoices(path, imported(tmp_path, text, book=book).new)
    again = imported(tmp_path, text, book=book)
    assert (again.new, again.known) == ((), 2)


@settings(max_examples=300, deadline=None)
@given(
    st.decimals("0.01", "99999999", places=2),
    st.sampled_from(".,"),
    st.sampled_from(["", "'", " ", "\u202f", "."]),
)
def test_amounts_are_read_back_exactly(value: Decimal, mark: str, group: str) -> None:
    group = "," if group == "." and mark == "." else group
    text = f"{value:,.2f}".replace(",", "G").replace(".", mark).replace("G", group)
    assert amount(f"{text} EUR", notation_of([text], [])) == (value, "EUR")


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_days_are_read_back_exactly(value: date) -> None:
    for pattern, order in (
        ("%Y-%m-%d", None), ("%d.%m.%Y", None), ("%d/%m/%Y", "day-first"), ("%m/%d/%Y", "month-first"),
        ("%Y/%m/%d", None), ("%Y-%m-%dT09:30:00", None),
    ):  # fmt: skip
        assert day(value.strftime(pattern), Notation(order=order)) == value  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_file_is_too_strange(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("strange") / "list.csv"
    path.write_bytes(b"number;client;total\n" + raw)
    with contextlib.suppress(ConfigError):
        assert all(invoice.number for _, invoice in read_invoices(path, BOOK, Hints(), TODAY).new)
