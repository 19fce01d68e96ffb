"""Line deliveries up, take each up once, keep what came of it, and let people send again.

A delivery is taken up by adding its next step under a key that lets one worker through, and
committed before anything leaves. What came of it is the step after. A worker that dies in between
leaves `sending` behind; after a while the other side is asked what became of it, and where it
cannot be asked, the delivery is `unclear` and waits for a person. So nothing goes to the same
place twice by a restart.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, replace
from uuid import UUID

from i18n.errors import Conflict, NotFound
from settlement.billing.itemising import service as itemising
from settlement.billing.itemising.itemised import NumbersHidden
from settlement.billing.itemising.service import ItemisedFile
from settlement.delivery import store
from settlement.delivery.choice import PACKS, Choice, checked_choice, is_for
from settlement.delivery.covering import subject_of, text_of
from settlement.delivery.delivery import (
    RETRY_MINUTES,
    RETRY_POLICY,
    Answer,
    Channel,
    Delivery,
    State,
    Step,
    begun,
    followed,
    is_due,
    retried,
    waits_of,
)
from settlement.delivery.parcel import Attachment, Parcel
from settlement.parties import service as parties
from settlement.parties.party import Party
from statements import service as statements
from statements.downloading import FORMS, forms_of
from statements.filing import XML
from statements.handing_out import service as handing_out
from tenants.directory.service import own_tenant
from tenants.session import TenantSession
from tenants.values import value_of

# From which address documents are sent by e-mail.
SENDER_POLICY = "delivery_sender"
SHOWN = 200
# What was sent, or may have been, and can therefore come back.
NOTED = (State.SENT, State.DELIVERED, State.UNCLEAR)


class NoSuchDelivery(NotFound):
    """There is no delivery {delivery}. Check the identifier."""


class NotRetried(Conflict):
    """The delivery of {number} is {state}. Only what is held, failed, unclear or came back is sent
    again.
    """


class NotSent(Conflict):
    """The delivery of {number} is {state}. Only what was sent can come back."""


class NoReceipt(NotFound):
    """There is no receipt of {number}. Only networks give one, when they have taken a document."""


class DeliveryMoved(Conflict):
    """The delivery {delivery} was taken up by another worker meanwhile. This one's part is
    undone.
    """


def set_choice(session: TenantSession, choice: Choice) -> Choice:
    """Choose a channel for a party, or for the house; the choice there was is replaced.

    Raises NoSuchParty, BadChoice and NumbersHidden.
    """
    checked_choice(choice)
    if choice.usage_whole and not itemising.customers_may_see_whole(session):
        raise NumbersHidden
    if choice.party_id is not None:
        parties.party(session, choice.party_id)
    known = store.choice_rows(session, choice.party_id)
    row = next((each for each in known if each.channel == choice.channel.value), None)
    facts = asdict(choice) | {"channel": choice.channel.value, "forms": list(choice.forms)}
    if row is None:
        row = store.ChoiceRow(tenant_id=session.tenant_id, id=session.ids.new(), **facts)
        session.add(row)
    for name, value in facts.items():
        setattr(row, name, value)
    session.flush()
    return choice


def choices(session: TenantSession, party_id: UUID | None = None) -> list[Choice]:
    """The choices of a party, or of the house, by channel."""
    return [_choice(row) for row in store.choice_rows(session, party_id)]


def line_up(session: TenantSession) -> int:
    """Line up what was issued and chosen, and has no delivery yet; returns how many were new."""
    found = [
        each for each in store.undelivered(session) if is_for(Channel(each.channel), each.rule_pack)
    ]
    return store.add_deliveries(session, found, session.principal.name)


def due(session: TenantSession, channels: Sequence[Channel]) -> list[Delivery]:
    """Deliveries on these channels that are to be taken up now, the oldest first."""
    states = (State.WAITING, State.HELD, State.FAILED, State.SENDING)
    now = session.now()
    found = [
        each
        for each in store.find(session, states=states)
        if each.channel in channels and is_due(each.last, now)
    ]
    return sorted(found, key=lambda each: each.steps[0].happened_at)


def sent(session: TenantSession, channels: Sequence[Channel]) -> list[Delivery]:
    """Deliveries on these channels that the other side has taken, and of which more is awaited."""
    return [each for each in store.find(session, states=[State.SENT]) if each.channel in channels]


def parcel_of(session: TenantSession, found: Delivery) -> Parcel | str:
    """All that is needed to send it, or why it cannot be sent. Checks the bytes of every form."""
    party = parties.party(session, found.party_id)
    choice = _choice_for(session, found)
    if choice is None:
        return "the party no longer takes this channel"
    filed = statements.document(session, found.document_id)
    assert filed.is_issued, "only what is issued leaves"
    # A network takes the XML, whatever else was chosen.
    wanted = ("xml",) if found.channel in PACKS else choice.forms
    forms = [form for form in wanted if form in forms_of(filed)]
    if not forms:
        return f"the document has none of the forms {', '.join(wanted)}"
    tenant = own_tenant(session)
    sender = str(tenant.policies.get(SENDER_POLICY, ""))
    address, obstacle = _address(choice, party, sender)
    if obstacle:
        return obstacle
    language = choice.language or filed.language
    files = [statements.download(session, filed.id, FORMS[form]) for form in forms]
    usage = enclosed(session, found)
    return Parcel(
        delivery_id=found.id,
        tenant=tenant.code,
        place=len(found.steps),
        number=found.number,
        sender_name=tenant.legal_name,
        sender=sender,
        recipient_name=party.full_name,
        address=address,
        host_key=choice.host_key,
        secret=choice.secret,
        subject=subject_of(filed, tenant.legal_name, language),
        text=text_of(filed, tenant.legal_name, party.full_name, language),
        attachments=(
            *(Attachment(file.file_name, file.media_type, content) for file, content in files),
            *([Attachment(usage.name, usage.media_type, usage.content)] if usage else []),
        ),
        sent_at=session.now(),
    )


def enclosed(session: TenantSession, found: Delivery) -> ItemisedFile | None:
    """The itemised usage that goes with a document where that was chosen; None elsewhere."""
    choice = _choice_for(session, found)
    if choice is None or not choice.usage_form:
        return None
    return itemising.enclosed_file(
        session, found.document_id, choice.usage_form, whole=choice.usage_whole
    )


def claim(session: TenantSession, found: Delivery) -> Parcel | None:
    """Take a delivery up; None where it cannot be sent, which is told, or another took it up."""
    parcel = parcel_of(session, found)
    if isinstance(parcel, str):
        hold(session, found, parcel)
        return None
    step = begun(found.last, parcel.address, session.now(), session.principal.name)
    place = len(found.steps) + 1
    if not store.add_step(session, found.id, place, step):
        return None
    return replace(parcel, place=place)


def settle(session: TenantSession, delivery_id: UUID, place: int, answer: Answer) -> Delivery:
    """Keep what came of the step in a place. Raises DeliveryMoved where another step followed."""
    found = delivery(session, delivery_id)
    if len(found.steps) != place:
        raise DeliveryMoved(delivery=delivery_id)
    waits = waits_of(str(own_tenant(session).policies.get(RETRY_POLICY, RETRY_MINUTES)))
    step = followed(found.last, answer, waits, session.now(), session.principal.name)
    if not store.add_step(session, delivery_id, place + 1, step):
        raise DeliveryMoved(delivery=delivery_id)
    return replace(found, steps=(*found.steps, step))


def sent_together(session: TenantSession, found: Sequence[Delivery], answer: Answer) -> None:
    """Keep one answer for many deliveries. Raises DeliveryMoved where one of them has moved."""
    now, by = session.now(), session.principal.name
    steps = {each.id: (len(each.steps) + 1, _answered(each, answer, now, by)) for each in found}
    if store.add_steps(session, steps) != len(steps):
        raise DeliveryMoved(delivery=", ".join(each.number for each in found[:3]))


def hold(session: TenantSession, found: Delivery, reason: str) -> None:
    """Say why a delivery waits; said before, it is not said again."""
    if found.state is State.HELD and found.last.answer == reason:
        return
    settle(session, found.id, len(found.steps), Answer(State.HELD, reason))


def show_in_portal(session: TenantSession) -> int:
    """Note what now lies in the portal, and what was fetched from it; returns how much moved."""
    shown = due(session, [Channel.PORTAL])
    for each in shown:
        settle(session, each.id, len(each.steps), Answer(State.SENT, "in the portal"))
    there = sent(session, [Channel.PORTAL])
    fetched = handing_out.downloads(session, [each.document_id for each in there])
    for each in there:
        if each.document_id in fetched:
            first = fetched[each.document_id]
            told = f"downloaded by {first.downloaded_by}, {first.downloaded_at.isoformat()}"
            arrived(session, each.id, Answer(State.DELIVERED, told))
    return len(shown) + len(fetched)


def try_again(session: TenantSession, delivery_id: UUID, why: str = "") -> Delivery:
    """Send once more what is held, failed, unclear or came back; its tries are counted anew.

    Raises NoSuchDelivery, NotRetried or DeliveryMoved.
    """
    found = delivery(session, delivery_id)
    if not found.may_be_retried:
        raise NotRetried(number=found.number, state=found.state.value)
    step = retried(found.last, session.now(), session.principal.name, why)
    return _moved(session, found, step)


def came_back(session: TenantSession, delivery_id: UUID, why: str) -> Delivery:
    """Note that what was sent came back, such as a letter. Raises NoSuchDelivery, NotSent."""
    return _noted(session, delivery(session, delivery_id), Answer(State.BOUNCED, why))


def arrived(
    session: TenantSession, delivery_id: UUID, answer: Answer, place: int | None = None
) -> bool:
    """Note what the other side told of a delivery later; whether that was new.

    With a `place`, only where that step is the last that was sent.
    """
    found = store.deliveries(session, [delivery_id])
    if not found or found[0].state not in NOTED:
        return False
    is_same = found[0].state is answer.state
    if is_same or (place is not None and found[0].tried_at_place != place):
        return False
    _noted(session, found[0], answer)
    return True


def delivery(session: TenantSession, delivery_id: UUID) -> Delivery:
    """One delivery with its steps. Raises NoSuchDelivery."""
    found = store.deliveries(session, [delivery_id])
    if not found:
        raise NoSuchDelivery(delivery=delivery_id)
    return found[0]


def receipt_of(session: TenantSession, delivery_id: UUID) -> Attachment:
    """The receipt that the other side gave, checked on reading.

    Raises NoSuchDelivery, NoReceipt, NoSuchFile or FileChanged.
    """
    found = delivery(session, delivery_id)
    if not found.receipt:
        raise NoReceipt(number=found.number)
    name = f"{found.number.replace('/', '-')}-receipt.xml"
    return Attachment(name, XML, session.files.get(found.receipt))


def deliveries(
    session: TenantSession,
    *,
    state: State | None = None,
    channel: Channel | None = None,
    party_id: UUID | None = None,
    document_id: UUID | None = None,
    limit: int = SHOWN,
) -> list[Delivery]:
    """Deliveries with their steps, those that moved last first."""
    return store.find(
        session,
        states=[state] if state else None,
        channel=channel,
        party_id=party_id,
        document_id=document_id,
        limit=limit,
    )


def _answered(found: Delivery, answer: Answer, now: dt.datetime, by: str) -> Step:
    return followed(found.last, answer, (dt.timedelta(),), now, by)


def _noted(session: TenantSession, found: Delivery, answer: Answer) -> Delivery:
    if found.state not in NOTED:
        raise NotSent(number=found.number, state=found.state.value)
    step = _answered(found, answer, session.now(), session.principal.name)
    if answer.receipt:
        step = replace(step, receipt=session.files.put(answer.receipt))
    return _moved(session, found, step)


def _moved(session: TenantSession, found: Delivery, step: Step) -> Delivery:
    if not store.add_step(session, found.id, len(found.steps) + 1, step):
        raise DeliveryMoved(delivery=found.id)
    return replace(found, steps=(*found.steps, step))


def _choice_for(session: TenantSession, found: Delivery) -> Choice | None:
    """The choice by which a delivery goes: the party's own, where it has any, else the house's."""
    known = choices(session, found.party_id) or choices(session, None)
    return next((each for each in known if each.channel is found.channel and each.is_active), None)


def _address(choice: Choice, party: Party, sender: str) -> tuple[str, str]:
    """Where it goes, or why it cannot."""
    if choice.channel is not Channel.EMAIL:
        return choice.address, ""
    if not sender:
        return "", f"not configured: the policy {SENDER_POLICY} names no address of the sender"
    address = choice.address or party.email
    return address, "" if address else "the party has no e-mail address"


def _choice(row: store.ChoiceRow) -> Choice:
    return value_of(Choice, row, channel=Channel(row.channel), forms=tuple(row.forms))
