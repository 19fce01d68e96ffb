"""Only what a known key has signed is believed, and nothing else of the document."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from lxml import etree

from statements.exchange.message import Message, MessageKind, MessageRefused, Settled
from statements.exchange.reading import read_message
from statements.exchange.signing import DSIG, NotACertificate, fingerprint, sign, verified
from statements.exchange.writing import message_xml
from tests.statements.exchange.builders import NOVEMBER_3, a_header, a_key_pair

KEY, CERTIFICATE = a_key_pair()
OTHER_KEY, OTHER_CERTIFICATE = a_key_pair()
Q = "{urn:saldo:exchange:1.0}"


def a_proposal(amount: str = "10") -> Message:
    settled = (Settled("incoming", Decimal(amount)),)
    return Message(MessageKind.PROPOSAL, a_header(), settled=settled)


def refusal(xml: bytes, certificates: tuple[str, ...] = (CERTIFICATE,)) -> str:
    with pytest.raises(MessageRefused) as caught:
        verified(xml, certificates, NOVEMBER_3)
    return caught.value.lines[0].code


SIGNED = sign(message_xml(a_proposal()), KEY, CERTIFICATE)


def test_a_signed_message_is_read_as_it_was_written():
    for certificates in ([CERTIFICATE], [OTHER_CERTIFICATE, CERTIFICATE]):
        believed = verified(SIGNED, certificates, NOVEMBER_3)

        assert read_message(BytesIO(believed)) == a_proposal()


def test_a_message_with_its_signature_still_on_it_is_not_read():
    with pytest.raises(MessageRefused, match="a signature is taken off before"):
        read_message(BytesIO(SIGNED))


def wrapped() -> bytes:
    """The signed message put inside another that says 99."""
    root = etree.fromstring(message_xml(a_proposal("99")))
    signed = etree.fromstring(SIGNED)
    signature = signed[-1]
    holder = etree.SubElement(signature, f"{DSIG}Object")
    signed.remove(signature)
    holder.append(signed)
    root.append(signature)
    return etree.tostring(root)


def with_id_reference() -> bytes:
    return SIGNED.replace(b'URI=""', b'URI="#other"')


def moved() -> bytes:
    """The signature stands first instead of last."""
    root = etree.fromstring(SIGNED)
    root.insert(0, root[-1])
    return etree.tostring(root)


def twice() -> bytes:
    root = etree.fromstring(SIGNED)
    root.append(etree.fromstring(etree.tostring(root[-1])))
    return etree.tostring(root)


def added() -> bytes:
    root = etree.fromstring(SIGNED)
    root.insert(1, etree.fromstring(f'<Settle xmlns="{Q[1:-1]}" direction="outgoing" amount="1"/>'))
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (message_xml(a_proposal()), "signature-missing"),
        (SIGNED.replace(b'amount="10"', b'amount="99"'), "signature-wrong"),
        (SIGNED.replace(b'amount="10"', b'amount="10" before="1"'), "signature-wrong"),
        (sign(message_xml(a_proposal()), OTHER_KEY, OTHER_CERTIFICATE), "signature-wrong"),
        (wrapped(), "signature-wrong"),
        (with_id_reference(), "signature-wrong"),
        (moved(), "signature-wrong"),
        (twice(), "signature-wrong"),
        (added(), "signature-wrong"),
        (SIGNED.replace(b"<Sender>At", b"<Sender><!-- x -->At"), "xml-refused"),
        (b"<!DOCTYPE x>" + SIGNED.partition(b"?>")[2], "xml-refused"),
        (b"no xml", "xml-refused"),
    ],
)
def test_what_is_not_signed_as_agreed_is_refused(document, code):
    assert document != SIGNED
    assert refusal(document) == code


def test_a_certificate_counts_while_it_is_valid():
    key, short = a_key_pair(valid_until=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    signed = sign(message_xml(a_proposal()), key, short)

    verified(signed, [short], dt.datetime(2026, 10, 31, tzinfo=dt.UTC))
    assert refusal(signed, (short,)) == "signature-wrong"


def test_a_certificate_is_known_by_its_fingerprint():
    assert fingerprint(CERTIFICATE) != fingerprint(OTHER_CERTIFICATE)
    assert len(fingerprint(CERTIFICATE)) == 64
    with pytest.raises(NotACertificate):
        fingerprint("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----")
