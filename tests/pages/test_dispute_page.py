"""Disputes on their page: who raised one takes it back, the other side answers it."""

import io
from uuid import UUID

import pytest
from lxml import html

from currencies.money import money
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.disputes.values import service as values
from statements import service as statements
from statements.document import Kind
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of


@pytest.mark.parametrize(
    ("raised_by", "ours", "theirs"),
    [(Side.US, ["withdrawal"], []), (Side.THEM, ["settlement"], ["withdrawal"])],
)
def test_who_raised_a_dispute_withdraws_it_and_the_other_side_answers(
    office: Office, raised_by: Side, ours: list[str], theirs: list[str]
) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.dispute") as session:
        [stated] = statements.documents(session, kind=Kind.SELF_BILLED_INVOICE)
        raised = disputes.raise_dispute(
            session, document_id=stated.id, disputed=money("0.40 PLN"), reason=Reason.SHARE,
            raised_by=raised_by,
        )  # fmt: skip
        values.propose(session, raised.id, money("0.25 PLN"), "half way", Side.US)
    pages = {Role.OPERATOR: "/disputes", Role.PARTNER_USER: "/own/disputes"}

    found = {}
    for role, place in pages.items():
        page = signed_in(office.app, office.world, role).read(place)
        actions = page.xpath(f"//form[contains(@action, '{raised.id}')]/@action")
        found[role] = [each.rsplit("/", 1)[1] for each in actions]
        assert "Alpha Telekom proposes 0.25 PLN: half way" in text_of(page)

    assert found == {Role.OPERATOR: ours, Role.PARTNER_USER: theirs}


def test_we_take_our_own_dispute_back_on_the_page(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.own") as session:
        [stated] = statements.documents(session, kind=Kind.SELF_BILLED_INVOICE)
        raised = disputes.raise_dispute(
            session, document_id=stated.id, disputed=money("0.10 PLN"), reason=Reason.TAX,
            raised_by=Side.US,
        )  # fmt: skip
    operator = signed_in(office.app, office.world, Role.OPERATOR)

    answer = operator.send(f"/disputes/{raised.id}/withdrawal")

    assert "The dispute is withdrawn." in answer.text


def an_open_dispute(office: Office, raised_by: Side = Side.US, amount: str = "0.02 PLN") -> UUID:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.open") as session:
        [stated] = statements.documents(session, kind=Kind.SELF_BILLED_INVOICE)
        return disputes.raise_dispute(
            session, document_id=stated.id, disputed=money(amount), reason=Reason.SHARE,
            raised_by=raised_by,
        ).id  # fmt: skip


def test_a_value_is_proposed_by_one_side_and_accepted_by_the_other(office: Office) -> None:
    dispute = an_open_dispute(office)
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    partner = signed_in(office.app, office.world, Role.PARTNER_USER)
    operator.read(f"/disputes/{dispute}")

    proposed = operator.send(f"/disputes/{dispute}/values", amount="0.01 PLN", narrative="half")

    assert "The value is proposed." in proposed.text
    # Who proposed it is not asked to accept it.
    assert "/acceptance" not in proposed.text
    page = partner.read(f"/own/disputes/{dispute}")
    [action] = page.xpath("//form[contains(@action, 'acceptance')]/@action")
    settled = partner.send(action)
    assert "Settled at 0.01 PLN" in text_of(html.document_fromstring(settled.text))
    assert "/values" not in settled.text


def test_more_than_is_disputed_cannot_be_proposed(office: Office) -> None:
    dispute = an_open_dispute(office)
    partner = signed_in(office.app, office.world, Role.PARTNER_USER)
    partner.read(f"/own/disputes/{dispute}")

    answer = partner.send(f"/own/disputes/{dispute}/values", amount="1.00 PLN")

    assert "cannot settle a dispute of 0.02 PLN" in answer.text


def test_a_file_is_shown_by_one_side_and_taken_away_by_the_other(office: Office) -> None:
    dispute = an_open_dispute(office, Side.THEM)
    partner = signed_in(office.app, office.world, Role.PARTNER_USER)
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    partner.read(f"/own/disputes/{dispute}")

    shown = partner.send(
        f"/own/disputes/{dispute}/attachments",
        attachment=(io.BytesIO(b"day,calls\r\n1,2\r\n"), "żółw.csv", "application/vnd.ms-excel"),
    )

    assert "The file żółw.csv is shown to the other side." in shown.text
    [place] = operator.read(f"/disputes/{dispute}").xpath(
        "//a[contains(@href, '/attachments/')]/@href"
    )
    taken = operator.open(place)
    assert (taken.data, taken.mimetype) == (b"day,calls\r\n1,2\r\n", "text/csv")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert taken.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("page.html", b"<p>", "are not taken"),
        ("picture.png", b"<svg onload='x'>", "is not what its type"),
        ("empty.csv", b"", "is empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    office: Office, name: str, content: bytes, told: str
) -> None:
    dispute = an_open_dispute(office, amount="0.01 PLN")
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    operator.read(f"/disputes/{dispute}")

    answer = operator.send(
        f"/disputes/{dispute}/attachments", attachment=(io.BytesIO(content), name)
    )

    assert told in answer.text
    assert not operator.read(f"/disputes/{dispute}").xpath("//a[contains(@href, '/attachments/')]")


def test_an_accepted_difference_is_booked_from_its_page(office: Office) -> None:
    """They counted 0.50 XDR more, we disputed it and they gave way: nothing moves, and it ends."""
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.booked") as session:
        raised = disputes.dispute_difference(
            session, reconciliation_id=office.world.reconciliation, line=1, reason=Reason.VOLUME
        )
        disputes.settle(session, raised.id, is_accepted=True)
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    place = f"/disputes/{raised.id}"
    [action] = operator.read(place).xpath("//form[contains(@action, '/adjustment')]/@action")
    reader = signed_in(office.app, office.world, Role.READ_ONLY)
    assert "/adjustment" not in reader.open(place).text

    booked = operator.send(action)

    assert "The adjusting entry is booked." in booked.text
    assert "Adjusting entry booked 2 Nov 2026" in text_of(html.document_fromstring(booked.text))
    assert "/adjustment" not in booked.text
    assert "asks for no adjusting entry" in operator.send(action).text


def test_an_accepted_dispute_of_an_invoice_is_credited_on_the_line_chosen(office: Office) -> None:
    """12.30 of an invoice with 23 % VAT is 10.00 net of one of its lines."""
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.credit") as session:
        filed = statements.documents(session, kind=Kind.INVOICE, status="issued")[0]
        raised = disputes.raise_dispute(
            session, document_id=filed.id, disputed=money("12.30 PLN"), reason=Reason.OTHER,
            raised_by=Side.THEM,
        )  # fmt: skip
        disputes.settle(session, raised.id, is_accepted=True)
        content = statements.content(session, filed.id)
        wanted = max(content.lines, key=lambda each: each.net)
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    page = operator.read(f"/disputes/{raised.id}")
    assert wanted.id in page.xpath("//select[@name='line']/option/@value")

    done = operator.send(f"/disputes/{raised.id}/credit-note", line=wanted.id)

    assert "The credit note is issued." in done.text
    assert "Credit note FK/2026/11/0001" in text_of(html.document_fromstring(done.text))
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.credited") as session:
        note = statements.document(session, disputes.dispute(session, raised.id).credit_id)
    assert abs(note.gross) == money("12.30 PLN")
