"""A declaration says the same to both sides, and its totals are the sums of its parts."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown
from currencies.xml_reading import XmlRefused
from statements.declaration import (
    DeclarationDoesNotTie,
    DeclarationMisread,
    declaration_xml,
    in_order,
    read_declaration,
    totals_of,
)
from statements.declared_lines import DeclaredLinesRefused
from statements.validation.rule_pack import SALDO_DECLARATION
from statements.validation.service import validate
from tests.statements.builders import a_bucket, a_declaration

BOTH_WAYS = (
    a_bucket(),
    a_bucket(direction="incoming", amount=Decimal("0.004"), rate=None, destination="PL & <mobile>"),
    a_bucket(31, calls=0, seconds=0, billed_seconds=0, amount=Decimal(0)),
)


def test_a_declaration_keeps_its_schema():
    verdict = validate(declaration_xml(a_declaration(BOTH_WAYS)), SALDO_DECLARATION)

    assert verdict.is_valid, verdict.findings


@pytest.mark.parametrize(
    ("root", "due_on", "version"),
    [
        (None, None, b"1.0"),
        ("0a" * 32, None, b"1.1"),
        (None, date(2026, 12, 2), b"1.2"),
        ("0a" * 32, date(2026, 12, 2), b"1.2"),
    ],
)
def test_a_declaration_is_of_the_earliest_version_that_knows_all_it_says(root, due_on, version):
    xml = declaration_xml(a_declaration(BOTH_WAYS, merkle_root=root, due_on=due_on))

    assert b'version="' + version + b'"' in xml
    assert (b"<DueOn>2026-12-02</DueOn>" in xml) == (due_on is not None)
    assert validate(xml, SALDO_DECLARATION).is_valid
    assert read_declaration(xml).number == "D-1"


def test_what_we_write_is_read_back_to_equal_values():
    declaration = a_declaration(BOTH_WAYS)

    received = read_declaration(declaration_xml(declaration))

    assert received.buckets == in_order(declaration.buckets)
    assert received.totals == declaration.totals
    assert (received.number, received.period) == (declaration.number, declaration.period)


def test_each_direction_is_added_up_exactly_and_rounded_once():
    # Three times 0.004 is 0.012; rounded each it would be nothing.
    buckets = [a_bucket(day, amount=Decimal("0.004")) for day in (1, 2, 3)]

    (total,) = totals_of(buckets, "EUR")

    assert (total.amount, shown(total.payable)) == (Decimal("0.012"), "0.01 EUR")


def test_the_order_of_buckets_changes_no_byte():
    shuffled = random.Random(7).sample(BOTH_WAYS, 3)

    assert declaration_xml(a_declaration(shuffled)) == declaration_xml(a_declaration(BOTH_WAYS))


@pytest.mark.parametrize(
    ("written", "changed", "error"),
    [
        (b"<Calls>20</Calls>", b"<Calls>21</Calls>", DeclarationDoesNotTie),
        (b"<Amount>0.275</Amount>", b"<Amount>0.28</Amount>", DeclarationDoesNotTie),
        (b"<Payable>0.28</Payable>", b"<Payable>0.27</Payable>", DeclarationDoesNotTie),
        (b"<Day>2026-10-02</Day>", b"<Day>2026-11-02</Day>", DeclaredLinesRefused),
        (b"<Day>2026-10-02</Day>", b"<Day>20261002</Day>", DeclaredLinesRefused),
        (b"<Day>2026-10-02</Day>", b"<Day>2026-02-30</Day>", DeclaredLinesRefused),
        (b"<Calls>10</Calls>", b"<Calls>10.5</Calls>", DeclaredLinesRefused),
        (b"<Calls>10</Calls>", b"<Calls>1e1</Calls>", DeclaredLinesRefused),
        (b"<Amount>0.1375</Amount>", b"<Amount>0.13<!-- -->75</Amount>", XmlRefused),
        (b"<Amount>0.1375</Amount>", b"<Amount>0,1375</Amount>", DeclaredLinesRefused),
        (b"<Direction>outgoing</Direction>", b"<Direction>out</Direction>", DeclaredLinesRefused),
        (b"<Trunk>TR-WAW-1</Trunk>", b"", DeclaredLinesRefused),
        (b"<Trunk>TR-WAW-1</Trunk>", b"<Trunk>a</Trunk><Trunk>b</Trunk>", DeclaredLinesRefused),
        (b"<?xml version='1.0'", b"<?xml version='1.1'", XmlRefused),
        (b"urn:saldo:declaration:1.0", b"urn:saldo:declaration:2.0", DeclarationMisread),
    ],
)
def test_a_declaration_with_a_fault_is_refused(written, changed, error):
    xml = declaration_xml(a_declaration())
    assert written in xml

    with pytest.raises(error):
        read_declaration(xml.replace(written, changed, 1))


def test_each_bad_line_has_its_reason():
    xml = declaration_xml(a_declaration([a_bucket(day) for day in (1, 2, 3)]))
    for before, after in (
        (b"<Day>2026-10-01</Day>", b"<Day>2026-09-30</Day>"),
        (b"<Day>2026-10-02</Day>", b"<Day>2.10.2026</Day>"),
    ):
        xml = xml.replace(before, after, 1)
    third = xml.rindex(b"<Calls>10<")
    xml = xml[:third] + b"<Calls>1e1<" + xml[third + len(b"<Calls>10<") :]

    with pytest.raises(DeclaredLinesRefused) as refused:
        read_declaration(xml)

    said = str(refused.value)
    assert said.startswith("3 lines of the declaration are refused: bucket 1: 2026-09-30 lies")
    assert "; bucket 2: '2.10.2026' is not a date" in said
    assert "; bucket 3: " in said and "1e1" in said
    # Each reason is a sentence of its own, and so is what comes after them.
    assert ".." not in said and ".;" not in said


def test_traffic_without_a_total_is_refused():
    declaration = a_declaration()

    with pytest.raises(DeclarationDoesNotTie, match="outgoing total"):
        read_declaration(declaration_xml(replace(declaration, totals=())))


def test_a_total_without_traffic_is_refused():
    (total,) = totals_of([a_bucket()], "EUR")

    with pytest.raises(DeclarationDoesNotTie):
        read_declaration(declaration_xml(a_declaration((), totals=(total,))))


def test_the_same_bucket_twice_breaks_the_schema():
    verdict = validate(declaration_xml(a_declaration((a_bucket(), a_bucket()))), SALDO_DECLARATION)

    assert verdict.broken_rules == ("XSD",)


amounts = st.integers(-(10**14), 10**14).map(lambda n: Decimal(n).scaleb(-8))
buckets = st.builds(
    a_bucket,
    day=st.integers(1, 31),
    direction=st.sampled_from(["incoming", "outgoing"]),
    trunk=st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=9),
    calls=st.integers(0, 10**9),
    seconds=st.integers(0, 10**12),
    amount=amounts,
)


@given(st.lists(buckets, max_size=6))
def test_any_traffic_survives_the_way_there_and_back(traffic):
    declaration = a_declaration(traffic)

    received = read_declaration(declaration_xml(declaration))

    assert received.buckets == in_order(traffic)
    assert received.totals == totals_of(traffic, "EUR")
    assert all(total.payable.currency == money(0, "EUR").currency for total in received.totals)
    assert received.issued_on == date(2026, 11, 10)
