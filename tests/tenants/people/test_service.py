"""People sign in with what only they know, and out at once when they should."""

import datetime as dt
from uuid import UUID

import pytest

from i18n.errors import DomainError
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.people import person, service
from tenants.people.credentials import hash_password, is_password, key_text
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, reading, transaction
from tests.conftest import PRODUCTS_HASHER
from tests.tenants.people.builders import PASSWORD, a_key, a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
PARTY = UUID(int=7)


@pytest.fixture
def peopled(database: Database) -> Database:
    """Tenants alpha and beta, each with an operator of the same address."""
    for code in ("alpha", "beta"):
        with transaction(database, a_tenant(code).id, SYSTEM, "tests.world") as session:
            directory.create_tenant(session, a_tenant(code))
            a_user(session, email="olga@example.org")
    return database


def sign_in(database: Database, code: str = "alpha", password: str = PASSWORD) -> str | None:
    with transaction(database, a_tenant(code).id, service.DOORKEEPER, "tests.sign_in") as session:
        done = service.sign_in(session, code, "Olga@example.org", password)
    return done.cookie if done else None


def later(database: Database, **time: int) -> None:
    assert isinstance(database.clock, HeldClock)
    database.clock.move_to(database.clock.now() + dt.timedelta(**time))


def olga(session: TenantSession) -> UUID:
    return next(user.id for user in service.users(session) if user.email == "olga@example.org")


def test_a_sign_in_names_the_person_the_tenant_and_the_role(peopled: Database) -> None:
    cookie = sign_in(peopled)

    caller = service.principal_of_cookie(peopled, cookie or "")

    assert caller is not None and cookie is not None and cookie.startswith("alpha.")
    assert (caller.tenant_id, caller.principal.name) == (ALPHA, "olga@example.org")
    assert caller.principal.role is Role.OPERATOR


def test_a_cookie_of_one_tenant_is_nothing_in_another(peopled: Database) -> None:
    cookie = sign_in(peopled) or ""

    assert service.principal_of_cookie(peopled, "beta." + cookie.partition(".")[2]) is None


@pytest.mark.parametrize("cookie", ["", "alpha", "alpha.", ".x", "alpha.wrong", "nobody.x"])
def test_a_made_up_cookie_is_nobodys(peopled: Database, cookie: str) -> None:
    assert service.principal_of_cookie(peopled, cookie) is None


def test_a_sign_in_ends_by_itself(peopled: Database) -> None:
    cookie = sign_in(peopled) or ""

    later(peopled, hours=13)

    assert service.principal_of_cookie(peopled, cookie) is None


def test_signing_out_ends_the_sign_in_and_no_other(peopled: Database) -> None:
    cookie, other = sign_in(peopled) or "", sign_in(peopled) or ""

    with transaction(peopled, ALPHA, SYSTEM, "tests.sign_out") as session:
        service.sign_out(session, cookie)

    assert service.principal_of_cookie(peopled, cookie) is None
    assert service.principal_of_cookie(peopled, other) is not None


def test_five_wrong_passwords_lock_even_the_right_one_out(peopled: Database) -> None:
    for _ in range(service.FAILURES_BEFORE_LOCK):
        assert sign_in(peopled, password="not the password") is None

    assert sign_in(peopled) is None
    assert sign_in(peopled, "beta") is not None
    later(peopled, minutes=16)
    assert sign_in(peopled) is not None


def test_a_right_password_forgets_earlier_wrong_ones(peopled: Database) -> None:
    for _ in range(3):
        for _ in range(service.FAILURES_BEFORE_LOCK - 1):
            sign_in(peopled, password="not the password")
        assert sign_in(peopled) is not None


def test_a_role_taken_away_is_gone_with_the_next_request(peopled: Database) -> None:
    cookie = sign_in(peopled) or ""
    with transaction(peopled, ALPHA, SYSTEM, "tests.role") as session:
        key = service.issue_api_key(
            session, "alpha", name="ci", role=Role.OPERATOR, user_id=olga(session)
        )
        service.change_role(session, olga(session), Role.READ_ONLY)

    caller = service.principal_of_cookie(peopled, cookie)

    assert caller is not None and caller.principal.role is Role.READ_ONLY
    assert service.principal_of_key(peopled, key) is None


