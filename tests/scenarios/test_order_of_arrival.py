"""R130: any order of arrival, any pieces, rated in between or not: identical bytes.

Late usage after the close, allowances that roll over and are shared, tiers of three kinds and
sessions are part of it, since all of them depend on the order in which things happened.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from settlement.app.scenario.run import SEED
from settlement.app.scenario.stage import TENANT
from tenants.clock import HeldClock
from tenants.ids import tenant_id_of
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import reading
from tenants.settings import Settings
from tests.conftest import NOON
from tests.scenarios.arriving import Arrival, CameOut, play, usage

USAGE = 7
ARRIVALS = {
    "in four files, rated after each": Arrival(pieces=4, seed=2, rated_between=True),
    "in nine files, records twice": Arrival(pieces=9, seed=3, twice=True),
    "as events": Arrival(pieces=3, seed=4, as_events=True, twice=True),
}


def played(shared: Database, settings: Settings, folder: Path, arrival: Arrival) -> CameOut:
    clock = HeldClock(NOON)
    folder.mkdir(parents=True)
    database = Database(shared.url, settings, clock, SeededRandomness(SEED))
    database.engine = shared.engine
    with reading(database, tenant_id_of(TENANT), SYSTEM) as session:
        return play(session, clock, folder, USAGE, arrival)


@pytest.fixture(scope="module")
def in_order() -> Iterator[dict[str, CameOut]]:
    """What came out of the first arrival, played once."""
    yield {}


@pytest.mark.parametrize("arrival", ARRIVALS.values(), ids=ARRIVALS)
def test_however_usage_arrives_the_bytes_are_the_same(
    shared_database: Database,
    settings: Settings,
    tmp_path: Path,
    arrival: Arrival,
    in_order: dict[str, CameOut],
) -> None:
    if "once" not in in_order:
        in_order["once"] = played(shared_database, settings, tmp_path / "once", Arrival())
    once = in_order["once"]

    other = played(shared_database, settings, tmp_path / "other", arrival)

    assert other.charges == once.charges
    assert other.lines == once.lines
    assert other.shares == once.shares
    assert other.told == once.told
    if arrival.as_events:
        # Another source told of them, and the root on a statement seals who told of each event.
        once = played(shared_database, settings, tmp_path / "as events", Arrival(as_events=True))
    assert other.documents == once.documents


def test_the_story_is_about_what_order_could_change(
    shared_database: Database, settings: Settings, tmp_path: Path, in_order: dict[str, CameOut]
) -> None:
    """Else all arrivals would agree about nothing."""
    once = in_order.get("once") or played(shared_database, settings, tmp_path / "once", Arrival())

    assert len(once.charges["2026-10"]) > 30
    assert any(line["corrects"] for line in once.lines)
    assert any(share["corrects"] for share in once.shares)
    assert {"shortfall", "voice", "sms", "content"} <= {line["service"] for line in once.lines}
    assert {"queue", "agent"} <= {line["case_name"] for line in once.lines}
    assert any(int(line["free_units"]) for line in once.lines)
    assert {name.split()[-1] for name in once.documents} >= {"application/pdf", "application/xml"}
    instants = [row["at"] for row in usage(USAGE)[0]]
    assert len(set(instants)) < len(instants)
