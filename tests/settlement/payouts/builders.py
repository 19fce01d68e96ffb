"""Partners that are owed something, their accounts, and the people who pay them."""

import datetime as dt
from uuid import UUID

from currencies.money import money
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from tenants.directory.tenant import Address
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.books import an_agreement

CRACOW = Address("ul. Muzyczna 3", "31-140", "Kraków", "PL")
OWN_IBAN = "PL61109010140000071219812874"
PARTNER_IBAN = "DE89370400440532013000"
OTHER_IBAN = "PL27114020040000300201355387"
TENTH = dt.date(2026, 11, 10)

MAKER = Principal("maker@alpha.example", Role.FINANCE_MAKER, UUID(int=11))
MAKERS_KEY = Principal("key of the maker", Role.FINANCE_APPROVER, UUID(int=11))
APPROVER = Principal("approver@alpha.example", Role.FINANCE_APPROVER, UUID(int=12))


def november(session: TenantSession, *currencies: str) -> None:
    """An open November, and accounts of ours."""
    periods.open_period(session, "2026-11")
    for currency in currencies or ("PLN",):
        parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, currency)
    session.principal = MAKER


def a_partner(session: TenantSession, code: str = "P-1", iban: str = PARTNER_IBAN) -> UUID:
    """A partner under an agreement in force, with an account in PLN unless its IBAN is empty."""
    party = Party(
        id=session.ids.new(),
        kind=Kind.PARTNER,
        code=code,
        name=f"{code} sp. z o.o.",
        country="PL",
        address=CRACOW,
        language="en",
        currency="PLN",
        time_zone="Europe/Warsaw",
        tax_id="PL6762484560",
    )
    parties.register(session, party)
    shares = [{"payee": code, "rate": "0.50"}]
    an_agreement(session, party.id, f"RS-{code}", terms={"owner": "operator", "shares": shares})
    if iban:
        parties.set_bank_account(session, party.id, party.name, iban, None, "PLN")
    return party.id


def owed(session: TenantSession, party_id: UUID, amount: str) -> None:
    """What a statement made payable."""
    due = money(amount)
    entry = Entry(
        source_type="document",
        source_id=session.ids.new(),
        purpose="issue",
        period_id=periods.period(session, "2026-11").id,
        booked_on=dt.date(2026, 11, 2),
        narrative="statement",
        postings=(
            debit(Account.PARTNER_ACCRUED, due, party_id),
            credit(Account.PARTNER_PAYABLE, due, party_id),
        ),
    )
    ledger.post(session, [entry])
