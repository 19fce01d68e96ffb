"""What has landed, read in every way: in the order of the rules, unordered, and in pieces."""

import datetime as dt

import polars as pl

from mediation import service
from mediation.usage import CATEGORISED, completed
from tenants.session import TenantSession

OF_A_PIECE = 2


def landed_usage(session: TenantSession, first: dt.datetime, until: dt.datetime) -> pl.DataFrame:
    """The usage of a time; the same rows come unordered, and in pieces."""
    usage = service.landed_usage(session, first, until)
    unordered = service.landed_unordered(session, first, until)
    assert dict(unordered.schema) == CATEGORISED
    assert _ordered(unordered).equals(usage)
    pieces = list(service.landed_pieces(session, first, until, OF_A_PIECE))
    assert max(each.height for each in pieces) <= OF_A_PIECE
    assert _ordered(pl.concat(pieces)).equals(usage)
    return usage


def _ordered(usage: pl.DataFrame) -> pl.DataFrame:
    return completed(usage).sort("occurred_at", "record_key", "source", "batch_id", "line")
