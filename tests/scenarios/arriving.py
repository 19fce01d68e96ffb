"""One story told by many arrivals: the same usage in other files, orders and pieces, or as events.

The usage of each of three evenings is fixed: what September brought, what October brought with a
few calls of September that come after its close, and what comes late for October. How it arrives
on that evening is an `Arrival`.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from mediation import service as mediation
from mediation.sources import service as sources
from settlement.app.scenario.outcome import beside_the_arrival, outcome_of
from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.app.scenario.stage import COLUMNS, set_stage, source_settings
from settlement.app.scenario.story import Story, read_story
from settlement.periods import service as periods
from settlement.rating.runs import service as rating_runs
from settlement.rating.runs import store as rating_store
from settlement.sharing import store as sharing_store
from statements import service as statements
from tenants.session import TenantSession

Row = dict[str, str]
IDS = {"id", "run_id", "document_id", "batch_ids", "batch_set", "period_id", "corrects_period_id"}
EVENTS = "live"
HEADINGS = (
    "id", "kind", "from", "to", "account", "trunk_in", "trunk_out", "product", "at", "seconds",
    "quantity", "session", "leg",
)  # fmt: skip

STORY = """
title = "However it arrives"
now = 2026-10-02T09:00:00Z
periods = ["2026-09"]
steps = []
products = [{ code = "film" }]
events = false

[[customers]]
code = "anna"
tariff = "all"
numbers = ["48501100001", "48501100003"]

[[customers]]
code = "ben"
tariff = "all"
numbers = ["48501100002"]

[[partners]]
code = "studio"

[[carriers]]
code = "atlantic"
country = "IE"
currency = "EUR"

[[interconnects]]
code = "IC-atlantic"
carrier = "atlantic"
currency = "EUR"
trunks = ["atlantic-1", "atlantic-2"]
incoming = "carried"
outgoing = "carried"
tolerance = "0.005"

[[tariffs]]
code = "carried"
currency = "EUR"
sms = { price = "0.01" }
[tariffs.voice.tiers]
kind = "volume"
steps = [{ up_to = 30, price = "0.02" }, { price = "0.01" }]

[[tariffs]]
code = "all"
combination = "max"
content = { tiers = { kind = "package", size = 3, price = "4.99" } }
sms = { tiers = { kind = "commitment", units = 12, price = "0.10", overage = "0.15" } }
[tariffs.voice]
rates = [
    { prefix = "35", price = "0.61", destination = "Abroad", band = "day" },
    { prefix = "35", price = "0.31", destination = "Abroad", band = "night" },
    { prefix = "351", price = "0.4", destination = "Abroad", band = "day" },
    { prefix = "351", price = "0.2", destination = "Abroad", band = "night" },
]
first_increment = 60
next_increment = 30
band_crossing = "SPLIT"
allowances = [
    { code = "minutes", amount = 400, rollover_months = 1 },
    { code = "family", amount = 300, shared_by = "customer", priority = 1 },
]
bands = [
    { name = "day", windows = [{ from = "08:00", until = "20:00" }] },
    { name = "night", otherwise = true },
]
[[tariffs.voice.cases]]
name = "queue"
when = { leg = ["queue"] }
price = "0.05"
destination = "Abroad"

[[tariffs.voice.cases]]
name = "agent"
when = { leg = ["agent"] }
price = "0.25"
destination = "Abroad"

