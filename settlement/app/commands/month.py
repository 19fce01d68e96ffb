"""Commands of the month: rate, close, bill, declare, pay, and check the books."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import click

from currencies.money import plain, shown
from settlement.app.commands.acting import AS_USER, person_of
from settlement.app.console import FOUND_SOMETHING, Answer, Office, answers, show
from settlement.billing.runs import service as bill_runs
from settlement.billing.runs.jobs import bill_in_parts
from settlement.billing.service import BillRun
from settlement.insight import service as insight
from settlement.insight.tariff_choice import service as tariff_choice
from settlement.interconnect import service as interconnect
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.payouts.payout_batch import PayoutBatch
from settlement.periods import service as periods
from settlement.rating.charge_line import ChargeLine
from settlement.rating.explaining import service as explaining
from settlement.rating.runs.service import RatingRun
from settlement.self_billing import service as self_billing
from statements.filing import Filed
from tenants.files import write_whole


@click.command()
@click.argument("tenant")
@click.argument("period")
@answers
def rate(office: Office, tenant: str, period: str) -> Answer:
    """Rate and share a period (2026-10) anew; late usage of closed ones is corrected in it."""
    with office.work(tenant, "periods.rate") as session:
        return _counts(periods.rate(session, period))


@click.command("compare-tariffs")
@click.argument("tenant")
@click.argument("period")
@click.argument("number")
@click.option("--tariff", "tariffs", multiple=True, help="Only with this tariff; repeatable.")
@answers
def compare_tariffs(
    office: Office, tenant: str, period: str, number: str, tariffs: Sequence[str]
) -> Answer:
    """Price the month of a number's subscription at other tariffs, the cheapest first."""
    with office.look(tenant) as session:
        subscription = tariff_choice.subscription_of(session, period, number)
        offers = tariff_choice.compare_tariffs(session, period, subscription, tariffs or None)
    return [
        {
            "tariff": offer.tariff,
            "own": "yes" if offer.is_own else "",
            "amount": shown(offer.amount),
            "usage": shown(offer.usage),
            "fees": shown(offer.fees),
            "rebates": shown(offer.rebates),
            "unpriced": offer.unpriced,
        }
        for offer in offers
    ]


@click.command("re-rate")
@click.argument("tenant")
@click.argument("period")
@click.option("--because", "reason", required=True, help="Why it is rated again.")
@click.option("--tariff", help="Only what is priced by this tariff.")
@click.option("--version", type=int, help="Price it by this version of the tariff.")
@click.option("--party", help="Only this customer or carrier.")
@click.option("--preview", is_flag=True, help="Show what would be booked, and book nothing.")
@answers
def re_rate(
    office: Office,
    tenant: str,
    period: str,
    reason: str,
    tariff: str | None,
    version: int | None,
    party: str | None,
    preview: bool,
) -> Answer:
    """Rate a period again, also a closed one; by what is known now, or by a named version."""
    if preview:
        with office.look(tenant) as session:
            lines = periods.preview_re_rating(session, period, reason, tariff, party, version)
            named = parties.names(session, {line.party_id for line in lines})
        return [_correction(line, named) for line in lines]
    with office.work(tenant, "periods.re_rate") as session:
        return _counts(periods.re_rate(session, period, reason, tariff, party, version))


def _correction(line: ChargeLine, names: Mapping[UUID, str]) -> dict[str, object]:
    return {
        "party": names[line.party_id],
        "service": line.service,
        "product": line.product,
        "destination": line.destination,
        "events": line.events,
        "amount": f"{plain(line.amount)} {line.currency}",
    }


def _counts(run: RatingRun) -> dict[str, object]:
    return {
        "events": run.events,
        "rated": run.rated,
        "suspended": run.suspended,
        "unbillable": run.unbillable,
        "free": run.free,
        "charge_lines": run.lines,
        "corrections": run.corrections,
    }


@click.command()
@click.argument("tenant")
@click.argument("period")
@click.option("--open", "is_opening", is_flag=True, help="Open the period instead.")
@click.option("--waive", "reason", help="Close although something is missing, for this reason.")
@answers
def close(office: Office, tenant: str, period: str, is_opening: bool, reason: str | None) -> Answer:
    """Close a period for good and book what its usage comes to."""
    with office.work(tenant, "periods.close") as session:
        if is_opening:
            found = periods.open_period(session, period)
        else:
            found = periods.close(session, period, reason)
    return {"period": found.code, "is_open": found.is_open, "digest": found.digest}


