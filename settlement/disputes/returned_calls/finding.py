"""Find the events that a RAP file returns in the TAP files they were sent in.

An event is found by its elements, all of them and in their order; of events that agree in all of
it the first that is not returned yet is taken. What was not sent, or was returned before, is a
fault of the RAP file, which is then refused with each of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from i18n.errors import Invalid
from i18n.locale import Several, Words, _
from mediation.formats.ber import Leaf
from mediation.formats.rap import (
    FatalReturn,
    MissingReturn,
    Return,
    ReturnBatch,
    SevereReturn,
    StopReturn,
)
from mediation.formats.tap_contents import TapContents, TapEvent
from settlement.disputes.dispute import Reason
from settlement.disputes.returned_calls.returned import ReturnedCall, ReturnKind

FAULTS_TOLD = 10
# TAP tag numbers of what an event costs, and of whom it belongs to.
PRICES = frozenset((62, 63, 66, 69, 104, 105, 210, 244, 415))
SUBSCRIBERS = frozenset((129, 152, 199, 427))
VOLUMES = frozenset((250, 251, 65, 68))
DURATION = 223


class ReturnsWhatWasNotSent(Invalid):
    """The RAP file returns what we did not send, or what was returned before: {faults}. Compare it
    with the TAP files and send it again.
    """


class OtherMoney(Invalid):
    """The RAP file is in {money}, TAP file {file} in {ours}. Return events as they were sent."""


class SentFile(NamedTuple):
    """A TAP file of ours: its events, and the places in it that were returned before.

    `is_returned` where it was returned as a whole.
    """

    id: UUID
    name: str
    contents: TapContents
    before: Collection[int]
    is_returned: bool


def found_returns(batch: ReturnBatch, sent: Mapping[int, SentFile]) -> list[ReturnedCall]:
    """Each return with what it names; `sent` are our TAP files by number.

    Raises: ReturnsWhatWasNotSent, OtherMoney.
    """
    for file in sent.values():
        _check_money(batch, file)
    left = {number: _Left(file) for number, file in sent.items()}
    found = [_found(line, each, left) for line, each in enumerate(batch.returns, 1)]
    faults = [each for each in found if isinstance(each, Words)]
    if faults:
        raise ReturnsWhatWasNotSent(faults=Several(faults[:FAULTS_TOLD]))
    return [each for each in found if isinstance(each, ReturnedCall)]


def reason_of(returned: Collection[ReturnedCall]) -> Reason:
    """What is held to be wrong with events, where it is the same with all of them."""
    reasons = {_reason(each.item or 0) for each in returned}
    return reasons.pop() if len(reasons) == 1 else Reason.OTHER


def _reason(item: int) -> Reason:
    if item in PRICES:
        return Reason.RATE
    if item in SUBSCRIBERS:
        return Reason.TRAFFIC_UNKNOWN
    if item in VOLUMES:
        return Reason.VOLUME
    return Reason.DURATION if item == DURATION else Reason.OTHER


class _Left:
    """The events of a file that are not returned yet."""

    def __init__(self, file: SentFile) -> None:
        self.file = file
        self.is_returned = file.is_returned
        self.events: dict[tuple[Leaf, ...], list[TapEvent]] = defaultdict(list)
        self.count = 0
        # The last first, so that the first is taken first.
        for each in reversed(file.contents.events):
            if each.place not in file.before:
                self.events[each.leaves].append(each)
                self.count += 1

    def one(self, line: int, each: SevereReturn) -> ReturnedCall | Words:
        """The first event of these elements, which is left no more; or why there is none."""
        same = self.events.get(each.event)
        if not same:
            return Words(_("{line}: no such event left in {file}"), line=line, file=self.file.name)
        event = same.pop()
        self.count -= 1
        return ReturnedCall(
            line,
            ReturnKind.SEVERE,
            self._amount(event.charge + event.tax),
            tap_file_id=self.file.id,
            place=event.place,
            began=event.began,
            # The first error counts: a file is corrected one by one.
            error_code=each.errors[0].code,
            item=each.errors[0].item,
        )

    def whole(self, line: int, each: FatalReturn) -> ReturnedCall | Words:
        """All of the file, where nothing of it was returned before."""
        events = self.file.contents.events
        if self.count < len(events):
            return Words(
                _("{line}: events of {file} were returned before"), line=line, file=self.file.name
            )
        self.is_returned = True
        return ReturnedCall(
            line,
            ReturnKind.FATAL,
            self._amount(sum(each.charge + each.tax for each in events)),
            tap_file_id=self.file.id,
            error_code=each.errors[0].code,
            item=each.errors[0].item,
        )

    def _amount(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.file.contents.decimal_places)


def _found(line: int, each: Return, left: Mapping[int, _Left]) -> ReturnedCall | Words:
    """What a return names, or what is wrong with it."""
    nothing = Decimal(0)
    if isinstance(each, MissingReturn):
        return ReturnedCall(
            line, ReturnKind.MISSING, nothing, first_number=each.first, last_number=each.last
        )
    if isinstance(each, StopReturn):
        return ReturnedCall(line, ReturnKind.STOP, nothing, last_number=each.last)
    if each.sequence not in left:
        return Words(_("{line}: no TAP file {number}"), line=line, number=f"{each.sequence:05}")
    known = left[each.sequence]
    if known.is_returned:
        return Words(_("{line}: {file} was returned before"), line=line, file=known.file.name)
    return known.one(line, each) if isinstance(each, SevereReturn) else known.whole(line, each)


def _check_money(batch: ReturnBatch, file: SentFile) -> None:
    ours = file.contents
    said = (
        batch.currency or ours.currency,
        ours.decimal_places if batch.decimal_places is None else batch.decimal_places,
    )
    is_same = {"SDR": "XDR"}.get(said[0], said[0]) == ours.currency
    if not is_same or said[1] != ours.decimal_places:
        raise OtherMoney(
            money=_with_places(*said),
            file=file.name,
            ours=_with_places(ours.currency, ours.decimal_places),
        )


def _with_places(currency: str, decimals: int) -> Words:
    return Words(_("{currency} at {decimals} decimals"), currency=currency, decimals=decimals)


def numbers_of(batch: ReturnBatch) -> Iterator[int]:
    """The numbers of the TAP files that are returned, in whole or in part."""
    for each in batch.returns:
        if isinstance(each, (SevereReturn, FatalReturn)):
            yield each.sequence
