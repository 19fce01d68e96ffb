"""A dispute told as a Peppol Invoice Response, and a response told as a dispute.

    open                  UQ under query         accepted, to be credited    CA, action CNP
    withdrawn, rejected   AP accepted

The other way round UQ, CA and RE are disputes, and AB, IP, AP and PD are none. A response has no
amount of its own: what the amount due (BT-115) should be says how much is disputed, or how much it
was settled at once both sides agreed, else all that is not disputed yet.
"""

from typing import Final

from moneyed import Money

from currencies.money import amount_text, money, parse_amount
from i18n.errors import Invalid
from settlement.disputes.dispute import Dispute, Reason, Status
from statements.document import Document, Party
from statements.invoice_response import (
    ACTION_LIST,
    REASON_LIST,
    Clarification,
    Condition,
    InvoiceResponse,
    InvoiceStatus,
    Responder,
)

AMOUNT_DUE: Final = "BT-115"
DISPUTING: Final = (
    InvoiceStatus.UNDER_QUERY,
    InvoiceStatus.CONDITIONALLY_ACCEPTED,
    InvoiceStatus.REJECTED,
)
STATUSES: Final = {
    Status.OPEN: InvoiceStatus.UNDER_QUERY,
    Status.ACCEPTED: InvoiceStatus.CONDITIONALLY_ACCEPTED,
    Status.WITHDRAWN: InvoiceStatus.ACCEPTED,
    Status.REJECTED: InvoiceStatus.ACCEPTED,
}
CODES: Final = {
    Reason.VOLUME: "QTY",
    Reason.DURATION: "QTY",
    Reason.RATE: "PRI",
    Reason.SHARE: "PRI",
    Reason.TRAFFIC_UNKNOWN: "UNR",
    Reason.TRAFFIC_MISSING: "DEL",
    Reason.BILLED_TWICE: "ITM",
    Reason.TAX: "LEG",
    Reason.OTHER: "OTH",
}
REASONS: Final = {
    "QTY": Reason.VOLUME,
    "PRI": Reason.RATE,
    "UNR": Reason.TRAFFIC_UNKNOWN,
    "DEL": Reason.TRAFFIC_MISSING,
    "ITM": Reason.BILLED_TWICE,
    "LEG": Reason.TAX,
}


class NoElectronicAddress(Invalid):
    """{party} has no electronic address, which an invoice response needs. Give its tax number, and
    issue the next invoice with it.
    """


def response(dispute: Dispute, document: Document, number: str) -> InvoiceResponse:
    """The buyer's word on a disputed invoice as it stands. Raises NoElectronicAddress."""
    status = STATUSES[dispute.status]
    wrong = dispute.disputed if dispute.settled is None else dispute.settled
    due = money(document.totals.payable.amount - wrong.amount, document.currency)
    reasons: tuple[Clarification, ...] = ()
    if status in DISPUTING:
        wanted = Condition(AMOUNT_DUE, amount_text(due))
        words = dispute.narrative or dispute.reason.value
        reasons = (Clarification(REASON_LIST, CODES[dispute.reason], words, (wanted,)),)
        action = "CNP" if dispute.status is Status.ACCEPTED else "NOA"
        reasons += (Clarification(ACTION_LIST, action),)
    settled = dispute.settled_at or dispute.opened_at
    assert document.kind.type_code is not None, "only invoices are answered"
    return InvoiceResponse(
        number=number,
        issued_on=settled.date(),
        sender=_responder(document.buyer),
        receiver=_responder(document.seller),
        status=status,
        clarifications=reasons,
        invoice=document.number,
        type_code=document.kind.type_code,
    )


def reason_of(said: InvoiceResponse) -> Reason:
    """What is held to be wrong; the first reason counts."""
    return REASONS.get(next(iter(said.codes(REASON_LIST)), ""), Reason.OTHER)


def words_of(said: InvoiceResponse) -> str:
    """What the response says in words."""
    texts = [said.note, *(each.text for each in said.clarifications)]
    return "; ".join(text for text in texts if text)[:2000]


def disputed_of(said: InvoiceResponse, payable: Money, left: Money) -> Money:
    """How much is disputed: what is payable less the amount due it names, else what is left."""
    for each in said.clarifications:
        for condition in each.conditions:
            if condition.term == AMOUNT_DUE and condition.value:
                due = money(parse_amount(condition.value), payable.currency.code)
                return payable - due
    return left


def _responder(party: Party) -> Responder:
    if party.endpoint is None:
        raise NoElectronicAddress(party=party.name)
    return Responder(party.name, party.endpoint)
