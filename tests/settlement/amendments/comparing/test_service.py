"""A change is shown beside the version it follows, before and after it is approved."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

import pytest
import sqlalchemy as sa

from settlement.amendments import service
from settlement.amendments.amendment import Amendment
from settlement.amendments.beside import Changed
from settlement.amendments.comparing.service import changes_of
from tenants.clock import HeldClock
from tenants.session import TenantSession
from tests.settlement.agreements.builders import a_market, a_partner, share_terms
from tests.settlement.amendments.test_service import FEBRUARY, JANUARY, MAKER, approved, drafted


@pytest.fixture
def partner(session: TenantSession) -> UUID:
    a_market(session)
    session.principal = MAKER
    return a_partner(session).id


def a_day_later(session: TenantSession) -> None:
    """As in another transaction: the trail tells when each began."""
    cast("HeldClock", session.clock).move_to(session.now() + dt.timedelta(days=1))
    now = {"now": session.now().isoformat()}
    session.execute(sa.text("SELECT set_config('app.now', :now, true)"), now)


def next_one(session: TenantSession, partner: UUID, **changes: Any) -> Amendment:
    return drafted(session, partner, valid_from=FEBRUARY, **changes)


def test_a_first_version_changes_nothing(session: TenantSession, partner: UUID) -> None:
    assert changes_of(session, drafted(session, partner)) == []


def test_policies_are_shown_beside_terms_also_when_they_hold(
    session: TenantSession, partner: UUID
) -> None:
    approved(session, drafted(session, partner, valid_from=JANUARY))
    a_day_later(session)
    terms = share_terms(rate="0.65", rounding_level="event")
    draft = next_one(session, partner, terms=terms, policies={"total_conversion": "per_line"})
    told = [
        Changed("policies total_conversion", "per_currency", "per_line"),
        Changed("rounding_level", "statement", "event"),
        Changed("shares 1 rate", "0.7", "0.65"),
    ]

    assert changes_of(session, draft) == told
    assert changes_of(session, approved(session, draft)) == told


def test_policies_that_a_draft_does_not_name_stay(session: TenantSession, partner: UUID) -> None:
    first = drafted(session, partner, policies={"total_conversion": "per_line"})
    approved(session, first)

    assert changes_of(session, next_one(session, partner)) == []


def test_an_end_changes_no_terms(session: TenantSession, partner: UUID) -> None:
    approved(session, drafted(session, partner))

    assert changes_of(session, service.draft_end(session, "melodia-2027", FEBRUARY)) == []
