"""Who sold a contract and who stands above whom, by the day."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from i18n.errors import DomainError
from settlement.agreements import service as agreements
from settlement.agreements.agent import (
    AgentChangedLater,
    NetworkCircle,
    NotAnAgent,
    SuperiorChangedLater,
)
from settlement.agreements.agents import service
from settlement.agreements.agreed import AgreementDiffers, CommissionTwice, WrongKindOfParty
from settlement.agreements.contract import OutsideTheContract
from settlement.catalogue.published import NoSuchProduct
from tenants.session import TenantSession
from tests.settlement.agreements.builders import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    a_contract,
    a_market,
    a_partner,
)
from tests.settlement.parties.builders import a_registered_party

A_DAY = timedelta(days=1)
TERMS: dict[str, Any] = {"rates": [{"levels": ["0.10"]}]}


def test_the_line_above_a_contract_is_known_by_the_day(session: TenantSession) -> None:
    a_market(session)
    contract = a_contract(session)
    north, south, regio = (a_partner(session, code).id for code in ("north", "south", "regio"))

    service.set_agent(session, contract.id, north, OCTOBER)
    service.set_agent(session, contract.id, south, NOVEMBER)
    service.set_agent(session, contract.id, None, DECEMBER)
    service.set_superior(session, north, regio, OCTOBER + A_DAY)

    network = service.network(session)
    assert network.sellers(contract.id, OCTOBER) == [north]
    assert network.sellers(contract.id, OCTOBER + A_DAY) == [north, regio]
    assert network.sellers(contract.id, NOVEMBER) == [south]
    assert network.sellers(contract.id, DECEMBER) == []
    assert network.everybody_on(NOVEMBER - A_DAY) == {north, regio}
    assert [each.agent_id for each in service.agents_of(session, contract.id)] == [
        north,
        south,
        None,
    ]
    assert [each.superior_id for each in service.superiors_of(session, north)] == [regio]


def test_nobody_comes_to_stand_above_himself_on_any_day(session: TenantSession) -> None:
    north, regio, head = (a_partner(session, code).id for code in ("north", "regio", "head"))
    service.set_superior(session, north, regio, OCTOBER)
    service.set_superior(session, regio, head, DECEMBER)

    def refused(agent: UUID, superior: UUID, error: type[DomainError]) -> None:
        with pytest.raises(error):
            service.set_superior(session, agent, superior, NOVEMBER)

    refused(head, head, NetworkCircle)
    # Only from December on would it be a circle, and it is one for that.
    refused(head, north, NetworkCircle)
    refused(regio, north, SuperiorChangedLater)
    service.set_superior(session, north, None, NOVEMBER)
    service.set_superior(session, head, north, NOVEMBER)

    assert service.network(session).above(regio, DECEMBER) == [head, north]


def test_a_change_that_cannot_be_is_refused(session: TenantSession) -> None:
    a_market(session)
    contract = a_contract(session)
    north = a_partner(session, "north").id
    customer = a_registered_party(session, "firm").id
    service.set_agent(session, contract.id, north, NOVEMBER)

    for agent, day, error in [
        (north, NOVEMBER, AgentChangedLater),
        (None, OCTOBER + A_DAY, AgentChangedLater),
        (north, contract.valid_from - A_DAY, OutsideTheContract),
        (customer, DECEMBER, NotAnAgent),
    ]:
        with pytest.raises(error):
            service.set_agent(session, contract.id, agent, day)
    for agent, superior in [(customer, north), (north, customer)]:
        with pytest.raises(NotAnAgent):
            service.set_superior(session, agent, superior, NOVEMBER)


def test_an_agent_has_one_commission_at_a_time(session: TenantSession) -> None:
    a_market(session)
    agent = a_partner(session, "regio")

    first = agreements.agree_commission(session, "first", agent.id, "PLN", TERMS, OCTOBER, NOVEMBER)
    with pytest.raises(CommissionTwice):
        agreements.agree_commission(session, "second", agent.id, "PLN", TERMS, NOVEMBER - A_DAY)
    agreements.agree_commission(session, "second", agent.id, "PLN", TERMS, NOVEMBER)

    assert (first.kind, first.sharing) == ("commission", {})
    assert [each.code for each in agreements.commission_agreements(session)] == [
        "first",
        "second",
    ]


def test_a_commission_that_cannot_be_is_refused(session: TenantSession) -> None:
    a_market(session)
    agent = a_partner(session, "regio").id
    customer = a_registered_party(session, "firm").id
    unknown = {"rates": [{"products": ["NOTHING"], "levels": ["0.10"]}]}
    agreements.agree_commission(session, "first", agent, "PLN", TERMS, OCTOBER)

    for code, party, currency, terms, error in [
        ("other", customer, "PLN", TERMS, WrongKindOfParty),
        ("other", agent, "PLN", unknown, NoSuchProduct),
        ("first", agent, "EUR", TERMS, AgreementDiffers),
    ]:
        with pytest.raises(error):
            agreements.agree_commission(session, code, party, currency, terms, NOVEMBER)
