"""Peppol and KSeF by answers that were written down; without a service, everything is held."""

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from ksef_client.services.crypto import decrypt_aes_cbc_pkcs7

from settlement.delivery.delivery import Answer, State
from settlement.delivery.networks.exchanged import (
    Unintelligible,
    check_receipt,
    status_of_invoice,
)
from settlement.delivery.networks.service import ksef, peppol
from settlement.delivery.parcel import Attachment, Parcel, Way
from tenants.randomness import SeededRandomness
from tenants.settings import Settings
from tests.sample_data import sample

XML = b"<?xml version='1.0'?><Faktura/>"
TOKEN = "20261110-EC-1|nip-5260250274|" + "a" * 64
NUMBER = "5260250274-20261110-0123456789AB-CD"
PARCEL = Parcel(
    delivery_id=UUID(int=7), tenant="alpha", place=2, number="FV/1", sender_name="", sender="",
    recipient_name="", address="", host_key="", secret="", subject="", text="",
    attachments=(Attachment("FV-1.xml", "application/xml", XML),),
    sent_at=dt.datetime(2026, 11, 10, tzinfo=dt.UTC),
)  # fmt: skip


def an_upo(number: str) -> bytes:
    return (
        '<Potwierdzenie xmlns="http://upo.schematy.mf.gov.pl/KSeF/v4-3">'
        f"<Dokument><NumerKSeFDokumentu>{number}</NumerKSeFDokumentu></Dokument></Potwierdzenie>"
    ).encode()


