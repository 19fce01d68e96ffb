"""Choose the profile of a party or of the house from a day on; tell which is in force."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from statements.profiles import store
from statements.profiles.profile import EN16931, PROFILES, Profile, profile_named
from tenants.session import TenantSession


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile from a day on, of a party; without one, of the house."""

    profile: str
    valid_from: date
    party_id: UUID | None = None


def choose(session: TenantSession, choice: Choice) -> Choice:
    """Keep a choice; one of the same day is replaced. Raises ProfileUnknown.

    What was issued stays as it was issued.
    """
    profile_named(choice.profile)
    row = store.choice_of(session, choice.party_id, choice.valid_from)
    if row is None:
        store.insert_choice(session, choice.party_id, choice.profile, choice.valid_from)
    else:
        row.profile = choice.profile
    return choice


def choices(session: TenantSession, party_id: UUID | None = None) -> list[Choice]:
    """Every choice, or those of one party, by day."""
    rows = store.all_choices(session, party_id)
    return [Choice(row.profile, row.valid_from, row.party_id) for row in rows]


def in_force(session: TenantSession, on: date, parties: Collection[UUID]) -> dict[UUID, Profile]:
    """The profile of each party on a day: its own, else the house's, else EN 16931."""
    chosen = store.choices_by(session, on, parties)
    house = chosen.get(None, EN16931.id)
    return {party: PROFILES[chosen.get(party, house)] for party in parties}
