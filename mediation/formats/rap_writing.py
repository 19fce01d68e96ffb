"""Write RAP 1.5: what is returned of the TAP files of a network, and the word that a RAP file came.

The counterpart of `rap`: what is written here is read there to the same values, and its audit part
ties. An event is returned with the very bytes it was sent in. Tag numbers: RAP 1.5 as of GSMA
TD.32; only facts of the format are used.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from mediation.formats.ber_writing import element
from mediation.formats.rap import ReturnError
from mediation.formats.tap_contents import TapEvent
from mediation.formats.tap_writing import NETWORK, SEQUENCE_MAX, NotANetworkCode

VERSION: Final = 1
RELEASE: Final = 5
TAP_VERSION: Final = 3


class RapHead(NamedTuple):
    """Who returns to whom, in which file and when; the release and money of the TAP files."""

    sender: str
    recipient: str
    sequence: int
    written_at: dt.datetime
    tap_release: int = 12
    decimal_places: int | None = None
    currency: str | None = None


class Severe(NamedTuple):
    """An event of a TAP file and what is wrong with it."""

    sequence: int
    event: TapEvent
    error: ReturnError


class Fatal(NamedTuple):
    """A whole TAP file; `audit` is its audit part where that is what is wrong, else empty."""

    sequence: int
    error: ReturnError
    audit: bytes = b""


class Missing(NamedTuple):
    """TAP files that never came."""

    first: int
    last: int


Detail = Severe | Fatal | Missing


def return_file(head: RapHead, details: Sequence[Detail]) -> bytes:
    """A return batch of these details, at least one, in their order.

    Raises: NotANetworkCode.
    """
    assert details, "what returns nothing is no return batch"
    assert 1 <= head.sequence <= SEQUENCE_MAX, "numbers of files have five digits"
    _check_networks(head)
    severe = [each.event for each in details if isinstance(each, Severe)]
    return element(
        534,
        [
            _control(head),
            element(536, [_detail(each) for each in details]),
            element(
                541,
                [
                    element(533, sum(each.charge for each in severe)),
                    element(528, len(details)),
                    element(553, sum(each.tax for each in severe)),
                ],
            ),
        ],
    )


def acknowledgement_file(head: RapHead) -> bytes:
    """The word of `head.sender` that a RAP file of this number has come. Raises NotANetworkCode."""
    _check_networks(head)
    return element(
        535,
        [*_names(head), _stamp(516, head.written_at), _stamp(515, head.written_at)],
    )


def _check_networks(head: RapHead) -> None:
    for code in (head.sender, head.recipient):
        if not NETWORK.fullmatch(code):
            raise NotANetworkCode(code=code)


def _control(head: RapHead) -> bytes:
    money = [] if head.decimal_places is None else [element(244, head.decimal_places)]
    money += [] if head.currency is None else [element(210, head.currency)]
    return element(
        537,
        [
            *_names(head),
            _stamp(526, head.written_at),
            _stamp(525, head.written_at),
            element(201, TAP_VERSION),
            element(189, head.tap_release),
            element(544, VERSION),
            element(543, RELEASE),
            *money,
        ],
    )


def _names(head: RapHead) -> list[bytes]:
    return [
        element(196, head.sender),
        element(182, head.recipient),
        element(181, f"{head.sequence:05}"),
    ]


def _detail(detail: Detail) -> bytes:
    if isinstance(detail, Missing):
        last = [] if detail.last == detail.first else [element(518, f"{detail.last:05}")]
        return element(538, [element(532, f"{detail.first:05}"), *last])
    number, errors = element(109, f"{detail.sequence:05}"), _errors(detail.error)
    if isinstance(detail, Severe):
        return element(540, [number, detail.event.content, errors])
    wrong = element(513, [detail.audit, errors]) if detail.audit else element(542, [errors])
    return element(539, [number, wrong])


def _errors(error: ReturnError) -> bytes:
    path = [
        element(545, [element(546, item), element(548, level)])
        for level, item in enumerate(error.path, 1)
    ]
    context = [element(549, path)] if path else []
    return element(520, [element(521, [*context, element(519, error.code)])])


def _stamp(number: int, at: dt.datetime) -> bytes:
    return element(number, [element(16, f"{at:%Y%m%d%H%M%S}"), element(231, f"{at:%z}")])