@click.command()
@click.argument("tenant")
@click.argument("period")
@answers
def bill(office: Office, tenant: str, period: str) -> Answer:
    """Issue the invoices, partner statements and carrier declarations of a closed period."""
    invoices: list[BillRun] = []
    with office.work(tenant, "billing.ask") as session:
        run = bill_runs.take_up(session, period)
    with office.at_once(tenant, {"bill_run": str(run.id)}, "invoices") as work:
        bill_in_parts(work, invoices.append)
    with office.work(tenant, "self-billing.issue") as session:
        statements = self_billing.issue_statements(session, period)
    with office.work(tenant, "interconnect.declare") as session:
        declared = interconnect.declare(session, period)
    return [
        *(_issued(document) for part in invoices for document in part.issued),
        *(_issued(document) for document in statements.issued),
        *(_issued(each.document) for each in declared),
        *(_parked(each.party, each.reason) for part in invoices for each in part.parked),
        *(_parked(each.party, each.reason) for each in statements.parked),
        *(
            {"document": each.party, "kind": "carried", "gross": shown(each.amount), "note": ""}
            for part in invoices
            for each in part.carried
        ),
    ]


def _issued(document: Filed) -> dict[str, object]:
    return {
        "document": document.number or str(document.id),
        "kind": document.kind.value,
        "gross": shown(document.gross),
        "note": document.status,
    }


def _parked(party: str, reason: str) -> dict[str, object]:
    return {"document": party, "kind": "parked", "gross": "", "note": reason}


@click.command()
@click.argument("tenant")
@click.argument("line", type=click.UUID)
@answers
def explain(office: Office, tenant: str, line: UUID) -> Answer:
    """Say how the amount of a charge line came about, down to the single call."""
    with office.look(tenant) as session:
        explained = explaining.explain(session, line)
    told = [("line", explained.derivation)] if explained.derivation else []
    told += [(each.event, each.derivation) for each in explained.charges]
    return [
        {
            "event": event,
            "formula": derivation.formula,
            "sentence": derivation.sentence(office.language),
        }
        for event, derivation in told
    ]


@click.group()
def payout() -> None:
    """Payments to partners: proposed by one person, approved by another."""


@payout.command("propose")
@click.argument("tenant")
@click.argument("currency")
@click.option("--on", "pays_on", type=click.DateTime(["%Y-%m-%d"]), required=True)
@AS_USER
@answers
def propose(office: Office, tenant: str, currency: str, pays_on: dt.datetime, email: str) -> Answer:
    """Propose to pay what partners are owed in a currency."""
    maker = person_of(office, tenant, email)
    maker.require("payouts:propose")
    with office.work_as(tenant, maker, "payouts.propose") as session:
        return _told(payouts.propose(session, currency, pays_on.date()))


@payout.command("approve")
@click.argument("tenant")
@click.argument("batch", type=click.UUID)
@AS_USER
@answers
def approve(office: Office, tenant: str, batch: UUID, email: str) -> Answer:
    """Approve a batch; never by whoever proposed it."""
    approver = person_of(office, tenant, email)
    with office.work_as(tenant, approver, "payouts.approve") as session:
        return _told(payouts.approve(session, batch))


@payout.command("export")
@click.argument("tenant")
@click.argument("batch", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@answers
def export(office: Office, tenant: str, batch: UUID, file: str) -> Answer:
    """Write the payment file (pain.001.001.09) of an approved batch; the same bytes each time."""
    with office.work(tenant, "payouts.export") as session:
        content = payouts.export(session, batch)
    write_whole(Path(file), content)
    return {"batch": batch, "bytes": len(content)}


@payout.command("list")
@click.argument("tenant")
@answers
def list_batches(office: Office, tenant: str) -> Answer:
    """List the batches, the newest first."""
    with office.look(tenant) as session:
        return [_told(batch) for batch in payouts.batches(session)]


def _told(batch: PayoutBatch) -> dict[str, object]:
    return {
        "batch": batch.id,
        "number": batch.number,
        "status": batch.status.value,
        "pays_on": batch.pays_on,
        "amount": shown(batch.amount),
        "payments": len(batch.paid),
    }


@click.command()
@click.argument("tenant")
@answers
def verify(office: Office, tenant: str) -> Answer:
    """Check the books by every invariant; exit 1 with the offending rows."""
    with office.look(tenant) as session:
        checks = insight.checks(session)
        findings = insight.verify(session)
    if not findings:
        return {"tenant": tenant, "checks": len(checks), "findings": 0}
    show(
        office,
        [{"check": found.check, "says": found.says, "row": dict(found.row)} for found in findings],
    )
    raise SystemExit(FOUND_SOMETHING)
