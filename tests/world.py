"""A tenant for tests: valid by default, so a test names only what it is about."""

from argon2 import PasswordHasher

from tenants.directory.tenant import Address, Tenant
from tenants.ids import tenant_id_of

# What a password costs is meant for attackers; the tests of people look at the product's own costs.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def a_tenant(code: str = "alpha", **changes: object) -> Tenant:
    """A Polish operator, changed as asked."""
    facts: dict[str, object] = {
        "id": tenant_id_of(code),
        "code": code,
        "name": f"{code.title()} Telekom",
        "legal_name": f"{code.title()} Telekom sp. z o.o.",
        "country": "PL",
        "tax_id": "PL5260250274",
        "address": Address("ul. Prosta 1", "00-001", "Warszawa", "PL"),
        "base_currency": "PLN",
        "time_zone": "Europe/Warsaw",
        "languages": ("pl", "en"),
        "policies": {},
    }
    return Tenant(**(facts | changes))  # type: ignore[arg-type]
