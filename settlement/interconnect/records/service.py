"""Compare our records with a carrier's, keep why they differ, and show it.

What the carrier sends is kept as it came; the calls that a cause is about stand in columns on disk,
so that a million of them cost the database a few rows. Comparing again is another comparison.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

import polars as pl
import structlog

from currencies import service as currencies
from currencies.conversion import convert_by
from currencies.money import money
from i18n.errors import Conflict, Invalid, NotFound
from mediation import service as mediation
from settlement.agreements import service as agreements
from settlement.agreements.agreed import Interconnect
from settlement.agreements.policies import in_force
from settlement.interconnect.exchange.recording import service as recording
from settlement.interconnect.exchanged import Reconciliation
from settlement.interconnect.masking import is_masked, masked
from settlement.interconnect.receiving import NoSuchAgreementBetweenUs, NotYourExchange
from settlement.interconnect.records import store
from settlement.interconnect.records.classes import ClassBy, RecordClass
from settlement.interconnect.records.differences_xml import Heading, RatesCompared, differences_xml
from settlement.interconnect.records.explained import (
    DIFFERENCES,
    Explained,
    Side,
    explain_records,
)
from settlement.interconnect.records.from_messages import from_messages
from settlement.interconnect.records.matched import Carried, Matched, Month, matched
from settlement.interconnect.records.our_records import our_records
from settlement.interconnect.records.record_frame import RECORDS
from settlement.interconnect.records.their_records import read_records
from settlement.interconnect.records.totals_xml import totals_xml
from settlement.interconnect.records.waterfall import Cause, Waterfall
from settlement.interconnect.traffic import Direction
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.periods.service import Period
from settlement.rating.runs import service as rating_runs
from tenants.column_files import keep_frame, read_frame, read_where
from tenants.directory.service import own_tenant
from tenants.principal import NUMBERS_READ
from tenants.session import TenantSession

MOST_BYTES = 256 * 1024 * 1024
MOST_SECONDS = 3600
MOST_LISTED = 200
# Lines that were left out of a comparison; since files are refused whole, none are.
REFUSED: Final = pl.Schema({"line": pl.Int64(), "reason": pl.String(), "content": pl.String()})
# As a rate of settlement is printed.
RATE_PLACES: Final = 6

log = structlog.get_logger()


class RecordsTooLarge(Invalid):
    """The file of records has more than {limit} bytes. Send the buckets that differ only."""


class ToleranceTooWide(Invalid):
    """A tolerance of {seconds} seconds is not usable. Choose 0 to {most} seconds."""


class NoRecordsReceived(Conflict):
    """No records under {agreement} for {period} have come in messages. Exchange totals first."""


class RateHalfTold(Invalid):
    """Their rate of exchange needs both priced_in, the currency of their prices, and their_rate
    above 0. Name both, or neither.
    """


class NoRateAgreed(Conflict):
    """Agreement {agreement} says nowhere by which rates prices in {currency} are converted. Agree a
    fixing, or leave priced_in and their_rate out.
    """


class NoSuchRecordComparison(NotFound):
    """There is no comparison of records {comparison}. Check the identifier."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare and how: starts may differ by the tolerance, clocks by what is declared.

    Where they turned prices in another currency into that of the agreement, `their_rate` is how
    much of it they took for one unit of `priced_in`.
    """

    agreement: str
    period: str
    tolerance_seconds: int = 2
    declared_minutes: int | None = None
    priced_in: str | None = None
    their_rate: Decimal | None = None


class Sides(NamedTuple):
    """What is compared; `received_sha256` is the stored file that theirs came in."""

    ours: pl.DataFrame
    theirs: pl.DataFrame
    received_sha256: str


class ComparedDirection(NamedTuple):
    """One direction: why the totals differ, and how many calls are of each class."""

    waterfall: Waterfall
    calls_ours: int
    calls_theirs: int
    classes: dict[RecordClass, int]


@dataclass(frozen=True, slots=True)
class RecordComparison:
    """The records of one month under one agreement, compared."""

    id: UUID
    carrier_id: UUID
    agreement_id: UUID
    period_id: UUID
    currency: str
    tolerance_seconds: int
    class_by: str
    refused: int
    compared_at: dt.datetime
    directions: tuple[ComparedDirection, ...]
    rates: RatesCompared | None = None


def answer(
    session: TenantSession, carrier_id: UUID, asked: Asked, content: bytes
) -> RecordComparison:
    """Take in a carrier's records as CSV and compare them with ours.

    Where a line is wrong nothing is taken in. Raises NotYourExchange, RecordsTooLarge,
    RecordsMisread, RecordsRefused and what `compare_exchanged` raises.
    """
    if len(content) > MOST_BYTES:
        raise RecordsTooLarge(limit=MOST_BYTES)
    agreement, period = _place(session, carrier_id, asked)
    theirs = read_records(content, Month(period.span.starts_at, period.span.ends_at))
    ours = _ours(session, agreement, period)
    sides = Sides(ours, theirs, session.files.put(content))
    return _compared(session, agreement, period, asked, sides)


def compare_exchanged(session: TenantSession, carrier_id: UUID, asked: Asked) -> RecordComparison:
    """Compare the records of the buckets that differ, as messages have brought them.

    Raises NoRecordsReceived, NotYourExchange, NoSuchAgreementBetweenUs, ToleranceTooWide,
    NoSuchPeriod and PeriodNotClosed.
    """
    agreement, period = _place(session, carrier_id, asked)
    both = recording.exchanged_records(session, agreement.agreement_id, period.id)
    if both.theirs.is_empty():
        raise NoRecordsReceived(agreement=asked.agreement, period=asked.period)
    ours, theirs = (from_messages(side) for side in both)
    if is_masked(agreement.policies):
        # Ours went out masked; whole ones of theirs would find no partner.
        theirs = masked(theirs)
    sides = Sides(ours, theirs, keep_frame(session.files, both.theirs))
    return _compared(session, agreement, period, asked, sides)


def comparisons(
    session: TenantSession, *, carrier_id: UUID | None = None
) -> list[RecordComparison]:
    """Comparisons of records, the newest first; a carrier's user sees its own."""
    rows = store.found(session, session.principal.party_id or carrier_id, MOST_LISTED)
    return [_told(session, row) for row in rows]


