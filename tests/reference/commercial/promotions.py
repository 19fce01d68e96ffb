"""What promotions take off fees and usage: never more than there is, each rounded once."""

from datetime import date, timedelta
from fractions import Fraction

from tests.reference.commercial.days import cents, days_of, later, shared
from tests.reference.commercial.fees import Due, Month, Plain
from tests.reference.commercial.used import Used

# Product and promotion, and what is taken off in cents.
Taken = dict[tuple[str, str], int]
Charged = list[Due | Used]


def rebates(
    subscription: Plain, promotions: list[Plain], found: Charged, month: Month, together: str
) -> Taken:
    """What the promotions of a subscription take off its charges of a month."""
    held = [(each, days_held(subscription, each, month)) for each in promotions]
    held = [(each, days) for each, days in held if days]
    held.sort(key=lambda one: (-one[0].get("priority", 0), one[0]["code"]))
    if together == "best_only":
        alone = [_taken([one], found, month, "of_list") for one in held]
        return max(alone, key=lambda taken: sum(taken.values()), default={})
    return _taken(held, found, month, together)


def days_held(subscription: Plain, promotion: Plain, month: Month) -> set[date]:
    """The days of a month on which a subscription has a promotion."""
    granted = subscription["grants"].get(promotion["code"])
    if promotion.get("currency", "PLN") != "PLN":
        return set()
    begins = granted
    if granted is None:
        if not promotion["valid_from"] <= subscription["valid_from"]:
            return set()
        if promotion["valid_until"] and subscription["valid_from"] >= promotion["valid_until"]:
            return set()
        if not entitled(subscription, promotion.get("entitlement", {})):
            return set()
        begins = subscription["valid_from"]
    ends = date.max
    if "trial_days" in promotion:
        ends = begins + timedelta(promotion["trial_days"])
    elif "months" in promotion:
        ends = later(begins, promotion["months"])
    return {day for day in days_of(*month) if begins <= day < ends}


def entitled(subscription: Plain, said: Plain) -> bool:
    """Everybody, or whoever fits every list that names something."""
    if said.get("everybody"):
        return True
    asked = [
        subscription["class"] in said["classes"] if said.get("classes") else None,
        bool(set(subscription["segments"]) & set(said["segments"]))
        if said.get("segments")
        else None,
        subscription["territory"] in said["territories"] if said.get("territories") else None,
    ]
    return any(asked) and False not in asked


def _taken(
    held: list[tuple[Plain, set[date]]], found: Charged, month: Month, together: str
) -> Taken:
    left = [[max(amount, 0) for _, amount in due.lines] for due in found]
    taken: Taken = {}
    for promotion, days in held:
        bases = {}
        for place, due in enumerate(found):
            base = due.on(days) if applies(promotion, due) and sum(left[place]) else 0
            bases[place] = base if together == "of_list" else min(base, sum(left[place]))
        bases = {place: base for place, base in bases.items() if base > 0}
        if not bases:
            continue
        off = taken_off(promotion, sum(bases.values()), days, month)
        parts = shared(off, [Fraction(base) for base in bases.values()])
        for place, part in zip(bases, parts, strict=True):
            of_lines = _off_lines(left[place], part)
            for (product, _), less in zip(found[place].lines, of_lines, strict=True):
                key = (product, promotion["code"])
                taken[key] = taken.get(key, 0) + less
    return {key: less for key, less in taken.items() if less}


def _off_lines(left: list[int], part: int) -> list[int]:
    """Take a part off what is left of lines, as far as anything is."""
    part = min(part, sum(left))
    if not part:
        return [0] * len(left)
    of_lines = shared(part, [Fraction(each) for each in left])
    left[:] = [had - less for had, less in zip(left, of_lines, strict=True)]
    return of_lines


def applies(promotion: Plain, due: Due | Used) -> bool:
    """Whether it takes something off a charge; a bundle by its own name."""
    services, products = promotion.get("services"), promotion.get("products")
    return (not services or due.fee["kind"] in services) and (
        not products or due.fee["product"] in products
    )


def taken_off(promotion: Plain, whole: int, days: set[date], month: Month) -> int:
    """A part, an amount for a month by its days, or everything."""
    if "amount" not in promotion:
        return cents(Fraction(whole, 100) * Fraction(promotion.get("percent", "1")))
    price = Fraction(cents(Fraction(promotion["amount"])), 100)
    length = (month[1] - month[0]).days
    before = (min(days) - month[0]).days
    so_far = cents(price * (before + len(days)) / length) - cents(price * before / length)
    return min(so_far, whole)
