"""What partners and carriers are owed in a currency, and what keeps it from being paid now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Final
from uuid import UUID

from currencies.money import Money, money, scaled, total
from settlement.agreements import service as agreements
from settlement.catalogue.business_days import business_days_after
from settlement.disputes import service as disputes
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account as LedgerAccount
from settlement.netting.open_balances import service as open_balances
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.payouts.owing import store
from settlement.payouts.payout import Account, Candidate, Later
from settlement.periods.calendar import local_day
from settlement.receipts.declared import service as declared
from settlement.self_billing.carrying import service as carrying
from tenants.directory.service import own_tenant
from tenants.directory.tenant import Tenant
from tenants.session import TenantSession

COOLING_OFF_DAYS = "3"
ONE_DAY = dt.timedelta(days=1)

# Whom we pay, and where the book has what they are owed.
OWED_TO: Final = {
    PartyKind.PARTNER: LedgerAccount.PARTNER_PAYABLE,
    PartyKind.CARRIER: LedgerAccount.CARRIER_PAYABLE,
}


def candidates(session: TenantSession, currency: str, pays_on: dt.date) -> list[Candidate]:
    """Every payee with a balance in the currency, and what is known of it on that day."""
    known = _payees(session)
    balances = owed(session, currency)
    in_use = accounts(session, currency)
    held = disputed(session, currency)
    continuing = _continuing(session, pays_on)
    nothing = money(0, currency)
    return [
        Candidate(
            party_id=party_id,
            code=known[party_id].code,
            balance=balance,
            disputed=held.get(party_id, nothing),
            account=in_use.get(party_id),
            has_ended=party_id not in continuing,
            later=_later(session, known[party_id], currency, pays_on),
        )
        for party_id, balance in balances.items()
    ]


def owed(session: TenantSession, currency: str) -> dict[UUID, Money]:
    """What partners and carriers are owed in a currency; below zero where they owe us."""
    return {
        line.party_id: scaled(line.amount, -1)
        for line in ledger.balances(session, *OWED_TO.values())
        if line.party_id is not None and line.amount.currency.code == currency
    }


def disputed(session: TenantSession, currency: str) -> dict[UUID, Money]:
    """What is disputed of the statements of partners, and of what carriers are owed."""
    party_of = {
        each.id: each.party_id
        for each in store.statements(session, currency)
        if not each.is_declaration
    }
    held: dict[UUID, list[Money]] = defaultdict(list)
    for document_id, amount in disputes.disputed_amounts(session, list(party_of)).items():
        held[party_of[document_id]].append(amount)
    for line in ledger.balances(session, LedgerAccount.CARRIER_PAYABLE):
        if line.party_id is not None and line.amount.currency.code == currency:
            found = open_balances.disputed(session, line.party_id, PartyKind.CARRIER)
            key = (LedgerAccount.CARRIER_PAYABLE, currency)
            held[line.party_id].append(found.get(key, money(0, currency)))
    return {party_id: total(amounts, currency) for party_id, amounts in held.items()}


def payable_on(session: TenantSession, party_ids: Collection[UUID]) -> dict[UUID, LedgerAccount]:
    """The account on which the book has what each of these payees is owed."""
    known = _payees(session)
    return {each: OWED_TO[known[each].kind] for each in party_ids}


def accounts(session: TenantSession, currency: str) -> dict[UUID, Account]:
    """Accounts in use in a currency, by payee."""
    tenant = own_tenant(session)
    found = store.accounts(session, currency)
    return {party_id: _account(tenant, each) for party_id, each in found.items()}


def unpaid_statements(
    session: TenantSession, currency: str, pays_on: dt.date
) -> dict[UUID, list[UUID]]:
    """What no payment has been for, by payee, the oldest first.

    Statements of partners, and declarations to carriers that are due on that day.
    """
    unpaid: dict[UUID, list[UUID]] = defaultdict(list)
    for each in store.statements(session, currency):
        is_later = each.is_declaration and each.due_on > pays_on
        if not each.is_paid and not is_later:
            unpaid[each.party_id].append(each.id)
    return unpaid


def statement_numbers(session: TenantSession, currency: str) -> dict[UUID, str]:
    """Numbers of issued statements and declarations in a currency."""
    return {each.id: each.number for each in store.statements(session, currency)}


def _payees(session: TenantSession) -> dict[UUID, Party]:
    return {each.id: each for kind in OWED_TO for each in parties.parties(session, kind)}


def _later(
    session: TenantSession, payee: Party, currency: str, pays_on: dt.date
) -> tuple[Later, ...]:
    """What a carrier is owed without doubt after that day; partners are paid what they are owed."""
    if payee.kind is not PartyKind.CARRIER:
        return ()
    found = declared.open_to_carrier(session, payee.id, currency)
    return tuple(
        Later(each.due_on, each.undisputed)
        for each in found
        if each.due_on > pays_on and each.undisputed.amount
    )


def _continuing(session: TenantSession, on: dt.date) -> set[UUID]:
    """Who has an agreement with us on that day: as partner, agent or carrier."""
    carriers = agreements.interconnects(session, on, on + ONE_DAY)
    return carrying.going_on(session, on) | {each.carrier_id for each in carriers}


def _account(tenant: Tenant, found: store.AccountInUse) -> Account:
    usable_from = None
    if found.is_change:
        days = int(tenant.policies.get("bank_cooling_off_days", COOLING_OFF_DAYS))
        changed_on = local_day(found.changed_at, tenant.time_zone)
        usable_from = business_days_after(changed_on, days, tenant.country)
    return Account(found.id, found.holder, found.iban, found.bic, usable_from)
