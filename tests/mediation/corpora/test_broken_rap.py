"""Broken RAP files: refused in words, and what is taken returns no other amount."""

from collections.abc import Iterable

from i18n.errors import DomainError
from mediation.formats.rap import ReturnBatch, read_rap
from tests.mediation.corpora.binary import (
    VALUES,
    Broken,
    cut_short,
    flipped,
    misbuilt,
    mislengthened,
    overwritten,
    some,
)
from tests.mediation.formats import rap_files

WHOLE = rap_files.returned()


def taken(corpus: Iterable[Broken]) -> list[tuple[str, ReturnBatch]]:
    """What is read in spite of being broken; anything but a refusal in words is an error."""
    found = []
    for broken in corpus:
        try:
            read = read_rap(broken.content)
        except DomainError:
            continue
        if isinstance(read, ReturnBatch):
            found.append((broken.how, read))
    return found


def test_a_file_that_is_cut_anywhere_is_refused_whole() -> None:
    assert taken(cut_short(WHOLE)) == []


def test_no_changed_byte_changes_what_is_returned() -> None:
    for how, read in taken(flipped(WHOLE)):
        assert (read.value, read.tax, len(read.returns)) == (3800, 0, 6), how


def test_absurd_lengths_and_texts_are_refused_or_harmless() -> None:
    for how, read in taken(mislengthened(WHOLE)) + taken(some(overwritten(WHOLE, VALUES))):
        assert (read.value, len(read.returns)) == (3800, 6), how


def test_elements_that_are_gone_doubled_or_senseless() -> None:
    for how, read in taken(some(misbuilt(WHOLE))):
        assert read.value == 3800, how
