"""What became of broken files: refused in words, or every record of them with one outcome."""

import datetime as dt
import re
import resource
import time
from collections.abc import Iterable

import polars as pl

from mediation.decoding import decode
from mediation.draft import Decoded, no_rejects
from mediation.duplicates import KEYS_SCHEMA
from mediation.intake import no_records, sort_out
from mediation.normalising import normalise
from mediation.source import Source
from tests.mediation.corpora.binary import Broken

SECONDS_MAX = 10
KILOBYTES_MAX = 256 * 1024
ARRIVED = dt.datetime(2026, 10, 6, tzinfo=dt.UTC)
IN_WORDS = re.compile(r"[A-Z_]{5,}: .*[a-z]+ .*")


def read(broken: Broken, source: Source) -> Decoded:
    """Decode a broken file and see that no record of it is lost, and nothing unsaid or slow."""
    began = time.process_time()
    decoded = decode(broken.content, source)
    seconds = time.process_time() - began

    assert seconds < SECONDS_MAX, f"{broken.how}: {seconds} s"
    if decoded.refused is not None:
        assert IN_WORDS.fullmatch(decoded.refused), f"{broken.how}: {decoded.refused}"
    lines = sorted([*decoded.drafts["line"], *decoded.rejected["line"]])
    assert len(set(lines)) == decoded.records, broken.how
    # The lines of a flow file are places of bytes; all others are counted from one.
    if source.format != "netflow":
        assert lines == list(range(1, decoded.records + 1)), broken.how
    assert decoded.rejected["reason"].null_count() == 0, broken.how
    return decoded


def read_all(corpus: Iterable[Broken], source: Source) -> list[tuple[Broken, Decoded]]:
    """Read broken files, and take in all that was read of them."""
    peak_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results = [(broken, read(broken, source)) for broken in corpus]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak_before
    assert grown < KILOBYTES_MAX, f"{grown} KB more for files of a few hundred bytes"
    drafts = pl.concat([decoded.drafts for _, decoded in results])
    drafts = drafts.with_columns(line=pl.int_range(1, pl.len() + 1))
    records = normalise(drafts, source, "b", ARRIVED)
    earlier = pl.DataFrame(schema=KEYS_SCHEMA)
    outcomes = sort_out("b", records, no_rejects(), earlier, no_records()).outcomes
    assert outcomes["line"].to_list() == drafts["line"].to_list(), "a record without an outcome"
    unsaid = outcomes.filter(~pl.col("outcome").is_in(["landed", "duplicate"]))
    assert unsaid["reason"].null_count() == 0, "a record that waits without a reason"
    return results
