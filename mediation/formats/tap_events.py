"""Call events of TAP 3.12 as drafts: calls and messages, data sessions, supplementary services.

    mobile originated call       outgoing voice or sms      other party: called number, as dialled
    mobile terminated call       incoming voice or sms      other party: calling number
    GPRS call                    outgoing data              quantity: bytes in and out, product: APN
    supplementary service event  outgoing content           product: SS- and the service code
    content transaction          outgoing content           product: CT- and the transaction code
    messaging event              sms                        product: MSG- and the service code
    mobile session               voice                      product: MS- and the service code
    service centre usage         outgoing sms               product: SC- and the message description
    location service             outgoing content           product: LCS

A short message has the direction of the call event that tells of it, originated or terminated,
whatever its tele service code (21 or 22) says. A messaging event and a mobile session (a call over
an IMS, such as VoLTE) have one element for both: our subscriber received it where the source lists
the code of its service, else sent or began it. The other party of a session is the number that is
not charged, else the one asked for; who is known by a name alone (a SIP address) has none, and the
session waits in suspense. A location service charges the customer who tracks, whom it names first.

Elements that TAP 3.12 does not have are rejected as EVENT_NOT_SUPPORTED; they count in the audit
all the same. The parts
of one long data session share a session id and are charged each by its own volume. A content
transaction names whom it charges in its own way: the first identifier that it gives is the account.
Its amount is what it charges less what it refunds.
"""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from mediation.formats import tap_tags as tags
from mediation.formats.ber import Leaf, integer
from mediation.formats.roaming import (
    RoamingEvent,
    as_text,
    counted,
    digits,
    instant,
    international,
    kind_of,
    volume,
)
from mediation.formats.tap_charges import Charged, scaled

# Which timestamp is the start of an event.
STARTS = {
    tags.MOBILE_ORIGINATED_CALL: tags.CALL_START,
    tags.MOBILE_TERMINATED_CALL: tags.CALL_START,
    tags.GPRS_CALL: tags.CALL_START,
    tags.SUPPLEMENTARY_SERVICE_EVENT: tags.CHARGING_TIMESTAMP,
    tags.SERVICE_CENTRE_USAGE: tags.DEPOSIT_TIMESTAMP,
    tags.CONTENT_TRANSACTION: tags.ORDER_PLACED_TIMESTAMP,
    tags.LOCATION_SERVICE: tags.LOCATION_REQUEST_TIMESTAMP,
    tags.MESSAGING_EVENT: tags.SERVICE_START_TIMESTAMP,
    tags.MOBILE_SESSION: tags.SERVICE_START_TIMESTAMP,
}


# Which totals an event's own amount is made of.
SIGNS = {"charge": 1, "charge refund": -1}


class Tables(NamedTuple):
    """What the head of a file says for all its events.

    `rates` is units of the local currency for one of the TAP currency, by exchange rate code.
    `received` are codes of services, by tag of their event, that whoever is charged received.
    """

    offsets: Mapping[int, str | None]
    rates: Mapping[int, Decimal]
    decimal_places: int
    currency: str | None
    is_local: bool
    received: Mapping[int, Collection[int]] = MappingProxyType({})


class _Service(NamedTuple):
    """What was used: everything of an event that depends on its kind."""

    kind: str
    direction: str
    other: str | None = None
    product: str | None = None
    duration_seconds: str | None = None
    quantity: str | None = None
    session_id: str | None = None
    reference: str = ""
    charged_party: str | None = None


Values = Mapping[int, bytes]


def start_of(
    tag: int, found: list[Leaf], offsets: Mapping[int, str | None]
) -> tuple[str | None, str | None]:
    """When an event of this tag began, and a doubt about it."""
    within = STARTS.get(tag)
    values = {tag: value for parent, tag, value in reversed(found) if parent == within}
    code = integer(values.get(tags.UTC_TIME_OFFSET_CODE, b""))
    offset = None if code is None else offsets.get(code)
    return instant(as_text(values.get(tags.LOCAL_TIMESTAMP)), offset)


def read_event(
    tag: int,
    found: list[Leaf],
    charged: list[Charged],
    began: tuple[str | None, str | None],
    tables: Tables,
    place: tuple[int, str],
) -> RoamingEvent | None:
    """One event; None when it is of a kind that no draft is made of.

    Args:
        place: number of the event in the file, and its raw text.
    """
    reader = READERS.get(tag)
    if reader is None:
        return None
    values = {tag: value for _, tag, value in reversed(found)}
    service = reader(values)
    if integer(values.get(SERVICE_CODES.get(tag, 0), b"")) in tables.received.get(tag, ()):
        service = service._replace(direction="incoming")
    occurred_at, time_doubt = began
    amount, amount_doubt = _amount(charged, tables)
    return RoamingEvent(
        *place,
        kind=service.kind,
        direction=service.direction,
        imsi=digits(values.get(tags.IMSI)),
        msisdn=digits(values.get(tags.MSISDN)),
        charged_party=service.charged_party,
        other=service.other,
        product=service.product,
        occurred_at=occurred_at,
        duration_seconds=service.duration_seconds,
        quantity=service.quantity,
        amount=amount,
        currency=None if amount is None else tables.currency,
        session_id=service.session_id,
        reference=service.reference,
        cause=counted(values.get(tags.CAUSE_FOR_TERMINATION)),
        doubt=time_doubt or amount_doubt,
    )


