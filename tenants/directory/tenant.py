"""An operator that uses the platform and owns its data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from i18n.errors import Invalid

_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")


class BadTenantCode(Invalid):
    """The tenant code {code} is not usable. Take 2 to 31 lower-case letters, digits or hyphens,
    beginning with a letter.
    """


class UnknownTimeZone(Invalid):
    """There is no time zone {time_zone}. Use a name like Europe/Warsaw."""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `street` may hold a house number."""

    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Tenant:
    """A legal entity with its base currency, time zone, languages (the first is the default)."""

    id: UUID
    code: str
    name: str
    legal_name: str
    country: str
    tax_id: str
    address: Address
    base_currency: str
    time_zone: str
    languages: tuple[str, ...]
    policies: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise BadTenantCode(code=self.code)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise UnknownTimeZone(time_zone=self.time_zone) from unknown
