"""A reader of square codes (ISO/IEC 18004), written from the standard for tests alone.

It reads one byte segment at error correction level M, versions 1 to 13, from a grid of modules,
and corrects no errors: what is damaged is read wrong, which is what a test wants to see.
"""

from collections.abc import Sequence

# Version -> (codewords of error correction per block, data codewords of each block), level M.
BLOCKS = {
    1: (10, [16]), 2: (16, [28]), 3: (26, [44]), 4: (18, [32] * 2), 5: (24, [43] * 2),
    6: (16, [27] * 4), 7: (18, [31] * 4), 8: (22, [38] * 2 + [39] * 2),
    9: (22, [36] * 3 + [37] * 2), 10: (26, [43] * 4 + [44]), 11: (30, [50] + [51] * 4),
    12: (22, [36] * 6 + [37] * 2), 13: (22, [37] * 8 + [38]),
}  # fmt: skip
ALIGNMENT = {
    1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38],
    8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50], 11: [6, 30, 54], 12: [6, 32, 58],
    13: [6, 34, 62],
}  # fmt: skip
MASKS = (
    lambda r, c: (r + c) % 2, lambda r, c: r % 2, lambda r, c: c % 3, lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2, lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2, lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)  # fmt: skip
FORMAT_MASK, LEVEL_M, BYTES = 0b10101, 0b00, 0b0100

Grid = Sequence[Sequence[int]]


def text_in(grid: Grid) -> str:
    """The text of a code; `grid` holds 1 for dark, row by row, without the white around it."""
    size = len(grid)
    version = (size - 17) // 4
    # Beside the first finder: two bits of level and three of mask, themselves masked.
    told = int("".join(str(grid[8][column]) for column in range(5)), 2) ^ FORMAT_MASK
    assert told >> 3 == LEVEL_M, "the code has another level of error correction"
    mask = MASKS[told & 0b111]
    bits = [
        grid[row][column] ^ (0 if mask(row, column) else 1)
        for row, column in _path(size)
        if not _is_function(row, column, version, size)
    ]
    words = [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits) - 7, 8)]
    return _said(_data(words, version), version)


def _path(size: int) -> list[tuple[int, int]]:
    """Modules in the order of data: pairs of columns from the right, upwards, then downwards."""
    path, upwards = [], True
    right = size - 1
    while right > 0:
        right -= right == 6
        rows = range(size - 1, -1, -1) if upwards else range(size)
        path += [(row, column) for row in rows for column in (right, right - 1)]
        right, upwards = right - 2, not upwards
    return path


def _is_function(row: int, column: int, version: int, size: int) -> bool:
    """Whether a module is part of a pattern and holds no data."""
    in_finder = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    in_timing = row == 6 or column == 6
    in_version = version >= 7 and (
        (row < 6 and column >= size - 11) or (column < 6 and row >= size - 11)
    )
    return in_finder or in_timing or in_version or _in_alignment(row, column, version)


def _in_alignment(row: int, column: int, version: int) -> bool:
    places = ALIGNMENT[version]
    corners = {(6, 6), (6, places[-1]), (places[-1], 6)} if places else set()
    return any(
        abs(row - y) <= 2 and abs(column - x) <= 2
        for y in places
        for x in places
        if (y, x) not in corners
    )


def _data(words: list[int], version: int) -> list[int]:
    """Data codewords in their order; in the code the blocks take turns."""
    _correction, sizes = BLOCKS[version]
    blocks: list[list[int]] = [[] for _ in sizes]
    stream = iter(words)
    for turn in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if turn < size:
                block.append(next(stream))
    return [word for block in blocks for word in block]


def _said(data: list[int], version: int) -> str:
    bits = "".join(f"{word:08b}" for word in data)
    assert int(bits[:4], 2) == BYTES, "the code holds something else than bytes"
    count_bits = 8 if version < 10 else 16
    count = int(bits[4 : 4 + count_bits], 2)
    start = 4 + count_bits
    return bytes(int(bits[at : at + 8], 2) for at in range(start, start + 8 * count, 8)).decode()
