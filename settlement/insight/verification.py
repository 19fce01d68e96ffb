"""What must be true of the books, as named checks that anybody can run at any time.

A check is one SQL statement that returns the rows that break it, and none where the books are
sound. It runs in a session of one tenant, so it sees that tenant's rows and no others. The names
begin with the invariant they hold: I ingest, S split, L ledger, P periods and documents, Y payouts,
R reconciliation, A audit, T the tenant's walls.

Checks say nothing about what is still under way: usage that waits for its rating or a gap in the
files of an open period is work, not a fault.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from currencies.money import plain


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its name, what it says, and the SQL that finds what breaks it.

    Without SQL it is one that is computed anew, such as a chain of hashes.
    """

    name: str
    says: str
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that breaks a check."""

    check: str
    says: str
    row: Mapping[str, object]

    def __str__(self) -> str:
        facts = ", ".join(f"{name} {_shown(value)}" for name, value in self.row.items())
        return f"{self.check}: not so: {self.says} {facts}"


def findings(check: Check, rows: Iterable[Mapping[str, object]]) -> list[Finding]:
    """The rows of a check as findings."""
    return [Finding(check.name, check.says, row) for row in rows]


def _shown(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
