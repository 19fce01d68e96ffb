"""What is wrong with a bundle: weights by which its price cannot be shared out, or not as meant.

Its example is a charge of the bundle, and what each component gets of it by the very rule that
charges (`bundle.shared_out`, rule R35).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from currencies.money import money, plain
from i18n.errors import Invalid
from settlement.catalogue.bundle import Component, shared_out
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.lint.tariff_lint import for_example

# Ten of any currency are whole minor units, and show how a price is shared out.
AMOUNT: Final = "10"
NOBODY: Final = "nobody"


class BundleUnsound(Invalid):
    """Bundle {bundle} has {count} faults; the first: {first}. Correct them, then add it."""


def lint_bundle(
    code: str, components: Sequence[Component], services: Mapping[str, str], currency: str
) -> list[Finding]:
    """Look at the components of a bundle; `services` are those of the products that they name."""
    return [
        Finding(fault, code, fields, _charge(code, components, currency))
        for fault, fields in _faults(components, services)
    ]


def refuse_unsound_bundle(code: str, findings: Iterable[Finding]) -> None:
    """Raise BundleUnsound where there is an error among the findings."""
    errors = [each for each in findings if each.level == "error"]
    if errors:
        raise BundleUnsound(bundle=code, count=len(errors), first=for_example(errors[0]))


def _faults(
    components: Sequence[Component], services: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    named = [each.product for each in components]
    for product in dict.fromkeys(named):
        if named.count(product) > 1:
            yield "COMPONENT_TWICE", {"component": product}
        if services[product] == "bundle":
            yield "COMPONENT_IS_BUNDLE", {"component": product}
    if not any(each.weight for each in components):
        yield "BUNDLE_SHARES_NOTHING", {}
        return
    for each in components:
        if not each.weight:
            yield "COMPONENT_WITHOUT_WEIGHT", {"component": each.product}


def _charge(code: str, components: Sequence[Component], currency: str) -> dict[str, str]:
    amount = f"{AMOUNT} {currency}"
    shares = NOBODY
    if any(each.weight for each in components):
        parts = shared_out(money(amount), components)
        shares = ", ".join(f"{product} {plain(part.amount)}" for product, part in parts)
    return {"service": "bundle", "product": code, "amount": amount, "shares": shares}
