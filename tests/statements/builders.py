"""Documents that are valid as they stand; a test changes the one fact it is about."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from currencies.money import money
from statements.declaration import Bucket, Declaration, totals_of
from statements.document import (
    Address,
    Bank,
    Document,
    Endpoint,
    Kind,
    Line,
    Party,
    Period,
    References,
    Tax,
)
from statements.totals import TotalPolicies, add_up

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
VAT_23 = Tax("S", Decimal("0.23"))


def a_seller(**changes: Any) -> Party:
    facts: dict[str, Any] = {
        "name": "Telekom Wisła S.A.",
        "address": Address("ul. Łąkowa 5", "00-950", "Warszawa", "PL"),
        "vat_id": "PL5260001246",
        "registration": "KRS 0000012345",
        "endpoint": Endpoint("9945", "PL5260001246"),
        "bank": Bank("PL61109010140000071219812874", "WBKPPLPP", "Bank", "Telekom Wisła S.A."),
        "email": "rozliczenia@wisla.example",
    }
    return Party(**(facts | changes))


def a_buyer(**changes: Any) -> Party:
    facts: dict[str, Any] = {
        "name": "Żółw i Spółka sp. z o.o.",
        "address": Address("Rynek 1", "30-001", "Kraków", "PL"),
        "reference": "C-0042",
        "vat_id": "PL6762484560",
    }
    return Party(**(facts | changes))


def a_line(net: str = "100.00", line_id: str = "1", **changes: Any) -> Line:
    facts: dict[str, Any] = {
        "id": line_id,
        "description": "Calls to mobile numbers",
        "quantity": Decimal("812"),
        "unit_code": "MIN",
        "net": money(net, changes.pop("currency", "PLN")),
        "tax": VAT_23,
        "group": "Voice",
    }
    return Line(**(facts | changes))


def lines_of(*nets: str, rate: str = "0.23", currency: str = "PLN") -> tuple[Line, ...]:
    tax = Tax("S" if Decimal(rate) else "Z", Decimal(rate))
    return tuple(
        a_line(net, str(number), tax=tax, currency=currency)
        for number, net in enumerate(nets, start=1)
    )


def an_invoice(lines: Sequence[Line] | None = None, **changes: Any) -> Document:
    """An issued invoice; `number=""` makes it a draft again. Totals follow from the lines."""
    lines = tuple(lines) if lines is not None else (a_line(),)
    currency = changes.get("currency", "PLN")
    facts: dict[str, Any] = {
        "kind": Kind.INVOICE,
        "currency": currency,
        "locale": "en",
        "seller": a_seller(),
        "buyer": a_buyer(),
        "lines": lines,
        "period": OCTOBER,
        "due_on": date(2026, 11, 24),
        "number": "FV/2026/11/000001",
        "issued_on": date(2026, 11, 10),
        "payment_reference": "FV/2026/11/000001",
        "references": References(buyer="C-0042"),
    } | changes
    if "totals" not in facts:
        facts["totals"] = add_up(
            lines,
            currency,
            TotalPolicies.named(facts.get("policies", ())),
            withholdings=facts.get("withholdings", ()),
            credited_before=facts.get("credited_before", ()),
            tax_currency=facts.get("tax_currency"),
        )
    return Document(**facts)


def a_bucket(day: int = 1, **changes: Any) -> Bucket:
    facts: dict[str, Any] = {
        "day": date(2026, 10, day),
        "direction": "outgoing",
        "trunk": "TR-WAW-1",
        "destination": "4812",
        "calls": 10,
        "seconds": 605,
        "billed_seconds": 660,
        "rate": Decimal("0.0125"),
        "amount": Decimal("0.1375"),
    }
    return Bucket(**(facts | changes))


def a_declaration(buckets: Sequence[Bucket] | None = None, **changes: Any) -> Declaration:
    """An issued declaration; totals follow from the buckets."""
    buckets = tuple(buckets) if buckets is not None else (a_bucket(), a_bucket(2))
    facts: dict[str, Any] = {
        "currency": "EUR",
        "locale": "en",
        "declarant": a_seller(),
        "recipient": a_buyer(name="Carrier Süd GmbH"),
        "agreement": "IC-7",
        "period": OCTOBER,
        "time_zone": "Europe/Warsaw",
        "buckets": buckets,
        "number": "D-1",
        "issued_on": date(2026, 11, 10),
    } | changes
    facts.setdefault("totals", totals_of(buckets, facts["currency"]))
    return Declaration(**facts)
