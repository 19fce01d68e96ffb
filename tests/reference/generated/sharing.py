"""Agreements of every model at once, and three months of sales under them, from a seed."""

from random import Random
from typing import Any, NamedTuple

from tests.reference.months_of_shares import (
    FIRST,
    FREE_BELOW,
    NEXT,
    Customer,
    Plain,
    Sale,
    billed,
)

CUSTOMERS = {
    "anna": Customer(["young"], "PL"),
    "jan": Customer([], "PL"),
    "mia": Customer(["young"], "DE"),
}
RATES = ("0.5", "0.3", "0.25", "0.3333", "0.125", "0.07")
PAYEES = ("label", "studio", "agency", "author", "mother", "church")
# Products of each of the three agreements.
SOLD = {"arts": ("song", "game"), "calls": ("advice", "weather"), "films": ("film",)}
# What amounts for units are for, and some that leave fractions of a minor unit.
FOR_UNITS = {
    "event": ("0.25", "0.005", "0.011"),
    "unit": ("0.01", "0.003", "0.0125"),
    "minute": ("0.12", "0.07", "0.005"),
}


class Case(NamedTuple):
    """Terms by agreement, and what was sold."""

    terms: dict[str, Plain]
    sales: list[Sale]


def case(seed: int) -> Case:
    """Two agreements have shares, rules, units and promises; the third a chain."""
    rng = Random(seed)
    # A piece has no minutes.
    arts = mixed(rng, "song", ("event", "unit"))
    calls = mixed(rng, "advice", tuple(FOR_UNITS))
    depth = rng.randint(4, 6)
    links = [{"payee": payee, "rate": rng.choice(RATES)} for payee in PAYEES[:depth]]
    films = {"owner": "operator", "chain": links} | policies(rng)
    films["chain_rounding"] = rng.choice(["cascade", "leaves"])
    sales = [sale(rng) for _ in range(rng.randint(30, 60))]
    return Case({"arts": arts, "calls": calls, "films": films}, sales)


def mixed(rng: Random, product: str, pers: tuple[str, ...]) -> Plain:
    """Shares, promises, perhaps amounts for units; rules, of which one may be of a product."""
    terms: Plain = {"owner": "operator", "shares": shares(rng), "rules": rules(rng, product, pers)}
    if rng.random() < 0.8:
        terms["units"] = units(rng, pers)
    return terms | promises(rng) | policies(rng)


def shares(rng: Random) -> list[Plain]:
    """One to three payees, who get no more than all."""
    payees = rng.sample(PAYEES, rng.randint(1, 3))
    return [{"payee": each, "rate": rng.choice(RATES[2:])} for each in payees]


def rules(rng: Random, product: str, pers: tuple[str, ...]) -> list[Plain]:
    """Up to two, one of which has nothing but amounts for units."""
    young: Plain = {"name": "young", "segments": ["young"], "shares": shares(rng)}
    if rng.random() < 0.5:
        young["products"] = [product]
    abroad = {"name": "abroad", "territories": ["DE"], "units": units(rng, pers)}
    return rng.choice([[], [young], [abroad], [young, abroad], [abroad, young]])


def units(rng: Random, pers: tuple[str, ...]) -> list[Plain]:
    """So much for each event, unit or minute: some of these, each for a payee of its own."""
    some = rng.sample(pers, rng.randint(1, len(pers)))
    return [
        {"payee": payee, "amount": rng.choice(FOR_UNITS[per]), "per": per}
        for payee, per in zip(rng.sample(PAYEES, len(some)), some, strict=True)
    ]


def promises(rng: Random) -> Plain:
    """Caps, guarantees, advances and fees of some payees, by the month or the quarter."""
    found: Plain = {}
    # One period for what builds on each other, so that each is of the same sales.
    period = rng.choice(["month", "quarter"])
    for name in ("caps", "guarantees", "advances", "fees"):
        own = period if name != "fees" else rng.choice(["month", "quarter"])
        if rng.random() < 0.6:
            found[name] = [
                {"payee": payee, "amount": rng.choice(["1.00", "5.01", "20.00"]), "period": own}
                for payee in rng.sample(PAYEES[:4], rng.randint(1, 2))
            ]
    return found


