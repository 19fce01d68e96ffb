"""What happened on an account, in the words of the document's language."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from i18n.locale import _, translator
from settlement.ledger.accounts import Account
from settlement.ledger.move import Move
from statements.account_statement import Movement
from statements.document import Kind
from statements.rendering.wording import TITLES

# What a party owes us, and what we owe it.
ACCOUNTS: Final = (
    Account.RECEIVABLE,
    Account.CARRIER_RECEIVABLE,
    Account.PARTNER_PAYABLE,
    Account.CARRIER_PAYABLE,
)

WORDS: Final = {
    "receipt": _("Payment received"),
    "write_off": _("Given up"),
    "payout": _("Paid out"),
    "offset": _("Set off"),
    "deposit": _("Deposit"),
}
TAKEN_BACK: Final = {
    "receipt": _("Payment returned"),
    "payout": _("Payout returned"),
}
OTHER, OTHER_BACK = _("Settlement"), _("Taken back")


def movements(
    moves: Sequence[Move], kinds: Mapping[UUID, Kind], locale: str
) -> tuple[Movement, ...]:
    """Movements in the order of the book; `kinds` are those of the documents that moved it."""
    say = translator(locale)
    return tuple(
        Movement(each.booked_on, say(_what(each, kinds)), each.narrative, each.amount)
        for each in moves
    )


def _what(move: Move, kinds: Mapping[UUID, Kind]) -> str:
    if move.is_reversal:
        return TAKEN_BACK.get(move.source_type, OTHER_BACK)
    if move.source_type == "document" and move.source_id in kinds:
        return TITLES[kinds[move.source_id]]
    return WORDS.get(move.source_type, OTHER)
