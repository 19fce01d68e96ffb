"""How the causes of a difference are told to a person."""

from i18n.locale import _
from settlement.interconnect.records.waterfall import Cause

CAUSES = {
    Cause.MISSING_HERE: _("Missing with {operator}"),
    Cause.MISSING_THERE: _("Missing with {carrier}"),
    Cause.DUPLICATES: _("Duplicates"),
    Cause.VOLUME: _("Volume"),
    Cause.DURATION: _("Duration"),
    Cause.RATE: _("Price"),
    Cause.TIME_ZONE: _("Time zone"),
    Cause.CUT_OFF: _("Cut-off"),
    Cause.ROUNDING: _("Rounding"),
    Cause.FX: _("Rate of exchange"),
    Cause.UNEXPLAINED: _("Unexplained"),
}
