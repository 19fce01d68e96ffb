"""What requests have in common by which one person proposes and another decides."""

from typing import Final

from marshmallow import fields, validate

from i18n.locale import _

# The reason of a proposal or a rejection, which goes into the trail.
WHY = fields.String(required=True, validate=validate.Length(min=1, max=500))

# How pages name the status of a proposal.
DECISIONS: Final = {
    "proposed": _("Waits for approval"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
}
