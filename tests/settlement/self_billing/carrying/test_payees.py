"""Who is still paid under an agreement, whatever it is paid for."""

from settlement.self_billing.carrying.payees import payees


def test_whoever_is_promised_anything_is_under_terms_still() -> None:
    terms = {
        "owner": "operator",
        "shares": [{"payee": "studio", "rate": "0.5"}],
        "guarantees": [{"payee": "label", "amount": "10.00"}],
        "units": [{"payee": "arcade", "amount": "0.05"}],
        "rules": [
            {"name": "young", "segments": ["young"], "chain": [{"payee": "shop", "rate": "1"}]}
        ],
    }

    assert payees([terms]) == {"studio", "label", "arcade", "shop"}
