"""Why a whole file was not loaded, in words: a code and, after a colon, what was found."""

from typing import Final

from i18n.locale import _, translate
from i18n.retelling import retold

REFUSALS: Final = {
    "BAD_DECIMAL_PLACES": _("The file says a number of decimals that its format does not have"),
    "BAD_TRAILER": _("The last line, which counts the records, cannot be read"),
    "BROKEN_BER": _("The file is damaged or cut off"),
    "BROKEN_FLOWS": _("The file is damaged or cut off"),
    "CONTROL_TOTALS": _("The file does not hold what its sender counted"),
    "DECODER_CRASHED": _("Reading the file failed; nothing of it was used"),
    "DECODER_TOO_SLOW": _("Reading the file took too long; nothing of it was used"),
    "DOCTYPE_NOT_ALLOWED": _("XML with a document type is not taken"),
    "EMPTY_FILE": _("The file is empty"),
    "INCOMPLETE_FILE": _("The file is not whole"),
    "LATE_OPTIONS": _("Flows of other files were read without what this file tells of them"),
    "LATE_TEMPLATE": _("Flows of other files were read by another template than this file tells"),
    "LOST_FLOWS": _("Flows are missing between the packets of the file"),
    "MISSING_COLUMN": _("A column that the source needs is missing"),
    "MISSING_HEADER": _("The first line does not name the columns"),
    "MISSING_RECORDS": _("There are no records where the source looks for them"),
    "MISSING_TRAILER": _("The last line, which counts the records, is missing"),
    "NOT_JSON": _("The file is not JSON"),
    "NOT_NRTRDE": _("The file is not NRTRDE"),
    "NOT_TAP": _("The file is not TAP"),
    "NOT_XML": _("The file is not XML"),
    "NO_PACKETS": _("The file is empty"),
    "NO_RECORDS": _("There are no records in the file"),
    "ODD_NAME": _("The name of the file holds characters that are not taken"),
    "SAME_CONTENT": _("The same content came before"),
    "SEQUENCE_TAKEN": _("A file of this number was loaded before"),
    "TEST_FILE": _("The file says that it is a test"),
    "TOO_DEEP": _("The file is nested too deep"),
    "TOO_LARGE": _("The file is too large"),
    "TOO_MANY_RECORDS": _("The file has more records than one file may hold"),
    "TWO_EXPORTERS": _("Two exporters send under one domain; each needs a source of its own"),
    "UNSUPPORTED_VERSION": _("This version of the format is not read"),
    "WRONG_ENCODING": _("The file is not in the encoding of its source"),
}
"""Codes as batches keep them. One that has no words here is shown as it is."""

# Of these the words say all there is to know.
SAY_ALL: Final = ("NO_PACKETS", "SEQUENCE_TAKEN", "TEST_FILE")


def refusal_text(reason: str, locale: str) -> str:
    """A reason such as `NOT_JSON: Expecting value at line 1` in a reader's words."""
    code, mark, found = reason.partition(": ")
    if not mark:
        code, mark, found = reason.partition(" as ")
    if code not in REFUSALS:
        return retold(reason, locale)
    said = translate(REFUSALS[code], locale)
    return f"{said}: {retold(found, locale)}" if found and code not in SAY_ALL else said
