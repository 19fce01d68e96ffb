"""Import ported numbers, and give rating who had them when (rule R22)."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from settlement.catalogue.dated_rows import Layout, an_instant, new_rows, read_dated_rows
from settlement.catalogue.porting import store
from settlement.catalogue.porting.ported_number import PORTED
from tenants.session import TenantSession

_DIGITS: Final = re.compile(r"[0-9]{1,17}", re.ASCII)
LAYOUT: Final = Layout("number", "operator", _DIGITS, _DIGITS, an_instant)


@dataclass(frozen=True, slots=True)
class PortingImport:
    """What an import did: rows that are new, and rows that were there."""

    added: int
    known: int


def import_ported(session: TenantSession, content: bytes) -> PortingImport:
    """Take a CSV file of ported numbers: number, operator, valid_from and perhaps valid_until.

    The operator is the routing prefix that prices are looked up by. Instants have an offset and
    whole seconds. A number goes on where its next row begins; the same rows again change nothing.
    Raises DatedFileUnreadable, DatedRowsUnreadable and DatedRowContradicts.
    """
    rows = read_dated_rows(content, LAYOUT)
    store.lock(session)
    new = new_rows(rows, store.known_values(session, sorted({row.key for row in rows})))
    said = (session.now(), session.principal.name)
    store.add_numbers(
        session,
        (
            (session.tenant_id, identity, row.key, row.value, *row[3:], *said)
            for row, identity in zip(new, session.ids.many(len(new)), strict=True)
        ),
    )
    return PortingImport(len(new), len(rows) - len(new))


def ported_between(
    session: TenantSession,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    known_at: dt.datetime | None = None,
) -> pl.DataFrame:
    """Numbers that are ported at some instant of [starts_at, ends_at): a frame of PORTED.

    As known at an instant, or now.
    """
    rows = store.numbers_between(session, starts_at, ends_at, known_at)
    return pl.DataFrame([tuple(row) for row in rows], schema=PORTED, orient="row")


def portings_of(session: TenantSession, number: str) -> list[dict[str, Any]]:
    """Where a number was, oldest first: operator, valid_from, valid_until."""
    return [dict(row._mapping) for row in store.rows_of_number(session, number)]
