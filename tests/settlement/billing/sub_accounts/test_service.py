"""Parent accounts pay for their sub-accounts; cost centres have subtotals."""

import datetime as dt
from uuid import UUID

import pytest

from currencies.money import shown
from settlement.agreements.contracts import service as contracts
from settlement.agreements.cost_centre import CostCentreChangedLater
from settlement.agreements.cost_centres import service as cost_centres
from settlement.agreements.payers import service as payers
from settlement.billing import service as billing
from settlement.billing.sub_accounts import service as sub_accounts
from settlement.parties.account import AccountOfItself, NotAnAccount, topmost
from settlement.parties.accounts import service as accounts
from settlement.periods import service as periods
from statements import service as statements
from statements.detail import detail_csv
from statements.document import Document
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october
from tests.settlement.books import a_party

OCTOBER, LAST = dt.date(2026, 10, 1), dt.date(2026, 10, 31)


def a_contract(session: TenantSession, number: str, customer: UUID) -> UUID:
    return contracts.sign(session, number, customer, "PLN", OCTOBER).id


def test_the_topmost_account_pays_for_all_below():
    one, two, three = (UUID(int=n) for n in (1, 2, 3))

    assert topmost({one: two, two: three}) == {one: three, two: three}
    assert topmost({}) == {}


def test_accounts_do_not_pay_for_themselves_in_a_ring(session: TenantSession):
    top, middle, bottom = (a_customer(session, code) for code in ("C-1", "C-2", "C-3"))
    accounts.set_parent(session, middle, top, OCTOBER)
    accounts.set_parent(session, bottom, middle, OCTOBER)

    with pytest.raises(AccountOfItself):
        accounts.set_parent(session, top, bottom, OCTOBER)
    with pytest.raises(AccountOfItself):
        accounts.set_parent(session, top, top, OCTOBER)
    with pytest.raises(NotAnAccount):
        accounts.set_parent(session, top, a_party(session, "P-1", "partner"), OCTOBER)


def test_a_parent_pays_from_the_day_until_it_does_not(session: TenantSession):
    top, below = a_customer(session, "C-1"), a_customer(session, "C-2")
    contract = a_contract(session, "U/2", below)
    accounts.set_parent(session, below, top, OCTOBER)
    accounts.set_parent(session, below, None, LAST)

    assert payers.payers_on(session, dt.date(2026, 10, 30)) == {contract: top}
    assert payers.payers_on(session, LAST).get(contract, below) == below


def test_an_invoice_has_a_section_for_each_sub_account_and_cost_centre(session: TenantSession):
    where = october(session)
    top, below = a_customer(session, "C-1"), a_customer(session, "C-2")
    own = a_contract(session, "U/1", top)
    theirs = a_contract(session, "U/2", below)
    sales = a_contract(session, "U/3", below)
    accounts.set_parent(session, below, top, OCTOBER)
    cost_centres.set_cost_centre(session, sales, "Sales", OCTOBER)
    charged(session, where, top, "1.00", contract_id=own)
    charged(session, where, top, "2.00", contract_id=theirs)
    charged(session, where, top, "4.00", contract_id=theirs, service="recurring", product="PLAN")
    charged(session, where, top, "8.00", contract_id=sales)
    periods.close(session, "2026-10")

    [invoice] = billing.bill_period(session, "2026-10").issued

    content = statements.content(session, invoice.id)
    assert isinstance(content, Document)
    assert [(line.group, line.cost_centre, shown(line.net)) for line in content.lines] == [
        ("Calls", "", "1.00 PLN"),
        ("C-2 sp. z o.o. (C-2)", "", "2.00 PLN"),
        ("C-2 sp. z o.o. (C-2)", "", "4.00 PLN"),
        ("C-2 sp. z o.o. (C-2), Cost centre Sales", "Sales", "8.00 PLN"),
    ]
    table = detail_csv(content).decode().splitlines()
    assert [row.rsplit(",", 1)[-1] for row in table] == ["cost_centre", "", "", "", "Sales"]
    # The sub-account sees its own 14.00 of it and nothing of the parent's.
    parts = sub_accounts.own_part(session, below)
    assert [(each.number, each.contract, shown(each.net)) for each in parts] == [
        ("FV/2026/11/0001", "U/2", "4.00 PLN"),
        ("FV/2026/11/0001", "U/2", "2.00 PLN"),
        ("FV/2026/11/0001", "U/3", "8.00 PLN"),
    ]
    assert sub_accounts.own_part(session, top) == []


def test_a_cost_centre_changes_from_a_day_and_not_before_a_later_one(session: TenantSession):
    contract = a_contract(session, "U/1", a_customer(session))
    cost_centres.set_cost_centre(session, contract, "Sales", OCTOBER)
    cost_centres.set_cost_centre(session, contract, "", LAST)

    assert cost_centres.cost_centres_on(session, OCTOBER) == {contract: "Sales"}
    assert cost_centres.cost_centres_on(session, LAST) == {}
    with pytest.raises(CostCentreChangedLater):
        cost_centres.set_cost_centre(session, contract, "Lab", OCTOBER)
