"""The payment file: valid, with sums that are those of its content, the same every time."""

import datetime as dt
from decimal import Decimal

import pytest
from lxml import etree

from currencies.money import money
from settlement.payouts.credit_transfer import (
    NAMESPACE,
    BankParty,
    Transfer,
    credit_transfer_xml,
)
from settlement.payouts.gateway import PaymentFileInvalid, check_file
from tenants.directory.tenant import Address

APPROVED_AT = dt.datetime(2026, 11, 9, 10, 30, tzinfo=dt.UTC)
TENTH = dt.date(2026, 11, 10)
WARSAW = Address("ul. Wybrzeże 14", "00-390", "Warszawa", "PL")
PAYER = BankParty("Wisła Telekom sp. z o.o.", WARSAW, "PL61109010140000071219812874", "WBKPPLPP")
COLOGNE = Address("Filmgasse 21", "50667", "Köln", "DE")


def a_transfer(amount: str, number: int = 1, bic: str = "COBADEFFXXX") -> Transfer:
    payee = BankParty("Videolux GmbH", COLOGNE, "DE89370400440532013000", bic)
    return Transfer(f"P20261110-01-{number:05}", money(amount), payee, "RS/2026/11/0001")


def file_of(*transfers: Transfer) -> bytes:
    currency = str(transfers[0].amount.currency.code)
    return credit_transfer_xml("P20261110-01", APPROVED_AT, PAYER, currency, TENTH, transfers)


def texts(xml: bytes, path: str) -> list[str]:
    found = etree.fromstring(xml).iterfind(f".//{path}", {None: NAMESPACE})
    return ["".join(each.itertext()) for each in found]


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (["100.00 EUR", "0.01 EUR"], "100.01"),
        (["1234.50 PLN"], "1234.50"),
        (["7.00 USD", "8.25 USD", "0.75 USD"], "16.00"),
        (["100 JPY", "1 JPY"], "101"),
        (["1.005 KWD", "2.000 KWD"], "3.005"),
    ],
)
def test_the_file_is_valid_and_its_sums_are_those_of_its_content(amounts: list[str], total: str):
    xml = file_of(*(a_transfer(amount, n) for n, amount in enumerate(amounts, 1)))

    check_file(xml, "P20261110-01")
    assert texts(xml, "CtrlSum") == [total, total]
    assert texts(xml, "NbOfTxs") == [str(len(amounts))] * 2
    written = [Decimal(text) for text in texts(xml, "InstdAmt")]
    assert sum(written) == Decimal(total) and len(written) == len(amounts)


def test_a_yen_has_no_decimals():
    assert texts(file_of(a_transfer("100 JPY")), "InstdAmt") == ["100"]


def test_the_same_batch_gives_the_same_bytes():
    assert file_of(a_transfer("5.00 EUR")) == file_of(a_transfer("5.00 EUR"))


def test_addresses_are_structured():
    xml = file_of(a_transfer("5.00 EUR"))

    assert texts(xml, "TwnNm") == ["Warszawa", "Köln"]
    assert texts(xml, "Ctry") == ["PL", "DE"]
    assert texts(xml, "AdrLine") == []


@pytest.mark.parametrize(
    ("amount", "charges", "service"), [("5.00 EUR", "SLEV", ["SEPA"]), ("5.00 USD", "SHAR", [])]
)
def test_euro_goes_as_sepa(amount: str, charges: str, service: list[str]):
    xml = file_of(a_transfer(amount))

    assert texts(xml, "ChrgBr") == [charges]
    assert texts(xml, "SvcLvl/Cd") == service


def test_an_unknown_bank_is_left_out_for_the_payee():
    xml = file_of(a_transfer("5.00 EUR", bic=""))

    check_file(xml, "P20261110-01")
    assert texts(xml, "CdtrAgt") == []


def test_a_file_that_its_schema_refuses_is_refused():
    xml = file_of(a_transfer("5.00 EUR")).replace(b"<PmtMtd>TRF</PmtMtd>", b"<PmtMtd>X</PmtMtd>")

    with pytest.raises(PaymentFileInvalid, match="PmtMtd"):
        check_file(xml, "P20261110-01")
