"""Interconnect goes through the same steps: drafted, reviewed, approved, amended, ended."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from settlement.agreements import service as agreements
from settlement.agreements.policies import AmendedOnly
from settlement.amendments import service
from settlement.amendments.amendment import (
    Amendment,
    AmendmentFaulty,
    Drafted,
    Kind,
    NoticeTooShort,
    Standing,
)
from settlement.amendments.interconnect_linting import Network, faults_of_interconnect
from settlement.amendments.touching import service as touching
from tenants.four_eyes import ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.agreements.builders import a_carrier, interconnect_terms
from tests.settlement.billing.builders import policies
from tests.settlement.interconnect.exchange import an_exchange

MAKER = Principal("maker", Role.OPERATOR, UUID(int=1))
APPROVER = Principal("approver", Role.FINANCE_APPROVER, UUID(int=2))
CODE = "IC-atlantic"
JANUARY, MARCH, JUNE = (date(2027, month, 1) for month in (1, 3, 6))


@pytest.fixture
def carrier(session: TenantSession) -> UUID:
    found = a_carrier(session)
    session.principal = MAKER
    return found.id


def drafted(session: TenantSession, carrier: UUID, **changes: Any) -> Amendment:
    facts: dict[str, Any] = {
        "kind": Kind.TERMS, "code": CODE, "party_id": carrier, "currency": "XDR",
        "valid_from": JANUARY, "terms": interconnect_terms(), "agreement_kind": "interconnect",
        "trunks": ("T1",),
    }  # fmt: skip
    return service.draft(session, Drafted(**(facts | changes)))


def approved(session: TenantSession, amendment: Amendment) -> Amendment:
    service.review(session, amendment.id)
    session.principal = APPROVER
    done = service.approve(session, amendment.id)
    session.principal = MAKER
    return done


def trunks_on(session: TenantSession, day: date) -> list[str]:
    keys = agreements.trunk_keys(session, day, day.replace(day=2))
    return sorted(set(keys["trunk"].to_list()))


def test_nothing_is_carried_before_a_second_person_approved(
    session: TenantSession, carrier: UUID
) -> None:
    amendment = drafted(session, carrier)
    service.review(session, amendment.id)
    with pytest.raises(ProposerMayNotApprove):
        service.approve(session, amendment.id)
    assert trunks_on(session, MARCH) == []
    session.principal = APPROVER

    done = service.approve(session, amendment.id)

    assert done.standing is Standing.WAITING
    assert trunks_on(session, MARCH) == ["T1"]


def test_a_next_version_holds_after_the_notice_of_the_one_before(
    session: TenantSession, carrier: UUID
) -> None:
    # Approved on 2 November 2026; 90 days later is 31 January 2027.
    terms = interconnect_terms(notice_days=90)
    approved(session, drafted(session, carrier, valid_from=date(2026, 11, 2), terms=terms))
    sooner = drafted(session, carrier, valid_from=date(2027, 1, 30), trunks=("T2",))
    service.review(session, sooner.id)
    session.principal = APPROVER
    with pytest.raises(NoticeTooShort, match="2027-01-31"):
        service.approve(session, sooner.id)
    session.principal = MAKER

    approved(session, drafted(session, carrier, valid_from=date(2027, 1, 31), trunks=("T2",)))

    assert trunks_on(session, MARCH) == ["T1", "T2"]
    versions = agreements.agreement_terms(session, CODE)
    assert [(each.version, each.valid_from) for each in versions] == [
        (1, date(2026, 11, 2)), (2, date(2027, 1, 31)),
    ]  # fmt: skip


def test_an_end_frees_its_trunks_for_another_carrier(session: TenantSession, carrier: UUID) -> None:
    approved(session, drafted(session, carrier))
    other = a_carrier(session, "baltic")
    terms = interconnect_terms(incoming="baltic-in", outgoing="baltic-out")
    taken = drafted(
        session, other.id, code="IC-baltic", terms=terms, valid_from=JUNE, trunks=("T1",)
    )
    with pytest.raises(AmendmentFaulty, match="T1 is of agreement IC-atlantic"):
        service.review(session, taken.id)

    ended = approved(session, service.draft_end(session, CODE, MARCH))
    approved(session, taken)

    assert ended.drafted.agreement_kind == "interconnect"
    assert trunks_on(session, MARCH) == []
    [after] = agreements.interconnects(session, JUNE, date(2027, 7, 1))
    assert (after.code, after.trunks) == ("IC-baltic", ("T1",))


def test_a_tenant_may_have_interconnect_change_by_amendment_only(
    session: TenantSession, carrier: UUID
) -> None:
    session.execute(
        sa.text("""UPDATE tenants SET policies = '{"agreements_change": "by_amendment"}'""")
    )
    session.expire_all()
    wanted = (session, CODE, carrier, "XDR", interconnect_terms(), ["T1"], JANUARY)
    with pytest.raises(AmendedOnly):
        agreements.agree_interconnect_at_once(*wanted)

    assert approved(session, drafted(session, carrier)).terms_id is not None


def test_a_change_names_the_calls_and_declarations_that_it_touches(session: TenantSession) -> None:
    exchange = an_exchange(session)
    changed = Drafted(
        Kind.TERMS, CODE, exchange.carrier_id, "XDR", date(2026, 10, 16),
        terms=interconnect_terms(), agreement_kind="interconnect",
    )  # fmt: skip

    [october] = touching.touched(session, changed)

    assert (october.period, october.is_closed) == ("2026-10", True)
    assert [each.number for each in october.statements.first] == ["D/2026/11/0001"]
    assert (october.invoices.count, october.payouts.count) == (0, 0)


def deal(term_from: str, term_until: str) -> dict[str, Any]:
    """A promise of 1,000 minutes that the carrier brings."""
    return {
        "code": "year", "kind": "commitment", "term_from": term_from, "term_until": term_until,
        "incoming": {"minutes": 1000, "price": "0.01"},
    }  # fmt: skip


NETWORK = Network("atlantic", "carrier", {"atlantic-in": "XDR", "atlantic-out": "XDR"}, {})
CALL = {"day": "2027-01-01", "seconds": "60"}


@pytest.mark.parametrize(
    ("terms", "trunks", "about", "code", "level", "event"),
    [
        ({"outgoing": "lost"}, ("T1",), {}, "TARIFF_UNKNOWN", "error", {"direction": "outgoing"}),
        ({}, ("T1",), {"tariffs": {"atlantic-in": "EUR", "atlantic-out": "XDR"}},
         "TARIFF_CURRENCY", "error", {"direction": "incoming"}),
        ({}, ("T1",), {"tax_inside": {"atlantic-out"}}, "TARIFF_TAX_INSIDE", "error",
         {"direction": "outgoing"}),
        ({}, ("T1", "T2"), {"held": {"T2": "IC-o"}}, "TRUNK_HELD", "error", {"trunk": "T2"}),
        ({}, ("T1",), {"kind": "partner"}, "NOT_A_CARRIER", "error", {}),
        ({}, (), {}, "NO_TRUNK", "warning", {}),
        ({}, ("T1",), {"beside": [(date(2026, 1, 1), date(2026, 12, 1))]}, "DAYS_WITHOUT_TERMS",
         "warning", {"day": "2026-12-01"}),
        ({}, ("T1",), {"holds": {"atlantic-in": [(JANUARY, MARCH), (MARCH, JUNE)]}},
         "TARIFF_NOT_HELD", "warning", {"day": "2027-06-01", "direction": "incoming"}),
        ({}, ("T1",), {"holds": {"atlantic-out": [(date(2026, 1, 1), MARCH), (JUNE, None)]}},
         "TARIFF_NOT_HELD", "warning", {"day": "2027-03-01", "direction": "outgoing"}),
        ({}, ("T1",), {"prefixes": {"atlantic-out": {"1", "27", "353", "48"}}},
         "NO_DEFAULT_PRICE", "warning", {"direction": "outgoing", "destination": "5"}),
        # Each first digit has a price, Polish numbers beside those of Warsaw have none.
        ({}, ("T1",), {"prefixes": {"atlantic-out": set("12356789") | {
            f"4{n}" for n in range(10) if n != 8} | {"4822"}}},
         "NO_DEFAULT_PRICE", "warning", {"direction": "outgoing", "destination": "480"}),
        ({}, ("T1",), {"unvalued": {"source": "NBP-A", "settled": "PLN"}}, "NO_RATE", "warning",
         {}),
        ({"deals": [deal("2026-12-01", "2027-03-01")]}, ("T1",), {}, "DEAL_OUTSIDE", "warning",
         {"day": "2026-12-01"}),
        ({"deals": [deal("2027-01-01", "2027-03-01")], "incoming": None}, ("T1",), {},
         "DEAL_UNREACHABLE", "warning", {"direction": "incoming"}),
    ],
)  # fmt: skip
def test_a_fault_is_shown_by_a_call(
    terms: dict[str, Any], trunks: tuple[str, ...], about: dict[str, Any], code: str, level: str,
    event: dict[str, str],
) -> None:  # fmt: skip
    facts: dict[str, Any] = {"party": "atlantic", "kind": "carrier", "held": {}}
    facts["tariffs"] = NETWORK.tariffs
    draft = Drafted(
        Kind.TERMS, CODE, UUID(int=0), "XDR", JANUARY, terms=interconnect_terms(**terms),
        agreement_kind="interconnect", trunks=trunks,
    )  # fmt: skip

    [found] = faults_of_interconnect(draft, Network(**(facts | about)))

    assert (found.code, found.level, found.example.event) == (code, level, CALL | event)


@pytest.mark.parametrize(
    "about",
    [
        {"beside": [(date(2026, 1, 1), JANUARY)]},
        {"beside": [(date(2026, 1, 1), None)]},
        {"holds": {"atlantic-in": [(date(2026, 1, 1), MARCH), (MARCH, None)]}},
        {"prefixes": {"atlantic-in": {"48"}, "atlantic-out": set("123456789")}},
        {"prefixes": {"atlantic-out": {"", "48"}}},
        # No country has 210: Egypt is 20, Morocco 212.
        {"prefixes": {"atlantic-out": (set("13456789") | {f"2{n}" for n in range(10)}) - {"21"}
                      | {f"21{n}" for n in range(1, 10)}}},
        # The deal began under the version before.
        {"beside": [(date(2026, 1, 1), JANUARY)], "terms": {
            "deals": [deal("2026-12-01", "2027-03-01")]}},
    ],
)  # fmt: skip
def test_what_covers_all_calls_is_no_fault(about: dict[str, Any]) -> None:
    terms = about.pop("terms", {})
    draft = Drafted(
        Kind.TERMS, CODE, UUID(int=0), "XDR", JANUARY, terms=interconnect_terms(**terms),
        agreement_kind="interconnect", trunks=("T1",),
    )  # fmt: skip

    assert faults_of_interconnect(draft, replace(NETWORK, **about)) == []


def test_what_the_network_knows_is_looked_at(session: TenantSession) -> None:
    """Atlantic's terms and tariffs of 2026 hold on, and nobody but NBP-A quotes XDR."""
    exchange = an_exchange(session)
    policies(session, '{"fx_tax_point": "ECB on_date ECB EUR"}')
    found = Drafted(
        Kind.TERMS, CODE, exchange.carrier_id, "XDR", JANUARY, terms=interconnect_terms(),
        agreement_kind="interconnect", trunks=("T9",),
    )  # fmt: skip

    codes = {each.code: each for each in service.faults_of_draft(session, found)}

    assert codes["NO_RATE"].fields == {"currency": "XDR", "source": "ECB", "settled": "PLN"}
    assert "DAYS_WITHOUT_TERMS" not in codes and "TARIFF_NOT_HELD" not in codes


def test_what_is_sound_or_ends_has_no_fault_and_what_cannot_be_read_has() -> None:
    sound = Drafted(
        Kind.TERMS, CODE, UUID(int=0), "XDR", JANUARY, terms=interconnect_terms(),
        agreement_kind="interconnect", trunks=("T1",),
    )  # fmt: skip
    end = Drafted(Kind.END, CODE, UUID(int=0), "XDR", JANUARY, agreement_kind="interconnect")
    faulty = Drafted(
        Kind.TERMS, CODE, UUID(int=0), "XDR", JANUARY, terms={"time_zone": "Mars"},
        agreement_kind="interconnect",
    )  # fmt: skip

    found = [faults_of_interconnect(each, NETWORK) for each in (sound, end, faulty)]

    assert [[each.code for each in one] for one in found] == [[], [], ["TERMS_UNREADABLE"]]
