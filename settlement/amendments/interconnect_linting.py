"""What is wrong with a draft of an interconnect agreement, each fault with a call that shows it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from i18n.errors import DomainError
from settlement.agreements.partner_terms import InterconnectTerms, interconnect_terms_from_plain
from settlement.amendments.amendment import Drafted, Kind
from settlement.amendments.carried_days import (
    Span,
    day_outside,
    first_day_without,
    gaps_beside,
    unpriced_beginning,
)
from settlement.amendments.finding import UNREADABLE, Example, Finding

MINUTE: Final = "60"


@dataclass(frozen=True, slots=True)
class Network:
    """What a draft is looked at against.

    `kind` and `party` are of whom it is with; `tariffs` has the currency of each published tariff,
    `tax_inside` names those with prices that include tax, and `held` the other agreement that has a
    trunk on some day of the draft. `holds` are the days of each tariff's versions, `prefixes` those
    by which a tariff prices calls, and `beside` the days of the agreement's other versions.
    `unvalued` names the source that quotes no rate to the tenant's own currency.
    """

    party: str
    kind: str
    tariffs: Mapping[str, str]
    held: Mapping[str, str]
    tax_inside: Set[str] = frozenset()
    holds: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    prefixes: Mapping[str, Set[str]] = field(default_factory=dict)
    beside: Sequence[Span] = ()
    unvalued: Mapping[str, str] = field(default_factory=dict)


def faults_of_interconnect(drafted: Drafted, about: Network) -> list[Finding]:
    """All faults of a draft, errors first. The end of an agreement has no terms to be wrong."""
    if drafted.kind is Kind.END:
        return []
    try:
        terms = interconnect_terms_from_plain(drafted.terms, drafted.code)
    except DomainError as fault:
        return [Finding(UNREADABLE, error=fault)]
    found = [
        *_carrier(drafted, about),
        *_tariffs(drafted, terms, about),
        *_trunks(drafted, about),
        *_days(drafted, terms, about),
        *_prices(drafted, terms, about),
        *_deals(drafted, terms, about),
    ]
    return sorted(found, key=lambda finding: finding.level)


def _carrier(drafted: Drafted, about: Network) -> Iterator[Finding]:
    if about.kind != "carrier":
        yield Finding("NOT_A_CARRIER", {"party": about.party}, _call(drafted))


def _tariffs(drafted: Drafted, terms: InterconnectTerms, about: Network) -> Iterator[Finding]:
    """A call in a direction whose tariff is not there, not in its currency or not net."""
    for direction, tariff in terms.tariffs().items():
        shown = _call(drafted, direction=direction)
        currency = about.tariffs.get(tariff)
        if currency is None:
            yield Finding("TARIFF_UNKNOWN", {"tariff": tariff}, shown)
        elif currency != drafted.currency:
            said = {"tariff": tariff, "currency": currency, "agreed": drafted.currency}
            yield Finding("TARIFF_CURRENCY", said, shown)
        if tariff in about.tax_inside:
            yield Finding("TARIFF_TAX_INSIDE", {"tariff": tariff}, shown)


def _trunks(drafted: Drafted, about: Network) -> Iterator[Finding]:
    """A call over a trunk that is another agreement's at the same time, or over none."""
    for trunk in drafted.trunks:
        if trunk in about.held:
            said = {"trunk": trunk, "other": about.held[trunk]}
            yield Finding("TRUNK_HELD", said, _call(drafted, trunk=trunk))
    if not drafted.trunks:
        yield Finding("NO_TRUNK", {"code": drafted.code}, _call(drafted))


def _days(drafted: Drafted, terms: InterconnectTerms, about: Network) -> Iterator[Finding]:
    """A call on a day without terms, or on one without a version of its tariff."""
    days = drafted.valid_from, drafted.valid_until
    for starts, ends in gaps_beside(days, about.beside):
        said = {"code": drafted.code, "gap_from": starts.isoformat(), "gap_until": ends.isoformat()}
        yield Finding("DAYS_WITHOUT_TERMS", said, _call(drafted, day=starts.isoformat()))
    for direction, tariff in terms.tariffs().items():
        day = first_day_without(days, about.holds[tariff]) if tariff in about.holds else None
        if day is not None:
            shown = _call(drafted, day=day.isoformat(), direction=direction)
            yield Finding("TARIFF_NOT_HELD", {"tariff": tariff, "on": day.isoformat()}, shown)


def _prices(drafted: Drafted, terms: InterconnectTerms, about: Network) -> Iterator[Finding]:
    """A call of ours that has no price, and one of which no value can be told at home."""
    prefix = unpriced_beginning(about.prefixes.get(terms.outgoing or "", {""}))
    if terms.outgoing is not None and prefix is not None:
        shown = _call(drafted, direction="outgoing", destination=prefix)
        yield Finding("NO_DEFAULT_PRICE", {"tariff": terms.outgoing, "prefix": prefix}, shown)
    if about.unvalued:
        said = {"currency": drafted.currency, **about.unvalued}
        yield Finding("NO_RATE", said, _call(drafted))


def _deals(drafted: Drafted, terms: InterconnectTerms, about: Network) -> Iterator[Finding]:
    """A call that a promise can never count: on a day without the agreement, or of no traffic."""
    spans = [*about.beside, (drafted.valid_from, drafted.valid_until)]
    for deal in terms.deals:
        day = day_outside(deal, spans)
        if day is not None:
            said = {"deal": deal.code, "code": drafted.code, "on": day.isoformat()}
            yield Finding("DEAL_OUTSIDE", said, _call(drafted, day=day.isoformat()))
        for direction in deal.promises:
            if direction not in terms.tariffs():
                said = {"deal": deal.code, "code": drafted.code}
                yield Finding("DEAL_UNREACHABLE", said, _call(drafted, direction=direction))


def _call(drafted: Drafted, **more: str) -> Example:
    """A call of a minute on the first day."""
    return Example({"day": drafted.valid_from.isoformat(), "seconds": MINUTE} | more)
