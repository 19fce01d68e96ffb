"""Rows are loaded as a set, and every value arrives as it was."""

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import polars as pl
import psycopg
import pytest
import sqlalchemy as sa
from psycopg.types.json import Jsonb

from tenants.persistence.copy_text import copy_text, frame_text, plain_texts
from tenants.persistence.loading import FEW, SOME, load_frame, load_rows
from tenants.session import TenantSession

ONE = UUID("00000000-0000-4000-8000-000000000001")
NOON = dt.datetime(2026, 11, 2, 12, 30, tzinfo=dt.UTC)
COLUMNS = ("id", "words", "number", "amount", "is_so", "on_day", "at", "ids")

AS_THEY_ARE: list[tuple[object, ...]] = [
    (ONE, "plain", 1, Decimal("0.000000000001"), True, dt.date(2026, 10, 1), NOON, [ONE, ONE]),
    (ONE, "tab\there\nand \\N\r", -(2**62), Decimal("-1E+3"), False, None, None, []),
    (ONE, "", 0, Decimal("0E-12"), True, dt.date(1, 1, 1), NOON, [ONE]),
    (ONE, r"\N", None, None, None, None, None, None),
    (ONE, "Łódź Минск \u2028 {a,b}", None, Decimal(7), None, None, None, None),
    (ONE, None, None, None, None, None, None, None),
]


FEW_AND_MANY = pytest.mark.parametrize("times", [1, FEW, SOME], ids=["few", "some", "many"])


@pytest.fixture
def kept(session: TenantSession) -> TenantSession:
    session.execute(
        sa.text(
            "CREATE TEMPORARY TABLE kept (id uuid, words text, number bigint, amount numeric,"
            " is_so boolean, on_day date, at timestamptz, ids uuid[], said jsonb, code char(3))"
            " ON COMMIT DROP"
        )
    )
    return session


@FEW_AND_MANY
def test_every_value_arrives_as_it_was(kept: TenantSession, times: int) -> None:
    load_rows(kept, "kept", COLUMNS, AS_THEY_ARE * times)

    found = kept.execute(sa.text(f"SELECT {', '.join(COLUMNS)} FROM kept")).all()  # noqa: S608
    # Short rows take what room long ones left.
    assert sorted((tuple(row) for row in found), key=repr) == sorted(AS_THEY_ARE * times, key=repr)


@FEW_AND_MANY
def test_a_code_of_so_many_letters_keeps_them_all(kept: TenantSession, times: int) -> None:
    load_rows(kept, "kept", ("code",), [("PLN",)] * times + [("EUR",)])

    found = kept.execute(sa.text("SELECT code, count(*) FROM kept GROUP BY code")).all()
    assert sorted(tuple(row) for row in found) == [("EUR", 1), ("PLN", times)]


@FEW_AND_MANY
def test_a_code_that_is_too_long_is_refused_and_not_cut(kept: TenantSession, times: int) -> None:
    with pytest.raises(psycopg.DataError, match="too long"):
        load_rows(kept, "kept", ("code",), [("EURO",)] * (times + 1))


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_a_number_that_the_column_cannot_hold_is_refused_and_not_rounded(
    kept: TenantSession, count: int
) -> None:
    with pytest.raises(psycopg.DataError, match="bigint"):
        load_rows(kept, "kept", ("number",), [(Decimal("1.5"),)] * count)


@pytest.mark.parametrize("count", [FEW, FEW + 1, SOME, SOME + 1])
def test_as_many_rows_arrive_as_come(kept: TenantSession, count: int) -> None:
    load_rows(kept, "kept", ("number",), iter([(number,) for number in range(count)]))

    found = kept.scalars(sa.text("SELECT number FROM kept")).all()
    assert sorted(found) == list(range(count))


@pytest.mark.parametrize("times", [1, FEW])
def test_what_only_the_driver_can_write_arrives_too(kept: TenantSession, times: int) -> None:
    rows = [(ONE, Jsonb({"a": [1]})), (ONE, None)] * times

    load_rows(kept, "kept", ("id", "said"), rows)

    assert copy_text(rows) is None and plain_texts(rows) is None
    assert kept.scalars(sa.text("SELECT said FROM kept")).all() == [{"a": [1]}, None] * times


def test_long_json_arrives_as_it_was(kept: TenantSession) -> None:
    said = ['tab\t, \\N, "quoted", \u2028 and {a,b}'] * 100

    load_rows(kept, "kept", ("words", "said"), [(r"\N", json.dumps(said))] * (FEW + 1))

    found = kept.execute(sa.text("SELECT words, said FROM kept")).all()
    assert [tuple(row) for row in found] == [(r"\N", said)] * (FEW + 1)


