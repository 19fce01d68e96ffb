"""The explanation of two declarations compared as XML: totals, causes, and each line's figures.

The schema is that of differences by calls, `statements/schemas/saldo-differences-1.1.xsd`: lines
stand in the place of calls. Amounts of causes add up to the difference of the totals.
"""

from decimal import Decimal

from lxml import etree

from currencies.money import plain
from settlement.interconnect.comparison import ComparedLine, ComparedTotal
from settlement.interconnect.exchanged import Reconciliation
from settlement.interconnect.records.differences_xml import NAMESPACE, Q
from settlement.interconnect.records.waterfall import of_totals
from settlement.interconnect.traffic import TrafficLine
from statements.plain_text import printable


def totals_xml(
    found: Reconciliation, writer: str, other: str, agreement: str, period: str
) -> bytes:
    """The document; equal reconciliations give equal bytes. `period` is a month, 2026-10."""
    tolerance = found.comparison.tolerance
    facts = {
        "version": "1.1",
        "writer": writer,
        "other": other,
        "agreement": agreement,
        "period": period,
        "currency": found.currency,
        "toleranceShare": plain(tolerance.share),
        **_told("toleranceAmount", tolerance.amount),
    }
    root = etree.Element(f"{Q}Differences", _printable(facts), nsmap={None: NAMESPACE})
    for total in found.comparison.totals:
        _write_direction(root, found, total)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _write_direction(root: etree._Element, found: Reconciliation, total: ComparedTotal) -> None:
    causes = found.causes(total.direction)
    fall = of_totals(total.direction, found.currency, total.ours, total.theirs, causes)
    lines = [line for line in found.comparison.lines if line.key.direction == total.direction]
    facts = {"name": fall.direction, "ours": plain(fall.ours), "theirs": plain(fall.theirs)}
    facts["callsOurs"] = str(sum(line.ours.calls for line in lines if line.ours))
    facts["callsTheirs"] = str(sum(line.theirs.calls for line in lines if line.theirs))
    direction = etree.SubElement(root, f"{Q}Direction", facts)
    for part in fall.parts:
        told = {"name": part.cause.value, "amount": plain(part.amount)}
        told["exact"] = f"{part.exact.numerator}/{part.exact.denominator}"
        etree.SubElement(direction, f"{Q}Cause", told)
    for line in lines:
        etree.SubElement(direction, f"{Q}Line", _printable(_line(line)))


def _line(line: ComparedLine) -> dict[str, str]:
    return {
        "class": line.agreement.value,
        "day": line.key.day.isoformat(),
        "trunk": line.key.trunk,
        "destination": line.key.destination,
        **_side("Ours", line.ours),
        **_side("Theirs", line.theirs),
        "difference": plain(line.variance),
    }


def _side(whose: str, said: TrafficLine | None) -> dict[str, str]:
    if said is None:
        return {}
    return {
        f"calls{whose}": str(said.calls),
        f"seconds{whose}": str(said.billed_seconds),
        f"amount{whose}": plain(said.amount),
        **_told(f"price{whose}", said.unit_price),
    }


def _told(name: str, figure: Decimal | None) -> dict[str, str]:
    return {} if figure is None else {name: plain(figure)}


def _printable(facts: dict[str, str]) -> dict[str, str]:
    return {name: printable(value) for name, value in facts.items()}
