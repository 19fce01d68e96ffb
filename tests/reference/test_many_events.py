"""Two hundred thousand generated events, or millions: the kernel says what the reference says.

Outcomes, reasons, parts, units and exact amounts are compared. `make properties` asks for more
events; a snapshot of tariffs and agreements is drawn anew for each 20,000 of them. 1,200,000 took
4 minutes 50 seconds of one core.
"""

import os
from collections import Counter
from random import Random

import pytest

from tests.reference.comparing import compare
from tests.reference.generated.usage import usage
from tests.reference.generated.worlds import world
from tests.reference.rating.month import rate
from tests.reference.rating.world import ALLOWANCE, CHARGE, COMBINATION, MINIMUM

AT_ONCE = 20_000
EVENTS = int(os.environ.get("SALDO_PROPERTY_EVENTS", "200000"))
# Further runs are of other worlds where another number is said.
FIRST_SEED = int(os.environ.get("SALDO_PROPERTY_SEED", "1"))

OUTCOMES = {
    "rated", "unbillable", "free", "NO_TIME", "NO_DURATION", "BAD_DURATION", "BAD_QUANTITY",
    "READING_WENT_BACK", "AMOUNT_TOO_LARGE", "NO_SUBSCRIPTION", "NO_TARIFF", "NO_CARRIER",
    "NO_CARRIER_RATE", "NO_RATE", "NO_PRODUCT_PRICE", "NO_AMOUNT", "OTHER_CURRENCY",
    "UNIT_DIFFERS", "SESSION_INCOMPLETE",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + EVENTS // AT_ONCE))
def test_rating_agrees_with_the_reference_on_many_events(seed: int) -> None:
    rng = Random(seed)
    known = world(rng, 12)

    compared = compare(known, usage(rng, known, AT_ONCE))

    assert compared.agrees, str(compared)
    assert sum(compared.outcomes.values()) == AT_ONCE
    assert compared.outcomes["rated"] > AT_ONCE // 50


def test_what_is_generated_meets_everything_that_can_happen() -> None:
    """So that an agreement is not one about nothing; the reference alone looks at it."""
    outcomes: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    for seed in range(6):
        rng = Random(seed)
        known = world(rng, 8)
        parts, found = rate(usage(rng, known, 2000), known)
        outcomes.update(found.values())
        for part in parts:
            covered[part.covered_by] += 1
            happened["case"] += part.case is not None
            happened["band"] += part.band is not None
            happened["rolled over"] += (part.pool or "").endswith(("08", "09"))
            happened["carrier"] += part.side == "carrier"
            happened["zone"] += part.destination == "Poland mobile"
            happened["set aside"] += bool(part.set_aside)

    assert set(outcomes) == OUTCOMES
    assert set(covered) == {CHARGE, ALLOWANCE, MINIMUM, COMBINATION}
    assert all(happened.values()), happened
