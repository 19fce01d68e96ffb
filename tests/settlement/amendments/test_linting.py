"""Each fault of a draft comes with an event, and a split, that shows it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from settlement.agreements.agreed import AgreedTerms
from settlement.amendments.amendment import Drafted, Kind
from settlement.amendments.circumstances import Circumstances
from settlement.amendments.finding import Finding
from settlement.amendments.linting import faults_of

NOBODY = UUID(int=0)
FIXING = {"source": "ECB", "day": "period_end", "pivot": "EUR"}


def terms(**changes: object) -> dict[str, Any]:
    return {
        "products": ["song"],
        "owner": "operator",
        "shares": [{"payee": "studio", "rate": "0.70"}],
    } | changes


def share(payee: str, rate: str) -> dict[str, str]:
    return {"payee": payee, "rate": rate}


def rule(name: str, **only: object) -> dict[str, object]:
    return {"name": name, "shares": [share("studio", "0.80")]} | only


def a_minute(per: str = "minute") -> dict[str, str]:
    return {"payee": "studio", "amount": "0.12", "per": per}


def around(**changes: Any) -> Circumstances:
    facts: dict[str, Any] = {
        "partner": "studio",
        "settles_in": {"studio": "PLN", "label": "EUR"},
        "accounts": {"studio": frozenset({"PLN"}), "label": frozenset({"EUR"})},
        "products": frozenset({"song", "film"}),
        "others": [],
        "sold_in": {"song": ["PLN"]},
        "quoted": frozenset({("ECB", "EUR", "PLN"), ("ECB", "EUR", "USD")}),
        "timed": frozenset(),
    }
    return Circumstances(**(facts | changes))


def faults(plain: dict[str, Any], **about: Any) -> list[Finding]:
    drafted = Drafted(Kind.TERMS, "songs", NOBODY, "PLN", date(2026, 10, 1), None, plain)
    return faults_of(drafted, around(**about))


def tiers(*given: tuple[str | None, str]) -> list[dict[str, Any]]:
    written = [
        {"rate": rate} if bound is None else {"up_to": bound, "rate": rate} for bound, rate in given
    ]
    return [{"payee": "studio", "tiers": written}]


def test_sound_terms_have_no_faults() -> None:
    assert faults(terms()) == []


def test_minutes_of_calls_and_amounts_for_pieces_are_sound() -> None:
    of_films = rule("film", products=["film"], units=[a_minute()])
    both = terms(products=["song", "film"], units=[a_minute("unit")], rules=[of_films])

    assert faults(terms(units=[a_minute()]), timed=frozenset({"song"})) == []
    assert faults(terms(units=[a_minute("unit")])) == []
    assert faults(both, timed=frozenset({"film"})) == []


SALE = {"product": "song", "amount": "100.00 PLN"}
SHARED = (("studio", "70.00 PLN"), ("operator", "30.00 PLN"))
TO_LABEL = terms(shares=[share("studio", "0.50"), share("label", "0.20")])
OF_LABEL = (("studio", "50.00 PLN"), ("label", "20.00 PLN"), ("operator", "30.00 PLN"))
HIGHER = (("studio", "80.00 PLN"), ("operator", "20.00 PLN"))


@pytest.mark.parametrize(
    ("plain", "about", "code", "event", "split"),
    [
        (
            terms(shares=[share("studio", "0.70"), share("label", "0.40")]), {},
            "SHARES_OVER_WHOLE", SALE, (("studio", "70.00 PLN"), ("label", "40.00 PLN")),
        ),
        (
            terms(shares=tiers(("100", "0.50"), ("1000", "0.60"))), {},
            "TIERS_BROKEN", {"base": "1000.01 PLN"}, (("studio", "?"),),
        ),
        (
            terms(shares=tiers(("1000", "0.50"), ("100", "0.60"), (None, "0.70"))), {},
            "TIERS_BROKEN", {"base": "100.00 PLN"}, (("studio", "?"),),
        ),
        (
            terms(
                guarantees=[{"payee": "studio", "amount": "1000"}],
                caps=[{"payee": "studio", "amount": "2000", "period": "quarter"}],
            ), {},
            "GUARANTEE_ABOVE_CAP", {"period": "month", "earned": "0.00 PLN"},
            (("studio", "1000.00 PLN"),),
        ),
        (terms(shares=[share("label", "0.70")]), {}, "NOBODY_PAID", SALE,
         (("label", "70.00 PLN"), ("operator", "30.00 PLN"))),
        (terms(), {"settles_in": {}, "accounts": {}}, "PAYEE_UNKNOWN", SALE, SHARED),
        (terms(), {"products": frozenset()}, "PRODUCT_UNKNOWN", SALE, SHARED),
        (terms(), {"accounts": {}}, "NO_ACCOUNT", SALE, SHARED),
        (TO_LABEL, {}, "NO_FIXING", SALE, OF_LABEL),
        (TO_LABEL | {"fixing": FIXING}, {"quoted": frozenset()}, "NO_RATE", SALE, OF_LABEL),
        (
            terms(rules=[rule("all", segments=["young"]), rule("pop", segments=["young"])]), {},
            "RULE_HIDDEN", SALE | {"segment": "young"}, HIGHER,
        ),
        (
            terms(rules=[rule("pl", destinations=["48"]), rule("cell", destinations=["485"])]), {},
            "RULE_HIDDEN", SALE | {"destination": "485"}, HIGHER,
        ),
        # Songs are counted in pieces: 60 of them are given what is meant for a minute.
        (terms(units=[a_minute()]), {}, "MINUTES_OF_PIECES",
         {"product": "song", "quantity": "60"}, (("studio", "0.12 PLN"),)),
        (terms(rules=[rule("young", segments=["young"], units=[a_minute()])]), {},
         "MINUTES_OF_PIECES", {"product": "song", "quantity": "60"}, (("studio", "0.12 PLN"),)),
        (terms(rules=[rule("film", products=["film"])]), {}, "RULE_WITHOUT_PRODUCT",
         {"product": "film", "amount": "100.00 PLN"}, SHARED),
        (
            terms(shares=tiers(("1000", "0.60"), (None, "0.50")), tier_kind="retroactive"), {},
            "TIER_LOSES", {"base": "1000.01 PLN"},
            (("studio", "500.01 PLN"), ("studio (1000.00 PLN)", "600.00 PLN")),
        ),
        (terms(shares=[]), {}, "TERMS_UNREADABLE", {}, ()),
    ],
)  # fmt: skip
def test_a_fault_is_shown_by_an_event_and_its_split(
    plain: dict[str, Any],
    about: dict[str, Any],
    code: str,
    event: dict[str, str],
    split: tuple[tuple[str, str], ...],
) -> None:
    found = {finding.code: finding for finding in faults(plain, **about)}

    assert (dict(found[code].example.event), found[code].example.split) == (event, split)
    assert found[code].message().strip()


@pytest.mark.parametrize(
    "plain",
    [
        terms(
            guarantees=[{"payee": "studio", "amount": "1000"}],
            caps=[{"payee": "studio", "amount": "3000", "period": "quarter"}],
        ),
        TO_LABEL | {"fixing": FIXING},
        terms(rules=[rule("young", segments=["young"]), rule("all")]),
        terms(rules=[rule("cell", destinations=["485"]), rule("pl", destinations=["48"])]),
        terms(shares=tiers(("1000", "0.50"), (None, "0.60")), tier_kind="retroactive"),
    ],
)
def test_what_can_be_is_no_fault(plain: dict[str, Any]) -> None:
    assert faults(plain) == []


def test_a_product_of_two_agreements_at_once_is_split_twice() -> None:
    other = AgreedTerms(
        terms_id=NOBODY, agreement_id=NOBODY, kind="revenue_share", code="older",
        party_id=NOBODY, currency="PLN", version=1, valid_from=date(2026, 11, 1), valid_until=None,
        terms={"products": ["song"]}, policies={}, fixing=None,
        sharing={"owner": "operator", "shares": [share("label", "0.60")]},
    )  # fmt: skip

    [found] = faults(terms(), others=[other])

    assert found.code == "SHARED_TWICE"
    assert found.example.event == SALE | {"day": "2026-11-01"}
    assert found.example.split == (
        ("songs: studio", "70.00 PLN"),
        ("songs: operator", "30.00 PLN"),
        ("older: label", "60.00 PLN"),
        ("older: operator", "40.00 PLN"),
    )
