"""One version of a tariff: how a price is built from what was used.

A tariff has a section for each kind of usage it prices (`voice`, `sms`, `content`, `data`, `meter`,
and for usage that comes in `voice_received`, `sms_received`) and a list of fees. Customers and
carriers are priced by the same kind of tariff.

README.md of this folder describes the format that `tariff_from_plain` reads and `tariff_to_plain`
writes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from currencies.units import minor_unit
from i18n.locale import Words, _
from settlement.catalogue.fee import Fee, fee_from_plain, fee_to_plain
from settlement.catalogue.plain_values import Place, Plain, Reader, without_defaults
from settlement.catalogue.promotion import COMBINATIONS
from settlement.catalogue.public_holidays import is_calendar
from settlement.catalogue.rate_deck import ValidityTurnedRound
from settlement.catalogue.section import Section
from settlement.catalogue.section_reading import (
    OfTariff,
    section_from_plain,
    section_to_plain,
)
from settlement.catalogue.term import Term, term_from_plain, term_to_plain

SECTIONS: Final = (
    "voice", "sms", "content", "data", "meter", "voice_received", "sms_received",
)  # fmt: skip


# The policies of a whole tariff, with their defaults.
_POLICIES: Final = {
    "charge_rounding": "line",
    "holiday_weekday": "replaced",
    "combination": "sum",
    "max_tie": "earlier_leg",
    "tax_in_prices": "excluded",
    "promotions_together": COMBINATIONS[0],
}
# Whether prices of usage that names no product include the tax of customers (R83); a product says
# so itself.
TAX_IN_PRICES: Final = ("excluded", "included")
_KEYS: Final = (
    "code",
    "currency",
    "valid_from",
    "valid_until",
    "holidays",
    "fees",
    "term",
    *_POLICIES,
)


@dataclass(frozen=True, slots=True, eq=False)
class TariffVersion:
    """What holds from one local date until another; `id` is ours and is printed with charges."""

    id: str
    code: str
    currency: str
    valid_from: date
    valid_until: date | None
    sections: Mapping[str, Section]
    fees: tuple[Fee, ...] = ()
    charge_rounding: str = "line"
    term: Term | None = None
    promotions_together: str = "of_what_is_left"
    holidays: str | None = None
    holiday_weekday: str = "replaced"
    combination: str = "sum"
    max_tie: str = "earlier_leg"
    tax_in_prices: str = "excluded"

    @property
    def every_section(self) -> Iterator[Section]:
        """All sections, those of cases too."""
        for section in self.sections.values():
            yield from section.with_cases


def tariff_from_plain(plain: Plain, version_id: str | None = None) -> TariffVersion:
    """Read one version; without an id, it is the code and the first day: `gold@2026-10-01`.

    Raises UnknownKey, KeyMissing, WrongValue and the errors of this module, bands and decks.
    """
    where = f"tariff {plain.get('code', '')}".strip()
    reader = Reader(plain, where, (*_KEYS, *SECTIONS))
    code, currency = reader.text("code"), reader.text("currency")
    minor_unit(currency)
    valid_from, valid_until = reader.day("valid_from"), reader.day_or_none("valid_until")
    if valid_until is not None and valid_from >= valid_until:
        raise ValidityTurnedRound(
            where=Place(where), valid_from=valid_from, valid_until=valid_until
        )
    calendar = _calendar(reader)
    is_kept = reader.choice("holiday_weekday", ("replaced", "kept")) == "kept"
    weekday: Literal["replaced", "kept"] = "kept" if is_kept else "replaced"
    of_tariff = OfTariff(calendar, None if calendar is None else weekday)
    return TariffVersion(
        id=version_id or f"{code}@{valid_from.isoformat()}",
        code=code,
        currency=currency,
        valid_from=valid_from,
        valid_until=valid_until,
        sections={
            name: section_from_plain(reader.table(name), name, f"{where}, {name}", of_tariff)
            for name in SECTIONS
            if reader.has(name)
        },
        fees=tuple(
            fee_from_plain(each, f"{where}, fee {number}")
            for number, each in enumerate(reader.tables("fees"), 1)
        ),
        charge_rounding=reader.choice("charge_rounding", ("line", "event")),
        term=term_from_plain(reader.table("term"), where) if reader.has("term") else None,
        promotions_together=reader.choice("promotions_together", COMBINATIONS),
        holidays=calendar,
        holiday_weekday=weekday,
        combination=reader.choice("combination", ("sum", "max", "first_chargeable")),
        max_tie=reader.choice("max_tie", ("earlier_leg",)),
        tax_in_prices=reader.choice("tax_in_prices", TAX_IN_PRICES),
    )


def _calendar(reader: Reader) -> str | None:
    code = reader.text_or_none("holidays")
    if code is not None and not is_calendar(code):
        raise reader.wrong(
            "holidays", code, Words(_("a country, or country-subdivision, like PL or DE-BY"))
        )
    return code


def tariff_to_plain(version: TariffVersion) -> dict[str, Any]:
    """Write a version as `tariff_from_plain` reads it, without what is the default."""
    plain: dict[str, Any] = {
        "code": version.code,
        "currency": version.currency,
        "valid_from": version.valid_from.isoformat(),
        "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        "holidays": version.holidays,
        **{name: getattr(version, name) for name in _POLICIES},
        "fees": [fee_to_plain(fee) for fee in version.fees],
        "term": term_to_plain(version.term),
    }
    plain |= {name: section_to_plain(section) for name, section in version.sections.items()}
    return without_defaults(plain, _POLICIES)
