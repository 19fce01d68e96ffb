"""Rows of one thing that follow one another in time: where the next begins, the last one ends."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import orm

from i18n.errors import Conflict
from tenants.persistence.tables import Dated


def end_last(
    session: orm.Session,
    rows: Sequence[Dated],
    valid_from: dt.date,
    later: type[Conflict],
    party: str,
) -> None:
    """End the last of a party's rows, which are in their order, where another one begins.

    Raises `later`, with the party and the day of the last one, where that begins no earlier.
    """
    if not rows:
        return
    last = rows[-1]
    if last.valid_from >= valid_from:
        raise later(party=party, valid_from=last.valid_from)
    last.valid_until = valid_from
    session.flush()
