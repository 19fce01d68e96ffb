"""The rounding ledger of a played story: what it says, and that it closes (rules R13, R42)."""

from fractions import Fraction

import pytest
import sqlalchemy as sa

from settlement.app.scenario.playing import play_steps
from settlement.insight import service as insight
from settlement.periods import service as periods
from tenants.persistence.database import Database
from tenants.session import TenantSession
from tests.settlement.rating.staging import staged


def broken(session: TenantSession) -> set[str]:
    return {finding.check for finding in insight.verify(session)}


def test_sharing_one_by_one_is_told_with_its_cause(shared_database: Database) -> None:
    with staged(shared_database, "a_thousand_small_sales_shared_one_by_one_or_together") as play:
        play_steps(play)

        found = periods.rounding_entries(play.session, "2026-10")

        # 1,000 sales of 0.10 at 33.33 % are 33.33, and 30.00 one by one; nothing else was rounded.
        assert [(each.cause, each.what, each.fraction) for each in found] == [
            ("share_by_event", "melodia", Fraction("3.33")),
            ("share_by_event", "operator", Fraction("-3.33")),
        ]
        assert broken(play.session) == set()


def test_exact_less_rounded_charges_are_in_the_ledger(shared_database: Database) -> None:
    with staged(shared_database, "seconds_are_rounded_up_in_thirties_then_sixes") as play:
        play_steps(play)
        exact, posted = play.session.execute(
            sa.text("SELECT sum(amount_3600), sum(amount) FROM charge_lines")
        ).one()

        found = periods.rounding_entries(play.session, "2026-10")

        charged = sum(each.fraction for each in found if each.cause == "charge")
        assert charged == Fraction(exact) / 3600 - Fraction(posted)
        assert broken(play.session) == set()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (
            "DELETE FROM rounding_entries WHERE what = 'melodia'",
            "S1 rounding only moves fractions within a split",
        ),
        (
            "UPDATE rounding_entries SET cause = 'charge' WHERE what = 'melodia'",
            "S1 exact less posted is in the rounding ledger",
        ),
        # Melodia and we change places: what it gained is what we lost, all else still holds.
        (
            "UPDATE rounding_entries SET"
            " what = CASE what WHEN 'melodia' THEN 'operator' ELSE 'melodia' END",
            "S1 the rounding ledger is what charges and terms give",
        ),
    ],
)
def test_a_ledger_that_does_not_close_is_found(
    shared_database: Database, change: str, check: str
) -> None:
    with staged(shared_database, "a_thousand_small_sales_shared_one_by_one_or_together") as play:
        play_steps(play)

        play.session.execute(sa.text(change))

        assert check in broken(play.session)


def test_late_usage_is_told_for_the_month_that_it_corrects(shared_database: Database) -> None:
    with staged(shared_database, "late_and_undone_sales_are_shared_one_by_one_too") as play:
        play_steps(play)

        corrected = [
            each
            for code in ("2026-10", "2026-11")
            for each in periods.rounding_entries(play.session, code)
            if each.corrects_period_id is not None
        ]

        assert corrected
        assert sum(each.fraction for each in corrected if each.cause != "charge") == 0
        assert broken(play.session) == set()