def comparison(session: TenantSession, comparison_id: UUID) -> RecordComparison:
    """One comparison; for a carrier's user, only its own. Raises NoSuchRecordComparison."""
    return _told(session, _row(session, comparison_id))


def differences(
    session: TenantSession, comparison_id: UUID, direction: Direction, cause: Cause
) -> pl.DataFrame:
    """The calls that a cause is about (`explained.DIFFERENCES`). Raises NoSuchRecordComparison.

    Numbers are whole for whom `_sees_numbers` says, who is logged, and masked for others (R123).
    """
    row = _row(session, comparison_id)
    wanted = [("direction", "=", direction), ("cause", "=", cause.value)]
    found = read_where(session.files, row.differences_sha256, wanted)
    return found if _sees_numbers(session, row) else masked(found)


def refused(session: TenantSession, comparison_id: UUID) -> pl.DataFrame:
    """The lines that an earlier comparison left out, with their reasons (`REFUSED`).

    What a cell says is masked for staff who may not see numbers: it may be one. Raises
    NoSuchRecordComparison.
    """
    row = _row(session, comparison_id)
    found = read_frame(session.files, row.refused_sha256)
    is_theirs = session.principal.party_id is not None
    return found if is_theirs or _sees_numbers(session, row) else masked(found, ["content"])


def xml_of(session: TenantSession, comparison_id: UUID) -> bytes:
    """The differences as XML, with numbers as `differences`. Raises NoSuchRecordComparison."""
    row = _row(session, comparison_id)
    if _sees_numbers(session, row):
        return session.files.get(row.xml_sha256)
    found = _told(session, row)
    explained = [
        Explained(
            each.waterfall.direction,
            Side(each.calls_ours, 0, Fraction(0)),
            Side(each.calls_theirs, 0, Fraction(0)),
            each.classes,
            each.waterfall,
        )
        for each in found.directions
    ]
    listed = masked(read_frame(session.files, row.differences_sha256).cast(DIFFERENCES))
    period = periods.period_by_id(session, row.period_id)
    agreement = _agreement(session, row.agreement_id, period)
    heading = _heading(session, agreement, period, row)
    return b"".join(differences_xml(heading, explained, listed))


