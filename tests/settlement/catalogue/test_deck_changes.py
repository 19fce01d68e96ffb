"""What an import would change in a deck is counted before it is imported."""

from datetime import date

import pytest

from settlement.catalogue.deck_changes import DeckChanges, deck_changes
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.drafting import service as drafting
from settlement.catalogue.published import DeckCurrencyDiffers, DeckHasFindings
from settlement.catalogue.rate_deck import rates_frame
from tenants.session import TenantSession
from tests.settlement.catalogue.builders import NOVEMBER, OCTOBER, an_imported_deck, some_rates

TODAY = date(2026, 10, 20)
NOTHING = dict.fromkeys(
    ("new", "increased", "decreased", "otherwise", "unchanged", "not_named"), 0
) | {"least_notice_days": None}


@pytest.mark.parametrize(
    ("before", "coming", "expected"),
    [
        ("48 0.05 2026-10-01", "48 0.06", {"increased": 1, "least_notice_days": 12}),
        ("48 0.05 2026-10-01", "48 0.06 2026-10-25", {"increased": 1, "least_notice_days": 5}),
        ("48 0.05 2026-10-01", "48 0.04", {"decreased": 1}),
        ("48 0.05 2026-10-01", "48 0.05", {"unchanged": 1}),
        ("48 0.05 2026-10-01", "4822 0.05", {"new": 1, "not_named": 1}),
        # The old price has ended before the new one begins, so nothing goes up.
        ("48 0.05 2026-09-01 2026-10-01", "48 0.06", {"new": 1}),
        ("48 0.05 2026-09-01 2026-11-01", "48 0.06", {"increased": 1, "least_notice_days": 12}),
    ],
)
def test_each_price_of_an_import_is_new_or_compared(
    before: str, coming: str, expected: dict[str, int]
) -> None:
    found = deck_changes(some_rates(before), some_rates(coming), NOVEMBER, TODAY)

    assert found == DeckChanges(**(NOTHING | expected))  # type: ignore[arg-type]


def test_a_price_is_compared_with_that_of_its_own_band_and_priority() -> None:
    peak = {"prefix": "48", "price": "0.10", "band": "peak", "valid_from": "2026-10-01"}
    rest = {"prefix": "48", "price": "0.05", "valid_from": "2026-10-01"}
    coming = [peak | {"price": "0.07"}, rest | {"first_increment": 60}]
    coming = [row | {"valid_from": "2026-11-01"} for row in coming]

    found = deck_changes(rates_frame([peak, rest]), rates_frame(coming), NOVEMBER, TODAY)

    assert found == DeckChanges(**(NOTHING | {"decreased": 1, "otherwise": 1}))  # type: ignore[arg-type]


LAYOUT = DeckLayout({"prefix": 1, "destination": 2, "price": 3})


def test_a_deck_file_is_compared_and_not_imported(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", "49 0.05", valid_from=OCTOBER)
    file = b"48,Poland,0.06\n33,France,0.02\n"

    found = drafting.look_at_deck(session, "world", "EUR", file, LAYOUT, NOVEMBER)

    assert (found.new, found.increased, found.not_named) == (1, 1, 1)
    assert len(rate_decks.deck_imports(session, "world")) == 1


def test_a_deck_that_is_not_there_would_be_all_new(session: TenantSession) -> None:
    found = drafting.look_at_deck(session, "moon", "EUR", b"48,Poland,0.06\n", LAYOUT, NOVEMBER)

    assert (found.new, found.not_named) == (1, 0)
    assert rate_decks.decks(session) == []


def test_what_an_import_refuses_its_preview_refuses(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05")

    with pytest.raises(DeckCurrencyDiffers):
        drafting.look_at_deck(session, "world", "PLN", b"48,Poland,0.06\n", LAYOUT, NOVEMBER)
    with pytest.raises(DeckHasFindings):
        drafting.look_at_deck(session, "world", "EUR", b"48,Poland,dear\n", LAYOUT, NOVEMBER)
