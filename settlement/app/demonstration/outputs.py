"""What the demonstration leaves behind: every document as a file, the books, and one summary.

The summary is the same on every run: it names counts, totals and digests of content, never an id
or the time of the machine.
"""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from mediation import service as mediation
from settlement.app.console import as_json_text
from settlement.disputes import service as disputes
from settlement.insight import service as insight
from settlement.interconnect import service as interconnect
from settlement.interconnect.reconciling import service as reconciling
from settlement.ledger import service as ledger
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.rating.runs import service as rating_runs
from statements import service as statements
from statements.document import Kind
from statements.downloading import INVOICES
from statements.filing import Filed
from tenants.digest import digest, plain_decimal, sha256_hex
from tenants.files import write_whole
from tenants.session import TenantSession

FOLDERS = {kind: "invoices" for kind in INVOICES} | {
    Kind.SELF_BILLED_INVOICE: "statements",
    Kind.SELF_BILLED_CREDIT: "statements",
    Kind.STATEMENT: "statements",
    Kind.DECLARATION: "interconnect",
}
MOST_DOCUMENTS = 100_000


def write_tenant(session: TenantSession, folder: Path) -> dict[str, Any]:
    """Write a tenant's documents and books below a folder; returns its part of the summary."""
    shutil.rmtree(folder, ignore_errors=True)
    hashes = dict(_written(session, folder))
    return summary_of(session) | {"files": len(hashes), "files_digest": digest(hashes)}


def write_summary(folder: Path, tenants: Mapping[str, Any]) -> dict[str, Any]:
    """Write `summary.json` over all tenants, with the digest of all that is in it."""
    summary = {"digest": digest(tenants), "tenants": tenants}
    write_whole(folder / "summary.json", (as_json_text(summary) + "\n").encode())
    return summary


def _written(session: TenantSession, folder: Path) -> Iterator[tuple[str, str]]:
    """Write every file; yields its path in the folder and its SHA-256."""
    for document in statements.documents(session, status="issued", limit=MOST_DOCUMENTS):
        for file in document.files:
            content = session.files.get(file.sha256)
            place = f"{FOLDERS[document.kind]}/{file.file_name}"
            yield _kept(folder, place, content)
    for declared in interconnect.declarations(session, limit=MOST_DOCUMENTS):
        if declared.origin == "theirs":
            name = f"interconnect/received-{declared.message_id}-{declared.sha256[:8]}.xml"
            yield _kept(folder, name, session.files.get(declared.sha256))
    for batch in payouts.batches(session):
        if batch.file_sha256 is not None:
            name = f"payouts/{batch.number.replace('/', '-')}.xml"
            yield _kept(folder, name, session.files.get(batch.file_sha256))
    yield _kept(folder, "books/journal.csv", insight.journal(session))
    yield _kept(folder, "books/trial_balance.csv", insight.trial_balance(session))


def _kept(folder: Path, place: str, content: bytes) -> tuple[str, str]:
    write_whole(folder / place, content)
    return place, sha256_hex(content)


def summary_of(session: TenantSession) -> dict[str, Any]:
    """Counts and totals of a tenant, by what they are and by currency."""
    return {
        "usage": _usage(session),
        "periods": {each.code: _period(session, each) for each in periods.periods(session)},
        "documents": _documents(session),
        "reconciliations": _reconciliations(session),
        "disputes": _disputes(session),
        "payouts": _payouts(session),
        "ledger": _ledger(session),
    }


def _usage(session: TenantSession) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for batch in mediation.batches(session):
        counted[f"files_{batch.status}"] += 1
        if batch.status == "landed":
            for outcome in ("records", "landed", "rejected", "duplicate", "suspended"):
                counted[outcome] += getattr(batch, outcome)
    return dict(counted)


def _period(session: TenantSession, period: periods.Period) -> dict[str, Any]:
    lines = rating_runs.lines_of_period(session, period.id)
    charged: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        charged[f"{line.side} {line.direction} {line.currency}"] += line.amount
    booked = rating_runs.corrections_of_period(session, period.id)
    return {
        "is_open": period.is_open,
        "usage": rating_runs.outcomes_of_period(session, period.id),
        "charge_lines": len(lines),
        "late_corrections": {
            "lines": len(booked),
            "amount": plain_decimal(sum((line.amount for line in booked), Decimal(0))),
        },
        "charged": _texts(charged),
        "waiver": period.waiver,
    }


def _documents(session: TenantSession) -> dict[str, Any]:
    found = statements.documents(session, limit=MOST_DOCUMENTS)
    by_kind: dict[str, list[Filed]] = defaultdict(list)
    for document in found:
        by_kind[f"{document.kind.value} {document.status}"].append(document)
    told = {}
    for kind, documents in by_kind.items():
        gross: dict[str, Decimal] = defaultdict(Decimal)
        for document in documents:
            gross[str(document.gross.currency.code)] += document.gross.amount
        told[kind] = {"count": len(documents), "gross": _texts(gross)}
    return told


def _reconciliations(session: TenantSession) -> list[dict[str, Any]]:
    told = []
    for each in reconciling.reconciliations(session):
        classes = Counter(line.agreement.value for line in each.comparison.lines)
        told.append(
            {
                "currency": each.currency,
                "verdict": each.comparison.verdict.value,
                "lines": dict(classes),
            }
        )
    return sorted(told, key=as_json_text)


def _disputes(session: TenantSession) -> list[dict[str, str]]:
    return sorted(
        (
            {
                "reason": each.reason.value,
                "status": each.status.value,
                "disputed": f"{plain_decimal(each.disputed.amount)} {each.disputed.currency.code}",
            }
            for each in disputes.disputes(session)
        ),
        key=as_json_text,
    )


def _payouts(session: TenantSession) -> list[dict[str, Any]]:
    told = []
    for batch in payouts.batches(session):
        amount = batch.amount
        told.append(
            {
                "number": batch.number,
                "status": batch.status.value,
                "amount": f"{plain_decimal(amount.amount)} {amount.currency.code}",
                "lines": dict(Counter(line.outcome.value for line in batch.payouts)),
            }
        )
    return sorted(told, key=as_json_text)


def _ledger(session: TenantSession) -> dict[str, Any]:
    balances = {
        f"{line.account.value} {line.debits.currency.code}": line.debits.amount
        - line.credits.amount
        for line in ledger.trial_balance(session)
    }
    return {"entries": sum(1 for _ in ledger.journal(session)), "balances": _texts(balances)}


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: plain_decimal(amount) for name, amount in sorted(amounts.items())}
