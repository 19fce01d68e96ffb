"""Repair many waiting records by one rule, once or from now on.

A rule changes cells, as a person would, and sends the records on; whether they can go on is decided
as for every other record. The cells as they came stay with the record, and the audit trail has each
change with the rule's reason. A standing rule looks at the records of each batch that comes in, and
after each rating at those that could not be priced.
"""

from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Conflict, NotFound
from mediation.recycling import service as recycling
from mediation.repairing import store
from mediation.repairing.rule import Change, RepairRule
from mediation.repairing.store import Touched
from mediation.sources import service as sources
from tenants.session import TenantSession

EXAMPLES_SHOWN = 10


class NoSuchRule(NotFound):
    """There is no repair rule {rule}. Check the identifier."""


class RuleNotStanding(Conflict):
    """The repair rule {rule} does not stand. Nothing is left to stop."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How many waiting records a rule would change now, and the first of them."""

    records: int
    examples: list[Touched]


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that was applied: how many records left suspense, how many changed ones wait on."""

    rule: RepairRule
    left: int
    waiting: int


def preview(session: TenantSession, change: Change, source_code: str | None = None) -> Preview:
    """What a rule would do now. Raises NoSuchSource."""
    facts = store.facts_of(change, _source_id(session, source_code), None)
    return Preview(store.count(session, facts), store.examples(session, facts, EXAMPLES_SHOWN))


def apply(
    session: TenantSession,
    change: Change,
    why: str,
    *,
    source_code: str | None = None,
    is_standing: bool = False,
) -> Applied:
    """Keep a rule, repair what it touches, and send those records on.

    Raises: NoSuchSource.
    """
    row = store.RepairRuleRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        source_id=_source_id(session, source_code),
        reason=change.reason,
        field=change.field,
        pattern=change.pattern,
        target=change.target,
        value=change.value,
        why=why,
        is_standing=is_standing,
        records=0,
        made_by=session.principal.name,
        made_at=session.now(),
        stopped_at=None,
    )
    session.add(row)
    session.flush()
    left, waiting = _repair(session, row, None)
    return Applied(_rule(row), left, waiting)


def apply_standing(session: TenantSession, source_id: UUID, batch_id: UUID | None = None) -> int:
    """Repair what a source's standing rules touch, of one batch or of all; how many left."""
    return sum(
        _repair(session, row, batch_id, source_id)[0] for row in store.standing(session, source_id)
    )


def standing_rules(session: TenantSession, source_id: UUID) -> list[RepairRule]:
    """The rules that repair what a source sends, in the order in which they are applied."""
    return [_rule(row) for row in store.standing(session, source_id)]


def stop(session: TenantSession, rule_id: UUID) -> RepairRule:
    """Let a standing rule rest; what it repaired stays. Raises NoSuchRule, RuleNotStanding."""
    row = store.row(session, rule_id)
    if row is None:
        raise NoSuchRule(rule=rule_id)
    if not row.is_standing or row.stopped_at is not None:
        raise RuleNotStanding(rule=rule_id)
    row.stopped_at = session.now()
    session.flush()
    return _rule(row)


def rules(session: TenantSession) -> list[RepairRule]:
    """All rules, the newest first."""
    return [_rule(row) for row in store.rows(session)]


def _repair(
    session: TenantSession,
    row: store.RepairRuleRow,
    batch_id: UUID | None,
    source_id: UUID | None = None,
) -> tuple[int, int]:
    facts = store.facts_of(_change(row), row.source_id or source_id, batch_id)
    before = session.reason
    session.explain(f"rule {row.id}: {row.why}")
    changed = store.repair(session, facts)
    left, waiting = recycling.recycle(session, changed) if changed else ([], [])
    row.records += len(changed)
    session.flush()
    session.explain(before)
    return len(left), len(waiting)


def _source_id(session: TenantSession, source_code: str | None) -> UUID | None:
    return None if source_code is None else sources.the_source(session, source_code).id


def _change(row: store.RepairRuleRow) -> Change:
    return Change(row.reason, row.field, row.pattern, row.target, row.value)


def _rule(row: store.RepairRuleRow) -> RepairRule:
    return RepairRule(
        id=row.id,
        change=_change(row),
        source_id=row.source_id,
        why=row.why,
        is_standing=row.is_standing,
        records=row.records,
        made_by=row.made_by,
        made_at=row.made_at,
        stopped_at=row.stopped_at,
    )
