"""What pages call channels and states, and how states are coloured."""

from i18n.locale import _
from settlement.delivery.delivery import Channel, State

CHANNELS = {
    Channel.EMAIL: _("E-mail"),
    Channel.PORTAL: _("Portal"),
    Channel.SFTP: _("SFTP"),
    Channel.PRINT: _("Post"),
    Channel.PEPPOL: _("Peppol"),
    Channel.KSEF: _("KSeF"),
}
STATES = {
    State.WAITING: _("Waits to be sent"),
    State.HELD: _("Held back"),
    State.SENDING: _("Being sent"),
    State.UNCLEAR: _("Unclear whether it left"),
    State.SENT: _("Sent"),
    State.DELIVERED: _("Delivered"),
    State.FAILED: _("Failed, tried again"),
    State.BOUNCED: _("Came back"),
    State.GIVEN_UP: _("Given up"),
}
COLOURS = {
    State.WAITING: "bg-blue-lt",
    State.HELD: "bg-yellow-lt",
    State.SENDING: "bg-blue-lt",
    State.UNCLEAR: "bg-red-lt",
    State.SENT: "bg-green-lt",
    State.DELIVERED: "bg-green-lt",
    State.FAILED: "bg-yellow-lt",
    State.BOUNCED: "bg-red-lt",
    State.GIVEN_UP: "bg-red-lt",
}
