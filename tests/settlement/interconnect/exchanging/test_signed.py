"""Where keys are set, what is not signed by them is refused unread, and what we send is signed."""

import dataclasses
from io import BytesIO
from pathlib import Path

import pytest

from settlement.interconnect.exchange import service
from settlement.interconnect.exchange.keeping import service as keeping
from settlement.interconnect.exchange.sending import service as sending
from settlement.interconnect.exchange.sending.gateway import CertificateMissing, signing_key
from statements.exchange.message import MessageKind
from statements.exchange.reading import read_message
from statements.exchange.signing import sign, verified
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.interconnect.exchanging.carrier import Carrier
from tests.statements.exchange.builders import a_key_pair

KEY, CERTIFICATE = a_key_pair()


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    return an_exchange(session)


def test_a_carrier_with_a_certificate_signs_its_messages(
    session: TenantSession, exchange: Exchange
) -> None:
    carrier = Carrier(session, exchange)
    carrier.counts()
    registered = keeping.register_certificate(session, exchange.carrier_id, CERTIFICATE)
    totals = carrier.totals()

    unsigned = carrier.says(totals)
    forged = carrier.says(sign(totals, *a_key_pair()))
    signed = carrier.says(sign(totals, KEY, CERTIFICATE))

    assert (unsigned.lines[0].code, unsigned.header.in_reply_to) == ("signature-missing", None)
    assert (forged.lines[0].code, forged.header.in_reply_to) == ("signature-wrong", None)
    assert (signed.verdict, signed.header.in_reply_to) == ("accepted", "ATL/1")
    kept = [each for each in keeping.messages(session) if each.origin == "theirs"]
    assert [(each.verdict, each.is_signed, each.kind) for each in kept] == [
        ("refused", False, None),
        ("refused", False, None),
        ("accepted", True, MessageKind.BUCKET_TOTALS),
    ]
    assert keeping.register_certificate(session, exchange.carrier_id, CERTIFICATE) == registered
    assert keeping.certificates(session) == [registered]


def test_a_signature_that_nobody_can_check_is_refused(
    session: TenantSession, exchange: Exchange
) -> None:
    carrier = Carrier(session, exchange)
    carrier.counts()

    answer = carrier.says(sign(carrier.totals(), KEY, CERTIFICATE))

    assert answer.lines[0].code == "not-a-message"


def test_we_sign_with_the_key_among_our_secrets(
    session: TenantSession, exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets" / "alpha"
    secrets.mkdir(parents=True)
    (secrets / "exchange-key.pem").write_text(KEY)
    settings = dataclasses.replace(session.database.settings, data_folder=tmp_path)
    monkeypatch.setattr(session.database, "settings", settings)
    with pytest.raises(CertificateMissing):
        signing_key(settings, "alpha")
    (secrets / "exchange-certificate.pem").write_text(CERTIFICATE)

    sent = sending.send_totals(session, "IC-atlantic", "2026-10")
    answer = service.receive(session, exchange.carrier_id, BytesIO(b"<x/>"))

    assert sent.is_signed
    for xml, kind in (
        (keeping.bytes_of(session, sent.id), MessageKind.BUCKET_TOTALS),
        (answer, MessageKind.ACKNOWLEDGEMENT),
    ):
        believed = verified(xml, [CERTIFICATE], session.now())
        assert read_message(BytesIO(believed)).kind is kind
    assert signing_key(settings, "beta") is None
