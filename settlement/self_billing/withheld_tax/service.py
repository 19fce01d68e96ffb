"""Say what was withheld in a year, and certify it to the payees once the year is over.

A certificate is of one payee and currency. Its parts are read from the statements, its sum from
the book; one that does not tie parks that payee. In another currency than that of the tax office it
is stated in both, each part at the rate that the law of our country wants for its day; without that
rate the payee is parked. A year that is over takes no more statements, so
its certificates are issued once and stay true.
"""

import datetime as dt
from dataclasses import dataclass, replace

from currencies import service as fx
from currencies.fx_rate import RateTable
from currencies.money import Money, money, scaled
from i18n.errors import Conflict, DomainError
from settlement.billing.sides import party_side, tenant_side
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.self_billing.withheld_tax import store
from settlement.taxation.local_tax import tax_currency
from statements import service as statements
from statements.document import Kind, Period
from statements.filing import Filed, Filing
from statements.number_series.service import NoSeries
from statements.withholding_certificate import WithheldPart, WithholdingCertificate
from tenants.directory.service import own_tenant
from tenants.directory.tenant import Tenant
from tenants.session import TenantSession

ONE_DAY = dt.timedelta(days=1)
# The rate for the first day of a year may be of some days before.
DAYS_OF_RATES = dt.timedelta(days=14)


class WithholdingYearNotOver(Conflict):
    """Tax of {year} is certified from {day} on. Wait for the year to end."""


@dataclass(frozen=True, slots=True)
class ParkedCertificate:
    """A payee whose tax could not be certified, and why."""

    party: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class CertificateRun:
    """What certifying a year came to; `issued` are all certificates of the year."""

    issued: tuple[Filed, ...]
    parked: tuple[ParkedCertificate, ...]


def until_now(session: TenantSession, today: dt.date) -> store.Parts:
    """What was withheld in the year of a day up to it, by party and currency."""
    return store.parts(session, dt.date(today.year, 1, 1), today + ONE_DAY)


def of_year(session: TenantSession, year: int) -> list[WithholdingCertificate]:
    """What was withheld in a year, by payee and currency, as it would be certified."""
    span = Period(dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
    found = store.parts(session, span.starts_on, span.until)
    owed = {
        (each.party_id, str(each.amount.currency.code))
        for each in ledger.balances(session, Account.WITHHOLDING_PAYABLE, until=span.until)
        if each.party_id is not None
    }
    known = {party.id: party for party in parties.parties(session)}
    drafts = [
        _drafted(session, known[party_id], currency, span, found.get((party_id, currency), []))
        for party_id, currency in owed | found.keys()
    ]
    named = [each for each in drafts if each.parts or each.withheld]
    return sorted(named, key=lambda each: (each.payee.reference, each.currency))


def issue_year(session: TenantSession, year: int) -> CertificateRun:
    """Issue the certificates of a year that is over; again, it issues what is missing.

    Raises WithholdingYearNotOver or NoSeries; what is wrong with one payee parks that payee.
    """
    today, first_day = periods.today(session), dt.date(year + 1, 1, 1)
    if today < first_day:
        raise WithholdingYearNotOver(year=year, day=first_day.isoformat())
    tenant, rates = own_tenant(session), fx.rate_table(session, None, _early(year), first_day)
    issued, parked = [], []
    for draft in of_year(session, year):
        code = draft.payee.reference
        party = parties.party_by_code(session, code)
        purpose = f"withholding:{year}:{code}:{draft.currency}"
        try:
            with session.begin_nested():
                filing = Filing(party.id, purpose, direction="payable")
                stated = _stated_locally(draft, tenant, rates)
                issued.append(statements.issue(session, stated, filing, today))
        except NoSeries:
            raise
        except DomainError as error:
            parked.append(ParkedCertificate(code, draft.currency, str(error)))
    return CertificateRun(tuple(issued), tuple(parked))


def certificates(session: TenantSession) -> list[Filed]:
    """All certificates that were issued, the newest first."""
    return statements.documents(session, kind=Kind.WITHHOLDING_CERTIFICATE, status="issued")


def _drafted(
    session: TenantSession,
    party: Party,
    currency: str,
    span: Period,
    withheld: list[WithheldPart],
) -> WithholdingCertificate:
    return WithholdingCertificate(
        currency=currency,
        locale=party.language,
        payer=tenant_side(own_tenant(session)),
        payee=party_side(party),
        period=span,
        parts=tuple(withheld),
        withheld=_owed(session, party, currency, span),
    )


def _early(year: int) -> dt.date:
    return dt.date(year, 1, 1) - DAYS_OF_RATES


def _stated_locally(
    draft: WithholdingCertificate, tenant: Tenant, rates: RateTable
) -> WithholdingCertificate:
    """The same with the rate of each part to the tenant's currency. Raises NoFxRate."""
    parts = []
    for part in draft.parts:
        day = part.issued_on
        local = tax_currency(tenant.country, tenant.base_currency, draft.currency, rates, day, day)
        parts.append(replace(part, local=local))
    return replace(draft, parts=tuple(parts))


def _owed(session: TenantSession, party: Party, currency: str, span: Period) -> Money:
    """What the book owes the tax office for the party out of the year."""
    moved = ledger.moves(
        session,
        party.id,
        currency,
        (Account.WITHHOLDING_PAYABLE,),
        span.starts_on,
        span.until,
    )
    return scaled(sum((each.amount for each in moved), money(0, currency)), -1)
