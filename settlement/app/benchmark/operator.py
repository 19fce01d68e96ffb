"""The operator of the benchmark: its customers, carriers, partners, tariffs and agreements."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from mediation.sources import service as sources
from settlement.agreements import service as agreements
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.app.benchmark.records import (
    CUSTOMERS,
    DESTINATIONS,
    TRUNKS,
    ZONE,
    numbers_of,
)
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.catalogue.tariff import tariff_from_plain
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from tenants.directory import service as directory
from tenants.directory.tenant import Address, Tenant
from tenants.ids import tenant_id_of
from tenants.session import TenantSession

CODE: Final = "bench"
SOURCE: Final = "switch"
MONTH: Final = "2026-10"
PRODUCT: Final = "calls"
SINCE: Final = dt.date(2026, 1, 1)
PARTNERS: Final = ("label", "aggregator", "studio")
SHARES: Final = ("0.30", "0.125", "0.0333")
TENANT: Final = Tenant(
    id=tenant_id_of(CODE),
    code=CODE,
    name="Bench Telekom",
    legal_name="Bench Telekom GmbH",
    country="DE",
    tax_id="DE136695976",
    address=Address("Kai 1", "20457", "Hamburg", "DE"),
    base_currency="EUR",
    time_zone=ZONE,
    languages=("en",),
)

WEEKDAYS: Final = ["mon", "tue", "wed", "thu", "fri"]
PEAK: Final = {
    "name": "peak",
    "windows": [{"days": WEEKDAYS, "from": "08:00", "until": "18:00"}],
}
OFF_PEAK: Final = {"name": "off-peak", "otherwise": True}
# Three customers of four have prices by the time of day, one has prices by what was used before.
BY_THE_CLOCK: Final[Mapping[str, Any]] = {
    "code": "by-the-clock",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "voice": {
        "first_increment": 60,
        "next_increment": 30,
        "connection_fee": "0.02",
        "allowance": {"amount": 3_600},
        "bands": [PEAK, OFF_PEAK],
        "rates": [
            {
                "prefix": prefix,
                "destination": f"Destination {prefix}",
                "price": f"0.{(7 * place + 3 * busy) % 90 + 5:02}",
                "band": band,
            }
            for place, (prefix, _, _) in enumerate(DESTINATIONS)
            for busy, band in enumerate(("off-peak", "peak"))
        ],
    },
}
BY_USE: Final[Mapping[str, Any]] = {
    "code": "by-use",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "voice": {
        "first_increment": 60,
        "next_increment": 60,
        "allowance": {"amount": 1_800},
        "tiers": {
            "kind": "graduated",
            "steps": [{"up_to": 500, "price": "0.10"}, {"up_to": 2_000, "price": "0.07"},
                      {"price": "0.04"}],
        },
    },
}  # fmt: skip
COST: Final[Mapping[str, Any]] = {
    "code": "cost",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "voice": {
        "rates": [
            {"prefix": prefix, "destination": f"Destination {prefix}", "price": f"0.0{place + 11}"}
            for place, (prefix, _, _) in enumerate(DESTINATIONS)
        ]
    },
}
TERMINATION: Final[Mapping[str, Any]] = {
    "code": "termination",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "voice": {"price": "0.0089", "destination": "Own network"},
}


def set_up(session: TenantSession) -> None:
    """Everything there is before the first file comes."""
    directory.create_tenant(session, TENANT)
    parties.register_many(session, [_party(session, *each) for each in _players()])
    products.add_product(session, PRODUCT, "Calls", "voice")
    for plain in (BY_THE_CLOCK, BY_USE, COST, TERMINATION):
        read = tariff_from_plain(dict(plain))
        catalogue.publish_tariff(
            session, read.code, read.code, dict(plain), read.valid_from, read.valid_until
        )
    contracts.load_contracts(session, [_contract(number) for number in range(CUSTOMERS)])
    _agree(session)
    sources.register_source(session, SOURCE, "Switch", "asterisk", source_settings())
    periods.open_period(session, MONTH)


def source_settings() -> dict[str, Any]:
    """What is known of the switch."""
    return {
        "zone": ZONE,
        "country": "DE",
        "carrier_trunks": list(TRUNKS),
        "product": PRODUCT,
        "file_numbers": "Master-{number}.csv",
    }


def tariff_of(customer: int) -> Mapping[str, Any]:
    """The tariff of a customer."""
    return BY_USE if customer % 4 == 3 else BY_THE_CLOCK


def _players() -> list[tuple[Kind, str]]:
    return [
        *((Kind.CUSTOMER, f"C-{number}") for number in range(CUSTOMERS)),
        *((Kind.PARTNER, code) for code in PARTNERS),
        *((Kind.CARRIER, f"carrier-{number}") for number in (1, 2)),
    ]


def _party(session: TenantSession, kind: Kind, code: str) -> Party:
    return Party(
        id=session.ids.new(),
        kind=kind,
        code=code,
        name=code.title(),
        country="DE",
        address=Address("Kai 2", "20457", "Hamburg", "DE"),
        language="en",
        currency="EUR",
        time_zone=ZONE,
        legal_form="person" if kind is Kind.CUSTOMER else "company",
    )


def _contract(number: int) -> NewContract:
    tariff = str(tariff_of(number)["code"])
    return NewContract(
        number=f"K-{number}",
        customer=f"C-{number}",
        currency="EUR",
        valid_from=SINCE,
        subscriptions=(NewSubscription(PRODUCT, tariff, numbers_of(number)),),
    )


def _agree(session: TenantSession) -> None:
    agreements.agree_share(
        session,
        "calls",
        parties.party_by_code(session, PARTNERS[0]).id,
        "EUR",
        {
            "owner": "operator",
            "products": [PRODUCT],
            "shares": [
                {"payee": payee, "rate": rate} for payee, rate in zip(PARTNERS, SHARES, strict=True)
            ],
        },
        SINCE,
    )
    for number in (1, 2):
        agreements.agree_interconnect(
            session,
            f"interconnect-{number}",
            parties.party_by_code(session, f"carrier-{number}").id,
            "EUR",
            {"time_zone": "UTC", "outgoing": "cost", "incoming": "termination"},
            TRUNKS[2 * number - 2 : 2 * number],
            SINCE,
        )
