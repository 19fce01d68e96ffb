"""Import zone plans, and give rating and lint what held when."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import polars as pl

from i18n.errors import NotFound
from settlement.catalogue.dated_rows import Layout, a_day, new_rows, read_dated_rows
from settlement.catalogue.product import checked_code, checked_name
from settlement.catalogue.zones import store
from settlement.catalogue.zones.zone_plan import ZONES
from tenants.session import TenantSession

_PREFIX: Final = re.compile(r"[0-9]{1,17}", re.ASCII)
_ZONE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


class NoSuchZonePlan(NotFound):
    """There is no zone plan {code}. Import it first."""


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A zone plan: what tariffs name it by."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ZoneImport:
    """What an import did: the plan, rows that are new, and rows that were there."""

    plan: ZonePlan
    added: int
    known: int


def import_zones(
    session: TenantSession, code: str, name: str, content: bytes, valid_from: dt.date
) -> ZoneImport:
    """Give a plan the prefixes of a CSV file: prefix, zone and perhaps valid_from, valid_until.

    A row without a day of its own holds from `valid_from`. A prefix leaves its zone where its next
    row begins; prefixes that are not named stay where they are. The same rows again change nothing.
    Raises DatedFileUnreadable, DatedRowsUnreadable, DatedRowContradicts, BadCatalogueCode.
    """
    layout = Layout("prefix", "zone", _PREFIX, _ZONE, a_day, valid_from)
    rows = read_dated_rows(content, layout)
    plan = store.plan_to_change(session, checked_code(code), checked_name(name, code))
    new = new_rows(rows, store.known_values(session, plan.id))
    said = (session.now(), session.principal.name)
    store.add_prefixes(
        session,
        (
            (session.tenant_id, identity, plan.id, row.key, row.value, *row[3:], *said)
            for row, identity in zip(new, session.ids.many(len(new)), strict=True)
        ),
    )
    return ZoneImport(_plan(plan), len(new), len(rows) - len(new))


def zone_plans(session: TenantSession) -> list[ZonePlan]:
    """All plans in the order of their codes."""
    return [_plan(row) for row in store.plan_rows(session)]


def zones_between(
    session: TenantSession,
    code: str,
    starts_on: dt.date,
    ends_on: dt.date,
    known_at: dt.datetime | None = None,
) -> pl.DataFrame:
    """Prefixes that hold on some day of [starts_on, ends_on): a frame of ZONES.

    As known at an instant, or now. Raises NoSuchZonePlan.
    """
    plan = store.plan_row(session, code)
    if plan is None:
        raise NoSuchZonePlan(code=code)
    rows = store.prefixes_between(session, plan.id, starts_on, ends_on, known_at)
    return pl.DataFrame([tuple(row) for row in rows], schema=ZONES, orient="row")


def _plan(row: store.ZonePlanRow) -> ZonePlan:
    return ZonePlan(row.id, row.code, row.name)