def _amount(charged: list[Charged], tables: Tables) -> tuple[str | None, str | None]:
    charges = [(SIGNS[each.total] * each.units, each) for each in charged if each.total in SIGNS]
    if not charges:
        return None, None
    if not tables.is_local:
        return scaled(sum(units for units, _ in charges), tables.decimal_places), None
    if any(each.rate_code not in tables.rates for _, each in charges):
        return None, "UNKNOWN_EXCHANGE_RATE"
    # Exact: at most six decimal places of the amount and as many of the rate.
    local = sum((units * tables.rates[each.rate_code] for units, each in charges), Decimal(0))
    return format(local.scaleb(-tables.decimal_places), "f"), None


def _originated(values: Values) -> _Service:
    called = international(digits(values.get(tags.CALLED_NUMBER)))
    return _call(
        values,
        "outgoing",
        international(as_text(values.get(tags.SMS_DESTINATION)))
        or called
        or as_text(values.get(tags.DIALLED_DIGITS)),
    )


def _terminated(values: Values) -> _Service:
    calling = international(digits(values.get(tags.CALLING_NUMBER)))
    return _call(values, "incoming", calling or as_text(values.get(tags.SMS_ORIGINATOR)))


def _call(values: Values, direction: str, other: str | None) -> _Service:
    kind = kind_of(as_text(values.get(tags.TELE_SERVICE_CODE)))
    seconds = counted(values.get(tags.DURATION)) if kind == "voice" else None
    reference = values.get(tags.CALL_REFERENCE, b"").hex()
    return _Service(kind, direction, other, duration_seconds=seconds, reference=reference)


def _session(values: Values) -> _Service:
    charging_id = counted(values.get(tags.CHARGING_ID)) or ""
    part = as_text(values.get(tags.PARTIAL_TYPE)) or ""
    shared = f"{digits(values.get(tags.IMSI))}-{charging_id}"
    return _Service(
        "data",
        "outgoing",
        product=as_text(values.get(tags.ACCESS_POINT_NAME)),
        duration_seconds=counted(values.get(tags.DURATION)),
        quantity=volume(values.get(tags.VOLUME_INCOMING), values.get(tags.VOLUME_OUTGOING)),
        session_id=shared if part else None,
        reference=charging_id + part,
    )


def _supplementary(values: Values) -> _Service:
    code = as_text(values.get(tags.SUPPLEMENTARY_SERVICE_CODE)) or "unknown"
    action = counted(values.get(tags.SUPPLEMENTARY_ACTION_CODE)) or ""
    return _Service("content", "outgoing", product=f"SS-{code}", reference=action)


def _content(values: Values) -> _Service:
    code = counted(values.get(tags.CONTENT_TRANSACTION_CODE)) or "unknown"
    return _Service(
        "content",
        "outgoing",
        product=f"CT-{code}",
        duration_seconds=counted(values.get(tags.TRANSACTION_DURATION)),
        reference=as_text(values.get(tags.TRANSACTION_IDENTIFIER)) or "",
        charged_party=as_text(values.get(tags.CHARGED_PARTY_IDENTIFIER)),
    )


def _message(values: Values) -> _Service:
    code = counted(values.get(tags.MESSAGING_EVENT_SERVICE)) or "unknown"
    return _Service(
        "sms",
        "outgoing",
        international(digits(values.get(tags.NON_CHARGED_PARTY_NUMBER))),
        product=f"MSG-{code}",
        reference=as_text(values.get(tags.EVENT_REFERENCE)) or "",
    )


def _mobile_session(values: Values) -> _Service:
    code = counted(values.get(tags.MOBILE_SESSION_SERVICE)) or "unknown"
    numbers = (tags.NON_CHARGED_PARTY_NUMBER, tags.REQUESTED_NUMBER)
    other = next((digits(values[tag]) for tag in numbers if tag in values), None)
    is_known = tags.IMSI in values or tags.MSISDN in values
    return _Service(
        "voice",
        "outgoing",
        international(other),
        product=f"MS-{code}",
        duration_seconds=counted(values.get(tags.DURATION)),
        reference=as_text(values.get(tags.EVENT_REFERENCE)) or "",
        charged_party=None if is_known else as_text(values.get(tags.PUBLIC_USER_ID)),
    )


def _service_centre(values: Values) -> _Service:
    code = counted(values.get(tags.MESSAGE_DESCRIPTION_CODE)) or "unknown"
    other = international(as_text(values.get(tags.NON_CHARGED_NUMBER)))
    return _Service("sms", "outgoing", other, product=f"SC-{code}")


def _location(values: Values) -> _Service:
    return _Service(
        "content",
        "outgoing",
        product="LCS",
        reference=values.get(tags.CALL_REFERENCE, b"").hex(),
        charged_party=as_text(values.get(tags.CUSTOMER_IDENTIFIER)),
    )


# Where events that go either way say which service they are of.
SERVICE_CODES = {
    tags.MESSAGING_EVENT: tags.MESSAGING_EVENT_SERVICE,
    tags.MOBILE_SESSION: tags.MOBILE_SESSION_SERVICE,
}

READERS: dict[int, Callable[[Values], _Service]] = {
    tags.MOBILE_ORIGINATED_CALL: _originated,
    tags.MOBILE_TERMINATED_CALL: _terminated,
    tags.GPRS_CALL: _session,
    tags.SUPPLEMENTARY_SERVICE_EVENT: _supplementary,
    tags.CONTENT_TRANSACTION: _content,
    tags.MESSAGING_EVENT: _message,
    tags.MOBILE_SESSION: _mobile_session,
    tags.SERVICE_CENTRE_USAGE: _service_centre,
    tags.LOCATION_SERVICE: _location,
}
