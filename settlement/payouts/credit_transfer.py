"""A payout batch as the file a bank takes: ISO 20022 pain.001.001.09, customer credit transfer.

One file carries one batch, and a batch is of one currency and one account of ours, so there is one
payment information block. The count and the control sum stand at both levels and are computed from
the transfers that are written (rule R105). Nothing in the file depends on when it is written: its
time is that of the approval, so the same batch gives the same bytes.

Names and addresses are structured (town and country by themselves), as banks require since November
2026. Euro goes as SEPA credit transfer with shared charges by its own rule (SLEV); other currencies
with charges shared (SHAR).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from currencies.money import Money, amount_text, total
from tenants.directory.tenant import Address

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAME_MAX = 140
REMITTANCE_MAX = 140


@dataclass(frozen=True, slots=True)
class BankParty:
    """Somebody with an account: name as the bank knows it, address, IBAN, and BIC if known."""

    name: str
    address: Address
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment; `end_to_end_id` goes through to the payee, `remittance` says what it is for."""

    end_to_end_id: str
    amount: Money
    payee: BankParty
    remittance: str


def credit_transfer_xml(
    message_id: str,
    created_at: dt.datetime,
    payer: BankParty,
    currency: str,
    pays_on: dt.date,
    transfers: Sequence[Transfer],
) -> bytes:
    """The file in UTF-8; equal batches give equal bytes."""
    assert transfers, "a file pays somebody"
    root = etree.Element(_tag("Document"), nsmap={None: NAMESPACE})
    initiation = _put(root, "CstmrCdtTrfInitn")
    header = _put(initiation, "GrpHdr")
    _say(header, "MsgId", message_id)
    _say(header, "CreDtTm", created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _totals(header, currency, transfers)
    _say(_put(header, "InitgPty"), "Nm", payer.name[:NAME_MAX])
    _payment(_put(initiation, "PmtInf"), message_id, payer, currency, pays_on, transfers)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _payment(
    block: etree._Element,
    message_id: str,
    payer: BankParty,
    currency: str,
    pays_on: dt.date,
    transfers: Sequence[Transfer],
) -> None:
    _say(block, "PmtInfId", message_id)
    _say(block, "PmtMtd", "TRF")
    _totals(block, currency, transfers)
    is_euro = currency == "EUR"
    if is_euro:
        _say(_put(_put(block, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _say(_put(block, "ReqdExctnDt"), "Dt", pays_on.isoformat())
    _party(_put(block, "Dbtr"), payer)
    account = _put(block, "DbtrAcct")
    _say(_put(account, "Id"), "IBAN", payer.iban)
    _say(account, "Ccy", currency)
    _agent(_put(block, "DbtrAgt"), payer.bic)
    _say(block, "ChrgBr", "SLEV" if is_euro else "SHAR")
    for transfer in transfers:
        _transfer(_put(block, "CdtTrfTxInf"), transfer)


def _transfer(element: etree._Element, transfer: Transfer) -> None:
    _say(_put(element, "PmtId"), "EndToEndId", transfer.end_to_end_id)
    instructed = _put(_put(element, "Amt"), "InstdAmt")
    instructed.set("Ccy", str(transfer.amount.currency.code))
    instructed.text = amount_text(transfer.amount)
    if transfer.payee.bic:
        _agent(_put(element, "CdtrAgt"), transfer.payee.bic)
    _party(_put(element, "Cdtr"), transfer.payee)
    _say(_put(_put(element, "CdtrAcct"), "Id"), "IBAN", transfer.payee.iban)
    _say(_put(element, "RmtInf"), "Ustrd", transfer.remittance[:REMITTANCE_MAX])


def _totals(element: etree._Element, currency: str, transfers: Sequence[Transfer]) -> None:
    _say(element, "NbOfTxs", str(len(transfers)))
    _say(element, "CtrlSum", amount_text(total((each.amount for each in transfers), currency)))


def _party(element: etree._Element, party: BankParty) -> None:
    _say(element, "Nm", party.name[:NAME_MAX])
    address = _put(element, "PstlAdr")
    _say(address, "StrtNm", party.address.street[:70])
    _say(address, "PstCd", party.address.postcode[:16])
    _say(address, "TwnNm", party.address.city[:35])
    _say(address, "Ctry", party.address.country)


def _agent(element: etree._Element, bic: str) -> None:
    institution = _put(element, "FinInstnId")
    if bic:
        _say(institution, "BICFI", bic)
    else:
        _say(_put(institution, "Othr"), "Id", "NOTPROVIDED")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _put(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, _tag(name))


def _say(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _put(parent, name).text = text
