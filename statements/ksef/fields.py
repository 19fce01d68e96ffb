"""How FA(3) is written: elements of its namespace, texts cut to their fields, amounts."""

from collections.abc import Iterable
from typing import Final

from lxml import etree
from moneyed import Money

from currencies.money import amount_text
from statements.plain_text import printable

FA: Final = "http://crd.gov.pl/wzor/2025/06/25/13775/"
YES, NO = "1", "2"


def put(parent: etree._Element, name: str) -> etree._Element:
    """Add an element."""
    return etree.SubElement(parent, f"{{{FA}}}{name}")


def say(parent: etree._Element, name: str, text: str | None, longest: int = 256) -> None:
    """Add a value, cut, visibly, where the field is shorter; nothing said is nothing written."""
    said = printable(text or "").strip()
    if said:
        put(parent, name).text = said if len(said) <= longest else f"{said[: longest - 1]}…"


def say_sum(parent: etree._Element, name: str, amounts: Iterable[Money], sign: int) -> None:
    """Add what some amounts come to, times the sign; there is at least one."""
    first, *others = amounts
    say(parent, name, amount_text(sum(others, first) * sign))


def day_text(day: object) -> str | None:
    """A day as the schema has it, or nothing."""
    return None if day is None else str(day)
