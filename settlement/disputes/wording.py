"""How disputes are told to a person."""

from i18n.locale import _
from settlement.disputes.dispute import Reason, Status

LINES = {"incoming": _("Incoming"), "outgoing": _("Outgoing")}
"""The lines of a declaration; those of other documents go by their number."""

REASONS = {
    Reason.VOLUME: _("Volume"),
    Reason.DURATION: _("Duration"),
    Reason.RATE: _("Rate"),
    Reason.TRAFFIC_UNKNOWN: _("Traffic unknown"),
    Reason.TRAFFIC_MISSING: _("Traffic missing"),
    Reason.BILLED_TWICE: _("Billed twice"),
    Reason.SHARE: _("Share"),
    Reason.TAX: _("Tax"),
    Reason.OTHER: _("Other"),
}

STATUSES = {
    Status.OPEN: _("Open"),
    Status.WITHDRAWN: _("Withdrawn"),
    Status.ACCEPTED: _("Accepted"),
    Status.REJECTED: _("Rejected"),
}

STATUS_COLOURS = {
    Status.OPEN: "bg-yellow-lt",
    Status.WITHDRAWN: "bg-secondary-lt",
    Status.ACCEPTED: "bg-green-lt",
    Status.REJECTED: "bg-red-lt",
}
