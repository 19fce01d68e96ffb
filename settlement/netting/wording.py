"""How netting is told to a person."""

from i18n.locale import _
from settlement.ledger.accounts import Account
from settlement.netting.offset import Status

STATUSES = {
    Status.PROPOSED: _("Waits for consent"),
    Status.AGREED: _("Agreed"),
    Status.BOOKED: _("Booked"),
    Status.REFUSED: _("Refused"),
}

STATUS_COLOURS = {
    Status.PROPOSED: "bg-yellow-lt",
    Status.AGREED: "bg-blue-lt",
    Status.BOOKED: "bg-green-lt",
    Status.REFUSED: "bg-red-lt",
}

SIDES = {
    Account.PARTNER_PAYABLE: _("Owed by {operator}"),
    Account.CARRIER_PAYABLE: _("Owed by {operator}"),
    Account.CARRIER_RECEIVABLE: _("Owed to {operator}"),
}
