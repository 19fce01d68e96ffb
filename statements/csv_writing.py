"""Write CSV that others open: RFC 4180, and no text in it is ever read as a formula.

Names and descriptions come from people, files and partners, and a spreadsheet computes what begins
like a formula. So every text is guarded here, once for all files; what is a number stays a number,
a negative one too.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from statements.plain_text import cell

NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def csv_text(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """The rows below a row of names; equal rows give equal text. None is an empty cell."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(value) for value in row] for row in rows)
    return out.getvalue()


def guarded(value: object) -> object:
    """A value for a cell: a text that a program would compute gets an apostrophe in front."""
    if not isinstance(value, str) or NUMBER.fullmatch(value):
        return value
    return cell(value)
