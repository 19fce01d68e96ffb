"""Counter-examples of lint, put to the kernel: what becomes of the event that a fault shows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from mediation.usage import USAGE_SCHEMA, assert_usage
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.public_holidays import public_holidays
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.snapshot import SUBSCRIPTIONS, TRUNKS, RatingSnapshot, empty, rows

Frames = Mapping[str, pl.DataFrame]


def put_to_the_kernel(
    finding: Finding,
    versions: Sequence[TariffVersion],
    decks: Frames | None = None,
    plans: Frames | None = None,
) -> RatedBatch:
    """Rate the event of a finding, for a subscription that has the tariff without end."""
    subscription = {
        "identifier": finding.event["account"],
        "subscription": "S1",
        "customer": "C1",
        "tariff": versions[0].code,
        "zone": finding.zone,
        "valid_from": date(1970, 1, 1),
    }
    calendars = {version.holidays for version in versions} - {None}
    snapshot = RatingSnapshot(
        rows(SUBSCRIPTIONS, subscription),
        empty(TRUNKS),
        versions,
        decks,
        holidays={code: public_holidays(str(code), 2025, 2035) for code in calendars},  # type: ignore[misc]
        zone_plans=plans,
    )
    return rate(usage_of(finding.event), snapshot)


def usage_of(event: Mapping[str, Any]) -> pl.DataFrame:
    """The event as canonical usage, the first record of a batch."""
    moment = datetime.fromisoformat(event["occurred_at"])
    record = {"source": "lint", "batch_id": "1", "line": 1, "record_key": "example"}
    read = {**record, **event, "occurred_at": moment, "arrived_at": moment}
    frame = pl.DataFrame([read], schema_overrides={"amount": pl.String})
    missing = {name: pl.lit(None, kind) for name, kind in USAGE_SCHEMA.items() if name not in read}
    return assert_usage(
        frame.with_columns(**missing).select(
            pl.col(name).cast(kind) for name, kind in USAGE_SCHEMA.items()
        )
    )


def suspended(batch: RatedBatch) -> list[str]:
    """Why the event cannot be charged; nothing where it can."""
    return batch.suspended["reason"].to_list()


def charged(batch: RatedBatch, *names: str) -> tuple[Any, ...]:
    """Columns of the only charge of the event."""
    assert not suspended(batch), suspended(batch)
    row: tuple[Any, ...] = batch.charges.select(*names).row(0)
    return row
