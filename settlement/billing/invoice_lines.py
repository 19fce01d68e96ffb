"""Charge lines of a customer as lines of one invoice: calls, messages, content and fees together.

A charge line is fine (one subscription, one destination, one band), an invoice is read by people.
So calls are summed by destination group (the part of a destination before a dash: "Poland - Non-TP"
is "Poland"), everything else by product, and the charge lines stand below as details. Corrections
of earlier periods stand apart and name their period. Sums are of rounded charge lines, so an
invoice is the sum of its charge lines to the minor unit (rule R13).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from currencies.money import EXACT, CurrenciesMixed, Money, added, money
from currencies.rounding import round_quotient, to_minor_unit
from i18n.locale import _, translator
from settlement.billing.sections import NO_SECTION, Section
from settlement.catalogue.measures import measures_of
from settlement.catalogue.product import MARGIN
from statements.document import Detail, Line, Period, Tax
from statements.totals import TotalPolicies, net_of

# The order of the month on paper; services that are not named come last.
SERVICES = {
    "voice": _("Calls"),
    "sms": _("Messages"),
    "data": _("Data"),
    "content": _("Content"),
    "meter": _("Metered consumption"),
    "recurring": _("Monthly fees"),
    "one_off": _("One-off fees"),
    "shortfall": _("Unused commitment"),
    "early_leaving": _("Early leaving"),
    "term_bonus": _("Bonus for the term"),
    "individual": _("Individual charges and credits"),
    "rebate": _("Rebates"),
}
PLACES = {service: f"{place:02}" for place, service in enumerate(SERVICES)}
LAST_PLACE = f"{len(SERVICES):02}"
UNNAMED = {name: SERVICES[name] for name in ("voice", "sms", "data", "content", "meter")}
# UN/ECE Recommendation 20, by what a price is for; ZZ is a unit that the recommendation has not.
MEASURED_UNITS = {
    "byte": "AD",
    "kilobyte": "2P",
    "megabyte": "4L",
    "gigabyte": "E34",
    "kilowatt_hour": "KWH",
    "cubic_metre": "MTQ",
    "core_hour": "HUR",
    "gigabyte_hour": "ZZ",
    "thousand_requests": "MIL",
    "request": "C62",
    "device_day": "DAY",
    "device_hour": "HUR",
    "consultation": "C62",
}
# Charges keep what they come to before rounding 3600 times, so that seconds divide nothing.
HOUR = Decimal(3600)
EARLY_LEAVING = _("{what}, left before the end of the term")
TERM_BONUS = _("{what}, bonus for the term")
SHORTFALL = _("{what}, not used of the commitment")
CORRECTION = _("{what}, correction of {period}")
INCOMING = _("{what}, incoming")


@dataclass(frozen=True, slots=True)
class TaxInside:
    """Whose prices include the tax, and the policies by which it is taken out.

    A product says so itself; usage that names none goes by the version of its tariff.
    """

    products: frozenset[str] = frozenset()
    tariff_versions: frozenset[UUID] = frozenset()
    policies: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_anywhere(self) -> bool:
        """Whether any price includes the tax."""
        return bool(self.products or self.tariff_versions)

    def holds(self, charge: "Charge") -> bool:
        """Whether the price of a charge includes the tax."""
        if charge.product:
            return charge.product in self.products
        return charge.tariff_version_id in self.tariff_versions

    def split(self, charge: "Charge", amount: Money, tax: Tax) -> tuple[Money, Money | None]:
        """The amount without its tax, and the tax; None where prices are without tax."""
        if not self.holds(charge):
            return amount, None
        rounding = TotalPolicies.named(self.policies.items()).rounding
        if self.policies.get("inclusive_tax") == "tax_rounded":
            net = net_of(amount, tax, "tax_rounded", rounding)
        else:
            net = net_of(amount, tax, "net_rounded", rounding)
        return net, amount - net


NONE_INSIDE = TaxInside()
NO_SECTIONS: Mapping[UUID, Section] = {}


class Charge(NamedTuple):
    """A charge line as billing needs it; `corrects` is the code of the period it corrects.

    `reason` is a promotion, a bundle or words of its own, as the line says. `id` is written as the
    database writes it: a bill names its charges and looks into none of their ids.
    """

    id: str
    party_id: UUID
    contract_id: UUID | None
    service: str
    product: str
    traffic_direction: str
    destination: str
    tax_category: str
    currency: str
    amount: Decimal
    amount_3600: Decimal
    unit_price: Decimal | None
    quantity: int
    billed_units: int
    starts_on: dt.date
    ends_on: dt.date
    case_name: str = ""
    per: str = ""
    corrects: str = ""
    reason: str | None = None
    tariff_version_id: UUID | None = None
    free_units: int = 0

    @property
    def money(self) -> Money:
        """The rounded amount."""
        return money(self.amount, self.currency)


def invoice_lines(
    charges: Sequence[Charge],
    products: Mapping[str, str],
    locale: str,
    tax_on: Callable[[str, str], Tax],
    inside: TaxInside = NONE_INSIDE,
    sections: Mapping[UUID, Section] = NO_SECTIONS,
) -> tuple[Line, ...]:
    """Lines numbered from 1, in the order of services.

    `tax_on` is asked with a tax category and the code of the period that a line corrects, or "".
    `products` names what is sold, by code, and promotions, by `promotion_key`; `sections` says
    by contract under which sub-account and cost centre a line stands.
    """
    say = translator(locale)
    grouped = _grouped(charges, products, say, sections, inside)
    services = {each.service for each in charges}
    groups = {service: say(SERVICES.get(service, service)) for service in services}
    lines = [
        _line(str(number), key.what, same, say, groups, tax_on, inside)
        for number, (key, same) in enumerate(grouped, 1)
    ]
    if not sections:
        return tuple(lines)
    return tuple(
        _in_section(line, same[0], locale, sections)
        for line, (_key, same) in zip(lines, grouped, strict=True)
    )


def charges_by_line(
    charges: Sequence[Charge],
    products: Mapping[str, str],
    locale: str,
    sections: Mapping[UUID, Section] = NO_SECTIONS,
    inside: TaxInside = NONE_INSIDE,
) -> dict[str, list[Charge]]:
    """The charges of each line, by its number, in the order of the lines.

    Prices with tax and prices without do not stand on one line.
    """
    grouped = _grouped(charges, products, translator(locale), sections, inside)
    return {str(number): same for number, (_key, same) in enumerate(grouped, 1)}


def charged_by(charges: Sequence[Charge]) -> Money:
    """What charges come to, of which there is one at least. Raises CurrenciesMixed."""
    currency = charges[0].currency
    if len(charges) == 1:
        return charges[0].money
    for charge in charges:
        if charge.currency != currency:
            raise CurrenciesMixed(other=charge.currency, currency=currency)
    return money(added([charge.amount for charge in charges]), currency)


class _Key(NamedTuple):
    """What charges of one line have in common; lines stand in the order of their keys."""

    account: str
    cost_centre: str
    corrects: str
    place: str
    what: str
    tax_category: str
    per: str
    has_tax_inside: bool
    alone: str


def _grouped(
    charges: Sequence[Charge],
    products: Mapping[str, str],
    say: Callable[..., str],
    sections: Mapping[UUID, Section],
    inside: TaxInside,
) -> list[tuple[_Key, list[Charge]]]:
    grouped: dict[_Key, list[Charge]] = defaultdict(list)
    for charge in charges:
        what = _what(charge, products, say)
        section = _section(charge, sections) if sections else NO_SECTION
        grouped[_key(charge, what, section, inside)].append(charge)
    return sorted(grouped.items())


def _section(charge: Charge, sections: Mapping[UUID, Section]) -> Section:
    return sections.get(charge.contract_id, NO_SECTION) if charge.contract_id else NO_SECTION


def _in_section(line: Line, charge: Charge, locale: str, sections: Mapping[UUID, Section]) -> Line:
    section = _section(charge, sections)
    if section == NO_SECTION:
        return line
    return replace(line, group=section.title(locale), cost_centre=section.cost_centre)


def promotion_key(code: str) -> str:
    """What names a promotion among products: no code of a product has a colon."""
    return f"promotion:{code}"


def group_of(destination: str) -> str:
    """The destination group: what stands before a dash."""
    return destination.partition(" - ")[0].strip()


def _key(charge: Charge, what: str, section: Section, inside: TaxInside) -> _Key:
    return _Key(
        account=section.account,
        cost_centre=section.cost_centre,
        corrects=charge.corrects,
        place=PLACES.get(charge.service, LAST_PLACE),
        what=what,
        tax_category=charge.tax_category,
        # Kilowatt hours and cubic metres do not add up.
        per=charge.per if charge.per in MEASURED_UNITS else "",
        has_tax_inside=inside.holds(charge),
        # The margin of goods is of each by itself; of two sold at one price neither is the first.
        alone=charge.id if charge.tax_category == MARGIN else "",
    )


def _what(charge: Charge, products: Mapping[str, str], say: Callable[..., str]) -> str:
    if charge.service in ("voice", "sms") and charge.destination:
        name = group_of(charge.destination)
    elif charge.service == "individual" and charge.reason:
        name = charge.reason
    else:
        # A component stands under the name of its bundle, a rebate under that of its promotion.
        code = charge.reason or charge.product
        if charge.service == "rebate":
            code = promotion_key(code)
        name = products.get(code, code)
        name = name or say(UNNAMED.get(charge.service, charge.service))
    if charge.service == "shortfall":
        name = say(SHORTFALL, what=say(UNNAMED.get(charge.product, charge.product)))
    if charge.traffic_direction == "incoming":
        return say(INCOMING, what=name)
    if charge.service == "early_leaving":
        return say(EARLY_LEAVING, what=name)
    if charge.service == "term_bonus":
        return say(TERM_BONUS, what=name)
    return name


def _line(
    number: str,
    what: str,
    charges: Sequence[Charge],
    say: Callable[..., str],
    groups: Mapping[str, str],
    tax_on: Callable[[str, str], Tax],
    inside: TaxInside,
) -> Line:
    first = charges[0]
    charged = charged_by(charges)
    tax = tax_on(first.tax_category, first.corrects)
    net, tax_inside = inside.split(first, charged, tax)
    quantity, unit_code = _quantity(charges)
    if first.corrects:
        what = say(CORRECTION, what=what, period=first.corrects)
    return Line(
        id=number,
        description=what,
        quantity=quantity,
        unit_code=unit_code,
        net=net,
        tax=tax,
        unit_price=_common_price(charges, quantity, net) if tax_inside is None else None,
        net_exact=_exact(charges, charged) if tax_inside is None else None,
        group=groups[first.service],
        period=_days_of(charges),
        # Rows below a line add up to it, and a price with tax would not.
        details=tuple(_details(charges, what)) if tax_inside is None else (),
        tax_inside=tax_inside,
    )


def _days_of(charges: Sequence[Charge]) -> Period:
    if len(charges) == 1:
        return _days(charges[0].starts_on, charges[0].ends_on)
    return _days(
        min(charge.starts_on for charge in charges), max(charge.ends_on for charge in charges)
    )


@lru_cache(maxsize=1024)
def _days(starts_on: dt.date, until: dt.date) -> Period:
    return Period(starts_on, until)


def _exact(charges: Sequence[Charge], charged: Money) -> Decimal:
    """The amount before its rounding, to the digits that the database keeps."""
    times_3600 = charges[0].amount_3600
    if len(charges) > 1:
        times_3600 = added([charge.amount_3600 for charge in charges])
    if EXACT.multiply(charged.amount, HOUR) == times_3600:
        # Nothing was rounded off.
        return charged.amount
    dividend, divisor = times_3600.as_integer_ratio()
    return round_quotient(dividend, divisor * 3600, 12)


def _quantity(charges: Sequence[Charge]) -> tuple[Decimal, str]:
    """Minutes of calls, to two places and for reading only; what a meter or a session counted, in
    the unit of the price; pieces of everything else.

    Minutes are all that were used: what an allowance covered stands with 0.00, as messages do. Of
    what has a printed price, only what is paid for multiplies with it to the amount; where nothing
    is, it is what was used.
    """
    first = charges[0]
    if first.service == "voice":
        return _minutes(charges), "MIN"
    if first.per in MEASURED_UNITS:
        billed = sum(charge.billed_units for charge in charges)
        counted = Decimal(billed or sum(charge.free_units for charge in charges))
        units = measures_of(first.service)[first.per].units
        return EXACT.divide(counted, units).normalize() + 0, MEASURED_UNITS[first.per]
    pieces = sum(charge.quantity for charge in charges)
    return Decimal(pieces), "C62"


def _minutes(charges: Iterable[Charge]) -> Decimal:
    seconds = sum(charge.billed_units + charge.free_units for charge in charges)
    return round_quotient(seconds, 60, 2).normalize()


def _common_price(charges: Sequence[Charge], quantity: Decimal, net: Money) -> Decimal | None:
    """The price, where one price times the quantity is the net."""
    price = charges[0].unit_price
    if price is None or charges[0].service == "voice":
        return None
    if any(charge.unit_price != price for charge in charges):
        return None
    product = money(EXACT.multiply(quantity, price), charges[0].currency)
    return price.normalize() + 0 if to_minor_unit(product) == net else None


def _details(charges: Sequence[Charge], what: str) -> list[Detail]:
    """One row for each destination and case, where there is more than the line itself.

    What a case makes free stands here with 0.00 (rule R27).
    """
    if len(charges) == 1 and not charges[0].case_name:
        return []
    is_voice = charges[0].service == "voice"
    alike: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for charge in charges:
        alike[charge.destination if is_voice else "", charge.case_name].append(charge)
    if len(alike) == 1 and not charges[0].case_name:
        return []
    return [
        Detail(
            ", ".join(part for part in named if part) or what,
            *_quantity(same),
            charged_by(same),
        )
        for named, same in sorted(alike.items())
    ]
