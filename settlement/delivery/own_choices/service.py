"""Let a customer choose for itself what the operator lets it choose; tell what it has chosen.

A choice of invoices begins today or later, so that no month that is over is split otherwise. How
often the customer is billed stays as it was agreed. Itemised usage comes with what leaves by a
channel that the customer takes already; its channels, addresses and secrets stay as they are.
"""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from i18n.errors import Conflict, Invalid
from settlement.billing.billing_cycle import BillingCycle
from settlement.billing.invoice_choice import DatedChoice, InvoiceChoice
from settlement.billing.itemising import service as itemising
from settlement.billing.splitting import service as splitting
from settlement.delivery import service as delivery
from settlement.delivery.choice import ENCLOSED, Choice
from settlement.delivery.delivery import Channel
from settlement.delivery.own_choices.chooser import (
    INVOICES_POLICY,
    USAGE_POLICY,
    by_customer,
    check_customer,
)
from settlement.periods import service as periods
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class ChosenInThePast(Invalid):
    """The choice is asked for from {day}, before today, {today}. Take today or a later day."""


class ChannelNotTaken(Conflict):
    """Your documents do not go by {channel}, or nothing goes with them there. Choose one of the
    ways that your documents go.
    """


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """What a customer chose, and what of it it may choose itself.

    `usage` are its channels that can bring itemised usage; `may_see_whole` says whether the tenant
    lets customers ask for whole numbers of others.
    """

    invoices: tuple[DatedChoice, ...]
    usage: tuple[Choice, ...]
    chooses_invoices: bool
    chooses_usage: bool
    may_see_whole: bool


def own_choices(session: TenantSession, party_id: UUID) -> OwnChoices:
    """What a customer chose. Raises NoSuchParty, ChooserUnreadable, NumbersPolicyUnreadable."""
    policies = own_tenant(session).policies
    return OwnChoices(
        invoices=tuple(splitting.choices(session, party_id)),
        usage=tuple(_enclosing(_channels(session, party_id))),
        chooses_invoices=by_customer(policies, INVOICES_POLICY),
        chooses_usage=by_customer(policies, USAGE_POLICY),
        may_see_whole=itemising.customers_may_see_whole(session),
    )


def choose_invoices(
    session: TenantSession, party_id: UUID, choice: InvoiceChoice, valid_from: dt.date
) -> DatedChoice:
    """Put the customer's charges on invoices in this way from a day on; its cycle stays.

    Raises ChosenByStaff, ChooserUnreadable, ChosenInThePast and what `splitting.choose` raises.
    """
    check_customer(own_tenant(session).policies, INVOICES_POLICY)
    today = periods.today(session)
    if valid_from < today:
        raise ChosenInThePast(day=valid_from, today=today)
    known = splitting.choices(session, party_id)
    cycle = known[-1].choice.cycle if known else BillingCycle()
    return splitting.choose(session, party_id, replace(choice, cycle=cycle), valid_from)


def choose_usage(
    session: TenantSession, party_id: UUID, channel: Channel, form: str, *, whole: bool
) -> Choice:
    """Let itemised usage come by a channel in a form, or no longer where the form is empty.

    Where the customer goes by the choices of the house, they become its own first, all of them:
    else it would take this one channel alone. Raises ChosenByStaff, ChooserUnreadable,
    ChannelNotTaken, BadChoice and NumbersHidden.
    """
    check_customer(own_tenant(session).policies, USAGE_POLICY)
    channels = _channels(session, party_id)
    found = next((each for each in _enclosing(channels) if each.channel is channel), None)
    if found is None:
        raise ChannelNotTaken(channel=channel.value)
    wanted = replace(found, party_id=party_id, usage_form=form, usage_whole=whole)
    kept = delivery.set_choice(session, wanted)
    for each in channels:
        if each.party_id is None and each.channel is not channel:
            delivery.set_choice(session, replace(each, party_id=party_id))
    return kept


def _channels(session: TenantSession, party_id: UUID) -> list[Choice]:
    """The channels that a party takes: its own, where it has any, else the house's."""
    known = delivery.choices(session, party_id) or delivery.choices(session)
    return [each for each in known if each.is_active]


def _enclosing(channels: list[Choice]) -> list[Choice]:
    return [each for each in channels if each.channel in ENCLOSED]
