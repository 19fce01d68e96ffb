"""Both sides get the same hash of the same records, whatever they compute it with."""

import hashlib
import random
import re
from xml.etree import ElementTree

import pytest

from statements.exchange.bucket_hash import bucket_totals, in_order
from tests.statements.exchange.builders import a_header, records, written

THREE = """
    r1 48221 353100 1 12:00:00        61 0.0305 Ireland
    r2 -     353200 1 12:00:05.250000 60 3      Ireland
    r3 48221 353100 1 11:59:59        0  0      Ireland
"""


def by_hand(xml: bytes) -> list[str]:
    """The hash of each bucket of a Records message, as its receiver may compute it."""
    name = "{urn:saldo:exchange:1.0}"
    hashes = []
    for bucket in ElementTree.fromstring(xml).iter(f"{name}Bucket"):
        lines = []
        for record in bucket.iter(f"{name}Record"):
            started = record.attrib["startedAt"][:19] + "Z"
            facts = [record.attrib[each] for each in ("calling", "called")]
            facts += [started, record.attrib["seconds"], record.attrib["amount"]]
            lines.append("|".join(facts) + "\n")
        hashes.append(hashlib.sha256("".join(sorted(lines)).encode("utf-8")).hexdigest())
    return hashes


def test_the_hash_is_that_of_the_lines_documented():
    lines = (
        "48221|353100|2026-10-01T11:59:59Z|0|0\n"
        "48221|353100|2026-10-01T12:00:00Z|61|0.0305\n"
        "|353200|2026-10-01T12:00:05Z|60|3\n"
    )

    (total,) = bucket_totals(records(THREE))

    assert total.hash == hashlib.sha256(lines.encode()).hexdigest()
    assert (total.figures.records, total.figures.seconds) == (3, 121)
    assert str(total.figures.amount.normalize()) == "3.0305"


def test_the_other_side_computes_it_from_the_message_with_the_standard_library():
    sent = in_order(records(THREE + "r4 48221 49300 2 08:00:00 30 -0.5 Germany"))

    assert by_hand(written(a_header(), [sent])) == [each.hash for each in bucket_totals(sent)]


def test_the_order_of_records_and_their_ids_do_not_matter():
    rows = [row for row in THREE.splitlines() if row.strip()]
    shuffled = random.Random(7).sample(rows, len(rows))
    renamed = [re.sub(r"^ *r", "their-", row) for row in shuffled]

    assert bucket_totals(records("\n".join(renamed))) == bucket_totals(records(THREE))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("48221 353100 1 12:00:00 ", "48222 353100 1 12:00:00 "),
        ("353200", "353201"),
        ("12:00:05.25", "12:00:06.25"),
        ("60 3 ", "61 3 "),
        ("0.0305", "0.030500000001"),
    ],
)
def test_one_changed_fact_changes_the_hash(before, after):
    changed = THREE.replace(before, after)
    assert changed != THREE

    assert bucket_totals(records(changed))[0].hash != bucket_totals(records(THREE))[0].hash


def test_fractions_of_a_second_do_not_matter():
    cut = THREE.replace("12:00:05.250000", "12:00:05")

    assert bucket_totals(records(cut)) == bucket_totals(records(THREE))
