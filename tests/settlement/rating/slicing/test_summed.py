"""The sums of slices name all batches of an agreement, and hold no more memory than they need."""

from typing import Any
from uuid import UUID

import polars as pl

from settlement.rating.slicing.summed import Summed, all_summed, summed
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_subscription,
    a_tariff,
    a_trunk,
    rated,
    usage_frame,
)

FIRST, SECOND, THIRD = (str(UUID(int=number)) for number in (3, 1, 2))
PHONE, CARRIER = "phone", "carrier"
# Longer than what stands in a column without a text of its own.
TRUNK = "PJSIP/carrier-number-one"


def of_slice(*records: dict[str, Any]) -> Summed:
    batch = rated(
        list(records),
        a_tariff({"price": "0.60"}),
        subscriptions=[a_subscription(subscription=PHONE)],
        trunks=[a_trunk(trunk=TRUNK, agreement=CARRIER, tariff="standard")],
    )
    charges = batch.charges.with_columns(terms=pl.lit(None, pl.String))
    return summed(usage_frame(*records), batch._replace(charges=charges))


def calls(batches: list[str]) -> list[dict[str, Any]]:
    return [
        a_call(60, record_key=f"{place}", trunk_out=TRUNK, batch_id=batch)
        for place, batch in enumerate(batches)
    ]


def test_an_agreement_in_several_slices_names_the_batches_of_all_in_order() -> None:
    slices = [of_slice(*calls([FIRST, THIRD, FIRST])), of_slice(*calls([THIRD, SECOND]))]

    found = all_summed(slices)

    of_agreements = dict(found.batches.select("agreement", "batch_set").iter_rows())
    assert of_agreements == {PHONE: 0, CARRIER: 0}
    assert found.batch_sets.to_list() == [[SECOND, THIRD, FIRST]]


def test_agreements_with_other_batches_have_other_sets() -> None:
    of_one = a_call(60, record_key="a", trunk_out=TRUNK, batch_id=FIRST)
    by_no_carrier = a_call(60, record_key="b", batch_id=SECOND)

    found = all_summed([of_slice(of_one), of_slice(by_no_carrier)])

    named = {
        agreement: found.batch_sets[number].to_list()
        for agreement, number in found.batches.select("agreement", "batch_set").iter_rows()
    }
    assert named == {PHONE: [SECOND, FIRST], CARRIER: [FIRST]}


def test_sums_do_not_keep_the_texts_of_all_records() -> None:
    """Ten thousand calls of one batch are a few rows, whose texts are a few hundred bytes."""
    found = of_slice(*calls([FIRST] * 10_000))

    for frame in (found.lines, found.batches, found.outcomes, found.suspended):
        assert texts_in_memory(frame) < 10_000


def texts_in_memory(frame: pl.DataFrame) -> int:
    """Bytes of everything that the columns of texts hold, be it part of them or not."""
    held: dict[int, int] = {}
    for column in frame.select(pl.col(pl.String)):
        array = column.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        held |= {each.address: each.size for each in array.buffers() if each is not None}
    return sum(held.values())
