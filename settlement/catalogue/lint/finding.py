"""What lint says of a tariff: a fault, and the event that shows it.

Errors refuse publishing: prices that are equally good, usage that would find none in a band, decks
and zone plans that are not there, versions that overlap, goods whose cost is not known. Warnings
say what can never happen, what comes to an end, and what has no effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from i18n.locale import _, translate

Level = Literal["error", "warning"]

# At most so many of one code and section are listed, each with its event; the rest are counted.
LISTED: Final = 50

ERRORS: Final[Mapping[str, str]] = {
    "AMBIGUOUS_PRICE": _("{place} has two prices of priority {priority} at once"),
    "BAND_UNKNOWN": _("The price of {place} is in band {band}, which is not defined"),
    "BUNDLE_SHARES_NOTHING": _("Nothing has a weight: nobody gets any of the price"),
    "CASE_UNIT_DIFFERS": _("Case {case} holds for {unit}, but its price is per {per}"),
    "COMPONENT_IS_BUNDLE": _("{component} is a bundle itself: name what it consists of"),
    "COMPONENT_TWICE": _("{component} is named twice: name it once, with both weights added"),
    "DECK_MISSING": _("Deck {deck} is not there"),
    "GAP": _("{place} has no price in {bands}"),
    "GAP_OUTSIDE_BANDS": _("{place} has no price while no band holds"),
    "MARGIN_WITHOUT_COST": _(
        "{product} is under the margin scheme: charge it individually, with what it was bought for"
    ),
    "VERSIONS_OVERLAP": _("{one} and {other} are both valid"),
    "ZONE_AMBIGUOUS": _("Numbers that begin with {place} lie in two zones at once"),
    "ZONE_PLAN_MISSING": _("Zone plan {plan} is not there"),
    "ZONE_UNKNOWN": _("There is a price for zone {place}, which the plan does not have"),
}
WARNINGS: Final[Mapping[str, str]] = {
    "ALLOWANCE_EMPTY": _("Allowance {allowance} has nothing in it"),
    "ALLOWANCE_NEVER_USED": _("Allowance {allowance} is for {places}, where nothing is charged"),
    "BAND_NEVER_HOLDS": _("Band {band} never holds: other bands fill the week"),
    "BONUS_WITHOUT_FEES": _("{months} months are free of recurring fees, of which there are none"),
    "CASE_NEVER_REACHED": _("Case {case} is never reached: {earlier} comes before it"),
    "COMPONENT_WITHOUT_WEIGHT": _("{component} gets nothing of the price"),
    "FEES_NEVER_CHARGED": _("All {months} months of the term are free of recurring fees"),
    "NO_FX_RATE": _("No source quotes {currency} together with {base}, the currency of the books"),
    "PRICE_LOST": _("{place} had a price and has none any more"),
    "PRICE_NEVER_USED": _("The price of {place} with priority {priority} is never the best"),
    "PRICE_OUT_OF_DATE": _("The price of {place} does not hold while the version does"),
    "PROMOTIONS_OVER_WHOLE": _("With {others} it takes {percent} % off: more than there is"),
    "PROMOTIONS_TIED": _("{other} has priority {priority} too: their codes decide which is first"),
    "PROMOTION_CURRENCY_UNUSED": _("No tariff charges in {currency}: nothing is taken off"),
    "PROMOTION_NEVER_APPLIES": _("Nothing is ever charged for {services}: nothing is taken off"),
    "PROMOTION_SERVICE_UNKNOWN": _("Nothing is ever charged for {services}"),
    "PROMOTION_TAKES_NOTHING": _("The amount is zero: nothing is taken off"),
    "TERM_WITHOUT_EFFECT": _("The term of {months} months may be left for nothing"),
    "TIER_NEVER_REACHED": _("No usage ends in the tier up to {bound}: {step} are billed at a time"),
    "UNIT_WITHOUT_PRICE": _("Meters that count in {unit} have no price"),
    "ZONE_WITHOUT_RATE": _("Zone {place} has no price"),
}
MESSAGES: Final = {**ERRORS, **WARNINGS}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in a section of a tariff, or in a promotion or bundle, which stands as the section.

    `fields` fill the message. `event` is usage that shows the fault: the canonical columns as far
    as it has them, its instant in UTC; `zone` is the time zone whose clock was looked at. `others`
    counts faults of the same code and section that are not listed.
    """

    code: str
    section: str
    fields: Mapping[str, str]
    event: Mapping[str, Any]
    zone: str = "UTC"
    others: int = field(default=0)

    @property
    def level(self) -> Level:
        return "error" if self.code in ERRORS else "warning"

    def message(self, locale: str = "en") -> str:
        """What is wrong, in a language."""
        return translate(MESSAGES[self.code], locale, **self.fields)

    def to_plain(self, locale: str = "en") -> dict[str, Any]:
        """The finding as programs read it, with its message for people."""
        return {
            "level": self.level,
            "code": self.code,
            "section": self.section,
            "message": self.message(locale),
            "fields": dict(self.fields),
            "event": dict(self.event),
            "zone": self.zone,
            "others": self.others,
        }
