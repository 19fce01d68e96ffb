"""Broken files of every text format: each costs itself, or one record, and says why."""

import pytest

from tests.mediation.corpora.accounting import (
    read_of_good,
    require_accounted,
    require_normal,
    require_totals,
)
from tests.mediation.corpora.breaking import breakages, miscounted
from tests.mediation.corpora.mapped_files import MAPPED
from tests.mediation.corpora.text_files import SAMPLES as TEXTS
from tests.mediation.taken_in import taken_in

SAMPLES = TEXTS | MAPPED
formats = pytest.mark.parametrize("format", SAMPLES)


@formats
def test_whatever_breaks_a_file_nothing_else_is_lost(format: str) -> None:
    specimen = SAMPLES[format]().specimen
    good = read_of_good(specimen)

    several = [require_accounted(specimen, good, broken) for broken in breakages(specimen)]

    require_normal(specimen, several)


@formats
def test_wrong_counts_quarantine_a_file_that_declares_them(format: str) -> None:
    specimen = SAMPLES[format]().specimen
    good = read_of_good(specimen)

    for broken in miscounted(specimen):
        decoded = require_accounted(specimen, good, broken)
        if specimen.has_totals:
            require_totals(broken, decoded)
        else:
            assert decoded.refused is None


@formats
def test_what_no_record_may_hold_is_suspended_with_its_reason(format: str) -> None:
    sample = SAMPLES[format]()
    first = sample.specimen.records[0]

    for written, others in sample.absurd.items():
        for other, reason in others.items():
            parts = [*sample.specimen.parts]
            assert written in parts[first], written
            parts[first] = parts[first].replace(written, other)

            outcomes = taken_in(b"".join(parts), sample.specimen.source).outcomes

            found = outcomes["reason"].to_list()
            assert found[0] == reason, f"{other!r}: {found}"
            assert outcomes.height == len(sample.specimen.records)
            assert found.count(None) >= len(found) - 2
