"""A customer chooses its invoices and itemised usage itself, where the operator lets it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.billing.billing_cycle import BillingCycle
from settlement.billing.invoice_choice import InvoiceChoice, Way
from settlement.billing.itemising.itemised import NumbersHidden
from settlement.billing.splitting import service as splitting
from settlement.delivery import service as delivery
from settlement.delivery.choice import Choice
from settlement.delivery.delivery import Channel
from settlement.delivery.own_choices import service
from settlement.delivery.own_choices.chooser import (
    INVOICES_POLICY,
    USAGE_POLICY,
    ChooserUnreadable,
    ChosenByStaff,
    by_customer,
)
from settlement.delivery.own_choices.service import ChannelNotTaken, ChosenInThePast
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction
from tests.settlement.billing.builders import a_customer, policies
from tests.settlement.delivery.builders import ALPHA, an_operator, chosen
from tests.tenants.people.builders import a_user

JANUARY, TODAY = dt.date(2026, 1, 1), dt.date(2026, 11, 2)
PER_SERVICE = InvoiceChoice(Way.PER_SERVICE)
QUARTERLY = BillingCycle(3, 12)


@pytest.mark.parametrize("policy", [INVOICES_POLICY, USAGE_POLICY])
def test_staff_choose_unless_the_policy_says_otherwise(policy: str) -> None:
    assert not by_customer({}, policy)
    assert not by_customer({policy: "staff"}, policy)
    assert by_customer({policy: "customer"}, policy)
    with pytest.raises(ChooserUnreadable):
        by_customer({policy: "anybody"}, policy)


def test_a_customer_chooses_several_invoices_from_today_on_and_keeps_its_cycle(
    session: TenantSession,
) -> None:
    customer = a_customer(session)
    splitting.choose(session, customer, InvoiceChoice(cycle=QUARTERLY), JANUARY)
    with pytest.raises(ChosenByStaff):
        service.choose_invoices(session, customer, PER_SERVICE, TODAY)

    policies(session, '{"invoices_chosen_by": "customer"}')
    with pytest.raises(ChosenInThePast):
        service.choose_invoices(session, customer, PER_SERVICE, TODAY - dt.timedelta(days=1))
    service.choose_invoices(session, customer, PER_SERVICE, TODAY)

    assert splitting.choices_on(session, TODAY)[customer] == replace(PER_SERVICE, cycle=QUARTERLY)


def test_usage_comes_by_the_channels_of_the_house_as_its_customer_chose(
    session: TenantSession,
) -> None:
    customer, other = a_customer(session), a_customer(session, "C-2")
    chosen(session, Channel.EMAIL, valid_from=JANUARY)
    chosen(session, Channel.PORTAL, valid_from=JANUARY)
    chosen(session, Channel.SFTP, valid_from=JANUARY, is_active=False, **A_SERVER)

    def choose(channel: Channel, form: str = "csv", *, whole: bool = False) -> Choice:
        return service.choose_usage(session, customer, channel, form, whole=whole)

    with pytest.raises(ChosenByStaff):
        choose(Channel.EMAIL)
    policies(session, '{"usage_chosen_by": "customer"}')
    # Nothing goes with a document in the portal, and it takes no folder of a server.
    for channel in (Channel.PORTAL, Channel.SFTP):
        with pytest.raises(ChannelNotTaken):
            choose(channel)
    with pytest.raises(NumbersHidden):
        choose(Channel.EMAIL, whole=True)
    assert delivery.choices(session, customer) == []
    choose(Channel.EMAIL)

    # It still takes the portal, now by a choice of its own; the house and others are as before.
    own = {each.channel: each for each in delivery.choices(session, customer)}
    assert {channel: each.usage_form for channel, each in own.items()} == {
        Channel.EMAIL: "csv",
        Channel.PORTAL: "",
    }
    assert own[Channel.EMAIL].valid_from == JANUARY
    assert [each.usage_form for each in delivery.choices(session)] == ["", "", ""]
    assert delivery.choices(session, other) == []

    whole = '{"usage_chosen_by": "customer", "itemised_numbers": "as_customer_asks"}'
    policies(session, whole)
    assert choose(Channel.EMAIL, "pdf", whole=True).usage_whole
    assert not choose(Channel.EMAIL, "").usage_form


A_SERVER = {
    "address": "sftp://us@files.example:22/in",
    "host_key": "ssh-ed25519 AAAA",
    "secret": "env:SFTP_KEY",
}


class World(NamedTuple):
    client: FlaskClient
    customer: UUID


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A customer's user of an operator that lets customers choose, and sends by e-mail."""
    an_operator(database, invoices_chosen_by="customer", usage_chosen_by="customer")
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        customer = a_customer(session)
        chosen(session, Channel.EMAIL, valid_from=JANUARY)
        user = a_user(session, Role.CUSTOMER_USER, party_id=customer, email="own@c1.example")
        key = people.issue_api_key(
            session, "alpha", name="own", role=Role.CUSTOMER_USER, user_id=user.id
        )
    client = web.create_app(database).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    yield World(client, customer)


def test_the_portal_and_the_api_choose_and_tell_the_same(world: World) -> None:
    client, _ = world
    page = client.get("/own/choices").text
    assert 'action="/own/choices/invoices"' in page
    assert 'action="/own/choices/usage"' in page

    form = {"invoices": "groups", "groups": "calls=voice+sms", "valid_from": "2027-01-01"}
    assert client.post("/own/choices/invoices", data=form).status_code == 303
    answer = client.put("/v1/own/choices/usage", json={"channel": "email", "usage_form": "xlsx"})
    assert answer.status_code == 200

    told = client.get("/v1/own/choices").json
    [chosen_invoices] = told["invoices"]
    assert chosen_invoices["invoices"] == "groups"
    assert chosen_invoices["groups"] == [{"name": "calls", "services": ["voice", "sms"]}]
    assert told["usage"] == [{"channel": "email", "usage_form": "xlsx", "usage_whole": False}]

    again = {"invoices": "per_service", "valid_from": "2027-02-01"}
    assert client.post("/v1/own/choices/invoices", json=again).status_code == 201
    usage = {"channel": "email", "usage_form": "", "usage_whole": "no"}
    assert client.post("/own/choices/usage", data=usage).status_code == 303
    assert client.get("/v1/own/choices").json["usage"][0]["usage_form"] == ""
