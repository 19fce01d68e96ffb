"""What partners are owed in a currency, and what keeps it from being paid now."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from currencies.money import Money, money, scaled, total
from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.disputes import service as disputes
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account as LedgerAccount
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.payouts.owing import store
from settlement.payouts.pay_dates import business_days_after
from settlement.payouts.payout import Account, Candidate
from settlement.payouts.proposing import payees
from settlement.periods.calendar import local_day
from tenants.directory.service import own_tenant
from tenants.directory.tenant import Tenant
from tenants.session import TenantSession

COOLING_OFF_DAYS = "3"


def candidates(session: TenantSession, currency: str, pays_on: dt.date) -> list[Candidate]:
    """Every partner with a balance in the currency, and what is known of it on that day."""
    known = {party.id: party for party in parties.parties(session, PartyKind.PARTNER)}
    in_use = accounts(session, currency)
    held = disputed(session, currency)
    under_terms = payees([each.sharing for each in agreements.share_agreements(session, pays_on)])
    selling = agents.network(session).everybody_on(pays_on)
    nothing = money(0, currency)
    return [
        Candidate(
            party_id=party_id,
            code=known[party_id].code,
            balance=balance,
            disputed=held.get(party_id, nothing),
            account=in_use.get(party_id),
            has_ended=known[party_id].code not in under_terms and party_id not in selling,
        )
        for party_id, balance in owed(session, currency).items()
    ]


def owed(session: TenantSession, currency: str) -> dict[UUID, Money]:
    """What partners are owed in a currency; below zero where they owe us."""
    return {
        line.party_id: scaled(line.amount, -1)
        for line in ledger.balances(session, LedgerAccount.PARTNER_PAYABLE)
        if line.party_id is not None and line.amount.currency.code == currency
    }


def disputed(session: TenantSession, currency: str) -> dict[UUID, Money]:
    """What is disputed of the statements of partners."""
    party_of = {each.id: each.party_id for each in store.statements(session, currency)}
    held: dict[UUID, list[Money]] = defaultdict(list)
    for document_id, amount in disputes.disputed_amounts(session, list(party_of)).items():
        held[party_of[document_id]].append(amount)
    return {party_id: total(amounts, currency) for party_id, amounts in held.items()}


def accounts(session: TenantSession, currency: str) -> dict[UUID, Account]:
    """Accounts in use in a currency, by partner."""
    tenant = own_tenant(session)
    found = store.accounts(session, currency)
    return {party_id: _account(tenant, each) for party_id, each in found.items()}


def unpaid_statements(session: TenantSession, currency: str) -> dict[UUID, list[UUID]]:
    """Issued statements that no payment has been for, by partner, the oldest first."""
    unpaid: dict[UUID, list[UUID]] = defaultdict(list)
    for each in store.statements(session, currency):
        if not each.is_paid:
            unpaid[each.party_id].append(each.id)
    return unpaid


def statement_numbers(session: TenantSession, currency: str) -> dict[UUID, str]:
    """Numbers of issued statements in a currency."""
    return {each.id: each.number for each in store.statements(session, currency)}


def _account(tenant: Tenant, found: store.AccountInUse) -> Account:
    usable_from = None
    if found.is_change:
        days = int(tenant.policies.get("bank_cooling_off_days", COOLING_OFF_DAYS))
        changed_on = local_day(found.changed_at, tenant.time_zone)
        usable_from = business_days_after(changed_on, days, tenant.country)
    return Account(found.id, found.holder, found.iban, found.bic, usable_from)
