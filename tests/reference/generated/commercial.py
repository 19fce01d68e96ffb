"""Generated subscriptions with fees, terms, bundles and promotions, around one month."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tests.reference.generated.choices import Plain, chance, several, some

MONTH = (date(2026, 10, 1), date(2026, 11, 1))
PRODUCTS = ["line", "tv", "box", "duo"]
KINDS = ["recurring", "one_off"]
USAGE = [("data", "line"), ("voice", "line"), ("content", "song")]
BUNDLES = {
    "duo": [
        {"product": "line", "weight": "1"},
        {"product": "tv", "weight": "1"},
        {"product": "film", "weight": "0.7"},
    ]
}


def a_day(rng: Random) -> date:
    """A day in the month, or up to two years before."""
    if chance(rng, 0.5):
        return MONTH[0] + timedelta(rng.randrange(31))
    return MONTH[0] - timedelta(rng.randrange(730))


def amount(rng: Random) -> str:
    """An amount of money, now and then finer than a cent."""
    return f"{rng.randint(0, 120)}.{rng.choice(['00', '01', '99', '335', '10'])}"


def versions(rng: Random) -> list[Plain]:
    """One version, or two with the change within the month."""
    change = MONTH[0] + timedelta(rng.randrange(31))
    spans = [(date(2020, 1, 1), None)]
    if chance(rng, 0.5):
        spans = [(date(2020, 1, 1), change), (change, None)]
    together = ["of_what_is_left", "of_list", "best_only"]
    return [
        {
            "valid_from": first,
            "valid_until": until,
            "fees": [fee(rng) for _ in range(rng.randint(0, 4))],
            "promotions_together": rng.choice(together),
        }
        for first, until in spans
    ]


def fee(rng: Random) -> Plain:
    """A fee of a tariff."""
    plain = {"product": rng.choice(PRODUCTS), "kind": rng.choice([*KINDS, "recurring"])}
    return plain | {"amount": amount(rng)} | some(rng, proration_unit=["day", "second"])


def subscription(rng: Random) -> Plain:
    """A subscription that began some time, and perhaps ended in the month."""
    begins = a_day(rng)
    ends = max(MONTH[0] + timedelta(rng.randrange(40)), begins + timedelta(1))
    terms = [(begins, term(rng))] if chance(rng, 0.7) else []
    if terms and chance(rng, 0.3):
        terms.append((max(a_day(rng), begins + timedelta(1)), term(rng)))
    return {
        "zone": rng.choice(["Europe/Warsaw", "America/New_York", "Asia/Kolkata"]),
        "valid_from": begins,
        "valid_until": ends if chance(rng, 0.5) else None,
        "ended": chance(rng, 0.8),
        "terms": terms,
        "class": rng.choice(["", "student"]),
        "segments": several(rng, ["young", "rural", "fan"], 2),
        "territory": rng.choice(["", "north"]),
        "grants": {},
    }


def term(rng: Random) -> Plain:
    """What somebody is bound to."""
    months = rng.choice([1, 2, 12, 24])
    said = some(
        rng,
        early_leaving=["flat", "remaining_months", "declining"],
        bonus_months=[0, 1],
        bonus_amount=["0", "5", "12.345", "80"],
        renewal=["open", "again"],
    )
    return {"months": months, "fee": amount(rng)} | said


def promotion(rng: Random, code: str) -> Plain:
    """A promotion for some, or for everybody."""
    until = rng.choice([None, None, date(2026, 10, 20)])
    benefit: Plain = rng.choice(
        [
            {"percent": rng.choice(["0.2", "0.333", "0.5", "1"])},
            {"amount": amount(rng), "currency": rng.choice(["PLN", "PLN", "EUR"])},
            {"trial_days": rng.randint(1, 40)},
        ]
    )
    if "amount" in benefit and not float(benefit["amount"]):
        benefit["amount"] = "1"
    lists = {"classes": ["student"], "segments": ["young", "fan"], "territories": ["north"]}
    entitlement = {name: lists[name] for name in several(rng, list(lists), 2)}
    limits = some(
        rng,
        months=[1, 6],
        services=[["recurring"], ["one_off"], KINDS, ["voice"], ["voice", "data", "recurring"]],
        products=[["line"], ["duo", "box"], ["song", "line"]],
        priority=[1, 2],
    )
    if "trial_days" in benefit:
        limits.pop("months", None)
    who = {"everybody": True} if chance(rng, 0.6) else entitlement
    facts = {"code": code, "valid_from": date(2020, 1, 1), "valid_until": until}
    return facts | benefit | limits | {"entitlement": who}


def usage(rng: Random) -> list[tuple[str, str, list[dict[date, Fraction]]]]:
    """Kind, product, and lines by day; amounts are in parts of 3600, as seconds make them."""
    made = []
    for kind, product in several(rng, USAGE, 3):
        lines = [_by_day(rng) for _ in range(rng.randint(1, 3))]
        made.append((kind, product, lines))
    return sorted(made, key=lambda each: each[:2])


def _by_day(rng: Random) -> dict[date, Fraction]:
    days = {MONTH[0] + timedelta(rng.randrange(31)) for _ in range(rng.randint(1, 6))}
    return {day: Fraction(rng.randint(0, 60_000), 3600) for day in sorted(days)}
