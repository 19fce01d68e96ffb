"""What is missing to commitments agrees with the reference, on generated tariffs and usage."""

from datetime import date
from random import Random
from typing import Any

from settlement.rating.kernel import rate
from settlement.rating.shortfall import Committed, shortfalls
from tests.reference.comparing import snapshot_of, usage_frame
from tests.reference.generated.usage import usage
from tests.reference.generated.worlds import world
from tests.reference.rating import shortfall as reference

OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def test_what_is_missing_to_a_commitment_agrees_with_the_reference() -> None:
    # In the last one what a meter counts is promised, whichever way it goes.
    missing = [agreed(seed) for seed in (*range(3, 9), 33)]

    # Not every world has a commitment.
    assert sum(map(len, missing)) > 5


def agreed(seed: int) -> dict[Any, Any]:
    """What both say is missing in a world."""
    rng = Random(seed)
    known = world(rng, 8)
    records = usage(rng, known, 600)
    snapshot = snapshot_of(known)
    holders = [
        Committed(
            "customer", "receivable", row["subscription"], row["customer"], row["tariff"],
            day(row.get("valid_from")) or date.min, day(row.get("valid_until")),
        )
        for row in known.subscriptions
    ]  # fmt: skip

    charges = rate(usage_frame(records), snapshot).charges
    found = {
        (
            each.by.agreement,
            each.version.code,
            each.version.valid_from.isoformat(),
            each.section.name,
        ): (each.missing, each.amount)
        for each in shortfalls(holders, snapshot.versions, charges.lazy(), *OCTOBER)
    }

    assert found == reference.shortfalls(records, known, *OCTOBER), f"seed {seed}"
    return found
