"""Peppol Invoice Response (BIS 63, transaction T111): what the receiver of an invoice says of it.

    AB received   IP in process   UQ under query   CA accepted with conditions
    RE rejected   AP accepted     PD paid

A response names the invoice by its number, one status, and for UQ, CA and RE why (OPStatusReason),
what should be done (OPStatusAction) and which figures it should have: a business term of EN 16931
with its value. The form is UBL 2.1 ApplicationResponse; both code lists are those of OpenPeppol.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from lxml import etree

from currencies.xml_reading import child_text, day_of, leaf_text, only_child, read_xml
from i18n.errors import Invalid
from i18n.locale import Words, _
from statements.document import Endpoint
from statements.ubl_writing import CAC, CBC, UBL, UblText

NAMESPACE: Final = f"{UBL}ApplicationResponse-2"
CUSTOMIZATION: Final = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
PROFILE: Final = "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"
A: Final = f"{{{CAC}}}"
B: Final = f"{{{CBC}}}"
REASON_LIST, ACTION_LIST = "OPStatusReason", "OPStatusAction"
REASONS: Final = (
    "NON", "REF", "LEG", "REC", "QUA", "DEL", "PRI", "QTY", "ITM", "PAY", "UNR", "FIN", "PPD",
    "OTH",
)  # fmt: skip
ACTIONS: Final = ("NOA", "PIN", "NIN", "CNF", "CNP", "CNA", "OTH")
LISTS: Final = {REASON_LIST: REASONS, ACTION_LIST: ACTIONS}


class InvoiceResponseMisread(Invalid):
    """The invoice response cannot be read: {reason}. Check it against Peppol BIS 63."""


class InvoiceStatus(StrEnum):
    """The status of an invoice (UNCL 4343, the subset of T111)."""

    RECEIVED = "AB"
    IN_PROCESS = "IP"
    UNDER_QUERY = "UQ"
    CONDITIONALLY_ACCEPTED = "CA"
    REJECTED = "RE"
    ACCEPTED = "AP"
    PAID = "PD"


@dataclass(frozen=True, slots=True)
class Condition:
    """A business term of EN 16931, for example BT-9, and the value it should have."""

    term: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Clarification:
    """A reason or an action: its list, its code, words for it, and what it is about."""

    listed: str
    code: str
    text: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Responder:
    """One side of a response."""

    name: str
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class InvoiceResponse:
    """What the sender says of an invoice of the receiver; `type_code` is that of UNCL 1001."""

    number: str
    issued_on: date
    sender: Responder
    receiver: Responder
    status: InvoiceStatus
    clarifications: tuple[Clarification, ...]
    invoice: str
    type_code: str
    effective_on: date | None = None
    note: str = ""

    def codes(self, listed: str) -> list[str]:
        """The codes of one list, in their order."""
        return [each.code for each in self.clarifications if each.listed == listed]


def response_xml(said: InvoiceResponse) -> bytes:
    """Write a response; equal responses give equal bytes."""
    text = UblText("ApplicationResponse")
    text.say("CustomizationID", CUSTOMIZATION)
    text.say("ProfileID", PROFILE)
    text.say("ID", said.number)
    text.say("IssueDate", said.issued_on.isoformat())
    text.say("Note", said.note)
    for role, side in (("SenderParty", said.sender), ("ReceiverParty", said.receiver)):
        with text.put(role):
            text.say("EndpointID", side.endpoint.address, schemeID=side.endpoint.scheme)
            text.say_in("PartyLegalEntity", "RegistrationName", side.name)
    with text.put("DocumentResponse"):
        with text.put("Response"):
            text.say("ResponseCode", said.status.value)
            text.say("EffectiveDate", said.effective_on.isoformat() if said.effective_on else "")
            for each in said.clarifications:
                _clarification(text, each)
        with text.put("DocumentReference"):
            text.say("ID", said.invoice)
            text.say("DocumentTypeCode", said.type_code)
    return text.xml()


def read_response(content: bytes) -> InvoiceResponse:
    """Read a response that the other side wrote. Raises XmlRefused or InvoiceResponseMisread."""
    root = read_xml(content)
    if root.tag != f"{{{NAMESPACE}}}ApplicationResponse":
        raise InvoiceResponseMisread(
            reason=Words(_("it is not a {namespace} document"), namespace=NAMESPACE)
        )
    if child_text(root, f"{B}CustomizationID") != CUSTOMIZATION:
        raise InvoiceResponseMisread(
            reason=Words(_("it is not made for {customization}"), customization=CUSTOMIZATION)
        )
    about = only_child(root, f"{A}DocumentResponse")
    response = only_child(about, f"{A}Response")
    reference = only_child(about, f"{A}DocumentReference")
    effective = _optional(response, "EffectiveDate")
    return InvoiceResponse(
        number=child_text(root, f"{B}ID"),
        issued_on=day_of(child_text(root, f"{B}IssueDate")),
        sender=_responder(only_child(root, f"{A}SenderParty")),
        receiver=_responder(only_child(root, f"{A}ReceiverParty")),
        status=_status(child_text(response, f"{B}ResponseCode")),
        clarifications=tuple(_clarifications(response)),
        invoice=child_text(reference, f"{B}ID"),
        type_code=child_text(reference, f"{B}DocumentTypeCode"),
        effective_on=day_of(effective) if effective else None,
        note=_optional(root, "Note"),
    )


def _clarification(text: UblText, said: Clarification) -> None:
    with text.put("Status"):
        text.say("StatusReasonCode", said.code, listID=said.listed)
        text.say("StatusReason", said.text)
        for each in said.conditions:
            with text.put("Condition"):
                text.say("AttributeID", each.term)
                text.say("Description", each.value)


def _clarifications(response: etree._Element) -> Iterator[Clarification]:
    for status in response.findall(f"{A}Status"):
        code = only_child(status, f"{B}StatusReasonCode")
        listed, said = code.get("listID", ""), leaf_text(code)
        if said not in LISTS.get(listed, ()):
            raise InvoiceResponseMisread(
                reason=Words(
                    _("{said} is not on list {listed}"),
                    said=repr(said[:20]),
                    listed=repr(listed[:20]),
                )
            )
        conditions = tuple(
            Condition(child_text(each, f"{B}AttributeID"), _optional(each, "Description"))
            for each in status.findall(f"{A}Condition")
        )
        yield Clarification(listed, said, _optional(status, "StatusReason"), conditions)


def _responder(party: etree._Element) -> Responder:
    endpoint = only_child(party, f"{B}EndpointID")
    name = child_text(only_child(party, f"{A}PartyLegalEntity"), f"{B}RegistrationName")
    return Responder(name, Endpoint(endpoint.get("schemeID", ""), leaf_text(endpoint)))


def _status(text: str) -> InvoiceStatus:
    try:
        return InvoiceStatus(text)
    except ValueError:
        raise InvoiceResponseMisread(
            reason=Words(_("{text} is not a status"), text=repr(text[:20]))
        ) from None


def _optional(parent: etree._Element, name: str) -> str:
    return child_text(parent, f"{B}{name}") if parent.find(f"{B}{name}") is not None else ""
