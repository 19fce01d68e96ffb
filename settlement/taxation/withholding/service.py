"""Enter withholding rates and certificates of residence, and give the rules they make."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from i18n.errors import Conflict
from settlement.parties import service as parties
from settlement.taxation.withholding import store
from settlement.taxation.withholding.withheld import (
    ResidenceCertificate,
    WithholdingRate,
    WithholdingRules,
    rules,
)
from tenants.session import TenantSession


class WithholdingEntered(Conflict):
    """A withholding rate of {country} from {day} was entered already. Enter one from another
    day.
    """


def enter_rate(
    session: TenantSession,
    country: str,
    rate: Decimal,
    valid_from: dt.date,
    treaty_rate: Decimal | None = None,
) -> WithholdingRate:
    """Withhold a part of payments to a country from a day on; a rate of 0 ends it.

    Raises WithholdingRateUnclear and WithholdingEntered.
    """
    entered = WithholdingRate(country, rate, treaty_rate, valid_from)
    known = {(each.country, each.valid_from) for each in known_rules(session).rates}
    if (country, valid_from) in known:
        raise WithholdingEntered(country=country, day=valid_from.isoformat())
    session.add(
        store.WithholdingRateRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            country=country,
            rate=rate,
            treaty_rate=treaty_rate,
            valid_from=valid_from,
            entered_at=session.now(),
            entered_by=session.principal.name,
        )
    )
    session.flush()
    return entered


def enter_certificate(
    session: TenantSession,
    party_id: UUID,
    number: str,
    valid_from: dt.date,
    valid_until: dt.date,
) -> ResidenceCertificate:
    """Keep a certificate that a party resides in its country. Raises NoSuchParty and
    CertificateUnclear.
    """
    country = parties.party(session, party_id).country
    entered = ResidenceCertificate(party_id, country, number, valid_from, valid_until)
    session.add(
        store.ResidenceCertificateRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            party_id=party_id,
            country=country,
            number=number,
            valid_from=valid_from,
            valid_until=valid_until,
            entered_at=session.now(),
            entered_by=session.principal.name,
        )
    )
    session.flush()
    return entered


def known_rules(session: TenantSession) -> WithholdingRules:
    """Every rate and every certificate of the tenant."""
    return rules(
        (
            WithholdingRate(row.country, row.rate, row.treaty_rate, row.valid_from)
            for row in store.rate_rows(session)
        ),
        (
            ResidenceCertificate(
                row.party_id, row.country, row.number, row.valid_from, row.valid_until
            )
            for row in store.certificate_rows(session)
        ),
    )
