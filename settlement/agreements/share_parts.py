"""What one payee gets of revenue: a rate, tiers of rates, or an amount for each unit.

Rates are between 0 and 1, written as text. A bound belongs to the lower tier (rule R45).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from currencies.money import plain as decimal_text
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.catalogue.plain_values import Place, Reader, without_defaults

TierKind = Literal["graduated", "retroactive"]

PER: Final = ("event", "minute", "unit")


class RateOutOfRange(Invalid):
    """{where}: {key} is {value}. A rate is between 0 and 1; write 70 % as "0.70"."""


class TiersUnordered(Invalid):
    """{where}: the tiers of {payee} need bounds that rise, and a last tier without one. Write them
    from the lowest to the highest.
    """


@dataclass(frozen=True, slots=True)
class ShareTier:
    """The rate of the base up to and including a bound; None has no bound."""

    rate: Decimal
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A payee and its rate: of what is left to share, or in a chain of what the one before left.

    Where there are tiers, `rate` is that of the lowest.
    """

    payee: str
    rate: Decimal
    tiers: tuple[ShareTier, ...] = ()

    @property
    def highest_rate(self) -> Decimal:
        """The rate it may rise to."""
        return max((tier.rate for tier in self.tiers), default=self.rate)


@dataclass(frozen=True, slots=True)
class UnitShare:
    """A fixed amount for each event, each billed minute, or each billed unit of a product."""

    payee: str
    amount: Decimal
    per: str = "event"


def read_parts(reader: Reader, key: str, *, may_have_tiers: bool) -> tuple[Part, ...]:
    """The parts under a key. Raises RateOutOfRange, TiersUnordered and what Reader raises."""
    known = ("payee", "rate", "tiers") if may_have_tiers else ("payee", "rate")
    return tuple(
        _part(Reader(each, f"{reader.where}, {key}", known)) for each in reader.tables(key)
    )


def read_units(reader: Reader) -> tuple[UnitShare, ...]:
    """The fixed amounts for units. Raises what Reader raises."""
    read = []
    for each in reader.tables("units"):
        own = Reader(each, f"{reader.where}, units", ("payee", "amount", "per"))
        read.append(UnitShare(own.text("payee"), own.price("amount"), own.choice("per", PER)))
    return tuple(read)


def read_rate(reader: Reader, key: str) -> Decimal:
    """A rate between 0 and 1. Raises RateOutOfRange."""
    rate = reader.amount(key)
    if not 0 <= rate <= 1:
        raise RateOutOfRange(where=Place(reader.where), key=key, value=rate)
    return rate


def parts_to_plain(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Write parts as `read_parts` reads them."""
    return [
        {"payee": part.payee, "tiers": [_tier_to_plain(tier) for tier in part.tiers]}
        if part.tiers
        else {"payee": part.payee, "rate": decimal_text(part.rate)}
        for part in parts
    ]


def units_to_plain(units: Iterable[UnitShare]) -> list[dict[str, Any]]:
    """Write fixed amounts as `read_units` reads them."""
    return [
        without_defaults(
            {"payee": unit.payee, "amount": decimal_text(unit.amount), "per": unit.per},
            {"per": "event"},
        )
        for unit in units
    ]


def _part(reader: Reader) -> Part:
    payee = reader.text("payee")
    if not reader.has("tiers"):
        return Part(payee, read_rate(reader, "rate"))
    if reader.has("rate"):
        raise reader.wrong("rate", reader.plain["rate"], Words(_("a rate, or else tiers")))
    tiers = tuple(_tier(each, reader.where) for each in reader.tables("tiers"))
    bounds = [tier.up_to for tier in tiers[:-1] if tier.up_to is not None]
    rises = all(lower < upper for lower, upper in zip([Decimal(0), *bounds], bounds, strict=False))
    if not tiers or tiers[-1].up_to is not None or len(bounds) < len(tiers) - 1 or not rises:
        raise TiersUnordered(where=Place(reader.where), payee=payee)
    return Part(payee, tiers[0].rate, tiers)


def _tier(plain: Any, where: str) -> ShareTier:
    reader = Reader(plain, f"{where}, tiers", ("up_to", "rate"))
    return ShareTier(read_rate(reader, "rate"), reader.price_or_none("up_to"))


def _tier_to_plain(tier: ShareTier) -> dict[str, Any]:
    bound = None if tier.up_to is None else decimal_text(tier.up_to)
    return without_defaults({"up_to": bound, "rate": decimal_text(tier.rate)}, {})
