"""The formulas of derivations, read and worked out with fractions: a parser of its own."""

import re
from fractions import Fraction
from math import ceil

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([a-z_]+)|(<=|[-+*/(),=<]))")


class Wrong(Exception):
    """A step whose two sides differ, or a text that is no formula."""


def worked_out(formula: str) -> Fraction:
    """The value of the last step; every equation and comparison on the way must hold."""
    value = Fraction(0)
    for step in formula.split("; "):
        value = _Step(step).value()
    return value


def round_up(units: Fraction, first: Fraction, following: Fraction) -> Fraction:
    if units <= 0:
        return Fraction(0)
    # Counted, not repeated: a session of data has millions of increments of a byte.
    return first + ceil(max(units - first, Fraction(0)) / following) * following


def half_up(amount: Fraction, places: Fraction) -> Fraction:
    weight = Fraction(10) ** int(places)
    whole = int(abs(amount) * weight * 2 + 1) // 2
    return Fraction(whole if amount >= 0 else -whole) / weight


def part(whole: Fraction, places: Fraction, number: Fraction, *weights: Fraction) -> Fraction:
    """By largest remainder: whole units first, then one each to whoever lacks most."""
    unit = Fraction(1, 10 ** int(places))
    units = abs(whole) / unit
    exact = [units * weight / sum(weights) for weight in weights]
    parts = [each.numerator // each.denominator for each in exact]
    while sum(parts) < units:
        lacking = [each - got for each, got in zip(exact, parts, strict=True)]
        parts[lacking.index(max(lacking))] += 1
    return (1 if whole >= 0 else -1) * parts[int(number) - 1] * unit


FUNCTIONS = {
    "part": part,
    "round_up": round_up,
    "round": half_up,
    "min": min,
    "max": max,
    "ceil": lambda number: Fraction(ceil(number)),
}


class _Step:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = []
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            if found is None:
                raise Wrong(f"{text}: not a formula at {place}")
            self.tokens.append(found.group().strip())
            place = found.end()
        self.tokens.append("")

    def value(self) -> Fraction:
        left = self.expression()
        sign = self.next()
        if sign == "":
            return left
        right = self.expression()
        holds = {"=": left == right, "<": left < right, "<=": left <= right}
        if not holds.get(sign) or self.next():
            raise Wrong(f"{self.text}: {left} is not {sign} {right}")
        return right

    def next(self) -> str:
        return self.tokens.pop(0) if self.tokens else ""

    def expression(self) -> Fraction:
        value = self.term()
        while self.tokens[0] in ("+", "-"):
            value = value + self.term() if self.next() == "+" else value - self.term()
        return value

    def term(self) -> Fraction:
        value = self.factor()
        while self.tokens[0] in ("*", "/"):
            value = value * self.factor() if self.next() == "*" else value / self.factor()
        return value

    def factor(self) -> Fraction:
        token = self.next()
        if token == "-":
            return -self.factor()
        if token == "(":
            return self.closed()
        if token in FUNCTIONS:
            self.expect("(")
            values = [self.expression()]
            while self.tokens[0] == ",":
                self.next()
                values.append(self.expression())
            self.expect(")")
            return FUNCTIONS[token](*values)
        return Fraction(token)

    def closed(self) -> Fraction:
        value = self.expression()
        self.expect(")")
        return value

    def expect(self, token: str) -> None:
        if self.next() != token:
            raise Wrong(f"{self.text}: {token} is missing")
