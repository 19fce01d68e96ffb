"""A series counts without gaps, and anew where it says so (R85)."""

import datetime as dt

import pytest

from statements import service as statements
from statements.document import Kind
from statements.filing import Filing
from statements.number_series import service
from statements.numbering import NumbersWouldRepeat, Series, SeriesMovedOn
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_seller, an_invoice

DECEMBER, JANUARY = dt.date(2026, 12, 31), dt.date(2027, 1, 2)
YEARLY = Series("{prefix}{series}/{year}/{number:04}", "yearly", "A", "WT-")


@pytest.fixture
def issue(session):
    service.open_series(session, Kind.INVOICE, YEARLY)
    party = a_registered_party(session)

    def issued(purpose, on, **changes):
        draft = an_invoice(None, **({"number": "", "issued_on": None} | changes))
        return statements.issue(session, draft, Filing(party.id, purpose), on).number

    return issued


def test_a_count_begins_anew_with_the_year_and_never_goes_back(session, issue):
    numbers = [issue("a", DECEMBER), issue("b", DECEMBER), issue("c", JANUARY), issue("d", JANUARY)]

    assert numbers == ["WT-A/2026/0001", "WT-A/2026/0002", "WT-A/2027/0001", "WT-A/2027/0002"]
    with pytest.raises(SeriesMovedOn, match="2027 already"):
        issue("e", DECEMBER)
    [told] = service.all_series(session, JANUARY)
    assert (told.given, told.example) == (4, "WT-A/2027/0003")


def test_what_is_held_does_not_begin_a_year(session, issue):
    assert issue("a", DECEMBER)

    held = issue("b", JANUARY, seller=a_seller(vat_id=""))

    assert (held, issue("c", DECEMBER)) == ("", "WT-A/2026/0002")


def test_a_series_is_changed_until_it_has_given_a_number(session):
    service.open_series(session, Kind.INVOICE, Series("F/{number}"))

    service.open_series(session, Kind.INVOICE, YEARLY)

    [told] = service.all_series(session, JANUARY)
    assert (told.series, told.given, told.example) == (YEARLY, 0, "WT-A/2027/0001")
    with pytest.raises(NumbersWouldRepeat):
        service.open_series(session, Kind.INVOICE, Series("F/{number}", "monthly"))
