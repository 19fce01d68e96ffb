"""What a payer's banking app reads from the square code of a document.

Two standards. In euro: the credit transfer code of the European Payments Council (EPC069-12,
version 002), for an account in the SEPA area. In zloty: the two-dimensional code recommended by
the Polish Bank Association (3 December 2013), for a Polish account. A code is given only where
all it has to say is valid; a payer without one types, a payer with a wrong one pays wrongly.

Both are read with UTF-8 by the apps in use; a field that is too long is cut as its standard says,
but never the account, the amount or the reference of the payment.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from statements.document import Bank, Document, Kind, Party
from statements.plain_text import printable

EPC, POLISH = "EPC069-12", "ZBP 2D"

# Countries of the SEPA area; those of the European Economic Area need no BIC in version 002.
EEA = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
SEPA = EEA | {
    "AD", "AL", "CH", "GB", "GG", "IM", "JE", "MC", "MD", "ME", "MK", "RS", "SM", "VA",
}  # fmt: skip

EPC_AMOUNT_MAX = Decimal("999999999.99")
EPC_NAME_MAX, EPC_TEXT_MAX, EPC_BYTES_MAX = 70, 140, 331
# Six digits of groszy.
POLISH_AMOUNT_MAX = Decimal("9999.99")
POLISH_NAME_MAX, POLISH_TITLE_MAX = 20, 32

# What asks for its own amount. A corrected invoice does not: its amount may have been paid before.
ASKING = frozenset(
    {
        Kind.INVOICE,
        Kind.ADJUSTING_INVOICE,
        Kind.DEBIT_NOTE,
        Kind.INTEREST_NOTE,
        Kind.PROFORMA,
    }
)


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """The text of a code by its standard; `error` is the level of error correction it asks for."""

    standard: str
    text: str
    error: str


def payment_code(document: Document) -> PaymentCode | None:
    """The code for paying a document that asks its recipient for money, where one is valid."""
    if document.kind not in ASKING:
        return None
    reference = document.payment_reference or document.number
    return transfer_code(
        document.seller, document.totals.to_pay.amount, document.currency, reference
    )


def transfer_code(
    payee: Party, amount: Decimal, currency: str, reference: str
) -> PaymentCode | None:
    """The code for a transfer of an amount in euro or zloty, or None where none is valid."""
    bank = payee.bank
    country = country_of(bank.iban) if bank is not None else None
    if bank is None or country is None or amount <= 0 or _single_line(reference) == "":
        return None
    if currency == "EUR":
        return _european(payee, bank, country, amount, reference)
    if currency == "PLN" and country == "PL":
        return _polish(payee, bank, amount, reference)
    return None


def country_of(iban: str) -> str | None:
    """The country of an account number whose length, form and check digits are right."""
    try:
        return str(IBAN(iban).country_code)
    except SchwiftyException:
        return None


def _european(
    payee: Party, bank: Bank, country: str, amount: Decimal, reference: str
) -> PaymentCode | None:
    text, bic = _single_line(reference), _valid_bic(bank.bic)
    name = _single_line(bank.holder or payee.name)[:EPC_NAME_MAX]
    is_reachable = country in EEA or (country in SEPA and bic != "")
    if not (is_reachable and name and amount <= EPC_AMOUNT_MAX and len(text) <= EPC_TEXT_MAX):
        return None
    lines = ("BCD", "002", "1", "SCT", bic, name, _compact(bank.iban), f"EUR{_cents(amount)}")
    # No purpose, no structured reference: what follows is the free text.
    said = "\n".join((*lines, "", "", text))
    return PaymentCode(EPC, said, "M") if len(said.encode()) <= EPC_BYTES_MAX else None


def _polish(payee: Party, bank: Bank, amount: Decimal, reference: str) -> PaymentCode | None:
    name = _field(bank.holder or payee.name)[:POLISH_NAME_MAX].strip()
    title = _field(reference)
    if amount > POLISH_AMOUNT_MAX or len(title) > POLISH_TITLE_MAX or not name:
        return None
    tax_number = re.sub(r"\D", "", payee.vat_id) if payee.vat_id.startswith("PL") else ""
    groszy = int(amount.scaleb(2))
    fields = (
        tax_number if len(tax_number) == 10 else "",
        "PL",
        _compact(bank.iban).removeprefix("PL"),
        f"{groszy:06}",
        name,
        title,
        *("", "", ""),
    )
    return PaymentCode(POLISH, "|".join(fields), "M")


def _valid_bic(bic: str) -> str:
    try:
        return str(BIC(bic)) if bic else ""
    except SchwiftyException:
        return ""


def _compact(iban: str) -> str:
    return re.sub(r"\s", "", iban).upper()


def _cents(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _single_line(text: str) -> str:
    return " ".join(printable(text).split())


def _field(text: str) -> str:
    """A text that does not end its field."""
    return _single_line(text.replace("|", " "))
