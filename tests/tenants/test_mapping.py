"""What the stores believe about their tables is what the migrations made."""

import datetime as dt
import importlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.database import Database
from tenants.persistence.tables import Table

ROOT = Path(__file__).resolve().parents[2]


def stores() -> Iterator[str]:
    for package in ("tenants", "currencies", "mediation", "statements", "settlement"):
        for path in sorted((ROOT / package).rglob("store.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts)


def mapped() -> dict[str, sa.Table]:
    for name in stores():
        importlib.import_module(name)
    return {table.name: table for table in Table.metadata.sorted_tables}


def kind(type_: sa.types.TypeEngine[Any]) -> object:
    """What a column holds, as far as Python can tell the difference."""
    if isinstance(type_, sa.JSON | JSONB):
        return "json"
    if isinstance(type_, sa.ARRAY):
        return ("list of", kind(type_.item_type))
    if isinstance(type_, sa.DateTime):
        return (dt.datetime, type_.timezone)
    return type_.python_type


@pytest.mark.parametrize("name", sorted(mapped()))
def test_a_mapped_table_is_the_migrated_one(shared_database: Database, name: str) -> None:
    columns = sa.inspect(shared_database.engine).get_columns(name)

    believed = {
        column.name: (kind(column.type), bool(column.nullable)) for column in mapped()[name].columns
    }

    made = {column["name"]: (kind(column["type"]), column["nullable"]) for column in columns}
    needed = {
        column["name"]
        for column in columns
        if not column["nullable"] and not column["default"] and not column.get("computed")
    }
    assert {name: made.get(name) for name in believed} == believed
    assert needed <= set(believed), "a row could not be added without these"


def test_the_comparison_tells_types_apart() -> None:
    assert kind(sa.Numeric(38, 12)) is Decimal and kind(sa.Uuid()) is UUID
    assert kind(sa.DateTime(timezone=True)) != kind(sa.DateTime())