def xml_of_totals(session: TenantSession, found: Reconciliation) -> bytes:
    """Why two declarations differ, as XML."""
    period = periods.period_by_id(session, found.period_id)
    agreement = _agreement(session, found.agreement_id, period)
    other = parties.party(session, found.carrier_id).name
    return totals_xml(found, own_tenant(session).legal_name, other, agreement.code, period.code)


def _sees_numbers(session: TenantSession, row: store.RecordComparisonRow) -> bool:
    """A carrier unless agreed otherwise, staff by its right; whoever does is logged."""
    principal = session.principal
    if principal.party_id is None:
        may = principal.may(NUMBERS_READ)
    else:
        period = periods.period_by_id(session, row.period_id)
        policies = _agreement(session, row.agreement_id, period).policies
        may = not is_masked(policies)
    if may:
        log.info("numbers shown", to=principal.name, comparison=str(row.id))
    return may


def _agreement(session: TenantSession, agreement_id: UUID, period: Period) -> Interconnect:
    """The last version of an agreement that holds in a period."""
    found = agreements.interconnects(session, period.month.starts_on, period.month.ends_on)
    own = [each for each in found if each.agreement_id == agreement_id]
    return max(own, key=lambda each: each.valid_from)


def _place(session: TenantSession, carrier_id: UUID, asked: Asked) -> tuple[Interconnect, Period]:
    own = session.principal.party_id
    if own is not None and own != carrier_id:
        raise NotYourExchange
    if not 0 <= asked.tolerance_seconds <= MOST_SECONDS:
        raise ToleranceTooWide(seconds=asked.tolerance_seconds, most=MOST_SECONDS)
    period = periods.closed_period(session, asked.period)
    found = [
        each
        for each in agreements.interconnects(session, period.month.starts_on, period.month.ends_on)
        if each.carrier_id == carrier_id and each.code == asked.agreement
    ]
    if not found:
        raise NoSuchAgreementBetweenUs(agreement=asked.agreement)
    return max(found, key=lambda each: each.valid_from), period


def _compared(
    session: TenantSession,
    agreement: Interconnect,
    period: Period,
    asked: Asked,
    sides: Sides,
) -> RecordComparison:
    ours, theirs = sides.ours, sides.theirs
    month = Month(period.span.starts_at, period.span.ends_at)
    carried = _carried(session, agreement, period)
    found = matched(ours, theirs, asked.tolerance_seconds, month, carried, asked.declared_minutes)
    chosen = in_force(agreement.policies, "interconnect")["class_by"]
    class_by: ClassBy = "start" if chosen == "start" else "seconds"
    rates = _rates(session, agreement, period, asked)
    fx = Fraction(1) if rates is None else Fraction(rates.ours) / Fraction(rates.theirs)
    explained, listed = explain_records(ours, theirs, found, agreement.currency, class_by, fx)
    left = _left(ours, theirs, found, month, asked.tolerance_seconds)
    row = store.RecordComparisonRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        carrier_id=agreement.carrier_id,
        agreement_id=agreement.agreement_id,
        period_id=period.id,
        currency=agreement.currency,
        tolerance_seconds=asked.tolerance_seconds,
        class_by=class_by,
        received_sha256=sides.received_sha256,
        refused=0,
        refused_sha256=keep_frame(session.files, pl.DataFrame(schema=REFUSED)),
        differences_sha256=keep_frame(session.files, listed),
        left_ours_sha256=keep_frame(session.files, left.ours),
        left_theirs_sha256=keep_frame(session.files, left.theirs),
        xml_sha256="",
        priced_in=None if rates is None else rates.priced_in,
        our_rate=None if rates is None else rates.ours,
        their_rate=None if rates is None else rates.theirs,
        compared_at=session.now(),
    )
    heading = _heading(session, agreement, period, row)
    row.xml_sha256 = _xml_kept(session, heading, explained, listed)
    store.add(
        session,
        row,
        [(each.waterfall, each.ours.calls, each.theirs.calls, each.classes) for each in explained],
    )
    return _told(session, row)


