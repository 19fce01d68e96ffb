"""Order a re-rating, and tell what was ordered for a period."""

from uuid import UUID

from settlement.catalogue import service as catalogue
from settlement.parties import service as parties
from settlement.rating.orders import store
from settlement.rating.orders.re_rating import ReRating, VersionWithoutTariff, checked_reason
from tenants.session import TenantSession


def draft(
    session: TenantSession,
    period_id: UUID,
    reason: str,
    tariff: str | None = None,
    party: str | None = None,
    version: int | None = None,
) -> ReRating:
    """An order that is not kept yet; codes of tariff and party, number of the version.

    Raises ReasonMissing, VersionWithoutTariff, NoSuchTariff, NoSuchTariffVersion, NoSuchParty.
    """
    if version is not None and tariff is None:
        raise VersionWithoutTariff(version=version)
    if tariff is not None:
        catalogue.tariffs_by_code(session, [tariff])
    if tariff is not None and version is not None:
        catalogue.numbered_version(session, tariff, version)
    concerned = None if party is None else parties.parties_by_code(session, {party})[party]
    return ReRating(
        id=session.ids.new(),
        period_id=period_id,
        reason=checked_reason(reason),
        ordered_at=session.now(),
        ordered_by=session.principal.name,
        tariff=tariff,
        party_id=None if concerned is None else concerned.id,
        version=version,
    )


def keep(session: TenantSession, order: ReRating) -> None:
    """Keep an order for good."""
    store.add(
        session,
        store.ReRatingRow(
            tenant_id=session.tenant_id,
            id=order.id,
            period_id=order.period_id,
            tariff=order.tariff,
            party_id=order.party_id,
            version=order.version,
            reason=order.reason,
            ordered_at=order.ordered_at,
            ordered_by=order.ordered_by,
        ),
    )


def ordered(session: TenantSession, period_id: UUID) -> list[ReRating]:
    """What was ordered for a period, the earliest first."""
    return [
        ReRating(
            id=row.id,
            period_id=row.period_id,
            reason=row.reason,
            ordered_at=row.ordered_at,
            ordered_by=row.ordered_by,
            tariff=row.tariff,
            party_id=row.party_id,
            version=row.version,
        )
        for row in store.rows(session, period_id)
    ]
