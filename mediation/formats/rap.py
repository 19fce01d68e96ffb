"""RAP 1.5, the file in which a network returns what it does not accept of TAP files it was sent.

A return batch holds a head, return details and an audit part: how many details there are, and the
charge and tax of the events returned. A detail is one event with a severe error, a whole file with
a fatal one, files that never came, or the number after which files are to stop. An acknowledgement
says that a return batch has come. A file whose audit part does not tie is refused with each total
that differs. RAP 1.3 to 1.5 are read.

Tag numbers and rules: RAP 1.5 as of GSMA TD.32; only facts of the format are used.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from i18n.errors import Invalid
from i18n.locale import Several, Words, _
from mediation.formats import rap_tags as tags
from mediation.formats import tap_tags
from mediation.formats.ber import Element, Leaf, children, integer, leaves
from mediation.formats.roaming import as_text
from mediation.formats.tap_charges import scaled
from mediation.formats.tap_contents import amounts_of

VERSION: Final = 1
RELEASES: Final = (3, 4, 5)
DECIMAL_PLACES_MAX: Final = 6
SEQUENCE_DIGITS: Final = 5
PARTS: Final = {
    "head": tags.BATCH_CONTROL_INFO,
    "return details": tags.RETURN_DETAILS,
    "audit": tags.AUDIT_CONTROL_INFO,
}


class NotARapFile(Invalid):
    """The file is no RAP file that can be used: {fault}. Send it again as RAP 1.3 to 1.5."""


class RapDoesNotTie(Invalid):
    """The audit part of the RAP file does not tie: {faults}. Correct it and send it again."""


class ReturnError(NamedTuple):
    """What is wrong: a code, and the TAP tag numbers of the item from the outermost inwards."""

    code: int
    path: tuple[int, ...] = ()

    @property
    def item(self) -> int:
        """The tag number of the item itself; 0 where none is named."""
        return self.path[-1] if self.path else 0


class SevereReturn(NamedTuple):
    """One event of a TAP file, as it was sent; amounts are whole numbers in the file's places."""

    sequence: int
    event: tuple[Leaf, ...]
    charge: int
    tax: int
    errors: tuple[ReturnError, ...]


class FatalReturn(NamedTuple):
    """A whole TAP file."""

    sequence: int
    errors: tuple[ReturnError, ...]


class MissingReturn(NamedTuple):
    """TAP files that never came, from the first to the last number."""

    first: int
    last: int


class StopReturn(NamedTuple):
    """No TAP files are expected after this number."""

    last: int


Return = SevereReturn | FatalReturn | MissingReturn | StopReturn


class ReturnBatch(NamedTuple):
    """A RAP file; `value` and `tax` are the audited sums over its severe returns, `decimal_places`
    and `currency` None where it says neither.
    """

    sender: str
    recipient: str
    sequence: int
    decimal_places: int | None
    currency: str | None
    returns: tuple[Return, ...]
    value: int
    tax: int


class Acknowledgement(NamedTuple):
    """A RAP file of this number has come; `sender` is who acknowledges."""

    sender: str
    recipient: str
    sequence: int


Values = dict[int, bytes]


def read_rap(content: bytes) -> ReturnBatch | Acknowledgement:
    """Read a RAP file whole, or refuse it.

    Raises: NotARapFile, RapDoesNotTie, BrokenBer.
    """
    file = next(children(content, 0, len(content)), None)
    if file is None or file.tag not in (tags.RETURN_BATCH, tags.ACKNOWLEDGEMENT):
        raise NotARapFile(fault=Words(_("it is no return batch and no acknowledgement")))
    if not file.is_constructed or content[file.after :].strip(b"\0"):
        raise NotARapFile(fault=Words(_("it does not end at byte {offset}"), offset=file.after))
    if file.tag == tags.ACKNOWLEDGEMENT:
        head = _values(content, file)
        _require_live(head)
        return Acknowledgement(*_networks(head), _number(head, tags.FILE_SEQUENCE_NUMBER))
    parts = {part.tag: part for part in children(content, file.begin, file.end)}
    missing = [name for name, tag in PARTS.items() if tag not in parts]
    if missing:
        raise NotARapFile(fault=Words(_("it has no {what}"), what=", ".join(missing)))
    return _batch(content, parts)


