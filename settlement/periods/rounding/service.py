"""Draw the rounding ledger of a period from its charges and splits, and read it."""

from collections.abc import Iterator
from uuid import UUID

from settlement.periods.rounding import store
from settlement.periods.rounding.recomputing import OF_FACTS, Fault, beyond_rounding, unlike
from settlement.periods.rounding.rounding_entry import (
    SHARE_BY_EVENT,
    RoundingEntry,
    Split,
    entries_of,
    of_charges,
)
from settlement.sharing import service as sharing
from tenants.session import TenantSession


def draw(session: TenantSession, period_id: UUID) -> int:
    """Replace the entries of an open period by what rounding made and lost; how many there are."""
    found = [
        *of_charges(store.charged(session, period_id)),
        *entries_of(_splits(session, period_id)),
    ]
    own = {"tenant_id": session.tenant_id, "period_id": period_id}

    def value(name: str, entry: RoundingEntry, identity: UUID) -> object:
        if name == "id":
            return identity
        if name in ("numerator", "denominator"):
            return str(getattr(entry, name))
        return own[name] if name in own else getattr(entry, name)

    ids = session.ids.many(len(found))
    rows = (
        tuple(value(name, entry, identity) for name in store.COLUMNS)
        for entry, identity in zip(found, ids, strict=True)
    )
    store.replace(session, period_id, rows)
    return len(found)


def faults(session: TenantSession, period_id: UUID) -> list[Fault]:
    """Where the ledger of a period is not what its charge lines and the terms of its splits give.

    Nothing where there is no ledger of the period: it was closed before one was kept.
    """
    drawn = [each for each in entries(session, period_id) if each.cause in OF_FACTS]
    if not drawn:
        return []
    splits = [each for each in _splits(session, period_id) if each.cause in OF_FACTS]
    anew = [*of_charges(store.charged(session, period_id)), *entries_of(splits)]
    return [*unlike(drawn, anew), *beyond_rounding(splits)]


def _splits(session: TenantSession, period_id: UUID) -> Iterator[Split]:
    return (
        Split(
            cause=SHARE_BY_EVENT if each.is_by_event else each.credit.cause,
            corrects_period_id=each.corrects_period_id,
            terms_id=each.credit.terms_id,
            product=each.credit.product,
            rule=each.credit.rule,
            currency=each.credit.currency,
            steps=each.steps,
        )
        for each in sharing.splits_of(session, period_id)
    )


def entries(session: TenantSession, period_id: UUID) -> list[RoundingEntry]:
    """The rounding ledger of a period, by cause."""
    return [
        RoundingEntry(
            cause=row.cause,
            corrects_period_id=row.corrects_period_id,
            terms_id=row.terms_id,
            product=row.product,
            rule=row.rule,
            what=row.what,
            currency=row.currency,
            numerator=int(row.numerator),
            denominator=int(row.denominator),
            posted=row.posted,
        )
        for row in store.entries(session, period_id)
    ]
