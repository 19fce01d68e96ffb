"""Register parties, find them, and keep their bank accounts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from i18n.errors import Conflict, NotFound, few
from i18n.locale import Words, _
from settlement.parties import store
from settlement.parties.bank_account import BankAccount, checked_account
from settlement.parties.party import Kind, Party, TaxUnit, check_unit, checked_party
from tenants.directory.tenant import Address
from tenants.session import TenantSession
from tenants.values import value_of


class PartyExists(Conflict):
    """There is already a party {codes}. Choose another code, or use the one there is."""


class NoSuchParty(NotFound):
    """There is no party {party}. Check the code, or register it first."""


class NoBankAccount(NotFound):
    """{owner} has no bank account in {currency}. Enter one before paying."""


def register(session: TenantSession, party: Party) -> Party:
    """Register one party. Raises PartyExists and what `checked_party` raises."""
    return register_many(session, [party])[0]


def register_many(session: TenantSession, parties: Iterable[Party]) -> list[Party]:
    """Register parties as one set: all of them, or none. Raises PartyExists."""
    parties = [checked_party(party) for party in parties]
    codes = [party.code for party in parties]
    taken = {row.code for row in store.party_rows_by_code(session, codes)} | _repeated(codes)
    if taken:
        raise PartyExists(codes=few(taken))
    if parties:
        store.insert_parties(session, [_row_of(session, party) for party in parties])
    return parties


def party(session: TenantSession, party_id: UUID) -> Party:
    """The party with this id. Raises NoSuchParty."""
    row = store.party_row(session, party_id)
    if row is None:
        raise NoSuchParty(party=party_id)
    return _party_of(row)


def party_by_code(session: TenantSession, code: str) -> Party:
    """The party with this code. Raises NoSuchParty."""
    row = store.party_row_by_code(session, code)
    if row is None:
        raise NoSuchParty(party=code)
    return _party_of(row)


def set_tax_unit(session: TenantSession, party_id: UUID, unit: TaxUnit | None) -> Party:
    """Say which part of its taxpayer a party is, or that it is none.

    It stands on what is issued from then on. Raises NoSuchParty, PartyTextWrong and TaxUnitWrong.
    """
    row = store.party_row(session, party_id)
    if row is None:
        raise NoSuchParty(party=party_id)
    changed = replace(_party_of(row), tax_unit=unit)
    check_unit(changed)
    row.tax_unit = None if unit is None else asdict(unit)
    session.flush()
    return changed


def parties(
    session: TenantSession,
    kind: Kind | str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[Party]:
    """Parties, or those of a kind, in the order of their codes; a page begins after a code."""
    wanted = None if kind is None else str(kind)
    return [_party_of(row) for row in store.party_rows(session, wanted, after, limit)]


def parties_by_code(session: TenantSession, codes: Iterable[str]) -> dict[str, Party]:
    """These parties by code. Raises NoSuchParty, naming the first that are not there."""
    wanted = set(codes)
    rows = store.party_rows_by_code(session, list(wanted))
    found = {row.code: _party_of(row) for row in rows}
    if missing := wanted - set(found):
        raise NoSuchParty(party=few(missing))
    return found


def names(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id, for lists that show them; an id that is not there is left out."""
    return store.names(session, set(ids))


def countries(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Countries by id; an id that is not there is left out."""
    return store.countries(session, sorted(set(ids)))


def set_bank_account(
    session: TenantSession,
    party_id: UUID | None,
    holder: str,
    iban: str,
    bic: str | None,
    currency: str,
) -> BankAccount:
    """Make this the account in use for the currency; the one before becomes inactive.

    Without a party it is the tenant's own. Entering the account in use again changes nothing.
    Raises NoSuchParty and what `checked_account` raises.
    """
    account = checked_account(session.ids.new(), party_id, holder, iban, bic, currency)
    if party_id is not None:
        party(session, party_id)
    current = store.active_account(session, party_id, currency)
    if current is not None:
        if (current.holder, current.iban, current.bic) == (
            account.holder,
            account.iban,
            account.bic,
        ):
            return value_of(BankAccount, current)
        current.is_active = False
        session.flush()
    session.add(
        store.BankAccountRow(
            tenant_id=session.tenant_id,
            changed_at=session.now(),
            changed_by=session.principal.name,
            **asdict(account),
        )
    )
    session.flush()
    return account


def bank_account(session: TenantSession, party_id: UUID | None, currency: str) -> BankAccount:
    """The account in use in a currency, of a party or of the tenant. Raises NoBankAccount."""
    row = store.active_account(session, party_id, currency)
    if row is None:
        owner = party(session, party_id).name if party_id else Words(_("Your company"))
        raise NoBankAccount(owner=owner, currency=currency)
    return value_of(BankAccount, row)


def bank_accounts(session: TenantSession, party_id: UUID | None) -> list[BankAccount]:
    """Every account there was, the newest last."""
    return [value_of(BankAccount, row) for row in store.account_rows(session, party_id)]


def newest_accounts(session: TenantSession) -> dict[tuple[UUID, str], BankAccount]:
    """The newest account of every party in every currency, in use or not, read as a set."""
    return {
        (row.party_id, row.currency): value_of(BankAccount, row)
        for row in store.accounts_of_parties(session)
        if row.party_id is not None
    }


def _repeated(codes: Sequence[str]) -> set[str]:
    return {code for code, times in Counter(codes).items() if times > 1}


def _row_of(session: TenantSession, party: Party) -> dict[str, Any]:
    return asdict(party) | {"tenant_id": session.tenant_id, "created_at": session.now()}


def _party_of(row: store.Kept) -> Party:
    unit = TaxUnit(**row.tax_unit) if row.tax_unit else None
    address = Address(**row.address)
    return value_of(Party, row, kind=Kind(row.kind), address=address, tax_unit=unit)
