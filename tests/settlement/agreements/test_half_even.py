"""Half to even is agreed where no half is rounded, and refused by name where one is (R90)."""

import pytest

from settlement.agreements.half_even import HalfEvenNotKept, require_half_kept
from settlement.agreements.sharing_terms import terms_from_plain

SHARES = {"owner": "us", "shares": [{"payee": "a", "rate": "0.5"}]}
CHAIN = {"owner": "us", "chain": [{"payee": "a", "rate": "0.3"}, {"payee": "b", "rate": "0.2"}]}
HALF_EVEN = {"rounding": "half_even"}


@pytest.mark.parametrize(
    "terms",
    [SHARES, CHAIN | {"chain_rounding": "leaves"}, SHARES | {"credit_risk": "shared"}],
)
def test_what_is_split_by_largest_remainder_rounds_no_half(terms: dict[str, object]) -> None:
    require_half_kept(HALF_EVEN, terms_from_plain(terms), "agreement A")


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        (CHAIN, "chain"),
        (SHARES | {"deductions": [{"name": "store", "rate": "0.15"}]}, "deductions"),
        (SHARES | {"rounding_level": "event"}, "rounding_level"),
        (SHARES | {"share_base": "higher_of"}, "share_base"),
        (SHARES | {"trial_base": "list"}, "trial_base"),
        (SHARES | {"pays": "when_paid"}, "pays"),
    ],
)
def test_what_rounds_halves_up_is_named(terms: dict[str, object], named: str) -> None:
    with pytest.raises(HalfEvenNotKept, match=rf"its {named} are always rounded half up"):
        require_half_kept(HALF_EVEN, terms_from_plain(terms), "agreement A")
    require_half_kept({"rounding": "half_up"}, terms_from_plain(terms), "agreement A")
    require_half_kept(None, terms_from_plain(terms), "agreement A")


def test_commissions_are_rounded_half_up() -> None:
    with pytest.raises(HalfEvenNotKept, match="its commissions are"):
        require_half_kept(HALF_EVEN, None, "agreement A")
