"""A promotion: what is taken off the charges of a subscription, whose, and for how long.

It takes off a `percent` of what it applies to, an `amount` a month, or everything in the first
`trial_days`. It applies to what it names by `services` and `products`, or to fees and usage alike,
and lasts for `months` from the day it begins, or as long as the subscription. It belongs to those
whose subscription begins while the promotion is valid and who are entitled by class, segment or
territory; or to whom it was granted. Nothing ever falls below zero by it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from currencies.money import plain as amount_text
from currencies.units import minor_unit
from i18n.errors import Invalid
from i18n.locale import Words, _
from settlement.catalogue.plain_values import Plain, Reader, without_defaults
from settlement.catalogue.succession import require_time
from settlement.parties.standing import Standing
from settlement.parties.validity import holds_on

BORNE_BY: Final = ("partners_too", "operator")
COMBINATIONS: Final = ("of_what_is_left", "of_list", "best_only")
_KEYS: Final = (
    "entitlement", "percent", "amount", "currency", "trial_days", "months", "services", "products",
    "priority", "borne_by",
)  # fmt: skip


class BenefitUnclear(Invalid):
    """Promotion {code} must say what it takes off: exactly one of percent, amount and
    trial_days.
    """


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Who has a promotion without being asked: every list that names something must hold."""

    everybody: bool = False
    classes: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()

    def holds_for(self, standing: Standing) -> bool:
        """Whether a customer of this standing is entitled."""
        asked = [
            standing.customer_class in self.classes if self.classes else None,
            bool(set(self.segments) & set(standing.segments)) if self.segments else None,
            standing.territory in self.territories if self.territories else None,
        ]
        said = [each for each in asked if each is not None]
        return self.everybody or (bool(said) and all(said))


@dataclass(frozen=True, slots=True)
class Promotion:
    """What holds for subscriptions that begin on a day of [valid_from, valid_until).

    `percent` is a part of one. Of several promotions the higher priority is taken first. A rebate
    is borne by partners too, whose share is of what is left, or by the operator alone.
    """

    code: str
    name: str
    valid_from: date
    valid_until: date | None = None
    entitlement: Entitlement = Entitlement()
    percent: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    trial_days: int | None = None
    months: int | None = None
    services: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    priority: int = 0
    borne_by: str = "partners_too"

    def begins_with(self, day: date) -> bool:
        """Whether what begins on a day has this promotion."""
        return holds_on(day, self.valid_from, self.valid_until)

    def applies_to(self, service: str, product: str) -> bool:
        """Whether it takes something off charges of a service and product."""
        of_service = not self.services or service in self.services
        return of_service and (not self.products or product in self.products)


def promotion_from_plain(
    plain: Plain, code: str, name: str, valid_from: date, valid_until: date | None = None
) -> Promotion:
    """Read the terms of a promotion.

    Raises BenefitUnclear, NoTimeAtAll, UnknownCurrency, UnknownKey, KeyMissing and WrongValue.
    """
    require_time(valid_from, valid_until)
    reader = Reader(plain, f"promotion {code}", _KEYS)
    if sum(reader.has(name) for name in ("percent", "amount", "trial_days")) != 1:
        raise BenefitUnclear(code=code)
    percent = reader.price_or_none("percent")
    if percent is not None and not 0 < percent <= 1:
        raise reader.wrong(
            "percent", plain["percent"], Words(_('a part of one, for example "0.20"'))
        )
    amount = reader.price_or_none("amount")
    currency = reader.text("currency") if amount is not None else None
    if currency is not None:
        minor_unit(currency)
    return Promotion(
        code=code,
        name=name,
        valid_from=valid_from,
        valid_until=valid_until,
        entitlement=_entitlement(reader),
        percent=percent,
        amount=amount,
        currency=currency,
        trial_days=reader.whole_or_none("trial_days", least=1),
        months=reader.whole_or_none("months", least=1),
        services=_texts(reader, "services"),
        products=_texts(reader, "products"),
        priority=reader.whole("priority", 0),
        borne_by=reader.choice("borne_by", BORNE_BY),
    )


def promotion_to_plain(promotion: Promotion) -> dict[str, Any]:
    """Write the terms of a promotion as `promotion_from_plain` reads them."""
    percent, amount = promotion.percent, promotion.amount
    entitled = promotion.entitlement
    plain = {
        "entitlement": without_defaults(
            {
                "everybody": entitled.everybody,
                "classes": list(entitled.classes),
                "segments": list(entitled.segments),
                "territories": list(entitled.territories),
            },
            {"everybody": False},
        ),
        "percent": None if percent is None else amount_text(percent),
        "amount": None if amount is None else amount_text(amount),
        "currency": promotion.currency,
        "trial_days": promotion.trial_days,
        "months": promotion.months,
        "services": list(promotion.services),
        "products": list(promotion.products),
        "priority": promotion.priority,
        "borne_by": promotion.borne_by,
    }
    return without_defaults(plain, {"priority": 0, "borne_by": "partners_too"})


def _entitlement(reader: Reader) -> Entitlement:
    lists = ("classes", "segments", "territories")
    said = Reader(
        reader.table("entitlement"), f"{reader.where}, entitlement", ("everybody", *lists)
    )
    everybody = said.plain.get("everybody", False)
    if not isinstance(everybody, bool):
        raise said.wrong("everybody", everybody, Words(_("true or false")))
    return Entitlement(everybody, *(_texts(said, name) for name in lists))


def _texts(reader: Reader, key: str) -> tuple[str, ...]:
    said = reader.plain.get(key) or []
    if not isinstance(said, list | tuple) or not all(isinstance(e, str) and e for e in said):
        raise reader.wrong(key, said, Words(_("a list of texts")))
    return tuple(said)
