"""What agents are due for what they sold, by hand."""

import datetime as dt
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from currencies.money import money
from settlement.agreements.agent import AgentChange, Network, SuperiorChange
from settlement.agreements.commission_terms import commission_terms_from_plain
from settlement.sharing.commissions import (
    AgreedCommission,
    Charged,
    Commission,
    Due,
    Signed,
    commissions,
    whole_months_after,
)

OCTOBER = dt.date(2026, 10, 1)
LAST_DAY = dt.date(2026, 10, 31)
NORTH, REGIO, ANNA, BEN = (UUID(int=number) for number in range(1, 5))
TERMS = UUID(int=9)
WHEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ALWAYS = dt.date(2026, 1, 1)


def a_network(anna_changes_on: dt.date | None = None) -> Network:
    """North sells to both and stands below Regio; Anna may go over to Regio."""
    agents = {each: [AgentChange(each, NORTH, ALWAYS, WHEN, "test")] for each in (ANNA, BEN)}
    if anna_changes_on is not None:
        agents[ANNA].append(AgentChange(ANNA, REGIO, anna_changes_on, WHEN, "test"))
    return Network(agents, {NORTH: [SuperiorChange(NORTH, REGIO, ALWAYS, WHEN, "test")]})


def agreed(agent: UUID = REGIO, **terms: Any) -> AgreedCommission:
    read = commission_terms_from_plain(terms or {"rates": [{"levels": ["0.10", "0.05"]}]}, "c")
    return AgreedCommission(agent, TERMS, agent, "EUR", read, ALWAYS, None)


def charged(contract: UUID, amount: str, product: str = "song") -> Charged:
    return Charged(OCTOBER, LAST_DAY, contract, contract, product, money(f"{amount} EUR"))


def paid(found: list[Commission]) -> list[tuple[UUID, int, str]]:
    return [(each.due.agent_id, each.due.level, str(each.amount.amount)) for each in found]


def test_the_agent_and_the_one_above_get_their_part_of_all_customers_together() -> None:
    sales = [charged(ANNA, "0.05"), charged(BEN, "0.05")]

    # 0.10 at 10 % is 0.01; two times 0.05 alone would round to 0.01 each. 0.005 is rounded up.
    found = commissions([agreed()], a_network(), sales, [], {})

    assert paid(found) == [(NORTH, 1, "0.01"), (REGIO, 2, "0.01")]
    assert found[0].facts[0] == {
        "fact": "commission_base", "money": "0.1", "level": "1", "count": "2"
    }  # fmt: skip


def test_charges_go_by_whoever_is_the_agent_on_the_last_day() -> None:
    sales = [charged(ANNA, "10.00")]

    in_time = commissions([agreed()], a_network(LAST_DAY), sales, [], {})
    too_late = commissions([agreed()], a_network(dt.date(2026, 11, 1)), sales, [], {})

    assert paid(in_time) == [(REGIO, 1, "1.00")]
    assert paid(too_late) == [(NORTH, 1, "1.00"), (REGIO, 2, "0.50")]


def test_the_commission_of_the_agent_goes_before_that_of_the_one_above() -> None:
    own = agreed(NORTH, rates=[{"levels": ["0.20"]}])

    found = commissions([agreed(), own], a_network(), [charged(ANNA, "10.00")], [], {})

    assert paid(found) == [(NORTH, 1, "2.00")]


def test_who_sold_under_no_commission_gets_nothing() -> None:
    stranger = UUID(int=77)

    assert commissions([agreed(stranger)], a_network(), [charged(ANNA, "10.00")], [], {}) == []
    assert commissions([agreed()], a_network(), [charged(stranger, "10.00")], [], {}) == []


