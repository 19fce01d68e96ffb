"""Look at a draft of a tariff, or at a file of a rate deck, and keep nothing."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from currencies import service as currencies
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_changes import DeckChanges, deck_changes
from settlement.catalogue.deck_import import DeckLayout, read_deck
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.drafting.draft import Draft, LookedAt
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.subject import Subject
from settlement.catalogue.lint.tariff_lint import lint_versions
from settlement.catalogue.published import (
    DeckCurrencyDiffers,
    PublishedTariff,
    TariffCurrencyDiffers,
)
from settlement.catalogue.succession import ended_by, overlapped
from settlement.catalogue.tariff import TariffVersion, tariff_to_plain
from tenants.directory import service as directory
from tenants.session import TenantSession

# A source that has said nothing of a currency for so long does not quote it.
_RECENT: Final = dt.timedelta(days=60)


def look_at(session: TenantSession, draft: Draft) -> LookedAt:
    """What publishing would find: faults of the version, versions it overlaps, no exchange rate.

    Raises TariffCurrencyDiffers and what `catalogue.service.linted` raises.
    """
    version, findings = catalogue.linted(
        session, draft.code, draft.terms, draft.valid_from, draft.valid_until
    )
    published = [each for each in catalogue.published_tariffs(session) if each.code == draft.code]
    for each in published:
        if each.currency != version.currency:
            raise TariffCurrencyDiffers(
                code=draft.code, currency=each.currency, other=version.currency
            )
    found = [*findings, *_overlapping(session, version, published), *_fx(session, version)]
    return LookedAt(version, tuple(found))


def look_at_deck(
    session: TenantSession,
    code: str,
    currency: str,
    content: bytes,
    layout: DeckLayout,
    valid_from: dt.date,
    leave_out_findings: bool = False,
) -> DeckChanges:
    """What importing a file would change in a deck.

    Raises DeckHasFindings, DeckCurrencyDiffers and what `read_deck` raises.
    """
    coming = catalogue.accepted(read_deck(content, layout, valid_from), leave_out_findings)
    known = next((each for each in rate_decks.decks(session) if each.code == code), None)
    if known is None:
        before = coming.clear()
    elif known.currency != currency:
        raise DeckCurrencyDiffers(code=code, currency=known.currency, other=currency)
    else:
        before = rate_decks.deck_rates(session, code, dt.date.min, dt.date.max)
    zone = ZoneInfo(directory.own_tenant(session).time_zone)
    return deck_changes(before, coming, valid_from, session.now().astimezone(zone).date())


def _overlapping(
    session: TenantSession, version: TariffVersion, published: list[PublishedTariff]
) -> list[Finding]:
    """The published version that stands where the draft would; not where it says the same."""
    follows = ended_by(published, version.valid_from)
    others = [each for each in published if each is not follows]
    there = overlapped(others, version.valid_from, version.valid_until)
    if there is None or _is_same(there, version):
        return []
    known = catalogue.numbered_version(session, there.code, there.version)
    return lint_versions([version, replace(known, id=f"{there.code}, {there.version}")])


def _is_same(there: PublishedTariff, version: TariffVersion) -> bool:
    plain: Mapping[str, Any] = tariff_to_plain(version)
    terms = {key: plain[key] for key in plain if key not in catalogue.OF_THE_VERSION}
    ends = version.valid_until in (None, there.valid_until)
    return there.valid_from == version.valid_from and ends and dict(there.terms) == terms


def _fx(session: TenantSession, version: TariffVersion) -> Iterator[Finding]:
    """A currency that no source brings together with that of our books."""
    base = directory.own_tenant(session).base_currency
    if version.currency == base:
        return
    recent = currencies.rate_table(session, valid_from=(session.now() - _RECENT).date())
    quoted: dict[str, set[str]] = {}
    for rate in recent:
        quoted.setdefault(rate.source, set()).update((rate.base, rate.quote))
    if not any({base, version.currency} <= known for known in quoted.values()):
        fields = {"currency": version.currency, "base": base}
        section = next(iter(version.sections.values()), None)
        event = {} if section is None else Subject(version, section).event()
        name = "fees" if section is None else section.name
        yield Finding("NO_FX_RATE", name, fields, {**event, "currency": version.currency})
