"""Every fault of a bundle comes with a charge, and with who gets what of it (R35)."""

from decimal import Decimal

import pytest

from settlement.catalogue.bundle import Component
from settlement.catalogue.lint.bundles import BundleUnsound, lint_bundle, refuse_unsound_bundle
from settlement.catalogue.lint.finding import Finding

# Every code that is raised below.
SHOWN = {
    "BUNDLE_SHARES_NOTHING",
    "COMPONENT_IS_BUNDLE",
    "COMPONENT_TWICE",
    "COMPONENT_WITHOUT_WEIGHT",
}
SERVICES = {"line": "fee", "film": "content", "pack": "bundle"}


def linted(*weights: tuple[str, str], currency: str = "PLN") -> list[Finding]:
    parts = [Component(product, Decimal(weight)) for product, weight in weights]
    return lint_bundle("all", parts, SERVICES, currency)


@pytest.mark.parametrize(
    ("weights", "found", "shares"),
    [
        ([], ["BUNDLE_SHARES_NOTHING"], "nobody"),
        ([("line", "0"), ("film", "0")], ["BUNDLE_SHARES_NOTHING"], "nobody"),
        ([("line", "1"), ("film", "0")], ["COMPONENT_WITHOUT_WEIGHT"], "line 10, film 0"),
        ([("line", "1"), ("line", "2")], ["COMPONENT_TWICE"], "line 3.33, line 6.67"),
        ([("pack", "1"), ("film", "2")], ["COMPONENT_IS_BUNDLE"], "pack 3.33, film 6.67"),
        ([("line", "0.5"), ("film", "2")], [], None),
    ],
)
def test_the_charge_of_a_fault_shows_who_gets_what(
    weights: list[tuple[str, str]], found: list[str], shares: str | None
) -> None:
    findings = linted(*weights)

    assert [each.code for each in findings] == found
    for each in findings:
        assert each.event == {
            "service": "bundle",
            "product": "all",
            "amount": "10 PLN",
            "shares": shares,
        }


def test_shares_are_whole_minor_units_of_the_currency() -> None:
    (finding,) = linted(("line", "1"), ("line", "2"), currency="JPY")

    assert finding.event["shares"] == "line 3, line 7"


def test_an_error_refuses_and_tells_its_charge_and_a_warning_does_not() -> None:
    refuse_unsound_bundle("all", linted(("line", "1"), ("film", "0")))

    with pytest.raises(BundleUnsound, match="pack is a bundle itself.*shares pack 10"):
        refuse_unsound_bundle("all", linted(("pack", "1")))