def _rates(
    session: TenantSession, agreement: Interconnect, period: Period, asked: Asked
) -> RatesCompared | None:
    """Our rate by the agreement's fixing beside theirs. Raises RateHalfTold or NoRateAgreed."""
    priced_in, theirs = asked.priced_in, asked.their_rate
    if priced_in is None and theirs is None:
        return None
    if priced_in is None or theirs is None or theirs <= 0:
        raise RateHalfTold
    if agreement.fixing is None:
        raise NoRateAgreed(agreement=agreement.code, currency=priced_in)
    table = currencies.rate_table(session, [agreement.fixing.source])
    one, last_day = money(1, priced_in), period.month.last_day
    converted = convert_by(one, agreement.currency, table, agreement.fixing, last_day)
    return RatesCompared(priced_in, converted.rate(RATE_PLACES), theirs)


def _heading(
    session: TenantSession, agreement: Interconnect, period: Period, row: store.RecordComparisonRow
) -> Heading:
    return Heading(
        writer=own_tenant(session).legal_name,
        other=parties.party(session, agreement.carrier_id).name,
        agreement=agreement.code,
        period=period.code,
        currency=agreement.currency,
        tolerance_seconds=row.tolerance_seconds,
        class_by=row.class_by,
        rates=_rates_of(row),
    )


def _ours(session: TenantSession, agreement: Interconnect, period: Period) -> pl.DataFrame:
    own = (pl.col("side") == "carrier") & (pl.col("agreement") == str(agreement.agreement_id))
    charges = rating_runs.some_rated_charges(session, period.id, own)
    usage = mediation.landed_usage(session, period.span.starts_at, period.span.ends_at)
    return our_records(charges, usage)


def _carried(session: TenantSession, agreement: Interconnect, period: Period) -> Carried:
    """What the month before left over at its end."""
    row = store.latest_before(session, agreement.agreement_id, period.month.starts_on)
    if row is None:
        return Carried()
    ours, theirs = (
        read_frame(session.files, sha256).cast(RECORDS)
        for sha256 in (row.left_ours_sha256, row.left_theirs_sha256)
    )
    return Carried(ours, theirs)


def _left(
    ours: pl.DataFrame, theirs: pl.DataFrame, found: Matched, month: Month, tolerance: int
) -> Carried:
    """What stands alone at the end of this month and may be told in the next."""
    ends = pl.col("started_at") + pl.duration(seconds=pl.col("seconds") + tolerance)
    sides = [
        side[alone.filter(pl.col("why") == "cut_off")["row"]].filter(ends >= month.ends_at)
        for side, alone in ((ours, found.alone_ours), (theirs, found.alone_theirs))
    ]
    return Carried(*sides)


def _xml_kept(
    session: TenantSession, heading: Heading, explained: list[Explained], listed: pl.DataFrame
) -> str:
    """Write the XML piece by piece and keep it."""
    folder = session.files.working_folder()
    path = folder / "differences.xml"
    with path.open("wb") as file:
        file.writelines(differences_xml(heading, explained, listed))
    sha256 = session.files.adopt(path)
    folder.rmdir()
    return sha256


def _row(session: TenantSession, comparison_id: UUID) -> store.RecordComparisonRow:
    row = store.by_id(session, comparison_id)
    own = session.principal.party_id
    if row is None or (own is not None and row.carrier_id != own):
        raise NoSuchRecordComparison(comparison=comparison_id)
    return row


def _told(session: TenantSession, row: store.RecordComparisonRow) -> RecordComparison:
    found = store.directions_of(session, row.id, row.currency)
    return RecordComparison(
        id=row.id,
        carrier_id=row.carrier_id,
        agreement_id=row.agreement_id,
        period_id=row.period_id,
        currency=row.currency,
        tolerance_seconds=row.tolerance_seconds,
        class_by=row.class_by,
        refused=row.refused,
        compared_at=row.compared_at,
        directions=tuple(ComparedDirection(*each) for each in found),
        rates=_rates_of(row),
    )


def _rates_of(row: store.RecordComparisonRow) -> RatesCompared | None:
    if row.priced_in is None or row.our_rate is None or row.their_rate is None:
        return None
    return RatesCompared(row.priced_in, row.our_rate, row.their_rate)
