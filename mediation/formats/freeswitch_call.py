"""What FreeSWITCH says about one leg of a call, in mod_json_cdr and mod_xml_cdr alike.

Both write the same three things: the channel's variables, and the call flow, whose first profile is
who called whom at the end. Values of variables are URL-encoded unless the switch is told otherwise
(`encode-values`, `encode`); a start_stamp that holds a plain space shows that they are not.

Instants are seconds since 1970; an answer_epoch of 0 is a leg that nobody took, which lasted 0
seconds, whatever its billsec says. Legs of one call share call_uuid. A leg that came in through a
gateway names it in sip_gateway, one that went out in sip_gateway_name.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

USED: Final = (
    "uuid",
    "call_uuid",
    "accountcode",
    "caller_id_number",
    "sip_from_user",
    "destination_number",
    "sip_req_user",
    "sip_gateway",
    "sip_gateway_name",
    "start_stamp",
    "start_epoch",
    "answer_epoch",
    "answer_stamp",
    "billsec",
    "hangup_cause",
)
"""The variables that are read; of a record, these must each stand once."""

PROFILE: Final = ("caller_id_number", "destination_number")
"""What is read of the call flow."""


def call_of(
    variables: Mapping[str, str | None], profile: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Draft fields of one leg.

    Args:
        variables: those of USED that the record has, as they are written.
        profile: those of PROFILE, of the latest call flow.
    """
    is_plain = " " in (variables.get("start_stamp") or "")
    said = {
        name: text if is_plain else unquote(text, errors="replace")
        for name, text in variables.items()
        if text
    }
    answered = said.get("answer_epoch") or said.get("answer_stamp") or "0"
    is_taken = answered.strip("0") != ""
    began = answered if is_taken else said.get("start_epoch") or said.get("start_stamp")
    uuid = said.get("uuid")
    return {
        "event_id": uuid,
        "kind": "voice",
        "a_number": profile.get("caller_id_number")
        or said.get("caller_id_number")
        or said.get("sip_from_user"),
        "b_number": profile.get("destination_number")
        or said.get("destination_number")
        or said.get("sip_req_user"),
        "account": said.get("accountcode"),
        "trunk_in": said.get("sip_gateway"),
        "trunk_out": said.get("sip_gateway_name"),
        "occurred_at": began,
        "set_up": said.get("start_epoch"),
        "duration_seconds": said.get("billsec") if is_taken else "0",
        "cause": said.get("hangup_cause"),
        "session_id": said.get("call_uuid") or uuid,
    }
