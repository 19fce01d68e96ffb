"""What a closed month credited beside the split of its revenue, planted right or wrong by a cent.

Each takes the amount that the partner or agent is credited; the tenant bears it.
"""

import json
from typing import Any

from tests.settlement.books import ADDRESS
from tests.settlement.insight.builders import Intruder, an_id

CLOSED = {
    "status": "closed", "code": "2026-10", "starts_on": "2026-10-01", "ends_on": "2026-11-01",
    "closed_at": "2026-11-02T12:00:00Z", "closed_by": "ana",
}  # fmt: skip
HALF = [{"payee": "label", "rate": "0.5"}]
OF = {"agreement_id": an_id("a"), "terms_id": an_id("t"), "period_id": an_id("p")}


def agreed(intruder: Intruder, kind: str = "revenue_share", **terms: Any) -> None:
    """A closed October, and an agreement with the partner (or agent) called label."""
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant(
        "parties", id=an_id("label"), code="label", kind="partner", address=json.dumps(ADDRESS)
    )
    intruder.plant(
        "agreements", id=an_id("a"), code="A-1", kind=kind, party_id=an_id("label"), policies="{}"
    )
    intruder.plant(
        "terms", id=an_id("t"), agreement_id=an_id("a"), valid_from="2026-10-01",
        terms=json.dumps(terms),
    )  # fmt: skip


def shared(intruder: Intruder, base: str, label: str, ours: str, fraction: str = "0/1") -> None:
    """The revenue of the month, as its split gave it."""
    steps = [{"payee": "label", "amount": label}, {"payee": "operator", "amount": ours}]
    for position, (party, amount) in enumerate([(an_id("label"), label), (None, ours)]):
        intruder.plant(
            "shares", id=an_id(f"share {position}"), cause="share", position=position, gross=base,
            base=base, amount=amount, party_id=party, product="song", steps=json.dumps(steps),
            fraction=fraction, **OF,
        )  # fmt: skip


def credited(intruder: Intruder, cause: str, amount: str, *steps: Any, **facts: Any) -> None:
    """A credit of the partner, and ours that bears it."""
    for position, (party, sign) in enumerate([(an_id("label"), ""), (None, "-")]):
        given = f"{sign}{amount}".replace("--", "")
        intruder.plant(
            "shares", id=an_id(f"{cause} {position}"), cause=cause, position=position,
            amount=given, party_id=party, steps=json.dumps(steps), fraction="0/1", level=1,
            **OF | {"product": "", "rule": ""} | facts,
        )  # fmt: skip


def of_a_tier(intruder: Intruder, amount: str) -> None:
    """R45: 12,000.00, half up to 10,000.00, then 60 % of all: 7,200.00, of which 6,000.00 were."""
    tiers = [{"up_to": "10000", "rate": "0.5"}, {"rate": "0.6"}]
    shares = [{"payee": "label", "tiers": tiers}]
    agreed(intruder, owner="operator", shares=shares, tier_kind="retroactive")
    shared(intruder, "12000.00", "6000.00", "6000.00")
    credited(intruder, "tier", amount)


def of_a_guarantee(intruder: Intruder, amount: str) -> None:
    """R46: 1,000.00 are promised for the month, 600.00 earned."""
    promised = [{"payee": "label", "amount": "1000.00"}]
    agreed(intruder, owner="operator", shares=HALF, guarantees=promised)
    shared(intruder, "1200.00", "600.00", "600.00")
    credited(intruder, "guarantee", amount)


def of_an_advance(intruder: Intruder, amount: str) -> None:
    """R46: an advance of 1,000.00 keeps back all of the 600.00 earned."""
    paid = [{"payee": "label", "amount": "1000.00", "period": "term"}]
    agreed(intruder, owner="operator", shares=HALF, advances=paid)
    shared(intruder, "1200.00", "600.00", "600.00")
    credited(intruder, "advance", amount)


def of_a_cap(intruder: Intruder, amount: str) -> None:
    """Of 600.00 earned a cap leaves 500.00."""
    agreed(intruder, owner="operator", shares=HALF, caps=[{"payee": "label", "amount": "500.00"}])
    shared(intruder, "1200.00", "600.00", "600.00")
    credited(intruder, "cap", amount)


def of_a_fee(intruder: Intruder, amount: str) -> None:
    """A flat fee of 100.00 a month."""
    agreed(intruder, owner="operator", shares=HALF, fees=[{"payee": "label", "amount": "100.00"}])
    credited(intruder, "fee", amount)


def of_units(intruder: Intruder, amount: str) -> None:
    """0.05 for each of a hundred events."""
    agreed(intruder, owner="operator", units=[{"payee": "label", "amount": "0.05"}], shares=HALF)
    told = {"fact": "event", "money": "0.05", "count": "100"}
    credited(intruder, "unit", amount, told, product="song")


def sold(intruder: Intruder, *numbers: str, **facts: Any) -> None:
    """Contracts of October that label sold, as is known since."""
    for number in numbers:
        contract = an_id(f"contract {number}")
        dated = {"valid_from": "2026-10-01", "valid_until": None} | facts
        intruder.plant("contracts", id=contract, number=number, policies="{}", **dated)
        intruder.plant(
            "contract_agents", contract_id=contract, agent_id=an_id("label"),
            valid_from="2026-10-01", recorded_at="2026-10-01T12:00:00Z",
        )  # fmt: skip


def charged(intruder: Intruder, number: str, amount: str, period: str = "p") -> None:
    """What the customer of a contract is charged for songs."""
    intruder.plant(
        "charge_lines", id=an_id(f"charge {number} {period}"), side="customer", product="song",
        contract_id=an_id(f"contract {number}"), amount=amount, period_id=an_id(period),
        direction="receivable",
    )  # fmt: skip


