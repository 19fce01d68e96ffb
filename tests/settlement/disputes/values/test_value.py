"""What an agreed value moves, and who may accept it."""

import datetime as dt
from uuid import UUID

import pytest

from currencies.money import money, shown
from i18n.errors import DomainError
from settlement.disputes.dispute import Dispute, Reason, Side, Status, adjusting
from settlement.disputes.values.value import ProposedValue, accepted, check_proposal, contained

NOW = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)


def a_dispute(by: Side, variance: str, settled: str | None = None) -> Dispute:
    """Of 20.00 XDR, all of it held."""
    return Dispute(
        id=UUID(int=1),
        party_id=UUID(int=2),
        document_id=UUID(int=3),
        document_line="incoming",
        raised_by=by,
        reason=Reason.RATE,
        narrative="",
        disputed=money("20.00 XDR"),
        held=money("20.00 XDR"),
        status=Status.OPEN,
        opened_at=NOW,
        variance=money(variance),
        settled=None if settled is None else money(settled),
    )


@pytest.mark.parametrize(
    ("by", "variance", "settled", "moved"),
    [
        # What they get moves our figure towards theirs; what we get leaves it.
        (Side.THEM, "20.00 XDR", "15.00 XDR", "15.00 XDR"),
        (Side.THEM, "-20.00 XDR", "15.00 XDR", "-15.00 XDR"),
        (Side.THEM, "20.00 XDR", "20.00 XDR", "20.00 XDR"),
        (Side.US, "20.00 XDR", "15.00 XDR", "5.00 XDR"),
        (Side.US, "-20.00 XDR", "15.00 XDR", "-5.00 XDR"),
        (Side.US, "20.00 XDR", "20.00 XDR", "0.00 XDR"),
    ],
)
def test_the_agreed_value_moves_our_figure(
    by: Side, variance: str, settled: str, moved: str
) -> None:
    assert shown(adjusting(a_dispute(by, variance, settled))) == moved


@pytest.mark.parametrize("value", ["0.00 XDR", "20.01 XDR", "-1.00 XDR", "5.00 EUR", "5.001 XDR"])
def test_a_value_is_more_than_nothing_and_at_most_what_is_disputed(value: str) -> None:
    with pytest.raises(DomainError, match="cannot settle a dispute of 20.00 XDR"):
        check_proposal(a_dispute(Side.THEM, "20.00 XDR"), money(value))


def test_only_the_last_proposal_is_accepted_and_by_the_other_side() -> None:
    values = [("40.00 XDR", Side.US), ("70.00 XDR", Side.THEM)]
    proposals = [
        ProposedValue(place, side, money(value), "", NOW)
        for place, (value, side) in enumerate(values, 1)
    ]

    assert shown(accepted(proposals, 2, Side.US)) == "70.00 XDR"
    with pytest.raises(DomainError, match="Proposal 1 is not what stands"):
        accepted(proposals, 1, Side.US)
    with pytest.raises(DomainError, match="Proposal 2 is your own"):
        accepted(proposals, 2, Side.THEM)
    with pytest.raises(DomainError, match="not what stands"):
        accepted([], 1, Side.US)


@pytest.mark.parametrize(
    ("variance", "booked", "part"),
    [
        ("0.20 XDR", "0.30 XDR", "0.20 XDR"),
        ("0.20 XDR", "0.05 XDR", "0.05 XDR"),
        ("0.20 XDR", "-0.05 XDR", "0.00 XDR"),
        ("0.20 XDR", "0.00 XDR", "0.00 XDR"),
        ("-0.20 XDR", "-0.30 XDR", "-0.20 XDR"),
        ("-0.20 XDR", "-0.05 XDR", "-0.05 XDR"),
    ],
)
def test_of_a_difference_no_more_is_booked_than_it_is(
    variance: str, booked: str, part: str
) -> None:
    assert shown(contained(money(variance), money(booked))) == part
