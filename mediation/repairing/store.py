"""Rows of repair rules, and the one statement that repairs all records a rule touches."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from mediation.repairing.rule import ANY, Change
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class RepairRuleRow(Identified, Table):
    """A rule, who made it and why, and how many records it has changed."""

    __tablename__ = "repair_rules"

    source_id: orm.Mapped[UUID | None]
    reason: orm.Mapped[str]
    field: orm.Mapped[str]
    pattern: orm.Mapped[str]
    target: orm.Mapped[str]
    value: orm.Mapped[str]
    why: orm.Mapped[str]
    is_standing: orm.Mapped[bool]
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    made_by: orm.Mapped[str]
    made_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    stopped_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))


class Touched(NamedTuple):
    """A record that a rule changes: its target cell before and after."""

    id: UUID
    before: str
    after: str


# The same reading of a pattern as `rule.Change`: a cell that is missing is an empty text.
TOUCHED = """
    SELECT s.tenant_id, s.id, coalesce(s.record -> 'fields' ->> :target, '') AS before,
        CASE WHEN :has_star THEN :value_before
            || substr(cell, length(:before) + 1, length(cell) - length(:before) - length(:after))
            || :value_after
        ELSE :value END AS after
    FROM suspense s
    JOIN batches b ON b.tenant_id = s.tenant_id AND b.id = s.batch_id,
    LATERAL (SELECT coalesce(s.record -> 'fields' ->> :field, '') AS cell) c
    WHERE s.status = 'open' AND s.returned_as IS NULL AND s.reason = :reason
        AND (CAST(:source_id AS uuid) IS NULL OR b.source_id = :source_id)
        AND (CAST(:batch_id AS uuid) IS NULL OR s.batch_id = :batch_id)
        AND CASE WHEN :is_open
            THEN left(cell, length(:before)) = :before AND right(cell, length(:after)) = :after
                AND length(cell) >= length(:before) + length(:after)
            ELSE cell = :before END
"""

_TOUCHED = sa.text(TOUCHED).columns(*map(sa.column, Touched._fields)).subquery("touched")
_CHANGED = sa.select(_TOUCHED).where(_TOUCHED.c.before != _TOUCHED.c.after)
COUNT = sa.select(sa.func.count()).select_from(_CHANGED.subquery("changed"))
EXAMPLES = _CHANGED.order_by(_TOUCHED.c.id).limit(sa.bindparam("limit"))

REPAIR = f"""
    UPDATE suspense SET record = suspense.record || jsonb_build_object(
        'fields', CASE t.after
            WHEN '' THEN (suspense.record -> 'fields') - CAST(:target AS text)
            ELSE (suspense.record -> 'fields') || jsonb_build_object(:target, t.after) END,
        'as_it_came', coalesce(suspense.record -> 'as_it_came', suspense.record -> 'fields'))
    FROM ({TOUCHED}) t
    WHERE suspense.tenant_id = t.tenant_id AND suspense.id = t.id AND t.before <> t.after
    RETURNING suspense.id
"""  # noqa: S608 - our own text.


def facts_of(change: Change, source_id: UUID | None, batch_id: UUID | None) -> dict[str, Any]:
    """What the statements are told of a rule."""
    before, after = change.around
    value_before, _, value_after = change.value.partition(ANY)
    return {
        "reason": change.reason,
        "field": change.field,
        "target": change.target,
        "value": change.value,
        "has_star": ANY in change.value,
        "is_open": ANY in change.pattern,
        "before": before,
        "after": after,
        "value_before": value_before,
        "value_after": value_after,
        "source_id": source_id,
        "batch_id": batch_id,
    }


def count(session: TenantSession, facts: Mapping[str, Any]) -> int:
    """How many records a rule would change now."""
    return int(session.scalar(COUNT, dict(facts)) or 0)


def examples(session: TenantSession, facts: Mapping[str, Any], limit: int) -> list[Touched]:
    """The first of the records a rule would change."""
    found = session.execute(EXAMPLES, {**facts, "limit": limit})
    return [Touched(*row) for row in found]


def repair(session: TenantSession, facts: Mapping[str, Any]) -> list[UUID]:
    """Change all records a rule touches; which ones they are."""
    changed = list(session.scalars(sa.text(REPAIR), dict(facts)))
    session.expire_all()
    return changed


def row(session: TenantSession, rule_id: UUID) -> RepairRuleRow | None:
    return session.get(RepairRuleRow, (session.tenant_id, rule_id))


def rows(session: TenantSession) -> list[RepairRuleRow]:
    """All rules, the newest first."""
    query = sa.select(RepairRuleRow).order_by(RepairRuleRow.made_at.desc(), RepairRuleRow.id.desc())
    return list(session.scalars(query))


def standing(session: TenantSession, source_id: UUID) -> list[RepairRuleRow]:
    """The rules that repair what a source sends, in the order in which they were made."""
    rule = RepairRuleRow
    query = sa.select(rule).where(
        rule.is_standing,
        rule.stopped_at.is_(None),
        sa.or_(rule.source_id.is_(None), rule.source_id == source_id),
    )
    return list(session.scalars(query.order_by(rule.made_at, rule.id)))
