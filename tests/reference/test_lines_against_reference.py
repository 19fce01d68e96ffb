"""Charge lines agree with the reference: what is summed in one line, and what is rounded."""

import os
from collections import Counter
from random import Random

import pytest

from settlement.rating.charging import charge_lines
from settlement.rating.kernel import rate
from tests.reference.comparing import snapshot_of, usage_frame
from tests.reference.generated.usage import usage
from tests.reference.generated.worlds import world
from tests.reference.rating.lines import Line
from tests.reference.rating.lines import charge_lines as reference_lines
from tests.reference.rating.month import rate_legs
from tests.reference.rating.world import World

WORLDS = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "40")) // 5
CALLS = 400


def with_rounding(known: World, rng: Random) -> World:
    """Some tariffs round each event."""
    for version in known.tariffs:
        version["charge_rounding"] = rng.choice(["line", "event"])
    return known


def of_the_product(known: World, records: list[dict[str, object]]) -> dict[Line, int]:
    """Cents by line."""
    lines = charge_lines(rate(usage_frame(records), snapshot_of(known)).charges)
    found = {}
    for row in lines.iter_rows(named=True):
        line = Line(
            side=row["side"],
            balance=row["balance"],
            agreement=row["agreement"],
            month=f"{row['month']:%Y-%m}",
            kind=f"{row['kind']} {row['direction']}",
            product=row["product"],
            destination=row["destination"],
            band=row["band"],
            case=row["case_name"],
            version=row["tariff_version"],
        )
        assert line not in found, line
        found[line] = int(row["amount"] * 100)
        assert row["amount"] * 100 == found[line]
    return found


@pytest.mark.parametrize("part", range(2))
def test_lines_of_a_month_agree_with_the_reference(part: int) -> None:
    policies: Counter[str] = Counter()
    for seed in range(part, WORLDS, 2):
        rng = Random(seed)
        known = with_rounding(world(rng, 2), rng)
        records = usage(rng, known, CALLS)
        parts, _, legs = rate_legs(records, known)

        found, wanted = of_the_product(known, records), reference_lines(parts, legs)

        assert found == wanted, f"seed {seed}"
        rounding = {f"{v['code']}@{v['valid_from']}": v["charge_rounding"] for v in known.tariffs}
        policies.update(rounding[line.version] for line, cents in found.items() if cents)
    assert set(policies) == {"line", "event"}
