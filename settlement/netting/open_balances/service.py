"""Balances of parties in the book that are free to be set off."""

from collections.abc import Collection
from uuid import UUID

from currencies.money import Money, money, scaled
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.netting.netting import OWED_BY_US, OWED_TO_US, OpenBalance
from settlement.parties import service as parties
from settlement.parties.party import Kind
from tenants.session import TenantSession

EVERY_DISPUTE = 100_000


def free(session: TenantSession, party_ids: Collection[UUID]) -> list[OpenBalance]:
    """What each of these parties may set off, above zero: the balance less what is disputed.

    A negative balance is what it is, a balance of the same side the other way round, and waits.
    """
    known = {each: parties.party(session, each) for each in sorted(party_ids)}
    held = {each: disputed(session, each, party.kind) for each, party in known.items()}
    found = []
    for line in ledger.balances(session, *OWED_BY_US, *OWED_TO_US):
        if line.party_id not in known:
            continue
        code = str(line.amount.currency.code)
        owed = scaled(line.amount, -1) if line.account in OWED_BY_US else line.amount
        left = owed - held[line.party_id].get((line.account, code), money(0, code))
        if left.amount > 0:
            found.append(OpenBalance(line.party_id, known[line.party_id].code, line.account, left))
    return found


def disputed(
    session: TenantSession, party_id: UUID, kind: Kind
) -> dict[tuple[Account, str], Money]:
    """What disputes hold of a partner's or carrier's balances, by account and currency."""
    held: dict[tuple[Account, str], Money] = {}
    for each in disputes.disputes(session, party_id=party_id, limit=EVERY_DISPUTE):
        if each.is_held:
            for account in _accounts(kind, each):
                key = (account, str(each.held.currency.code))
                held[key] = held.get(key, money(0, key[1])) + each.held
    return held


def _accounts(kind: Kind, dispute: Dispute) -> tuple[Account, ...]:
    """Where the disputed amount is booked; one that names no direction keeps both back."""
    if kind is Kind.PARTNER:
        return (Account.PARTNER_PAYABLE,)
    if dispute.document_line == "incoming":
        return (Account.CARRIER_RECEIVABLE,)
    if dispute.document_line == "outgoing":
        return (Account.CARRIER_PAYABLE,)
    return (Account.CARRIER_PAYABLE, Account.CARRIER_RECEIVABLE)
