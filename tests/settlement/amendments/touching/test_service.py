"""A change says which events, invoices, statements and payouts of which periods it touches."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

import pytest

from settlement.amendments.amendment import Drafted, Kind
from settlement.amendments.touched import NAMED, Named, papers
from settlement.amendments.touching import service
from statements import service as statements
from statements.document import Kind as DocumentKind
from statements.filing import Filing
from tenants.session import TenantSession
from tests.settlement.books import (
    a_charge_line,
    a_party,
    a_period,
    a_rating_run,
    a_share,
    an_agreement,
    insert,
)
from tests.statements.builders import an_invoice

OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))
TERMS = {"products": ["QUIZ"], "owner": "operator", "shares": [{"payee": "P-1", "rate": "0.5"}]}


class Sold(NamedTuple):
    """Whose agreement it is, and who bought."""

    partner: UUID
    customer: UUID
    agreement: UUID
    terms: UUID


@pytest.fixture
def sold(session: TenantSession) -> Sold:
    partner, customer = a_party(session, "P-1", "partner"), a_party(session, "C-1")
    agreement, terms = an_agreement(session, partner, "RS-1", TERMS)
    for kind in (DocumentKind.INVOICE, DocumentKind.SELF_BILLED_INVOICE):
        statements.open_series(session, kind, f"{kind.name}/{{number:04}}")
    return Sold(partner, customer, agreement, terms)


def a_month(session: TenantSession, sold: Sold, code: str, **line: object) -> tuple[UUID, UUID]:
    """A month in which QUIZ was sold: its run and its id."""
    period = a_period(session, code)
    run = a_rating_run(session, period)
    facts = {"product": "QUIZ", "service": "content", "events": 7} | line
    a_charge_line(session, run, period, sold.customer, "10.00", **facts)
    return run, period


def issued(session: TenantSession, party: UUID, kind: DocumentKind, purpose: str) -> Named:
    payable = kind is DocumentKind.SELF_BILLED_INVOICE
    filing = Filing(party, purpose, direction="payable" if payable else "receivable")
    draft = an_invoice(number="", issued_on=None, kind=kind)
    filed = statements.issue(session, draft, filing, date(2026, 11, 10))
    assert filed.is_issued and filed.number, filed.verdict
    return Named(filed.id, filed.number)


def drafted(sold: Sold, valid_from: date = OCTOBER, **changes: object) -> Drafted:
    facts = {"kind": Kind.TERMS, "terms": TERMS, "code": "RS-1", "currency": "PLN"}
    facts |= {"party_id": sold.partner, "valid_from": valid_from} | changes
    return Drafted(**facts)  # type: ignore[arg-type]


def test_a_change_backwards_touches_what_was_billed_stated_and_paid(
    session: TenantSession, sold: Sold
) -> None:
    invoice = issued(session, sold.customer, DocumentKind.INVOICE, "invoice")
    statement = issued(session, sold.partner, DocumentKind.SELF_BILLED_INVOICE, "statement")
    month = a_month(session, sold, "2026-10", document_id=invoice.id)
    shared = (sold.terms, sold.agreement, sold.partner)
    a_share(session, *month, *shared, "5.00", document_id=statement.id)
    account = insert(
        session, "bank_accounts", holder="us", iban="PL61109010140000071219812874", bic="",
        currency="PLN", is_active=True, changed_at=session.now(), changed_by="test",
    )  # fmt: skip
    batch = insert(
        session, "payout_batches", number="P-1", currency="PLN", bank_account_id=account,
        status="proposed", pays_on=date(2026, 11, 18), proposed_by="test",
        proposed_at=session.now(), content_hash="0" * 64,
    )  # fmt: skip
    insert(
        session, "payouts", batch_id=batch, party_id=sold.partner, bank_account_id=account,
        end_to_end_id="P-1-1", currency="PLN", amount=5, outcome="paid", reason="",
        document_ids=f"{{{statement.id}}}",
    )  # fmt: skip

    [found] = service.touched(session, drafted(sold))

    assert (found.period, found.is_closed, found.events) == ("2026-10", False, 7)
    assert found.invoices == papers([invoice])
    assert found.statements == papers([statement])
    assert found.payouts == papers([Named(batch, "P-1")])


def test_only_what_is_sold_while_it_holds_is_touched(session: TenantSession, sold: Sold) -> None:
    a_month(session, sold, "2026-10")
    later = {"starts_on": NOVEMBER, "ends_on": DECEMBER}
    a_month(session, sold, "2026-11", **later)

    def periods(draft: Drafted) -> list[str]:
        return [each.period for each in service.touched(session, draft)]

    assert periods(drafted(sold)) == ["2026-10", "2026-11"]
    assert periods(drafted(sold, date(2026, 10, 31))) == ["2026-10", "2026-11"]
    assert periods(drafted(sold, NOVEMBER)) == ["2026-11"]
    assert periods(drafted(sold, valid_until=NOVEMBER)) == ["2026-10"]
    assert periods(drafted(sold, DECEMBER)) == []


def test_a_product_that_is_left_out_is_touched_too(session: TenantSession, sold: Sold) -> None:
    a_month(session, sold, "2026-10")

    left_out = drafted(sold, terms={"products": ["NEWS"]})
    [found] = service.touched(session, left_out)
    other = drafted(sold, terms={"products": ["NEWS"]}, code="RS-2")

    assert found.events == 7
    assert service.touched(session, other) == []


def test_all_papers_are_counted_and_the_first_are_named() -> None:
    many = [Named(UUID(int=place), str(place)) for place in range(NAMED + 5)]

    found = papers(many)

    assert (found.count, len(found.first)) == (NAMED + 5, NAMED)
