"""A draft of a tariff version as somebody writes it: TOML, or JSON where it begins with a brace."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from i18n.errors import Invalid
from i18n.locale import outside
from settlement.catalogue.lint.finding import Finding
from settlement.catalogue.plain_values import Reader
from settlement.catalogue.tariff import TariffVersion
from tenants.web.strict_json import loads

LONGEST: Final = 1_000_000


class DraftUnreadable(Invalid):
    """The draft is neither TOML nor JSON: {reason}. Correct it there."""


class DraftTooLong(Invalid):
    """The draft has more than {longest} characters. Put its prices into a rate deck."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published: the code, from and until when, and the terms."""

    code: str
    valid_from: date
    valid_until: date | None
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """A version as it would be published, and what is wrong with it."""

    version: TariffVersion
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether it may be published: there are warnings at most."""
        return all(each.level == "warning" for each in self.findings)


def draft_from_text(text: str) -> Draft:
    """Read a draft that says its own code and validity.

    Raises DraftUnreadable, DraftTooLong, KeyMissing and WrongValue.
    """
    if len(text) > LONGEST:
        raise DraftTooLong(longest=LONGEST)
    plain = _plain(text)
    reader = Reader(plain, "draft", plain)
    return Draft(
        reader.text("code"), reader.day("valid_from"), reader.day_or_none("valid_until"), plain
    )


def _plain(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return loads(text)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise DraftUnreadable(reason=outside("TOML", fault)) from None
