"""Terms of agreements with partners and carriers, read from plain dictionaries.

Revenue share: the products it is for, how amounts are converted, and the split itself in the format
of `settlement/sharing`:

    products = ["NEWS", "HOROSCOPE"]
    fixing = {source = "ECB", day = "period_end", pivot = "EUR"}
    notice_days = 30
    owner = "operator"
    shares = [{payee = "melodia", rate = "0.70"}]

Interconnect: a tariff for each direction, and what reconciliation and notice go by:

    time_zone = "Europe/Dublin"     incoming = "atlantic-in"     outgoing = "atlantic-out"
    tolerance = "0.005"     tolerance_amount = "2.00"     objection_days = 30     notice_days = 7

Incoming traffic the carrier brings and owes us for; for outgoing traffic we owe it. A direction
that is not named carries no traffic. Volume that is promised over a term stands in `deals`
(`settlement.agreements.deal`). Above a `missing_caller_share` of the seconds, calls without a
calling number cost `missing_caller_price` a minute. With `transit_settlement = "direct"` a call in
transit between two carriers that both settle so is theirs to settle, and who brought it owes us the
fee of the tariff named by `transit`; otherwise (`cascade`) each settles with us, its neighbour.
Both kinds may convert by a `fixing`; without one, an amount in another currency is an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from currencies.fixing import Calendar, Day, Fixing
from currencies.money import plain as decimal_text
from currencies.units import minor_unit
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.agreements.deal import Deal, deals_from_plain, deals_to_plain
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain, terms_to_plain
from settlement.catalogue.plain_values import Plain, Reader, without_defaults
from tenants.directory.tenant import UnknownTimeZone

# The payee that is the tenant itself.
OURSELVES: Final = "operator"
# Of revenue share terms, what is not about the split; the notice of a change in days, 0 for none.
BESIDE_SPLIT: Final = ("products", "fixing", "notice_days")
TRANSIT_SETTLEMENTS: Final = ("cascade", "direct")
DEFAULTS: Final = {
    "tolerance": "0",
    "objection_days": 30,
    "notice_days": 30,
    "transit_settlement": TRANSIT_SETTLEMENTS[0],
}


class NoProducts(Invalid):
    """Agreement {code} names no products. Say which products' revenue it shares."""


class NobodyPaid(Invalid):
    """Agreement {code} gives {partner} nothing: its terms name {payees}. Add {partner} as a
    payee.
    """


class MissingCallerUnclear(Invalid):
    """Agreement {code} needs both a missing_caller_share, like "0.05" for five percent, and a
    missing_caller_price. Write both, or neither.
    """


class TransitUnclear(Invalid):
    """Agreement {code} needs a transit tariff for what it brings if transit_settlement is "direct",
    and none if it is "cascade". Write both, or neither.
    """


class NoDirection(Invalid):
    """Agreement {code} names no tariff. Say which one holds for incoming or for outgoing
    traffic.
    """


DIRECTED: Final = ("incoming", "outgoing", "transit")
MISSING_CALLER: Final = ("missing_caller_share", "missing_caller_price")


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """Whose revenue is shared, how it is split, and how it is converted."""

    products: tuple[str, ...]
    sharing: SharingTerms
    fixing: Fixing | None = None
    is_complete: bool = False
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class InterconnectTerms:
    """Tariff codes by direction; `tolerance` is a share of our amount, 0.005 for half a percent.

    A variance within `tolerance_amount`, in the currency of the agreement, is accepted as well.
    """

    time_zone: str
    incoming: str | None
    outgoing: str | None
    tolerance: Decimal
    objection_days: int
    notice_days: int
    fixing: Fixing | None = None
    deals: tuple[Deal, ...] = ()
    missing_caller_share: Decimal | None = None
    missing_caller_price: Decimal | None = None
    transit: str | None = None
    transit_settlement: str = TRANSIT_SETTLEMENTS[0]
    tolerance_amount: Decimal | None = None

    def tariffs(self) -> dict[str, str]:
        """Tariff code by direction, of the directions that carry traffic."""
        named = {
            "incoming": self.incoming,
            "outgoing": self.outgoing,
            "transit_in": self.transit,
        }
        return {direction: code for direction, code in named.items() if code is not None}


def share_terms_from_plain(plain: Plain, code: str) -> ShareTerms:
    """Read the terms of a revenue share. Raises NoProducts and what `terms_from_plain` raises."""
    own = {key: value for key, value in plain.items() if key in BESIDE_SPLIT}
    reader = Reader(own, f"agreement {code}", BESIDE_SPLIT)
    products = own.get("products")
    if not isinstance(products, Sequence) or isinstance(products, str) or not products:
        raise NoProducts(code=code)
    for product in products:
        if not isinstance(product, str) or not product:
            raise reader.wrong("products", product, Words(_("product codes")))
    return ShareTerms(
        products=tuple(sorted(set(products))),
        sharing=terms_from_plain(sharing_part(plain)),
        fixing=_fixing(reader),
        is_complete=plain.get("complete") is True,
        notice_days=reader.whole("notice_days", 0),
    )


