"""Debts that are given up: refused where there is no debt, and asked for no longer."""

from uuid import UUID

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.billing import service as billing
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.writing_off import service
from settlement.receipts.writing_off.write_off import (
    NothingOpenToWriteOff,
    NotToWriteOff,
    WriteOffWithoutReason,
    WrittenOffBeyondOpen,
)
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october


@pytest.fixture
def invoice(session: TenantSession) -> UUID:
    """An invoice of C-1 over 123.00, 100.00 and 23.00 of tax."""
    where = october(session)
    charged(session, where, a_customer(session), "100.00")
    periods.close(session, "2026-10")
    [issued] = billing.bill_period(session, "2026-10").issued
    return issued.id


def open_amounts(session: TenantSession) -> list[str]:
    return [shown(each.open) for each in receipts.open_invoices(session, "C-1", "PLN")]


def test_what_is_given_up_is_a_loss_and_asked_for_no_longer(
    session: TenantSession, invoice: UUID
) -> None:
    receipts.receive(session, "C-1", "W/1", money("100.00 PLN"), periods.today(session))

    service.write_off(session, invoice, money("20.00 PLN"), " gone ")

    assert open_amounts(session) == ["3.00 PLN"]
    [loss] = ledger.balances(session, Account.BAD_DEBT)
    [owed] = ledger.balances(session, Account.RECEIVABLE)
    assert (shown(loss.amount), shown(owed.amount)) == ("20.00 PLN", "3.00 PLN")
    assert [each.reason for each in service.write_offs(session)] == ["gone"]
    assert verify(session) == []


@pytest.mark.parametrize(
    ("amount", "reason", "refusal"),
    [
        ("0.00 PLN", "gone", NotToWriteOff),
        ("1.005 PLN", "gone", NotToWriteOff),
        ("1.00 PLN", " ", WriteOffWithoutReason),
        ("123.01 PLN", "gone", WrittenOffBeyondOpen),
        ("1.00 EUR", "gone", NothingOpenToWriteOff),
    ],
)
def test_a_write_off_that_is_none_is_refused(
    session: TenantSession, invoice: UUID, amount: str, reason: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        service.write_off(session, invoice, money(amount), reason)

    assert open_amounts(session) == ["123.00 PLN"]
