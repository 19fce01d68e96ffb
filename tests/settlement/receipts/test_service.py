"""Payments of customers: recorded once, put to invoices, booked, taken back where they bounce."""

import datetime as dt
from uuid import UUID

import pytest
import sqlalchemy as sa

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.billing import service as billing
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties.service import NoSuchParty
from settlement.periods import service as periods
from settlement.receipts import service
from settlement.receipts.receipt import (
    BouncedOnAnotherDay,
    BouncedOutsideItsTime,
    NobodyWhoPays,
    NoSuchReceipt,
    NotReceivable,
    Receipt,
    ReceiptReferenceMissing,
    ReceiptToldDifferently,
    ReceivedLater,
)
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october
from tests.settlement.books import a_party, insert


@pytest.fixture
def customer(session: TenantSession) -> UUID:
    """A customer with an invoice over 123.00, 100.00 and 23.00 of tax."""
    where = october(session)
    found = a_customer(session)
    charged(session, where, found, "100.00")
    periods.close(session, "2026-10")
    billing.bill_period(session, "2026-10")
    return found


def today(session: TenantSession) -> dt.date:
    return periods.today(session)


def paid(session: TenantSession, amount: str, reference: str = "W/1") -> Receipt:
    return service.receive(session, "C-1", reference, money(amount), today(session))


def parts(receipt: Receipt) -> list[tuple[str, str]]:
    return [(each.number, shown(each.amount)) for each in receipt.paid]


def open_amounts(session: TenantSession) -> list[str]:
    return [shown(each.open) for each in service.open_invoices(session, "C-1", "PLN")]


def balances(session: TenantSession) -> dict[str, str]:
    found = ledger.balances(session, Account.BANK, Account.RECEIVABLE)
    return {each.account.value: shown(each.amount) for each in found}


@pytest.mark.usefixtures("customer")
def test_money_received_lowers_what_the_customer_owes(session: TenantSession) -> None:
    found = paid(session, "100.00 PLN")

    assert parts(found) == [("FV/2026/11/0001", "100.00 PLN")]
    assert shown(found.unapplied) == "0.00 PLN"
    assert open_amounts(session) == ["23.00 PLN"]
    assert balances(session) == {"bank": "100.00 PLN", "receivable": "23.00 PLN"}
    assert verify(session) == []


@pytest.mark.usefixtures("customer")
def test_the_same_reference_is_the_same_payment(session: TenantSession) -> None:
    first = paid(session, "100.00 PLN")

    assert paid(session, "100.00 PLN", " W/1 ") == first
    with pytest.raises(ReceiptToldDifferently, match=r"W/1 is kept with 100.00 PLN"):
        paid(session, "100.01 PLN")

    assert service.receipts(session) == [first]
    assert balances(session) == {"bank": "100.00 PLN", "receivable": "23.00 PLN"}


@pytest.mark.usefixtures("customer")
def test_what_is_too_much_is_unapplied_and_owed_to_the_customer(session: TenantSession) -> None:
    found = paid(session, "130.00 PLN")

    assert (parts(found), shown(found.unapplied)) == (
        [("FV/2026/11/0001", "123.00 PLN")],
        "7.00 PLN",
    )
    assert balances(session) == {"bank": "130.00 PLN", "receivable": "-7.00 PLN"}


@pytest.mark.usefixtures("customer")
def test_a_bounce_opens_the_invoice_and_unapplied_money_pays_it(session: TenantSession) -> None:
    first = paid(session, "123.00 PLN")
    second = paid(session, "50.00 PLN", "W/2")
    assert shown(second.unapplied) == "50.00 PLN"

    bounced = service.bounce(session, first.id, today(session))

    assert (bounced.bounced_on, bounced.paid) == (today(session), ())
    assert shown(bounced.unapplied) == "0.00 PLN"
    assert parts(service.receipt(session, second.id)) == [("FV/2026/11/0001", "50.00 PLN")]
    assert open_amounts(session) == ["73.00 PLN"]
    assert balances(session) == {"bank": "50.00 PLN", "receivable": "73.00 PLN"}
    assert service.bounce(session, first.id, today(session)) == bounced
    assert verify(session) == []