def test_a_deactivated_person_is_out_by_every_door(peopled: Database) -> None:
    cookie = sign_in(peopled) or ""
    with transaction(peopled, ALPHA, SYSTEM, "tests.off") as session:
        key = service.issue_api_key(
            session, "alpha", name="ci", role=Role.OPERATOR, user_id=olga(session)
        )
        service.deactivate(session, olga(session))

    assert service.principal_of_cookie(peopled, cookie) is None
    assert service.principal_of_key(peopled, key) is None
    assert sign_in(peopled) is None


def test_a_new_password_ends_sign_ins_with_the_old(peopled: Database) -> None:
    cookie = sign_in(peopled) or ""
    with transaction(peopled, ALPHA, SYSTEM, "tests.password") as session:
        service.change_password(session, olga(session), "another long password")

    assert service.principal_of_cookie(peopled, cookie) is None
    assert sign_in(peopled) is None
    assert sign_in(peopled, password="another long password") is not None


def test_a_key_of_a_person_acts_as_that_person(peopled: Database) -> None:
    with reading(peopled, ALPHA, SYSTEM) as session:
        user_id = olga(session)
    key = a_key(peopled, Role.ADMINISTRATOR, user_id=user_id)

    caller = service.principal_of_key(peopled, key)

    # The role asked for is not the person's, so it is not given.
    assert caller is not None and caller.principal.role is Role.OPERATOR
    assert caller.principal.user_id == user_id


def test_a_key_ends_when_revoked_or_expired_and_only_whole(peopled: Database) -> None:
    key = a_key(peopled)
    with transaction(peopled, ALPHA, SYSTEM, "tests.key") as session:
        short = service.issue_api_key(
            session,
            "alpha",
            name="short",
            role=Role.OPERATOR,
            expires_at=session.now() + dt.timedelta(hours=1),
        )
    assert service.principal_of_key(peopled, key) and service.principal_of_key(peopled, short)
    assert service.principal_of_key(peopled, key[:-1]) is None
    assert service.principal_of_key(peopled, key.replace("sk_alpha", "sk_beta")) is None

    later(peopled, hours=2)

    assert service.principal_of_key(peopled, short) is None


def test_no_secret_is_kept(peopled: Database) -> None:
    cookie, key = sign_in(peopled) or "", a_key(peopled)
    parts = key_text(key)
    assert parts is not None

    with reading(peopled, ALPHA, SYSTEM) as session:
        rows = [
            str(row)
            for table in ("users", "sign_in_sessions", "api_keys", "audit_log")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]

    for secret in (cookie.partition(".")[2], parts.secret, PASSWORD):
        assert not any(secret in row for row in rows)
    assert not any("$argon2" in row for row in rows if "'users'" in row)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"email": "no address"}, person.BadEmail),
        ({"password": "short"}, person.PasswordTooWeak),
        ({"password": "x" * 300}, person.PasswordTooWeak),
        ({"role": Role.SYSTEM}, person.RoleNotForPeople),
        ({"role": Role.PARTNER_USER}, person.PartyMissing),
        ({"role": Role.OPERATOR, "party_id": PARTY}, person.PartyNotWanted),
        ({"email": "OLGA@example.org"}, service.EmailTaken),
    ],
)
def test_a_person_who_cannot_be_is_refused(
    session: TenantSession, changes: dict[str, object], error: type[DomainError]
) -> None:
    a_user(session, email="olga@example.org")
    facts = {"email": "new@example.org", "role": Role.OPERATOR, "password": PASSWORD} | changes

    with pytest.raises(error):
        service.create_user(session, name="New", **facts)  # type: ignore[arg-type]


def test_approving_takes_a_person_not_a_loose_key(session: TenantSession) -> None:
    with pytest.raises(service.ApproverIsAPerson):
        service.issue_api_key(session, "alpha", name="robot", role=Role.FINANCE_APPROVER)


def test_a_password_costs_what_rfc_9106_recommends() -> None:
    # The second recommended option: 64 MiB, 3 passes, 4 lanes. Other tests hash at less.
    kept = PRODUCTS_HASHER.hash("right")

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_work_for_nobody_is_the_work_for_somebody() -> None:
    # Both hash once at the same costs; only the answer differs.
    kept = hash_password("right", bytes(16))

    assert is_password("right", kept)
    assert not is_password("wrong", kept)
    assert not is_password("the password of nobody", None)


@pytest.mark.parametrize("role", [Role.PARTNER_USER, Role.CUSTOMER_USER])
def test_a_portal_user_belongs_to_a_party_of_the_right_kind(
    session: TenantSession, role: Role
) -> None:
    with pytest.raises(service.PartyDoesNotFit):
        a_user(session, role, party_id=PARTY)
