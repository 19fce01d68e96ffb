"""Usage whose texts are categories is charged as if they were texts."""

from random import Random

import polars as pl
import pytest

from mediation.usage import CATEGORISED
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import CHARGES, OUTCOMES, REPEATING, SUSPENDED
from tests.reference.comparing import snapshot_of, usage_frame
from tests.reference.generated.usage import usage
from tests.reference.generated.worlds import world

CALLS = 400


@pytest.mark.parametrize("seed", range(8))
def test_categories_are_charged_as_texts(seed: int) -> None:
    rng = Random(seed)
    known = world(rng, 2)
    texts = usage_frame(usage(rng, known, CALLS))
    kinds = {name: CATEGORISED[name] for name in texts.columns}

    expected = rate(texts, snapshot_of(known))
    found = rate(texts.cast(kinds), snapshot_of(known))

    repeating = {found.charges.schema[name] for name in CHARGES if name in REPEATING}
    assert repeating == {pl.Categorical()}
    assert found.charges.cast(CHARGES).equals(expected.charges)
    assert found.suspended.cast(SUSPENDED).equals(expected.suspended)
    assert found.outcomes.cast(OUTCOMES).equals(expected.outcomes)
    assert found.priced_by.equals(expected.priced_by)
