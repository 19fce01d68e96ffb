"""A bill run over twenty thousand customers with thirty charges each, and UBL of such a bill.

Each is measured in a process of its own:

- bills: charges are drafted, taxed, added up, numbered, stored and booked, part by part, by the
  service that does a run in earnest, and each part is committed. No file of any kind is made;
- ubl: an invoice of thirty lines is written as XML and checked against its schema, as in earnest:
  written here, checked in child processes.

The load of the machine before each part stands beside the figure, because others may work on it.

    python -m tests.benchmarks.billing [--customers 20000] [--only bills]
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from settlement.billing.runs import service as runs
from settlement.billing.service import GROUP
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.rating.runs import store as rating
from statements import service as statements
from statements.document import Kind
from statements.passing import service as passing
from statements.ubl import invoice_xml
from statements.validation.rule_pack import EN16931_UBL
from statements.validation.service import validate_all
from tenants.session import TenantSession
from tests.benchmarks.loading import (
    a_rating_run,
    an_operator,
    same_on_all_lines,
    with_customers,
)
from tests.benchmarks.measuring import in_own_process, measured, serving, written
from tests.statements.builders import an_invoice, lines_of

CUSTOMERS = 20_000
CHARGES_EACH = 30
IBAN = "DE89370400440532013000"
WANTED = {"bills": 1000, "ubl": 300}
STEPS = tuple(WANTED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--only", choices=STEPS)
    parser.add_argument("--step", choices=STEPS)
    asked = parser.parse_args()
    if asked.step is None:
        written(run(asked.customers, [asked.only] if asked.only else STEPS), asked.output)
        return
    print(json.dumps(MEASURES[asked.step](asked.customers)))  # noqa: T201


def run(customers: int = CUSTOMERS, steps: Sequence[str] = STEPS) -> list[dict[str, Any]]:
    """Measure some steps; the results are what results.json holds of them."""
    return [_measure(step, customers) for step in steps]


def _measure(step: str, customers: int) -> dict[str, Any]:
    arguments = ("--step", step, "--customers", str(customers))
    load = os.getloadavg()[0]
    found = in_own_process("tests.benchmarks.billing", *arguments)
    return {
        "name": f"billing: {step}",
        "a_second": round(found["rows"] / found["seconds"], 1),
        "wanted_a_second": WANTED[step],
        "load_before": round(load, 1),
        **found,
    }


def bills(customers: int) -> dict[str, Any]:
    """Seconds of a bill run without files; those of the processor are the program's and, apart
    from them, the database's.
    """
    with an_operator() as session:
        a_closed_month(session, customers)
        with without_files():
            found = measured(lambda: do_a_run(session), serving(session))
        issued = runs.runs(session)[0].issued
        assert issued == customers, issued
    return {"rows": customers, "charges": customers * CHARGES_EACH, **found}


def a_closed_month(session: TenantSession, customers: int) -> None:
    """Customers with thirty charges each in a closed October."""
    who = with_customers(session, customers)
    period = periods.open_period(session, "2026-10")
    statements.open_series(session, Kind.INVOICE, "RE/{year}/{number:08}")
    parties.set_bank_account(session, None, "Bench Telekom GmbH", IBAN, None, "EUR")
    run_id = a_rating_run(session, period.id)
    rating.add_lines(session, rating.LINE_COLUMNS, charges(session, run_id, period.id, who))
    periods.close(session, period.code)
    # Lines that stand are checked less than lines of one's own transaction, as in earnest.
    session.commit()


def do_a_run(session: TenantSession) -> None:
    """A run in parts, each a transaction, as the job does it."""
    asked = runs.take_up(session, "2026-10")
    frame = runs.frame_of(session, asked.id)
    session.commit()
    for start in range(0, len(frame.due), GROUP):
        end = start + GROUP
        following = frame.due[end : end + GROUP]
        runs.go_on(session, asked.id, frame, frame.due[start:end], following)
        session.commit()
    runs.finish(session, asked.id)
    session.commit()


def charges(
    session: TenantSession, run_id: UUID, period_id: UUID, who: Sequence[UUID]
) -> Iterator[list[object]]:
    """Twenty destinations of calls, five products, five fees of each customer: thirty lines."""
    same = same_on_all_lines(session, run_id, period_id) | {"events": 30, "quantity": 30}
    same |= {"seconds": 5400, "billed_units": 5400}
    ids = iter(session.ids.many(len(who) * CHARGES_EACH))
    for party in who:
        for place in range(CHARGES_EACH):
            amount = Decimal(100 + place).scaleb(-2)
            own: dict[str, object] = {"id": next(ids), "party_id": party, "amount": amount}
            own |= {"amount_3600": amount * 3600, "unit_price": None}
            yield [(same | _sold(place) | own)[name] for name in rating.LINE_COLUMNS]


def _sold(place: int) -> dict[str, object]:
    calls, products = 20, 25
    if place < calls:
        return {"service": "voice", "product": "VOICE", "destination": f"Country {place} - Mobile"}
    if place < products:
        return {"service": "content", "product": f"SHOW-{place}", "destination": ""}
    return {"service": "recurring", "product": f"PLAN-{place}", "destination": ""}


@contextmanager
def without_files() -> Iterator[None]:
    """Neither XML, PDF nor CSV: documents are stored as rows alone."""
    with (
        patch("statements.passing.service.pack_of", lambda _draft, _profile: None),
        patch.object(statements, "forms_of", lambda issued: [[] for _ in issued]),
        patch.object(passing, "drawn_in", lambda documents: [b"" for _ in documents]),
    ):
        yield


def ubl(customers: int) -> dict[str, Any]:
    """Seconds of invoices of thirty lines as XML that keeps its schema, a tenth as many."""
    rows = max(customers // 10, 1)
    invoice = an_invoice(lines_of(*["10.00"] * CHARGES_EACH))
    schema_alone = replace(EN16931_UBL, rules=())

    def write(count: int) -> None:
        written = ((invoice_xml(invoice), schema_alone) for _ in range(count))
        assert all(each.is_valid for each in validate_all(written))

    # Child processes start and read the schema once.
    write(20)
    return {"rows": rows, **measured(lambda: write(rows))}


MEASURES = {"bills": bills, "ubl": ubl}

if __name__ == "__main__":
    main()