[[revenue_shares]]
code = "films"
partner = "studio"
products = ["film"]
terms = { rounding_level = "event", shares = [{ payee = "studio", rate = "0.333" }] }
"""
# What happens on an evening after its usage is in; rating may also come in between.
EVENINGS = {
    "2026-10-02T09:00:00Z": ("2026-09", ["rate", "close", "bill", "state"]),
    "2026-11-02T09:00:00Z": ("2026-10", ["rate", "close", "bill", "state"]),
    "2026-12-02T09:00:00Z": ("2026-11", ["rate", "close", "bill", "state"]),
}


@dataclass(frozen=True)
class Arrival:
    """How usage comes: in how many pieces, in an order of its seed, rated in between, as events.

    `twice` sends one record of each piece in the next piece again.
    """

    pieces: int = 1
    seed: int | None = None
    rated_between: bool = False
    as_events: bool = False
    twice: bool = False


@dataclass
class CameOut:
    """Everything that must not depend on the arrival."""

    told: dict[str, Any]
    charges: dict[str, list[tuple[Any, ...]]]
    lines: list[Row]
    shares: list[Row]
    documents: dict[str, bytes]


def usage(seed: int) -> list[list[Row]]:
    """What is told on each evening, in the order in which it happened."""
    rng = Random(seed)
    september = list(_month(rng, "a", dt.datetime(2026, 9, 1, tzinfo=dt.UTC), 24))
    october = list(_month(rng, "b", dt.datetime(2026, 10, 1, tzinfo=dt.UTC), 24))
    late = list(_month(rng, "c", dt.datetime(2026, 9, 1, tzinfo=dt.UTC), 4))
    later = list(_month(rng, "d", dt.datetime(2026, 10, 1, tzinfo=dt.UTC), 4))
    november = list(_month(rng, "e", dt.datetime(2026, 11, 1, tzinfo=dt.UTC), 6))
    return [september, october + late, later + november]


def _month(rng: Random, name: str, first: dt.datetime, count: int) -> Iterator[Row]:
    """Several calls begin at the same second, so that ids decide between them."""
    for number in range(count):
        kind = rng.choice(["voice", "voice", "voice", "sms", "content"])
        account = rng.choice(["48501100001", "48501100002", "48501100003"])
        is_call = kind == "voice"
        at = first + dt.timedelta(days=rng.randint(1, 20), seconds=rng.choice([0, 64_740, 64_741]))
        row = dict.fromkeys(HEADINGS, "") | {
            "id": f"{name}{number}",
            "kind": kind,
            "account": account,
            "at": at.isoformat(),
            "quantity": str(rng.randint(1, 4)) if kind == "content" else "1",
        }
        if kind == "content":
            row["product"] = "film"
        else:
            row |= {"from": account, "to": rng.choice(["35315551234", "351211234567"])}
            row["trunk_out"] = rng.choice(["atlantic-1", "atlantic-2", ""])
        if is_call:
            row["seconds"] = str(rng.randint(1, 300))
            row["leg"] = rng.choice(["", "queue", "agent"])
            row["session"] = rng.choice(["", f"{name} {number // 3}"])
        yield row


def play(session: TenantSession, clock: Any, folder: Path, seed: int, arrival: Arrival) -> CameOut:
    """Play the story with one arrival, in a session that is rolled back."""
    story = read_story("arriving", STORY)
    clock.move_to(story.now)
    set_stage(session, story, folder)
    fields = {COLUMNS[name]: COLUMNS[name] for name in HEADINGS}
    settings = source_settings(story, EVENTS) | {"mapping": {"columns": fields}}
    sources.register_source(session, EVENTS, "Events", "events", settings)
    on_stage = Play(session, clock, story, folder)
    number = 0
    for (instant, (month, steps)), rows in zip(EVENINGS.items(), usage(seed), strict=True):
        _steps(on_stage, [f"at {instant}"])
        for piece in _pieces(rows, arrival):
            number += 1
            _arrive(on_stage, piece, number, arrival)
            if arrival.rated_between:
                _steps(on_stage, [f"rate {month}"])
        _steps(on_stage, [f"{step} {month}" for step in steps])
    told = beside_the_arrival(outcome_of(on_stage))
    charges = {each.code: _charges(session, each.id) for each in periods.periods(session)}
    return CameOut(told, charges, _lines(session), _shares(session), dict(_documents(session)))


def _pieces(rows: list[Row], arrival: Arrival) -> Iterator[list[Row]]:
    rows = list(rows)
    if arrival.seed is not None:
        Random(arrival.seed).shuffle(rows)
    before: list[Row] = []
    for place in range(arrival.pieces):
        piece = rows[place :: arrival.pieces]
        yield piece + (before[:1] if arrival.twice else [])
        before = piece


def _arrive(on_stage: Play, rows: list[Row], number: int, arrival: Arrival) -> None:
    if arrival.as_events:
        _events(on_stage, rows)
        return
    text = io.StringIO()
    written = csv.DictWriter(text, HEADINGS)
    written.writeheader()
    written.writerows(rows)
    (on_stage.folder / f"usage-{number}.csv").write_text(text.getvalue())
    _steps(on_stage, [f"ingest usage-{number}.csv"])


def _events(on_stage: Play, rows: list[Row]) -> None:
    events = [{COLUMNS[name]: value for name, value in row.items() if value} for row in rows]
    answers = mediation.ingest_events(on_stage.session, EVENTS, events)
    assert {answer.status for answer in answers} == {"accepted"}, answers


def _steps(on_stage: Play, steps: list[str]) -> None:
    """Play some steps; the story of a play is what is played now."""
    written = STORY.replace("steps = []", f"steps = {steps!r}")
    on_stage.story = _with_steps(on_stage.story, read_story("arriving", written))
    play_steps(on_stage)


def _with_steps(story: Story, other: Story) -> Story:
    return Story(
        **{name: getattr(story, name) for name in Story.__slots__} | {"steps": other.steps}
    )


def _charges(session: TenantSession, period_id: UUID) -> list[tuple[Any, ...]]:
    """The rated events in the order of their file; what they came in is the arrival itself."""
    return rating_runs.rated_charges(session, period_id).drop("source", "batch_id", "line").rows()


def _lines(session: TenantSession) -> list[Row]:
    return _rows(session, rating_store.lines, rating_store.LINE_COLUMNS)


def _shares(session: TenantSession) -> list[Row]:
    return _rows(session, sharing_store.shares, sharing_store.SHARE_COLUMNS)


def _rows(session: TenantSession, rows_of: Any, columns: Sequence[str]) -> list[Row]:
    """All columns of all rows but ids, which an arrival of more files draws otherwise."""
    codes = {each.id: each.code for each in periods.periods(session)}
    shown = [
        {name: str(getattr(row, name)) for name in columns if name not in IDS}
        | {"period": codes[row.period_id], "corrects": codes.get(row.corrects_period_id, "")}
        for period in codes
        for row in rows_of(session, period)
    ]
    return sorted(shown, key=repr)


def _documents(session: TenantSession) -> Iterator[tuple[str, bytes]]:
    """Each form of each document, byte by byte."""
    for filed in statements.documents(session, limit=1000):
        for file in filed.files:
            _, content = statements.download(session, filed.id, file.media_type)
            yield f"{filed.number} {file.media_type}", content
