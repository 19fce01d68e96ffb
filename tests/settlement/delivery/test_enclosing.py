"""Itemised usage goes with an invoice where its customer chose so, masked by policy."""

import json
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from settlement.app.scenario.playing import play_steps
from settlement.billing import service as billing
from settlement.billing.itemising.itemised import NumbersHidden
from settlement.delivery import service
from settlement.delivery.choice import BadChoice, Choice, checked_choice
from settlement.delivery.delivery import Channel, Delivery
from settlement.delivery.parcel import Parcel
from settlement.delivery.printing import service as printing
from settlement.parties import service as parties
from tenants.persistence.database import Database
from tenants.session import TenantSession
from tests.settlement.rating.staging import staged

FAMILY = "minutes_of_a_family_go_to_whoever_calls_first"
DAY = date(2026, 1, 1)


def policies(session: TenantSession, **said: str) -> None:
    session.execute(
        sa.text("UPDATE tenants SET policies = policies || CAST(:said AS jsonb)"),
        {"said": json.dumps(said)},
    )
    session.expire_all()


def of_email(session: TenantSession) -> Delivery:
    [found] = service.due(session, [Channel.EMAIL])
    return found


def attached(session: TenantSession) -> dict[str, bytes]:
    parcel = service.parcel_of(session, of_email(session))
    assert isinstance(parcel, Parcel)
    return {each.name: each.content for each in parcel.attachments}


def test_usage_goes_with_an_invoice_as_its_customer_chose(shared_database: Database) -> None:
    with staged(shared_database, FAMILY) as play:
        play_steps(play)
        session = play.session
        policies(session, delivery_sender="us@alpha.example")
        billing.bill_period(session, "2026-10")
        family = parties.party_by_code(session, "family").id
        plain = Choice(Channel.EMAIL, DAY, family, address="anna@family.example")
        asked = replace(plain, usage_form="csv", usage_whole=True)

        service.set_choice(session, plain)
        service.line_up(session)
        assert [name[-4:] for name in attached(session)] == [".pdf"]

        service.set_choice(session, replace(asked, usage_whole=False))
        [_, listed] = attached(session).items()
        assert listed[0].endswith("-usage.csv") and b",48601200***," in listed[1]

        with pytest.raises(NumbersHidden):
            service.set_choice(session, asked)
        policies(session, itemised_numbers="as_customer_asks")
        service.set_choice(session, asked)
        assert b"***" not in attached(session)[listed[0]]

        # What the tenant no longer lets is masked again, whatever was chosen before.
        policies(session, itemised_numbers="last_3_hidden")
        assert attached(session)[listed[0]] == listed[1]

        service.set_choice(session, Choice(Channel.PRINT, DAY, family, usage_form="pdf"))
        service.line_up(session)
        batch = printing.produce(session)
        place = printing.part_of(session, batch.id, "manifest")[0]
        [row] = json.loads(place.read_bytes())["documents"]
        # The invoice is a page, and so are the head of the list and its rows.
        assert (row["pages"], row["pages_filled"], batch.pages) == (3, 4, 3)
        assert len(row["usage_sha256"]) == 64


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(Channel.PRINT, DAY, usage_form="csv"), "usage_form"),
        (Choice(Channel.PORTAL, DAY, usage_form="pdf"), "usage_form"),
        (Choice(Channel.KSEF, DAY, usage_form="pdf"), "usage_form"),
        (Choice(Channel.EMAIL, DAY, usage_form="exe"), "usage_form"),
        (Choice(Channel.EMAIL, DAY, usage_whole=True), "usage_whole"),
    ],
)
def test_usage_goes_only_where_and_how_it_can(choice: Choice, field: str) -> None:
    with pytest.raises(BadChoice) as refused:
        checked_choice(choice)

    assert refused.value.details["field"] == field
