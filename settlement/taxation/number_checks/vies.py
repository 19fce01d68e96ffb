"""The request and the answer of VIES, the European Commission's VAT number validation.

REST: POST `check-vat-number` with the country (`EL` for Greece), the number without its prefix, and
the same of whoever asks. An answer has `valid`, and `requestIdentifier` where the asker's number
was given: the consultation number that tax offices accept as evidence. A refusal has
`errorWrappers` with codes such as MS_UNAVAILABLE or GLOBAL_MAX_CONCURRENT_REQ: no answer, which is
not the answer "no".
"""

import json
from typing import Any, Final

from settlement.taxation.number_checks.number_check import Answer, Told

NAME: Final = "VIES"
URL: Final = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
LONGEST: Final = 300
# What the service writes where a member state does not tell.
NOT_TOLD: Final = "---"


def request_of(number: str, requester: str) -> bytes:
    """The body that asks for a number with its prefix, on behalf of another."""
    asked = {"countryCode": number[:2], "vatNumber": number[2:]}
    if requester:
        asked |= {"requesterMemberStateCode": requester[:2], "requesterNumber": requester[2:]}
    return json.dumps(asked, sort_keys=True).encode()


def told_by(body: bytes) -> Told:
    """What an answer says; one that cannot be read says nothing of the number."""
    try:
        said = json.loads(body)
    except ValueError:
        return unanswered("the answer is not JSON")
    if not isinstance(said, dict):
        return unanswered("the answer is not an object")
    if errors := _errors(said):
        return unanswered(errors)
    if not isinstance(said.get("valid"), bool):
        return unanswered("the answer does not say whether the number is valid")
    return Told(
        Answer.VALID if said["valid"] else Answer.INVALID,
        request_identifier=_text(said.get("requestIdentifier")),
        name=_text(said.get("name")),
        address=_text(said.get("address")),
    )


def unanswered(detail: str) -> Told:
    """Nothing was said of the number, and why."""
    return Told(Answer.NO_ANSWER, detail=_text(detail))


def _errors(said: dict[str, Any]) -> str:
    wrappers = said.get("errorWrappers")
    if not isinstance(wrappers, list):
        return "the service refused" if said.get("actionSucceed") is False else ""
    codes = [_text(each.get("error")) for each in wrappers if isinstance(each, dict)]
    return ", ".join(filter(None, codes)) or "the service refused"


def _text(value: object) -> str:
    """What may be kept and shown: one printable line of bounded length."""
    line = " ".join(str(value or "").split())
    shown = "".join(character for character in line if character.isprintable())[:LONGEST]
    return "" if shown == NOT_TOLD else shown
