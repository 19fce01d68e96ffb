"""Keep batches and their usage; give usage back to rating, exactly as it landed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import polars as pl

from i18n.errors import NotFound
from mediation.batch import Batch
from mediation.conservation import Outcomes
from mediation.intake import OUTCOMES_SCHEMA
from mediation.key_hashes import hashes_of, key_hashes
from mediation.keys import service as key_runs
from mediation.landing import store
from mediation.metering import REGISTER, Reach, reach, with_consumption
from mediation.packing import service as packing
from mediation.sequences import Numbered
from mediation.single_values import texts_once
from mediation.told_by_usage import IS_TOLD, shortened, told
from mediation.usage import (
    CATEGORISED,
    REPEATING,
    USAGE_SCHEMA,
    assert_usage,
    by_account,
    completed,
    empty_usage,
    said_once,
)
from tenants.column_files import (
    Condition,
    keep_frame,
    read_frame,
    read_where,
    scan_frames,
)
from tenants.files import TenantFiles
from tenants.session import TenantSession
from tenants.values import value_of

# What a large file may say of all its records; accounts are asked for by their text.
SAID_OF_ALL: Final = tuple(name for name in REPEATING if name != "account")
# By these usage is looked for (`read_where`), so groups of rows have bounds of them.
LOOKED_FOR: Final = ("account", "batch_id", "line", "occurred_at")


class NoSuchBatch(NotFound):
    """There is no batch {batch}. Check the identifier."""


class Manifest(NamedTuple):
    """What is known of a batch when it is recorded."""

    source_id: UUID
    file_name: str
    sha256: str
    size_bytes: int
    status: str
    reason: str
    sequence: int | None
    records: int
    outcomes: Outcomes
    control_totals: Mapping[str, Any]
    stream: str = ""


def record_batch(
    session: TenantSession, batch_id: UUID, manifest: Manifest, went: pl.DataFrame
) -> Batch:
    """Record a batch and where each of its records went (`intake.OUTCOMES_SCHEMA`).

    A batch of this id that has loaded nothing is recorded anew: it has been read again.
    """
    row = store.batch_row(session, batch_id)
    if row is None:
        row = store.BatchRow(
            tenant_id=session.tenant_id, id=batch_id, arrived_at=session.now(), **_columns(manifest)
        )
        session.add(row)
    else:
        assert row.status in ("quarantined", "duplicate"), "only what was not loaded is read again"
        for name, value in _columns(manifest).items():
            setattr(row, name, value)
    row.outcomes_sha256 = _keep_outcomes(session.files, shortened(went))
    _remember_keys(session, row, went.filter(pl.col("outcome") == "landed"))
    return value_of(Batch, row)


def keep_usage(files: TenantFiles, usage: pl.DataFrame) -> str:
    """Write usage to be landed; returns the SHA-256 of the file."""
    # By account, so that one customer's usage is found without reading everybody's.
    written = by_account(said_once(assert_usage(usage)))
    # Small files are packed, and a pack is asked for a batch by its text.
    is_packed = usage.height < packing.SMALL
    kept = written if is_packed else texts_once(written, SAID_OF_ALL)
    return keep_frame(files, kept, LOOKED_FOR)


def land(
    session: TenantSession, batch_id: UUID, usage: pl.DataFrame, sha256: str | None = None
) -> None:
    """Add a file of usage to a batch; it replaces the lines that the batch has landed before.

    `sha256` is what `keep_usage` made of it, if it was written already.
    """
    if usage.is_empty():
        return
    sha256 = sha256 or keep_usage(session.files, usage)
    _add_file(session, batch_id, usage, sha256, _changed(session, usage, usage), is_whole=False)


def take_back(
    session: TenantSession, batch_id: UUID, lines: Sequence[int] | None = None
) -> pl.DataFrame:
    """Let a batch land anew as a whole, without these lines or, where none are named, as nothing.

    Returns the usage that counts no more. The file that says so landed now, so that every month in
    which usage was taken back is seen to have changed.
    """
    usage = usage_of_batch(session, batch_id)
    is_gone = pl.lit(True) if lines is None else pl.col("line").is_in(list(lines))
    gone, left = usage.filter(is_gone), usage.filter(~is_gone)
    if gone.height:
        changed = _changed(session, gone, left.clear())
        _add_file(session, batch_id, left, keep_usage(session.files, left), changed, is_whole=True)
    return gone


def _add_file(
    session: TenantSession,
    batch_id: UUID,
    usage: pl.DataFrame,
    sha256: str,
    changed: Reach,
    *,
    is_whole: bool,
) -> None:
    row = store.LandedFileRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        batch_id=batch_id,
        sha256=sha256,
        records=usage.height,
        part=len(store.landed_file_rows(session, batch_id)) + 1,
        is_whole=is_whole,
        first_at=changed.first,
        last_at=changed.last,
        has_readings=_is_read(usage).height > 0,
        landed_at=session.now(),
    )
    session.add(row)
    session.flush()
    if row.part == 1:
        source_id = _row(session, batch_id).source_id
        packing.pack(session, source_id, row.id, row.sha256, row.records)


def _changed(session: TenantSession, moved: pl.DataFrame, comes: pl.DataFrame) -> Reach:
    """The instants between which usage is another when lines move, to what `comes` in their place.

    A reading changes what earlier estimates and the next reading show, in whatever month they are.
    """
    span = [Reach(*moved.select(first=pl.min("occurred_at"), last=pl.max("occurred_at")).row(0))]
    read = _is_read(moved)
    if read.height:
        before = _readings(session, read)
        replaced = before.join(read, on=["batch_id", "line"], how="anti")
        changes = reach(before, pl.concat([replaced, _is_read(comes)]))
        span += [changes] if changes is not None else []
    return Reach(min(each.first for each in span), max(each.last for each in span))


def _with_consumption(session: TenantSession, usage: pl.DataFrame) -> pl.DataFrame:
    """Let each reading show what was consumed, by all readings of its register."""
    shown = completed(_is_read(usage))
    if shown.is_empty():
        return usage
    consumed = with_consumption(_readings(session, shown)).join(
        shown, on=["batch_id", "line"], how="semi"
    )
    unread = usage.filter(pl.col("reading").is_null())
    return pl.concat([unread, completed(consumed, dict(usage.schema))])


def _readings(session: TenantSession, some: pl.DataFrame) -> pl.DataFrame:
    """All readings that have landed of the registers of these."""
    frames = [usage_of_batch(session, each) for each in store.batches_with_readings(session)]
    return pl.concat(
        [
            _is_read(usage).join(some, on=list(REGISTER), how="semi", nulls_equal=True)
            for usage in (empty_usage(), *frames)
        ]
    )


def _is_read(usage: pl.DataFrame) -> pl.DataFrame:
    return usage.filter(pl.col("reading").is_not_null())


def move(session: TenantSession, batch_id: UUID, *, landed: int = 0, rejected: int = 0) -> None:
    """Move records of a batch out of suspense."""
    row = _row(session, batch_id)
    row.landed += landed
    row.rejected += rejected
    row.suspended -= landed + rejected
    session.flush()


def landed_usage(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    accounts: Collection[str] | None = None,
) -> pl.DataFrame:
    """All usage that occurred in the half-open time, in the order of the rules: time, key, source.

    Of these accounts only, where some are named.
    """
    if accounts is not None and not accounts:
        return empty_usage()
    usage = _landed(session, occurred_from, occurred_until, accounts, USAGE_SCHEMA)
    return usage.sort("occurred_at", "record_key", "source", "batch_id", "line")


def landed_unordered(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime
) -> pl.DataFrame:
    """The same usage in no order (`usage.CATEGORISED`), for who puts it in one of his own."""
    return _landed(session, occurred_from, occurred_until, None, CATEGORISED)


def landed_pieces(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime, records: int
) -> Iterator[pl.DataFrame]:
    """The same in pieces of at most so many records, at least one; each file is read once."""
    held = [pl.DataFrame(schema=CATEGORISED)]
    for frame in _frames(session, occurred_from, occurred_until, None, CATEGORISED):
        for some in frame.iter_slices(records):
            if sum(each.height for each in held) + some.height > records:
                yield _with_consumption(session, pl.concat(held))
                held = []
            held.append(some)
    yield _with_consumption(session, pl.concat(held))


def _landed(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    accounts: Collection[str] | None,
    schema: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    frames = _frames(session, occurred_from, occurred_until, accounts, schema)
    return _with_consumption(session, pl.concat([pl.DataFrame(schema=schema), *frames]))


def _frames(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    accounts: Collection[str] | None,
    schema: Mapping[str, pl.DataType],
) -> Iterator[pl.DataFrame]:
    """What landed file by file, as the records say it."""
    wanted: list[Condition] = [
        ("occurred_at", ">=", occurred_from),
        ("occurred_at", "<", occurred_until),
    ]
    within = pl.col("occurred_at").is_between(occurred_from, occurred_until, closed="left")
    if accounts is not None:
        wanted.append(("account", "in", sorted(accounts)))
        within = within & pl.col("account").is_in(sorted(accounts))
    # What was landed once is filtered while it is read; a later part may replace any line.
    once, several = store.packs_within(session, occurred_from, occurred_until)
    is_once = ~pl.col("batch_id").is_in([str(each) for each in several])
    categories = [name for name, kind in schema.items() if kind == pl.Categorical]
    for sha256 in once:
        found = completed(read_where(session.files, sha256, wanted, categories), schema)
        yield found.filter(is_once) if several else found
    for each in several:
        yield completed(usage_of_batch(session, each).filter(within), schema)


def landed_count(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime
) -> int:
    """How many records the files hold that may have usage of the half-open time."""
    return store.landed_count(session, occurred_from, occurred_until)


def has_landed_since(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    since: dt.datetime,
) -> bool:
    """Whether a file that may hold usage of the half-open time has landed after this instant."""
    return store.is_landed_since(session, occurred_from, occurred_until, since)


def _part(session: TenantSession, row: store.LandedFileRow) -> pl.DataFrame:
    """The usage of one landed file, out of its pack where it is in one."""
    pack = store.pack_of(session, row.id)
    if pack is None:
        return read_frame(session.files, row.sha256)
    return read_where(session.files, pack, [("batch_id", "=", str(row.batch_id))])


def usage_of_batch(session: TenantSession, batch_id: UUID) -> pl.DataFrame:
    """The usage of one batch, each line in its last version."""
    usage = empty_usage()
    for row in store.present_file_rows(session, batch_id):
        later = completed(_part(session, row))
        usage = pl.concat([usage.join(later, on="line", how="anti"), later])
    return usage.sort("line")


def landed_at(session: TenantSession, batch_id: UUID, line: int) -> dt.datetime | None:
    """When a line of a batch first landed; None where it has not."""
    for row in store.present_file_rows(session, batch_id):
        if (_part(session, row)["line"] == line).any():
            return row.landed_at
    return None


def kept_keys(session: TenantSession, source_id: UUID, keys: pl.DataFrame) -> pl.DataFrame:
    """Which of these record keys (`key_hashes.hashes_of`) have landed from this source.

    Returns `intake.OUTCOMES_SCHEMA`, one row for each landed record with such a key.
    """
    found = [pl.DataFrame(schema=OUTCOMES_SCHEMA)]
    hits = key_runs.find(session, source_id, hashes_of(keys))
    rows = store.rows_numbered(session, source_id, hits["batch"].unique().to_list())
    for row in rows:
        assert row.outcomes_sha256 is not None, "a batch with keys has outcomes"
        lines = hits.filter(pl.col("batch") == row.key_number)["line"].cast(pl.Int64)
        at = (
            scan_frames(session.files, [row.outcomes_sha256])
            .filter(pl.col("line").is_in(lines.implode()), pl.col("outcome") == "landed")
            .collect()
        )
        at = told(at, _landed_first(session, row.id, at.filter(IS_TOLD)["line"]))
        # The hash led here; only the text says that it is the same key. What was kept is less.
        same = keys.join(at, on="record_key", how="semi")
        known = at.join(same, on="record_key", how="semi", maintain_order="left")
        found.append(known.cast(pl.Schema(OUTCOMES_SCHEMA)))
    return pl.concat(found)


def remember_stated(session: TenantSession, batch_id: UUID, calls: pl.DataFrame) -> None:
    """Remember the calls (call_id, line) of a batch whose figures were stated as a whole."""
    keys = calls.select(_stated_key(pl.col("call_id")).alias("record_key"), "line")
    _remember_keys(session, _row(session, batch_id), keys)


def stated_calls(
    session: TenantSession, source_id: UUID, call_ids: Sequence[str]
) -> dict[str, UUID]:
    """Which of these calls have landed with figures stated as a whole, and the batch of each."""
    wanted = pl.Series("call_id", call_ids, pl.String)
    keys = wanted.to_frame().select(_stated_key(pl.col("call_id"))).to_series()
    hits = key_runs.find(session, source_id, key_hashes(keys))
    found: dict[str, UUID] = {}
    for row in store.rows_numbered(session, source_id, hits["batch"].unique().to_list()):
        lines = hits.filter(pl.col("batch") == row.key_number)["line"].cast(pl.Int64)
        usage = usage_of_batch(session, row.id).filter(pl.col("line").is_in(lines.implode()))
        found |= dict.fromkeys(set(usage["record_key"]) & set(call_ids), row.id)
    return found


def _stated_key(call_id: pl.Expr) -> pl.Expr:
    """No part has it: theirs end with a number."""
    return pl.concat_str(call_id, pl.lit("#"))


def forget_keys(session: TenantSession, batch_id: UUID) -> None:
    """Let the records of a batch come again: what has its keys is no duplicate of it any more.

    The lines that have landed stay; taking them back is for the caller. Forgetting again changes
    nothing. The source must be locked (`lock_source`). Raises: NoSuchBatch.
    """
    row = _row(session, batch_id)
    if row.key_number is not None:
        row.key_number = -abs(row.key_number)
        session.flush()


def replace_outcomes(session: TenantSession, batch_id: UUID, anew: pl.DataFrame) -> None:
    """Say anew where some records of a landed batch went (`intake.OUTCOMES_SCHEMA`)."""
    row = _row(session, batch_id)
    before = outcomes_of_batch(session, batch_id)
    went = pl.concat([before.join(anew, on="line", how="anti"), anew]).sort("line")
    row.outcomes_sha256 = _keep_outcomes(session.files, went)
    moved = anew.join(before.select("line", was="outcome"), on="line", maintain_order="left")
    for name, change in (("outcome", 1), ("was", -1)):
        for outcome, records in moved[name].value_counts().iter_rows():
            setattr(row, outcome, getattr(row, outcome) + change * records)
    is_new = (pl.col("outcome") == "landed") & (pl.col("was") != "landed")
    _remember_keys(session, row, moved.filter(is_new).drop("was"))


def unfold(
    session: TenantSession, batch_id: UUID, lines: Sequence[int], found: pl.DataFrame
) -> None:
    """Count the records found in place of some waiting ones (`intake.OUTCOMES_SCHEMA`)."""
    row = _row(session, batch_id)
    before = outcomes_of_batch(session, batch_id)
    left = before.filter(~pl.col("line").is_in(list(lines)))
    assert left.height == before.height - len(lines), "what is unfolded came with the batch"
    went = pl.concat([left, found]).sort("line")
    row.outcomes_sha256 = _keep_outcomes(session.files, went)
    row.records += found.height - len(lines)
    row.suspended -= len(lines)
    for outcome, records in found["outcome"].value_counts().iter_rows():
        setattr(row, outcome, getattr(row, outcome) + records)
    _remember_keys(session, row, found.filter(pl.col("outcome") == "landed"))


def mark_undone(session: TenantSession, batch_id: UUID, reason: str) -> Batch:
    """Say of a landed batch that it counts no more; its bytes and its figures stay."""
    row = _row(session, batch_id)
    assert row.status == "landed", "only what was loaded is undone"
    forget_keys(session, batch_id)
    row.status, row.reason, row.undone_at = "undone", reason, session.now()
    session.flush()
    return value_of(Batch, row)


def mark_returned(session: TenantSession, batch_id: UUID, returned_as: str | None) -> None:
    """Say under which name a refused batch was given back; None: it is ours again."""
    _row(session, batch_id).returned_as = returned_as
    session.flush()


def outcomes_of_batch(session: TenantSession, batch_id: UUID, *wanted: pl.Expr) -> pl.DataFrame:
    """Where each record of a batch went when it came in (`intake.OUTCOMES_SCHEMA`).

    Args:
        wanted: conditions on line, outcome or call_line; only what fulfils them is given.
    """
    sha256 = _row(session, batch_id).outcomes_sha256
    if sha256 is None:
        return pl.DataFrame(schema=OUTCOMES_SCHEMA)
    went = read_frame(session.files, sha256).filter(*wanted)
    return told(went, _landed_first(session, batch_id, went.filter(IS_TOLD)["line"]))


def _landed_first(session: TenantSession, batch_id: UUID, lines: pl.Series) -> pl.DataFrame:
    """The usage of these lines as the batch landed it, whatever became of it since."""
    if lines.is_empty():
        return empty_usage()
    row = store.landed_file_rows(session, batch_id)[0]
    if store.pack_of(session, row.id) is not None:
        return completed(_part(session, row)).filter(pl.col("line").is_in(lines.implode()))
    scanned = scan_frames(session.files, [row.sha256])
    return completed(scanned.filter(pl.col("line").is_in(lines.implode())).collect())


def lock_source(session: TenantSession, source_id: UUID) -> None:
    """Let one batch of a source in at a time, until the transaction ends."""
    store.lock_source(session, source_id)


def batches(session: TenantSession, source_id: UUID | None = None) -> list[Batch]:
    """All batches, or those of one source, in the order in which they came."""
    return [value_of(Batch, row) for row in store.batch_rows(session, source_id)]


def some_batches(session: TenantSession, batch_ids: Sequence[UUID]) -> list[Batch]:
    """The batches of these ids, in their order."""
    found = {row.id: value_of(Batch, row) for row in store.rows_of(session, batch_ids)}
    return [found[each] for each in batch_ids]


def numbered(session: TenantSession, source_id: UUID) -> dict[str, list[Numbered]]:
    """The files of a source that came with a number, by stream and in the order they came in."""
    found: dict[str, list[Numbered]] = defaultdict(list)
    for stream, number, came_at, status, undone_at, went_as in store.numbers(session, source_id):
        is_loaded, is_given_back = status == "landed", went_as is not None
        found[stream].append(Numbered(number, came_at, is_loaded, undone_at, is_given_back))
    return dict(found)


def last_loaded_at(session: TenantSession, source_id: UUID) -> dt.datetime | None:
    """When the last file of a source came that is loaded; None where there is none."""
    return store.last_loaded_at(session, source_id)


def loaded_after(session: TenantSession, source_id: UUID, instant: dt.datetime) -> int:
    """How many files of a source came after an instant and are loaded."""
    return store.loaded_after(session, source_id, instant)


def the_batch(session: TenantSession, batch_id: UUID) -> Batch:
    """The batch of this id.

    Raises: NoSuchBatch.
    """
    return value_of(Batch, _row(session, batch_id))


def batch_with_content(session: TenantSession, source_id: UUID, sha256: str) -> Batch | None:
    """The batch that first brought these bytes from this source, unless that was undone."""
    row = store.row_with_content(session, source_id, sha256)
    return None if row is None else value_of(Batch, row)


def batches_named(session: TenantSession, source_id: UUID, file_name: str) -> list[Batch]:
    """The batches of a source whose file had this name."""
    return [value_of(Batch, row) for row in store.rows_named(session, source_id, file_name)]


def _remember_keys(session: TenantSession, row: store.BatchRow, kept: pl.DataFrame) -> None:
    if kept.height and row.key_number is None:
        # A new batch is stored with its number, not without it first.
        with session.no_autoflush:
            row.key_number = store.last_key_number(session, row.source_id) + 1
    session.flush()
    if kept.height and row.key_number is not None:
        key_runs.remember(session, row.source_id, row.key_number, kept)


def _keep_outcomes(files: TenantFiles, went: pl.DataFrame) -> str | None:
    """Write where records went; they are looked for by their lines."""
    return keep_frame(files, went, ["line"]) if went.height else None


def _columns(manifest: Manifest) -> dict[str, Any]:
    facts = manifest._asdict()
    counts: Outcomes = facts.pop("outcomes")
    return facts | {
        "control_totals": dict(manifest.control_totals),
        "landed": counts.landed,
        "rejected": counts.rejected,
        "duplicate": counts.duplicate,
        "suspended": counts.suspended,
    }


def _row(session: TenantSession, batch_id: UUID) -> store.BatchRow:
    row = store.batch_row(session, batch_id)
    if row is None:
        raise NoSuchBatch(batch=batch_id)
    return row
