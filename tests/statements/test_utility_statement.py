"""A declaration in the public UBL form says the same, and keeps the official schema."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from i18n.errors import DomainError
from statements.declaration import Bucket, Received, declaration_xml, read_declaration, totals_of
from statements.declared_lines import DeclaredLinesRefused
from statements.utility_statement import (
    is_utility_statement,
    read_utility_statement,
    utility_statement_xml,
)
from tests.sample_data import sample
from tests.statements.builders import a_bucket, a_declaration

BOTH_WAYS = (
    a_bucket(direction="incoming", amount=Decimal("0.004"), rate=None, destination="PL & <mobile>"),
    a_bucket(),
    a_bucket(31, calls=0, seconds=0, billed_seconds=0, amount=Decimal(0)),
)


def said(*buckets: Bucket) -> Received:
    """A declaration of these buckets, as its receiver has it."""
    return read_declaration(declaration_xml(a_declaration(buckets or BOTH_WAYS)))


def by_direction(received: Received) -> Received:
    """The same with its buckets in the order of directions, as this form has them."""
    ordered = sorted(received.buckets, key=lambda bucket: bucket.direction)
    return replace(received, buckets=tuple(ordered))


def test_what_is_written_is_read_back_to_equal_values() -> None:
    assert read_utility_statement(utility_statement_xml(said())) == by_direction(said())


@given(
    calls=st.integers(0, 10**9),
    amount=st.decimals(-(10**6), 10**6, places=6),
    day=st.dates(date(2026, 10, 1), date(2026, 10, 31)),
)
def test_any_bucket_comes_back_as_it_was(calls: int, amount: Decimal, day: date) -> None:
    bucket = replace(a_bucket(), calls=calls, amount=amount, day=day, rate=None)
    received = replace(said(), buckets=(bucket,), totals=totals_of([bucket], said().currency))

    assert read_utility_statement(utility_statement_xml(received)) == received


def test_it_keeps_the_official_schema() -> None:
    path = sample("einvoice/ubl21-xsd/maindoc/UBL-UtilityStatement-2.1.xsd")
    schema = etree.XMLSchema(etree.parse(path))

    assert schema.validate(etree.fromstring(utility_statement_xml(said()))), schema.error_log


def test_it_is_told_from_a_declaration_of_ours() -> None:
    assert is_utility_statement(utility_statement_xml(said()))
    assert not is_utility_statement(declaration_xml(a_declaration(BOTH_WAYS)))


def test_each_bad_line_has_its_reason() -> None:
    xml = utility_statement_xml(said())
    xml = xml.replace(b"calls=", b"called=").replace(b"CallDate>2026-10-31", b"CallDate>2026-11-01")

    with pytest.raises(DeclaredLinesRefused) as refused:
        read_utility_statement(xml)

    reasons = str(refused.value)
    assert reasons.startswith("3 lines of the declaration are refused: line 1: ")
    assert "; line 2: " in reasons and "; line 3: " in reasons
    assert "calls= is said 0 times" in reasons and "2026-11-01 lies outside" in reasons


BROKEN = [
    (b">Traffic<", b">Water<", "its type is not Traffic"),
    (b"TimeZone=", b"Zone=", "TimeZone= is said 0 times"),
    (b"calls=", b"called=", "calls= is said 0 times"),
    (b">outgoing</cbc:Description", b">sideways</cbc:Description", "is not a direction"),
    (b'unitCode="SEC"', b'unitCode="MIN"', "is not in seconds"),
    (b'unitCode="MIN">1<', b'unitCode="MIN">2<', "is not for one minute"),
    (b'"EUR">0.004<', b'"USD">0.004<', "is not in EUR"),
    (b"0.004<", b"0.005<", "its buckets give"),
    (b"0.004<", b"4e-3<", "4e-3"),
    (b"CallDate>2026-10-31", b"CallDate>2026-11-01", "outside the period"),
    (b"CallDate>2026-10-31", b"CallDate>20261031", "is not a date"),
    (b"EndDate>2026-10-31", b"EndDate>2026-11-30", "of different periods"),
    (b"UtilityStatement-2", b"UtilityStatement-3", "it is not a"),
]


@pytest.mark.parametrize(("before", "after", "reason"), BROKEN)
def test_what_does_not_say_what_it_must_is_refused(
    before: bytes, after: bytes, reason: str
) -> None:
    xml = utility_statement_xml(said())
    assert before in xml, before

    with pytest.raises(DomainError, match=reason):
        read_utility_statement(xml.replace(before, after, 1))
