"""A payee never sees what others are given, at whatever depth the terms say it."""

from settlement.tm_forum.seeing import payees_in, seen_by

TERMS = {
    "owner": "operator",
    "deductions": [{"name": "store fee", "rate": "0.1"}],
    "shares": [{"payee": "A", "rate": "0.5"}, {"payee": "B", "rate": "0.2"}],
    "rules": [{"name": "abroad", "shares": [{"payee": "B", "rate": "0.3"}, {"payee": "C"}]}],
}


def test_a_payee_sees_its_own_parts_at_every_depth():
    assert seen_by(TERMS, "B") == {
        "owner": "operator",
        "deductions": [{"name": "store fee", "rate": "0.1"}],
        "shares": [{"payee": "B", "rate": "0.2"}],
        "rules": [{"name": "abroad", "shares": [{"payee": "B", "rate": "0.3"}]}],
    }


def test_we_see_everything():
    assert seen_by(TERMS, None) == TERMS


def test_payees_are_found_at_every_depth():
    assert list(payees_in(TERMS)) == ["A", "B", "B", "C"]
