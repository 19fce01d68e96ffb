"""Parties for tests: valid by default, so a test names only what it is about."""

from settlement.parties import service
from settlement.parties.party import Kind, Party
from tenants.directory.tenant import Address
from tenants.session import TenantSession


def a_party(session: TenantSession, code: str = "nowak", **changes: object) -> Party:
    """A customer in Warsaw, changed as asked, not yet registered."""
    facts: dict[str, object] = {
        "id": session.ids.new(),
        "kind": Kind.CUSTOMER,
        "code": code,
        "name": f"{code.title()} sp. z o.o.",
        "country": "PL",
        "address": Address("ul. Długa 7", "00-238", "Warszawa", "PL"),
        "language": "pl",
        "currency": "PLN",
        "time_zone": "Europe/Warsaw",
    }
    return Party(**(facts | changes))  # type: ignore[arg-type]


def a_registered_party(session: TenantSession, code: str = "nowak", **changes: object) -> Party:
    """The same, registered."""
    return service.register(session, a_party(session, code, **changes))