def of_a_commission(intruder: Intruder, amount: str) -> None:
    """A tenth of the 200.00 that customers are charged."""
    agreed(intruder, "commission", rates=[{"levels": ["0.10"]}])
    sold(intruder, "1", "2")
    charged(intruder, "1", "120.00")
    charged(intruder, "2", "80.00")
    told = {"fact": "commission_base", "money": "200.00", "level": "1", "count": "2"}
    credited(intruder, "commission", amount, told, product="song")


def of_a_base(intruder: Intruder, charge: str) -> None:
    """A tenth of 200.00, as the credit tells it, of what customers were charged."""
    agreed(intruder, "commission", rates=[{"levels": ["0.10"]}])
    sold(intruder, "1")
    charged(intruder, "1", charge)
    told = {"fact": "commission_base", "money": "200.00", "level": "1", "count": "1"}
    credited(intruder, "commission", "20.00", told, product="song")


def of_new_contracts(intruder: Intruder, amount: str) -> None:
    """20.00 for each of two new contracts."""
    agreed(intruder, "commission", per_contract=["20.00"])
    sold(intruder, "1", "2")
    told = {"fact": "new_contract", "money": "20.00", "level": "1"}
    credited(intruder, "new_contract", amount, told | {"contract": "1"}, told | {"contract": "2"})


def of_what_was_known(intruder: Intruder, amount: str) -> None:
    """A new contract for 20.00, and a tenth of its 100.00 beside; all else became known later.

    That is: the contract ended after a day, another one had begun too, 30.00 more were charged in
    November, and the agent's superior had sold a third.
    """
    agreed(intruder, "commission", per_contract=["20.00"], clawback_months=6,
           rates=[{"levels": ["0.10"]}])  # fmt: skip
    sold(intruder, "1", "2", valid_until="2026-10-02")
    sold(intruder, "3")
    for number, before in (("1", {"valid_until": None}), ("2", None)):
        intruder.plant(
            "audit_log", id=an_id(f"known {number}"), object="contracts",
            object_id=str(an_id(f"contract {number}")), at="2026-11-20T12:00:00Z",
            action="insert" if before is None else "update",
            before=before and json.dumps(before), after="{}",
        )  # fmt: skip
    intruder.run("UPDATE contract_agents SET recorded_at = '2026-11-20T12:00:00Z' "
                 f"WHERE contract_id = '{an_id('contract 3')}'")  # fmt: skip
    charged(intruder, "1", "100.00")
    intruder.plant("periods", id=an_id("n"), code="2026-11", starts_on="2026-11-01",
                   ends_on="2026-12-01", status="open")  # fmt: skip
    charged(intruder, "1", "30.00", "n")
    intruder.run(f"UPDATE charge_lines SET corrects_period_id = '{an_id('p')}' "
                 f"WHERE period_id = '{an_id('n')}'")  # fmt: skip
    told = {"fact": "new_contract", "money": "20.00", "level": "1", "contract": "1"}
    credited(intruder, "new_contract", amount, told)
    base = {"fact": "commission_base", "money": "100.00", "level": "1", "count": "1"}
    credited(intruder, "commission", "10.00", base, product="song")


def of_a_refund(intruder: Intruder, amount: str) -> None:
    """R41: 100.00 of 1,200.00 go back, half of them from the partner."""
    agreed(intruder, owner="operator", shares=HALF)
    shared(intruder, "1200.00", "600.00", "600.00")
    intruder.plant(
        "refunds", id=an_id("r"), amount="100.00", cause="refund", product="song",
        recorded_at="2026-11-01T12:00:00Z", terms_id=an_id("t"), period_id=an_id("p"),
    )  # fmt: skip
    for position, (party, given) in enumerate([(an_id("label"), amount), (None, "-50.00")]):
        intruder.plant(
            "shares", id=an_id(f"refund {position}"), cause="refund", position=position,
            amount=given, party_id=party, steps=json.dumps([{"refund": str(an_id("r"))}]),
            corrects_period_id=an_id("p"), fraction="0/1", product="song", **OF,
        )  # fmt: skip


def with_a_fraction(intruder: Intruder, fraction: str) -> None:
    """R40: 30 % of 6.45 are 1.935; 1.94 are given, half a cent more."""
    agreed(intruder, owner="operator", shares=[{"payee": "label", "rate": "0.3"}])
    shared(intruder, "6.45", "1.94", "4.51")
    intruder.run("UPDATE shares SET fraction = CASE position WHEN 0 THEN "
                 f"'{fraction}' ELSE '1/200' END")  # fmt: skip


def a_refund_nobody_bore(intruder: Intruder) -> None:
    """It was kept before the close, and no partner gave anything back."""
    agreed(intruder, owner="operator", shares=HALF)
    shared(intruder, "1200.00", "600.00", "600.00")
    intruder.plant(
        "refunds", amount="100.00", cause="refund", product="song", terms_id=an_id("t"),
        period_id=an_id("p"), recorded_at="2026-11-01T12:00:00Z",
    )  # fmt: skip


# What is right, and what is not by a cent.
KINDS = [
    (of_a_tier, "1200.00", "1199.99"),
    (of_a_guarantee, "400.00", "400.01"),
    (of_an_advance, "-600.00", "-599.99"),
    (of_a_cap, "-100.00", "-99.99"),
    (of_a_fee, "100.00", "100.01"),
    (of_units, "5.00", "5.01"),
    (of_a_commission, "20.00", "20.01"),
    (of_a_base, "200.00", "200.10"),
    (of_new_contracts, "40.00", "40.01"),
    (of_what_was_known, "20.00", "20.01"),
    (of_a_refund, "-50.00", "-49.99"),
    (with_a_fraction, "-1/200", "1/200"),
]
