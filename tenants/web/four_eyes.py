"""What requests have in common by which one person proposes and another decides."""

from marshmallow import fields, validate

# The reason of a proposal or a rejection, which goes into the trail.
WHY = fields.String(required=True, validate=validate.Length(min=1, max=500))
