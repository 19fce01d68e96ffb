"""Produce print batches of all that waits to be printed, and hand their files out.

A batch is one transaction: its files are kept first, then it and the steps of all its deliveries
are committed together. Who dies on the way leaves files that nothing refers to, and everything
waits as before.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from settlement.billing.sides import tenant_side
from settlement.delivery import service
from settlement.delivery.delivery import Answer, Channel, Delivery, State
from settlement.delivery.printing import store
from settlement.delivery.printing.files import PrintFile, pages_in
from settlement.delivery.printing.print_batch import (
    PARTS,
    NoSuchPrintBatch,
    NothingToPrint,
    PrintBatch,
    file_name,
)
from settlement.delivery.printing.sheets import (
    SIDES_POLICY,
    TWO_SIDES,
    Alike,
    Printed,
    blanks_after,
    envelope,
    in_order,
    manifest_json,
    sheets_of,
    sides_of,
)
from settlement.delivery.printing.sheets import counted as counted_in
from settlement.parties import service as parties
from settlement.periods import service as periods
from statements import service as statements
from statements.branding import service as branding
from statements.cover_list import CoverList
from statements.filing import PDF
from statements.rendering.choosing import labels_of, list_of
from statements.rendering.service import draw
from tenants.children import Children
from tenants.directory.service import own_tenant
from tenants.session import TenantSession
from tenants.values import value_of

SHOWN = 200
MOST_AT_ONCE = 20_000
# Lists of ten thousand envelopes take a minute each, longer than anybody waits for a document.
_patient = Children("statements.rendering.typesetting.gateway", deadline_seconds=1800)


def produce(session: TenantSession) -> PrintBatch:
    """Print all that waits, sorted by postcode and pages. Raises NothingToPrint, SidesUnreadable.

    A document without a PDF is held, and the others are printed.
    """
    tenant = own_tenant(session)
    sides = sides_of(str(tenant.policies.get(SIDES_POLICY, TWO_SIDES)))
    waiting = service.due(session, [Channel.PRINT])[:MOST_AT_ONCE]
    found = {each.id: each for each in waiting}
    ordered = in_order(_printable(session, waiting))
    if not ordered:
        raise NothingToPrint
    number = _number(session)
    files = {"documents": _documents(session, ordered, sides)}
    covered = CoverList(
        number=number,
        locale=tenant.languages[0],
        sender=tenant_side(tenant),
        produced_on=periods.today(session),
        file_name=file_name(number, "documents"),
        envelopes=tuple(envelope(each, sides) for each in ordered),
    )
    look = branding.worn_on(session, covered.produced_on).look
    files["cover-list"] = session.files.put(draw(*list_of(covered, look), _patient))
    files["labels"] = session.files.put(draw(*labels_of(covered, look), _patient))
    files["manifest"] = session.files.put(manifest_json(number, ordered, sides, files))
    row = store.PrintBatchRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        number=number,
        sides=sides,
        envelopes=len(ordered),
        pages=covered.pages,
        sheets=covered.sheets,
        files=files,
        produced_at=session.now(),
        produced_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    printed = [found[each.delivery_id] for each in ordered]
    service.sent_together(session, printed, Answer(State.SENT, f"printed in {number}", number))
    return value_of(PrintBatch, row)


def batches(session: TenantSession, limit: int = SHOWN) -> list[PrintBatch]:
    """Print batches, the newest first."""
    return [value_of(PrintBatch, row) for row in store.rows(session, limit)]


def batch(session: TenantSession, batch_id: UUID) -> PrintBatch:
    """One print batch. Raises NoSuchPrintBatch."""
    row = store.row(session, batch_id)
    if row is None:
        raise NoSuchPrintBatch(batch=batch_id)
    return value_of(PrintBatch, row)


def waiting(session: TenantSession) -> int:
    """How many documents the next batch would take up."""
    return len(service.due(session, [Channel.PRINT]))


def counted(session: TenantSession, batch_id: UUID) -> list[Alike]:
    """The envelopes of a batch by postcode and pages. Raises NoSuchPrintBatch, NoSuchFile."""
    found = batch(session, batch_id)
    return counted_in(session.files.get(found.files["manifest"]))


def part_of(session: TenantSession, batch_id: UUID, part: str) -> tuple[Path, str, str]:
    """Where a part is kept, its name and its type. Raises NoSuchPrintBatch, NoSuchFile."""
    found = batch(session, batch_id)
    if part not in PARTS:
        raise NoSuchPrintBatch(batch=batch_id)
    return session.files.path(found.files[part]), file_name(found.number, part), PARTS[part][1]


def _printable(session: TenantSession, waiting: Sequence[Delivery]) -> list[Printed]:
    """What can be printed, one document in memory at a time; what cannot is held."""
    printable = []
    for each in waiting:
        filed = statements.document(session, each.document_id)
        pdf = next((file for file in filed.files if file.media_type == PDF), None)
        if pdf is None:
            service.hold(session, each, "the document has no PDF")
            continue
        usage = service.enclosed(session, each)
        parts = [session.files.get(pdf.sha256), *([usage.content] if usage else [])]
        party = parties.party(session, each.party_id)
        printable.append(
            Printed(
                delivery_id=each.id,
                number=each.number,
                recipient=party.full_name,
                street=party.address.street,
                postcode=party.address.postcode,
                city=party.address.city,
                country=party.address.country,
                sha256=pdf.sha256,
                pages=sum(pages_in(part) for part in parts),
                usage_sha256=session.files.put(usage.content) if usage else "",
            )
        )
    return printable


def _documents(session: TenantSession, ordered: Sequence[Printed], sides: int) -> str:
    """Write the print file beside its place and take it over; returns its SHA-256."""
    folder = session.files.working_folder()
    try:
        written = PrintFile(folder / "documents.pdf")
        for each in ordered:
            *before, last = each.parts
            for part in before:
                written.add(session.files.get(part))
            written.add(session.files.get(last), blanks_after(each.pages, sides))
        pages = written.close()
        wanted = sum(sheets_of(each.pages, sides) * sides for each in ordered)
        assert pages == wanted, "the print file has the pages that its documents have"
        return session.files.adopt(folder / "documents.pdf")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _number(session: TenantSession) -> str:
    beginning = f"PRINT-{periods.today(session).isoformat()}-"
    return f"{beginning}{store.count_beginning(session, beginning) + 1:02}"
