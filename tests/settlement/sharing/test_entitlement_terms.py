"""Terms with tiers, promises, amounts for units and rules: read strictly, written back."""

from typing import Any

import pytest

from i18n.errors import DomainError
from settlement.agreements.share_parts import RateOutOfRange, TiersUnordered
from settlement.agreements.sharing_terms import (
    OwnerPromised,
    PayeeTwice,
    SharedTwice,
    SharesOverWhole,
    terms_from_plain,
    terms_to_plain,
)
from settlement.catalogue.plain_values import UnknownKey, WrongValue

STUDIO = [{"payee": "studio", "rate": "0.5"}]
RULE = {"name": "young", "segments": ["young"], "shares": [{"payee": "studio", "rate": "0.7"}]}


def tiers(*steps: tuple[str | None, str]) -> list[dict[str, Any]]:
    written = [{"rate": rate} | ({"up_to": up_to} if up_to else {}) for up_to, rate in steps]
    return [{"payee": "studio", "tiers": written}]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"shares": tiers(("10", "0.5"))}, TiersUnordered),
        ({"shares": tiers((None, "0.5"), (None, "0.6"))}, TiersUnordered),
        ({"shares": tiers(("20", "0.5"), ("10", "0.6"), (None, "0.7"))}, TiersUnordered),
        ({"shares": tiers(("0", "0.5"), (None, "0.6"))}, TiersUnordered),
        ({"shares": tiers(("10", "0.5"), (None, "1.6"))}, RateOutOfRange),
        (
            {"shares": [*tiers(("10", "0.5"), (None, "0.6")), {"payee": "a", "rate": "0.5"}]},
            SharesOverWhole,
        ),
        ({"shares": [STUDIO[0] | {"tiers": [{"rate": "0.5"}]}]}, WrongValue),
        ({"chain": tiers((None, "0.5"))}, UnknownKey),
        ({"guarantees": [{"payee": "operator", "amount": "1"}]}, OwnerPromised),
        ({"guarantees": [{"payee": "studio", "amount": "-1"}]}, WrongValue),
        ({"caps": [{"payee": "studio", "amount": "1", "period": "week"}]}, WrongValue),
        ({"fees": [{"payee": "studio", "amount": "1"}] * 2}, PayeeTwice),
        ({"units": [{"payee": "studio", "amount": "1", "per": "second"}]}, WrongValue),
        ({"rules": [RULE, RULE]}, PayeeTwice),
        ({"rules": [{"name": "empty", "segments": ["young"]}]}, SharedTwice),
        ({"rules": [RULE | {"tarifs": ["gold"]}]}, UnknownKey),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(
    wrong: dict[str, Any], error: type[DomainError]
) -> None:
    shares = {} if "chain" in wrong else {"shares": STUDIO}

    with pytest.raises(error):
        terms_from_plain({"owner": "operator", **shares, **wrong})


def test_a_fee_alone_is_an_agreement_and_nothing_at_all_is_none() -> None:
    fee = {"owner": "operator", "fees": [{"payee": "studio", "amount": "31.00"}]}

    assert terms_from_plain(fee).everybody() == ["studio", "operator"]
    with pytest.raises(SharedTwice):
        terms_from_plain({"owner": "operator"})


def test_what_is_not_said_is_not_written_so_old_terms_keep_their_digest() -> None:
    plain = {"owner": "operator", "shares": STUDIO}

    assert terms_to_plain(terms_from_plain(plain)) == plain


def test_rules_with_amounts_for_units_are_written_as_they_were_read() -> None:
    units = [{"payee": "studio", "amount": "0.05", "per": "minute"}]
    abroad = {"name": "abroad", "destinations": ["49"], "territories": ["DE"], "units": units}
    plain = {"owner": "operator", "shares": STUDIO, "rules": [RULE, abroad]}

    assert terms_to_plain(terms_from_plain(plain)) == plain
