"""A commission goes through the same steps: drafted, reviewed, approved, amended, ended."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.agreements.agreed import NothingToEnd
from settlement.agreements.policies import AmendedOnly
from settlement.amendments import service
from settlement.amendments.amendment import (
    Amendment,
    AmendmentFaulty,
    Drafted,
    Kind,
    NoticeTooShort,
)
from settlement.amendments.commission_linting import Sellers, faults_of_commission
from settlement.amendments.touching import service as touching
from tenants.four_eyes import ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.agreements.builders import a_contract, a_market, a_partner
from tests.settlement.books import a_charge_line, a_period, a_rating_run

MAKER = Principal("maker", Role.OPERATOR, UUID(int=1))
APPROVER = Principal("approver", Role.FINANCE_APPROVER, UUID(int=2))
CODE = "AG-regio"
TERMS: dict[str, Any] = {"rates": [{"levels": ["0.1", "0.05"]}]}
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
JANUARY, MARCH = date(2027, 1, 1), date(2027, 3, 1)


@pytest.fixture
def agent(session: TenantSession) -> UUID:
    a_market(session)
    session.principal = MAKER
    return a_partner(session, "regio").id


def of_commission(agent: UUID, **changes: Any) -> Drafted:
    facts: dict[str, Any] = {
        "kind": Kind.TERMS, "code": CODE, "party_id": agent, "currency": "PLN",
        "valid_from": JANUARY, "terms": TERMS, "agreement_kind": "commission",
    }  # fmt: skip
    return Drafted(**(facts | changes))


def approved(session: TenantSession, amendment: Amendment) -> Amendment:
    service.review(session, amendment.id)
    session.principal = APPROVER
    done = service.approve(session, amendment.id)
    session.principal = MAKER
    return done


def test_no_commission_holds_before_a_second_person_approved(
    session: TenantSession, agent: UUID
) -> None:
    amendment = service.draft(session, of_commission(agent))
    service.review(session, amendment.id)
    with pytest.raises(ProposerMayNotApprove):
        service.approve(session, amendment.id)
    assert agreements.commission_agreements(session) == []
    session.principal = APPROVER

    done = service.approve(session, amendment.id)

    [agreed] = agreements.commission_agreements(session)
    assert (agreed.terms_id, agreed.terms["rates"]) == (done.terms_id, TERMS["rates"])
    assert done.drafted.agreement_kind == "commission"


def test_a_tenant_may_have_commissions_change_by_amendment_only(
    session: TenantSession, agent: UUID
) -> None:
    wanted = (session, CODE, agent, "PLN", TERMS, JANUARY)
    assert agreements.agree_commission_at_once(*wanted).version == 1
    session.execute(
        sa.text("""UPDATE tenants SET policies = '{"agreements_change": "by_amendment"}'""")
    )
    session.expire_all()
    with pytest.raises(AmendedOnly):
        agreements.agree_commission_at_once(session, CODE, agent, "PLN", TERMS, MARCH)

    assert approved(
        session, service.draft(session, of_commission(agent, valid_from=MARCH))
    ).terms_id


def test_a_changed_commission_holds_after_the_notice_of_the_one_before(
    session: TenantSession, agent: UUID
) -> None:
    # Approved on 2 November 2026; 30 days later is 2 December.
    terms = TERMS | {"notice_days": 30}
    begun = of_commission(agent, valid_from=date(2026, 11, 2), terms=terms)
    approved(session, service.draft(session, begun))
    sooner = service.draft(session, of_commission(agent, valid_from=DECEMBER))
    service.review(session, sooner.id)
    session.principal = APPROVER

    with pytest.raises(NoticeTooShort, match="2026-12-02"):
        service.approve(session, sooner.id)


def test_a_commission_ends_and_leaves_room_for_another(session: TenantSession, agent: UUID) -> None:
    approved(session, service.draft(session, of_commission(agent)))
    other = service.draft(session, of_commission(agent, code="AG-new", valid_from=MARCH))
    with pytest.raises(AmendmentFaulty, match="regio has commission AG-regio"):
        service.review(session, other.id)

    ended = approved(session, service.draft_end(session, CODE, MARCH))
    approved(session, other)

    found = agreements.commission_agreements(session)
    assert [(each.code, each.valid_from, each.valid_until) for each in found] == [
        ("AG-new", MARCH, None), (CODE, JANUARY, MARCH),
    ]  # fmt: skip
    assert ended.drafted.agreement_kind == "commission"
    with pytest.raises(NothingToEnd):
        agreements.end_agreement(session, CODE, JANUARY)


def test_a_change_names_what_those_below_the_agent_sold(
    session: TenantSession, agent: UUID
) -> None:
    shop = a_partner(session, "shop").id
    sold, other = a_contract(session, "U/1"), a_contract(session, "U/2")
    agents.set_superior(session, shop, agent, date(2026, 10, 1))
    agents.set_agent(session, sold.id, shop, date(2026, 10, 1))
    period = a_period(session, "2026-10")
    run = a_rating_run(session, period)
    for contract, events in ((sold, 7), (other, 100)):
        a_charge_line(
            session, run, period, contract.customer_id, "10.00", events=events,
            contract_id=contract.id,
        )  # fmt: skip

    [october] = touching.touched(session, of_commission(agent, valid_from=date(2026, 10, 1)))

    assert (october.period, october.events, october.invoices.count) == ("2026-10", 7, 0)
    assert touching.touched(session, of_commission(agent, valid_from=NOVEMBER)) == []


SELLERS: dict[str, Any] = {
    "agent": "regio", "kind": "partner", "accounts": {"PLN"}, "products": {"QUIZ"}, "others": {},
}  # fmt: skip
SALE = {"product": "*", "amount": "100.00 PLN"}
# 23 % of 123 is VAT: of 100 with it 81.30 is left, so 8.13 and 4.07 (81.30 x 0.05 = 4.065, up).
VAT = [{"name": "VAT", "rate": "0.23", "vat": True}]


@pytest.mark.parametrize(
    ("terms", "about", "code", "level", "event"),
    [
        ({}, {"kind": "carrier"}, "PAYEE_UNKNOWN", "error", {}),
        ({}, {"accounts": set()}, "NO_ACCOUNT", "warning", {}),
        ({}, {"others": {"AG-o": "2027-02-01"}}, "COMMISSION_TWICE", "error",
         {"day": "2027-02-01"}),
        ({"rates": [{"products": ["GONE"], "levels": ["0.10", "0.05"]}]}, {}, "PRODUCT_UNKNOWN",
         "error", {"product": "GONE"}),
    ],
)  # fmt: skip
def test_a_fault_is_shown_by_a_sale(
    terms: dict[str, Any], about: dict[str, Any], code: str, level: str, event: dict[str, str]
) -> None:
    draft = of_commission(UUID(int=0), terms=TERMS | {"deductions": VAT} | terms)

    [found] = faults_of_commission(draft, Sellers(**(SELLERS | about)))

    assert (found.code, found.level, found.example.event) == (code, level, SALE | event)
    assert found.example.split == (("regio (1)", "8.13 PLN"), ("regio (2)", "4.07 PLN"))


def test_what_is_sound_or_ends_has_no_fault_and_what_cannot_be_read_has() -> None:
    nobody, about = UUID(int=0), Sellers(**SELLERS)
    ending = of_commission(nobody, kind=Kind.END, terms={})
    too_much = of_commission(nobody, terms={"rates": [{"levels": ["0.60", "0.50"]}]})
    no_day = of_commission(nobody, terms=TERMS | {"fixing": {"whose": "NBP"}})

    found = [
        faults_of_commission(each, about)
        for each in (of_commission(nobody), ending, too_much, no_day)
    ]

    unreadable = ["TERMS_UNREADABLE"]
    assert [[each.code for each in one] for one in found] == [[], [], unreadable, unreadable]
