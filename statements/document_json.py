"""A document as JSON, for programs that do not read the XML of invoices.

    {
     "format": "saldo-document", "version": "1.0",
     "document": {
      "kind": "invoice", "number": "FV/2026/11/000001", "issued_on": "2026-11-10",
      "currency": "PLN", "locale": "pl",
      "seller": {"name": ..., "address": {...}, "vat_id": ...}, "buyer": {...},
      "lines": [{"id": "1", "description": ..., "quantity": "812", "unit_code": "MIN",
        "net": {"amount": "8.12", "currency": "PLN"}, "tax": {"category": "S", "rate": "0.23"},
        "details": [...]}, ...],
      "totals": {"net": ..., "tax": ..., "payable": ..., "subtotals": [...]},
      ...}
    }

Every field of `statements.document` under its own name: amounts and rates are texts, so that no
reader rounds them; days are ISO 8601; what is not stated is null, an empty text or an empty list.
The balance of a partner's account (`forward`) is there where it is stated.
Names are sorted, so equal documents give equal bytes.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from moneyed import Money

from currencies.money import plain, shown
from statements.account_statement import AccountStatement
from statements.content import AsWritten
from statements.document import Document
from statements.payout_advice import PayoutAdvice
from statements.reminder_letter import ReminderLetter
from statements.withholding_certificate import WithholdingCertificate

FORMAT: Final = "saldo-document"
VERSION: Final = "1.0"
# What documents of before do not state: their bytes stay as they were.
LATER: Final = ("forward",)


Letter = AccountStatement | WithholdingCertificate | ReminderLetter | PayoutAdvice


def document_json(document: Document | Letter) -> bytes:
    """Return the JSON of an issued document in UTF-8."""
    said = {"format": FORMAT, "version": VERSION, "document": _plain(document)}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1)
    # Half of a surrogate pair is no character, so it is escaped rather than lost.
    return (text + "\n").encode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: _plain(each) for name, each in said.items() if name not in LATER or each}
    if isinstance(value, tuple | AsWritten):
        return [_plain(each) for each in value]
    if isinstance(value, Money):
        amount, _, currency = shown(value).partition(" ")
        return {"amount": amount, "currency": currency}
    return _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
