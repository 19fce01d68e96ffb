"""The rating kernel and the slow reference agree on small worlds, which fail in a readable way."""

import os
from fractions import Fraction
from random import Random

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.rating.charging import charge_lines, lines_of_sums
from settlement.rating.derivation import derivation_of
from settlement.rating.kernel import rate
from settlement.rating.month_rounding import OF_MONTH
from settlement.rating.slicing.summed import ALSO_BY, summed
from tests.reference.comparing import (
    compare,
    kernel_outcomes,
    kernel_parts,
    snapshot_of,
    usage_frame,
)
from tests.reference.generated.usage import usage
from tests.reference.generated.worlds import world
from tests.settlement.rating.formula import worked_out

# `make properties` asks for more.
EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "40"))
WORLDS = st.integers(0, 10**9)
RECORDS = st.integers(1, 12)
DRAWS = st.randoms(use_true_random=False)


@settings(max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck))
@given(seed=WORLDS, draws=DRAWS, count=RECORDS)
def test_rating_agrees_with_the_reference(seed: int, draws: Random, count: int) -> None:
    known = world(Random(seed), 2)

    compared = compare(known, usage(draws, known, count))

    assert compared.agrees, str(compared)


@settings(max_examples=EXAMPLES // 8, suppress_health_check=list(HealthCheck))
@given(seed=WORLDS, parts=st.integers(1, 5))
def test_property_no_order_of_arrival_and_no_batch_changes_a_charge(seed: int, parts: int) -> None:
    """R130: any order, and any batches that arrive by themselves."""
    rng = Random(seed)
    known = world(rng, 2)
    snapshot, records = snapshot_of(known), usage(rng, known, 60)
    shuffled = [
        record | {"batch_id": f"batch-{place % parts}", "line": place}
        for place, record in enumerate(rng.sample(records, len(records)))
    ]

    one, other = rate(usage_frame(records), snapshot), rate(usage_frame(shuffled), snapshot)

    assert kernel_parts(one) == kernel_parts(other)
    assert kernel_outcomes(one) == kernel_outcomes(other)


@settings(max_examples=EXAMPLES // 8, suppress_health_check=list(HealthCheck))
@given(seed=WORLDS)
def test_property_what_is_priced_alike_goes_to_one_line(seed: int) -> None:
    rng = Random(seed)
    known = world(rng, 2)
    records = usage_frame(usage(rng, known, 60))
    batch = rate(records, snapshot_of(known))
    charges = batch.charges.with_columns(terms=pl.lit(None, pl.String))

    sums = summed(records, batch._replace(charges=charges)).lines

    lines = lines_of_sums(sums.drop(OF_MONTH, strict=False))
    assert lines.equals(charge_lines(charges, ALSO_BY))


@settings(max_examples=EXAMPLES // 8, suppress_health_check=list(HealthCheck))
@given(seed=WORLDS)
def test_property_every_derivation_gives_its_amount(seed: int) -> None:
    """R131."""
    rng = Random(seed)
    known = world(rng, 2)

    batch = rate(usage_frame(usage(rng, known, 60)), snapshot_of(known))

    for charge in batch.charges.iter_rows(named=True):
        formula = derivation_of(charge).formula
        assert worked_out(formula) == Fraction(charge["amount_3600"]) / 3600, formula
