"""Put contracts on cost centres from a day on."""

import datetime as dt
from uuid import UUID

from settlement.agreements.contracts import service as contracts
from settlement.agreements.cost_centre import (
    CostCentreChangedLater,
    DatedCostCentre,
    checked_cost_centre,
)
from settlement.agreements.cost_centres import store
from tenants.session import TenantSession
from tenants.values import value_of


def set_cost_centre(
    session: TenantSession, contract_id: UUID, cost_centre: str, on: dt.date
) -> DatedCostCentre:
    """Put a contract on a cost centre of its customer from a day on; empty: on none.

    Raises NoSuchContract, CostCentreUnusable and CostCentreChangedLater.
    """
    contract = contracts.contract(session, contract_id)
    text = checked_cost_centre(cost_centre)
    for each in cost_centres(session, contract_id):
        if each.valid_from >= on:
            raise CostCentreChangedLater(number=contract.number, on=each.valid_from)
    row = store.CostCentreRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        contract_id=contract_id,
        valid_from=on,
        cost_centre=text,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return value_of(DatedCostCentre, row)


def cost_centres(session: TenantSession, contract_id: UUID) -> list[DatedCostCentre]:
    """The cost centres of a contract, the earliest first. Raises NoSuchContract."""
    contracts.contract(session, contract_id)
    return [value_of(DatedCostCentre, row) for row in store.rows(session, contract_id)]


def cost_centres_on(session: TenantSession, day: dt.date) -> dict[UUID, str]:
    """The cost centres of a day, by contract; contracts on none are left out."""
    found = {row.contract_id: row.cost_centre for row in store.rows(session, until=day)}
    return {contract_id: text for contract_id, text in found.items() if text}
