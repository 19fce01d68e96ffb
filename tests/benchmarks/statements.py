"""From five million shared events to the issued statements of a thousand partners.

The events are rated charges in the Parquet that rating leaves, and their charge lines
(`shared_month`). Three things are measured, in processes of their own:

- sharing: from charge lines and rated charges to stored credits, an agreement in five event by
  event;
- statement rows: from credits to statements that are drafted, added up, checked against their
  lines, numbered, stored as rows and as CSV files, and booked. Neither XML nor PDF is in it. The
  bar is on sharing and this together. The baseline is this, one statement at a time, counted up
  from a tenth of them;
- the whole of issuing but the PDF: the same, and the XML of each statement, checked against the
  rules of EN 16931 and stored. Nothing is issued in earnest without that.

    python -m tests.benchmarks.statements [--partners 1000] [--events 5000000]
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from settlement.periods import service as periods
from settlement.periods.rounding import service as rounding
from settlement.rating.runs import store as rating
from settlement.rating.runs.service import RatingRun
from settlement.self_billing import service
from settlement.sharing import service as sharing
from tests.benchmarks.loading import a_rating_run, an_operator, with_customers
from tests.benchmarks.measuring import in_own_process, measured, serving, written
from tests.benchmarks.shared_month import lines_of_sales, rated_sales, with_partners

PARTNERS = 1000
EVENTS = 5_000_000
A_SECOND = 200
AT_ONCE = 500
COUNTS = ("events", "rated", "suspended", "unbillable", "free", "lines", "corrections")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=PARTNERS)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--step", choices=["rows", "whole"])
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    asked = parser.parse_args()
    if asked.step is None:
        written(run(asked.partners, asked.events), asked.output)
        return
    is_whole = asked.step == "whole"
    print(json.dumps(month(asked.partners, asked.events, asked.at_once, is_whole)))  # noqa: T201


def run(partners: int = PARTNERS, events: int = EVENTS) -> list[dict[str, object]]:
    """Measure one size; the results are what results.json holds of it."""
    sample = max(partners // 10, 1)
    rows = _step("rows", partners, events)
    # What issuing takes does not depend on how many events stand behind a credit.
    singly = _step("rows", sample, sample, "--at-once", "1")["issued"]["seconds"]
    whole = _step("whole", partners, partners)
    issued, shared = rows["issued"], rows["shared"]
    baseline = singly * partners / sample
    from_charges = shared["seconds"] + issued["seconds"]
    return [
        {
            "name": "statement rows of partners from charges",
            "rows": partners,
            "events": events,
            "seconds": round(from_charges, 3),
            "a_second": round(partners / from_charges),
            "wanted_a_second": A_SECOND,
            "processor_seconds": _busy(shared) + _busy(issued),
            "seconds_of_sharing": shared["seconds"],
            "seconds_of_rounding_ledger": rows["drawn"]["seconds"],
            "seconds_of_statement_rows": issued["seconds"],
            "statement_rows_a_second": round(partners / issued["seconds"]),
            "baseline_seconds": round(baseline, 3),
            "ratio": round(issued["seconds"] / baseline, 3),
            "peak_memory_mb": issued["peak_memory_mb"],
        },
        {
            "name": "issue statements of partners with checked XML, without PDF",
            "rows": partners,
            "seconds": whole["issued"]["seconds"],
            "a_second": round(partners / whole["issued"]["seconds"]),
            "peak_memory_mb": whole["issued"]["peak_memory_mb"],
        },
    ]


def month(partners: int, events: int, at_once: int, is_whole: bool) -> dict[str, Any]:
    """Seconds of sharing a month, of its rounding ledger, and of issuing all statements."""
    with an_operator() as session:
        sold = with_partners(session, partners)
        period = periods.open_period(session, "2026-10")
        [payer] = with_customers(session, 1)
        run_id = a_rating_run(session, period.id, rated_sales(session, payer, sold, events))
        lines = lines_of_sales(session, run_id, period.id, payer, sold, events)
        rating.add_lines(session, rating.LINE_COLUMNS, lines)
        rated = RatingRun(id=run_id, period_id=period.id, **dict.fromkeys(COUNTS, 0))
        server = serving(session)
        share = measured(lambda: sharing.share_period(session, rated), server)
        draw = measured(lambda: rounding.draw(session, period.id))
        periods.close(session, period.code)
        outcome: list[service.StatementRun] = []
        with without_pdf(), patch.object(service, "DRAFTS_AT_ONCE", at_once), xml_if(is_whole):
            issue = measured(
                lambda: outcome.append(service.issue_statements(session, period.code)), server
            )
        assert len(outcome[0].issued) == partners, outcome[0].parked[:3]
    return {"shared": share, "drawn": draw, "issued": issue}


def _busy(measures: dict[str, float]) -> float:
    """Seconds of the processor, of the program and of the database."""
    return round(measures["processor_seconds"] + measures["server_processor_seconds"], 3)


@contextmanager
def without_pdf() -> Iterator[None]:
    """Neither lay out pages nor draw them; every document has the same PDF of no pages."""

    def undrawn(documents: Sequence[object]) -> list[bytes]:
        return [b"%PDF-" for _ in documents]

    with patch("statements.passing.service.drawn_in", undrawn):
        yield


@contextmanager
def xml_if(is_wanted: bool) -> Iterator[None]:
    """Write XML and check it, or let documents go as those that have no XML do."""
    if is_wanted:
        yield
        return
    with patch("statements.passing.service.pack_of", lambda _draft, _profile: None):
        yield


def _step(step: str, partners: int, events: int, *more: str) -> dict[str, Any]:
    sizes = ("--partners", str(partners), "--events", str(events))
    return in_own_process("tests.benchmarks.statements", "--step", step, *sizes, *more)


if __name__ == "__main__":
    main()
