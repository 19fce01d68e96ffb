"""Change who pays for a contract, and say who pays on a day.

Before the first change it is whom the contract names. The invoice of a month goes to whoever pays
on its last day.
"""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from i18n.locale import Words, _
from settlement.agreements.contract import NotACustomer, require_within
from settlement.agreements.contracts import service as contracts
from settlement.agreements.payer import PayerChange, PayerChangedLater
from settlement.agreements.payers import store
from settlement.parties import service as parties
from settlement.parties.accounts import service as accounts
from settlement.parties.party import Kind
from tenants.session import TenantSession
from tenants.values import value_of


def change_payer(
    session: TenantSession, contract_id: UUID, payer_id: UUID, on: dt.date
) -> PayerChange:
    """Let another customer pay for a contract from a local day on.

    Raises NoSuchContract, NoSuchParty, NotACustomer, OutsideTheContract and PayerChangedLater.
    """
    contract = contracts.contract(session, contract_id)
    payer = parties.party(session, payer_id)
    if payer.kind is not Kind.CUSTOMER:
        raise NotACustomer(party=payer.code, kind=payer.kind.value)
    days = contract.valid_from, contract.valid_until
    require_within(
        Words(_("contract {number}"), number=contract.number), on, contract.valid_until, *days
    )
    for each in changes_of(session, contract_id):
        if each.valid_from >= on:
            raise PayerChangedLater(number=contract.number, on=each.valid_from)
    row = store.ContractPayerRow(
        tenant_id=session.tenant_id,
        contract_id=contract_id,
        valid_from=on,
        payer_id=payer_id,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return value_of(PayerChange, row)


def changes_of(session: TenantSession, contract_id: UUID) -> list[PayerChange]:
    """The changes of a contract, the earliest first. Raises NoSuchContract."""
    contracts.contract(session, contract_id)
    return [value_of(PayerChange, row) for row in store.rows(session, contract_id)]


def payers_on(session: TenantSession, on: dt.date) -> dict[UUID, UUID]:
    """Who pays on a day, by contract, where it is not whom the contract names.

    That is whoever the payer had been changed to by then, and for a sub-account its topmost parent.
    """
    found = {row.contract_id: row.payer_id for row in store.rows(session, until=on)}
    above = accounts.payers_on(session, on)
    if above:
        for contract in contracts.contracts(session):
            payer = found.get(contract.id, contract.billed_to)
            found[contract.id] = above.get(payer, payer)
    return found


def payers_ever(session: TenantSession) -> dict[UUID, set[UUID]]:
    """Who else pays, paid or will pay, by contract; not whom the contract names."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for row in store.rows(session):
        found[row.contract_id].add(row.payer_id)
    above = accounts.payers_ever(session)
    if above:
        for contract in contracts.contracts(session):
            named = {contract.billed_to, *found.get(contract.id, ())}
            found[contract.id] |= {up for each in named for up in above.get(each, ())}
    return found
