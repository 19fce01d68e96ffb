"""Messages and records for tests."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO

import polars as pl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from statements.document import Period
from statements.exchange.message import RECORDS, Header, Message
from statements.exchange.reading import read_message
from statements.exchange.writing import write_records

OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
NOVEMBER_3 = dt.datetime(2026, 11, 3, 12, 0, tzinfo=dt.UTC)


def a_header(message_id: str = "M-1", **facts: object) -> Header:
    """The header of a message about October, from Atlantic to Alpha."""
    known: dict[str, object] = {
        "id": message_id,
        "in_reply_to": None,
        "sender": "Atlantic",
        "receiver": "Alpha",
        "agreement": "IC-atlantic",
        "period": OCTOBER,
        "time_zone": "Europe/Dublin",
        "currency": "XDR",
        "created_at": NOVEMBER_3,
        "sequence": 1,
    }
    return Header(**known | facts)  # type: ignore[arg-type]


def records(rows: str, direction: str = "incoming") -> pl.DataFrame:
    """Rows of `id calling called day time seconds amount destination`; `-` is no calling number."""
    found = []
    for row in rows.strip().splitlines():
        name, calling, called, day, time, seconds, amount, destination = row.split()
        on = dt.date(2026, 10, int(day))
        found.append(
            {
                "record_id": name,
                "calling": "" if calling == "-" else calling,
                "called": called,
                "started_at": dt.datetime.combine(on, dt.time.fromisoformat(time), dt.UTC),
                "seconds": int(seconds),
                "amount": Decimal(amount),
                "direction": direction,
                "trunk": "TR-1",
                "destination": destination,
                "day": on,
                "corrects": None,
            }
        )
    return pl.DataFrame(found, schema=RECORDS)


def written(header: Header, frames: Iterable[pl.DataFrame]) -> bytes:
    """A Records message."""
    out = BytesIO()
    write_records(out, header, frames)
    return out.getvalue()


def read(xml: bytes) -> tuple[Message, pl.DataFrame]:
    """A message and its records."""
    kept = [pl.DataFrame(schema=RECORDS)]
    message = read_message(BytesIO(xml), kept.append)
    return message, pl.concat(kept)


def a_key_pair(
    valid_until: dt.datetime = dt.datetime(2036, 1, 1, tzinfo=dt.UTC),
) -> tuple[str, str]:
    """A private key and its certificate, made for the test, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Atlantic")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(valid_until)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(pem).decode()
