"""Bytes become text, in the encoding that the source declares and in no other.

A byte that the encoding does not have costs its line, which is named; bytes that speak against the
encoding as a whole (a mark of another, the other byte order) cost the file. UTF-16 says its byte
order by a mark (`utf-16`), or the source does (`utf-16-le`, `utf-16-be`).
"""

import codecs
import re

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "cp1252": "cp1252",
    "koi8-r": "koi8-r",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-2": "iso-8859-2",
    "iso-8859-5": "iso-8859-5",
}

BYTE_ORDER_MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
# What stands where half a character, or half of a pair of them, was.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
SURROGATES = re.compile("[\ud800-\udfff]")


def as_bytes(content: bytes, encoding: str) -> tuple[bytes, list[int]] | None:
    """As `as_text`, in UTF-8; what is ASCII throughout, as most files are, is that already."""
    if content.isascii() and not encoding.startswith("utf-16"):
        return content, []
    read = as_text(content, encoding)
    return read and (read[0].encode(), read[1])


def as_text(content: bytes, encoding: str) -> tuple[str, list[int]] | None:
    """The text and the numbers of the lines that cannot be read; None when the file cannot.

    What cannot be read stands in the text as an escape or as U+FFFD.
    """
    if not content:
        return "", []
    if encoding.startswith("utf-16"):
        return _wide_text(content, encoding)
    if content.startswith(tuple(BYTE_ORDER_MARKS.values())):
        return None
    try:
        return content.decode(ENCODINGS[encoding]), []
    except UnicodeDecodeError:
        return _text_by_line(content, ENCODINGS[encoding])


def _wide_text(content: bytes, encoding: str) -> tuple[str, list[int]] | None:
    order, marked = _byte_order(content, encoding)
    if order is None:
        return None
    body = content[2:] if marked else content
    # Nearly every character of usage is ASCII, whose upper byte is zero.
    zeros = {"utf-16-be": body[0::2].count(0), "utf-16-le": body[1::2].count(0)}
    if zeros[order] < max(zeros.values()):
        return None
    text = body[: len(body) // 2 * 2].decode(order, errors="surrogatepass")
    text = SURROGATES.sub(UNREADABLE, text) + UNREADABLE * (len(body) % 2)
    lines = enumerate(text.split("\n"), start=1) if UNREADABLE in text else ()
    return text, [number for number, line in lines if UNREADABLE in line]


def _byte_order(content: bytes, encoding: str) -> tuple[str | None, bool]:
    """The byte order, none where mark and source contradict, and whether there is a mark."""
    marked = [order for order, mark in BYTE_ORDER_MARKS.items() if content.startswith(mark)]
    if encoding == "utf-16":
        return (marked[0] if marked else None), bool(marked)
    return (encoding if marked in ([], [encoding]) else None), bool(marked)


def _text_by_line(content: bytes, encoding: str) -> tuple[str, list[int]]:
    texts, misread = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError:
            texts.append(line.decode("ascii", errors="backslashreplace"))
            misread.append(number)
    return "\n".join(texts), misread