def test_rows_of_more_than_one_piece_all_arrive(kept: TenantSession) -> None:
    load_rows(kept, "kept", ("id", "number"), ((ONE, number) for number in range(25_000)))

    assert kept.scalar(sa.text("SELECT count(DISTINCT number) FROM kept")) == 25_000


def test_nothing_is_loaded_from_nothing(kept: TenantSession) -> None:
    load_rows(kept, "kept", ("id",), [])

    assert kept.scalar(sa.text("SELECT count(*) FROM kept")) == 0


def test_one_and_true_are_not_written_alike() -> None:
    assert copy_text([(1,), (True,), (0,), (False,)]) == "1\nTrue\n0\nFalse\n"


IN_COLUMNS = pl.DataFrame(
    [
        (str(ONE), "plain", 1, Decimal("0.000000000001"), dt.date(2026, 10, 1), [str(ONE)] * 2),
        (str(ONE), "tab\there\nand \\N\r", -(2**62), Decimal("-1000"), None, []),
        (str(ONE), "", 0, Decimal(0), dt.date(1, 1, 1), [str(ONE)]),
        (str(ONE), r"\N", None, None, None, None),
        (str(ONE), 'Łódź, "Минск" \u2028 {a,b}', None, Decimal("1e25"), None, None),
        (str(ONE), None, None, None, None, None),
    ],
    schema={"id": pl.String, "words": pl.String, "number": pl.Int64,
            "amount": pl.Decimal(38, 12), "on_day": pl.Date, "ids": pl.List(pl.String)},
    orient="row",
)  # fmt: skip


@FEW_AND_MANY
def test_columns_arrive_as_they_were(kept: TenantSession, times: int) -> None:
    load_frame(kept, "kept", pl.concat([IN_COLUMNS] * times))

    names = ", ".join(IN_COLUMNS.columns)
    found = kept.execute(sa.text(f"SELECT {names} FROM kept")).all()  # noqa: S608
    wanted = [
        (ONE, words, number, amount, day, ids if ids is None else [UUID(each) for each in ids])
        for _, words, number, amount, day, ids in IN_COLUMNS.iter_rows()
    ]
    assert sorted((tuple(row) for row in found), key=repr) == sorted(wanted * times, key=repr)


@pytest.mark.parametrize(
    "row", [*IN_COLUMNS.iter_slices(1), IN_COLUMNS.head(1).with_columns(words=pl.lit("it's %s"))]
)
def test_what_all_rows_have_arrives_in_each(kept: TenantSession, row: pl.DataFrame) -> None:
    numbers = pl.int_range(SOME, eager=True).alias("number").to_frame()
    same = row.drop("number")

    load_frame(kept, "kept", numbers.join(same, how="cross"))
    load_frame(kept, "kept", pl.concat([same] * SOME))

    names = ", ".join(same.columns)
    query = f"SELECT {names}, count(number), count(*) FROM kept GROUP BY {names}"  # noqa: S608
    [(found_id, *found, lists, numbered, every)] = kept.execute(sa.text(query)).all()
    [(wanted_id, *wanted, ids)] = same.rows()
    assert (str(found_id), found, lists) == (
        wanted_id,
        wanted,
        ids if ids is None else [UUID(each) for each in ids],
    )
    assert (numbered, every) == (SOME, 2 * SOME)


def test_a_code_of_all_rows_that_is_too_long_is_refused_and_not_cut(kept: TenantSession) -> None:
    numbers = pl.int_range(SOME, eager=True).alias("number").to_frame()

    with pytest.raises(psycopg.DataError, match="too long"):
        load_frame(kept, "kept", numbers.with_columns(code=pl.lit("EURO")))


def test_lists_of_few_rows_each_arrive(kept: TenantSession) -> None:
    rows = [(number, [UUID(int=number // 3)]) for number in range(3_000)]
    said = [(number, list(map(str, each))) for number, each in rows]
    schema = {"number": pl.Int64, "ids": pl.List(pl.String)}

    load_frame(kept, "kept", pl.DataFrame(said, schema=schema, orient="row"))

    found = kept.execute(sa.text("SELECT number, ids FROM kept ORDER BY number")).all()
    assert [tuple(row) for row in found] == rows


def test_pieces_of_columns_all_arrive(kept: TenantSession) -> None:
    numbers = pl.int_range(25_000, eager=True).alias("number").to_frame()

    load_frame(kept, "kept", numbers)

    assert kept.scalar(sa.text("SELECT count(DISTINCT number) FROM kept")) == 25_000


def test_columns_without_a_row_are_no_text() -> None:
    assert frame_text(IN_COLUMNS.clear()) == ""