def policies(rng: Random) -> Plain:
    """How it is rounded, and what is taken first."""
    vat = {"name": "VAT", "rate": "0.23", "vat": True}
    fee = {"name": "fee", "rate": "0.1", "percent_of": rng.choice(["left", "gross", "net"])}
    claims = [
        {"name": f"claim {number}", "amount": rng.choice(["0.05", "0.12", "1.00"]), "claim": True}
        for number in range(rng.choice([0, 0, 2, 3]))
    ]
    rounding = "each_step" if claims else rng.choice(["each_step", "end"])
    return {
        "deductions": [*rng.choice([[], [vat], [fee], [vat, fee]]), *claims],
        "rounding_level": rng.choice(["statement", "event"]),
        "waterfall_rounding": rounding,
        "step": rng.choice(["ratio", "fixed"]),
    }


def sale(rng: Random) -> Sale:
    """An event; one in four becomes known in a later month, one in ten is taken back."""
    month = rng.randint(0, 2)
    known = rng.randint(month, 2) if rng.random() < 0.25 else month
    customer = rng.choice(list(CUSTOMERS))
    product = rng.choice([each for sold in SOLD.values() for each in sold])
    if product in SOLD["calls"]:
        lasted = rng.choice([4, 5, 20, 21, 26, 27, rng.randint(1, 1200)])
        # At 0.60 a minute a second is one minor unit.
        return Sale(known, month, customer, product, billed(lasted), 1, lasted)
    units = rng.choice([10, 33, 99, 645, 1234, rng.randint(1, 3000)])
    if rng.random() < 0.1:
        units = -rng.choice([1, 10, 33])
    return Sale(known, month, customer, product, units, rng.choice([1, 1, 2, 7]))


def story(made: Case) -> str:
    """The case as a story is written."""
    lines = ['title = "Generated"', "rules = []", "now = 2026-11-02T09:00:00Z",
             'periods = ["2026-10"]']  # fmt: skip
    lines.append(f"steps = {text(steps())}")
    products = [
        {"code": each, "service": "voice" if code == "calls" else "content"}
        for code, sold in SOLD.items()
        for each in sold
    ]
    lines.append(f"products = {text(products)}")
    for number, (code, customer) in enumerate(CUSTOMERS.items()):
        lines += ["[[customers]]", f'code = "{code}"', 'tariff = "shop"',
                  f'numbers = ["4850110000{number}"]', f'country = "{customer.country}"',
                  f"segments = {text(customer.segments)}"]  # fmt: skip
    for payee in PAYEES:
        lines += ["[[partners]]", f'code = "{payee}"']
    lines += ["[[tariffs]]", 'code = "shop"', "content = { record = true }",
              f'voice = {{ price = "0.60", destination = "any", minimum_seconds = {FREE_BELOW}, '
              f"first_increment = {FIRST}, next_increment = {NEXT} }}"]  # fmt: skip
    for code, terms in made.terms.items():
        partner = (terms.get("chain") or terms["shares"])[0]["payee"]
        lines += ["[[revenue_shares]]", f'code = "{code}"', f'partner = "{partner}"',
                  f"products = {text(SOLD[code])}", "valid_from = 2026-10-01",
                  f"terms = {text(terms)}"]  # fmt: skip
    return "\n".join(lines) + "\n"


def steps() -> list[str]:
    """Three months, each rated and closed two days after it."""
    found = []
    for number, month in enumerate(("2026-10", "2026-11", "2026-12"), 1):
        after = "2027-01" if number == 3 else f"2026-{10 + number}"
        found += [f"at {after}-02T09:00:00Z", f"ingest usage-{number}.csv", f"rate {month}",
                  f"close {month}"]  # fmt: skip
    return found


def usage(made: Case, known: int) -> str:
    """What becomes known in a month, as a file of events."""
    rows = ["id,kind,account,product,at,to,seconds,quantity,amount,currency"]
    for number, each in enumerate(made.sales):
        if each.known == known:
            account = f"4850110000{list(CUSTOMERS).index(each.customer)}"
            at = f"2026-{10 + each.month}-{1 + number % 28:02}T10:{number % 60:02}:00Z"
            event = f"{account},{each.product},{at}"
            if each.lasted:
                rows.append(f"{number},voice,{event},48221234567,{each.lasted},,,")
                continue
            sign, size = "-" if each.units < 0 else "", abs(each.units)
            amount = f"{sign}{size // 100}.{size % 100:02}"
            rows.append(f"{number},content,{event},,,{each.pieces},{amount},PLN")
    return "\n".join(rows) + "\n"


def text(value: Any) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {text(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(text, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