class Recorded:
    """A service that answers as it once did, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    def __call__(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        place = f"{method} {url.removeprefix('https://service.example')}"
        self.asked.append((place, headers, body))
        answer = self.answers[place]
        if isinstance(answer, OSError):
            raise answer
        status, facts = answer
        return status, facts if isinstance(facts, bytes) else json.dumps(facts).encode()

    def body_of(self, place: str) -> dict[str, Any]:
        [body] = [body for asked, _, body in self.asked if asked == place]
        found: dict[str, Any] = json.loads(body)
        return found


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALDO_SECRET_ALPHA_PEPPOL_KEY", "key")
    monkeypatch.setenv("SALDO_SECRET_ALPHA_KSEF_TOKEN", TOKEN)


def access_point(settings: Settings, answers: dict[str, Any]) -> tuple[Way, Recorded]:
    recorded = Recorded(answers)
    return peppol(replace(settings, peppol_url="https://service.example/"), recorded), recorded


@pytest.mark.parametrize("make", [peppol, ksef])
def test_without_a_service_everything_is_held(settings: Settings, make: Any) -> None:
    way = make(settings)

    assert way.obstacle("alpha").startswith("not configured: SALDO_")
    assert way.send(PARCEL).state is State.HELD


def test_without_a_secret_of_the_tenant_it_is_held(settings: Settings) -> None:
    way, _ = access_point(settings, {})

    assert way.obstacle("alpha") == ""
    assert "SALDO_SECRET_BETA_PEPPOL_KEY" in way.obstacle("beta")


def test_an_access_point_takes_a_document_under_a_key_of_its_own(settings: Settings) -> None:
    way, recorded = access_point(settings, {"POST /documents": (201, {"id": "d-1"})})

    assert way.send(PARCEL) == Answer(State.SENT, "taken by the access point", "d-1")
    # What was cut off is sent under the same key, which the access point knows.
    assert way.found(PARCEL) == way.send(PARCEL)
    keys = {headers["Idempotency-Key"] for _, headers, _ in recorded.asked}
    assert keys == {f"{UUID(int=7)}-2"}
    assert recorded.asked[0][2] == XML
    assert recorded.asked[0][1]["Authorization"] == "Bearer key"


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [
        ((422, {"error": "no such participant"}), True),
        ((401, {}), False), ((429, {}), False), ((503, {}), False),
        ((200, {"status": "?"}), False), (TimeoutError("timed out"), False),
    ],
)  # fmt: skip
def test_what_an_access_point_refuses_for_good_is_not_tried_again(
    settings: Settings, answer: Any, is_final: bool
) -> None:
    way, _ = access_point(settings, {"POST /documents": answer})

    came = way.send(PARCEL)

    assert (came.state, came.is_final) == (State.FAILED, is_final)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((200, {"status": "delivered"}), State.DELIVERED),
        ((200, {"status": "failed", "reason": "no such participant"}), State.BOUNCED),
        ((200, {"status": "pending"}), None), ((500, {}), None), (OSError("no"), None),
    ],
)  # fmt: skip
def test_an_access_point_tells_what_became_of_a_document(
    settings: Settings, answer: Any, state: State | None
) -> None:
    way, _ = access_point(settings, {"GET /documents/d%2F1": answer})

    came = way.asked("alpha", "d/1")

    assert (came.state if came else None) is state


@pytest.fixture(scope="module")
def ministry() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def a_certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "KSeF")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day).not_valid_after(day + dt.timedelta(days=700))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


@pytest.fixture
def system(settings: Settings, ministry: rsa.RSAPrivateKey) -> Iterator[tuple[Way, Recorded]]:
    recorded = Recorded({
        "POST /auth/challenge": (200, {"challenge": "20261110-CR-1", "timestampMs": 1794312000000}),
        "GET /security/public-key-certificates": (200, [{
            "certificate": a_certificate(ministry),
            "usage": ["KsefTokenEncryption", "SymmetricKeyEncryption"],
        }]),
        "POST /auth/ksef-token": (202, {
            "referenceNumber": "20261110-AU-1", "authenticationToken": {"token": "passing"},
        }),
        "GET /auth/20261110-AU-1": (200, {"status": {"code": 200, "description": "ok"}}),
        "POST /auth/token/redeem": (200, {"accessToken": {"token": "access"}}),
        "POST /sessions/online": (201, {"referenceNumber": "20261110-SO-1"}),
        "POST /sessions/online/20261110-SO-1/invoices": (202, {"referenceNumber": "20261110-EE-1"}),
        "POST /sessions/online/20261110-SO-1/close": (204, {}),
        "GET /sessions/20261110-SO-1/invoices/20261110-EE-1": (200, {
            "status": {"code": 200, "description": "Sukces"}, "ksefNumber": NUMBER,
        }),
        f"GET /sessions/20261110-SO-1/invoices/ksef/{NUMBER}/upo": (200, an_upo(NUMBER)),
    })  # fmt: skip
    set_up = replace(settings, ksef_url="https://service.example")
    yield ksef(set_up, recorded, SeededRandomness(1)), recorded


def opened(ministry: rsa.RSAPrivateKey, sealed: str) -> bytes:
    digest = hashes.SHA256()
    oaep = padding.OAEP(padding.MGF1(digest), digest, None)
    return ministry.decrypt(base64.b64decode(sealed), oaep)


def test_ksef_is_sent_an_invoice_that_only_it_can_read(
    system: tuple[Way, Recorded], ministry: rsa.RSAPrivateKey
) -> None:
    way, recorded = system

    assert way.obstacle("alpha") == ""
    sent = way.send(PARCEL)

    assert (sent.state, sent.reference) == (State.SENT, "20261110-SO-1/20261110-EE-1")
    let_in = recorded.body_of("POST /auth/ksef-token")
    assert let_in["contextIdentifier"] == {"type": "Nip", "value": "5260250274"}
    assert opened(ministry, let_in["encryptedToken"]).decode() == f"{TOKEN}|1794312000000"
    session = recorded.body_of("POST /sessions/online")
    assert session["formCode"] == {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"}
    key = opened(ministry, session["encryption"]["encryptedSymmetricKey"])
    vector = base64.b64decode(session["encryption"]["initializationVector"])
    invoice = recorded.body_of("POST /sessions/online/20261110-SO-1/invoices")
    sealed = base64.b64decode(invoice["encryptedInvoiceContent"])
    assert decrypt_aes_cbc_pkcs7(sealed, key, vector) == XML
    for content, name in ((XML, "invoice"), (sealed, "encryptedInvoice")):
        assert invoice[f"{name}Size"] == len(content)
        digest = hashlib.sha256(content).digest()
        assert base64.b64decode(invoice[f"{name}Hash"]) == digest
    assert all(TOKEN.encode() not in body for _, _, body in recorded.asked)


def test_ksef_tells_the_number_that_it_gave_with_its_receipt(system: tuple[Way, Recorded]) -> None:
    way, _ = system

    came = way.asked("alpha", way.send(PARCEL).reference)

    assert came == Answer(State.DELIVERED, f"KSeF {NUMBER}", NUMBER, receipt=an_upo(NUMBER))


def test_of_an_invoice_taken_before_the_receipt_is_that_of_the_first_session(
    system: tuple[Way, Recorded],
) -> None:
    way, recorded = system
    earlier = {"originalKsefNumber": NUMBER, "originalSessionReferenceNumber": "20261109-SO-9"}
    recorded.answers |= {
        "GET /sessions/20261110-SO-1/invoices/20261110-EE-1": (
            200, {"status": {"code": 440, "extensions": earlier}},
        ),
        f"GET /sessions/20261109-SO-9/invoices/ksef/{NUMBER}/upo": (200, an_upo(NUMBER)),
    }  # fmt: skip

    came = way.asked("alpha", way.send(PARCEL).reference)

    assert came == Answer(
        State.DELIVERED, f"KSeF {NUMBER}, taken before", NUMBER, receipt=an_upo(NUMBER)
    )


@pytest.mark.parametrize(
    "answer",
    [
        (404, b""), (200, b"no XML"), (200, b"<Potwierdzenie/>"), OSError("no route"),
        (200, an_upo("5260250274-20261110-000000000000-00")),
        (200, an_upo(NUMBER).replace(b"Potwierdzenie", b"Faktura")),
    ],
)  # fmt: skip
def test_a_number_is_asked_for_again_until_its_receipt_is_there(
    system: tuple[Way, Recorded], answer: Any
) -> None:
    way, recorded = system
    recorded.answers[f"GET /sessions/20261110-SO-1/invoices/ksef/{NUMBER}/upo"] = answer

    assert way.asked("alpha", way.send(PARCEL).reference) is None


@pytest.mark.parametrize("name", ["kontekst-id-nip", "internal-id", "id-zlozony-vat-ue"])
def test_receipts_of_the_ministry_are_read(name: str) -> None:
    upo = sample(f"einvoice/ksef/upo/upo-faktura-{name}.xml").read_bytes()
    [number] = re.findall(b"<NumerKSeFDokumentu>(.*?)</", upo)

    check_receipt(upo, number.decode())
    with pytest.raises(Unintelligible):
        check_receipt(upo, NUMBER)


@pytest.mark.parametrize(
    ("status", "state", "reference"),
    [
        ({"code": 150, "description": "Trwa przetwarzanie"}, None, ""),
        (
            {"code": 440, "extensions": {"originalKsefNumber": NUMBER}},
            State.DELIVERED,
            NUMBER,
        ),
        ({"code": 450, "description": "Błąd", "details": ["P_2"]}, State.BOUNCED, ""),
    ],
)
def test_an_invoice_is_taken_once_and_refused_with_the_reason(
    status: dict[str, Any], state: State | None, reference: str
) -> None:
    came = status_of_invoice({"status": status})

    assert (came.state if came else None, came.reference if came else "") == (state, reference)


def test_a_refusal_or_a_silence_of_ksef_is_tried_again(system: tuple[Way, Recorded]) -> None:
    way, recorded = system
    for answer, is_final in (((500, {}), False), (OSError("no route"), False), ((400, {}), True)):
        recorded.answers["POST /sessions/online"] = answer

        came = way.send(PARCEL)

        assert (came.state, came.is_final) == (State.FAILED, is_final)


def test_a_token_that_names_nobody_is_told(
    system: tuple[Way, Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALDO_SECRET_ALPHA_KSEF_TOKEN", "abc")

    assert "names no NIP" in system[0].obstacle("alpha")
