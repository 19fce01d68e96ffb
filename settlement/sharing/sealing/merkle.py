"""A Merkle tree over rows of text: one root for all, and a short path that proves one of them.

Hashes are SHA-256 as in RFC 6962: a leaf is the hash of a zero byte and the row in UTF-8, a node
that of a one byte and its two children; a node without a neighbour moves up as it is. The root of
no rows is the hash of nothing.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple


class Sibling(NamedTuple):
    """A hash on the way to the root, and on which side of ours it stands."""

    side: str
    hash: str


def root(rows: Sequence[str]) -> str:
    """The root of all rows, as 64 hexadecimal digits."""
    return root_of([leaf(row) for row in rows])


def root_of(leaves: Sequence[bytes]) -> str:
    """The same by the hashes of the leaves."""
    level = leaves
    while len(level) > 1:
        level = _above(level)
    return (level[0] if level else sha256(b"").digest()).hex()


def path(rows: Sequence[str], place: int) -> list[Sibling]:
    """What leads from the row at a place (from 0) to the root."""
    level, found = [leaf(row) for row in rows], []
    while len(level) > 1:
        other = place ^ 1
        if other < len(level):
            side = "right" if other > place else "left"
            found.append(Sibling(side, level[other].hex()))
        level, place = _above(level), place // 2
    return found


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
    return [_node(*pair) if len(pair) == 2 else pair[0] for pair in pairs]


def leaf(row: str) -> bytes:
    """The hash of one row."""
    return sha256(b"\0" + row.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
