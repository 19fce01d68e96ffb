"""A tenant ready to bill: a closed October, number series, an account; customers with charges."""

from uuid import UUID

import sqlalchemy as sa

from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from settlement.taxation.number_checks import service as number_checks
from statements import service as statements
from statements.document import Kind as DocumentKind
from tenants.directory.tenant import Address
from tenants.session import TenantSession
from tests.settlement.books import a_charge_line, a_rating_run

WARSAW = Address("ul. Prosta 1", "00-001", "Warszawa", "PL")
OWN_IBAN = "PL61109010140000071219812874"


def a_customer(session: TenantSession, code: str = "C-1", **changes: object) -> UUID:
    """A Polish company that reads English, changed as asked."""
    facts: dict[str, object] = {
        "id": session.ids.new(),
        "kind": Kind.CUSTOMER,
        "code": code,
        "name": f"{code} sp. z o.o.",
        "country": "PL",
        "address": WARSAW,
        "language": "en",
        "currency": "PLN",
        "time_zone": "Europe/Warsaw",
        "tax_id": "PL6762484560",
    }
    return parties.register(session, Party(**(facts | changes))).id  # type: ignore[arg-type]


def october(session: TenantSession) -> tuple[UUID, UUID]:
    """An open October and a rating run in it; series and an account of the tenant besides."""
    period = periods.open_period(session, "2026-10")
    statements.open_series(session, DocumentKind.INVOICE, "FV/{year}/{month:02}/{number:04}")
    statements.open_series(session, DocumentKind.CREDIT_NOTE, "FK/{year}/{month:02}/{number:04}")
    parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, "PLN")
    return period.id, a_rating_run(session, period.id)


def charged(
    session: TenantSession, where: tuple[UUID, UUID], party_id: UUID, amount: str, **changes: object
) -> UUID:
    """A charge of the customer in the period."""
    period_id, run_id = where
    return a_charge_line(session, run_id, period_id, party_id, amount, **changes)


def checked(session: TenantSession, party_id: UUID, is_valid: bool = True) -> UUID:
    """A party whose VAT number a person has checked just now."""
    number_checks.enter(session, party_id, "VIES", is_valid, "WAPI-1")
    return party_id


def policies(session: TenantSession, text: str) -> None:
    """Set the tenant's policies."""
    session.execute(sa.text("UPDATE tenants SET policies = CAST(:text AS jsonb)"), {"text": text})
    session.expire_all()
