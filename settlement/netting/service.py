"""Agree on netting, propose an offset, note who agrees to it, book or refuse it.

An offset takes what is free when it is proposed; at booking the balances are read again under the
lock of the book, and an offset that takes more than is free then is refused as outdated, so the
same balance is never both paid and set off.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Final
from uuid import UUID

from currencies import service as currencies
from currencies.conversion import Converted, convert_by
from currencies.fixing import Fixing
from currencies.fx_rate import RateTable
from currencies.money import Money, amount_text, money, shown
from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import OFFSET, PostedFraction, of_conversion
from i18n.locale import Words, _
from settlement.exchange_differences import service as differences
from settlement.exchange_differences.debt import Side
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.netting import store
from settlement.netting.netting import Conversion, Netted, net
from settlement.netting.offset import (
    Acceptance,
    ConsentWithoutReference,
    FixingIncomplete,
    NegativeThreshold,
    NettedElsewhere,
    NettingAgreement,
    NettingAgreementEnded,
    NettingAgreementExists,
    NoSuchNettingAgreement,
    NoSuchOffset,
    NothingToNet,
    NotInOffset,
    NotNetted,
    Offset,
    OffsetNotAgreed,
    OffsetNotOpen,
    OffsetOutdated,
    OffsetWaiting,
    RefusalWithoutReason,
    Status,
    ThresholdMissing,
    checked_silence,
    offset_number,
)
from settlement.netting.offset_entry import booking_entry
from settlement.netting.open_balances import service as open_balances
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.periods import service as periods
from tenants.four_eyes import require_another_person
from tenants.session import TenantSession

# Accounts of debts that may be in a foreign currency, and which side of them is ours.
SIDES: Final[Mapping[Account, Side]] = {
    Account.PARTNER_PAYABLE: "payable",
    Account.CARRIER_PAYABLE: "payable",
    Account.CARRIER_RECEIVABLE: "receivable",
}


def declare(
    session: TenantSession,
    code: str,
    party_codes: Sequence[str],
    thresholds: Mapping[str, Money],
    currency: str | None = None,
    fixing: Fixing | None = None,
    acceptance: Acceptance = Acceptance.AGREED,
    silence_days: int | None = None,
) -> NettingAgreement:
    """Keep that a party, or several as one group, net with us.

    Raises NettingAgreementExists, NettedElsewhere, NotNetted, ThresholdMissing, NegativeThreshold,
    FixingIncomplete, SilenceUnclear or NoSuchParty.
    """
    checked_silence(acceptance, silence_days)
    ledger.hold_book(session)
    if store.agreements(session, code=code):
        raise NettingAgreementExists(code=code)
    _check_terms(thresholds, currency, fixing)
    members = [parties.party_by_code(session, each) for each in dict.fromkeys(party_codes)]
    in_force = [each for each in store.agreements(session) if each.ended_at is None]
    for member in members:
        if member.kind is Kind.CUSTOMER:
            raise NotNetted(party=member.code, kind=member.kind.value)
        for other in in_force:
            if member.id in other.party_ids:
                raise NettedElsewhere(party=member.code, code=other.code)
    row = store.AgreementRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        code=code,
        thresholds={key: amount_text(each) for key, each in thresholds.items()},
        currency=currency,
        fixing=asdict(fixing) if fixing else None,
        declared_by=session.principal.name,
        declared_at=session.now(),
        acceptance=acceptance.value,
        silence_days=silence_days,
    )
    session.add(row)
    session.flush()
    session.add_all(
        store.MemberRow(
            tenant_id=session.tenant_id, netting_agreement_id=row.id, party_id=member.id
        )
        for member in members
    )
    session.flush()
    return agreement(session, code)


def agreement(session: TenantSession, code: str) -> NettingAgreement:
    """One agreement. Raises NoSuchNettingAgreement."""
    for each in store.agreements(session, code=code):
        return each
    raise NoSuchNettingAgreement(agreement=code)


def agreements(session: TenantSession) -> list[NettingAgreement]:
    """All agreements, by code."""
    return store.agreements(session)


def end(session: TenantSession, code: str) -> NettingAgreement:
    """End an agreement; nothing more is proposed under it. Raises NoSuchNettingAgreement."""
    row = store.agreement_row(session, agreement(session, code).id)
    assert row is not None, "an agreement is not deleted"
    row.ended_at = row.ended_at or session.now()
    session.flush()
    return agreement(session, code)


def propose(session: TenantSession, code: str) -> list[Offset]:
    """Propose what can be set off today under an agreement, an offset for each currency.

    Raises NoSuchNettingAgreement, NettingAgreementEnded, OffsetWaiting, NoFxRate or NothingToNet.
    """
    ledger.hold_book(session)
    agreed = agreement(session, code)
    if agreed.ended_at is not None:
        raise NettingAgreementEnded(code=code)
    today = periods.today(session)
    balances = open_balances.free(session, agreed.party_ids)
    conversion = _conversion(session, agreed, today)
    found: list[Netted] = []
    for currency in agreed.currencies:
        waiting = store.waiting(session, agreed.id, currency)
        if waiting is not None:
            raise OffsetWaiting(number=waiting.number, code=code, status=waiting.status)
        netted = net(balances, currency, agreed.thresholds.get(currency), conversion)
        if netted is not None:
            found.append(netted)
    if not found:
        raise NothingToNet(code=code)
    return [_keep(session, agreed, each, today) for each in found]


def offset(session: TenantSession, offset_id: UUID) -> Offset:
    """One offset; for a user of a party, only one with a line of it. Raises NoSuchOffset."""
    return _shown(session, _whole(session, offset_id))


def offsets(session: TenantSession) -> list[Offset]:
    """Offsets, the newest first; for a user of a party, those with a line of it."""
    found = store.offsets(session, party_id=session.principal.party_id)
    return [_shown(session, each) for each in found]


def agree(
    session: TenantSession, offset_id: UUID, party_id: UUID | None = None, reference: str = ""
) -> Offset:
    """Note that a party agrees; agreeing again changes nothing.

    A party's user agrees for the party. One of ours, who did not propose it, notes what a party
    wrote, with the reference. Raises NoSuchOffset, OffsetNotOpen, NotInOffset,
    ConsentWithoutReference, NotAPerson or ProposerMayNotApprove.
    """
    row = _held(session, offset_id)
    found = _whole(session, offset_id)
    principal = session.principal
    agreeing = principal.party_id or party_id
    if agreeing is None or agreeing not in found.party_ids:
        raise NotInOffset(number=found.number)
    if principal.party_id is None:
        require_another_person(principal, row.proposed_by, row.proposed_by_id)
        if not reference.strip():
            raise ConsentWithoutReference(number=found.number)
    if agreeing not in found.waits_for:
        return _shown(session, found)
    if found.status is not Status.PROPOSED:
        raise OffsetNotOpen(number=found.number, status=found.status.value)
    session.add(_consent(session, offset_id, agreeing, reference.strip()))
    if found.waits_for == {agreeing}:
        row.status = Status.AGREED.value
    session.flush()
    return offset(session, offset_id)


def accept_silence(session: TenantSession) -> list[Offset]:
    """Let silence agree for all who have not answered in time; a second person still books.

    Only where the netting agreement says so, and is in force.
    """
    accepted = []
    for offset_id in store.silent_ids(session, periods.today(session)):
        row = _held(session, offset_id)
        if row.status != Status.PROPOSED:
            continue
        for party_id in sorted(_whole(session, offset_id).waits_for):
            session.add(_consent(session, offset_id, party_id, "", is_silent=True))
        row.status = Status.AGREED.value
        session.flush()
        accepted.append(offset(session, offset_id))
    return accepted


def refuse(session: TenantSession, offset_id: UUID, reason: str) -> Offset:
    """Refuse an offset that is not booked, by a party in it or by us.

    Raises NoSuchOffset, RefusalWithoutReason or OffsetNotOpen.
    """
    row = _held(session, offset_id)
    if not reason.strip():
        raise RefusalWithoutReason(number=row.number)
    if row.status not in (Status.PROPOSED, Status.AGREED):
        raise OffsetNotOpen(number=row.number, status=row.status)
    row.status, row.reason = Status.REFUSED.value, reason.strip()
    session.flush()
    return offset(session, offset_id)


def book(session: TenantSession, offset_id: UUID) -> Offset:
    """Book an agreed offset; the person is not who proposed it. Booking again changes nothing.

    Raises NoSuchOffset, OffsetNotAgreed, NotAPerson, ProposerMayNotApprove, OffsetOutdated, and
    what a missing rate raises where debts are in another currency (R74).
    """
    ledger.hold_book(session)
    row = _held(session, offset_id)
    if row.status == Status.BOOKED:
        return offset(session, offset_id)
    if row.status != Status.AGREED:
        raise OffsetNotAgreed(number=row.number, status=row.status)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    found = _whole(session, offset_id)
    _must_still_be_free(session, found)
    row.status = Status.BOOKED.value
    row.booked_by, row.booked_at = session.principal.name, session.now()
    session.flush()
    today = periods.today(session)
    bearing = periods.booking_period(session, today)
    ledger.post(session, [booking_entry(found, bearing.id, today)])
    _post_fractions(session, found, today)
    for line in found.lines:
        if line.account in SIDES:
            side = SIDES[line.account]
            differences.set_off(session, line.party_id, line.amount, found.id, today, side)
    return offset(session, offset_id)


def _post_fractions(session: TenantSession, booked: Offset, on: dt.date) -> None:
    """What rounding made of lines in another currency than that of the offset, by their rate."""
    foreign = [
        (number, line)
        for number, line in enumerate(booked.lines, 1)
        if line.amount.currency != line.counted.currency
    ]
    if not foreign:
        return
    agreed = next(each for each in store.agreements(session) if each.id == booked.agreement_id)
    assert agreed.fixing is not None, "currencies meet by a fixing only"
    rates = currencies.rate_table(session, [agreed.fixing.source])
    quote = str(booked.amount.currency.code)
    found = []
    for number, line in foreign:
        now = convert_by(line.amount, quote, rates, agreed.fixing, booked.netted_on)
        counted = Converted(line.counted, line.amount, now.path, now.factor)
        found.append(PostedFraction(OFFSET, booked.id, of_conversion(str(number), counted)))
    rounding_ledger.post(session, found, on)


def _check_terms(
    thresholds: Mapping[str, Money], currency: str | None, fixing: Fixing | None
) -> None:
    if (currency is None) != (fixing is None):
        raise FixingIncomplete
    if currency is not None and currency not in thresholds:
        raise ThresholdMissing(currency=currency)
    for each in thresholds.values():
        if each.amount < 0:
            raise NegativeThreshold(threshold=shown(each))


def _conversion(session: TenantSession, agreed: NettingAgreement, on: dt.date) -> Conversion | None:
    if agreed.currency is None or agreed.fixing is None:
        return None
    rates = currencies.rate_table(session, [agreed.fixing.source])
    return partial(_converted, rates=rates, fixing=agreed.fixing, quote=agreed.currency, on=on)


def _converted(
    amount: Money, *, rates: RateTable, fixing: Fixing, quote: str, on: dt.date
) -> Money:
    return convert_by(amount, quote, rates, fixing, on).amount


def _keep(session: TenantSession, agreed: NettingAgreement, netted: Netted, on: dt.date) -> Offset:
    currency = str(netted.amount.currency.code)
    earlier = store.count_of_day(session, agreed.id, currency, on)
    row = store.OffsetRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        netting_agreement_id=agreed.id,
        number=offset_number(agreed.code, currency, on, earlier),
        status=Status.PROPOSED.value,
        currency=currency,
        payable=netted.payable.amount,
        receivable=netted.receivable.amount,
        amount=netted.amount.amount,
        netted_on=on,
        proposed_by=session.principal.name,
        proposed_by_id=session.principal.user_id,
        proposed_at=session.now(),
        reason="",
    )
    session.add(row)
    session.flush()
    session.add_all(
        store.LineRow(
            tenant_id=session.tenant_id,
            offset_id=row.id,
            line=number,
            party_id=each.party_id,
            account=each.account.value,
            currency=str(each.amount.currency.code),
            amount=each.amount.amount,
            counted=each.counted.amount,
        )
        for number, each in enumerate(netted.lines, 1)
    )
    session.flush()
    return offset(session, row.id)


def _whole(session: TenantSession, offset_id: UUID) -> Offset:
    """The offset with the lines of all its parties, where the reader has one of them."""
    for each in store.offsets(session, offset_id=offset_id, party_id=session.principal.party_id):
        return each
    raise NoSuchOffset(offset=offset_id)


def _shown(session: TenantSession, found: Offset) -> Offset:
    party_id = session.principal.party_id
    return found if party_id is None else found.seen_by(party_id)


def _consent(
    session: TenantSession,
    offset_id: UUID,
    party_id: UUID,
    reference: str,
    is_silent: bool = False,
) -> store.ConsentRow:
    return store.ConsentRow(
        tenant_id=session.tenant_id,
        offset_id=offset_id,
        party_id=party_id,
        agreed_by=session.principal.name,
        agreed_at=session.now(),
        reference=reference,
        is_silent=is_silent,
    )


def _held(session: TenantSession, offset_id: UUID) -> store.OffsetRow:
    _whole(session, offset_id)
    row = store.offset_row(session, offset_id)
    assert row is not None, "an offset is not deleted"
    return row


def _must_still_be_free(session: TenantSession, found: Offset) -> None:
    free = {
        (each.party_id, each.account, str(each.amount.currency.code)): each.amount
        for each in open_balances.free(session, tuple(found.party_ids))
    }
    for line in found.lines:
        code = str(line.amount.currency.code)
        left = free.get((line.party_id, line.account, code), money(0, code))
        if left < line.amount:
            what = Words(
                _("{amount} of {account}, {left} is free"),
                amount=shown(line.amount),
                account=line.account.value,
                left=shown(left),
            )
            raise OffsetOutdated(number=found.number, what=what)
