"""A routing table follows from the carriers' prices of now, their fixings and a month's calls.

Atlantic (PLN): 48 at 0.10 and 4822 at 0.20 a minute, and 0.03 for each call.
Baltic (EUR at 4.00 PLN): 48 at 0.03, which is 0.12 PLN. A call of 180 s to 48 is 0.33 PLN by
Atlantic, 0.11 a minute; one of 60 s is 0.13 a minute.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from currencies import service as currencies
from currencies.fx_rate import FxRate
from i18n.errors import DomainError
from mediation import service as mediation
from mediation.sources import service as sources
from settlement.agreements import service as agreements
from settlement.catalogue import service as catalogue
from settlement.interconnect.routing import service
from settlement.interconnect.routing.ranking import Policy
from settlement.interconnect.routing.service import Question
from settlement.interconnect.routing.table import RoutingTable, as_csv
from settlement.parties.party import Kind
from settlement.periods import service as periods
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, delimited_file
from tests.settlement.agreements.builders import JANUARY
from tests.settlement.parties.builders import a_registered_party

BY_ECB = {"source": "ECB", "day": "period_end"}
PER_CALL = {"connection_fee": "0.03"}


def a_route(
    session: TenantSession, code: str, currency: str, voice: dict[str, Any], **terms: object
) -> None:
    """A carrier that takes calls by the trunk TR-code at these prices."""
    tariff = {"currency": currency, "voice": voice}
    catalogue.publish_tariff(session, f"{code}-out", code, tariff, JANUARY)
    carrier = a_registered_party(session, code, kind=Kind.CARRIER, currency=currency)
    agreed = {"time_zone": "Europe/Warsaw", "outgoing": f"{code}-out"} | terms
    agreements.agree_interconnect(
        session, f"IC-{code}", carrier.id, currency, agreed, [f"TR-{code}"], JANUARY
    )


def rates(*rows: str) -> list[dict[str, str]]:
    return [dict(zip(("prefix", "price"), row.split(), strict=True)) for row in rows]


@pytest.fixture
def market(session: TenantSession) -> TenantSession:
    """Atlantic and Baltic, and what the ECB said of the euro on the last business day."""
    a_route(session, "atlantic", "PLN", {"rates": rates("48 0.10", "4822 0.20")} | PER_CALL)
    a_route(session, "baltic", "EUR", {"rates": rates("48 0.03")}, fixing=BY_ECB)
    before = session.now().date() - dt.timedelta(days=3)
    quoted = FxRate("ECB", "EUR", "PLN", 1, Decimal("4.00"), before, before, "")
    currencies.load_rates(session, [quoted])
    return session


def shown(table: RoutingTable) -> list[str]:
    return [
        f"{each.prefix} {each.rank} {each.trunk} {each.price_per_minute}" for each in table.routes
    ]


def test_trunks_are_ranked_for_each_prefix_in_our_currency(market: TenantSession) -> None:
    table = service.routing_table(market, Question())

    assert (table.currency, table.left_out) == ("PLN", ())
    assert shown(table) == [
        "48 1 TR-atlantic 0.110000",
        "48 2 TR-baltic 0.120000",
        "4822 1 TR-baltic 0.120000",
        "4822 2 TR-atlantic 0.210000",
    ]


def test_a_connection_fee_weighs_more_on_short_calls(market: TenantSession) -> None:
    table = service.routing_table(market, Question(seconds=60, policy=Policy(routes=1)))

    assert shown(table) == ["48 1 TR-baltic 0.120000", "4822 1 TR-baltic 0.120000"]


def test_seconds_are_rounded_up_as_the_carrier_does(session: TenantSession) -> None:
    minutes = {"first_increment": 60, "next_increment": 60}
    a_route(session, "celtic", "PLN", {"price": "0.61"} | minutes)

    # 61 s are two minutes: 1.22 for 61 s is 1.20 for 60.
    table = service.routing_table(session, Question(seconds=61, prefix="48"))

    assert shown(table) == ["48 1 TR-celtic 1.200000"]


def test_a_prefix_asked_for_is_priced_by_a_shorter_one(market: TenantSession) -> None:
    table = service.routing_table(market, Question(prefix="485"))

    assert shown(table) == ["485 1 TR-atlantic 0.110000", "485 2 TR-baltic 0.120000"]


def test_a_price_that_begins_tomorrow_is_not_one_of_now(session: TenantSession) -> None:
    today = session.now().date()
    later = {"prefix": "48", "price": "0.01", "valid_from": str(today + dt.timedelta(days=1))}
    now = {"prefix": "48", "price": "0.09", "valid_until": str(today + dt.timedelta(days=1))}
    a_route(session, "celtic", "PLN", {"rates": [now, later]})

    assert shown(service.routing_table(session, Question())) == ["48 1 TR-celtic 0.090000"]


def test_an_allowance_does_not_make_a_minute_cheaper(session: TenantSession) -> None:
    free = {"amount": 6000, "allowance_measure": "connected"}
    a_route(session, "celtic", "PLN", {"rates": rates("48 0.09"), "allowance": free})

    assert shown(service.routing_table(session, Question())) == ["48 1 TR-celtic 0.090000"]


@pytest.mark.parametrize(
    ("terms", "reason"), [({}, "no_fixing"), ({"fixing": BY_ECB | {"source": "CNB"}}, "no_rate")]
)
def test_what_cannot_be_converted_is_named_and_not_ranked(
    market: TenantSession, terms: dict[str, Any], reason: str
) -> None:
    a_route(market, "celtic", "EUR", {"rates": rates("48 0.01")}, **terms)

    table = service.routing_table(market, Question())

    assert not any("celtic" in row for row in shown(table))
    (left_out,) = table.left_out
    assert (left_out.trunk, left_out.currency, left_out.reason, left_out.prefixes) == (
        "TR-celtic", "EUR", reason, 2,
    )  # fmt: skip


def test_a_price_by_the_volume_of_a_month_is_not_compared(session: TenantSession) -> None:
    steps = [{"up_to": 100, "price": "0.02"}, {"price": "0.01"}]
    tiers = {"kind": "graduated", "steps": steps}
    a_route(session, "celtic", "PLN", {"tiers": tiers})

    table = service.routing_table(session, Question(prefix="48"))

    assert (table.routes, table.left_out[0].reason) == ((), "tiers")


def calls_of_a_month(session: TenantSession) -> Question:
    """By Atlantic one call of two is answered, for 30 s; Baltic shows answered calls only."""
    columns = MAPPING["columns"] | {"trunk_out": "out"}
    settings = {"zone": "Europe/Warsaw", "mapping": MAPPING | {"columns": columns}}
    sources.register_source(session, "switch", "Switch", "delimited", settings)
    content = delimited_file(
        "1;48601;48501100002;2026-10-05 12:00:00;30;TR-atlantic",
        "2;48601;48501100002;2026-10-06 12:00:00;0;TR-atlantic",
        "3;48601;48501100002;2026-10-31 23:59:59;100;TR-baltic",
        # In November by the tenant's clocks.
        "4;48601;48501100002;2026-11-01 00:00:00;900;TR-baltic",
        header="id;from;to;at;seconds;out",
    )
    mediation.ingest(session, "switch", "calls.csv", content)
    return Question(period_id=periods.open_period(session, "2026-10").id)


def test_quality_is_that_of_the_calls_of_the_month(market: TenantSession) -> None:
    table = service.routing_table(market, calls_of_a_month(market))

    found = [(each.trunk, each.asr, each.acd, each.attempts) for each in table.routes]
    assert found == [
        ("TR-atlantic", Decimal("50.0"), Decimal("30.0"), 2),
        ("TR-baltic", None, Decimal("100.0"), None),
        ("TR-baltic", None, None, None),
        ("TR-atlantic", None, None, None),
    ]


def test_what_is_too_bad_is_left_out_and_counted(market: TenantSession) -> None:
    month = calls_of_a_month(market).period_id

    policy = Policy(minimum_asr=Decimal("50.1"))
    table = service.routing_table(market, Question(period_id=month, policy=policy))

    assert shown(table)[0] == "48 1 TR-baltic 0.120000"
    assert [(each.trunk, each.reason, each.prefixes) for each in table.left_out] == [
        ("TR-atlantic", "quality", 1)
    ]


def test_the_file_has_one_row_for_each_route(market: TenantSession) -> None:
    table = service.routing_table(market, calls_of_a_month(market))

    rows = as_csv(table).splitlines()
    assert len(rows) == 5
    assert rows[0].startswith("prefix,rank,trunk,carrier,agreement,destination,price_per_minute")
    assert rows[1].startswith("48,1,TR-atlantic,")
    assert rows[1].endswith(",IC-atlantic,48,0.11,PLN,50.0,30.0,2,1")
    assert rows[2].endswith(",IC-baltic,48,0.12,PLN,,100.0,,1")


@pytest.mark.parametrize(
    "asked",
    [
        Question(seconds=0),
        Question(seconds=3601),
        Question(prefix="+48"),
        Question(prefix="4" * 18),
        Question(policy=Policy(routes=0)),
        Question(policy=Policy(routes=21)),
    ],
)
def test_what_cannot_be_asked_is_refused(session: TenantSession, asked: Question) -> None:
    with pytest.raises(DomainError):
        service.routing_table(session, asked)


def test_without_carriers_the_table_is_empty(session: TenantSession) -> None:
    assert service.routing_table(session, Question()).routes == ()