def _batch(content: bytes, parts: dict[int, Element]) -> ReturnBatch:
    head = _values(content, parts[tags.BATCH_CONTROL_INFO])
    version = tuple(
        integer(head.get(tag, b"")) for tag in (tags.SPECIFICATION_VERSION, tags.RELEASE_VERSION)
    )
    if version[0] != VERSION or version[1] not in RELEASES:
        raise NotARapFile(
            fault=Words(_("it is RAP {version}"), version=f"{version[0]}.{version[1]}")
        )
    _require_live(head)
    places = integer(head[tap_tags.TAP_DECIMAL_PLACES]) if _has_places(head) else None
    if _has_places(head) and (places is None or not 0 <= places <= DECIMAL_PLACES_MAX):
        raise NotARapFile(fault=Words(_("amounts have 0 to 6 decimal places")))
    returns = tuple(_returns(content, parts[tags.RETURN_DETAILS]))
    audit = _values(content, parts[tags.AUDIT_CONTROL_INFO])
    value, tax = _tied(audit, returns, places)
    return ReturnBatch(
        *_networks(head),
        _number(head, tags.FILE_SEQUENCE_NUMBER),
        decimal_places=places,
        currency=as_text(head.get(tap_tags.TAP_CURRENCY)),
        returns=returns,
        value=value,
        tax=tax,
    )


def _has_places(head: Values) -> bool:
    return tap_tags.TAP_DECIMAL_PLACES in head


def _require_live(head: Values) -> None:
    if tap_tags.FILE_TYPE_INDICATOR in head:
        raise NotARapFile(fault=Words(_("it says that it is a test")))


def _networks(head: Values) -> tuple[str, str]:
    sender, recipient = (as_text(head.get(tag)) for tag in (tap_tags.SENDER, tags.RECIPIENT))
    if not sender or not recipient:
        raise NotARapFile(fault=Words(_("it does not say who sends it to whom")))
    return sender, recipient


def _number(values: Values, tag: int) -> int:
    text = as_text(values.get(tag)) or ""
    if len(text) != SEQUENCE_DIGITS or not text.isdigit():
        raise NotARapFile(
            fault=Words(
                _("{text} stands where a number of five digits belongs"),
                text=text or Words(_("nothing")),
            )
        )
    return int(text)


def _returns(content: bytes, details: Element) -> Iterator[Return]:
    for detail in children(content, details.begin, details.end):
        read = READERS.get(detail.tag)
        if read is None or not detail.is_constructed:
            raise NotARapFile(
                fault=Words(_("an unknown return at byte {offset}"), offset=detail.start)
            )
        yield read(content, detail)


def _severe(content: bytes, detail: Element) -> SevereReturn:
    parts = list(children(content, detail.begin, detail.end))
    known = (tags.ERROR_DETAILS, tags.OPERATOR_TEXTS)
    events = [each for each in parts if each.is_constructed and each.tag not in known]
    if len(events) != 1:
        raise NotARapFile(
            fault=Words(
                _("{events} events in one return at byte {offset}"),
                events=len(events),
                offset=detail.start,
            )
        )
    event = tuple(leaves(content, events[0]))
    charge, tax = amounts_of(event)
    sequence = _number(_own(content, parts), tap_tags.FILE_SEQUENCE_NUMBER)
    return SevereReturn(sequence, event, charge, tax, _errors(content, parts, detail))


