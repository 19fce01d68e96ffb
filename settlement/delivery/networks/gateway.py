"""An access point to Peppol over its HTTP API, and KSeF over its API 2.0.

Access point, below SALDO_PEPPOL_URL, with the tenant's secret `env:PEPPOL_KEY` as bearer:

    POST /documents         the XML; Idempotency-Key: a key that is never sent twice; -> {"id"}
    GET /documents/{id}     -> {"status": "pending" | "delivered" | "failed", "reason"}

The access point speaks AS4 to that of the receiver. KSeF, below SALDO_KSEF_URL, with the tenant's
secret `env:KSEF_TOKEN`, `reference|nip-1234567890|hash`: challenge, token under the key of the
ministry, access token; then for each invoice a session with a key of its own, the invoice under
AES-256, its status until it has a number, and the receipt (UPO) for that number. KSeF refuses a
second invoice of the same number and tells the first one's, and an access point knows the key, so
what was cut off is sent again.
"""

import base64
import hashlib
import json
import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from settlement.delivery.delivery import Answer, State
from settlement.delivery.networks.exchanged import (
    Refused,
    Unintelligible,
    check_receipt,
    facts_in,
    session_of,
    status_of_document,
    status_of_invoice,
    text_at,
)
from settlement.delivery.parcel import Call, Parcel
from statements.filing import XML
from tenants.http_calls import over_http
from tenants.randomness import Randomness
from tenants.secrets import SecretMissing, secret
from tenants.settings import Settings

SECONDS: Final = 30
LARGEST_ANSWER: Final = 1_000_000
PEPPOL_KEY: Final = "env:PEPPOL_KEY"
KSEF_TOKEN: Final = "env:KSEF_TOKEN"  # noqa: S105 - a reference, not the token.
NIP: Final = re.compile(r"\|nip-([0-9]{10})\|")
FORM: Final = {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"}
LOOKS: Final = 10
JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}


class NotConfigured:
    """No service is named: what would go there is held, never silently done."""

    def __init__(self, setting: str) -> None:
        self._setting = setting

    def obstacle(self, tenant: str) -> str:
        """Which setting is missing."""
        return f"not configured: {self._setting} names no service"

    def send(self, parcel: Parcel) -> Answer:
        """Nothing is sent."""
        return Answer(State.HELD, self.obstacle(parcel.tenant))

    def found(self, parcel: Parcel) -> Answer | None:
        """Nobody can be asked."""
        return None

    def asked(self, tenant: str, reference: str) -> Answer | None:
        """Nobody can be asked."""
        return None


class Peppol:
    """An access point, over an HTTP call that is handed in."""

    def __init__(self, call: Call, url: str, settings: Settings) -> None:
        self._call, self._url, self._settings = call, url.rstrip("/"), settings

    def obstacle(self, tenant: str) -> str:
        """The tenant has no key."""
        return _missing(tenant, PEPPOL_KEY, self._settings)

    def send(self, parcel: Parcel) -> Answer:
        """Hand the XML over under a key that is this delivery's own."""
        xml = parcel.attached(XML)
        if xml is None:
            return Answer(State.FAILED, "the document has no XML", is_final=True)
        headers = self._headers(parcel.tenant) | {
            "Content-Type": XML,
            "Idempotency-Key": f"{parcel.delivery_id}-{parcel.place}",
        }
        try:
            facts = facts_in(*self._call("POST", f"{self._url}/documents", headers, xml.content))
            return Answer(State.SENT, "taken by the access point", text_at(facts, "id"))
        except Refused as refused:
            return Answer(State.FAILED, str(refused), is_final=refused.is_final)
        except (OSError, Unintelligible) as fault:
            return Answer(State.FAILED, f"{type(fault).__name__}: {fault}")

    def found(self, parcel: Parcel) -> Answer | None:
        """Sent again under the same key, which the access point knows if it was sent before."""
        return self.send(parcel)

    def asked(self, tenant: str, reference: str) -> Answer | None:
        """What became of a document; no answer says nothing new."""
        place = f"{self._url}/documents/{quote(reference, safe='')}"
        try:
            return status_of_document(
                facts_in(*self._call("GET", place, self._headers(tenant), b""))
            )
        except (OSError, Refused, Unintelligible):
            return None

    def _headers(self, tenant: str) -> dict[str, str]:
        key = secret(tenant, PEPPOL_KEY, self._settings)
        return {"Authorization": f"Bearer {key}", "Accept": "application/json"}


