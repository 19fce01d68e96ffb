"""Put the lines of an invoice back to their periods and set them against what we expect.

Lines of the same destination, trunk and days are one; a line over the end of a month is one part in
each, its amount and quantities divided as our traffic of it is (by days, where we have none). Each
day of our traffic is claimed by one line only: one that names the trunk before one that does not,
then the one with the shortest service period, then the earlier. So what is billed twice, once for a
week and once for the month, shows as theirs. Traffic that no line claims, within the days invoiced,
is missing with the carrier.

Variance is theirs less ours; the tolerance, a share of ours or an amount, is inclusive (rule R53).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from currencies.money import EXACT
from settlement.interconnect.comparison import Agreement, Tolerance, is_accepted
from settlement.interconnect.supplier_invoices.invoice import SupplierLine
from settlement.interconnect.traffic import TrafficLine, total_amount

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """Lines of an invoice within one month, and what we expected for them.

    `lines` is how many lines of the invoice it stands for; 0 where only we have the traffic. An
    empty trunk is any. What the carrier did not count is None.
    """

    destination: str
    trunk: str
    starts_on: date
    until: date
    lines: int
    calls: int | None
    seconds: int | None
    amount: Decimal
    expected_calls: int
    expected_seconds: int
    expected_amount: Decimal
    agreement: Agreement

    @property
    def variance(self) -> Decimal:
        """Theirs less ours."""
        return EXACT.subtract(self.amount, self.expected_amount)

    @property
    def month(self) -> date:
        """The first day of the month it is put back to."""
        return self.starts_on.replace(day=1)


def checked(
    lines: Iterable[SupplierLine], expected: Sequence[TrafficLine], tolerance: Tolerance
) -> list[CheckedLine]:
    """Every line of the invoice against our traffic, and our traffic that is on none of them.

    `expected` are outgoing lines, one for each day, trunk and destination. In the order of months,
    destinations and trunks.
    """
    merged = _merged(lines)
    claims, unclaimed = _claimed(merged, expected)
    found = [
        part
        for (line, count), mine in zip(merged, claims, strict=True)
        for part in _parts(line, count, mine, tolerance)
    ]
    if merged:
        first = min(line.starts_on for line, _ in merged)
        until = max(line.until for line, _ in merged)
        found += _not_invoiced([each for each in unclaimed if first <= each.day < until])
    return sorted(found, key=_place)


def _place(line: CheckedLine) -> tuple[date, str, str, date, date]:
    return line.month, line.destination, line.trunk, line.starts_on, line.until


def _merged(lines: Iterable[SupplierLine]) -> list[tuple[SupplierLine, int]]:
    """Lines that are about the same as one, with how many they are."""
    groups: dict[tuple[str, str, date, date], list[SupplierLine]] = {}
    for line in lines:
        key = (line.destination.casefold(), line.trunk, line.starts_on, line.until)
        groups.setdefault(key, []).append(line)
    return [(_together(group), len(group)) for group in groups.values()]


def _together(group: list[SupplierLine]) -> SupplierLine:
    amount = Decimal(0)
    for line in group:
        amount = EXACT.add(amount, line.amount)
    calls = [line.calls for line in group if line.calls is not None]
    seconds = [line.seconds for line in group if line.seconds is not None]
    return replace(
        group[0],
        amount=amount,
        calls=sum(calls) if len(calls) == len(group) else None,
        seconds=sum(seconds) if len(seconds) == len(group) else None,
    )


def _claimed(
    merged: list[tuple[SupplierLine, int]], expected: Sequence[TrafficLine]
) -> tuple[list[list[TrafficLine]], list[TrafficLine]]:
    """Our traffic by the line that claims it, and what none claims."""
    claims: list[list[TrafficLine]] = [[] for _ in merged]
    unclaimed: list[TrafficLine] = []
    order = sorted(range(len(merged)), key=lambda place: _breadth(merged[place][0]))
    for ours in expected:
        place = next((each for each in order if _covers(merged[each][0], ours)), None)
        (unclaimed if place is None else claims[place]).append(ours)
    return claims, unclaimed


def _breadth(line: SupplierLine) -> tuple[bool, timedelta, int]:
    return not line.trunk, line.until - line.starts_on, line.line


def _covers(line: SupplierLine, ours: TrafficLine) -> bool:
    return (
        line.starts_on <= ours.day < line.until
        and line.trunk in ("", ours.trunk)
        and line.destination.casefold() == ours.destination.casefold()
    )


def _parts(
    line: SupplierLine, count: int, ours: list[TrafficLine], tolerance: Tolerance
) -> list[CheckedLine]:
    """The line, a part for each month it touches."""
    spans = _months(line.starts_on, line.until)
    mine = [[each for each in ours if first <= each.day < until] for first, until in spans]
    weights = [Fraction(total_amount(each)) for each in mine]
    if any(weight < 0 for weight in weights) or not sum(weights):
        weights = [Fraction((until - first).days) for first, until in spans]
    scale = max(0, -int(line.amount.as_tuple().exponent))
    amounts = [
        Decimal(units).scaleb(-scale) for units in _spread(int(line.amount.scaleb(scale)), weights)
    ]
    calls, seconds = _spread_or_none(line.calls, weights), _spread_or_none(line.seconds, weights)
    return [
        _judged(
            CheckedLine(
                destination=line.destination,
                trunk=line.trunk,
                starts_on=first,
                until=until,
                lines=count,
                calls=calls[place],
                seconds=seconds[place],
                amount=amounts[place],
                expected_calls=sum(each.calls for each in mine[place]),
                expected_seconds=sum(each.billed_seconds for each in mine[place]),
                expected_amount=total_amount(mine[place]),
                agreement=Agreement.EXACT,
            ),
            tolerance,
        )
        for place, (first, until) in enumerate(spans)
    ]


def _months(first: date, until: date) -> list[tuple[date, date]]:
    """The days [first, until) cut at the first of each month."""
    spans = []
    while first < until:
        following = (first.replace(day=1) + 32 * ONE_DAY).replace(day=1)
        spans.append((first, min(following, until)))
        first = following
    return spans


def _spread(whole: int, weights: Sequence[Fraction]) -> list[int]:
    """A whole number by weights, what is given so far always rounded down; parts add up to it."""
    total, so_far, given, parts = sum(weights), Fraction(0), 0, []
    for weight in weights:
        so_far += weight
        due = int(whole * so_far / total)
        parts.append(due - given)
        given = due
    return parts


def _spread_or_none(whole: int | None, weights: Sequence[Fraction]) -> Sequence[int | None]:
    return [None] * len(weights) if whole is None else _spread(whole, weights)


def _judged(line: CheckedLine, tolerance: Tolerance) -> CheckedLine:
    return replace(line, agreement=_agreement(line, tolerance))


def _agreement(line: CheckedLine, tolerance: Tolerance) -> Agreement:
    if not line.expected_calls:
        return Agreement.MISSING_OURS
    said = ((line.calls, line.expected_calls), (line.seconds, line.expected_seconds))
    if not line.variance and all(theirs in (None, ours) for theirs, ours in said):
        return Agreement.EXACT
    if is_accepted(line.expected_amount, line.amount, tolerance):
        return Agreement.WITHIN_TOLERANCE
    return Agreement.OUT_OF_TOLERANCE


def _not_invoiced(unclaimed: list[TrafficLine]) -> list[CheckedLine]:
    groups: dict[tuple[date, str, str], list[TrafficLine]] = {}
    for each in unclaimed:
        key = (each.day.replace(day=1), each.destination, each.trunk)
        groups.setdefault(key, []).append(each)
    return [
        CheckedLine(
            destination=destination,
            trunk=trunk,
            starts_on=min(each.day for each in group),
            until=max(each.day for each in group) + ONE_DAY,
            lines=0,
            calls=None,
            seconds=None,
            amount=Decimal(0),
            expected_calls=sum(each.calls for each in group),
            expected_seconds=sum(each.billed_seconds for each in group),
            expected_amount=total_amount(group),
            agreement=Agreement.MISSING_THEIRS,
        )
        for (_, destination, trunk), group in groups.items()
    ]


@dataclass(frozen=True, slots=True)
class CheckedInvoice:
    """A carrier's invoice as it was taken in and checked, without its lines."""

    id: UUID
    carrier_id: UUID
    agreement: str
    number: str
    issued_on: date
    currency: str
    amount: Decimal
    expected_amount: Decimal
    tolerance: Decimal
    tolerance_amount: Decimal | None
    verdict: Agreement
    sha256: str
    checked_at: datetime

    @property
    def variance(self) -> Decimal:
        """Theirs less ours."""
        return EXACT.subtract(self.amount, self.expected_amount)


def sums(lines: Iterable[CheckedLine]) -> tuple[Decimal, Decimal]:
    """What the lines ask for and what was expected, exactly."""
    amount = expected = Decimal(0)
    for line in lines:
        amount = EXACT.add(amount, line.amount)
        expected = EXACT.add(expected, line.expected_amount)
    return amount, expected


def verdict_on(lines: Sequence[CheckedLine], tolerance: Tolerance) -> Agreement:
    """The invoice as a whole: by its sums, and never exact while a line is not."""
    if all(line.agreement is Agreement.EXACT for line in lines):
        return Agreement.EXACT
    amount, expected = sums(lines)
    if is_accepted(expected, amount, tolerance):
        return Agreement.WITHIN_TOLERANCE
    return Agreement.OUT_OF_TOLERANCE
