"""Fees, bundles, terms and promotions of generated subscriptions agree with the reference."""

import datetime as dt
import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from settlement.agreements.condition import Grant
from settlement.catalogue.bundle import components_from_plain
from settlement.catalogue.product import Product
from settlement.catalogue.promotion import promotion_from_plain
from settlement.catalogue.tariff import tariff_from_plain
from settlement.catalogue.term import term_from_plain
from settlement.parties.standing import DatedStanding, Standing
from settlement.rating.charge_line import ChargeLine
from settlement.rating.commercial import Agreed, commercial_lines
from settlement.rating.commitment import Commitment
from settlement.rating.fee_lines import Sold
from settlement.rating.fees import Days
from tests.reference.commercial.fees import Plain, bonus, dues, holds, leaving_fee
from tests.reference.commercial.promotions import rebates
from tests.reference.commercial.used import Used
from tests.reference.generated import commercial as made
from tests.settlement.rating.commercial_builders import CUSTOMER, SUBSCRIPTION, a_line, a_subscriber

Sums = Counter[tuple[str, str, str]]
Case = tuple[Plain, list[Plain], list[Plain], list[Used]]
MONTHS = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "40")) * 25
NOW = dt.datetime(2026, 10, 30, tzinfo=dt.UTC)


def of_the_product(
    subscription: Plain,
    versions: list[Plain],
    promotions: list[Plain],
    usage: list[Used],
    cut_on: dt.date | None = None,
) -> Sums:
    """Cents by service, product and reason."""
    ended = NOW if subscription["ended"] else None
    subscriber = replace(
        a_subscriber(time_zone=subscription["zone"], ended_at=ended),
        valid_from=subscription["valid_from"],
        valid_until=subscription["valid_until"],
    )
    begun = subscription["terms"]
    replaced = [*(day for day, _ in begun[1:]), None][: len(begun)]
    standing = Standing(
        subscription["class"], tuple(subscription["segments"]), subscription["territory"]
    )
    components = {code: components_from_plain(each, code) for code, each in made.BUNDLES.items()}
    products = {
        code: Product(UUID(int=9), code, code, "bundle", components=each)
        for code, each in components.items()
    }
    agreed = Agreed(
        [subscriber],
        [_version(each) for each in versions],
        Sold(products, {}),
        [_promotion(each) for each in promotions],
        {
            SUBSCRIPTION: [
                Grant(SUBSCRIPTION, code, day, "asked")
                for code, day in subscription["grants"].items()
            ]
        },
        {
            SUBSCRIPTION: [
                Commitment(day, term_from_plain(said, ""), until)
                for (day, said), until in zip(begun, replaced, strict=True)
            ]
        },
        {CUSTOMER: [DatedStanding(standing, dt.date(2000, 1, 1))]},
        [],
        cuts={CUSTOMER: cut_on} if cut_on else {},
    )
    sums: Sums = Counter()
    for line in commercial_lines(agreed, Days(*made.MONTH), _lines(usage), _daily(usage)):
        assert line.amount * 100 == int(line.amount * 100)
        sums[line.service, line.product, line.reason or ""] += int(line.amount * 100)
    return Counter({key: amount for key, amount in sums.items() if amount})


def _lines(usage: list[Used]) -> list[ChargeLine]:
    return [
        a_line(str(Decimal(amount) / 100), service=used.fee["kind"], product=product)
        for used in usage
        for product, amount in used.lines
    ]


def _daily(usage: list[Used]) -> dict[tuple[UUID, str, str], dict[dt.date, Decimal]]:
    found = {}
    for used in usage:
        exact: Counter[dt.date] = Counter()
        for line in used.by_line:
            for day, amount in line.items():
                exact[day] += int(amount * 3600)
        days = {day: Decimal(amount) for day, amount in exact.items()}
        found[SUBSCRIPTION, used.fee["kind"], used.fee["product"]] = days
    return found


def _version(plain: Plain) -> object:
    days = {name: plain[name] and plain[name].isoformat() for name in ("valid_from", "valid_until")}
    named = {"code": "gold", "currency": "PLN"} | plain | days
    named = {key: value for key, value in named.items() if value is not None}
    return tariff_from_plain(named, str(UUID(int=plain["valid_from"].toordinal())))


def _promotion(plain: Plain) -> object:
    named = dict(plain)
    code, first, until = (named.pop(name) for name in ("code", "valid_from", "valid_until"))
    return promotion_from_plain(named, code, code.title(), first, until)


def of_the_reference(
    subscription: Plain, versions: list[Plain], promotions: list[Plain], usage: list[Used]
) -> Sums:
    """The same, day by day."""
    found = dues(subscription, versions, made.BUNDLES, made.MONTH)
    sums: Sums = Counter()
    for due in found:
        bundle = due.fee["product"] if due.fee["product"] in made.BUNDLES else ""
        for product, amount in due.lines:
            sums[due.fee["kind"], product, bundle] += amount
    last = made.MONTH[1] - dt.timedelta(1)
    together = next(each for each in versions if holds(each, last))["promotions_together"]
    for (product, code), off in rebates(
        subscription, promotions, [*found, *usage], made.MONTH, together
    ).items():
        sums["rebate", product, code] -= off
    sums["term_bonus", "line", ""] -= bonus(subscription, made.MONTH)
    sums["early_leaving", "line", ""] += leaving_fee(subscription, made.MONTH)
    return Counter({key: amount for key, amount in sums.items() if amount})


def a_case(seed: int) -> Case:
    rng = Random(seed)
    promotions = [made.promotion(rng, f"promo-{number}") for number in range(rng.randint(0, 3))]
    subscription = made.subscription(rng)
    for each in promotions:
        if rng.random() < 0.2:
            subscription["grants"][each["code"]] = made.a_day(rng)
    usage = [
        Used({"kind": kind, "product": product}, made.MONTH, lines)
        for kind, product, lines in made.usage(rng)
    ]
    return subscription, made.versions(rng), promotions, usage


@pytest.mark.parametrize("part", range(4))
def test_charges_besides_usage_agree_with_the_reference(part: int) -> None:
    services: Counter[str] = Counter()
    on_usage = 0
    for seed in range(part, MONTHS, 4):
        case = a_case(seed)

        found, wanted = of_the_product(*case), of_the_reference(*case)

        assert found == wanted, f"seed {seed}: {case}"
        services.update(service for service, _, _ in found)
        on_usage += any(
            key[:2] == ("rebate", "film") and key[2] not in made.BUNDLES for key in found
        )

    # All kinds of them happened, or it would be agreement about nothing.
    assert {"recurring", "one_off", "rebate", "early_leaving", "term_bonus"} == set(services)
    assert on_usage > 0


def test_a_month_that_is_cut_somewhere_is_charged_what_the_reference_charges() -> None:
    for seed in range(0, MONTHS, 4):
        case = a_case(seed)
        cut_on = made.MONTH[0].replace(day=Random(seed).randint(2, 28))

        found, wanted = of_the_product(*case, cut_on), of_the_reference(*case)

        # What a promotion takes off a bundle goes to its lines, of which there are more now.
        assert _together(found) == _together(wanted), f"seed {seed}, cut on {cut_on}: {case}"


def _together(sums: Sums) -> Sums:
    found: Sums = Counter()
    for (service, product, reason), amount in sums.items():
        found[service, "" if service == "rebate" else product, reason] += amount
    return found
