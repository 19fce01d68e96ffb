"""Parties, periods and usage already rated, as rows: what the money concepts stand on in tests.

Each builder is valid by default and a test names only what it is about.
"""

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

ADDRESS = {"street": "ul. Prosta 1", "postcode": "00-001", "city": "Warszawa", "country": "PL"}


def insert(session: TenantSession, table: str, **values: object) -> UUID:
    """One row with a new id; dicts and lists of texts go in as JSON."""
    row_id = session.ids.new()
    facts = {"tenant_id": session.tenant_id, "id": row_id, **values}
    names = ", ".join(facts)
    places = ", ".join(
        f"CAST(:{name} AS jsonb)" if isinstance(value, dict | list) else f":{name}"
        for name, value in facts.items()
    )
    plain = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in facts.items()
    }
    session.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({places})"), plain)
    return row_id


def a_period(session: TenantSession, code: str = "2026-10") -> UUID:
    """An open period of one calendar month."""
    year, month = int(code[:4]), int(code[5:])
    return insert(
        session,
        "periods",
        code=code,
        starts_on=dt.date(year, month, 1),
        ends_on=dt.date(year + month // 12, month % 12 + 1, 1),
        status="open",
        opened_at=session.now(),
    )


def a_party(
    session: TenantSession, code: str = "C-1", kind: str = "customer", **changes: object
) -> UUID:
    """A Polish company, changed as asked."""
    facts: dict[str, object] = {
        "kind": kind,
        "code": code,
        "name": f"{code} sp. z o.o.",
        "country": "PL",
        "tax_id": "",
        "address": ADDRESS,
        "email": f"{code.lower()}@example.com",
        "language": "en",
        "currency": "PLN",
        "time_zone": "Europe/Warsaw",
        "created_at": session.now(),
    }
    return insert(session, "parties", **(facts | changes))


def a_rating_run(session: TenantSession, period_id: UUID) -> UUID:
    """A rating of the period in which everything was rated."""
    return insert(
        session,
        "rating_runs",
        period_id=period_id,
        snapshot_digest="0" * 64,
        events=1,
        rated=1,
        suspended=0,
        unbillable=0,
        free=0,
        rated_at=session.now(),
    )


def a_charge_line(
    session: TenantSession,
    run_id: UUID,
    period_id: UUID,
    party_id: UUID,
    amount: str,
    **changes: object,
) -> UUID:
    """A charge for voice in PLN; a customer's unless said otherwise."""
    exact = Decimal(amount)
    facts: dict[str, object] = {
        "run_id": run_id,
        "period_id": period_id,
        "side": "customer",
        "direction": "receivable",
        "party_id": party_id,
        "service": "voice",
        "product": "VOICE",
        "destination": "Poland mobile",
        "currency": "PLN",
        "events": 3,
        "seconds": 180,
        "billed_units": 180,
        "amount_3600": exact * 3600,
        "amount": exact,
        "starts_on": dt.date(2026, 10, 1),
        "ends_on": dt.date(2026, 11, 1),
    }
    return insert(session, "charge_lines", **(facts | changes))


def a_share(
    session: TenantSession,
    run_id: UUID,
    period_id: UUID,
    terms_id: UUID,
    agreement_id: UUID,
    party_id: UUID | None,
    amount: str,
    **changes: object,
) -> UUID:
    """A partner's part of the revenue of one product, in PLN."""
    facts: dict[str, object] = {
        "run_id": run_id,
        "period_id": period_id,
        "agreement_id": agreement_id,
        "terms_id": terms_id,
        "party_id": party_id,
        "position": 1,
        "product": "QUIZ",
        "currency": "PLN",
        "events": 10,
        "gross": Decimal(amount) * 2,
        "base": Decimal(amount) * 2,
        "amount": Decimal(amount),
    }
    return insert(session, "shares", **(facts | changes))


def an_agreement(
    session: TenantSession,
    party_id: UUID,
    code: str = "RS-1",
    terms: dict[str, object] | None = None,
    **changes: object,
) -> tuple[UUID, UUID]:
    """A revenue share agreement and its one version of terms: their two ids."""
    facts: dict[str, object] = {
        "kind": "revenue_share",
        "code": code,
        "party_id": party_id,
        "currency": "PLN",
        "created_at": session.now(),
    }
    agreement_id = insert(session, "agreements", **(facts | changes))
    terms_id = insert(
        session,
        "terms",
        agreement_id=agreement_id,
        version=1,
        valid_from=dt.date(2026, 1, 1),
        terms={"owner": "operator", "shares": [{"payee": "P-1", "rate": "0.5"}]} | (terms or {}),
        digest="0" * 64,
        published_at=session.now(),
        published_by="test",
    )
    return agreement_id, terms_id


def a_batch(session: TenantSession, source_id: UUID, file_name: str, **changes: object) -> UUID:
    """A file that landed with one record."""
    facts: dict[str, object] = {
        "source_id": source_id,
        "file_name": file_name,
        "sha256": session.ids.new().hex * 2,
        "size_bytes": 1,
        "status": "landed",
        "records": 1,
        "landed": 1,
        "rejected": 0,
        "duplicate": 0,
        "suspended": 0,
        "arrived_at": session.now(),
    }
    return insert(session, "batches", **(facts | changes))
