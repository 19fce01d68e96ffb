"""Publish tariffs, import rate decks, and give rating what held when."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import polars as pl

from i18n.errors import NAMED_IN_ERRORS, few
from i18n.locale import Several, Words, _, until_when
from settlement.catalogue import store
from settlement.catalogue.deck_import import DeckLayout, read_deck
from settlement.catalogue.deck_reading import DeckRead, Finding
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.lint.finding import Finding as Fault
from settlement.catalogue.lint.tariff_lint import lint, refuse_unsound
from settlement.catalogue.notice import service as notice
from settlement.catalogue.open_rate_card import RateCard, read_rate_card
from settlement.catalogue.product import checked_code, checked_name
from settlement.catalogue.products.service import margin_goods
from settlement.catalogue.published import (
    CarriersPayNet,
    DeckHasFindings,
    DeckImport,
    DeckInAnotherCurrency,
    NoSuchTariff,
    NoSuchTariffVersion,
    PublishedTariff,
    TariffCurrencyDiffers,
    TariffHead,
    TariffOverlaps,
    TermsContradict,
)
from settlement.catalogue.succession import ended_by, overlapped, require_time
from settlement.catalogue.tariff import TariffVersion, tariff_from_plain, tariff_to_plain
from settlement.catalogue.zones import service as zone_plans
from tenants.digest import digest, sha256_hex
from tenants.directory import service as directory
from tenants.session import TenantSession

# What the version itself says; terms may repeat it but not contradict it.
OF_THE_VERSION = ("code", "valid_from", "valid_until")


def publish_tariff(
    session: TenantSession,
    code: str,
    name: str,
    terms: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> PublishedTariff:
    """Publish a version; the open-ended one before it ends where this begins.

    Lint looks at it first: errors refuse it, warnings are kept as its findings. The same terms for
    the same time again change nothing. Raises TariffUnsound, TariffOverlaps, TariffCurrencyDiffers,
    CarriersPayNet, RaisedWithoutNotice, DeckInAnotherCurrency, TermsContradict, NoTimeAtAll and
    what `tariff_from_plain` raises.
    """
    version, findings = linted(session, code, terms, valid_from, valid_until)
    refuse_unsound(code, findings)
    plain = {
        key: value for key, value in tariff_to_plain(version).items() if key not in OF_THE_VERSION
    }
    tariff = store.tariff_to_change(session, checked_code(code), checked_name(name, code))
    rows = store.version_rows(session, tariff.id)
    known = _same_version(rows, digest(plain), valid_from, valid_until)
    if known is not None:
        return _published(tariff, known)
    _require_one_currency(code, rows, version.currency)
    _require_net_for_carriers(session, version)
    before = _held_before(rows, valid_from)
    if before is not None:
        notice.require_for_tariff(session, code, before.terms, plain, valid_from)
    _make_room(code, rows, valid_from, valid_until)
    row = store.TariffVersionRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        tariff_id=tariff.id,
        version=len(rows) + 1,
        valid_from=valid_from,
        valid_until=valid_until,
        stated_until=valid_until,
        terms=plain,
        digest=digest(plain),
        findings=[finding.to_plain() for finding in findings],
        published_at=session.now(),
        published_by=session.principal.name,
    )
    # The predecessor's end is written first: the two must not overlap even for a moment.
    session.flush()
    session.add(row)
    session.flush()
    return _published(tariff, row)


def linted(
    session: TenantSession,
    code: str,
    terms: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> tuple[TariffVersion, list[Fault]]:
    """A version as it would be published, and what lint says of it; nothing is kept.

    Raises DeckInAnotherCurrency, TermsContradict, NoTimeAtAll and what `tariff_from_plain` raises.
    """
    require_time(valid_from, valid_until)
    version = _checked_terms(code, terms, valid_from, valid_until)
    zone = directory.own_tenant(session).time_zone
    decks, plans = _decks_of(session, version), _zones_of(session, version)
    return version, lint(version, decks, plans, zone, margin_goods(session))


def tariff_versions(
    session: TenantSession,
    starts_on: dt.date,
    ends_on: dt.date,
    known_at: dt.datetime | None = None,
) -> list[TariffVersion]:
    """Versions that hold on some day of [starts_on, ends_on), as rating takes them.

    Their `id` is that of the published version, as text. With an instant, they are those that had
    been published by then, with the ends that they had then (rule R23).
    """
    if known_at is None:
        return [
            tariff_from_plain(_with_version(tariff.code, row), str(row.id))
            for tariff, row in store.versions_between(session, starts_on, ends_on)
        ]
    return [
        tariff_from_plain({**_with_version(tariff.code, row), "valid_until": until}, str(row.id))
        for tariff, row, until in store.versions_known(session, known_at)
        if row.valid_from < ends_on and (until is None or until > starts_on)
    ]


def numbered_version(session: TenantSession, code: str, number: int) -> TariffVersion:
    """One published version of a tariff, as rating takes it. Raises NoSuchTariffVersion."""
    found = store.version_numbered(session, code, number)
    if found is None:
        raise NoSuchTariffVersion(code=code, number=number)
    tariff, row = found
    return tariff_from_plain(_with_version(tariff.code, row), str(row.id))


def versions_with_tax_inside(session: TenantSession) -> frozenset[UUID]:
    """The versions whose prices include the tax, for usage that names no product (R83)."""
    return frozenset(store.versions_saying(session, "tax_in_prices", "included"))


def tariffs_with_tax_inside(
    session: TenantSession, codes: Iterable[str], starts_on: dt.date, ends_on: dt.date
) -> frozenset[str]:
    """Those of these tariffs whose prices include the tax on some day of [starts_on, ends_on)."""
    wanted = set(codes)
    inside = versions_with_tax_inside(session)
    held = store.versions_between(session, starts_on, ends_on) if inside else []
    return frozenset(
        tariff.code for tariff, row in held if row.id in inside and tariff.code in wanted
    )


def published_tariffs(session: TenantSession) -> list[PublishedTariff]:
    """Every version of every tariff, by code and first day."""
    held = store.versions_between(session, dt.date.min, dt.date.max)
    return [_published(tariff, row) for tariff, row in held]


def tariffs_by_code(session: TenantSession, codes: Iterable[str]) -> dict[str, TariffHead]:
    """These tariffs by code. Raises NoSuchTariff, naming those that are not there."""
    wanted = set(codes)
    heads = {
        tariff.code: TariffHead(tariff.id, tariff.code, tariff.name, currency)
        for tariff, currency in store.tariffs_with_currency(session, list(wanted))
    }
    if missing := wanted - set(heads):
        raise NoSuchTariff(codes=few(missing))
    return heads


def import_deck(
    session: TenantSession,
    code: str,
    name: str,
    currency: str,
    rows: pl.DataFrame,
    valid_from: dt.date,
    sha256: str,
    findings: Sequence[Finding] = (),
) -> DeckImport:
    """Give a deck prices (`rate_decks.give`), and look at the tariffs that name it once more.

    They are looked at as when they were published. Raises what `rate_decks.give` raises, and
    TariffUnsound.
    """
    given = rate_decks.give(session, code, name, currency, rows, valid_from, sha256, findings)
    if not given.was_known:
        _require_sound_tariffs(session, code, valid_from)
    return given


def import_deck_file(
    session: TenantSession,
    code: str,
    name: str,
    currency: str,
    content: bytes,
    layout: DeckLayout,
    valid_from: dt.date,
    leave_out_findings: bool = False,
) -> DeckImport:
    """Keep a delimited file as it came, and give the deck its prices.

    Rows that cannot be read refuse the whole deck, since a missing prefix would silently be charged
    at the price of a shorter one; unless they are knowingly left out. Raises DeckHasFindings,
    RaisedWithoutNotice, and what `read_deck` and `import_deck` raise.
    """
    read = read_deck(content, layout, valid_from)
    rates = accepted(read, leave_out_findings)
    _require_notice(session, code, rates, valid_from)
    sha256 = session.files.put(content)
    return import_deck(
        session, code, name, currency, rates, valid_from, sha256, findings=read.findings
    )


def import_rate_card(
    session: TenantSession,
    code: str,
    content: bytes,
    valid_from: dt.date,
    card: str | None = None,
    leave_out_findings: bool = False,
) -> tuple[DeckImport, RateCard]:
    """Keep an open rate card as it came, and give the deck the prices of one of its cards.

    Raises DeckHasFindings, RaisedWithoutNotice, and what `read_rate_card` and `import_deck` raise.
    """
    read = read_rate_card(content, valid_from, card)
    rates = accepted(read.deck, leave_out_findings)
    _require_notice(session, code, rates, valid_from)
    # Two cards of one document are two contents.
    session.files.put(content)
    sha256 = sha256_hex(content + b"\x00" + (card or "").encode())
    imported = import_deck(
        session, code, read.name, read.currency, rates, valid_from, sha256, read.deck.findings
    )
    return imported, read


def _checked_terms(
    code: str, terms: Mapping[str, Any], valid_from: dt.date, valid_until: dt.date | None
) -> TariffVersion:
    of_version = {
        "code": code,
        "valid_from": valid_from.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
    }
    for key, asked in of_version.items():
        said = terms.get(key)
        if said is not None and str(said) != asked:
            raise TermsContradict(code=code, key=key, said=said, asked=asked)
    return tariff_from_plain({**terms, **of_version})


def _decks_of(session: TenantSession, version: TariffVersion) -> dict[str, pl.DataFrame]:
    """The decks that a tariff names, as far as they are there, with the prices of its time."""
    named = {section.deck for section in version.every_section if section.deck}
    ends_on = version.valid_until or dt.date.max
    rates = {}
    for each in (row for row in rate_decks.decks(session) if row.code in named):
        if each.currency != version.currency:
            raise DeckInAnotherCurrency(
                code=version.code, deck=each.code, other=each.currency, currency=version.currency
            )
        rates[each.code] = rate_decks.deck_rates(session, each.code, version.valid_from, ends_on)
    return rates


def _require_sound_tariffs(session: TenantSession, deck_code: str, valid_from: dt.date) -> None:
    """Refuse prices that leave a published tariff in doubt, before rating stops at them."""
    zone = directory.own_tenant(session).time_zone
    for version in tariff_versions(session, valid_from, dt.date.max):
        if any(section.deck == deck_code for section in version.every_section):
            found = lint(version, _decks_of(session, version), _zones_of(session, version), zone)
            refuse_unsound(version.code, found)


def _zones_of(session: TenantSession, version: TariffVersion) -> dict[str, pl.DataFrame]:
    """The zone plans that a tariff names, as far as they are there, with the rows of its time."""
    named = {section.zones for section in version.every_section}
    ends_on = version.valid_until or dt.date.max
    return {
        plan.code: zone_plans.zones_between(session, plan.code, version.valid_from, ends_on)
        for plan in zone_plans.zone_plans(session)
        if plan.code in named
    }


def _same_version(
    rows: Sequence[store.TariffVersionRow],
    sha256: str,
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> store.TariffVersionRow | None:
    """The version that says the same from the same day, even if it was ended since."""
    for row in rows:
        if row.digest == sha256 and row.valid_from == valid_from:
            return row if valid_until in (None, row.valid_until) else None
    return None


def _require_one_currency(code: str, rows: Sequence[store.TariffVersionRow], currency: str) -> None:
    for row in rows:
        if row.terms["currency"] != currency:
            raise TariffCurrencyDiffers(code=code, currency=row.terms["currency"], other=currency)


def _make_room(
    code: str,
    rows: Sequence[store.TariffVersionRow],
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> None:
    """End the open-ended predecessor; refuse what would overlap any other version."""
    predecessor = ended_by(rows, valid_from)
    others = [row for row in rows if row is not predecessor]
    overlap = overlapped(others, valid_from, valid_until)
    if overlap is not None:
        raise TariffOverlaps(
            code=code,
            version=overlap.version,
            valid_from=overlap.valid_from,
            valid_until=until_when(overlap.valid_until),
        )
    if predecessor is not None:
        predecessor.valid_until = valid_from


def _with_version(code: str, row: store.TariffVersionRow) -> dict[str, Any]:
    validity = {"valid_from": row.valid_from, "valid_until": row.valid_until}
    return {**row.terms, "code": code, **validity}


def _published(tariff: store.TariffRow, row: store.TariffVersionRow) -> PublishedTariff:
    return PublishedTariff(
        id=row.id,
        tariff_id=tariff.id,
        code=tariff.code,
        name=tariff.name,
        version=row.version,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        terms=row.terms,
        findings=tuple(row.findings),
    )


def accepted(read: DeckRead, leave_out_findings: bool) -> pl.DataFrame:
    """The prices that were read. Raises DeckHasFindings, unless these rows are left out."""
    if read.findings and not leave_out_findings:
        shown = Several(map(_said, read.findings[:NAMED_IN_ERRORS]))
        raise DeckHasFindings(count=len(read.findings), shown=shown)
    return read.rates


def _said(finding: Finding) -> Words:
    line, reason, text, event = finding
    told = Words(_("line {line}: {why}"), line=line, why=f"{reason} ({text})")
    if not event:
        return told
    return Words(
        _("{finding}, as for {number} at {instant}"),
        finding=told,
        number=event["b_number"],
        instant=event["occurred_at"],
    )


def _require_net_for_carriers(session: TenantSession, version: TariffVersion) -> None:
    """Prices with tax inside are for customers; what carriers pay is net (R83)."""
    if version.tax_in_prices != "included":
        return
    ends_on = version.valid_until or dt.date.max
    for agreement in store.interconnects_naming(session, version.code, version.valid_from, ends_on):
        raise CarriersPayNet(code=version.code, agreement=agreement)


def _held_before(
    rows: Sequence[store.TariffVersionRow], day: dt.date
) -> store.TariffVersionRow | None:
    """The version that holds on the day before one."""
    for row in rows:
        if row.valid_from < day and (row.valid_until is None or row.valid_until >= day):
            return row
    return None


def _require_notice(
    session: TenantSession, code: str, rates: pl.DataFrame, valid_from: dt.date
) -> None:
    """Refuse prices of a deck that rise for a carrier sooner than was agreed (R61)."""
    asked = rates.with_columns(pl.col("valid_from").fill_null(valid_from))
    if asked.is_empty() or not rate_decks.is_there(session, code):
        return
    first = min(asked["valid_from"].to_list())
    named = {
        version.code
        for version in tariff_versions(session, first, dt.date.max)
        if any(section.deck == code for section in version.every_section)
    }
    if named:
        held = rate_decks.deck_rates(session, code, first - dt.timedelta(days=1), dt.date.max)
        notice.require_for_deck(session, code, named, asked, held)
