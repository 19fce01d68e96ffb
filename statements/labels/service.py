"""Say under which label a party's documents go out from a day on (white label); tell their looks.

A reseller sells under its own name: its customers' documents wear its logo, colours and texts. Who
issues a document, and what it says, stays as it is.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from i18n.errors import NotFound
from statements.brand import HOUSE, checked_label
from statements.branding import service as branding
from statements.branding.service import Worn
from statements.labels import store
from tenants.session import TenantSession


class NoSuchLabel(NotFound):
    """There is no brand with the label {label}. Keep one first, or choose one of: {known}."""


@dataclass(frozen=True, slots=True)
class DatedLabel:
    """The label of a party's documents from a day of issue on; empty is the brand of the house."""

    party_id: UUID
    label: str
    valid_from: date


def wear(session: TenantSession, said: DatedLabel) -> DatedLabel:
    """Keep what is said of a party; what was said for the same day is replaced.

    What was issued stays as it was issued. Raises LabelUnusable or NoSuchLabel.
    """
    label = checked_label(said.label)
    known = branding.known_labels(session)
    if label not in (HOUSE, *known):
        raise NoSuchLabel(label=label, known=", ".join(known) or "-")
    row = store.row_of(session, said.party_id, said.valid_from)
    if row is None:
        store.insert_row(session, said.party_id, label, said.valid_from)
    else:
        row.label = label
    return replace(said, label=label)


def labels(session: TenantSession) -> list[DatedLabel]:
    """Everything said of parties, by party and day."""
    rows = store.all_rows(session)
    return [DatedLabel(row.party_id, row.label, row.valid_from) for row in rows]


def worn_by(session: TenantSession, on: date, parties: Collection[UUID]) -> dict[UUID, Worn]:
    """The look of each party's documents that are issued on a day."""
    chosen = store.labels_by(session, on, parties)
    looks = branding.worn_as(session, on, {*chosen.values(), HOUSE})
    return {party: looks[chosen.get(party, HOUSE)] for party in parties}
