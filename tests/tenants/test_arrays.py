"""Arrays in the database's own form: it reads them as they were given, in their order."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from tenants.persistence.arrays import id_array, text_array, written_ids
from tenants.session import TenantSession

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


@pytest.mark.parametrize(
    "ids", [[], [FIRST], [LAST, FIRST, LAST], [UUID(int=n << 64 | n) for n in range(1000)]]
)
def test_the_database_reads_the_ids_in_their_order(session: TenantSession, ids: list[UUID]):
    asked = sa.text("SELECT CAST(:ids AS uuid[]), pg_typeof(:ids)::text, cardinality(:ids)")

    read = session.execute(asked, {"ids": id_array(ids)}).one()
    written = session.execute(asked, {"ids": written_ids(list(map(str, ids)))}).one()

    assert tuple(read) == tuple(written) == (ids, "uuid[]", len(ids))


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        [None],
        ["NULL", None, "null", "", None],
        ["{a,b}", '"', "\\", "\n\t\r", " x ", "Żółć", "щука", "👩‍👩‍👧"],
        [f'{{"n": "{n}"}}' for n in range(1000)],
    ],
)
def test_the_database_reads_the_texts_in_their_order(
    session: TenantSession, texts: list[str | None]
):
    asked = sa.text("SELECT CAST(:texts AS text[]), pg_typeof(:texts)::text, cardinality(:texts)")

    read = session.execute(asked, {"texts": text_array(texts)}).one()

    assert tuple(read) == (texts, "text[]", len(texts))


def test_a_text_that_no_column_can_hold_is_refused(session: TenantSession):
    with pytest.raises(sa.exc.DataError, match="0x00"):
        session.execute(sa.text("SELECT CAST(:texts AS text[])"), {"texts": text_array(["a\0"])})
