"""What a document says of the check that its reverse charge rests on (R87), and words for pages."""

import datetime as dt

from i18n.formats import date_text
from i18n.locale import _, translator
from settlement.taxation.number_checks.number_check import CheckedNumbers, Numbered

EVIDENCE = _("VAT number {number} checked with {service} on {day} at {time} UTC, {request}.")
UNNAMED = _("without an identifier")

ANSWERS = {
    "valid": _("Valid"),
    "invalid": _("Invalid"),
    "no_answer": _("No answer"),
    "not_configured": _("Nobody was asked"),
}
COLOURS = {"valid": "green", "invalid": "red", "no_answer": "yellow", "not_configured": "yellow"}


def evidence_note(checked: CheckedNumbers, of: Numbered, on: dt.date, locale: str) -> str:
    """The line on a document that names the check. Raises what `CheckedNumbers.evidence` raises."""
    check, say = checked.evidence(of, on), translator(locale)
    at = check.checked_at.astimezone(dt.UTC)
    return say(
        EVIDENCE,
        number=check.number,
        service=check.service,
        day=date_text(at.date(), locale),
        time=f"{at:%H:%M}",
        request=check.told.request_identifier or say(UNNAMED),
    )
