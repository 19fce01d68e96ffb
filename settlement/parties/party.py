"""A party: a customer, a partner or a carrier, three kinds from the first day.

A partner is not a customer with a flag: it is never dunned for our own statements to it, and a
carrier may owe us and be owed by us at once. One legal entity that is two of them is two parties.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from currencies.units import minor_unit
from i18n.errors import Invalid
from i18n.locale import LOCALES
from settlement.parties.tax_ids import checked_tax_id, is_polish_unit
from tenants.directory.tenant import Address, UnknownTimeZone

LONGEST_TEXT = 200

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")


class BadPartyCode(Invalid):
    """The party code {code} is not usable. Take up to 40 letters, digits, points, hyphens and
    underscores.
    """


class PartyTextWrong(Invalid):
    """Party {code}: {field} is {value}. Write 1 to 200 characters without control characters."""


class EmailWrong(Invalid):
    """Party {code}: {email} is not an e-mail address. Correct it, or leave it empty."""


class UnknownCountry(Invalid):
    """Party {code}: there is no country {country}. Use two capitals of ISO 3166, for example PL."""


class UnknownLanguage(Invalid):
    """Party {code}: documents are not written in {language}. Use one of {known}."""


class CoupleIncomplete(Invalid):
    """Party {code}: a couple is two persons. Name the second one, for a couple and for nobody
    else.
    """


class TaxUnitWrong(Invalid):
    """Party {code}: {number} is no part of a Polish taxpayer. Write its NIP, or a NIP with a hyphen
    and five digits, and the Polish tax number of the taxpayer.
    """


class Kind(StrEnum):
    """Which side of the trade a party is on."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class TaxUnit:
    """The part of a Polish taxpayer that buys: KSeF shows it the invoices of the taxpayer.

    A unit under a local government, or a member of a VAT group. `number` is its own NIP, or its
    internal number: a NIP, a hyphen and five digits.
    """

    kind: Literal["local_government", "vat_group"]
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who it is and how it reads its documents; `tax_id` and `email` may be empty.

    A couple is two persons who are liable for each other's debts; `jointly_with` is the second.
    Where the party is a part of a taxpayer, `tax_id` is the taxpayer's, `tax_unit` the part.
    """

    id: UUID
    kind: Kind
    code: str
    name: str
    country: str
    address: Address
    language: str
    currency: str
    time_zone: str
    legal_form: Literal["person", "couple", "company"] = "company"
    tax_id: str = ""
    email: str = ""
    jointly_with: str = ""
    tax_unit: TaxUnit | None = None

    @property
    def full_name(self) -> str:
        """As it stands on documents, with everybody who is liable."""
        return f"{self.name}, {self.jointly_with}" if self.jointly_with else self.name


def checked_party(party: Party) -> Party:
    """The party as it may be registered, its tax number in the form that is kept.

    Checked on the way in only, so that a party of today is still read when the rules of its
    country have changed. Raises BadPartyCode, PartyTextWrong, EmailWrong, UnknownCountry,
    CoupleIncomplete, UnknownLanguage, UnknownCurrency, UnknownTimeZone, TaxIdWrong and
    TaxUnitWrong.
    """
    code = party.code
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise BadPartyCode(code=repr(code)[:60])
    _check_texts(party)
    if (party.legal_form == "couple") != bool(party.jointly_with):
        raise CoupleIncomplete(code=code)
    for country in (party.country, party.address.country):
        # The regions with a telephone numbering plan are the countries one can invoice.
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise UnknownCountry(code=code, country=repr(country)[:20])
    if party.language not in LOCALES:
        language = repr(party.language)[:20]
        raise UnknownLanguage(code=code, language=language, known=", ".join(LOCALES))
    minor_unit(party.currency)
    _check_time_zone(party.time_zone)
    check_unit(party)
    return replace(party, tax_id=checked_tax_id(party.tax_id, party.country))


def _check_texts(party: Party) -> None:
    texts = {
        "name": party.name,
        "street": party.address.street,
        "postcode": party.address.postcode,
        "city": party.address.city,
        "jointly_with": party.jointly_with or party.name,
    }
    for field, value in texts.items():
        _check_text(party, field, value)
    if party.email and not (_is_printable(party.email) and _EMAIL.fullmatch(party.email)):
        raise EmailWrong(code=party.code, email=repr(party.email)[:60])


def _check_text(party: Party, field: str, value: str) -> None:
    if not _is_printable(value):
        raise PartyTextWrong(code=party.code, field=field, value=repr(value)[:40])


def check_unit(party: Party) -> None:
    """Refuse a part of a taxpayer that cannot be one. Raises PartyTextWrong and TaxUnitWrong."""
    unit = party.tax_unit
    if unit is None:
        return
    _check_text(party, "tax_unit", unit.name)
    is_polish = party.country == "PL" and bool(party.tax_id)
    if not is_polish or not is_polish_unit(unit.number):
        raise TaxUnitWrong(code=party.code, number=repr(unit.number)[:40])


def _is_printable(text: str) -> bool:
    # Cc: control characters, NUL among them; Cs: lone surrogates, which no database takes.
    refused = {"Cc", "Cs"}
    short = isinstance(text, str) and len(text.strip()) > 0 and len(text) <= LONGEST_TEXT
    return short and not any(unicodedata.category(character) in refused for character in text)


def _check_time_zone(time_zone: str) -> None:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UnknownTimeZone(time_zone=time_zone) from unknown
