"""Visitors are charged to their home network in TAP files, numbered without gaps."""

import json
from decimal import Decimal

import pytest
import sqlalchemy as sa

from i18n.errors import DomainError
from mediation.formats.tap import decode
from settlement.interconnect.roaming import service
from settlement.interconnect.roaming.service import NoSuchTapFile, NoVisits, SenderUnknown
from settlement.periods import service as periods
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.mediation.sources import a_source
from tests.settlement.interconnect.exchange import an_agreement_without_traffic, rated_traffic
from tests.settlement.interconnect.records.sent import land_numbers


def our_code(session: TenantSession, code: str = "POLKM") -> None:
    session.execute(
        sa.text("UPDATE tenants SET policies = :p"), {"p": json.dumps({"tap_sender": code})}
    )
    session.expire_all()


def visited(session: TenantSession, trunk: str = "IRLAT", *, with_usage: bool = True) -> None:
    """200 calls of 100 s at 0.03 a minute by visitors of Atlantic: 10.00 XDR."""
    _, agreement_id = rated_traffic(session, trunk=trunk)
    if with_usage:
        land_numbers(session, agreement_id)
    an_agreement_without_traffic(session)
    periods.close(session, "2026-10")


def test_a_month_of_visitors_is_read_back_from_its_file(session: TenantSession) -> None:
    our_code(session)
    visited(session)

    (file,) = service.write_files(session, "IC-atlantic", "2026-10")

    assert (file.name, file.events, file.amount) == ("CDPOLKMIRLAT00001", 200, Decimal(10))
    _, content = service.file_with_bytes(session, file.id)
    read = decode(content, a_source("tap", mapping={}))
    assert read.refused is None
    assert read.drafts.height == 200
    assert read.drafts["amount"].unique().to_list() == ["0.050000"]
    assert read.drafts["account"].n_unique() == 120
    assert read.drafts["b_number"].unique().to_list() == ["+48600100200"]
    again = service.write_files(session, "IC-atlantic", "2026-10")
    assert [each.id for each in again] == [file.id]
    assert [each.id for each in service.files(session)] == [file.id]
    with pytest.raises(NoVisits):
        service.write_files(session, "IC-baltic", "2026-10")


def test_a_file_is_its_own_carriers(session: TenantSession) -> None:
    our_code(session)
    visited(session)
    (file,) = service.write_files(session, "IC-atlantic", "2026-10")

    session.principal = Principal("portal", Role.CARRIER_USER, party_id=session.ids.new())

    assert service.files(session) == []
    with pytest.raises(NoSuchTapFile):
        service.file_with_bytes(session, file.id)
    session.principal = Principal("portal", Role.CARRIER_USER, party_id=file.carrier_id)
    assert [each.id for each in service.files(session)] == [file.id]


def test_who_is_not_known_is_not_left_out(session: TenantSession) -> None:
    visited(session, with_usage=False)
    with pytest.raises(SenderUnknown):
        service.write_files(session, "IC-atlantic", "2026-10")
    our_code(session)

    with pytest.raises(DomainError, match="no IMSI"):
        service.write_files(session, "IC-atlantic", "2026-10")

    assert service.files(session) == []


def test_a_trunk_that_is_no_network_gets_no_file(session: TenantSession) -> None:
    our_code(session)
    visited(session, trunk="TR-atlantic")

    with pytest.raises(DomainError, match="TR-atlantic is no TADIG code"):
        service.write_files(session, "IC-atlantic", "2026-10")


def test_a_tap_file_is_taken_away_by_who_may_see_numbers(session: TenantSession) -> None:
    our_code(session)
    visited(session)
    (file,) = service.write_files(session, "IC-atlantic", "2026-10")

    session.principal = Principal("reader", Role.READ_ONLY, user_id=session.ids.new())
    with pytest.raises(DomainError, match="numbers:read"):
        service.download(session, file.id)

    owner = Principal("irlat", Role.CARRIER_USER, session.ids.new(), file.carrier_id)
    session.principal = owner
    assert service.download(session, file.id)[0] == file
