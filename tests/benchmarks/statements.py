"""From charge lines of five million shared events to the issued statements of a thousand partners.

Each partner shares a product of its own. What is measured is the split into shares, and then the
run that drafts, checks, numbers, keeps and books one statement for each partner, all but drawing
the PDF. The baseline is the same run one partner at a time, counted up from a sample of them.

    python -m tests.benchmarks.statements [--partners 1000] [--output bench-output]
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from settlement.rating import store as rating
from settlement.rating.service import RatingRun
from settlement.self_billing import service
from settlement.sharing import service as sharing
from statements import service as statements
from statements.document import Kind as DocumentKind
from tenants.directory.tenant import Address
from tenants.session import TenantSession
from tests.benchmarks.loading import FIRST, LAST, a_rating_run, an_operator, with_customers
from tests.benchmarks.measuring import in_own_process, measured, written
from tests.settlement.books import an_agreement

PARTNERS = 1000
EVENTS = 5_000_000
A_SECOND = 200
COUNTS = ("events", "rated", "suspended", "unbillable", "free", "lines", "corrections")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=PARTNERS)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--at-once", type=int)
    asked = parser.parse_args()
    if asked.at_once is None:
        written(run(asked.partners), asked.output)
        return
    print(json.dumps(both_steps(asked.partners, asked.at_once)))  # noqa: T201


def run(partners: int = PARTNERS) -> list[dict[str, object]]:
    """Measure one size; the results are what results.json holds of it."""
    sample = max(partners // 10, 1)
    step = "tests.benchmarks.statements"
    as_a_set = in_own_process(step, "--partners", str(partners), "--at-once", "500")
    singly = in_own_process(step, "--partners", str(sample), "--at-once", "1")
    counted_up = singly["issued"]["seconds"] * partners / sample
    seconds = as_a_set["issued"]["seconds"]
    return [
        {
            "name": "issue statements of partners without PDF",
            "rows": partners,
            "events": EVENTS,
            "seconds": seconds,
            "a_second": round(partners / seconds),
            "wanted_a_second": A_SECOND,
            "seconds_of_sharing": as_a_set["shared"]["seconds"],
            "baseline_seconds": round(counted_up, 3),
            "ratio": round(seconds / counted_up, 3),
            "peak_memory_mb": as_a_set["issued"]["peak_memory_mb"],
        }
    ]


def both_steps(partners: int, at_once: int) -> dict[str, dict[str, Any]]:
    """Seconds of sharing the lines of all partners, and of issuing their statements."""
    with an_operator() as session:
        agreed = with_partners(session, partners)
        period = periods.open_period(session, "2026-10")
        run_id = a_rating_run(session, period.id)
        [payer] = with_customers(session, 1)
        lines = charge_lines(session, run_id, period.id, payer, agreed)
        rating.add_lines(session, rating.LINE_COLUMNS, lines)
        counts = dict.fromkeys(COUNTS, 0)
        rated = RatingRun(id=run_id, period_id=period.id, **counts)
        share = measured(lambda: sharing.share_period(session, rated))
        periods.close(session, period.code)
        outcome: list[service.StatementRun] = []
        with (
            patch.object(statements, "draw_all", without_drawing),
            patch.object(service, "DRAFTS_AT_ONCE", at_once),
        ):
            issue = measured(lambda: outcome.append(service.issue_statements(session, period.code)))
        assert len(outcome[0].issued) == partners, outcome[0].parked[:3]
    return {"shared": share, "issued": issue}


def with_partners(session: TenantSession, count: int) -> list[tuple[UUID, UUID]]:
    """That many partners with 70 % of a product of their own: ids of agreement and terms."""
    for kind in (DocumentKind.SELF_BILLED_INVOICE, DocumentKind.SELF_BILLED_CREDIT):
        statements.open_series(session, kind, f"{kind.name}/{{year}}/{{number:06}}")
    partners = [
        Party(
            id=identity,
            kind=Kind.PARTNER,
            code=f"P-{n}",
            name=f"Partner {n}",
            country="DE",
            address=Address("Kai 2", "20457", "Hamburg", "DE"),
            language="en",
            currency="EUR",
            time_zone="Europe/Berlin",
            tax_id="DE136695976",
        )
        for n, identity in enumerate(session.ids.many(count))
    ]
    return [
        an_agreement(
            session,
            partner.id,
            f"RS-{partner.code}",
            {"owner": "operator", "shares": [{"payee": partner.code, "rate": "0.7"}]},
            currency="EUR",
        )
        for partner in parties.register_many(session, partners)
    ]


def charge_lines(
    session: TenantSession,
    run_id: UUID,
    period_id: UUID,
    payer: UUID,
    agreed: Sequence[tuple[UUID, UUID]],
) -> Iterator[list[object]]:
    """One line of content for each agreement; together they stand for all the events."""
    same: dict[str, object] = dict.fromkeys(rating.LINE_COLUMNS) | {
        "tenant_id": session.tenant_id,
        "run_id": run_id,
        "period_id": period_id,
        "side": "customer",
        "direction": "receivable",
        "service": "content",
        "traffic_direction": "outgoing",
        "destination": "",
        "trunk": "",
        "band": "",
        "case_name": "",
        "per": "",
        "currency": "EUR",
        "events": EVENTS // len(agreed),
        "quantity": EVENTS // len(agreed),
        "seconds": 0,
        "free_units": 0,
        "billed_units": EVENTS // len(agreed),
        "tax_category": "standard",
        "starts_on": FIRST,
        "ends_on": LAST,
        "batch_ids": [],
    }
    ids = session.ids.many(len(agreed))
    for number, ((_, terms_id), identity) in enumerate(zip(agreed, ids, strict=True)):
        amount = Decimal(1_000_000 + number).scaleb(-2)
        own = {
            "id": identity,
            "party_id": payer,
            "product": f"GAME-{number}",
            "terms_id": terms_id,
            "amount_3600": amount * 3600,
            "amount": amount,
        }
        yield list((same | own).values())


def without_drawing(pages: Sequence[object]) -> list[bytes]:
    """A PDF of no pages for each document."""
    return [b"%PDF-" for _ in pages]


if __name__ == "__main__":
    main()
