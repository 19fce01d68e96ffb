"""What files between roaming partners have in common, however their events are coded.

The visited network writes what our subscriber did there. An event has no number of its own, so it
is known by the network, the subscriber, the start, the reference and the other party; events that
agree in all of it (parts of one long message) are counted, so the second stays apart from the
first, and the same event in another file is still the same. The account is the IMSI, which every
event has, or the MSISDN, where the mapping of the source says so:

    account    imsi (default) or msisdn

What we owe the visited network is outgoing traffic by the trunk of its code; the code is named
where the source lists it among its carrier trunks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from i18n.locale import Several, Words, _
from mediation.draft import REJECTED_SCHEMA, as_drafts
from mediation.formats.ber import integer
from mediation.formats.lines import RAW_SHOWN_MAX
from mediation.formats.mapping import Fault, require
from mediation.source import Source

ACCOUNTS = ("imsi", "msisdn")
# A number of fewer digits is a short code, not an international number without its sign.
SHORT_CODE_DIGITS_MAX = 6
STAMP = re.compile("[0-9]{14}")
OFFSET = re.compile("[+-][0-9]{4}")
SMS_TELE_SERVICES = ("20", "21", "22")
NO_SUPPORT = "EVENT_NOT_SUPPORTED"


class RoamingEvent(NamedTuple):
    """One event, as text under the names of drafts; `reference` is the visited network's own.

    `charged_party` is who is charged, where the event names that otherwise than by IMSI and MSISDN.
    """

    line: int
    raw: str
    kind: str
    direction: str
    imsi: str | None
    msisdn: str | None
    charged_party: str | None
    other: str | None
    product: str | None
    occurred_at: str | None
    duration_seconds: str | None
    quantity: str | None
    amount: str | None
    currency: str | None
    session_id: str | None
    reference: str
    cause: str | None
    doubt: str | None


def as_text(value: bytes | None) -> str | None:
    """Printable ASCII as it stands, anything else in hexadecimal digits; empty is nothing."""
    if not value:
        return None
    text = value.decode("latin-1")
    return text if text.isascii() and text.isprintable() else "0x" + value.hex()


def digits(value: bytes | None) -> str | None:
    """Packed decimal digits, the first in the high half of its byte, filled up with F."""
    return value.hex().rstrip("f") or None if value else None


def international(number: str | None) -> str | None:
    """A number that the format calls international, marked so; short codes stay as they are."""
    if number is None or len(number) <= SHORT_CODE_DIGITS_MAX or not number.isdigit():
        return number
    return "+" + number


def counted(value: bytes | None) -> str | None:
    """An INTEGER as text; one that is none shows its bytes, and will not pass for a number."""
    if value is None:
        return None
    number = integer(value)
    return f"0x{value.hex()}" if number is None else str(number)


def volume(incoming: bytes | None, outgoing: bytes | None) -> str | None:
    """Bytes of both directions; a part that is no volume is shown instead of the sum."""
    parts = [text for text in (counted(incoming), counted(outgoing)) if text is not None]
    for text in parts:
        if not text.isdigit():
            return text
    return str(sum(map(int, parts))) if parts else None


def instant(stamp: str | None, offset: str | None) -> tuple[str | None, str | None]:
    """A local stamp of 14 digits with its offset from UTC as one text, and a doubt about it.

    Without an offset the stamp stays as it is, so that no zone is guessed for it later.
    """
    if stamp is None:
        return None, None
    if not STAMP.fullmatch(stamp):
        return stamp, None
    if offset is None or not OFFSET.fullmatch(offset):
        return stamp, "UNKNOWN_UTC_OFFSET"
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    return f"{day} {stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}{offset}", None


def kind_of(tele_service: str | None) -> str:
    """sms for the tele services of short messages, else voice."""
    return "sms" if tele_service in SMS_TELE_SERVICES else "voice"


def shown(content: bytes, begin: int, end: int) -> str:
    """A record in hexadecimal digits, a long one by its beginning."""
    return content[begin : min(end, begin + RAW_SHOWN_MAX // 2)].hex()


def checked_choices(
    source: Source, choices: Mapping[str, tuple[str, ...]], codes: Sequence[str] = ()
) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is; `codes` are keys of code lists.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping, {"account": ACCOUNTS, **choices}, codes))


def _faults(
    mapping: Mapping[str, Any], choices: Mapping[str, tuple[str, ...]], codes: Sequence[str]
) -> Iterator[Fault]:
    told = Several(
        [f"{name}: {' / '.join(words)}" for name, words in choices.items()]
        + [Words(_("{name}: a list of codes, such as 2"), name=name) for name in codes]
    )
    for key, value in mapping.items():
        known = _are_codes(value) if key in codes else value in choices.get(key, ())
        yield (
            Words(_("{key} = {value}"), key=key, value=value),
            not known,
            Words(_("Use {told}."), told=told),
        )


def _are_codes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, int) and each >= 0 for each in value)


def account_of(source: Source) -> str:
    """Which identity of the subscriber is the account."""
    return str(source.mapping.get("account", "imsi"))


def as_roaming_drafts(events: list[RoamingEvent], network: str, source: Source) -> pl.DataFrame:
    """Drafts of events that came from this network."""
    schema: dict[str, Any] = dict.fromkeys(RoamingEvent._fields, pl.String())
    schema["line"] = pl.Int64()
    frame = pl.DataFrame(events, schema=schema, orient="row")
    is_outgoing = pl.col("direction") == "outgoing"
    own = pl.when(pl.col("msisdn").is_not_null()).then(pl.lit("+") + pl.col("msisdn"))
    told = frame.with_columns(
        a_number=pl.when(is_outgoing).then(own).otherwise(pl.col("other")),
        b_number=pl.when(is_outgoing).then(pl.col("other")).otherwise(own),
        account=pl.coalesce("charged_party", account_of(source)),
        trunk_out=pl.when(is_outgoing & pl.lit(bool(source.carrier_trunks))).then(pl.lit(network)),
        unit=pl.when(pl.col("kind") == "data").then(pl.lit("byte")).otherwise(pl.lit("piece")),
        event_id=_event_id(network),
    )
    return as_drafts(_told_apart(told))


def as_roaming_rejects(rejected: list[tuple[int, str, str]]) -> pl.DataFrame:
    """Line, raw and reason of events that nobody could read."""
    return pl.DataFrame(rejected, schema=REJECTED_SCHEMA, orient="row")


def _event_id(network: str) -> pl.Expr:
    charged = pl.coalesce("imsi", "charged_party")
    known_by = ("msisdn", "occurred_at", "reference", "other", "product")
    parts = [pl.col("kind"), charged, *map(pl.col, known_by)]
    return pl.concat_str(pl.lit(network), *(part.fill_null("") for part in parts), separator="/")


def _told_apart(events: pl.DataFrame) -> pl.DataFrame:
    """Number the second and later events of one identifier, as they stand in the file."""
    if not events["event_id"].is_duplicated().any():
        return events
    repeated = pl.int_range(pl.len()).over("event_id")
    again = pl.when(repeated > 0).then(pl.format("#{}", repeated + 1)).otherwise(pl.lit(""))
    return events.with_columns(pl.col("event_id") + again)
