"""How much is withheld of what a partner abroad is paid.

The rate is the one that our law has for the partner's country. A treaty has a lower one, for
whoever shows a certificate of residence of that country that is valid on the day; without it the
law's own rate is withheld. It is taken of the net amount, and VAT is paid whole (R89).

A credit gives back the tax of what it takes back, at the rates at which it was withheld, the newest
first, and of no more than was withheld from in the year.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from currencies.money import Money, money, scaled
from currencies.rounding import to_minor_unit
from i18n.errors import Invalid
from i18n.locale import _, translator
from statements.document import Withholding
from statements.withholding_certificate import WithheldPart

BY_LAW = _("Withholding tax")
BY_TREATY = _("Withholding tax by treaty, certificate of residence {number}")
GIVEN_BACK = _("Withholding tax given back")


class WithholdingRateUnclear(Invalid):
    """A withholding rate of {country} cannot be {rate}, by treaty {treaty}. Write parts of one, the
    treaty's no higher.
    """


class CertificateUnclear(Invalid):
    """A certificate of residence needs a number, and must end after it begins. Correct it."""


@dataclass(frozen=True, slots=True)
class WithholdingRate:
    """What is withheld of payments to a country from a day on; no treaty, no `treaty_rate`."""

    country: str
    rate: Decimal
    treaty_rate: Decimal | None
    valid_from: dt.date

    def __post_init__(self) -> None:
        lowest = self.rate if self.treaty_rate is None else self.treaty_rate
        is_country = len(self.country) == 2 and self.country.isupper() and self.country.isalpha()
        if not is_country or not 0 <= lowest <= self.rate < 1:
            raise WithholdingRateUnclear(
                country=repr(self.country)[:20], rate=self.rate, treaty=self.treaty_rate
            )


@dataclass(frozen=True, slots=True)
class ResidenceCertificate:
    """A tax office's word that a party resides in a country; `valid_until` is the day without."""

    party_id: UUID
    country: str
    number: str
    valid_from: dt.date
    valid_until: dt.date

    def __post_init__(self) -> None:
        if not self.number.strip() or self.valid_until <= self.valid_from:
            raise CertificateUnclear

    def covers(self, party_id: UUID, country: str, on: dt.date) -> bool:
        """Whether it speaks for a party of that country on a day."""
        is_of = (self.party_id, self.country) == (party_id, country)
        return is_of and self.valid_from <= on < self.valid_until


@dataclass(frozen=True, slots=True)
class WithholdingRules:
    """All rates and certificates of a tenant."""

    rates: tuple[WithholdingRate, ...] = ()
    certificates: tuple[ResidenceCertificate, ...] = ()

    def terms(self, party_id: UUID, country: str, on: dt.date) -> tuple[Decimal, str]:
        """The rate for a party on a day, and the certificate that lowers it, or ""."""
        begun = [each for each in self.rates if each.country == country and each.valid_from <= on]
        if not begun:
            return Decimal(0), ""
        newest = max(begun, key=lambda each: each.valid_from)
        if newest.treaty_rate is None:
            return newest.rate, ""
        for each in self.certificates:
            if each.covers(party_id, country, on):
                return newest.treaty_rate, each.number
        return newest.rate, ""


def withheld(rate: Decimal, certificate: str, net: Money, locale: str) -> Withholding | None:
    """What a document withholds of its net amount; None where nothing is."""
    amount = to_minor_unit(scaled(net, rate))
    if amount.amount <= 0:
        return None
    say = translator(locale)
    told = say(BY_TREATY, number=certificate) if certificate else say(BY_LAW)
    return Withholding(told, net, rate, amount)


def given_back(earlier: Sequence[WithheldPart], net: Money, locale: str) -> tuple[Withholding, ...]:
    """What a credit over a net amount gives back of tax withheld, for each rate.

    `earlier` are the parts of the year, the earliest first, with what was given back before.
    """
    nothing = money(0, str(net.currency.code))
    bases: dict[Decimal, Money] = {}
    for part in reversed(earlier):
        bases[part.rate] = bases.get(part.rate, nothing) + part.base
    found, left = [], net
    for rate, base in bases.items():
        taken = max(nothing, min(base, left))
        amount = to_minor_unit(scaled(taken, rate))
        if amount:
            found.append(Withholding(translator(locale)(GIVEN_BACK), taken, rate, amount))
        left -= taken
    return tuple(found)


def rules(
    rates: Iterable[WithholdingRate], certificates: Iterable[ResidenceCertificate]
) -> WithholdingRules:
    """The rules of a tenant, as one value."""
    return WithholdingRules(tuple(rates), tuple(certificates))
