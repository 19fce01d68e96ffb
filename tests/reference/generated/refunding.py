"""Agreements that change every month, refunds of earlier months, and payments that may bounce."""

from random import Random
from typing import NamedTuple

from tests.reference.generated.sharing import RATES, text
from tests.reference.months_of_money import GivenBack, Moved, Plain, Sold, invoiced, thirds

MONTHS = ("2026-10", "2026-11", "2026-12")
AFTER = ("2026-11", "2026-12", "2027-01")
BUYERS = {"song": ("anna", "mia"), "film": ("jan",)}
NUMBERS = {"anna": "48501100000", "mia": "48501100001", "jan": "48501100002"}
# Nobody is paid by both, so a statement is of one of them.
PAYEES = {"song": ("label", "studio", "agency"), "film": ("author", "maker", "church")}
# More than anything comes to.
TOO_MUCH = 1_000_000
AGREED = {"song": "songs", "film": "films"}


class Case(NamedTuple):
    """Terms by product and month, and all that happens."""

    terms: dict[str, list[Plain]]
    sales: list[Sold]
    refunds: list[GivenBack]
    money: list[Moved]


def case(seed: int) -> Case:
    """Songs are given back; films wait for jan to pay."""
    rng = Random(seed)
    terms = {product: [agreed(rng, product) for _ in MONTHS] for product in BUYERS}
    for each in terms["film"]:
        each["pays"] = "when_paid"
    sales = [
        Sold(month, customer, product, rng.choice([10, 33, 645, 1000, rng.randint(1, 3000)]))
        for month in range(3)
        for product, customers in BUYERS.items()
        for customer in customers
        for _ in range(rng.randint(1, 4))
    ]
    return Case(terms, sales, list(refunds(rng, sales)), money(rng, sales))


def agreed(rng: Random, product: str) -> Plain:
    """One to three payees; what is deducted is in proportion, so nothing is carried."""
    vat = {"name": "VAT", "rate": "0.23", "vat": True}
    fee = {"name": "fee", "rate": "0.1", "percent_of": rng.choice(["left", "gross", "net"])}
    partner, *others = PAYEES[product]
    payees = [partner, *rng.sample(others, rng.randint(0, 2))]
    rng.shuffle(payees)
    return {
        "owner": "operator",
        "shares": [{"payee": each, "rate": rng.choice(RATES[1:])} for each in payees],
        "deductions": rng.choice([[], [vat], [fee], [vat, fee]]),
        "rounding_level": rng.choice(["statement", "event"]),
        "waterfall_rounding": rng.choice(["each_step", "end"]),
    }


def refunds(rng: Random, sales: list[Sold]) -> list[GivenBack]:
    """Up to four parts of what anna or mia bought in a month, all of it at times."""
    found = []
    for month in (0, 1):
        left = {
            customer: sum(x.units for x in sales if (x.month, x.customer) == (month, customer))
            for customer in BUYERS["song"]
        }
        for _ in range(rng.randint(0, 4)):
            customer = rng.choice(BUYERS["song"])
            if left[customer]:
                units = rng.choice([1, left[customer], rng.randint(1, left[customer])])
                units = min(units, left[customer])
                left[customer] -= units
                cause = rng.choice(["refund", "chargeback"])
                found.append(GivenBack(month + 1, month, customer, cause, units))
    return found


def money(rng: Random, sales: list[Sold]) -> list[Moved]:
    """Thirds of jan's invoices, some of which bounce; in the end perhaps more than is open."""
    found = []
    for month in range(3):
        net = sum(x.units for x in sales if (x.month, x.customer) == (month, "jan"))
        for part in thirds(invoiced(net))[: rng.randint(1, 3)]:
            bounced = rng.choice([None, None, None, month, 2, 2]) if part else None
            if part:
                found.append(Moved(month, part, bounced))
    if rng.random() < 0.5:
        found.append(Moved(2, TOO_MUCH))
    return found


def story(made: Case) -> str:
    """The case as a story is written."""
    lines = ['title = "Generated"', "rules = []", "now = 2026-11-02T09:00:00Z",
             'periods = ["2026-10"]', f"steps = {text(steps(made))}"]  # fmt: skip
    lines.append(f"products = {text([{'code': each} for each in BUYERS])}")
    for customer, number in NUMBERS.items():
        lines += ["[[customers]]", f'code = "{customer}"', 'tariff = "shop"',
                  f'numbers = ["{number}"]']  # fmt: skip
    for payee in (each for some in PAYEES.values() for each in some):
        lines += ["[[partners]]", f'code = "{payee}"']
    lines += ["[[tariffs]]", 'code = "shop"', "content = { record = true }"]
    for product, versions in made.terms.items():
        for month, terms in zip(MONTHS, versions, strict=True):
            lines += ["[[revenue_shares]]", f'code = "{AGREED[product]}"',
                      f'partner = "{PAYEES[product][0]}"', f"products = {text([product])}",
                      f"valid_from = {month}-01", f"terms = {text(terms)}"]  # fmt: skip
    return "\n".join(lines) + "\n"


def steps(made: Case) -> list[str]:
    """Each month is closed, billed, paid and stated; then what of it is given back."""
    found = []
    for month, (code, after) in enumerate(zip(MONTHS, AFTER, strict=True)):
        found += [f"at {after}-02T09:00:00Z", f"ingest usage-{month + 1}.csv", f"rate {code}",
                  f"close {code}", f"bill {code}"]  # fmt: skip
        found += [
            f"receive {amount(each.units)} PLN of jan by W{number}"
            for number, each in enumerate(made.money)
            if each.month == month
        ]
        found += [
            f"bounce W{number}"
            for number, each in enumerate(made.money)
            if each.bounced_in == month
        ]
        found.append(f"state {code}")
        for number, each in enumerate(x for x in made.refunds if x.month == month):
            how = " as chargeback" if each.cause == "chargeback" else ""
            found += [
                f"at {after}-1{number}T09:00:00Z",
                f"refund {each.customer} line 1 {amount(each.units)} PLN{how} because of noise",
            ]
    return found


def usage(made: Case, month: int) -> str:
    """The sales of a month, as a file of events."""
    rows = ["id,kind,account,product,at,amount,currency"]
    rows += [
        f"{number},content,{NUMBERS[each.customer]},{each.product},"
        f"{MONTHS[month]}-{1 + number % 28:02}T10:00:00Z,{amount(each.units)},PLN"
        for number, each in enumerate(made.sales)
        if each.month == month
    ]
    return "\n".join(rows) + "\n"


def amount(units: int) -> str:
    """Minor units as they are written."""
    return f"{units // 100}.{units % 100:02}"
