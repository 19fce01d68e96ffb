"""What is still to be paid of declarations: by a carrier to us, or by us to a carrier."""

from uuid import UUID

from currencies.money import money
from settlement.receipts.applying import OpenInvoice
from settlement.receipts.declared import store
from settlement.receipts.declared.standing import standing
from tenants.session import TenantSession


def open_of_carrier(session: TenantSession, party_id: UUID, currency: str) -> list[OpenInvoice]:
    """What a carrier has still to pay of our declarations, the oldest due first."""
    return _open(session, party_id, currency, "incoming")


def open_to_carrier(session: TenantSession, party_id: UUID, currency: str) -> list[OpenInvoice]:
    """What we have still to pay a carrier by our declarations, the oldest due first."""
    return _open(session, party_id, currency, "outgoing")


def _open(
    session: TenantSession, party_id: UUID, currency: str, direction: store.Direction
) -> list[OpenInvoice]:
    settled = money(store.at_large(session, party_id, currency, direction), currency)
    return standing(store.booked(session, party_id, currency, direction), settled)
