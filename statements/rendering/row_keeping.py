"""Rows of sums that stay on the page of the row before them.

The drawing library breaks a table between any two rows. A sum that is alone at the head of a page,
or that has nothing but a repeated heading above it, adds up what nobody sees.
"""

from typing import Any

# What rows of sums are called in layouts.
SUM = "sum"


def keep_sums(row: type[Any]) -> None:
    """Change the library's tag of table rows so."""
    begun = row.start

    def start(self: Any, context: Any) -> None:
        begun(self, context)
        table = context.tableData
        if table.row and SUM in self.node.getAttribute("class").split():
            table.add_style(("NOSPLIT", (0, table.row - 1), (-1, table.row)))

    row.start = start
