"""What is left of allowances agrees with the reference, month after month."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import polars as pl
import pytest

from settlement.catalogue.tariff import tariff_from_plain
from settlement.rating.kernel import rate
from settlement.rating.rollover.left import HELD, USES, openings, uses
from settlement.rating.snapshot import rows
from tests.reference.comparing import snapshot_of, usage_frame
from tests.reference.generated.usage import usage
from tests.reference.generated.worlds import world
from tests.reference.rating.month import rate_legs
from tests.reference.rating.rollover import Pool, openings_of, taken_of
from tests.reference.rating.world import Plain, World

WORLDS = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "40")) // 10
MONTHS = [date(2026, month, 1) for month in (9, 10, 11, 12)]
CALLS = 100


def calls_of(rng: Random, known: World, month: date) -> list[Plain]:
    """Usage of one month, away from its edges."""
    begins = datetime(month.year, month.month, 3, tzinfo=UTC)
    return [
        record | {"occurred_at": begins + timedelta(minutes=rng.randrange(24 * 24 * 60))}
        for record in usage(rng, known, CALLS)
    ]


def held_in(known: World) -> pl.DataFrame:
    """Who holds what, as rating asks the agreements."""
    found = []
    for row in [*known.subscriptions, *known.trunks]:
        own = row.get("subscription") or row["agreement"]
        days = {
            name: date.fromisoformat(row[name]) if row.get(name) else None
            for name in ("valid_from", "valid_until")
        }
        found.append(
            {
                "agreement": own,
                "contract": row.get("contract") or own,
                "party": row.get("customer") or row["carrier"],
                "tariff": row["tariff"],
            }
            | days
        )
    return rows(HELD, *found)


def by_pool(left: pl.DataFrame) -> dict[Pool, int]:
    """A frame of OPENINGS, by pool."""
    names = ("tariff", "section", "allowance", "holder", "granted", "units")
    return {(*each[:4], f"{each[4]:%Y-%m}"): each[5] for each in left.select(names).iter_rows()}


@pytest.mark.parametrize("part", range(2))
def test_what_is_left_agrees_with_the_reference(part: int) -> None:
    went_on: Counter[str] = Counter()
    for seed in range(part, WORLDS, 2):
        rng = Random(seed)
        known = world(rng, 2)
        versions = [tariff_from_plain(plain) for plain in known.tariffs]
        codes = {version.id: version.code for version in versions}
        held, spent, taken = held_in(known), [pl.DataFrame(schema=USES)], Counter[Pool]()
        for number, month in enumerate(MONTHS):
            found = openings(month, MONTHS[:number], versions, held, pl.concat(spent))
            wanted = openings_of(month, MONTHS[:number], known, taken)

            assert by_pool(found) == wanted, f"seed {seed}, {month}"

            known.openings = [row | {"month": month} for row in found.iter_rows(named=True)]
            known.seen.clear()
            records = calls_of(rng, known, month)
            charges = rate(usage_frame(records), snapshot_of(known)).charges
            spent.append(uses(charges.lazy(), versions, held, codes))
            parts, _, legs = rate_legs(records, known)
            taken.update(taken_of(parts, legs))
            went_on["left"] += len(wanted)
            went_on["used later"] += sum(
                (part.pool or f"{month:%Y-%m}")[-7:] != f"{month:%Y-%m}" for part in parts
            )
    # Something was left, and used in a later month, or nothing was compared.
    assert min(went_on["left"], went_on["used later"]) > 0, went_on
