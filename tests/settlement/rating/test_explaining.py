"""Every charge line of a played story opens to calls whose formulas give its amount (R13, R131)."""

from fractions import Fraction
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa

from settlement.app.scenario.playing import play_steps
from settlement.rating.charge_line import NOT_USAGE
from settlement.rating.explaining import service
from settlement.rating.service import NoSuchChargeLine
from tenants.persistence import launcher
from tenants.persistence.database import Place
from tenants.session import TenantSession
from tests.conftest import copy_of_template
from tests.settlement.rating.formula import worked_out
from tests.settlement.rating.staging import staged


@pytest.fixture(scope="module")
def url(server: launcher.Server, template: Place) -> str:
    assert template
    return copy_of_template(server, "explained").application_url


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
    ],
)
def test_every_line_is_explained_down_to_its_calls(url: str, name: str) -> None:
    with staged(url, name) as play:
        play_steps(play)
        ids = play.session.scalars(sa.text("SELECT id FROM charge_lines")).all()
        assert ids

        for line_id in ids:
            explained = service.explain(play.session, line_id, limit=2000)
            line = explained.line
            assert explained.derivation is not None
            assert worked_out(explained.derivation.formula) == Fraction(line.amount)
            if line.service in NOT_USAGE or line.events < 0:
                assert not explained.charges
                continue
            exact = sum(worked_out(each.derivation.formula) for each in explained.charges)
            assert exact * 3600 == Fraction(line.amount_3600)
            assert explained.behind == len(explained.charges) >= line.events


def test_a_page_of_charges_goes_on_where_the_last_ended(url: str) -> None:
    with staged(url, "a_thousand_small_sales_shared_one_by_one_or_together") as play:
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
