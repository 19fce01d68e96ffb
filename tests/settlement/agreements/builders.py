"""Contracts and agreements for tests: valid by default, so a test names only what it is about."""

from datetime import date
from typing import Any

from settlement.agreements import service
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.contract import Contract, NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.parties.party import Kind, Party
from tenants.session import TenantSession
from tests.settlement.catalogue.builders import a_published_tariff, voice_terms
from tests.settlement.parties.builders import a_registered_party

JANUARY = date(2026, 1, 1)
OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)
NUMBER = "48601234567"


def a_market(session: TenantSession) -> None:
    """A product and a tariff in PLN, and content to share."""
    a_published_tariff(session, "gold", valid_from=JANUARY)
    products.add_product(session, "VOICE", "Calls", "voice")
    products.add_product(session, "NEWS", "Daily news", "content")
    products.add_product(session, "QUIZ", "Quiz", "content")


def a_contract(
    session: TenantSession, number: str = "U/1", *identifiers: str, **changes: object
) -> Contract:
    """A contract of a customer of its own, with one subscription to calls."""
    customer = a_registered_party(session, f"customer-{number.replace('/', '-')}")
    facts: dict[str, object] = {"currency": "PLN", "valid_from": OCTOBER}
    new = NewContract(
        number=number,
        customer=customer.code,
        subscriptions=(NewSubscription("VOICE", "gold", identifiers),),
        **(facts | changes),  # type: ignore[arg-type]
    )
    return contracts.load_contracts(session, [new])[0]


def a_partner(session: TenantSession, code: str = "melodia") -> Party:
    """A partner that provides content."""
    return a_registered_party(session, code, kind=Kind.PARTNER)


def a_carrier(session: TenantSession, code: str = "atlantic") -> Party:
    """A carrier in Ireland that settles in XDR, and its tariffs."""
    for direction in ("in", "out"):
        catalogue.publish_tariff(
            session, f"{code}-{direction}", code, voice_terms("0.01", currency="XDR"), JANUARY
        )
    return a_registered_party(
        session, code, kind=Kind.CARRIER, currency="XDR", time_zone="Europe/Dublin"
    )


def share_terms(partner: str = "melodia", rate: str = "0.70", **changes: object) -> dict[str, Any]:
    """Terms that share the revenue of NEWS with one partner."""
    return {
        "products": ["NEWS"],
        "owner": "operator",
        "shares": [{"payee": partner, "rate": rate}],
    } | changes


def an_agreed_share(
    session: TenantSession, code: str = "melodia-2026", **changes: object
) -> AgreedTerms:
    """A revenue share with a partner of its own."""
    partner = a_partner(session, f"partner-{code}")
    facts: dict[str, Any] = {
        "currency": "PLN",
        "terms": share_terms(partner.code),
        "valid_from": OCTOBER,
    } | changes
    return service.agree_share(session, code, partner.id, **facts)


def interconnect_terms(code: str = "atlantic", **changes: object) -> dict[str, Any]:
    """Terms for both directions of a carrier of `a_carrier`."""
    return {
        "time_zone": "Europe/Dublin",
        "incoming": f"{code}-in",
        "outgoing": f"{code}-out",
        "tolerance": "0.005",
    } | changes
