"""The stand-alone verifier as bytes, to be put into each bundle."""

from pathlib import Path


def verifier() -> bytes:
    """The source of verify.py."""
    return Path(__file__).with_name("verify.py").read_bytes()
