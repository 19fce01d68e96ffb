"""What kinds and states of resources are called, and how they are coloured."""

from i18n.locale import _

KINDS = {"number": _("Numbers"), "line": _("Subscriber lines"), "port": _("Ports")}
STATES = {
    "free": _("Available"),
    "busy": _("Busy"),
    "reserved": _("Reserved"),
    "quarantine": _("In quarantine"),
}
COLOURS = {
    "free": "bg-green-lt",
    "busy": "bg-blue-lt",
    "reserved": "bg-yellow-lt",
    "quarantine": "bg-orange-lt",
}
