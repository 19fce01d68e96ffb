"""Our records of an exchange and theirs, in columns."""

from typing import NamedTuple
from uuid import UUID

import polars as pl

from mediation.landing import service as landing
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.own_records import CALLS, own_records
from settlement.interconnect.masking import is_masked, masked
from settlement.rating.runs import service as rating_runs
from statements.exchange.bucket_hash import KEY, in_order
from statements.exchange.message import (
    RECORDS,
    BucketKey,
    MessageKind,
)
from tenants.column_files import read_frame
from tenants.session import TenantSession


class ExchangedRecords(NamedTuple):
    """Frames of RECORDS of the buckets that differ, told from our side."""

    ours: pl.DataFrame
    theirs: pl.DataFrame


def exchanged_records(
    session: TenantSession, agreement_id: UUID, period_id: UUID
) -> ExchangedRecords:
    """The records of both sides in the buckets that differ, as they were exchanged.

    Theirs are those that they have sent so far. Raises NoSuchAgreementBetweenUs and NoSuchPeriod.
    """
    place = keeping.place_by_ids(session, agreement_id, period_id)
    wanted = [each.key for each in keeping.differing_buckets(session, place)]
    sent = keeping.counting(session, place, "theirs")
    begun = max((each.place for each in sent if each.kind is MessageKind.BUCKET_TOTALS), default=0)
    files = [each.records_sha256 for each in sent if each.place > begun and each.records_sha256]
    theirs = [read_frame(session.files, sha256) for sha256 in files]
    return ExchangedRecords(
        in_buckets(own_sent(session, place), wanted),
        in_buckets(pl.concat([pl.DataFrame(schema=RECORDS), *theirs]), wanted),
    )


def own(session: TenantSession, place: keeping.Place) -> pl.DataFrame:
    """Our records of the period, in order; masked, hash and all, where the agreement says so."""
    wanted = (pl.col("side") == "carrier") & (
        pl.col("agreement") == str(place.agreement.agreement_id)
    )
    charges = rating_runs.some_rated_charges(session, place.period.id, wanted)
    batches = charges["batch_id"].unique().sort().to_list()
    calls = [landing.usage_of_batch(session, UUID(batch)).select(list(CALLS)) for batch in batches]
    month = place.period.month
    known = pl.concat([pl.DataFrame(schema=CALLS), *calls])
    records = own_records(charges, known, month.starts_on, month.last_day)
    return in_order(masked(records)) if is_masked(place.agreement.policies) else records


def own_sent(session: TenantSession, place: keeping.Place) -> pl.DataFrame:
    """Our records behind the totals that we sent last, whatever was rated since."""
    stated = keeping.last_totals(session, place, "ours")
    if stated is None or stated.records_sha256 is None:
        return pl.DataFrame(schema=RECORDS)
    return read_frame(session.files, stated.records_sha256)


def in_buckets(records: pl.DataFrame, keys: list[BucketKey]) -> pl.DataFrame:
    wanted = pl.DataFrame(keys, schema={name: RECORDS[name] for name in KEY}, orient="row")
    return records.join(wanted, on=KEY, how="semi", maintain_order="left")
