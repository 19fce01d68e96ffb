"""A file that is taken away under its own name."""

from urllib.parse import quote

from flask import Response


def attachment(content: str | bytes, name: str, media_type: str) -> Response:
    """The answer that saves a file; a name in any script is told as RFC 6266 says."""
    answer = Response(content, content_type=media_type)
    plain = "".join(sign if sign.isascii() else "_" for sign in name)
    answer.headers.set("Content-Disposition", "attachment", filename=plain)
    if plain != name:
        told = answer.headers["Content-Disposition"]
        answer.headers["Content-Disposition"] = f"{told}; filename*=UTF-8''{quote(name, safe='')}"
    return answer
