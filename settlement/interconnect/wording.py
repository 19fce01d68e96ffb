"""How the exchange with carriers is told to a person."""

from i18n.locale import _
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.consents.consent import Status
from settlement.interconnect.exchange.progress import State
from settlement.interconnect.refused_files.refused_file import FileKind
from statements.exchange.message import MessageKind

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

CONSENTS = {
    Status.WAITING: _("Waits for the consent of {carrier}"),
    Status.AGREED: _("Agreed and booked"),
    Status.DEEMED_ACCEPTED: _("Accepted by silence and booked"),
    Status.REFUSED: _("Refused by {carrier}; not booked"),
}

STATES = {
    State.OPEN: _("Totals awaited"),
    State.TOTALS_EXCHANGED: _("Totals exchanged"),
    State.RECORDS_EXCHANGED: _("Records exchanged"),
    State.PROPOSED: _("Settlement proposed"),
    State.AGREED: _("Agreed"),
    State.DEEMED_ACCEPTED: _("Accepted by silence"),
    State.OBJECTED: _("Objected"),
}

KINDS = {
    MessageKind.BUCKET_TOTALS: _("Control totals"),
    MessageKind.RECORD_REQUEST: _("Request for records"),
    MessageKind.RECORDS: _("Records"),
    MessageKind.ACKNOWLEDGEMENT: _("Acknowledgement"),
    MessageKind.PROPOSAL: _("Proposal"),
    MessageKind.COUNTER_PROPOSAL: _("Counter-proposal"),
    MessageKind.ACCEPTANCE: _("Acceptance"),
    MessageKind.OBJECTION: _("Objection"),
}

FILES = {
    FileKind.DECLARATION: _("Declaration"),
    FileKind.CALLS: _("Calls"),
    FileKind.RETURNS: _("Returned calls"),
}

VERDICTS = {
    "sent": _("Not acknowledged yet"),
    "accepted": _("Accepted"),
    "refused": _("Refused"),
}
