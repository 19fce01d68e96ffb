"""Texts that were categories are let go with the last frame that has any.

Polars keeps all texts that are categories in one place, for as long as a single frame or
expression of the process has some. So one that stands in a module or a cache would have a process
that runs for months keep every text it ever rated.
"""

import subprocess
import sys

# Numbers of categories begin at 0 again where the place of the texts was let go.
ALL_IN = """
import gc, importlib, pkgutil
import polars as pl

for package in ("settlement", "statements", "mediation", "currencies", "tenants", "i18n"):
    for each in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if "migrations" not in each.name and "__main__" not in each.name:
            importlib.import_module(each.name)
for text in ("first", "second"):
    numbers = pl.Series([text]).cast(pl.Categorical()).to_physical().to_list()
    gc.collect()
print(numbers)
"""


def test_no_module_keeps_categories_for_good() -> None:
    found = subprocess.run(
        [sys.executable, "-c", ALL_IN], check=True, stdout=subprocess.PIPE, text=True
    )

    assert found.stdout.splitlines()[-1] == "[0]"
