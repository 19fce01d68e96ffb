"""Keep exchange rates, and hand them out as a table with history.

Rates belong to a tenant, because each answers for its own sources. A rate once kept is never
changed: loading the same file again adds nothing, and a file that contradicts what is kept is
refused whole, since amounts may have been converted by it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from currencies import gateway, store
from currencies.ecb import parse_ecb
from currencies.fx_rate import Finding, FxRate, RatesRead, RateTable, differing
from currencies.nbp import parse_nbp
from currencies.units import minor_unit
from tenants.session import TenantSession


class Loaded(NamedTuple):
    """What a load came to: rates in the file, new ones among them, and what was left out."""

    read: int
    added: int
    findings: list[Finding]


def load_rates(session: TenantSession, rates: Iterable[FxRate]) -> int:
    """Keep rates; how many were new.

    Raises FxRateDiffers where one contradicts a kept rate or another one of the load, and
    UnknownCurrency.
    """
    # A table of the load itself finds contradictions and repetitions within it.
    table = RateTable(rates)
    for code in {code for rate in table for code in (rate.base, rate.quote)}:
        minor_unit(code)
    with session.begin_nested():
        store.stage(session, list(table))
        added = store.keep_staged(session)
        # Compared after adding, so that a load committed meanwhile is compared with as well.
        difference = store.staged_difference(session)
        if difference is not None:
            raise differing(*difference)
    return added


def load_ecb(
    session: TenantSession, content: bytes | None = None, since: date | None = None
) -> Loaded:
    """Load the ECB's history (CSV or its zip), from a day on; without content, the installed one.

    Raises NotEcbRates, FxRateDiffers, or what unpacking raises.
    """
    if content is None:
        return _load(session, parse_ecb(gateway.installed_ecb_history(), since))
    return _load(session, parse_ecb(gateway.unpacked(content), since))


def load_nbp(session: TenantSession, content: bytes) -> Loaded:
    """Load a yearly archive of NBP table A. Raises NotNbpTable or FxRateDiffers."""
    return _load(session, parse_nbp(gateway.unpacked(content)))


def rate_table(
    session: TenantSession,
    sources: Sequence[str] | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> RateTable:
    """The kept rates of these sources (all, if none are named) in a half-open range of days."""
    return RateTable(store.rates(session, sources, valid_from, valid_until))


def _load(session: TenantSession, read: RatesRead) -> Loaded:
    return Loaded(len(read.rates), load_rates(session, read.rates), read.findings)
