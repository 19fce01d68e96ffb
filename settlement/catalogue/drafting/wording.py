"""Words of tariffs on pages: days of a week, kinds of tiers, and what a price is for."""

from typing import Final

from i18n.locale import _

WEEKDAYS: Final = (
    _("Mon"),
    _("Tue"),
    _("Wed"),
    _("Thu"),
    _("Fri"),
    _("Sat"),
    _("Sun"),
)
TIERS: Final = {
    "graduated": _("Each unit costs what its step says."),
    "volume": _("All units cost what the step says that the month reached."),
    "package": _("Each started package is paid whole: the steps say what the month costs."),
    "commitment": _("The units of the first step are paid even if they are not used."),
}
PER: Final = {
    "second": _("a second"),
    "minute": _("a minute"),
    "hour": _("an hour"),
    "byte": _("a byte"),
    "kilobyte": _("a kilobyte"),
    "megabyte": _("a megabyte"),
    "gigabyte": _("a gigabyte"),
    "kilowatt_hour": _("a kilowatt hour"),
    "cubic_metre": _("a cubic metre"),
    "core_hour": _("a core hour"),
    "gigabyte_hour": _("a gigabyte hour"),
    "thousand_requests": _("a thousand requests"),
    "request": _("a request"),
    "device_day": _("a device day"),
    "device_hour": _("a device hour"),
    "consultation": _("a consultation"),
    "piece": _("each"),
}
