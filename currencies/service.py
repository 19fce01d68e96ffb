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
from currencies.ecb_xml import parse_ecb_xml
from currencies.fx_rate import Finding, FxRate, RatesRead, RateTable, differing
from currencies.published import READERS, Publisher, form_of
from currencies.units import minor_unit
from i18n.errors import NotFound
from tenants.session import TenantSession


class NoSuchPublisher(NotFound):
    """Nothing is read of {publisher}. Take one of {known}."""


class Pair(NamedTuple):
    """A pair that a source quotes, and the days of its first and last kept rate."""

    source: str
    base: str
    quote: str
    first_on: date
    last_on: date


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
    """Load the ECB's rates (XML, CSV or its zip), from a day on; without content, those installed.

    Raises NotEcbRates, XmlRefused, FxRateDiffers, or what unpacking raises.
    """
    plain = gateway.installed_ecb_history() if content is None else gateway.unpacked(content)
    reader = parse_ecb_xml if form_of(plain) == "xml" else parse_ecb
    return _load(session, reader(plain, since))


def load_published(session: TenantSession, publisher: Publisher, content: bytes) -> Loaded:
    """Load what a bank or fund publishes, in any of its formats, zipped or not.

    Raises what the reader of the format raises, FxRateDiffers, or what unpacking raises.
    """
    plain = gateway.unpacked(content)
    reader = READERS[publisher][form_of(plain)]
    return _load(session, reader(plain))


def publisher(name: str) -> Publisher:
    """The publisher of that name. Raises NoSuchPublisher."""
    for each in READERS:
        if each == name:
            return each
    raise NoSuchPublisher(publisher=name[:40], known=", ".join(READERS))


def history(
    session: TenantSession,
    source: str,
    base: str,
    quote: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> list[FxRate]:
    """The kept rates of a pair by one source, oldest first, in a half-open range of days."""
    return list(store.rates(session, [source], valid_from, valid_until, (base, quote)))


def pairs(session: TenantSession) -> list[Pair]:
    """Every source and pair that rates are kept of, with the first and the last day."""
    return [Pair(*row) for row in store.pairs(session)]


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
