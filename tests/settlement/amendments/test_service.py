"""A change of a revenue share is drafted, reviewed, approved by a second person, and then holds."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from i18n.errors import DomainError, Forbidden
from settlement.agreements import service as agreements
from settlement.agreements.agreed import NoSuchAgreement, NothingToEnd
from settlement.agreements.partner_terms import share_terms_from_plain, share_terms_to_plain
from settlement.agreements.policies import AmendedOnly, UnknownPolicyValue
from settlement.amendments import service
from settlement.amendments.amendment import (
    Amendment,
    AmendmentDecided,
    AmendmentFaulty,
    AmendmentNotDraft,
    AmendmentNotReviewed,
    Drafted,
    Kind,
    NoSuchAmendment,
    NoticeTooShort,
)
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.agreements.builders import a_market, a_partner, share_terms

MAKER = Principal("maker", Role.OPERATOR, UUID(int=1))
APPROVER = Principal("approver", Role.FINANCE_APPROVER, UUID(int=2))
NOBODY = UUID(int=0)
CODE = "melodia-2027"
OCTOBER = date(2026, 10, 1)
JANUARY, FEBRUARY, MARCH = (date(2027, month, 1) for month in (1, 2, 3))


@pytest.fixture
def partner(session: TenantSession) -> UUID:
    a_market(session)
    session.principal = MAKER
    return a_partner(session).id


def drafted(session: TenantSession, partner: UUID, **changes: object) -> Amendment:
    facts = {
        "kind": Kind.TERMS, "code": CODE, "party_id": partner, "currency": "PLN",
        "valid_from": JANUARY, "terms": share_terms(),
    }  # fmt: skip
    return service.draft(session, Drafted(**(facts | changes)))  # type: ignore[arg-type]


def approved(session: TenantSession, amendment: Amendment) -> Amendment:
    session.principal = MAKER
    service.review(session, amendment.id)
    session.principal = APPROVER
    done = service.approve(session, amendment.id)
    session.principal = MAKER
    return done


def test_nothing_holds_before_a_second_person_approved(
    session: TenantSession, partner: UUID
) -> None:
    draft = drafted(session, partner)
    service.review(session, draft.id)
    assert agreements.share_agreements(session, *agreements.ALWAYS) == []

    session.principal = APPROVER
    done = service.approve(session, draft.id)

    [agreed] = agreements.share_agreements(session, *agreements.ALWAYS)
    assert (agreed.code, agreed.version, agreed.valid_from) == (CODE, 1, JANUARY)
    assert (done.status, done.proposed_by, done.reviewed_by) == ("approved", "maker", "maker")
    assert (done.decided_by, done.terms_id) == ("approver", agreed.terms_id)


@pytest.mark.parametrize(
    ("principal", "error"),
    [
        (MAKER, ProposerMayNotApprove),
        (
            Principal("key of the maker", Role.FINANCE_APPROVER, MAKER.user_id),
            ProposerMayNotApprove,
        ),
        (Principal("a job", Role.SYSTEM, None), NotAPerson),
        (Principal("clerk", Role.FINANCE_MAKER, UUID(int=3)), Forbidden),
    ],
)
def test_who_may_not_approve_is_refused(
    session: TenantSession, partner: UUID, principal: Principal, error: type[DomainError]
) -> None:
    draft = drafted(session, partner)
    service.review(session, draft.id)
    session.principal = principal

    with pytest.raises(error):
        service.approve(session, draft.id)


def test_who_wrote_a_draft_anew_may_not_approve_it(session: TenantSession, partner: UUID) -> None:
    draft = drafted(session, partner)
    session.principal = APPROVER
    service.revise(session, draft.id, share_terms(rate="0.75"), FEBRUARY)
    service.review(session, draft.id)

    with pytest.raises(ProposerMayNotApprove):
        service.approve(session, draft.id)


def test_each_step_is_taken_once_and_in_its_order(session: TenantSession, partner: UUID) -> None:
    draft = drafted(session, partner)
    with pytest.raises(AmendmentNotReviewed, match="is draft"):
        service.approve(session, draft.id)
    service.review(session, draft.id)
    with pytest.raises(AmendmentNotDraft, match="is reviewed"):
        service.review(session, draft.id)
    with pytest.raises(AmendmentNotDraft, match="is reviewed"):
        service.revise(session, draft.id, share_terms(), FEBRUARY)
    session.principal = APPROVER
    service.approve(session, draft.id)
    with pytest.raises(AmendmentNotReviewed, match="is approved"):
        service.approve(session, draft.id)
    with pytest.raises(AmendmentDecided, match="is approved"):
        service.reject(session, draft.id, "too late")
    with pytest.raises(NoSuchAmendment):
        service.review(session, NOBODY)


def test_what_is_rejected_never_holds(session: TenantSession, partner: UUID) -> None:
    draft = drafted(session, partner)
    service.reject(session, draft.id, "too dear")

    assert service.amendment(session, draft.id).status == "rejected"
    assert agreements.share_agreements(session, *agreements.ALWAYS) == []
    with pytest.raises(AmendmentDecided):
        service.reject(session, draft.id, "again")


def test_a_change_holds_from_the_end_of_its_notice(session: TenantSession, partner: UUID) -> None:
    """Rule R61: announced on 2 November, with 30 days of notice it holds from 2 December."""
    notice = {"notice_days": 30}
    approved(session, drafted(session, partner, valid_from=OCTOBER, terms=share_terms(**notice)))
    changed = share_terms(rate="0.80", **notice)
    second = drafted(session, partner, valid_from=date(2026, 12, 1), terms=changed)
    with pytest.raises(NoticeTooShort, match="holds from 2026-12-02, not from 2026-12-01"):
        approved(session, second)
    session.principal = MAKER
    third = drafted(session, partner, valid_from=date(2026, 12, 2), terms=changed)

    done = approved(session, third)

    first, now = agreements.agreement_terms(session, CODE)
    assert (first.valid_until, now.valid_from) == (date(2026, 12, 2), date(2026, 12, 2))
    assert done.standing == "waiting"
    assert [each.standing for each in service.amendments(session, CODE)] == [
        "waiting",
        None,
        "in_force",
    ]


def test_lint_keeps_a_faulty_draft_from_being_reviewed(
    session: TenantSession, partner: UUID
) -> None:
    draft = drafted(session, partner, terms=share_terms(rate="0.70", products=["GONE"]))

    with pytest.raises(AmendmentFaulty, match="no product GONE"):
        service.review(session, draft.id)


@pytest.mark.parametrize(
    ("change", "refused"),
    [("at_once", None), ("by_amendment", AmendedOnly), ("amended", UnknownPolicyValue)],
)
def test_a_tenant_may_have_shares_change_by_amendment_only(
    session: TenantSession, partner: UUID, change: str, refused: type[DomainError] | None
) -> None:
    session.execute(
        sa.text("UPDATE tenants SET policies = CAST(:policies AS jsonb)"),
        {"policies": f'{{"agreements_change": "{change}"}}'},
    )
    session.expire_all()
    wanted = (session, "m-2", partner, "PLN", share_terms(), JANUARY)

    if refused is None:
        assert agreements.agree_share_at_once(*wanted).version == 1
        return
    with pytest.raises(refused):
        agreements.agree_share_at_once(*wanted)
    done = approved(session, drafted(session, partner))
    assert done.terms_id is not None


def test_an_end_holds_when_it_is_approved(session: TenantSession, partner: UUID) -> None:
    approved(session, drafted(session, partner))
    done = approved(session, service.draft_end(session, CODE, MARCH))

    [agreed] = agreements.share_agreements(session, *agreements.ALWAYS)
    assert agreed.valid_until == MARCH
    assert done.terms_id == agreed.terms_id
    with pytest.raises(NothingToEnd):
        service.draft_end(session, CODE, JANUARY)
    with pytest.raises(NoSuchAgreement):
        service.draft_end(session, "unknown", MARCH)


def test_notice_of_zero_days_is_not_written() -> None:
    plain = share_terms()
    read = share_terms_from_plain(plain, "a")
    assert "notice_days" not in share_terms_to_plain(read)
    assert (
        share_terms_to_plain(share_terms_from_plain(plain | {"notice_days": 30}, "a"))[
            "notice_days"
        ]
        == 30
    )