def _fatal(content: bytes, detail: Element) -> FatalReturn:
    parts = list(children(content, detail.begin, detail.end))
    sequence = _number(_own(content, parts), tap_tags.FILE_SEQUENCE_NUMBER)
    # The part of the file that is wrong is quoted, with its errors beside it.
    quoted = [
        inner
        for part in parts
        if part.is_constructed and part.tag != tags.OPERATOR_TEXTS
        for inner in children(content, part.begin, part.end)
    ]
    return FatalReturn(sequence, _errors(content, quoted, detail))


def _missing(content: bytes, detail: Element) -> MissingReturn:
    values = _values(content, detail)
    first = _number(values, tags.FIRST_MISSING)
    last = _number(values, tags.LAST_MISSING) if tags.LAST_MISSING in values else first
    return MissingReturn(first, last)


def _stop(content: bytes, detail: Element) -> StopReturn:
    return StopReturn(_number(_values(content, detail), tags.LAST_NUMBER))


READERS: Final[Mapping[int, Callable[[bytes, Element], Return]]] = {
    tags.SEVERE_RETURN: _severe,
    tags.FATAL_RETURN: _fatal,
    tags.MISSING_RETURN: _missing,
    tags.STOP_RETURN: _stop,
}


def _errors(content: bytes, parts: list[Element], detail: Element) -> tuple[ReturnError, ...]:
    found = []
    for listed in parts:
        if listed.tag != tags.ERROR_DETAILS or not listed.is_constructed:
            continue
        for error in children(content, listed.begin, listed.end):
            held = leaves(content, error) if error.is_constructed else []
            codes = [integer(leaf.value) for leaf in held if leaf.tag == tags.ERROR_CODE]
            path = [integer(leaf.value) for leaf in held if leaf.tag == tags.PATH_ITEM]
            if len(codes) != 1 or codes[0] is None or None in path:
                raise NotARapFile(
                    fault=Words(_("an error without its code at byte {offset}"), offset=error.start)
                )
            found.append(ReturnError(codes[0], tuple(each or 0 for each in path)))
    if not found:
        raise NotARapFile(
            fault=Words(_("a return without an error at byte {offset}"), offset=detail.start)
        )
    return tuple(found)


def _tied(audit: Values, returns: tuple[Return, ...], places: int | None) -> tuple[int, int]:
    """The audited charge and tax, which the severe returns add up to.

    Raises: NotARapFile, RapDoesNotTie.
    """
    severe = [each for each in returns if isinstance(each, SevereReturn)]
    found = {
        "returns": (tags.DETAILS_COUNT, len(returns), 0),
        "value": (tags.TOTAL_SEVERE_VALUE, sum(each.charge for each in severe), places or 0),
        "tax": (tags.TOTAL_SEVERE_TAX, sum(each.tax for each in severe), places or 0),
    }
    faults = []
    for name, (tag, held, decimals) in found.items():
        # Tax may go without saying where there is none; releases before 1.5 do not tell it.
        if tag == tags.TOTAL_SEVERE_TAX and tag not in audit:
            continue
        said = integer(audit.get(tag, b""))
        if said is None:
            raise NotARapFile(fault=Words(_("its audit part has no number of {name}"), name=name))
        if said != held:
            faults.append(
                Words(
                    _("{name} declared {declared}, found {found}"),
                    name=name,
                    declared=_told(said, decimals),
                    found=_told(held, decimals),
                )
            )
    if faults:
        raise RapDoesNotTie(faults=Several(faults))
    return found["value"][1], found["tax"][1]


def _told(units: int, decimal_places: int) -> str:
    return scaled(units, decimal_places) if decimal_places else str(Decimal(units))


def _own(content: bytes, parts: list[Element]) -> Values:
    return {each.tag: content[each.begin : each.end] for each in parts if not each.is_constructed}


def _values(content: bytes, part: Element) -> Values:
    if not part.is_constructed:
        raise NotARapFile(
            fault=Words(_("a value where a group belongs at byte {offset}"), offset=part.start)
        )
    return {leaf.tag: leaf.value for leaf in reversed(leaves(content, part))}
