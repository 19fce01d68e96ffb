"""What the catalogue's service hands out and refuses: published tariffs, decks and imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound
from settlement.catalogue.deck_reading import Finding


class ProductExists(Conflict):
    """There is already a product {codes}. Choose another code, or use the one there is."""


class NoSuchProduct(NotFound):
    """There is no product {codes}. Add it to the catalogue first."""


class NoSuchTariff(NotFound):
    """There is no tariff {codes}. Publish it first."""


class NoSuchTariffVersion(NotFound):
    """Tariff {code} has no version {number}. Look at its versions."""


class TariffVersionNotThere(NotFound):
    """There is no such version of a tariff. Choose one from the list of tariffs."""


class NoSuchDeck(NotFound):
    """There is no rate deck {code}. Import it first."""


class TermsContradict(Invalid):
    """Tariff {code}: its terms say {key} is {said}, but it is published with {asked}. Leave one
    out.
    """


class TariffOverlaps(Conflict):
    """Tariff {code}: version {version} is valid from {valid_from} until {valid_until}. Publish from
    a later day, or say the day on which yours ends.
    """


class TariffCurrencyDiffers(Conflict):
    """Tariff {code} has prices in {currency}, not in {other}. Publish them as another tariff."""


class DeckCurrencyDiffers(Conflict):
    """Rate deck {code} has prices in {currency}, not in {other}. Import them as another deck."""


class DeckInAnotherCurrency(Conflict):
    """Tariff {code} is in {currency}, but its deck {deck} has prices in {other}. Name a deck in the
    tariff's currency.
    """


class DeckPricesOverlap(Conflict):
    """Rate deck {code} has prices for {count} of these prefixes that do not begin earlier, for
    example {prefix} from {stored_from}. Import prices that are valid from a later day.
    """


class CarriersPayNet(Conflict):
    """Agreement {agreement} charges carriers by tariff {code}, and carriers are charged net of tax.
    Publish prices with tax_in_prices = "excluded", or under the code of another tariff.
    """


class DeckHasFindings(Invalid):
    """The deck has {count} rows that cannot be read: {shown}. Correct them, or import it with these
    rows left out.
    """


class DeckHasNoPrices(Invalid):
    """The deck has no price at all. Check that the right file was sent."""


@dataclass(frozen=True, slots=True)
class PublishedTariff:
    """A version as it was published; `id` is what charge lines name.

    `terms` is the format of `tariff_from_plain` without code and validity.
    """

    id: UUID
    tariff_id: UUID
    code: str
    name: str
    version: int
    valid_from: date
    valid_until: date | None
    terms: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]

    @property
    def currency(self) -> str:
        return str(self.terms["currency"])


@dataclass(frozen=True, slots=True)
class TariffHead:
    """A tariff as contracts name it: its id, and the one currency of its prices."""

    id: UUID
    code: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Deck:
    """A rate deck: its code, name and the currency of its prices."""

    id: UUID
    code: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class DeckImport:
    """What an import did: prices added and ended, rows left out.

    `was_known` says that the same content was there from the same day, and nothing changed.
    """

    id: UUID
    deck_id: UUID
    valid_from: date
    sha256: str
    rates: int
    ended: int
    findings: tuple[Finding, ...] = ()
    was_known: bool = False
