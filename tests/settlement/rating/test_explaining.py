"""Every charge line of a played story opens to calls whose formulas give its amount (R13, R131)."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa

from mediation import service as mediation
from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.periods import service as periods
from settlement.rating.charge_line import NOT_USAGE
from settlement.rating.explaining import service
from settlement.rating.runs.service import NoSuchChargeLine
from tenants.persistence.database import Database
from tenants.session import TenantSession
from tests.settlement.rating.formula import worked_out
from tests.settlement.rating.staging import staged


@pytest.mark.parametrize(
    "name",
    [
        "seconds_are_rounded_up_in_thirties_then_sixes",
        "seconds_left_in_september_are_used_first_in_october",
        "what_was_promised_and_not_used_is_charged_too",
        "a_monthly_fee_in_pieces_is_the_monthly_fee",
        "a_call_across_six_in_the_evening",
        "the_sixteenth_piece_comes_after_the_invoice",
        "a_thousand_small_sales_shared_one_by_one_or_together",
        "the_dearest_leg_of_a_session_is_charged_and_all_are_listed",
        "a_price_corrected_after_the_close",
        "minutes_of_a_family_go_to_whoever_calls_first",
    ],
)
def test_every_line_is_explained_down_to_its_calls(shared_database: Database, name: str) -> None:
    with staged(shared_database, name) as play:
        play_steps(play)
        ids = play.session.scalars(sa.text("SELECT id FROM charge_lines")).all()
        assert ids

        for line_id in ids:
            explained = service.explain(play.session, line_id, limit=2000)
            line = explained.line
            assert explained.derivation is not None
            assert worked_out(explained.derivation.formula) == Fraction(line.amount)
            if line.service in NOT_USAGE:
                assert not explained.charges
                continue
            exact = sum(worked_out(each.derivation.formula) for each in explained.charges)
            sign = -1 if explained.takes_back else 1
            assert explained.takes_back == (line.events < 0 or line.amount < 0)
            assert exact * 3600 * sign == Fraction(line.amount_3600)
            assert explained.behind == len(explained.charges) >= max(abs(line.events), 1)


def lines_with(play: Play, events: int) -> list[service.Explained]:
    ids = play.session.scalars(sa.text(f"SELECT id FROM charge_lines WHERE events = {events}"))
    return [service.explain(play.session, line_id) for line_id in ids.all()]


def test_what_is_taken_back_is_shown_as_it_was_billed(shared_database: Database) -> None:
    with staged(shared_database, "minutes_of_a_family_go_to_whoever_calls_first") as play:
        play_steps(play)

        (reversal,) = lines_with(play, -2)

    # Anna's 70 s were free and her 20 s cost 0.20; the late call is not among them.
    told = {(each.event, worked_out(each.derivation.formula)) for each in reversal.charges}
    assert reversal.takes_back
    assert told == {("first", Fraction(0)), ("third", Fraction("0.20"))}


def test_a_second_correction_takes_back_the_first_and_not_what_it_took_back(
    shared_database: Database,
) -> None:
    with staged(shared_database, "minutes_of_a_family_go_to_whoever_calls_first") as play:
        play_steps(play)
        play.clock.move_to(dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC))
        periods.close(play.session, "2026-11")
        play.clock.move_to(dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC))
        later = b"id,from,to,at,seconds\nlater,48501100002,48601200001,2026-10-03T10:00:00Z,50\n"
        mediation.ingest(play.session, "usage", "usage-3.csv", later)
        periods.rate(play.session, "2026-12")

        found = lines_with(play, -2)

    # Before Ben's second late call, Anna's 70 s cost 0.20 as well.
    dear = [each for each in found if each.line.amount == Decimal("-0.40")]
    told = [(each.event, worked_out(each.derivation.formula)) for each in dear[0].charges]
    assert len(dear) == 1
    assert {("first", Fraction("0.20")), ("third", Fraction("0.20"))} <= set(told)
    assert sum(amount for _, amount in told) == Fraction("0.40")


def test_a_correction_of_two_prices_is_explained_price_by_price(shared_database: Database) -> None:
    with staged(shared_database, "the_hundred_and_first_piece") as play:
        play_steps(play)
        periods.close(play.session, "2026-10")
        play.clock.move_to(play.session.now() + dt.timedelta(days=20))
        late = play.folder.joinpath("usage-1.csv").read_text().splitlines()
        row = dict(zip(late[0].split(","), late[1].split(","), strict=True)) | {"id": "late"}
        text = "\n".join([late[0], ",".join(row.values()), ""])
        mediation.ingest(play.session, "usage", "usage-9.csv", text.encode())
        periods.rate(play.session, "2026-11")
        query = "SELECT id FROM charge_lines WHERE corrects_period_id IS NOT NULL"
        ids = play.session.scalars(sa.text(query)).all()
        found = [service.explain(play.session, line_id, limit=2000) for line_id in ids]

    assert all(each.derivation is not None for each in found)
    several = [each for each in found if each.derivation and " + " in each.derivation.formula]
    assert several
    for each in found:
        assert each.derivation is not None
        assert worked_out(each.derivation.formula) == Fraction(each.line.amount)
        exact = sum(worked_out(one.derivation.formula) for one in each.charges)
        sign = -1 if each.takes_back else 1
        assert exact * 3600 * sign == Fraction(each.line.amount_3600)
        assert each.behind >= abs(each.line.events)


def test_a_page_of_charges_goes_on_where_the_last_ended(shared_database: Database) -> None:
    with staged(shared_database, "a_thousand_small_sales_shared_one_by_one_or_together") as play:
        play_steps(play)
        line_id = play.session.scalars(
            sa.text("SELECT id FROM charge_lines ORDER BY events DESC LIMIT 1")
        ).one()

        pages = [
            service.explain(play.session, line_id, after, 300) for after in range(0, 1200, 300)
        ]

        events = [each.event for page in pages for each in page.charges]
        assert len(events) == len(set(events)) == pages[0].behind


def test_a_line_that_is_not_there_is_not_found(session: TenantSession) -> None:
    with pytest.raises(NoSuchChargeLine):
        service.explain(session, uuid5(UUID(int=0), "nowhere"))
