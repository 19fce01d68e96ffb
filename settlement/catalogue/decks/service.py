"""Give rate decks their prices, set by set, and tell which prices held when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from currencies.units import minor_unit
from settlement.catalogue.deck_reading import Finding
from settlement.catalogue.decks import store
from settlement.catalogue.product import checked_code, checked_name
from settlement.catalogue.published import (
    Deck,
    DeckCurrencyDiffers,
    DeckHasNoPrices,
    DeckImport,
    DeckPricesOverlap,
    NoSuchDeck,
)
from settlement.catalogue.rate_deck import RATES
from tenants.session import TenantSession


def give(
    session: TenantSession,
    code: str,
    name: str,
    currency: str,
    rows: pl.DataFrame,
    valid_from: dt.date,
    sha256: str,
    findings: Sequence[Finding] = (),
) -> DeckImport:
    """Give a deck prices, as one set: a frame of RATES, each row from its own day or `valid_from`.

    Earlier prices of the same prefix, band and priority end where the new ones begin; prefixes
    that are not named keep theirs. The same content (`sha256`) from the same day again changes
    nothing. Raises DeckHasNoPrices, DeckCurrencyDiffers and DeckPricesOverlap.
    """
    assert rows.schema == RATES, rows.schema
    minor_unit(currency)
    if rows.is_empty():
        raise DeckHasNoPrices
    deck = store.deck_to_change(session, checked_code(code), checked_name(name, code), currency)
    if deck.currency != currency:
        raise DeckCurrencyDiffers(code=code, currency=deck.currency, other=currency)
    known = store.import_row(session, deck.id, sha256, valid_from)
    if known is not None:
        return _import_of(known, was_known=True)
    store.stage_rates(session, _lines_to_stage(session, rows, valid_from))
    _require_later(session, deck)
    row = store.DeckImportRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        deck_id=deck.id,
        sha256=sha256,
        valid_from=valid_from,
        rates=rows.height,
        ended=store.end_replaced_rates(session, deck.id),
        findings=[[*finding[:3], dict(finding.event)] for finding in findings],
        imported_at=session.now(),
        imported_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    store.insert_staged_rates(session, deck.id, row.id)
    return _import_of(row)


def deck_rates(
    session: TenantSession,
    deck_code: str,
    starts_on: dt.date,
    ends_on: dt.date,
    known_at: dt.datetime | None = None,
) -> pl.DataFrame:
    """Prices that hold on some day of [starts_on, ends_on): a frame of RATES. Raises NoSuchDeck.

    With an instant, by what the deck had been given by then.
    """
    deck_id = deck(session, deck_code).id
    if known_at is None:
        rows = store.rates_between(session, deck_id, starts_on, ends_on)
    else:
        rows = store.rates_known(session, deck_id, starts_on, ends_on, known_at)
    return pl.DataFrame([tuple(row) for row in rows], schema=RATES, orient="row")


def deck(session: TenantSession, code: str) -> Deck:
    """The deck with this code. Raises NoSuchDeck."""
    row = store.deck_row(session, checked_code(code))
    if row is None:
        raise NoSuchDeck(code=code)
    return Deck(row.id, row.code, row.name, row.currency)


def decks(session: TenantSession) -> list[Deck]:
    """All decks in the order of their codes."""
    return [Deck(row.id, row.code, row.name, row.currency) for row in store.deck_rows(session)]


def deck_imports(session: TenantSession, code: str) -> list[DeckImport]:
    """What a deck was given, the newest last. Raises NoSuchDeck."""
    return [_import_of(row) for row in store.import_rows(session, deck(session, code).id)]


def is_there(session: TenantSession, code: str) -> bool:
    """Whether there is a deck with this code."""
    return store.deck_row(session, checked_code(code)) is not None


def _lines_to_stage(session: TenantSession, rows: pl.DataFrame, valid_from: dt.date) -> bytes:
    """CSV lines for `stage_rates`; an empty text is written in quotes, a null is not."""
    ids = [str(each) for each in session.ids.many(rows.height)]
    staged = rows.with_columns(
        pl.Series("id", ids),
        pl.col("band").fill_null(""),
        pl.col("valid_from").fill_null(valid_from),
    )
    lines = staged.select(store.STAGED_COLUMNS).write_csv(
        include_header=False, quote_style="non_numeric"
    )
    return lines.encode()


def _require_later(session: TenantSession, deck: store.RateDeckRow) -> None:
    late = store.staged_too_late(session, deck.id)
    if late:
        raise DeckPricesOverlap(
            code=deck.code,
            count=len(late),
            prefix=late[0].prefix,
            stored_from=late[0].stored_from,
        )


def _import_of(row: store.DeckImportRow, was_known: bool = False) -> DeckImport:
    return DeckImport(
        id=row.id,
        deck_id=row.deck_id,
        valid_from=row.valid_from,
        sha256=row.sha256,
        rates=row.rates,
        ended=row.ended,
        findings=tuple(Finding(*finding) for finding in row.findings),
        was_known=was_known,
    )
