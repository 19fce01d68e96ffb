"""Filters, pages and attributes of a list, as TMF630 has them."""

import pytest

from settlement.tm_forum.listing import matches, narrowed, page_of

ANNA = {
    "id": "1",
    "href": "/1",
    "@type": "Thing",
    "name": "Anna",
    "isOpen": True,
    "party": [{"role": "partner", "who": {"id": "a"}}, {"role": "operator"}],
}
OTTO = {"id": "2", "href": "/2", "@type": "Thing", "name": "Otto", "party": []}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["1", "2"]),
        ({"name": "Anna"}, ["1"]),
        ({"name": "Anna,Otto"}, ["1", "2"]),
        ({"isOpen": "true"}, ["1"]),
        ({"party.role": "operator"}, ["1"]),
        ({"party.who.id": "a", "name": "Otto"}, []),
        ({"party": "partner"}, []),
        ({"colour": "red"}, []),
    ],
)
def test_a_filter_finds_what_has_one_of_its_values_at_its_path(filters, found):
    assert [each["id"] for each in (ANNA, OTTO) if matches(each, filters)] == found


def test_a_page_says_how_many_there_are_beyond_it():
    things = [ANNA, OTTO, ANNA]

    assert page_of(things, {}, 1, 1) == ([OTTO], 3)
    assert page_of(things, {"name": "Anna"}, 1, 5) == ([ANNA], 2)
    assert page_of(things, {}, 3, 5) == ([], 3)


def test_attributes_are_narrowed_and_identity_stays():
    assert narrowed(ANNA, "") == ANNA
    assert narrowed(ANNA, "name, party.role") == {
        name: ANNA[name] for name in ("id", "href", "@type", "name", "party")
    }
    assert narrowed(OTTO, "none") == {"id": "2", "href": "/2", "@type": "Thing"}
