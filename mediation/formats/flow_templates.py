"""Templates of NetFlow v9 and IPFIX: how the bytes of a data record are cut into fields.

A template names its fields by number and length. Of all fields only those of COLUMNS are kept; the
rest is skipped by length, whatever it is, fields of an enterprise among them. A record of fixed
length is cut in one step; fields of variable length (IPFIX) or of odd width are read one by one.
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from i18n.locale import Words, _
from mediation.formats.flow_packets import DATA_SET_FIRST, IPFIX, BrokenFlows, FlowSet

# A field by its number (RFC 3954, IANA registry of IPFIX) and who registered the number.
STANDARD = 0
REVERSE = 29305
COLUMNS: dict[tuple[int, int], str] = {
    (STANDARD, 8): "source_v4",
    (STANDARD, 12): "destination_v4",
    (STANDARD, 27): "source_v6",
    (STANDARD, 28): "destination_v6",
    (STANDARD, 1): "octets",
    (STANDARD, 85): "octets_total",
    (REVERSE, 1): "octets_back",
    (REVERSE, 85): "octets_total_back",
    (STANDARD, 231): "octets_initiator",
    (STANDARD, 232): "octets_responder",
    (STANDARD, 22): "start_uptime",
    (STANDARD, 21): "end_uptime",
    (STANDARD, 150): "start_s",
    (STANDARD, 151): "end_s",
    (STANDARD, 152): "start_ms",
    (STANDARD, 153): "end_ms",
    (STANDARD, 154): "start_ntp_us",
    (STANDARD, 155): "end_ntp_us",
    (STANDARD, 156): "start_ntp_ns",
    (STANDARD, 157): "end_ntp_ns",
    (STANDARD, 158): "start_before_us",
    (STANDARD, 159): "end_before_us",
    (STANDARD, 160): "booted_ms",
    (STANDARD, 161): "lasted_ms",
    (STANDARD, 162): "lasted_us",
    (STANDARD, 34): "sampling",
    (STANDARD, 50): "sampler",
    (STANDARD, 306): "packets_left_out",
    (STANDARD, 309): "sample_size",
    (STANDARD, 310): "sample_population",
    (STANDARD, 10): "interface_in",
    (STANDARD, 14): "interface_out",
}
NAMES = tuple(COLUMNS.values())
SLOTS = {key: slot for slot, key in enumerate(COLUMNS)}
ADDRESS_BYTES = {(STANDARD, 8): 4, (STANDARD, 12): 4, (STANDARD, 27): 16, (STANDARD, 28): 16}
NUMBER_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
NUMBER_BYTES_MAX = 8
VARIABLE = 0xFFFF
LONG_VARIABLE = 0xFF
ENTERPRISE_BIT = 0x8000

TWO = Struct(">HH")
THREE = Struct(">HHH")
FOUR_BYTES = Struct(">I")

Row = tuple[int | bytes | None, ...]
NOTHING: Row = (None,) * len(NAMES)


class Field(NamedTuple):
    """One field: where its value is kept (-1: nowhere), its length, whether it is an address."""

    slot: int
    length: int
    is_address: bool


class Template(NamedTuple):
    """How records of a set are read; `bytes_min` is the shortest record there can be.

    `definition` says all of it in words, such as "flows 0.8.4 0.12.4": who registered each field,
    its number and its length. It is empty where the template was taken back.
    """

    number: int
    is_options: bool
    fields: tuple[Field, ...]
    bytes_min: int
    layout: Struct | None
    picked: tuple[int, ...]
    definition: str


class Record(NamedTuple):
    """The kept values of one record, in the order of NAMES, and where it stands."""

    values: Row
    begin: int
    end: int


def templates(content: bytes, held: FlowSet, version: int, is_options: bool) -> Iterator[Template]:
    """The templates of a set; one without fields takes its number back (IPFIX).

    Raises: BrokenFlows.
    """
    position = held.begin
    # What is left over and too short for a template is padding, and so are zeros.
    while held.end - position >= TWO.size:
        number, count = TWO.unpack_from(content, position)
        if number == 0:
            return
        if version == IPFIX and count == 0:
            yield Template(number, is_options, (), 0, None, (), "")
            position += TWO.size
            continue
        count, position = _count(content, position, held.end, version, is_options)
        if number < DATA_SET_FIRST or count == 0:
            fault = Words(
                _("a template of number {number} with {count} fields"), number=number, count=count
            )
            raise BrokenFlows(offset=position, fault=fault)
        named = []
        for _each in range(count):
            key, length, position = _field(content, position, held.end, version)
            named.append((key, length))
        yield compiled(number, is_options, named, position)


def records(content: bytes, held: FlowSet, template: Template) -> list[Record]:
    """The records of a data set.

    Raises: BrokenFlows.
    """
    if template.layout is None:
        return list(_one_by_one(content, held, template))
    size = template.bytes_min
    whole = held.begin + (held.end - held.begin) // size * size
    pick = itemgetter(*template.picked)
    cut = template.layout.iter_unpack(content[held.begin : whole])
    return [
        Record(pick((*values, None)), begin, begin + size)
        for begin, values in zip(range(held.begin, whole, size), cut, strict=True)
    ]


def _count(
    content: bytes, position: int, limit: int, version: int, is_options: bool
) -> tuple[int, int]:
    """How many fields the template has, and where they begin."""
    if not is_options:
        return int(TWO.unpack_from(content, position)[1]), position + TWO.size
    if position + THREE.size > limit:
        raise BrokenFlows(offset=position, fault=Words(_("a template that does not end")))
    first, second = THREE.unpack_from(content, position)[1:]
    # v9 gives the bytes of scope fields and of other fields, four to each.
    return first if version == IPFIX else (first + second) // 4, position + THREE.size


def _field(
    content: bytes, position: int, limit: int, version: int
) -> tuple[tuple[int, int], int, int]:
    if position + TWO.size > limit:
        raise BrokenFlows(offset=position, fault=Words(_("a template that does not end")))
    number, length = TWO.unpack_from(content, position)
    position += TWO.size
    if version != IPFIX or number < ENTERPRISE_BIT:
        return (STANDARD, number), length, position
    if position + FOUR_BYTES.size > limit:
        raise BrokenFlows(offset=position, fault=Words(_("a template that does not end")))
    enterprise = FOUR_BYTES.unpack_from(content, position)[0]
    return (enterprise, number - ENTERPRISE_BIT), length, position + FOUR_BYTES.size


def compiled(
    number: int, is_options: bool, named: Sequence[tuple[tuple[int, int], int]], position: int
) -> Template:
    """A template of these fields (key, length) that ends at this position of the file.

    Raises: BrokenFlows.
    """
    fields = []
    for key, length in named:
        is_address = key in ADDRESS_BYTES
        fits = length == ADDRESS_BYTES[key] if is_address else 0 < length <= NUMBER_BYTES_MAX
        is_kept = key in SLOTS and (fits or length == VARIABLE)
        fields.append(Field(SLOTS[key] if is_kept else -1, length, is_address))
    bytes_min = sum(1 if field.length == VARIABLE else field.length for field in fields)
    if fields and bytes_min == 0:
        raise BrokenFlows(
            offset=position,
            fault=Words(_("template {number} has records of no bytes"), number=number),
        )
    codes = [_code(field) for field in fields]
    told = _definition(is_options, named)
    if not fields or None in codes:
        return Template(number, is_options, tuple(fields), bytes_min, None, (), told)
    kept = [field.slot for field in fields if field.slot >= 0]
    # The last value stands for every column that the template does not have.
    picked = tuple(kept.index(slot) if slot in kept else len(kept) for slot in range(len(NAMES)))
    layout = Struct(">" + "".join(filter(None, codes)))
    return Template(number, is_options, tuple(fields), bytes_min, layout, picked, told)


def _definition(is_options: bool, named: Sequence[tuple[tuple[int, int], int]]) -> str:
    fields = [f"{owner}.{field}.{length}" for (owner, field), length in named]
    return " ".join(["options" if is_options else "flows", *fields])


def from_definition(number: int, definition: str) -> Template:
    """The template that a definition names."""
    kind, *fields = definition.split(" ")
    read = [tuple(map(int, field.split("."))) for field in fields]
    return compiled(number, kind == "options", [((a, b), length) for a, b, length in read], 0)


def _code(field: Field) -> str | None:
    """How `struct` reads the field; None where it cannot."""
    if field.length == VARIABLE:
        return None
    if field.slot < 0:
        return f"{field.length}x"
    return f"{field.length}s" if field.is_address else NUMBER_CODES.get(field.length)


def _one_by_one(content: bytes, held: FlowSet, template: Template) -> Iterator[Record]:
    position = held.begin
    while template.bytes_min and held.end - position >= template.bytes_min:
        begin = position
        values: list[int | bytes | None] = list(NOTHING)
        for slot, length, is_address in template.fields:
            if length == VARIABLE:
                length, position = _variable(content, position, held.end)
            if position + length > held.end:
                raise BrokenFlows(
                    offset=begin, fault=Words(_("a record that does not end in its set"))
                )
            if slot >= 0 and length <= (16 if is_address else NUMBER_BYTES_MAX):
                value = content[position : position + length]
                values[slot] = value if is_address else int.from_bytes(value, "big")
            position += length
        yield Record(tuple(values), begin, position)


def _variable(content: bytes, position: int, limit: int) -> tuple[int, int]:
    if position < limit and content[position] < LONG_VARIABLE:
        return content[position], position + 1
    if position + 3 > limit:
        raise BrokenFlows(offset=position, fault=Words(_("a length that does not end in its set")))
    return int.from_bytes(content[position + 1 : position + 3], "big"), position + 3


# Addresses, next hop, interfaces, packets, octets, first and last uptime, and 16 bytes that v5
# says of ports, protocol and networks.
RECORD_V5 = compiled(
    5,
    False,
    [
        ((STANDARD, field), length)
        for field, length in (
            (8, 4), (12, 4), (15, 4), (10, 2), (14, 2), (2, 4), (1, 4), (22, 4), (21, 4), (0, 16),
        )
    ],
    0,
)  # fmt: skip
