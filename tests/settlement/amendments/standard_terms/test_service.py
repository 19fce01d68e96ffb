"""Standard terms are kept by version; agreements begin from the newest, its places filled."""

from datetime import date
from uuid import UUID

import pytest

from i18n.errors import DomainError
from settlement.agreements import service as agreements
from settlement.agreements.policies import UnknownPolicy
from settlement.amendments import service as amendments
from settlement.amendments.standard_terms import service
from settlement.amendments.standard_terms.filling import (
    NoSuchPlace,
    PlaceLeftOpen,
    PlaceWithinText,
    filled,
    places_of,
)
from settlement.amendments.standard_terms.service import NoSuchStandardTerms, Wanted
from settlement.catalogue.product import BadCatalogueCode
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.agreements.builders import (
    a_carrier,
    a_market,
    a_partner,
    interconnect_terms,
    share_terms,
)

MAKER = Principal("maker", Role.OPERATOR, UUID(int=1))
APPROVER = Principal("approver", Role.FINANCE_APPROVER, UUID(int=2))
JANUARY = date(2027, 1, 1)
SHARE = share_terms(rate="{rate}") | {"notice_days": "{days}"}


def wanted(
    party_id: UUID,
    said: dict[str, str | int],
    currency: str = "PLN",
    trunks: tuple[str, ...] = (),
) -> Wanted:
    return Wanted("new", party_id, currency, JANUARY, said, trunks=trunks)


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("{a}", {"a": "0.70"}, "0.70"),
        ("{a}", {"a": 30}, 30),
        ("{a}-{b}", {"a": "x", "b": "y"}, "x-y"),
        # What is filled in is not looked at for places again.
        ("{a}{b}", {"a": "{b}", "b": "y"}, "{b}y"),
        ("{A} { a }", {}, "{A} { a }"),
        (0, {}, 0),
    ],
)
def test_a_place_is_filled_wherever_it_stands(
    text: object, said: dict[str, str | int], expected: object
) -> None:
    terms = {"one": text, "deep": [{"two": text}]}

    assert places_of(terms) == sorted(said)
    assert filled("t", terms, said) == {"one": expected, "deep": [{"two": expected}]}


@pytest.mark.parametrize(
    ("text", "said", "error"),
    [
        ("{a}", {}, PlaceLeftOpen),
        ("{a}", {"a": "1", "b": "2"}, NoSuchPlace),
        ("{a} days", {"a": 30}, PlaceWithinText),
    ],
)
def test_what_does_not_fit_its_places_is_refused(
    text: str, said: dict[str, str | int], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        filled("t", {"one": text}, said)


def test_a_revenue_share_begins_as_a_draft_that_remembers_its_version(
    session: TenantSession,
) -> None:
    a_market(session)
    partner = a_partner(session).id
    session.principal = MAKER
    service.keep(session, "label", "revenue_share", share_terms(rate="0.50"))
    kept = service.keep(session, "label", "revenue_share", SHARE, {"term_days": "business"})
    assert (kept.version, kept.places) == (2, ["days", "rate"])

    begun = service.begin_agreement(session, "label", wanted(partner, {"rate": "0.65", "days": 30}))

    assert begun.amendment_id is not None and begun.terms_id is None
    assert agreements.share_agreements(session, *agreements.ALWAYS) == []
    amendments.review(session, begun.amendment_id)
    session.principal = APPROVER
    amendments.approve(session, begun.amendment_id)
    [agreed] = agreements.share_agreements(session, *agreements.ALWAYS)
    assert agreed.sharing["shares"] == [{"payee": "melodia", "rate": "0.65"}]
    assert (agreed.notice_days, agreed.policies) == (30, {"term_days": "business"})
    # A later version changes nothing of what was begun.
    service.keep(session, "label", "revenue_share", share_terms(rate="0.40"))
    [told] = service.begun_from(session, "new")
    assert (told.name, told.version) == ("label", 2)
    assert told.filled == {"rate": "0.65", "days": 30}


def test_interconnect_begins_as_a_draft_too(session: TenantSession) -> None:
    carrier = a_carrier(session)
    session.principal = MAKER
    terms = interconnect_terms(tolerance="{tolerance}")
    service.keep(session, "carrier", "interconnect", terms)
    said: dict[str, str | int] = {"tolerance": "0.01"}

    begun = service.begin_agreement(
        session, "carrier", wanted(carrier.id, said, currency="XDR", trunks=("T1",))
    )

    assert begun.amendment_id is not None and (begun.version, begun.terms_id) == (1, None)
    assert agreements.interconnects(session, JANUARY, date(2027, 2, 1)) == []
    amendments.review(session, begun.amendment_id)
    session.principal = APPROVER
    amendments.approve(session, begun.amendment_id)
    [agreed] = agreements.interconnects(session, JANUARY, date(2027, 2, 1))
    assert (str(agreed.tolerance), agreed.trunks) == ("0.01", ("T1",))
    assert service.begun_from(session, "other") == []


def test_the_same_once_more_is_no_new_version(session: TenantSession) -> None:
    one = service.keep(session, "label", "revenue_share", SHARE)

    assert service.keep(session, "label", "revenue_share", SHARE) == one
    assert [each.version for each in service.standard_terms(session, "label")] == [1]


def test_what_cannot_be_kept_or_begun_is_refused(session: TenantSession) -> None:
    with pytest.raises(BadCatalogueCode):
        service.keep(session, "a b", "revenue_share", SHARE)
    with pytest.raises(UnknownPolicy):
        service.keep(session, "label", "revenue_share", SHARE, {"class_by": "start"})
    with pytest.raises(NoSuchStandardTerms):
        service.begin_agreement(session, "label", wanted(UUID(int=0), {}))
