"""A limit on what a subscription, or all subscriptions of a contract, use in a local month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from i18n.errors import Invalid, NotFound

Counts = Literal["money", "units"]
AtLimit = Literal["alert", "stop"]

COUNTS: Final[tuple[Counts, ...]] = ("money", "units")
AT_LIMIT: Final[tuple[AtLimit, ...]] = ("alert", "stop")
KINDS: Final = ("voice", "sms", "data", "content", "meter")
DEFAULT_THRESHOLDS: Final = (80, 100)
LARGEST_PERCENT: Final = 1000


class LimitUnclear(Invalid):
    """This usage limit cannot be kept. Name one subscription or one contract, an amount above zero,
    for units a whole number of one kind of usage, and percents above zero that rise.
    """


class NoSuchLimit(NotFound):
    """There is no usage limit {limit}. Check its id."""


@dataclass(frozen=True, slots=True)
class UsageLimit:
    """What may be used in a local month, from one local day until another.

    `amount` is money in the contract's currency, before tax, or units of `kind`: seconds of voice,
    bytes of data, watt hours or litres of meters, else pieces. Money without a kind is of all
    usage. `thresholds` are percents of it at which somebody is told, `at_limit` what follows at
    100: an alert, or that the network is told to stop.
    """

    id: UUID
    subscription_id: UUID | None
    contract_id: UUID | None
    counts: Counts
    kind: str | None
    amount: Decimal
    thresholds: tuple[int, ...]
    at_limit: AtLimit
    valid_from: date
    valid_until: date | None = None

    def __post_init__(self) -> None:
        one_holder = (self.subscription_id is None) != (self.contract_id is None)
        known = self.kind is None or self.kind in KINDS
        whole = self.kind is not None and self.amount == int(self.amount)
        countable = self.counts == "money" or whole
        rising = list(self.thresholds) == sorted(set(self.thresholds))
        percents = rising and all(0 < each <= LARGEST_PERCENT for each in self.thresholds)
        if not (one_holder and known and self.amount > 0 and countable and percents):
            raise LimitUnclear
