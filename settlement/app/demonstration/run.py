"""Run the demonstration from an empty database to its summary, and verify the books."""

import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from settlement.app.demonstration.cast import CUSTOMERS, operators
from settlement.app.demonstration.month import BEFORE, MONTH, Play, play_month
from settlement.app.demonstration.outputs import write_summary, write_tenant
from settlement.insight import service as insight
from settlement.insight.verification import Finding
from tenants.clock import HeldClock
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import reading
from tenants.settings import REPOSITORY, Settings

SEED = 20_261_001
DATABASE = "saldo_demo"


def samples_folder() -> Path | None:
    """Real samples: `SALDO_TEST_DATA`, else `../shared/data` beside the repository, else none."""
    folder = Path(os.environ.get("SALDO_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


def repeatable_database(url: str, settings: Settings) -> tuple[Database, HeldClock]:
    """The database with a held clock and seeded ids, so that two runs are the same."""
    clock = HeldClock(BEFORE)
    return Database(url, settings, clock, SeededRandomness(SEED)), clock


def run(
    database: Database,
    clock: HeldClock,
    output: Path,
    volume: float,
    samples: Path | None,
    say: Callable[[str], None],
    customers: int = CUSTOMERS,
) -> tuple[dict[str, Any], list[Finding]]:
    """Play both operators' months and write what came out; returns the summary and findings."""
    told: dict[str, Any] = {}
    findings: list[Finding] = []
    for operator in operators(volume, customers):
        code = operator.code
        play_month(Play(database, operator, clock, samples, lambda what: say(f"{code}: {what}")))  # noqa: B023 - called at once.
        with reading(database, operator.tenant.id, SYSTEM) as session:
            say(f"{code}: files and books")
            told[code] = write_tenant(session, output / code)
            say(f"{code}: verifying the books")
            found = insight.verify(session)
        told[code]["verify"] = "sound" if not found else f"{len(found)} findings"
        findings += found
    return write_summary(output, told), findings


def table_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The summary as one table: a row for each tenant and figure."""
    rows = []
    for tenant, told in summary["tenants"].items():
        usage, documents = told["usage"], told["documents"]
        rows.append(_row(tenant, "records", usage["records"], ""))
        for outcome in ("landed", "rejected", "duplicate"):
            rows.append(_row(tenant, outcome, usage.get(outcome, 0), ""))
        for outcome, count in told["periods"][MONTH]["usage"].items():
            rows.append(_row(tenant, f"{MONTH} {outcome}", count, ""))
        for kind, found in documents.items():
            rows.append(_row(tenant, kind, found["count"], _amounts(found["gross"])))
        for batch in told["payouts"]:
            paid = batch["lines"].get("paid", 0)
            amount, currency = batch["amount"].split()
            paid_out = _amounts({currency: amount})
            rows.append(_row(tenant, f"payouts {batch['status']}", paid, paid_out))
        rows.append(_row(tenant, "ledger entries", told["ledger"]["entries"], ""))
        rows.append(_row(tenant, "books", told["files"], told["verify"]))
    return [*rows, _row("", "digest", 0, summary["digest"][:16])]


def _row(tenant: str, what: str, count: int, amounts: str) -> dict[str, Any]:
    return {"count": count, "tenant": tenant, "what": what, "amounts": amounts}


def _amounts(by_currency: Mapping[str, str]) -> str:
    return ", ".join(
        f"{Decimal(amount):.2f} {currency}" for currency, amount in by_currency.items()
    )
