"""Calls to services outside, over HTTPS."""

import urllib.error
import urllib.request
from collections.abc import Mapping


def over_http(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: int,
    largest_answer: int,
) -> tuple[int, bytes]:
    """Return the status of the answer and its body, as far as `largest_answer` bytes of it.

    An answer with an error status is an answer as well: its body says why. Raises OSError.
    """
    asked = urllib.request.Request(  # noqa: S310 - the address is the installation's own setting.
        url, data=body or None, headers=dict(headers), method=method
    )
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as answer:  # noqa: S310 - as above.
            return answer.status, answer.read(largest_answer)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(largest_answer)
