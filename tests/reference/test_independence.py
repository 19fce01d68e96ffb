"""The reference shares no code with the product, or both would be wrong together."""

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PRODUCT = {"settlement", "mediation", "statements", "currencies", "tenants", "i18n"}
# What lays the product beside the reference knows both.
COMPARING = ("test_*.py", "comparing*.py")


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            yield str(node.module)


def of_others(source: str) -> list[str]:
    """What is of the product, or of tests that are about it."""
    return [
        name
        for name in imported(source)
        if name.split(".")[0] in PRODUCT
        or (name.startswith("tests.") and not name.startswith("tests.reference."))
    ]


def test_the_reference_imports_nothing_of_the_product() -> None:
    own = [
        path
        for path in sorted(HERE.rglob("*.py"))
        if not any(path.match(pattern) for pattern in COMPARING)
    ]

    assert len(own) > 10
    assert {path.name: of_others(path.read_text()) for path in own} == {
        path.name: [] for path in own
    }


def test_an_import_of_the_product_is_found() -> None:
    assert of_others("from settlement.rating import kernel\nimport datetime") == [
        "settlement.rating"
    ]
    assert of_others("from tests.settlement.rating.formula import worked_out")