def test_a_refund_takes_the_commission_back_to_the_minor_unit() -> None:
    before = commissions([agreed()], a_network(), [charged(ANNA, "10.05")], [], {})
    credited = {each.due: each.amount for each in before}

    # 10.05 gave 1.01 (1.005) and 0.50 (0.5025); with 10.00 given back, 0.05 gives 0.01 and 0.00.
    part = commissions([agreed()], a_network(), [charged(ANNA, "0.05")], [], credited)
    all_of_it = commissions([agreed()], a_network(), [charged(ANNA, "0.00")], [], credited)
    gone = commissions([agreed()], a_network(), [], [], credited)

    assert paid(before) == [(NORTH, 1, "1.01"), (REGIO, 2, "0.50")]
    assert before[0].facts[-1]["fact"] == "commission"
    assert part[0].facts[-1] == {"fact": "credited", "money": "-1.01"}
    assert paid(part) == [(NORTH, 1, "-1.00"), (REGIO, 2, "-0.50")]
    assert paid(all_of_it) == paid(gone) == [(NORTH, 1, "-1.01"), (REGIO, 2, "-0.50")]
    assert commissions([agreed()], a_network(), [charged(ANNA, "10.05")], [], credited) == []


@pytest.mark.parametrize(
    ("ended_on", "kept"),
    [
        (None, True),
        (dt.date(2027, 1, 15), True),
        (dt.date(2027, 1, 14), False),
        (dt.date(2026, 11, 1), False),
    ],
)
def test_a_contract_that_ends_too_early_pays_nothing(ended_on: dt.date | None, kept: bool) -> None:
    by = agreed(per_contract=["20.00", "5.00"], clawback_months=3)
    signed = [Signed(OCTOBER, ANNA, "K-anna", dt.date(2026, 10, 15), ended_on)]

    found = commissions([by], a_network(), [], signed, {})

    assert paid(found) == ([(NORTH, 1, "20.00"), (REGIO, 2, "5.00")] if kept else [])


def test_what_ended_is_named_to_the_agent_who_sold_it_alone() -> None:
    by = agreed(per_contract=["20.00", "5.00"], clawback_months=3)
    signed = [Signed(OCTOBER, ANNA, "K-anna", OCTOBER, dt.date(2026, 11, 1))]
    credited = {
        Due("new_contract", REGIO, TERMS, agent, level, "", "EUR", OCTOBER): money(amount)
        for level, (agent, amount) in enumerate([(NORTH, "20.00 EUR"), (REGIO, "5.00 EUR")], 1)
    }

    own, above = commissions([by], a_network(), [], signed, credited)

    assert [fact.get("contract") for fact in own.facts] == ["K-anna", None]
    assert own.facts[0]["day"] == "2026-11-01"
    assert "K-anna" not in str(above.facts)
    assert paid([own, above]) == [(NORTH, 1, "-20.00"), (REGIO, 2, "-5.00")]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-10-15", 3, "2027-01-15"),
        ("2026-08-31", 6, "2027-03-01"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-10-31", 1, "2026-12-01"),
        ("2026-10-31", 0, "2026-10-31"),
    ],
)
def test_a_month_that_is_too_short_ends_with_its_last_day(
    day: str, months: int, later: str
) -> None:
    assert whole_months_after(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(later)


def test_a_commission_tells_what_rounding_made_of_it_once() -> None:
    # 10 % of 0.13 are 0.013, 5 % 0.0065.
    sales = [charged(ANNA, "0.13")]

    first = commissions([agreed()], a_network(), sales, [], {})

    assert [(str(each.amount.amount), each.fraction) for each in first] == [
        ("0.01", Fraction("0.003")), ("0.01", Fraction("-0.0035")),
    ]  # fmt: skip
    credited = {each.due: each.amount for each in first}
    known = {each.due: each.fraction for each in first}
    assert commissions([agreed()], a_network(), sales, [], credited, known) == []
    # 0.14 pay no cent more and no cent less: what the fraction grew by is all there is to tell.
    more = commissions([agreed()], a_network(), [charged(ANNA, "0.14")], [], credited, known)
    assert [(str(each.amount.amount), each.fraction) for each in more] == [
        ("0.00", Fraction("0.001")), ("0.00", Fraction("0.0005")),
    ]  # fmt: skip
