"""An itemised list holds every call of an invoice once and adds up to it; numbers are shortened."""

import csv
import datetime as dt
import io
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest
from pyarrow import parquet
from pypdf import PdfReader

from settlement.app.scenario.playing import play_steps
from settlement.billing import service as billing
from settlement.billing.itemising import service
from settlement.billing.itemising.itemised import (
    Borne,
    Item,
    NumbersHidden,
    NumbersPolicyUnreadable,
    hidden,
    items_of,
    may_be_whole,
)
from settlement.parties import service as parties
from settlement.rating.charge_line import ChargeLine
from statements import service as statements
from statements.service import NoSuchDocument
from tenants.persistence.database import Database
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.rating.staging import staged

WARSAW = ZoneInfo("Europe/Warsaw")
CALLERS = {("b", line): ("48601200001", "48501100001") for line in (1, 2, 3)}


def a_charge_line(amount: str, service: str = "voice") -> ChargeLine:
    day = dt.date(2026, 10, 1)
    return ChargeLine(
        "customer", "receivable", UUID(int=1), service, "PLN", day, day, amount=Decimal(amount)
    )


FAMILY = "minutes_of_a_family_go_to_whoever_calls_first"


def invoice_of(session: TenantSession, code: str) -> UUID:
    customer = parties.party_by_code(session, code).id
    [found] = statements.documents(session, status="issued", party_id=customer)
    return found.id


def calls(items: list[Item]) -> list[tuple[str, ...]]:
    return [
        (
            each.row,
            each.occurred_at[:16],
            each.calling,
            each.called,
            each.used,
            each.billed,
            each.amount,
        )
        for each in items
    ]


def sums(items: list[Item]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for each in items:
        found[each.charge] = found.get(each.charge, Decimal(0)) + Decimal(each.amount)
    return found


def test_an_invoice_opens_to_its_calls(shared_database: Database) -> None:
    with staged(shared_database, FAMILY) as play:
        play_steps(play)
        session = play.session
        billing.bill_period(session, "2026-10")
        document = invoice_of(session, "family")

        items = service.itemised(session, document)
        filed = statements.document(session, document)
        files = {form: service.itemised_file(session, document, form) for form in service.FORMS}
        again = service.itemised_file(session, document, "xlsx")

        # Anna's 70 s are free and her 20 s cost 0.20; of Ben's 90 s 30 are free: 0.60.
        called = "48601200***"
        assert sorted(calls(items), key=lambda each: each[1]) == [
            ("usage", "2026-10-05T12:00", "48501100001", called, "70", "0", "0"),
            ("usage", "2026-10-06T12:00", "48501100002", called, "90", "60", "0.6"),
            ("usage", "2026-10-07T12:00", "48501100001", called, "20", "20", "0.2"),
        ]
        assert sum(sums(items).values()) == filed.net.amount == Decimal("0.80")
        assert sorted(sums(items).values()) == [Decimal("0.20"), Decimal("0.60")]
        assert {each.document for each in items} == {filed.number}
        with pytest.raises(NoSuchDocument):
            stranger = parties.party_by_code(session, "cleo").id
            service.itemised(session, document, party_id=stranger)

    plain = [tuple(map(str, each)) for each in items]
    read = list(csv.reader(io.StringIO(files["csv"].content.decode())))
    assert (tuple(read[0]), [tuple(row) for row in read[1:]]) == (Item._fields, plain)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"].content)).pages]
    said = " ".join(" ".join(pages).split())
    assert ("48501100002 → 48601200***" in said, "Together 0.80 PLN" in said) == (True, True)
    assert "0:01:30" in said and "48601200***" not in pages[0]
    table = parquet.read_table(io.BytesIO(files["parquet"].content)).to_pylist()
    assert [row["amount"] for row in table] == [Decimal(each.amount) for each in items]
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    assert [row[7] for row in sheet.iter_rows(min_row=2, values_only=True)] == [called] * 3
    assert files["xlsx"].content == again.content
    assert files["csv"].name == f"{filed.number.replace('/', '-')}-usage.csv"


def a_charge(amount_3600: str, rounded: int | None, record: str = "1") -> dict[str, object]:
    return {
        "source": "s", "record_key": record, "batch_id": "b", "line": int(record), "kind": "voice",
        "direction": "incoming", "occurred_at": dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC),
        "connected_seconds": 60, "quantity": 1, "billed_units": 60,
        "amount_3600": Decimal(amount_3600), "rounded_units": rounded,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("charges", "amount", "takes_back", "told"),
    [
        # A third of a grosz three times is one grosz to the twelfth decimal, and the rest.
        (["12", "12", "12"], "0.01", False, ["0.003333333333"] * 3 + ["0.000000000001"]),
        (["18"], "-0.01", True, ["-0.005", "-0.005"]),
        (["36"], "0.01", False, ["0.01"]),
    ],
)
def test_the_rows_of_a_charge_add_up_to_it(
    charges: list[str], amount: str, takes_back: bool, told: list[str]
) -> None:
    rows = [a_charge(each, None, str(place)) for place, each in enumerate(charges, 1)]
    line = a_charge_line(amount)

    items = list(items_of("FV/1", [Borne(line, pl.DataFrame(rows), takes_back)], CALLERS, WARSAW))

    assert [each.amount for each in items] == told
    assert sum(Decimal(each.amount) for each in items) == Decimal(amount)
    assert {each.calling for each in items if each.row == "usage"} == {"48601200***"}


def test_events_that_are_rounded_one_by_one_stand_as_they_were_rounded() -> None:
    rows = pl.DataFrame([a_charge("18", 1), a_charge("18", 1, "2")])

    items = list(items_of("FV/1", [Borne(a_charge_line("0.02"), rows, False)], {}, WARSAW))

    assert [each.amount for each in items] == ["0.01", "0.01"]


def test_a_fee_stands_in_one_row() -> None:
    fee = Borne(a_charge_line("49.00", service="recurring"), pl.DataFrame(), False)

    [item] = items_of("FV/1", [fee], {}, WARSAW)

    assert (item.row, item.service) == ("charge", "recurring")
    assert Decimal(item.amount) == 49


@pytest.mark.parametrize(
    ("number", "shown"), [("48601200001", "48601200***"), ("112", "***"), ("7", "***"), ("", "")]
)
def test_the_last_three_digits_are_hidden(number: str, shown: str) -> None:
    assert hidden(number) == shown


def test_whole_numbers_are_for_whom_the_policy_or_a_right_says(shared_database: Database) -> None:
    with pytest.raises(NumbersPolicyUnreadable):
        may_be_whole("sometimes")
    assert (may_be_whole("last_3_hidden"), may_be_whole("as_customer_asks")) == (False, True)
    with staged(shared_database, FAMILY) as play:
        play_steps(play)
        session = play.session
        billing.bill_period(session, "2026-10")
        document = invoice_of(session, "family")
        session.principal = Principal("auditor", Role.ADMINISTRATOR)
        whole = service.itemised(session, document, whole=True)
        assert {each.called for each in whole} == {"48601200001"}
        family = parties.party_by_code(session, "family").id
        session.principal = Principal("anna", Role.CUSTOMER_USER, party_id=family)
        with pytest.raises(NumbersHidden):
            service.itemised(session, document, whole=True, party_id=family)
        session.principal = Principal("clerk", Role.READ_ONLY)
        with pytest.raises(NumbersHidden):
            service.itemised(session, document, whole=True)
