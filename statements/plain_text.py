"""Text from outside, made fit to be written into a document.

Names and descriptions come from people, files and partners. What cannot be written into XML at
all (control characters, half of a surrogate pair) or would show the reader another order than it
has (direction overrides) is replaced by the replacement character: seen, and never a failed run.
"""

import re

# The last two places of every plane are no characters.
NO_CHARACTERS = "".join(f"{chr(end - 1)}{chr(end)}" for end in range(0x1FFFF, 0x110000, 0x10000))
# C0 and C1 controls but tab and line feed, surrogates, non-characters, direction controls.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    f"{NO_CHARACTERS}\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# The longest word that fits a column of the layouts; e-mail addresses are seldom longer.
LONG_RUN = re.compile(r"(\S{36})(?=\S)")
LINE = 40
# A SHA-256, which whoever checks it copies.
DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

# A cell that begins like this is read as a formula by spreadsheets, full-width signs included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")


def printable(text: str) -> str:
    """The text with what cannot be written replaced, one mark for each character."""
    # Most texts show at a glance that they are fit.
    return text if text.isascii() and text.isprintable() else UNFIT.sub(REPLACEMENT, text)


def fitting(text: str, longest: int = 240) -> str:
    """The text for one place on paper: printable, without empty lines, broken where a word would
    run over the edge, and cut, visibly, where it is too long.

    Its own line breaks are kept as far as the lines are about as many as the text would fill.
    """
    unbroken = text.replace("\r\n", "\n")  # as browsers send it
    lines = [line for line in printable(unbroken).splitlines() if line.strip()]
    between = "\n" if len(lines) <= longest // LINE else " "
    safe = LONG_RUN.sub(r"\1 ", between.join(lines))
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}…"


def fitting_note(text: str, longest: int) -> str:
    """The same for a place as wide as the page, where the first digest is kept in one piece."""
    found = DIGEST.search(text)
    if found is None:
        return fitting(text, longest)
    before, after = text[: found.start()], text[found.end() :]
    return f"{fitting(before, longest)}{found.group()}{fitting(after, longest)}"


def cell(text: str) -> str:
    """The text for a cell of a spreadsheet: never read as a formula."""
    safe = printable(text)
    return f"'{safe}" if safe.startswith(FORMULA_STARTS) else safe
