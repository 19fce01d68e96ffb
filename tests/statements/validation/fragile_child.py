"""A validator that dies of a document, however many others are asked with it."""

import os

from statements.validation import gateway
from tenants.children import serve


def _answer(question: bytes) -> bytes:
    if b"<deadly/>" in question:
        os._exit(3)
    return gateway._answer(question)


if __name__ == "__main__":
    serve(_answer)
