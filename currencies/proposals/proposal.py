"""Rates that somebody enters or uploads, which are used only after another person approved them.

They are kept under a source of their own name, such as `AGREED` or `BANK`. The names of publishers
are not given away, so a rate under `NBP-A` always is one of the NBP's; nor are names of averages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from currencies.cbr import SOURCE as CBR
from currencies.ecb import SOURCE as ECB
from currencies.fx_rate import FxRate
from currencies.imf import SOURCE as IMF
from currencies.money import plain
from currencies.nbp import SOURCE as NBP_A
from currencies.nbp_api import ASK, BID
from currencies.nbu import SOURCE as NBU
from i18n.errors import Conflict, Invalid, NotFound

PUBLISHED: Final = frozenset({ECB, NBP_A, BID, ASK, NBU, CBR, IMF})
NAME: Final = re.compile(r"[A-Z][A-Z0-9-]{1,19}")
MOST_RATES: Final = 5_000


class SourceNotOwn(Invalid):
    """Rates cannot be brought under {source}. Take a name of your own in capitals, for example
    AGREED, that no publisher has.
    """


class NoRatesProposed(Invalid):
    """There is no usable rate to propose. Enter one, or correct the file."""


class TooManyProposed(Invalid):
    """{count} rates are too many for one proposal. Split the file; {limit} are the most."""


class NoSuchRateProposal(NotFound):
    """There is no proposal {proposal} of rates. Check the identifier."""


class RateProposalDecided(Conflict):
    """This proposal of rates is {status} already. Propose the rates again."""


class Status(StrEnum):
    """What has become of a proposal."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RateProposal:
    """Rates of one source that wait for a second person, or were decided on."""

    id: UUID
    source: str
    rates: tuple[FxRate, ...]
    reason: str
    status: Status
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


def check_proposed(source: str, rates: Sequence[FxRate]) -> None:
    """Raises SourceNotOwn, NoRatesProposed or TooManyProposed."""
    if not NAME.fullmatch(source) or source in PUBLISHED or source.endswith("-AVG"):
        raise SourceNotOwn(source=source[:40])
    if not rates:
        raise NoRatesProposed
    if len(rates) > MOST_RATES:
        raise TooManyProposed(count=len(rates), limit=MOST_RATES)


def rate_to_plain(rate: FxRate) -> dict[str, Any]:
    """A rate as a proposal keeps it."""
    return {
        "base": rate.base,
        "quote": rate.quote,
        "unit": rate.unit,
        "rate": plain(rate.rate),
        "valid_on": rate.valid_on.isoformat(),
        "published_on": rate.published_on.isoformat(),
        "number": rate.table_number or "",
    }


def rate_of_plain(source: str, kept: dict[str, Any]) -> FxRate:
    """The rate that a proposal keeps."""
    return FxRate(
        source,
        kept["base"],
        kept["quote"],
        kept["unit"],
        Decimal(kept["rate"]),
        date.fromisoformat(kept["valid_on"]),
        date.fromisoformat(kept["published_on"]),
        kept["number"] or None,
    )
