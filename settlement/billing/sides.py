"""The two sides of a document as they stand on it: the tenant, and the party it deals with."""

from dataclasses import replace
from functools import lru_cache

from settlement.parties.bank_account import BankAccount
from settlement.parties.party import Party as RegisteredParty
from settlement.taxation.treatment import TaxParty
from settlement.taxation.vat_rates import EU, vat_prefix
from statements.document import Address, Bank, Endpoint, Party, TaxUnit
from tenants.directory.tenant import Address as KeptAddress
from tenants.directory.tenant import Tenant

# Electronic address scheme (EAS) under which the VAT numbers of a country are addresses.
SCHEMES = {
    "AT": "9915",
    "BE": "9925",
    "BG": "9926",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "ES": "9920",
    "FR": "9957",
    "HR": "9934",
    "HU": "9910",
    "LT": "9937",
    "LV": "9939",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SI": "9949",
    "SK": "9950",
}


def tenant_side(tenant: Tenant, account: BankAccount | None = None) -> Party:
    """The tenant with the account it is paid on."""
    return _tenant_side(
        tenant.legal_name, tenant.address, tenant.tax_id, tenant.country, _bank(account)
    )


# All documents of a run name the very same side, which is then written once.
@lru_cache(maxsize=256)
def _tenant_side(
    name: str, address: KeptAddress, tax_id: str, country: str, bank: Bank | None
) -> Party:
    vat_id = _vat_id(tax_id, country)
    return Party(
        name=name,
        address=_address(address),
        vat_id=vat_id,
        registration="" if vat_id else tax_id,
        endpoint=_endpoint(tax_id, country),
        bank=bank,
    )


def party_side(party: RegisteredParty, account: BankAccount | None = None) -> Party:
    """A customer, partner or carrier; its code is how we refer to it."""
    vat_id = _vat_id(party.tax_id, party.country)
    return Party(
        name=party.full_name,
        address=_address(party.address),
        reference=party.code,
        vat_id=vat_id,
        registration="" if vat_id else party.tax_id,
        endpoint=_endpoint(party.tax_id, party.country),
        bank=_bank(account),
        email=party.email,
        unit=_unit(party),
    )


def tenant_taxed(tenant: Tenant) -> TaxParty:
    """The tenant as the tax office sees it."""
    return TaxParty(tenant.legal_name, tenant.country, _vat_id(tenant.tax_id, tenant.country))


def party_taxed(party: RegisteredParty) -> TaxParty:
    """A party as the tax office sees it."""
    vat_id = _vat_id(party.tax_id, party.country)
    return TaxParty(party.name, party.country, vat_id, party.legal_form == "company")


def outside_vat(side: Party) -> Party:
    """A side of a document outside the scope of VAT, which names no VAT number (BR-O-02).

    A seller is still identified (BR-CO-26): by its register, its number, or what we call it.
    """
    return replace(side, vat_id="", registration=side.registration or side.vat_id or side.reference)


def _vat_id(tax_id: str, country: str) -> str:
    """The tax number where it is a VAT number of the Union, prefix and all (EN 16931, BT-31)."""
    return tax_id if country in EU and tax_id.startswith(vat_prefix(country)) else ""


def _address(address: KeptAddress) -> Address:
    return Address(address.street, address.postcode, address.city, address.country)


def _endpoint(tax_id: str, country: str) -> Endpoint | None:
    scheme = SCHEMES.get(country)
    vat_id = _vat_id(tax_id, country)
    return Endpoint(scheme, vat_id) if scheme and vat_id else None


def _unit(party: RegisteredParty) -> TaxUnit | None:
    unit = party.tax_unit
    return TaxUnit(unit.kind, unit.name, unit.number) if unit else None


def _bank(account: BankAccount | None) -> Bank | None:
    return Bank(account.iban, account.bic, holder=account.holder) if account else None
