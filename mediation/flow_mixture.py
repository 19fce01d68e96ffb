"""Whether what came under one domain can all be of one exporter.

A domain is a number that an exporter gives itself, and many give themselves the same. Two of them
in one source would be read by one another's templates, so they are told from one another by what
one exporter cannot say:

* It is up since an instant at which it was up already. (The uptime in packets of v5 and v9; in
  IPFIX what options tell.)
* A template number means one thing, then another, then the first again within half an hour. A
  template is told again at least that often, and may be redefined, but not back and forth.

Exporters that start together and have the same templates pass unseen; their sequence numbers do
not fit each other, which `formats.flow_sequences` sees.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mediation.flow_knowledge import BOOT, GIVEN, STARTED, Key, Told

# Clocks of exporters drift and are set; an uptime in whole seconds is a second off.
SET_MS = 60_000
# Files are compared with those of the day around them: over weeks two clocks drift further apart.
DAY_MS = 86_400_000
AGAIN_MS = 1_800_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class _Span(NamedTuple):
    """From when till when something was told, again and again."""

    first_ms: int
    last_ms: int
    definition: str


def started(key: Key, boots: Iterable[tuple[int, int]]) -> list[Told]:
    """The starts that packets of a domain tell (each its boot and its export, ms since 1970)."""
    spans = (_Span(exported, exported, str(boot)) for boot, exported in boots)
    return [Told(GIVEN, *key, each.definition, *each[:2]) for each in _starts(spans)]


def mixture(told: Iterable[Told]) -> list[str]:
    """What no single exporter can have told, in words, one for each domain and number."""
    by_key: dict[Key, list[_Span]] = {}
    for each in sorted(told):
        if each.role == GIVEN:
            span = _Span(each.first_ms, each.last_ms, each.definition)
            by_key.setdefault(each.key, []).append(span)
    return [words for key, spans in sorted(by_key.items()) for words in _fault(key, spans)]


def _fault(key: Key, spans: Sequence[_Span]) -> Iterator[str]:
    version, domain, number = key
    if number in (BOOT, STARTED):
        earlier = _Span(0, 0, "0")
        for start in _starts(spans):
            if earlier.last_ms > int(start.definition) + SET_MS:
                since = f"{_instant(earlier.definition)} and {_instant(start.definition)}"
                yield f"domain {domain} of version {version} is up since {since}"
                return
            earlier = max(earlier, start, key=lambda each: each.last_ms)
    elif number > STARTED and _goes_back_and_forth(spans):
        yield f"template {number} of domain {domain} of version {version} goes back and forth"


def _starts(spans: Iterable[_Span]) -> list[_Span]:
    """Each start once, in order, however much its instant wanders."""
    found: list[_Span] = []
    wandered = 0
    for each in sorted(spans, key=lambda span: int(span.definition)):
        if found and int(each.definition) - wandered <= SET_MS:
            found[-1] = _together(found[-1], each)
        else:
            found.append(each)
        wandered = int(each.definition)
    return found


def _goes_back_and_forth(spans: Sequence[_Span]) -> bool:
    if any(not each.definition for each in spans):
        # What is taken back may be given anew at any time.
        return False
    by_definition: dict[str, list[_Span]] = {}
    for each in sorted(spans):
        held = by_definition.setdefault(each.definition, [])
        if held and each.first_ms - held[-1].last_ms <= AGAIN_MS:
            held[-1] = _together(held[-1], each)
        else:
            held.append(each)
    # Spans of one definition are apart, so where any two overlap, two neighbours do.
    ordered = sorted(span for held in by_definition.values() for span in held)
    return any(before.last_ms > after.first_ms for before, after in pairwise(ordered))


def _together(one: _Span, other: _Span) -> _Span:
    first = min(one.first_ms, other.first_ms)
    return _Span(first, max(one.last_ms, other.last_ms), one.definition)


def _instant(milliseconds: str) -> str:
    return f"{EPOCH + dt.timedelta(milliseconds=int(milliseconds)):%Y-%m-%d %H:%M:%S}"
