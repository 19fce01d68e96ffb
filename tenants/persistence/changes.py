"""Changes that hold from a day on, each until the next of the same thing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm


class Dated(Protocol):
    """A row that holds from a day on."""

    valid_from: Any  # orm.Mapped[dt.date], of which some are keys


Row = TypeVar("Row", bound=Dated)


def changes(
    session: orm.Session,
    row: type[Row],
    thing: orm.InstrumentedAttribute[UUID],
    of: UUID | None = None,
    until: dt.date | None = None,
) -> Sequence[Row]:
    """Changes of one thing or of all, up to and with a day or all, the earliest of each first."""
    query = sa.select(row).order_by(thing, row.valid_from)
    if of is not None:
        query = query.where(thing == of)
    if until is not None:
        query = query.where(row.valid_from <= until)
    return session.scalars(query).all()
