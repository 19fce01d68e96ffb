"""How payouts are told to a person."""

from i18n.locale import _
from settlement.payouts.payout import Outcome, Status

STATUSES = {
    Status.PROPOSED: _("To be approved"),
    Status.APPROVED: _("Approved"),
    Status.REJECTED: _("Rejected"),
    Status.SENT: _("Sent"),
}

OUTCOMES = {
    Outcome.PAID: _("Payment"),
    Outcome.CARRIED: _("Carried forward"),
    Outcome.HELD: _("Held"),
}

STATUS_COLOURS = {
    Status.PROPOSED: "bg-yellow-lt",
    Status.APPROVED: "bg-blue-lt",
    Status.REJECTED: "bg-red-lt",
    Status.SENT: "bg-green-lt",
}
