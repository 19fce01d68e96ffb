"""Keys are remembered in few runs and found where they were kept."""

from uuid import UUID

import polars as pl
import pytest

from mediation.key_hashes import key_hashes
from mediation.keys import service as keys
from mediation.keys import store
from mediation.sources import service as sources
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, ZONE


@pytest.fixture
def source_id(session: TenantSession) -> UUID:
    settings = {"zone": ZONE, "mapping": MAPPING}
    return sources.register_source(session, "switch", "Switch", "delimited", settings).id


def some_keys(batch: int, count: int) -> pl.DataFrame:
    line = pl.int_range(1, count + 1, dtype=pl.Int64, eager=True)
    return pl.DataFrame({"record_key": f"{batch}-" + line.cast(pl.String), "line": line})


def remember(session: TenantSession, source_id: UUID, batch: int, count: int) -> None:
    keys.remember(session, source_id, batch, some_keys(batch, count))


def found(session: TenantSession, source_id: UUID, *wanted: str) -> list[tuple[int, int]]:
    return sorted(keys.find(session, source_id, key_hashes(pl.Series(wanted))).rows())


def test_a_key_is_found_by_batch_and_line(session: TenantSession, source_id: UUID) -> None:
    remember(session, source_id, 1, 3)
    remember(session, source_id, 2, 5000)

    assert found(session, source_id, "1-3", "2-4999", "2-5001", "other") == [(1, 3), (2, 4999)]


def test_single_keys_do_not_become_a_file_each(session: TenantSession, source_id: UUID) -> None:
    for batch in range(1, 150):
        remember(session, source_id, batch, 1)

    assert len(store.rows(session, source_id)) < keys.SHORT_RUNS
    assert found(session, source_id, "1-1", "77-1", "149-1") == [(1, 1), (77, 1), (149, 1)]


def test_files_of_like_length_are_merged_and_the_old_ones_go_with_the_next_batch(
    session: TenantSession, source_id: UUID
) -> None:
    for batch in range(1, 9):
        remember(session, source_id, batch, 4096 + batch)
    [whole] = store.rows(session, source_id)
    retired = [str(row.sha256) for row in store.rows(session, source_id, retired=True)]
    there = [session.files.path(sha256) for sha256 in retired]

    remember(session, source_id, 9, 1)

    assert whole.keys == 8 * 4096 + 36
    assert len(there) == 8
    assert not any(path.exists() for path in there)
    wanted = ("1-4097", "8-1", "8-4105", "9-1")
    assert found(session, source_id, *wanted) == [(1, 4097), (8, 1), (9, 1)]


def test_a_source_does_not_know_the_keys_of_another(
    session: TenantSession, source_id: UUID
) -> None:
    settings = {"zone": ZONE, "mapping": MAPPING}
    other = sources.register_source(session, "other", "Other", "delimited", settings).id
    remember(session, source_id, 1, 1)

    assert found(session, other, "1-1") == []
