"""Put together the itemised usage of an issued invoice, and write it as a file."""

import datetime as dt
from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import structlog

from mediation import service as mediation
from settlement.agreements.contracts import service as contracts
from settlement.billing.itemising.itemised import (
    COLUMNS,
    FIGURES,
    FORMS,
    NUMBERS,
    NUMBERS_POLICY,
    Borne,
    Item,
    NumbersHidden,
    items_of,
    may_be_whole,
)
from settlement.billing.itemising.listing import usage_list
from settlement.parties import service as parties
from settlement.rating.runs import service as rating_runs
from statements import service as statements
from statements.branding import service as branding
from statements.csv_writing import csv_text
from statements.detail import table_parquet
from statements.document import Document
from statements.filing import PDF, Filed
from statements.rendering.choosing import usage_of
from statements.rendering.service import draw
from statements.service import NoSuchDocument, NoSuchForm
from statements.workbook import table_workbook
from tenants.directory.service import own_tenant
from tenants.principal import NUMBERS_READ
from tenants.session import TenantSession

A_DAY: Final = dt.timedelta(days=1)

log = structlog.get_logger()


class ItemisedFile(NamedTuple):
    """A list as a file."""

    content: bytes
    name: str
    media_type: str


def itemised(
    session: TenantSession, document_id: UUID, *, whole: bool = False, party_id: UUID | None = None
) -> list[Item]:
    """Every event behind an issued document; with `whole`, numbers of others are not shortened.

    Raises NoSuchDocument, for a party also where it is another's, NumbersHidden and
    NumbersPolicyUnreadable.
    """
    return _asked_for(session, statements.document(session, document_id, party_id), whole)


def _asked_for(session: TenantSession, filed: Filed, whole: bool) -> list[Item]:
    """The rows of a document for whoever asks. Raises as `itemised` does."""
    if not filed.is_issued:
        raise NoSuchDocument(document=filed.id)
    if whole:
        _require_whole(session, filed.number)
    return _items(session, filed, whole)


def _items(session: TenantSession, filed: Filed, whole: bool) -> list[Item]:
    party = parties.party(session, filed.filing.party_id)
    borne = [Borne(*each) for each in rating_runs.charges_on_document(session, filed.id)]
    numbers = _numbers(session, [each.charges for each in borne])
    zone = ZoneInfo(party.time_zone)
    return list(items_of(filed.number, borne, numbers, zone, whole=whole))


def itemised_file(
    session: TenantSession,
    document_id: UUID,
    form: str,
    *,
    whole: bool = False,
    party_id: UUID | None = None,
) -> ItemisedFile:
    """The same as a file of one of FORMS; equal documents give equal bytes.

    A list is drawn for customers alone. Raises NoSuchForm and DrawingFailed too.
    """
    filed = statements.document(session, document_id, party_id)
    if form not in FORMS:
        known = ", ".join(FORMS)
        raise NoSuchForm(number=filed.number, media_type=repr(form)[:40], known=known)
    return _file(session, filed, _asked_for(session, filed, whole), form, whole)


def enclosed_file(
    session: TenantSession, document_id: UUID, form: str, *, whole: bool
) -> ItemisedFile | None:
    """The list that goes with an invoice to whoever chose so; None where there is no usage.

    Numbers of others are whole where the customer asks for them and the tenant's policy lets it.
    """
    filed = statements.document(session, document_id)
    if not filed.is_issued or not filed.kind.is_to_customer:
        return None
    shown = whole and customers_may_see_whole(session)
    rows = _items(session, filed, shown)
    if not any(row.row == "usage" for row in rows):
        return None
    if shown:
        log.info("numbers shown", to="customer", document=filed.number)
    return _file(session, filed, rows, form, shown)


def customers_may_see_whole(session: TenantSession) -> bool:
    """Whether the tenant lets customers ask for whole numbers. Raises NumbersPolicyUnreadable."""
    return may_be_whole(str(own_tenant(session).policies.get(NUMBERS_POLICY, NUMBERS[0])))


def _file(
    session: TenantSession, filed: Filed, rows: list[Item], form: str, whole: bool
) -> ItemisedFile:
    if form == "csv":
        content = csv_text(COLUMNS, rows).encode()
    elif form == "xlsx":
        assert filed.issued_on is not None, "only what is issued is itemised"
        content = table_workbook(COLUMNS, rows, FIGURES, filed.issued_on)
    elif form == "pdf":
        content = _drawn(session, filed, rows, whole)
    else:
        content = table_parquet(COLUMNS, rows, FIGURES)
    name = filed.number.replace("/", "-")
    return ItemisedFile(content, f"{name}-usage.{form}", FORMS[form])


def _drawn(session: TenantSession, filed: Filed, rows: list[Item], whole: bool) -> bytes:
    """The list in the brand of its invoice. Raises DrawingFailed."""
    document = statements.content(session, filed.id)
    if not isinstance(document, Document) or not document.kind.is_to_customer:
        raise NoSuchForm(number=filed.number, media_type=PDF, known=", ".join(FORMS))
    look = branding.looks(session, {filed.brand_version})[filed.brand_version]
    return draw(*usage_of(usage_list(document, rows, are_hidden=not whole), look))


def _require_whole(session: TenantSession, number: str) -> None:
    """A customer by the tenant's policy, staff by its right; whoever sees them is logged (R123)."""
    principal = session.principal
    if principal.party_id is None:
        may = principal.may(NUMBERS_READ)
    else:
        may = customers_may_see_whole(session)
    if not may:
        raise NumbersHidden
    log.info("numbers shown", to=principal.name, document=number)


def _numbers(
    session: TenantSession, charges: Collection[pl.DataFrame]
) -> dict[tuple[str, int], tuple[str, str]]:
    """Who called whom, by batch and line, of these charges alone."""
    behind = [each for each in charges if not each.is_empty()]
    if not behind:
        return {}
    events = pl.concat(
        each.select("batch_id", "line", "agreement", "occurred_at") for each in behind
    )
    first, last = events["occurred_at"].min(), events["occurred_at"].max()
    assert isinstance(first, dt.datetime) and isinstance(last, dt.datetime)
    # Local days of any zone are within a day of those of UTC.
    keys = contracts.subscription_keys(session, first.date() - A_DAY, last.date() + 2 * A_DAY)
    wanted = keys.filter(pl.col("subscription").is_in(events["agreement"].unique().implode()))
    accounts = wanted["identifier"].unique().to_list()
    usage = mediation.landed_usage(session, first, last + dt.timedelta(microseconds=1), accounts)
    told = usage.join(events.select("batch_id", "line").unique(), on=["batch_id", "line"])
    rows = told.select("batch_id", "line", "a_number", "b_number").iter_rows()
    return {(batch, line): (calling or "", called or "") for batch, line, calling, called in rows}
