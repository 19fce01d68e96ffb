"""Another customer pays for a contract from a day on."""

from datetime import timedelta

import pytest

from i18n.errors import DomainError
from settlement.agreements.contract import NotACustomer, OutsideTheContract
from settlement.agreements.payer import PayerChangedLater
from settlement.agreements.payers import service
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


def test_who_pays_is_known_by_the_day(session: TenantSession) -> None:
    a_market(session)
    contract = a_contract(session)
    firm = a_registered_party(session, "firm")
    other = a_registered_party(session, "other")

    service.change_payer(session, contract.id, firm.id, NOVEMBER)
    service.change_payer(session, contract.id, other.id, DECEMBER)

    # Before a change it is whom the contract names.
    assert service.payers_on(session, NOVEMBER - A_DAY) == {}
    assert service.payers_on(session, NOVEMBER) == {contract.id: firm.id}
    assert service.payers_on(session, DECEMBER - A_DAY) == {contract.id: firm.id}
    assert service.payers_on(session, DECEMBER) == {contract.id: other.id}
    assert service.payers_ever(session) == {contract.id: {firm.id, other.id}}
    assert [each.valid_from for each in service.changes_of(session, contract.id)] == [
        NOVEMBER,
        DECEMBER,
    ]


def test_a_change_that_cannot_be_is_refused(session: TenantSession) -> None:
    a_market(session)
    contract = a_contract(session)
    firm = a_registered_party(session, "firm")
    service.change_payer(session, contract.id, firm.id, NOVEMBER)

    def refused(payer: object, on: object, error: type[DomainError]) -> None:
        with pytest.raises(error):
            service.change_payer(session, contract.id, payer, on)

    refused(firm.id, NOVEMBER, PayerChangedLater)
    refused(firm.id, OCTOBER + A_DAY, PayerChangedLater)
    refused(firm.id, contract.valid_from - A_DAY, OutsideTheContract)
    refused(a_partner(session, "studio").id, DECEMBER, NotACustomer)
