"""The records of `exchange.OCTOBER` on both sides: the usage of ours, the CSV of theirs."""

from collections.abc import Callable
from uuid import UUID

import polars as pl

from mediation.conservation import Outcomes
from mediation.intake import OUTCOMES_SCHEMA
from mediation.landing import service as landing
from mediation.landing.service import Manifest
from mediation.sources import service as sources
from mediation.usage import USAGE_SCHEMA
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import NOON, OCTOBER

HEADER = "record_id,calling,called,started_at,seconds,amount,direction,trunk,destination"
Line = dict[str, str]


def land_numbers(session: TenantSession, agreement_id: UUID) -> None:
    """The usage behind the rated traffic, so that its numbers are known."""
    source = sources.register_source(session, "switch", "Switch", "events", {"kind": "voice"})
    calls = [(row, n) for row, place in enumerate(OCTOBER) for n in range(place[3])]
    known = {
        "source": "switch",
        "batch_id": str(agreement_id),
        "kind": "voice",
        "direction": "incoming",
        "b_number": "48600100200",
        "occurred_at": NOON,
        "duration_seconds": 60,
        "quantity": 1,
        "arrived_at": NOON,
        "unit": "piece",
    }
    rows = [
        known
        | {
            "line": line,
            "record_key": str(line),
            "a_number": f"353800{n:03}",
            "account": f"26201{n:010}",
        }
        for row, n in calls
        for line in [1000 * row + n]
    ]
    usage = pl.DataFrame(rows, schema=USAGE_SCHEMA)
    manifest = Manifest(
        source.id, "calls.csv", "0" * 64, 1, "landed", "", None, len(rows),
        Outcomes(landed=len(rows)), {},
    )  # fmt: skip
    landing.record_batch(session, agreement_id, manifest, pl.DataFrame(schema=OUTCOMES_SCHEMA))
    landing.land(session, agreement_id, usage)


def their_records(change: Callable[[Line], Line | None] = lambda line: line) -> bytes:
    """The same calls as the carrier has them, told from its side; None leaves a call out."""
    lines = [HEADER]
    for day, direction, destination, calls, seconds, price in OCTOBER:
        for n in range(calls):
            line = {
                "record_id": f"ATL-{day}-{direction}-{n}",
                "calling": f"+353800{n:03}",
                "called": "0048600100200",
                "started_at": f"2026-10-{day:02}T12:00:00Z",
                "seconds": str(seconds),
                "amount": _amount(seconds, price),
                "direction": "outgoing" if direction == "incoming" else "incoming",
                "trunk": "TR-atlantic",
                "destination": destination,
            }
            told = change(line)
            if told is not None:
                lines.append(",".join(told.values()))
    return "\n".join(lines).encode()


def _amount(seconds: int, price: str) -> str:
    """100 s at 0.03 a minute is 0.05; 90 s at 0.01 is 0.015; 61 s at 0.05 has no end."""
    return {(100, "0.03"): "0.05", (90, "0.01"): "0.015", (61, "0.05"): "0.050833"}[seconds, price]
