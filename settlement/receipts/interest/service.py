"""Charge interest on what a customer paid late or still owes: compute it, issue the note, book it.

Interest of a document is computed whole each time, from its due date on, and what notes charged
before is taken off. So a dispute that ends, or a payment that bounces, comes right by itself.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from currencies.money import Money, money, total
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from i18n.formats import amount_code_text, date_text, percent_text
from i18n.locale import _, translator
from settlement.billing import service as billing
from settlement.billing.drafting import terms_of
from settlement.billing.invoice import Terms
from settlement.billing.issued_entry import change_entry
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.receipts.instalments import service as instalments
from settlement.receipts.interest import store
from settlement.receipts.interest.deferring import deferred
from settlement.receipts.interest.late_interest import (
    ONE_DAY,
    RateFrom,
    Stretch,
    interest_of,
    stretches,
)
from settlement.receipts.receipt import NotACustomerPays
from statements import service as statements
from statements.document import Detail, Document, Kind, Line, Period, References, Tax
from statements.filing import Filed, Filing
from statements.totals import TotalPolicies, add_up
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

PRINTED = ("interest_days", "day_count", "interest_rounding")
LINE = _("Interest on {number}, due on {day}")
STRETCH = _("{first} to {last}: {principal} at {rate} a year")
UNTAXED = _("Interest for late payment is not subject to VAT.")
DIGITS = 4


class NoInterestDue(Conflict):
    """{party} owes no interest in {currency} up to {day} that was not charged. Issue no note."""


class InterestInAdvance(Invalid):
    """{day} is after today, {today}. Charge interest up to today."""


class NotARateOfInterest(Invalid):
    """{rate} is no yearly rate. Write it between 0 and 1, for example 0.1125 for 11.25 %."""


class RateKnown(Conflict):
    """From {day} the rate of {country} is {rate} already. Enter the next one from a later day."""


@dataclass(frozen=True, slots=True)
class Late:
    """A document paid late: its stretches, the interest of all, and what is left to charge."""

    owed: store.Owed
    stretches: tuple[Stretch, ...]
    interest: Money
    to_charge: Money


def set_rate(session: TenantSession, country: str, valid_from: dt.date, rate: Decimal) -> None:
    """Enter a country's yearly rate from a day on; the same again changes nothing.

    Raises NotARateOfInterest or RateKnown.
    """
    if not 0 <= rate < 1:
        raise NotARateOfInterest(rate=rate)
    for row in store.rate_rows(session, country):
        if row.valid_from == valid_from:
            if row.rate != rate:
                raise RateKnown(day=valid_from, country=country, rate=row.rate.normalize())
            return
    session.add(
        store.InterestRateRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            country=country,
            valid_from=valid_from,
            rate=rate,
            recorded_by=session.principal.name,
            recorded_at=session.now(),
        )
    )
    session.flush()


def rates(session: TenantSession) -> list[tuple[str, RateFrom]]:
    """All rates with their country, the earliest first."""
    return [
        (row.country, RateFrom(row.valid_from, row.rate.normalize() + 0))
        for row in store.rate_rows(session)
    ]


def late(session: TenantSession, party: str, currency: str, until: dt.date) -> list[Late]:
    """What a customer owes interest on, up to and including a day, at the tenant's country's rates.

    Raises NoSuchParty, NotACustomerPays, InterestInAdvance or NoInterestRate.
    """
    found = _customer(session, party, until)
    terms = _terms(session, found, currency)
    return _late(session, found, currency, until, terms.policies["day_count"])


def issue_note(session: TenantSession, party: str, currency: str, until: dt.date) -> Filed:
    """Issue and book the interest note over all that was not charged yet, up to a day.

    Raises NoInterestDue and what `late` raises.
    """
    ledger.hold_book(session)
    found = _customer(session, party, until)
    terms = _terms(session, found, currency)
    policies = terms.policies
    charged = [
        each
        for each in _late(session, found, currency, until, policies["day_count"])
        if each.to_charge.amount > 0
    ]
    if not charged:
        raise NoInterestDue(party=party, currency=currency, day=until)
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    draft = _drafted(charged, currency, terms, until)
    filing = Filing(found.id, f"interest:{party}:{currency}:{session.ids.new()}", bearing.id)
    filed = statements.issue(session, draft, filing, today)
    issued = statements.content(session, filed.id)
    assert isinstance(issued, Document), "an interest note has lines and totals"
    store.add_charges(
        session, filed.id, until, [(each.owed.document_id, each.to_charge) for each in charged]
    )
    entry = change_entry(
        filed.id, found.id, issued, bearing.id, today, income=Account.INTEREST_INCOME
    )
    ledger.post(session, [entry])
    return filed


def _customer(session: TenantSession, party: str, until: dt.date) -> Party:
    found = parties.party_by_code(session, party)
    if found.kind is not PartyKind.CUSTOMER:
        raise NotACustomerPays(party=party, kind=found.kind.value)
    today = periods.today(session)
    if until > today:
        raise InterestInAdvance(day=until, today=today)
    return found


def _terms(session: TenantSession, party: Party, currency: str) -> Terms:
    cycle = billing.cycle_of(session, periods.booking_period(session, periods.today(session)))
    return terms_of(cycle, party, currency, is_outside_vat=False)


def _late(
    session: TenantSession, party: Party, currency: str, until: dt.date, day_count: str
) -> list[Late]:
    country = own_tenant(session).country
    known = [RateFrom(row.valid_from, row.rate) for row in store.rate_rows(session, country)]
    found = []
    owing = store.owed(session, party.id, currency)
    plans = instalments.agreed_of(session, [each.document_id for each in owing])
    for owed in owing:
        of = plans.get(owed.document_id, [])
        moves, disputed = deferred(owed.due_on, of, owed.changes, owed.disputed)
        bearing = stretches([*owed.moves, *moves], disputed, known, until, country)
        if bearing:
            interest = interest_of(bearing, currency, day_count)
            found.append(Late(owed, tuple(bearing), interest, interest - owed.charged))
    return found


def _drafted(charged: Sequence[Late], currency: str, terms: Terms, until: dt.date) -> Document:
    say = translator(terms.locale)
    tax = Tax("O", Decimal(0), say(UNTAXED), "VATEX-EU-O")
    lines = tuple(
        _line(str(number), each, tax, terms) for number, each in enumerate(charged, start=1)
    )
    first = min(each.stretches[0].starts_on for each in charged)
    return Document(
        kind=Kind.INTEREST_NOTE,
        currency=currency,
        locale=terms.locale,
        seller=terms.seller,
        buyer=terms.buyer,
        lines=lines,
        totals=add_up(lines, currency, TotalPolicies()),
        period=Period(first, until + ONE_DAY),
        due_on=terms.due_on,
        references=References(buyer=terms.buyer.reference),
        policies=tuple((name, terms.policies[name]) for name in PRINTED),
    )


def _line(number: str, each: Late, tax: Tax, terms: Terms) -> Line:
    say, currency = translator(terms.locale), str(each.interest.currency.code)
    rest = each.to_charge - each.interest
    details = [_detail(stretch, terms) for stretch in each.stretches]
    if rest.amount:
        details.append(Detail(say(_("Charged before")), Decimal(1), "C62", rest))
    return Line(
        id=number,
        description=say(
            LINE, number=each.owed.number, day=date_text(each.owed.due_on, terms.locale)
        ),
        quantity=Decimal(1),
        unit_code="C62",
        net=total([each.to_charge], currency),
        tax=tax,
        unit_price=each.to_charge.amount,
        period=Period(each.stretches[0].starts_on, each.stretches[-1].last_on + ONE_DAY),
        details=tuple(details),
    )


def _detail(stretch: Stretch, terms: Terms) -> Detail:
    code = str(stretch.principal.currency.code)
    exact = round_fraction(stretch.interest(terms.policies["day_count"]), DIGITS)
    text = translator(terms.locale)(
        STRETCH,
        first=date_text(stretch.starts_on, terms.locale),
        last=date_text(stretch.last_on, terms.locale),
        principal=amount_code_text(
            Decimal(stretch.principal.amount), code, minor_unit(code), terms.locale
        ),
        rate=percent_text(stretch.rate, terms.locale),
    )
    return Detail(text, Decimal(stretch.days), "DAY", money(exact, code))
