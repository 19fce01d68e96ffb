"""Find the RAP files that never came, and waive the numbers that will not.

A network numbers what it returns to us, 00001 to 99999 and round again. A file that is missing may
return calls that we count as owed; it holds up no close, for it is about months declared before.
"""

from mediation.formats.tap_numbers import COUNTER
from mediation.sequences import Waived, gaps
from settlement.disputes.returned_calls import service as returned_calls
from settlement.disputes.returned_calls.missing_returns import store
from settlement.disputes.returned_calls.missing_returns.missing import (
    MissingReturns,
    ReturnNotMissing,
    WaivedWithoutReason,
)
from settlement.disputes.returned_calls.returned import Between
from tenants.session import TenantSession


def missing_returns(session: TenantSession) -> list[MissingReturns]:
    """What never came and is not waived, by network."""
    waived: dict[Between, list[Waived]] = {}
    for row in store.rows(session):
        between = Between(row.carrier_id, row.sender, row.recipient)
        waived.setdefault(between, []).append(Waived(row.sequence, row.waived_at))
    found = []
    for between, files in sorted(returned_calls.numbered(session).items()):
        missing = gaps(files, waived.get(between, ()), COUNTER)
        named = tuple(each._replace(stream=between.stream) for each in missing)
        found += [MissingReturns(*between, gaps=named)] if named else []
    return found


def waive(session: TenantSession, sender: str, number: int, reason: str) -> None:
    """Declare that a RAP file of this number will not come.

    Raises ReturnNotMissing and WaivedWithoutReason.
    """
    if not reason.strip():
        raise WaivedWithoutReason(number=f"{number:05}", sender=sender)
    for each in missing_returns(session):
        if each.sender == sender and number in (gap.number for gap in each.gaps):
            session.add(
                store.RapWaiverRow(
                    tenant_id=session.tenant_id,
                    id=session.ids.new(),
                    carrier_id=each.carrier_id,
                    sender=each.sender,
                    recipient=each.recipient,
                    sequence=number,
                    reason=reason.strip(),
                    waived_by=session.principal.name,
                    waived_at=session.now(),
                )
            )
            session.flush()
            return
    raise ReturnNotMissing(number=f"{number:05}", sender=sender)
