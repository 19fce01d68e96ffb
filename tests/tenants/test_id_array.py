"""Ids as the database's own array: it reads them as they were given, in their order."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from tenants.persistence.id_array import id_array, texts_array
from tenants.session import TenantSession

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


@pytest.mark.parametrize(
    "ids", [[], [FIRST], [LAST, FIRST, LAST], [UUID(int=n << 64 | n) for n in range(1000)]]
)
def test_the_database_reads_the_ids_in_their_order(session: TenantSession, ids: list[UUID]):
    asked = sa.text("SELECT CAST(:ids AS uuid[]), pg_typeof(:ids)::text, cardinality(:ids)")

    read = session.execute(asked, {"ids": id_array(session, ids)}).one()
    written = session.execute(asked, {"ids": texts_array(session, list(map(str, ids)))}).one()

    assert tuple(read) == tuple(written) == (ids, "uuid[]", len(ids))
