"""What stands around an event: a CloudEvents envelope, a TMF635 usage, or nothing.

CloudEvents 1.0 (structured): the event is in `data` or `data_base64`. `source` and `id` together
say which event it is, so two producers may count alike; `time` is when it happened, and the last
word of `type` is its kind where that names one.

TMF635 usage (TM Forum Usage Management 4.0): what is known of the usage stands in a list of
`usageCharacteristic`, each with a name and a value; `usageDate` is when it happened, and
`usageType` its kind where that names one. A list with a name twice says two things at once and is
rejected.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from mediation.formats.paths import BadRecord
from mediation.usage import KINDS
from tenants.web.strict_json import BadJson, loads

ENVELOPE_VERSION = "1.0"
CHARACTERISTICS = "usageCharacteristic"


class Opened(NamedTuple):
    """`fields` are what the event says of itself, `outside` what stands around it.

    `said` is what the outside says in words of our own: id, occurred_at, kind.
    """

    fields: Mapping[str, Any]
    outside: Mapping[str, Any]
    said: Mapping[str, Any]


def open_event(event: Any) -> Opened:
    """Take an event out of what it came in.

    Raises: BadRecord (NOT_AN_OBJECT, BAD_ENVELOPE, DUPLICATE_CHARACTERISTIC).
    """
    if not isinstance(event, Mapping):
        raise BadRecord("NOT_AN_OBJECT")
    if "specversion" in event:
        return _cloud_event(event)
    if CHARACTERISTICS in event or "usageDate" in event:
        return _tmf_usage(event)
    return Opened(event, event, {})


def _cloud_event(envelope: Mapping[str, Any]) -> Opened:
    if envelope["specversion"] != ENVELOPE_VERSION:
        raise BadRecord("BAD_ENVELOPE")
    identity = []
    for name in ("source", "id", "type"):
        text = envelope.get(name)
        if not (isinstance(text, str) and text):
            raise BadRecord("BAD_ENVELOPE")
        identity.append(text)
    source, number, kind = identity
    told = {"id": f"{source} {number}", "occurred_at": envelope.get("time")}
    return Opened(_data(envelope), envelope, told | _kind(kind.rpartition(".")[2]))


def _data(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    encoded = envelope.get("data_base64")
    data = envelope.get("data") if encoded is None else _decoded(encoded)
    if not isinstance(data, Mapping) or (encoded is not None and "data" in envelope):
        raise BadRecord("BAD_ENVELOPE")
    return data


def _decoded(encoded: Any) -> Any:
    try:
        return loads(base64.b64decode(encoded, validate=True))
    except (TypeError, ValueError, binascii.Error, BadJson):
        raise BadRecord("BAD_ENVELOPE") from None


def _tmf_usage(usage: Mapping[str, Any]) -> Opened:
    listed = usage.get(CHARACTERISTICS, [])
    if not isinstance(listed, list) or not all(_is_characteristic(each) for each in listed):
        raise BadRecord("BAD_ENVELOPE")
    named = {each["name"]: each["value"] for each in listed}
    if len(named) != len(listed):
        raise BadRecord("DUPLICATE_CHARACTERISTIC")
    told = {"id": usage.get("id"), "occurred_at": usage.get("usageDate")}
    kind = usage.get("usageType")
    return Opened(named, usage, told | _kind(kind if isinstance(kind, str) else ""))


def _is_characteristic(part: Any) -> bool:
    return isinstance(part, Mapping) and isinstance(part.get("name"), str) and "value" in part


def _kind(word: str) -> dict[str, str]:
    return {"kind": word.lower()} if word.lower() in KINDS else {}
