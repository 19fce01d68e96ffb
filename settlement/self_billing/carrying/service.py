"""What partners are owed from earlier statements, and whose agreements go on."""

import datetime as dt
from uuid import UUID

from currencies.money import Money, scaled
from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.self_billing.carrying.payees import payees
from tenants.session import TenantSession


def brought_forward(session: TenantSession) -> dict[tuple[UUID, str], Money]:
    """What partners are owed and no payment is under way for, by partner and currency.

    Below zero where a partner owes us. Whoever states it holds the book until that is booked.
    """
    return {
        (line.party_id, str(line.amount.currency.code)): scaled(line.amount, -1)
        for line in ledger.balances(session, Account.PARTNER_PAYABLE)
        if line.party_id is not None
    }


def going_on(session: TenantSession, on: dt.date) -> set[UUID]:
    """Who has an agreement with us on that day, as partner or as agent."""
    under_terms = payees([each.sharing for each in agreements.share_agreements(session, on)])
    partners = parties.parties(session, Kind.PARTNER)
    return {
        *(each.id for each in partners if each.code in under_terms),
        *agents.network(session).everybody_on(on),
    }
