"""Alerts are kept once, and the network is told who is to stop since when."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from settlement.agreements.contract import IdentifierNotInUse
from settlement.agreements.usage_limits import service as usage_limits
from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.periods import service as periods
from settlement.rating.limit_alerts import service
from tenants.persistence.database import Database
from tests.settlement.rating.staging import staged

# Anna calls B (09:00, 60 free s, 0.60) and A (10:00, 1.20) on 5 October; A arrives first.
STORY = "free_seconds_go_to_the_call_that_happened_first"
ANNA = "48501100001"
OCTOBER = dt.date(2026, 10, 1)
LATER = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)


@pytest.fixture
def play(shared_database: Database) -> Iterator[Play]:
    with staged(shared_database, STORY) as found:
        yield found


def annas(play: Play, what: str) -> UUID:
    query = f"""
        SELECT {what} FROM identifiers i JOIN subscriptions s ON s.id = i.subscription_id
        WHERE identifier = '{ANNA}'
    """
    return play.session.scalars(sa.text(query)).one()


def told(play: Play) -> list[tuple[int, str, Decimal]]:
    found = service.alerts(play.session, OCTOBER)
    return sorted((each.percent, each.event, each.so_far.normalize()) for each in found)


def test_what_is_reached_is_kept_when_the_month_is_rated(play: Play) -> None:
    subscription = annas(play, "s.id")
    usage_limits.set_limit(play.session, "money", Decimal("0.75"), OCTOBER, subscription)

    play_steps(play)

    assert told(play) == [(80, "B", Decimal("0.6")), (100, "A", Decimal("1.8"))]
    assert service.usage_state(play.session, ANNA, LATER).stopped_since is None


def test_rating_again_raises_nothing_again(play: Play) -> None:
    subscription = annas(play, "s.id")
    usage_limits.set_limit(play.session, "money", Decimal("0.75"), OCTOBER, subscription)
    play_steps(play)
    (first, *_) = service.alerts(play.session, OCTOBER)

    play.clock.move_to(play.session.now() + dt.timedelta(hours=1))
    periods.rate(play.session, "2026-10")

    assert [each.raised_at for each in service.alerts(play.session, OCTOBER)] == [
        first.raised_at,
        first.raised_at,
    ]


def test_the_network_is_told_since_when_somebody_is_stopped(play: Play) -> None:
    contract = annas(play, "s.contract_id")
    limit = usage_limits.set_limit(
        play.session, "units", Decimal(240), OCTOBER, contract_id=contract, kind="voice",
        at_limit="stop",
    )  # fmt: skip

    play_steps(play)

    at_ten = dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)
    state = service.usage_state(play.session, ANNA, LATER)
    assert (state.stopped_since, state.limit_id) == (at_ten, limit.id)
    # Not before that, not in another month, and nobody else.
    before = at_ten - dt.timedelta(seconds=1)
    assert service.usage_state(play.session, ANNA, before).stopped_since is None
    november = LATER + dt.timedelta(days=20)
    assert service.usage_state(play.session, ANNA, november).stopped_since is None
    assert service.usage_state(play.session, "48501100002", LATER).stopped_since is None


def test_a_limit_that_ended_stops_nobody(play: Play) -> None:
    subscription = annas(play, "s.id")
    limit = usage_limits.set_limit(
        play.session, "money", Decimal("0.10"), OCTOBER, subscription, at_limit="stop"
    )
    play_steps(play)

    usage_limits.end_limit(play.session, limit.id, dt.date(2026, 10, 15))

    assert service.usage_state(play.session, ANNA, LATER).stopped_since is None


def test_nobody_is_asked_about_who_has_no_identifier(play: Play) -> None:
    with pytest.raises(IdentifierNotInUse):
        service.usage_state(play.session, "48999999999", LATER)
