"""What has landed, read in both ways: in the order of the rules, and unordered with categories."""

import datetime as dt

import polars as pl

from mediation import service
from mediation.usage import CATEGORISED, completed
from tenants.session import TenantSession


def landed_usage(session: TenantSession, first: dt.datetime, until: dt.datetime) -> pl.DataFrame:
    """The usage of a time; the same rows come unordered."""
    usage = service.landed_usage(session, first, until)
    unordered = service.landed_unordered(session, first, until)
    assert dict(unordered.schema) == CATEGORISED
    ordered = completed(unordered).sort("occurred_at", "record_key", "source", "batch_id", "line")
    assert ordered.equals(usage)
    return usage
