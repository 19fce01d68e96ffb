"""A draft beside the version it follows: every place that differs, and no other."""

from settlement.amendments.beside import Changed, changes

BEFORE = {
    "owner": "operator",
    "shares": [{"payee": "label", "rate": "0.5"}, {"payee": "agency", "rate": "0.1"}],
    "notice_days": 30,
}


def test_terms_that_stay_change_nothing() -> None:
    assert changes(BEFORE, dict(BEFORE)) == []


def test_what_is_other_new_or_gone_is_told_by_its_place() -> None:
    after = {
        "owner": "operator",
        "shares": [{"payee": "label", "rate": "0.6"}],
        "complete": False,
        "notice_days": 30,
    }

    assert changes(BEFORE, after) == [
        Changed("complete", None, "False"),
        Changed("shares 1 rate", "0.5", "0.6"),
        Changed("shares 2 payee", "agency", None),
        Changed("shares 2 rate", "0.1", None),
    ]


def test_the_tenth_comes_after_the_ninth() -> None:
    products = [f"P{number}" for number in range(1, 12)]

    found = changes({"products": products[:1]}, {"products": products})

    assert [each.place for each in found] == [f"products {number}" for number in range(2, 12)]
