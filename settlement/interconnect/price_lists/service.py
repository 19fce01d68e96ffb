"""Take in a carrier's announced prices: each holds from the day its notice allows."""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

import polars as pl

from i18n.errors import Conflict, Invalid
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect, NoSuchAgreement
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_import import DeckLayout, read_deck
from settlement.catalogue.deck_reading import DeckRead, Finding
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.notice.announced import ONE_DAY, PriceDay, decide
from settlement.catalogue.notice.day_counting import Count
from settlement.catalogue.notice.notice import NoticeTerms, announced_on
from settlement.catalogue.published import Deck
from settlement.catalogue.rate_deck import RATES
from tenants.digest import sha256_hex
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class NoOutgoingDeck(Conflict):
    """The outgoing tariff of agreement {code} has {count} rate decks: {decks}. A list is announced
    for one of them; name it.
    """


class AnnouncedTooEarly(Invalid):
    """The prices were announced at {announced_at}, which is still to come. Give the instant at
    which the list arrived.
    """


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was imported into which deck, and from when each price of the list holds.

    `was_known` says that the list was announced before; nothing changed and no price is told.
    """

    agreement: str
    deck: str
    announced_on: dt.date
    notice_days: int
    notice_count: str
    import_id: UUID | None
    prices: tuple[PriceDay, ...]
    was_known: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What a list would do; `rates` (a frame of RATES) are those that it would give its deck."""

    told: Announcement
    deck: Deck
    rates: pl.DataFrame
    findings: tuple[Finding, ...]


def look_at(
    session: TenantSession,
    code: str,
    content: bytes,
    layout: DeckLayout,
    valid_from: dt.date,
    announced_at: dt.datetime | None = None,
    deck: str | None = None,
    leave_out_findings: bool = False,
) -> Look:
    """Say what `announce` would do with a list. Raises what it raises, but for the import."""
    announced_at = announced_at or session.now()
    if announced_at > session.now():
        raise AnnouncedTooEarly(announced_at=announced_at.isoformat())
    terms = _notice(session)
    today = announced_on(announced_at, terms)
    agreement = _agreement(session, code, today)
    count: Count = "calendar_days"
    if agreement.policies.get("notice_count") == "business_days":
        count = "business_days"
    terms = replace(terms, days=agreement.notice_days, count=count)
    found = rate_decks.deck(session, deck_of(session, agreement, valid_from, deck))
    told = Announcement(code, found.code, today, terms.days, terms.count, None, ())
    sha256 = sha256_hex(content)
    for each in rate_decks.deck_imports(session, found.code):
        if (each.sha256, each.valid_from) == (sha256, valid_from):
            known = replace(told, import_id=each.id, was_known=True)
            return Look(known, found, pl.DataFrame(schema=RATES), ())
    read = read_deck(content, layout, valid_from)
    first = min(read.rates["valid_from"].to_list(), default=valid_from)
    held = rate_decks.deck_rates(session, found.code, first - ONE_DAY, dt.date.max)
    decided = decide(read.rates, held, announced_at, terms)
    findings = (*read.findings, *decided.backwards)
    rates = catalogue.accepted(
        DeckRead(decided.rates, findings, read.rows, read.repeated), leave_out_findings
    )
    return Look(replace(told, prices=decided.days), found, rates, findings)


def announce(
    session: TenantSession,
    code: str,
    content: bytes,
    layout: DeckLayout,
    valid_from: dt.date,
    announced_at: dt.datetime | None = None,
    deck: str | None = None,
    leave_out_findings: bool = False,
) -> Announcement:
    """Import a carrier's list into the deck of its outgoing tariff (rule R61).

    An increase with less notice than the agreement's takes effect when its notice ends, counted in
    our time zone, since it is we who are told; everything else on the day asked for. Prices for
    days that are gone are findings (rule R60). Where every price goes on as it is, nothing is
    imported. Raises NoSuchAgreement, NoOutgoingDeck, AnnouncedTooEarly, and what `read_deck`,
    `accepted` and `import_deck` of the catalogue raise.
    """
    look = look_at(
        session, code, content, layout, valid_from, announced_at, deck, leave_out_findings
    )
    if look.told.was_known or (look.rates.is_empty() and look.told.prices):
        return look.told
    imported = catalogue.import_deck(
        session,
        look.deck.code,
        look.deck.name,
        look.deck.currency,
        look.rates,
        valid_from,
        session.files.put(content),
        look.findings,
    )
    return replace(look.told, import_id=imported.id)


def deck_of(
    session: TenantSession, agreement: Interconnect, day: dt.date, named: str | None = None
) -> str:
    """The rate deck of the outgoing tariff on a day; the named one, where it has several.

    Raises NoOutgoingDeck.
    """
    decks = {
        section.deck
        for version in catalogue.tariff_versions(session, day, day + ONE_DAY)
        if version.code == agreement.outgoing
        for section in version.every_section
        if section.deck
    }
    wanted = decks & {named} if named is not None else decks
    if len(wanted) != 1:
        shown = ", ".join(sorted(decks)) or "-"
        raise NoOutgoingDeck(code=agreement.code, count=len(decks), decks=shown)
    return wanted.pop()


def _agreement(session: TenantSession, code: str, day: dt.date) -> Interconnect:
    for each in agreements.interconnects(session, day, day + ONE_DAY):
        if each.code == code:
            return each
    raise NoSuchAgreement(agreement=code)


def _notice(session: TenantSession) -> NoticeTerms:
    tenant = own_tenant(session)
    return NoticeTerms(0, zone=tenant.time_zone, country=tenant.country)
