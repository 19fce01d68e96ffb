"""What is wrong with a promotion: one that takes nothing off, or that others get in the way of.

Its example is a charge that shows the fault: what for, and of whom: the first day and the standing
of a subscription that has all the promotions that are named. Those that are granted one by one are
looked at by themselves only: whoever grants them sees what there is already.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice, product
from typing import Final, NamedTuple

from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.product import SERVICES
from settlement.catalogue.promotion import Promotion
from settlement.catalogue.tariff import TariffVersion
from settlement.parties.standing import Standing

# What a line of charges is of: usage, or a fee, which has its kind in place of a service.
CHARGED: Final = (*(each for each in SERVICES if each not in ("fee", "bundle")),
                  "recurring", "one_off")  # fmt: skip
ANY: Final = "example"
WHOLE: Final = Decimal(1)
_CHARGES_TRIED: Final = 1000


class Charge(NamedTuple):
    """A charge of a subscription that began on a day, of a customer with a standing."""

    service: str
    product: str
    begins_on: date
    standing: Standing

    def has(self, promotion: Promotion) -> bool:
        """Whether a promotion takes something off it, without being granted."""
        return (
            promotion.applies_to(self.service, self.product)
            and promotion.begins_with(self.begins_on)
            and promotion.entitlement.holds_for(self.standing)
        )

    def told(self, **said: str) -> Mapping[str, str]:
        """The charge as an example, without what any other would do for."""
        standing = self.standing
        named = {
            "service": self.service,
            "product": "" if self.product == ANY else self.product,
            "subscription_from": self.begins_on.isoformat(),
            "customer_class": standing.customer_class,
            "segments": ", ".join(sorted(standing.segments)),
            "territory": standing.territory,
        }
        return {name: value for name, value in named.items() if value} | said


def lint_promotion(
    promotion: Promotion, others: Sequence[Promotion], versions: Sequence[TariffVersion]
) -> list[Finding]:
    """Look at a promotion beside those that are published, and the tariffs that it may meet."""
    others = [each for each in others if each.code != promotion.code]
    return [
        *_never_applies(promotion, versions),
        *_tied(promotion, others),
        *_over_the_whole(promotion, others, versions),
    ]


def _never_applies(promotion: Promotion, versions: Sequence[TariffVersion]) -> Iterator[Finding]:
    charge = next(_charges(promotion, ()))
    if promotion.amount == 0:
        yield _finding(promotion, "PROMOTION_TAKES_NOTHING", charge.told())
    unknown = [each for each in promotion.services if each not in CHARGED]
    if unknown:
        all_of_it = len(unknown) == len(promotion.services)
        code = "PROMOTION_NEVER_APPLIES" if all_of_it else "PROMOTION_SERVICE_UNKNOWN"
        charged = charge._replace(service=CHARGED[-2]).told()
        yield _finding(promotion, code, charged, services=", ".join(unknown))
    currencies = sorted({each.currency for each in versions})
    if promotion.currency and currencies and promotion.currency not in currencies:
        example = charge.told(currency=currencies[0])
        yield _finding(promotion, "PROMOTION_CURRENCY_UNUSED", example, currency=promotion.currency)


def _tied(promotion: Promotion, others: Sequence[Promotion]) -> Iterator[Finding]:
    """Promotions of equal priority on the same charge: their codes decide which is taken first."""
    for other in others:
        if other.priority != promotion.priority:
            continue
        both = (each for each in _charges(promotion, [other]) if each.has(other))
        charge = next((each for each in both if each.has(promotion)), None)
        if charge is not None:
            yield _finding(
                promotion,
                "PROMOTIONS_TIED",
                charge.told(),
                other=other.code,
                priority=promotion.priority,
            )


def _over_the_whole(
    promotion: Promotion, others: Sequence[Promotion], versions: Sequence[TariffVersion]
) -> Iterator[Finding]:
    """Percentages of one full charge that come to more than all of it."""
    of_list = next((each for each in versions if each.promotions_together == "of_list"), None)
    if of_list is None or promotion.percent is None:
        return
    found: list[tuple[Decimal, Charge, list[str]]] = []
    for charge in _charges(promotion, others):
        if charge.has(promotion):
            met = [each for each in others if each.percent is not None and charge.has(each)]
            total = promotion.percent + sum((each.percent or WHOLE for each in met), Decimal(0))
            found.append((total, charge, [each.code for each in met]))
    if not found:
        return
    total, charge, codes = max(found, key=lambda each: each[0])
    if total > WHOLE:
        yield _finding(
            promotion,
            "PROMOTIONS_OVER_WHOLE",
            charge.told(tariff=of_list.code),
            others=", ".join(codes),
            percent=f"{(total * 100).normalize():f}",
        )


def _charges(promotion: Promotion, others: Sequence[Promotion]) -> Iterator[Charge]:
    """Charges among which those are that a promotion and others may both have."""
    each = (promotion, *others)
    entitled = [one.entitlement for one in each]
    services = promotion.services or _named([one.services for one in each]) or ("recurring",)
    products = promotion.products or _named([one.products for one in each]) or (ANY,)
    days = sorted({max(promotion.valid_from, one.valid_from) for one in each})
    classes = _named([one.classes for one in entitled]) or ("",)
    territories = _named([one.territories for one in entitled]) or ("",)
    segments = _named([one.segments for one in entitled])
    for service, of_product, day, of_class, territory in islice(
        product(services, products, days, classes, territories), _CHARGES_TRIED
    ):
        yield Charge(service, of_product, day, Standing(of_class, segments, territory))


def _named(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))


def _finding(
    promotion: Promotion, code: str, example: Mapping[str, str], **fields: object
) -> Finding:
    said = {name: str(value) for name, value in fields.items()}
    return Finding(code, promotion.code, said, example)
