"""Post the fractions of documents and conversions, and read them by the days they stand under."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from currencies.rounding_ledger import store
from currencies.rounding_ledger.posted_fraction import PostedFraction, Rounded, with_a_fraction
from tenants.session import TenantSession


class Dated(NamedTuple):
    """A posted fraction and its day."""

    posted: PostedFraction
    posted_on: dt.date


def post(session: TenantSession, found: Iterable[PostedFraction], posted_on: dt.date) -> None:
    """Post what did not come out even; a source posts each of its amounts once."""
    entries = list(with_a_fraction(found))
    ids = session.ids.many(len(entries))
    now = session.now()
    store.add(
        session,
        [
            (
                session.tenant_id,
                identity,
                each.source_type,
                each.source_id,
                each.rounded.cause,
                each.rounded.what,
                each.rounded.currency,
                str(fraction.numerator),
                str(fraction.denominator),
                each.rounded.posted,
                posted_on,
                now,
            )
            for identity, (each, fraction) in zip(ids, entries, strict=True)
        ],
    )


def take_back(
    session: TenantSession, source_type: str, source_id: UUID, by: UUID, posted_on: dt.date
) -> None:
    """Post what a source posted with the other sign, by another source of the same kind."""
    found = [_posted(row) for row in store.of_source(session, source_type, source_id)]
    post(
        session,
        [PostedFraction(source_type, by, each.rounded.taken_back()) for each in found],
        posted_on,
    )


def of_source(session: TenantSession, source_type: str, source_id: UUID) -> list[PostedFraction]:
    """What one source posted, by cause."""
    return [_posted(row) for row in store.of_source(session, source_type, source_id)]


def between(session: TenantSession, starts_on: dt.date, until: dt.date) -> list[Dated]:
    """What was posted on the days of a period, half-open, by cause."""
    return [Dated(_posted(row), row.posted_on) for row in store.between(session, starts_on, until)]


def _posted(row: store.PostedFractionRow) -> PostedFraction:
    fraction = Fraction(int(row.numerator), int(row.denominator))
    exact = Fraction(row.posted) + fraction
    rounded = Rounded(row.cause, row.what, row.currency, exact, row.posted)
    return PostedFraction(row.source_type, row.source_id, rounded)
