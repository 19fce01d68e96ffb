"""A child process that ends in the middle of its work."""

import os

from tenants.children import serve


def _die(_question: bytes) -> bytes:
    os.abort()


if __name__ == "__main__":
    serve(_die)
