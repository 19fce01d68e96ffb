"""Take numbers, lines and ports into stock; those that contracts have already are busy."""

from collections.abc import Sequence

from settlement.agreements.contracts import service as contracts
from settlement.inventory import service as inventory
from settlement.inventory.resource import ResourceRange, checked_codes, numbers_between
from tenants.session import TenantSession


def import_numbers(
    session: TenantSession, name: str, first: str, last: str, quarantine_days: int
) -> ResourceRange:
    """Take a range of telephone numbers into stock, both ends included.

    Raises RangeUnclear, ResourcesExist, QuarantineUnclear.
    """
    return _import(session, name, "number", numbers_between(first, last), quarantine_days)


def import_codes(
    session: TenantSession, name: str, kind: str, codes: Sequence[str], quarantine_days: int
) -> ResourceRange:
    """Take lines, ports or single numbers into stock, by their codes.

    Raises CodeUnusable, ResourcesExist, QuarantineUnclear.
    """
    return _import(session, name, kind, checked_codes(codes), quarantine_days)


def _import(
    session: TenantSession, name: str, kind: str, codes: Sequence[str], quarantine_days: int
) -> ResourceRange:
    kept = inventory.import_resources(session, name, kind, codes, quarantine_days)
    inventory.occupy(session, contracts.holders(session, codes))
    return kept
