"""A file that is taken away under its own name."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response

PIECE_BYTES = 1024 * 1024


def attachment(content: str | bytes, name: str, media_type: str) -> Response:
    """The answer that saves a file; a name in any script is told as RFC 6266 says."""
    answer = Response(content, content_type=media_type)
    plain = "".join(sign if sign.isascii() else "_" for sign in name)
    answer.headers.set("Content-Disposition", "attachment", filename=plain)
    if plain != name:
        told = answer.headers["Content-Disposition"]
        answer.headers["Content-Disposition"] = f"{told}; filename*=UTF-8''{quote(name, safe='')}"
    return answer


def streamed(place: Path, name: str, media_type: str) -> Response:
    """A file that may be large, handed out under a name, a piece at a time."""
    answer = Response(_pieces(place), content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.content_length = place.stat().st_size
    return answer


def _pieces(place: Path) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time."""
    with place.open("rb") as content:
        while piece := content.read(PIECE_BYTES):
            yield piece
