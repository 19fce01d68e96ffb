"""A price list changes nothing until a second person accepts it; R61 holds from its arrival."""

import datetime as dt
from decimal import Decimal

import pytest

from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.deck_reading import Spelling
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.published import DeckHasFindings
from settlement.interconnect.price_lists.deciding import service
from settlement.interconnect.price_lists.deciding.price_list import (
    NoSuchPriceList,
    PriceList,
    PriceListDecided,
    PriceListKnown,
    RefusedWithoutReason,
)
from tenants.clock import HeldClock
from tenants.four_eyes import ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.interconnect.price_lists.test_service import (
    ARRIVED,
    FIFTH,
    an_agreement,
    price_on,
)

# In hundredths, with a comma for the decimal mark: 2,0 is 0.02.
LAYOUT = DeckLayout({"prefix": 1, "price": 2}, ";", "utf-8", Spelling(",", Decimal("0.01")))
LIST = b"353;2,0\n354;4,0\n44;2,0\n7;30\n"
NINTH = dt.date(2026, 10, 9)


def come(session: TenantSession, content: bytes = LIST) -> PriceList:
    """Anna brings a list in that arrived at the beginning of 2 October in Warsaw, for the 5th."""
    session.principal = person(session, "anna")
    return service.propose(session, "IC-atlantic", "october.csv", content, LAYOUT, FIFTH, ARRIVED)


def person(session: TenantSession, name: str) -> Principal:
    return Principal(name, Role.OPERATOR, session.ids.new())


@pytest.fixture
def agreed(session: TenantSession) -> TenantSession:
    an_agreement(session)
    return session


def test_r61_a_list_holds_from_its_arrival_once_somebody_else_accepts_it(
    agreed: TenantSession,
) -> None:
    """It arrived on 2 October with seven days of notice: the 9th, whenever it is accepted."""
    found = come(agreed)
    assert (found.status, found.deck) == ("proposed", "atlantic-deck")
    assert found.counts == {"notice": 1, "decrease": 1, "unchanged": 1, "new": 1}
    assert price_on(agreed, "354", FIFTH) == [Decimal("0.05")]

    agreed.clock = HeldClock(agreed.now() + dt.timedelta(days=20))
    agreed.principal = person(agreed, "boris")
    accepted = service.accept(agreed, found.id)

    assert (accepted.status, accepted.decided_by) == ("accepted", "boris")
    [imported] = [
        each.id
        for each in rate_decks.deck_imports(agreed, "atlantic-deck")
        if each.sha256 == found.sha256
    ]
    assert accepted.import_id == imported
    assert price_on(agreed, "353", NINTH - dt.timedelta(days=1)) == [Decimal("0.01")]
    assert price_on(agreed, "353", NINTH) == [Decimal("0.02")]
    assert price_on(agreed, "354", FIFTH) == [Decimal("0.04")]
    told = service.prices_of(agreed, found.id)
    assert [(each.prefix, each.before, each.price, each.holds_from) for each in told] == [
        ("353", Decimal("0.01"), Decimal("0.02"), NINTH),
        ("354", Decimal("0.05"), Decimal("0.04"), FIFTH),
        ("44", Decimal("0.02"), Decimal("0.02"), dt.date(2026, 1, 1)),
        ("7", None, Decimal("0.3"), FIFTH),
    ]


def test_who_brought_a_list_in_does_not_accept_it(agreed: TenantSession) -> None:
    found = come(agreed)

    with pytest.raises(ProposerMayNotApprove):
        service.accept(agreed, found.id)

    assert price_on(agreed, "354", FIFTH) == [Decimal("0.05")]


def test_a_refused_list_never_holds_and_says_why(agreed: TenantSession) -> None:
    found = come(agreed)
    with pytest.raises(RefusedWithoutReason):
        service.refuse(agreed, found.id, " ")

    refused = service.refuse(agreed, found.id, "prices of another carrier")

    assert (refused.status, refused.why) == ("refused", "prices of another carrier")
    agreed.principal = person(agreed, "boris")
    with pytest.raises(PriceListDecided):
        service.accept(agreed, found.id)
    assert price_on(agreed, "354", FIFTH) == [Decimal("0.05")]
    assert service.content_of(agreed, found.id) == LIST
    assert come(agreed).status == "proposed"


def test_the_same_list_waits_once(agreed: TenantSession) -> None:
    come(agreed)

    with pytest.raises(PriceListKnown, match="october.csv"):
        come(agreed)


def test_rows_that_cannot_be_read_refuse_the_list_unless_they_are_left_out(
    agreed: TenantSession,
) -> None:
    with pytest.raises(DeckHasFindings):
        come(agreed, b"353;2,0\n354;four\n")

    found = service.propose(
        agreed, "IC-atlantic", "october.csv", b"353;2,0\n354;four\n", LAYOUT, FIFTH, ARRIVED, True
    )

    assert (found.counts, found.findings) == ({"notice": 1}, 1)


def test_what_waits_is_listed_before_what_was_decided(agreed: TenantSession) -> None:
    decided, waiting = come(agreed), come(agreed, b"353;1,5\n")
    service.refuse(agreed, decided.id, "withdrawn")

    assert [each.id for each in service.all_lists(agreed)] == [waiting.id, decided.id]


def test_a_list_that_is_not_there_is_not_found(agreed: TenantSession) -> None:
    with pytest.raises(NoSuchPriceList):
        service.price_list(agreed, agreed.ids.new())
