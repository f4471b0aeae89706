"""Which column of a bookkeeping program's CSV is what, by the header's words in seven languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Column = Literal["number", "client", "total", "currency", "issued", "due", "project", "paid", "paid_on"]
COLUMNS: tuple[Column, ...] = get_args(Column)

# The most telling names first: where a file has "Brutto" and "Betrag", the first of these is the total.
NAMES: Mapping[Column, str] = {
    "number": """invoice number; invoice no; invoice id; number; no; invoice; rechnungsnummer; rechnungsnr;
        rechnungs nr; rechnung nr; belegnummer; nummer; nr; rechnung; numero de factura; n factura;
        no factura; numero de facture; no de facture; n de facture; n facture; no facture; numero da fatura;
        numero de fatura; n da fatura; n de fatura;
        n fatura; n de factura; numero fattura; n fattura; factuurnummer; factuurnr; numero; num; n;
        factura; facture; fatura; fattura; factuur""",
    "client": """client; client name; customer; customer name; company; bill to; kunde; kundenname;
        auftraggeber; firma; cliente; nombre del cliente; nom du client;
        nome do cliente; nome cliente; empresa; societe; entreprise;
        klant; klantnaam; bedrijf; name; nombre; nom; nome; naam""",
    "total": """total gross; gross total; gross; gross amount; total incl vat; total incl tax; invoice total;
        invoice amount; total amount; total; amount; sum; bruttobetrag; brutto; gesamtbetrag; rechnungsbetrag;
        endbetrag; gesamtsumme; gesamt; betrag; summe; importe total; total factura; importe; monto;
        total ttc; montant ttc; montant total; montant; valor total; total com iva; valor; montante;
        totale fattura; totale; importo; totaal; totaalbedrag; bedrag""",
    "currency": "currency; currency code; wahrung; waehrung; moneda; divisa; devise; monnaie; moeda; valuta",
    "issued": """invoice date; issue date; date issued; issued; issued on; date; rechnungsdatum; belegdatum;
        ausstellungsdatum; ausgestellt; ausgestellt am; datum; fecha de emision; fecha de factura;
        fecha factura; fecha; date de facture; date facture; date d emission; date de facturation; emise le;
        data de emissao; data da fatura; data fattura; data di emissione; data; factuurdatum""",
    "due": """due date; due; due on; due by; payable by; payment due; falligkeitsdatum; faelligkeitsdatum;
        falligkeit; faelligkeit; fallig; faellig; fallig am; faellig am; zahlbar bis; zahlungsziel;
        fecha de vencimiento; vencimiento; vence; date d echeance; echeance; data de vencimento; vencimento;
        data di scadenza; scadenza; vervaldatum; vervaldag""",
    "project": "project; project name; projekt; projektname; proyecto; projet; projeto; progetto",
    "paid": """amount paid; paid amount; paid; payments; status; state; bezahlt; zahlbetrag; zahlungseingang;
        zahlungsstatus; gezahlt; pagado; importe pagado; cobrado; estado; paye; montant paye; regle; statut;
        etat; pago; valor pago; situacao; pagato; importo pagato; stato; betaald""",
    "paid_on": """paid on; payment date; date paid; paid date; bezahlt am; zahlungsdatum; zahldatum;
        fecha de pago; pagado el; date de paiement; paye le; regle le; data de pagamento; pago em;
        data pagamento; data di pagamento; betaald op; betaaldatum""",
}
NEEDED: tuple[Column, ...] = ("number", "total")


def columns_of(header: Sequence[str], chosen: Mapping[str, str]) -> tuple[dict[Column, int], list[str]]:
    """Where each column stands, and what is wrong; ``chosen`` names some columns by their header."""
    plain = [plain_name(name) for name in header]
    problems = list(_unknown(chosen, plain))
    found = {column: place for column in COLUMNS if (place := _place(column, plain, chosen)) is not None}
    twins = [name for name in dict.fromkeys(plain) if name and plain.count(name) > 1]
    problems += [
        f"the column “{header[plain.index(name)]}” stands there twice; take one out." for name in twins
    ]
    for column in NEEDED:
        if column not in found and not any(column in problem for problem in problems):
            problems.append(
                f"there is no column for the {column}; name it with --column {column}=… (the file has: "
                f"{', '.join(filter(None, header))})."
            )
    return found, problems


def known_columns(header: Sequence[str]) -> int:
    """How many columns of a header are known: the delimiter that finds most of them is the file's."""
    plain = [plain_name(name) for name in header]
    return sum(_place(column, plain, {}) is not None for column in COLUMNS)


def plain_name(name: str) -> str:
    """A header without accents, signs and capitals: ``Fälligkeit (am)`` is ``falligkeit am``."""
    bare = unicodedata.normalize(
        "NFKD", name.casefold().replace("°", " ").replace("º", " ").replace("№", "no")
    )
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", letters.replace("_", " ")))


def _place(column: Column, plain: Sequence[str], chosen: Mapping[str, str]) -> int | None:
    if column in chosen:  # an empty name takes the column out
        wanted = plain_name(chosen[column])
        return plain.index(wanted) if wanted and wanted in plain else None
    taken = {plain_name(name) for name in chosen.values()}
    names = (" ".join(name.split()) for name in NAMES[column].split(";"))
    return next((plain.index(name) for name in names if name in plain and name not in taken), None)


def _unknown(chosen: Mapping[str, str], plain: Sequence[str]) -> list[str]:
    wrong = [
        f"--column {column}=…: there is no such column; choose one of {', '.join(COLUMNS)}."
        for column in chosen
        if column not in COLUMNS
    ]
    return wrong + [
        f"--column {column}={name}: the file has no column of this name."
        for column, name in chosen.items()
        if column in COLUMNS and name and plain_name(name) not in plain
    ]