class Ksef:
    """KSeF, over an HTTP call that is handed in; access tokens are kept as long as this is."""

    def __init__(self, call: Call, url: str, settings: Settings, randomness: Randomness) -> None:
        self._call, self._url, self._settings = call, url.rstrip("/"), settings
        self._randomness = randomness
        self._access: dict[str, str] = {}

    def obstacle(self, tenant: str) -> str:
        """The tenant has no token, or one that does not say whose it is."""
        missing = _missing(tenant, KSEF_TOKEN, self._settings)
        if missing:
            return missing
        token = secret(tenant, KSEF_TOKEN, self._settings)
        return "" if NIP.search(token) else f"{KSEF_TOKEN} is no token of KSeF: it names no NIP"

    def send(self, parcel: Parcel) -> Answer:
        """Open a session, put the invoice into it, close it."""
        xml = parcel.attached(XML)
        if xml is None:
            return Answer(State.FAILED, "the document has no XML", is_final=True)
        try:
            reference = self._sent(parcel.tenant, xml.content)
        except Refused as refused:
            self._access.pop(parcel.tenant, None)
            return Answer(State.FAILED, str(refused), is_final=refused.is_final)
        except (OSError, Unintelligible, ValueError) as fault:
            return Answer(State.FAILED, f"{type(fault).__name__}: {fault}")
        return Answer(State.SENT, "taken by KSeF, which gives it a number", reference)

    def found(self, parcel: Parcel) -> Answer | None:
        """Sent again: KSeF takes an invoice of a number once, and tells the number it gave."""
        return self.send(parcel)

    def asked(self, tenant: str, reference: str) -> Answer | None:
        """The number that KSeF gave with its receipt, or why it refused; nothing while it works.

        A number without its receipt is asked for again.
        """
        session, _, invoice = reference.partition("/")
        if not invoice:
            return None
        try:
            token = self._token(tenant)
            facts = self._get(f"/sessions/{session}/invoices/{invoice}", token)
            answer = status_of_invoice(facts)
            if answer is None or answer.state is not State.DELIVERED:
                return answer
            place = f"/sessions/{session_of(facts, session)}/invoices/ksef/{answer.reference}/upo"
            return replace(answer, receipt=self._receipt(place, answer.reference, token))
        except (OSError, Refused, Unintelligible, ValueError):
            self._access.pop(tenant, None)
            return None

    def _sent(self, tenant: str, xml: bytes) -> str:
        token = self._token(tenant)
        key, vector = self._bytes(32), self._bytes(16)
        wrapped = _under_public_key(self._certificate("SymmetricKeyEncryption"), key)
        encryption = {
            "encryptedSymmetricKey": _base64(wrapped),
            "initializationVector": _base64(vector),
        }
        opened = self._post("/sessions/online", {"formCode": FORM, "encryption": encryption}, token)
        session = text_at(opened, "referenceNumber")
        sealed = _sealed(xml, key, vector)
        taken = self._post(
            f"/sessions/online/{session}/invoices",
            {
                "invoiceHash": _base64(hashlib.sha256(xml).digest()),
                "invoiceSize": len(xml),
                "encryptedInvoiceHash": _base64(hashlib.sha256(sealed).digest()),
                "encryptedInvoiceSize": len(sealed),
                "encryptedInvoiceContent": _base64(sealed),
            },
            token,
        )
        reference = f"{session}/{text_at(taken, 'referenceNumber')}"
        # The invoice is taken; a session that is not closed ends by itself.
        self._call("POST", f"{self._url}/sessions/online/{session}/close", _bearing(token), b"")
        return reference

    def _token(self, tenant: str) -> str:
        """An access token: the tenant's own token, under the ministry's key, for it."""
        if tenant in self._access:
            return self._access[tenant]
        own = secret(tenant, KSEF_TOKEN, self._settings)
        nip = NIP.search(own)
        if nip is None:
            raise Unintelligible("the token names no NIP")
        challenge = self._post("/auth/challenge", None)
        moment = challenge.get("timestampMs")
        if not isinstance(moment, int):
            raise Unintelligible("no timestampMs")
        sealed = _under_public_key(
            self._certificate("KsefTokenEncryption"), f"{own}|{moment}".encode()
        )
        begun = self._post(
            "/auth/ksef-token",
            {
                "challenge": text_at(challenge, "challenge"),
                "contextIdentifier": {"type": "Nip", "value": nip[1]},
                "encryptedToken": _base64(sealed),
            },
        )
        passing = text_at(begun, "authenticationToken", "token")
        self._wait(text_at(begun, "referenceNumber"), passing)
        redeemed = self._post("/auth/token/redeem", None, passing)
        self._access[tenant] = text_at(redeemed, "accessToken", "token")
        return self._access[tenant]

    def _wait(self, reference: str, token: str) -> None:
        """Ask until we are let in, a few times; the next run asks anew."""
        for _ in range(LOOKS):
            status = self._get(f"/auth/{reference}", token).get("status")
            code = status.get("code") if isinstance(status, dict) else None
            if code == 200:
                return
            if code != 100:
                break
        raise Unintelligible("not let in yet")

    def _certificate(self, usage: str) -> bytes:
        status, body = self._call(
            "GET", f"{self._url}/security/public-key-certificates", dict(JSON), b""
        )
        if status != 200:
            raise Refused(status, body)
        try:
            for each in json.loads(body):
                if usage in each["usage"]:
                    return base64.b64decode(each["certificate"])
        except (ValueError, TypeError, KeyError) as fault:
            raise Unintelligible(f"certificates: {type(fault).__name__}") from fault
        raise Unintelligible(f"no certificate for {usage}")

    def _post(self, path: str, facts: Any, token: str = "") -> dict[str, Any]:
        body = b"" if facts is None else json.dumps(facts).encode()
        return facts_in(*self._call("POST", f"{self._url}{path}", _bearing(token), body))

    def _get(self, path: str, token: str) -> dict[str, Any]:
        return facts_in(*self._call("GET", f"{self._url}{path}", _bearing(token), b""))

    def _receipt(self, path: str, number: str, token: str) -> bytes:
        headers = _bearing(token) | {"Accept": XML}
        status, body = self._call("GET", f"{self._url}{path}", headers, b"")
        if status != 200:
            raise Refused(status, body)
        check_receipt(body, number)
        return body

    def _bytes(self, count: int) -> bytes:
        return self._randomness.bits(8 * count).to_bytes(count, "big")


def called(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Call over HTTPS, as long and for as much as we are willing."""
    return over_http(method, url, headers, body, seconds=SECONDS, largest_answer=LARGEST_ANSWER)


def _missing(tenant: str, reference: str, settings: Settings) -> str:
    try:
        secret(tenant, reference, settings)
    except SecretMissing as missing:
        return str(missing)
    return ""


def _bearing(token: str) -> dict[str, str]:
    return JSON | ({"Authorization": f"Bearer {token}"} if token else {})


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _under_public_key(certificate: bytes, content: bytes) -> bytes:
    """RSA-OAEP with SHA-256, as KSeF asks for keys and tokens."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, RSAPublicKey):
        raise Unintelligible("the certificate has no RSA key")
    digest = hashes.SHA256()
    return key.encrypt(content, padding.OAEP(padding.MGF1(digest), digest, None))


def _sealed(content: bytes, key: bytes, vector: bytes) -> bytes:
    """AES-256-CBC with PKCS#7 padding, as KSeF asks for invoices."""
    padder = PKCS7(128).padder()
    padded = padder.update(content) + padder.finalize()
    sealing = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return sealing.update(padded) + sealing.finalize()
