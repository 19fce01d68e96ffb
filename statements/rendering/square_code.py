"""The picture of a payment code: as vectors for typesetting, as an image for a page."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import segno

from i18n.locale import _
from statements.document import Document
from statements.payment_code import EPC, PaymentCode, payment_code

# Modules of white around a code, as ISO/IEC 18004 asks for.
QUIET_ZONE = 4

Say = Callable[..., str]
View = dict[str, Any]

CAPTIONS = {
    EPC: _("Scan with a banking app to pay (SEPA credit transfer)."),
}
CAPTION = _("Scan with a banking app to pay.")


def code_view(document: Document, say: Say) -> View | None:
    """The code of a document that has one: its picture twice, and what it is for."""
    code = payment_code(document)
    return None if code is None else drawn_code(code, say)


def drawn_code(code: PaymentCode, say: Say) -> View:
    """The view of a code; equal codes give equal pictures."""
    square = segno.make(
        code.text, error=code.error, micro=False, encoding="utf-8", boost_error=False
    )
    svg = BytesIO()
    square.save(svg, kind="svg", border=QUIET_ZONE, xmldecl=False, svgclass=None, lineclass=None)
    return {
        "caption": say(CAPTIONS.get(code.standard, CAPTION)),
        "svg": svg.getvalue().decode(),
        "png": square.png_data_uri(scale=6, border=QUIET_ZONE),
    }