def test_money_in_advance_pays_a_later_invoice(session: TenantSession) -> None:
    where = october(session)
    found = a_customer(session)
    periods.open_period(session, "2026-11")
    early = dt.date(2026, 10, 5)
    first = service.receive(session, "C-1", "W/1", money("20.00 PLN"), early)
    charged(session, where, found, "100.00")
    periods.close(session, "2026-10")
    billing.bill_period(session, "2026-10")

    paid(session, "3.00 PLN", "W/2")

    assert parts(service.receipt(session, first.id)) == [("FV/2026/11/0001", "20.00 PLN")]
    # 123.00 less 20.00 in advance and 3.00; no part pays an invoice before its day of issue.
    assert open_amounts(session) == ["100.00 PLN"]
    days = session.scalars(sa.text("SELECT DISTINCT applied_on FROM receipt_parts")).all()
    assert days == [today(session)]


def test_a_credit_note_lowers_what_is_open(session: TenantSession, customer: UUID) -> None:
    [invoice] = service.open_invoices(session, "C-1", "PLN")
    billing.credit_invoice(session, invoice.document_id, {"1": money("10.00 PLN")}, "goodwill")

    # 10.00 and 2.30 of tax.
    assert open_amounts(session) == ["110.70 PLN"]
    assert shown(paid(session, "123.00 PLN").unapplied) == "12.30 PLN"


def test_a_disputed_part_is_said_while_it_is_held(session: TenantSession, customer: UUID) -> None:
    [invoice] = service.open_invoices(session, "C-1", "PLN")
    for amount, status in (("30.00", "open"), ("5.00", "accepted"), ("7.00", "rejected")):
        insert(
            session,
            "disputes",
            party_id=customer,
            document_id=invoice.document_id,
            document_line="",
            raised_by="them",
            reason="other",
            narrative="",
            currency="PLN",
            amount=amount,
            status=status,
            opened_at=session.now(),
            settled_at=None if status == "open" else session.now(),
        )

    [found] = service.open_invoices(session, "C-1", "PLN")

    assert (shown(found.disputed), shown(found.undisputed)) == ("35.00 PLN", "88.00 PLN")


@pytest.mark.usefixtures("customer")
def test_other_money_pays_other_invoices(session: TenantSession) -> None:
    found = paid(session, "10.00 EUR")

    assert (found.paid, shown(found.unapplied)) == ((), "10.00 EUR")
    assert open_amounts(session) == ["123.00 PLN"]


@pytest.mark.parametrize(
    ("payer", "reference", "amount", "days", "error"),
    [
        ("NOBODY", "W/1", "1.00 PLN", 0, NoSuchParty),
        ("P-1", "W/1", "1.00 PLN", 0, NobodyWhoPays),
        ("C-1", "W/1", "0.00 PLN", 0, NotReceivable),
        ("C-1", "W/1", "-1.00 PLN", 0, NotReceivable),
        ("C-1", "W/1", "1.001 PLN", 0, NotReceivable),
        ("C-1", "  ", "1.00 PLN", 0, ReceiptReferenceMissing),
        ("C-1", "W/1", "1.00 PLN", 1, ReceivedLater),
    ],
)
@pytest.mark.usefixtures("customer")
def test_what_cannot_be_money_received_is_refused(
    session: TenantSession,
    payer: str,
    reference: str,
    amount: str,
    days: int,
    error: type[DomainError],
) -> None:
    a_party(session, "P-1", "partner")
    with pytest.raises(error):
        service.receive(
            session, payer, reference, money(amount), today(session) + dt.timedelta(days)
        )
    assert service.receipts(session) == []


@pytest.mark.usefixtures("customer")
def test_a_payment_bounces_once_and_in_its_time(session: TenantSession) -> None:
    found, day = paid(session, "1.00 PLN"), dt.timedelta(1)

    with pytest.raises(NoSuchReceipt):
        service.bounce(session, UUID(int=0), today(session))
    for wrong in (today(session) - day, today(session) + day):
        with pytest.raises(BouncedOutsideItsTime):
            service.bounce(session, found.id, wrong)
    service.bounce(session, found.id, today(session))
    with pytest.raises(BouncedOnAnotherDay):
        service.bounce(session, found.id, today(session) + day)
