"""Rows of choices, deliveries and their steps; deliveries and steps are only ever added."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY, insert

from settlement.delivery.delivery import Channel, Delivery, State, Step
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession
from tenants.values import fields_of, value_of

INSTANT = sa.DateTime(timezone=True)


class ChoiceRow(Identified, Table):
    """One channel of a party, or of the house."""

    __tablename__ = "delivery_choices"

    party_id: orm.Mapped[UUID | None]
    channel: orm.Mapped[str]
    forms: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    language: orm.Mapped[str]
    address: orm.Mapped[str]
    host_key: orm.Mapped[str]
    secret: orm.Mapped[str]
    usage_form: orm.Mapped[str]
    usage_whole: orm.Mapped[bool]
    valid_from: orm.Mapped[dt.date]
    is_active: orm.Mapped[bool]


class DeliveryRow(Identified, Table):
    """One document on one channel."""

    __tablename__ = "deliveries"

    document_id: orm.Mapped[UUID]
    party_id: orm.Mapped[UUID]
    channel: orm.Mapped[str]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class StepRow(Identified, Table):
    """One step of a delivery."""

    __tablename__ = "delivery_events"

    delivery_id: orm.Mapped[UUID]
    place: orm.Mapped[int]
    state: orm.Mapped[str]
    attempt: orm.Mapped[int]
    address: orm.Mapped[str]
    answer: orm.Mapped[str]
    reference: orm.Mapped[str]
    due_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    happened_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    told_by: orm.Mapped[str]
    receipt: orm.Mapped[str]


class Undelivered(NamedTuple):
    """An issued document that has no delivery on a channel that was chosen for it."""

    document_id: UUID
    party_id: UUID
    rule_pack: str
    channel: str


# A party's own choices, where it has any, stand in the place of the house's.
UNDELIVERED = """
    SELECT d.id, d.party_id, d.rule_pack, c.channel
    FROM documents d
    JOIN delivery_choices c ON c.tenant_id = d.tenant_id AND c.is_active
     AND d.issued_on >= c.valid_from
     AND (c.party_id = d.party_id OR c.party_id IS NULL AND NOT EXISTS (
             SELECT FROM delivery_choices own
             WHERE own.tenant_id = d.tenant_id AND own.party_id = d.party_id))
    WHERE d.status = 'issued' AND NOT EXISTS (
        SELECT FROM deliveries known
        WHERE known.tenant_id = d.tenant_id AND known.document_id = d.id
          AND known.channel = c.channel)
    ORDER BY d.issued_on, d.id, c.channel
"""

# The last step of each delivery says where it stands.
LATEST = """
    SELECT v.id
    FROM deliveries v
    CROSS JOIN LATERAL (
        SELECT e.state, e.happened_at, e.reference FROM delivery_events e
        WHERE e.tenant_id = v.tenant_id AND e.delivery_id = v.id ORDER BY e.place DESC LIMIT 1
    ) last
    WHERE (CAST(:states AS text[]) IS NULL OR last.state = ANY (:states))
      AND (CAST(:channel AS text) IS NULL OR v.channel = :channel)
      AND (CAST(:party AS uuid) IS NULL OR v.party_id = :party)
      AND (CAST(:document AS uuid) IS NULL OR v.document_id = :document)
    ORDER BY last.happened_at DESC, v.id DESC
    LIMIT :most
"""


def choice_rows(session: TenantSession, party_id: UUID | None) -> list[ChoiceRow]:
    """The choices of a party, or of the house, by channel."""
    of_party = ChoiceRow.party_id.is_not_distinct_from(party_id)
    return list(session.scalars(sa.select(ChoiceRow).where(of_party).order_by(ChoiceRow.channel)))


def undelivered(session: TenantSession) -> list[Undelivered]:
    """Documents and channels without a delivery, the oldest first."""
    return [Undelivered(*row) for row in session.execute(sa.text(UNDELIVERED))]


def add_deliveries(session: TenantSession, found: Sequence[Undelivered], by: str) -> int:
    """Line deliveries up, each with its first step; one that is there already is passed over."""
    if not found:
        return 0
    now = session.now()
    rows = [
        {
            "tenant_id": session.tenant_id,
            "id": delivery_id,
            "document_id": each.document_id,
            "party_id": each.party_id,
            "channel": each.channel,
            "created_at": now,
        }
        for delivery_id, each in zip(session.ids.many(len(found)), found, strict=True)
    ]
    query = insert(DeliveryRow).on_conflict_do_nothing().returning(DeliveryRow.id)
    added = [row.id for row in session.execute(query, rows)]
    first = Step(State.WAITING, 0, "", "", "", now, now, by)
    steps = [_facts(session, delivery_id, 1, first) for delivery_id in added]
    if steps:
        session.execute(sa.insert(StepRow), steps)
    return len(added)


def add_step(session: TenantSession, delivery_id: UUID, place: int, step: Step) -> bool:
    """Add a step in this place; False where another worker has put one there meanwhile."""
    query = insert(StepRow).values(**_facts(session, delivery_id, place, step))
    added = session.execute(query.on_conflict_do_nothing().returning(StepRow.id)).first()
    return added is not None


def add_steps(session: TenantSession, steps: Mapping[UUID, tuple[int, Step]]) -> int:
    """Add a step to each of these deliveries, in its place; returns how many were free."""
    rows = [_facts(session, each, place, step) for each, (place, step) in steps.items()]
    query = insert(StepRow).on_conflict_do_nothing().returning(StepRow.id)
    return len(session.execute(query, rows).all()) if rows else 0


def find(
    session: TenantSession,
    *,
    states: Iterable[State] | None = None,
    channel: Channel | None = None,
    party_id: UUID | None = None,
    document_id: UUID | None = None,
    limit: int | None = None,
) -> list[Delivery]:
    """Deliveries with their steps, that moved last first."""
    asked = {
        "states": None if states is None else [state.value for state in states],
        "channel": channel.value if channel else None,
        "party": party_id,
        "document": document_id,
        "most": limit,
    }
    return deliveries(session, list(session.scalars(sa.text(LATEST), asked)))


def deliveries(session: TenantSession, ids: Sequence[UUID]) -> list[Delivery]:
    """These deliveries, in their order; one that is not there is left out."""
    steps: dict[UUID, list[Step]] = {each: [] for each in ids}
    asked = sa.select(StepRow).where(StepRow.delivery_id.in_(ids))
    for row in session.scalars(asked.order_by(StepRow.delivery_id, StepRow.place)):
        steps[row.delivery_id].append(_step(row))
    numbers = session.execute(sa.text(HEADS), {"ids": list(ids)})
    known = {row.id: row for row in numbers}
    return [
        Delivery(
            each,
            known[each].document_id,
            known[each].number,
            known[each].party_id,
            Channel(known[each].channel),
            tuple(steps[each]),
        )
        for each in ids
        if each in known
    ]


HEADS = """
    SELECT v.id, v.document_id, d.number, v.party_id, v.channel
    FROM deliveries v
    JOIN documents d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
    WHERE v.id = ANY (:ids)
"""


def _facts(session: TenantSession, delivery_id: UUID, place: int, step: Step) -> dict[str, object]:
    return {
        "tenant_id": session.tenant_id,
        "id": session.ids.new(),
        "delivery_id": delivery_id,
        "place": place,
        **fields_of(Step, step),
        "state": step.state.value,
    }


def _step(row: StepRow) -> Step:
    return value_of(Step, row, state=State(row.state))
