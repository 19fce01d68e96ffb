"""How the exchange with carriers is told to a person."""

from i18n.locale import _
from settlement.interconnect.comparison import Agreement

DIRECTIONS = {"incoming": _("Incoming"), "outgoing": _("Outgoing")}

CLASSES = {
    Agreement.EXACT: _("Exact"),
    Agreement.WITHIN_TOLERANCE: _("Within tolerance"),
    Agreement.OUT_OF_TOLERANCE: _("Out of tolerance"),
    Agreement.MISSING_OURS: _("Missing with {operator}"),
    Agreement.MISSING_THEIRS: _("Missing with {carrier}"),
}

COLOURS = {
    Agreement.EXACT: "bg-green-lt",
    Agreement.WITHIN_TOLERANCE: "bg-azure-lt",
    Agreement.OUT_OF_TOLERANCE: "bg-red-lt",
    Agreement.MISSING_OURS: "bg-orange-lt",
    Agreement.MISSING_THEIRS: "bg-orange-lt",
}
