"""How quickly documents are checked and drawn: what a bill run does with files.

Each is measured in a process of its own, one document after another, so by one processor:

- rules: an invoice of thirty lines against all rules of EN 16931;
- typst, html: an invoice of two pages as PDF, by either engine;
- statement: a statement of fifty thousand lines as PDF, with all processors, and the memory of all
  processes that take part, each at its highest;
- print: invoices of two pages put together into one print file, one of them in memory at a time.

The load of the machine before each part stands beside the figure, because others may work on it.

    python -m tests.benchmarks.documents [--lines 50000] [--only typst]
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from settlement.delivery.printing.files import PrintFile, pages_in
from statements.document import Document, Kind
from statements.rendering.choosing import archive_page_of, page_of
from statements.rendering.service import draw
from statements.ubl import invoice_xml
from statements.validation.service import validate
from tests.benchmarks.measuring import in_own_process, measured, written
from tests.statements.builders import an_invoice, lines_of

LINES = 50_000
LINES_OF_A_BILL = 30
TWO_PAGES = 2
# Of fifty thousand lines: how many invoices are checked, drawn and printed.
CHECKED, TYPESET, DRAWN, PRINTED = 250, 500, 1250, 5
WANTED = {"rules": 60, "typst": 20, "html": 4}
STATEMENT_SECONDS, STATEMENT_MB = 60, 1024
STEPS = (*WANTED, "statement", "print")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--only", choices=STEPS)
    parser.add_argument("--step", choices=STEPS)
    asked = parser.parse_args()
    if asked.step is None:
        written(run(asked.lines, [asked.only] if asked.only else STEPS), asked.output)
        return
    print(json.dumps(MEASURES[asked.step](asked.lines)))  # noqa: T201


def run(lines: int = LINES, steps: Sequence[str] = STEPS) -> list[dict[str, Any]]:
    """Measure some steps; the results are what results.json holds of them."""
    return [_measure(step, lines) for step in steps]


def _measure(step: str, lines: int) -> dict[str, Any]:
    load = os.getloadavg()[0]
    found = in_own_process("tests.benchmarks.documents", "--step", step, "--lines", str(lines))
    wanted = {"wanted_a_second": WANTED[step]} if step in WANTED else {}
    if step == "statement":
        wanted = {"wanted_seconds": STATEMENT_SECONDS, "wanted_memory_mb": STATEMENT_MB}
    return {
        "name": f"documents: {step}",
        "a_second": round(found["rows"] / found["seconds"], 1),
        **wanted,
        "load_before": round(load, 1),
        **found,
    }


def rules(lines: int) -> dict[str, Any]:
    """Seconds of checking invoices by all rules; the first, which reads them, is not counted."""
    xml = invoice_xml(a_bill())

    def check() -> None:
        assert validate(xml).is_valid

    return _one_by_one(check, lines // CHECKED)


def typeset(lines: int) -> dict[str, Any]:
    """Seconds of an invoice of two pages by typst."""
    page = archive_page_of(a_bill())[0], archive_page_of(a_bill())[1] | {"archive": False}
    assert pages_in(draw(*page)) == TWO_PAGES
    return _one_by_one(lambda: draw(*page), lines // TYPESET)


def drawn(lines: int) -> dict[str, Any]:
    """Seconds of an invoice of two pages by xhtml2pdf."""
    page = page_of(a_bill())
    assert pages_in(draw(*page)) == TWO_PAGES
    return _one_by_one(lambda: draw(*page), lines // DRAWN)


def statement(lines: int) -> dict[str, Any]:
    """Seconds and memory of one long statement."""
    page = page_of(an_invoice(lines_of(*["10.00"] * lines), kind=Kind.STATEMENT))
    found = measured(lambda: draw(*page))
    found["peak_memory_mb"] += sum(map(_peak_mb, psutil.Process().children(recursive=True)))
    return {"rows": lines, **found}


def printed(lines: int) -> dict[str, Any]:
    """Seconds of putting invoices together; they are alike, and each is read anew."""
    pdf, rows = draw(*page_of(a_bill())), max(lines // PRINTED, 1)
    with tempfile.TemporaryDirectory() as folder:
        file = PrintFile(Path(folder) / "documents.pdf")

        def put_together() -> None:
            for _ in range(rows):
                file.add(pdf)
            assert file.close() == rows * pages_in(pdf)

        return {"rows": rows, **measured(put_together)}


def a_bill() -> Document:
    """An invoice of thirty lines, which is two pages."""
    return an_invoice(lines_of(*["10.00"] * LINES_OF_A_BILL))


def _one_by_one(do: Callable[[], object], rows: int) -> dict[str, Any]:
    do()
    rows = max(rows, 1)
    return {"rows": rows, **measured(lambda: [do() for _ in range(rows)])}


def _peak_mb(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next(
        int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")
    )


MEASURES = {
    "rules": rules,
    "typst": typeset,
    "html": drawn,
    "statement": statement,
    "print": printed,
}

if __name__ == "__main__":
    main()
