"""A charge line as a value, and what late usage makes of the lines already billed.

A correction reverses what was billed under a key and bills it anew (rules R33, R34): the
difference is price(all) less price(already billed), never late quantity at a marginal rate. Both
lines name the period they correct, so four times stay apart.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from uuid import UUID

from currencies.money import Money, money

MEASURES = (
    "events",
    "quantity",
    "seconds",
    "free_units",
    "billed_units",
    "amount_3600",
    "amount",
)

# Services of lines that no usage stands behind.
MONTH_ROUNDING = "month_rounding"
MISSING_CALLER = "missing_caller"
NOT_USAGE = (
    "recurring", "one_off", "early_leaving", "individual", "rebate", "shortfall", MONTH_ROUNDING,
    MISSING_CALLER, "term_bonus",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """Rated usage, or a fee, of one kind for a span of local days.

    `direction` is ours: receivable or payable. `amount` is rounded, `amount_3600` exact and times
    3600. `free_units` and `billed_units` are seconds of a call, bytes of data, else what the
    quantity counts; `unit_price` is for one of `per`. `reason` is the
    promotion that takes something off, the bundle of a component, or why a customer is charged
    individually, by the charge of `charge_id`. `derivation` says how an amount came about that no
    usage stands behind (`line_derivation`).
    """

    side: str
    direction: str
    party_id: UUID
    service: str
    currency: str
    starts_on: dt.date
    ends_on: dt.date
    contract_id: UUID | None = None
    subscription_id: UUID | None = None
    agreement_id: UUID | None = None
    terms_id: UUID | None = None
    tariff_version_id: UUID | None = None
    product: str = ""
    traffic_direction: str = ""
    trunk: str = ""
    destination: str = ""
    band: str = ""
    case_name: str = ""
    per: str = ""
    unit_price: Decimal | None = None
    tax_category: str = "standard"
    reason: str | None = None
    charge_id: UUID | None = None
    events: int = 0
    quantity: int = 0
    seconds: int = 0
    free_units: int = 0
    billed_units: int = 0
    amount_3600: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    batch_ids: tuple[UUID, ...] = ()
    derivation: str | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two lines the same charge; measures and batches are not part of it."""
        return tuple(getattr(self, name) for name in _KEY)

    @property
    def money(self) -> Money:
        """The rounded amount in its currency."""
        return money(self.amount, self.currency)

    @property
    def measures(self) -> tuple[int | Decimal, ...]:
        """What of it adds up."""
        return tuple(getattr(self, name) for name in MEASURES)

    def reversed(self) -> "ChargeLine":
        """The line that takes this one back."""
        negative = {name: -getattr(self, name) for name in MEASURES}
        return replace(self, **negative, derivation=None)


_KEY = tuple(
    field.name
    for field in fields(ChargeLine)
    if field.name not in (*MEASURES, "batch_ids", "unit_price", "per", "tax_category")
)


def late_adjustments(billed: Iterable[ChargeLine], rated: Iterable[ChargeLine]) -> list[ChargeLine]:
    """Reversal and new line wherever the rating of all usage differs from what was billed."""
    before, now = summed_by_key(billed), summed_by_key(rated)
    corrections = []
    for key in sorted(before.keys() | now.keys(), key=repr):
        was, becomes = before.get(key), now.get(key)
        if was is not None and becomes is not None and was.measures == becomes.measures:
            continue
        if was is not None and any(was.measures):
            corrections.append(was.reversed())
        if becomes is not None and any(becomes.measures):
            corrections.append(becomes)
    return corrections


def summed_by_key(lines: Iterable[ChargeLine]) -> dict[tuple[object, ...], ChargeLine]:
    """One line for each key: the billed line with the corrections it has had."""
    grouped: dict[tuple[object, ...], list[ChargeLine]] = {}
    for line in lines:
        grouped.setdefault(line.key, []).append(line)
    return {key: _sum_of(same) for key, same in grouped.items()}


def _sum_of(lines: Sequence[ChargeLine]) -> ChargeLine:
    if len(lines) == 1:
        return lines[0]
    batches = sorted({batch for line in lines for batch in line.batch_ids})
    added = {name: sum(getattr(line, name) for line in lines) for name in MEASURES}
    return replace(lines[-1], **added, batch_ids=tuple(batches), derivation=None)
