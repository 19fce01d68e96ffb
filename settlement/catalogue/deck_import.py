"""Read a rate deck out of a delimited file, as carriers send it.

No two senders agree on columns, delimiter, decimal mark or unit, so a layout says them. Each
physical line is read by itself: prices need no line breaks, and a quote that is never closed then
costs one line and not the rest of the file. A line that cannot be read is a finding with its number
and reason; nothing is guessed, so of two prices for one prefix neither is taken.
"""

from typing import Final

LONGEST_LINE: Final = 10_000