def share_terms_to_plain(terms: ShareTerms) -> dict[str, Any]:
    """Write terms as `share_terms_from_plain` reads them."""
    own = {
        "products": list(terms.products),
        "fixing": fixing_to_plain(terms.fixing),
        # Declared and checked: the shares leave nothing over.
        "complete": terms.is_complete or None,
        "notice_days": terms.notice_days or None,
    }
    return terms_to_plain(terms.sharing) | without_defaults(own, {})


def interconnect_terms_from_plain(plain: Plain, code: str) -> InterconnectTerms:
    """Read interconnect terms. Raises NoDirection, UnknownTimeZone and what Reader raises."""
    known = (
        "time_zone", *DIRECTED, "tolerance_amount", "fixing", "deals", *MISSING_CALLER, *DEFAULTS,
    )  # fmt: skip
    reader = Reader(plain, f"agreement {code}", known)
    tolerance = reader.price("tolerance", "0")
    if tolerance > 1:
        raise reader.wrong(
            "tolerance", str(tolerance), Words(_('a share like "0.005" for half a percent'))
        )
    terms = InterconnectTerms(
        time_zone=_zone(reader.text("time_zone")),
        incoming=reader.text_or_none("incoming"),
        outgoing=reader.text_or_none("outgoing"),
        tolerance=tolerance,
        objection_days=reader.whole("objection_days", 30),
        notice_days=reader.whole("notice_days", 30),
        fixing=_fixing(reader),
        deals=deals_from_plain(reader.tables("deals"), code),
        missing_caller_share=reader.price_or_none("missing_caller_share"),
        missing_caller_price=reader.price_or_none("missing_caller_price"),
        transit=reader.text_or_none("transit"),
        transit_settlement=reader.choice(
            "transit_settlement", TRANSIT_SETTLEMENTS, TRANSIT_SETTLEMENTS[0]
        ),
        tolerance_amount=reader.price_or_none("tolerance_amount"),
    )
    if not terms.tariffs():
        raise NoDirection(code=code)
    _require_clear_transit(terms, code)
    share, price = terms.missing_caller_share, terms.missing_caller_price
    if (share is None) != (price is None) or (share is not None and share > 1):
        raise MissingCallerUnclear(code=code)
    return terms


def _require_clear_transit(terms: InterconnectTerms, code: str) -> None:
    is_direct = terms.transit_settlement == "direct"
    is_needed = is_direct and terms.incoming is not None
    if (terms.transit is None and is_needed) or (terms.transit is not None and not is_direct):
        raise TransitUnclear(code=code)


def interconnect_terms_to_plain(terms: InterconnectTerms) -> dict[str, Any]:
    """Write terms as `interconnect_terms_from_plain` reads them."""
    plain = {
        "time_zone": terms.time_zone,
        "incoming": terms.incoming,
        "outgoing": terms.outgoing,
        "tolerance": decimal_text(terms.tolerance),
        "tolerance_amount": _text_of(terms.tolerance_amount),
        "objection_days": terms.objection_days,
        "notice_days": terms.notice_days,
        "fixing": fixing_to_plain(terms.fixing),
        "deals": deals_to_plain(terms.deals),
        "missing_caller_share": _text_of(terms.missing_caller_share),
        "missing_caller_price": _text_of(terms.missing_caller_price),
        "transit": terms.transit,
        "transit_settlement": terms.transit_settlement,
    }
    return without_defaults(plain, DEFAULTS)


def _text_of(number: Decimal | None) -> str | None:
    return None if number is None else decimal_text(number)


def fixing_to_plain(fixing: Fixing | None) -> dict[str, Any]:
    """Write a fixing as terms hold it; nothing for none."""
    if fixing is None:
        return {}
    plain = {"source": fixing.source, "day": fixing.day, "calendar": fixing.calendar}
    fixed_on = fixing.fixed_on and fixing.fixed_on.isoformat()
    return without_defaults(plain | {"pivot": fixing.pivot, "on": fixed_on}, {"calendar": "ECB"})


def fixing_from_terms(plain: Plain, code: str) -> Fixing | None:
    """The fixing of stored terms of either kind."""
    own = {key: value for key, value in plain.items() if key == "fixing"}
    return _fixing(Reader(own, f"agreement {code}", ("fixing",)))


def _fixing(reader: Reader) -> Fixing | None:
    if not reader.has("fixing"):
        return None
    own = Reader(
        reader.table("fixing"),
        f"{reader.where}, fixing",
        ("source", "day", "calendar", "pivot", "on"),
    )
    pivot = own.text_or_none("pivot")
    if pivot is not None:
        minor_unit(pivot)
    return Fixing(
        source=own.text("source"),
        day=own.choice("day", get_args(Day), "period_end"),  # type: ignore[arg-type]
        calendar=own.choice("calendar", get_args(Calendar), "ECB"),  # type: ignore[arg-type]
        pivot=pivot,
        fixed_on=own.day_or_none("on"),
    )


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UnknownTimeZone(time_zone=name) from unknown
    return name


def sharing_part(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Of stored revenue share terms, what `settlement.agreements.sharing_terms` reads."""
    return {key: value for key, value in plain.items() if key not in BESIDE_SPLIT}
