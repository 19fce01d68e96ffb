"""A large run has its bills drafted in a process beside, and issues what it would have drafted."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from currencies.money import money
from settlement.billing import service as billing
from settlement.billing import store
from settlement.billing.drafting_ahead import Drafted, draft_each
from settlement.billing.drafting_beside import gateway
from settlement.billing.drafting_beside.charge_text import charges_in
from settlement.billing.drafting_beside.parcels import Question, packed
from settlement.billing.drafting_beside.service import Beside
from settlement.billing.service import Frame
from settlement.periods import service as periods
from statements.cii import cross_industry_invoice
from statements.content import AsWritten
from statements.detail import detail_csv, detail_parquet
from statements.document import Document
from statements.document_json import document_json
from statements.ubl import invoice_xml
from tenants.children import Children
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october
from tests.world import a_tenant

NOVEMBER = date(2026, 11, 1)
FORMS = (invoice_xml, cross_industry_invoice, detail_csv, detail_parquet, document_json)
MODULE = "settlement.billing.drafting_beside.gateway"


@pytest.fixture
def frame(session: TenantSession) -> Frame:
    """A run over the month of four customers."""
    return of_four(session)


def of_four(session: TenantSession) -> Frame:
    """Four customers with two charges each; the third has no number to be charged abroad."""
    where = october(session)
    for place, code in enumerate(("C-1", "C-2", "C-3", "C-4")):
        abroad = {"country": "DE", "tax_id": ""} if code == "C-3" else {}
        customer = a_customer(session, code, **abroad)
        charged(session, where, customer, f"{10 + place}.00")
        charged(session, where, customer, "0.01", service="recurring", product="PLAN")
    periods.close(session, "2026-10")
    return billing.frame_of(session, periods.closed_period(session, "2026-10"))


@pytest.fixture
def children() -> Iterator[Children]:
    kept = Children(MODULE)
    yield kept
    kept.close()


def waiting(session: TenantSession, frame: Frame) -> bytes:
    who = {each.party_id for each in frame.due}
    return store.unbilled_text(session, frame.cycle.month.ends_on, who)


def test_what_is_drafted_beside_is_what_is_drafted_here(
    session: TenantSession, frame: Frame, children: Children
) -> None:
    text = waiting(session, frame)
    here = draft_each(frame.cycle, frame.customers, frame.due, charges_in(text))

    beside = Beside(frame.cycle, frame.customers, children).draft(frame.due, text)

    assert beside == here
    assert [each.party.code for each in beside if each.refusal] == ["C-3"]
    bill = next(bill for each in beside for bill in each.bills)
    assert bill.composed is not None
    # Only what changes with the number is written again.
    assert bill.composed.draft is bill.composed.fields.value
    assert bill.composed.text_of(bill.draft.numbered("FV/1", frame.cycle.issued_on)).count("FV/1")


def test_lines_drafted_beside_are_read_for_their_files_alone(
    session: TenantSession, frame: Frame, children: Children
) -> None:
    text = waiting(session, frame)
    here = draft_each(frame.cycle, frame.customers, frame.due, charges_in(text))

    beside = Beside(frame.cycle, frame.customers, children).draft(frame.due, text)

    for one, other in zip(drafts_of(here), drafts_of(beside), strict=True):
        assert isinstance(other.lines, AsWritten)
        assert [form(other) for form in FORMS] == [form(one) for form in FORMS]


def drafts_of(drafted: list[Drafted]) -> list[Document]:
    return [bill.draft.numbered("FV/1", NOVEMBER) for each in drafted for bill in each.bills]


def test_another_process_is_told_what_the_run_works_with(
    session: TenantSession, frame: Frame, children: Children
) -> None:
    text = waiting(session, frame)
    beside = Beside(frame.cycle, frame.customers, children)
    first = beside.draft(frame.due, text, is_last=True)

    assert beside.draft(frame.due, text) == first


def test_a_process_that_does_not_know_the_run_says_nothing(frame: Frame) -> None:
    assert gateway.answer(packed(Question("of another run", None, frame.due, b""))) == b""


def test_where_the_process_dies_the_part_is_drafted_here(
    session: TenantSession, frame: Frame
) -> None:
    text = waiting(session, frame)
    dying = Beside(frame.cycle, frame.customers, Children("tests.no_such_module"))

    drafted = dying.draft(frame.due, text)

    assert drafted == draft_each(frame.cycle, frame.customers, frame.due, charges_in(text))


def test_the_process_of_a_large_run_begins_while_the_run_gets_ready(
    session: TenantSession, frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(billing, "make_ready", lambda: begun.append("process"))
    october = periods.closed_period(session, "2026-10")

    monkeypatch.setattr(billing, "WORTH_A_PROCESS", len(frame.due) + 1)
    billing.frame_of(session, october)
    assert begun == []

    monkeypatch.setattr(billing, "WORTH_A_PROCESS", len(frame.due))
    billing.frame_of(session, october)
    assert begun == ["process"]


def test_a_large_run_issues_what_was_drafted_beside(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[UUID] = []
    honest = Beside.draft

    def noted(beside: Beside, due, charges, is_last=False):
        asked.extend(each.party_id for each in due)
        return honest(beside, due, charges, is_last)

    monkeypatch.setattr(billing, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(Beside, "draft", noted)
    with TenantSession(database, a_tenant("alpha").id, SYSTEM) as session:
        directory.create_tenant(session, a_tenant("alpha"))
        frame = of_four(session)
        session.commit()
        first, rest = frame.due[:1], frame.due[1:]

        came_to = billing.bill_some(session, frame, first, following=rest)
        monkeypatch.setattr(billing, "draft_each", None)
        then = billing.bill_some(session, frame, rest)

    assert asked == [each.party_id for each in rest]
    gross = [each.gross for each in (*came_to.issued, *then.issued)]
    # 10.01, 11.01 and 13.01 with 23 % tax.
    assert gross == [money("12.31 PLN"), money("13.54 PLN"), money("16.00 PLN")]
    assert [each.party for each in then.parked] == ["C-3"]


def test_charges_that_are_not_committed_yet_are_drafted_when_their_turn_comes(
    session: TenantSession, frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(billing, "WORTH_A_PROCESS", 1)
    first, rest = frame.due[:1], frame.due[1:]

    billing.bill_some(session, frame, first, following=rest)
    then = billing.bill_some(session, frame, rest)

    # 11.01 and 13.01 with 23 % tax.
    assert [each.gross for each in then.issued] == [money("13.54 PLN"), money("16.00 PLN")]
