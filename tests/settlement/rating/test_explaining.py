"""Every charge line of a played story opens to calls whose formulas give its amount (R13, R131)."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa

from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.app.scenario.run import SEED, STORY
from settlement.app.scenario.stage import TENANT, set_stage
from settlement.app.scenario.story import read_story
from settlement.rating.charge_line import NOT_USAGE
from settlement.rating.explaining import service
from settlement.rating.service import NoSuchChargeLine
from tenants.clock import HeldClock
from tenants.ids import tenant_id_of
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession, reading
from tenants.settings import settings_from_environment
from tests.conftest import copy_of_template
from tests.settlement.rating.formula import worked_out

STORIES = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def url(server: launcher.Server, template: Place) -> str:
    assert template
    return copy_of_template(server, "explained").application_url


def played(url: str, name: str, folder: Path) -> Iterator[TenantSession]:
    place = STORIES / name
    story = read_story(name, (place / STORY).read_text(encoding="utf-8"))
    clock = HeldClock(story.now)
    settings = replace(settings_from_environment(), data_folder=folder)
    database = Database(url, settings, clock, SeededRandomness(SEED))
    with reading(database, tenant_id_of(TENANT), SYSTEM) as session:
        set_stage(session, story, place)
        play_steps(Play(session, clock, story, place))
        yield session
    database.close()


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
    ],
)
def test_every_line_is_explained_down_to_its_calls(url: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for session in played(url, name, Path(scratch)):
            ids = session.scalars(sa.text("SELECT id FROM charge_lines")).all()
            assert ids

            for line_id in ids:
                explained = service.explain(session, line_id, limit=2000)
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
    name = "a_thousand_small_sales_shared_one_by_one_or_together"
    with tempfile.TemporaryDirectory() as scratch:
        for session in played(url, name, Path(scratch)):
            line_id = session.scalars(
                sa.text("SELECT id FROM charge_lines ORDER BY events DESC LIMIT 1")
            ).one()

            pages = [service.explain(session, line_id, after, 300) for after in range(0, 1200, 300)]

            events = [each.event for page in pages for each in page.charges]
            assert len(events) == len(set(events)) == pages[0].behind


def test_a_line_that_is_not_there_is_not_found(session: TenantSession) -> None:
    with pytest.raises(NoSuchChargeLine):
        service.explain(session, uuid5(UUID(int=0), "nowhere"))
