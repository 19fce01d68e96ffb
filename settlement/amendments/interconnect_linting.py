"""What is wrong with a draft of an interconnect agreement, each fault with a call that shows it."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from i18n.errors import DomainError
from settlement.agreements.partner_terms import InterconnectTerms, interconnect_terms_from_plain
from settlement.amendments.amendment import Drafted, Kind
from settlement.amendments.finding import UNREADABLE, Example, Finding

MINUTE: Final = "60"


@dataclass(frozen=True, slots=True)
class Network:
    """What a draft is looked at against.

    `kind` and `party` are of whom it is with; `tariffs` has the currency of each published tariff,
    `tax_inside` names those with prices that include tax, and `held` the other agreement that has a
    trunk on some day of the draft.
    """

    party: str
    kind: str
    tariffs: Mapping[str, str]
    held: Mapping[str, str]
    tax_inside: Set[str] = frozenset()


def faults_of_interconnect(drafted: Drafted, about: Network) -> list[Finding]:
    """All faults of a draft, errors first. The end of an agreement has no terms to be wrong."""
    if drafted.kind is Kind.END:
        return []
    try:
        terms = interconnect_terms_from_plain(drafted.terms, drafted.code)
    except DomainError as fault:
        return [Finding(UNREADABLE, error=fault)]
    found = [*_carrier(drafted, about), *_tariffs(drafted, terms, about), *_trunks(drafted, about)]
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


def _call(drafted: Drafted, **more: str) -> Example:
    """A call of a minute on the first day."""
    return Example({"day": drafted.valid_from.isoformat(), "seconds": MINUTE} | more)
