"""Sign messages with XML-DSig, and believe only what is signed.

The signature is enveloped and covers the whole document: one reference, `URI=""`, no other
transform than taking the signature itself off and the canonical form. It is the last child of the
root. What is read afterwards is the element that the verification returns, written out again, and
never the document that came: a wrapped, moved or added element is either not in it or breaks the
signature.

The certificate is the one registered with us; what the message says about keys is not looked at.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, InvalidInput, InvalidSignature
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from currencies.xml_reading import XmlRefused, read_xml
from i18n.errors import Invalid
from i18n.locale import outside
from statements.exchange.message import MessageRefused, refused

DSIG: Final = "{http://www.w3.org/2000/09/xmldsig#}"
METHODS: Final = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
    }
)
DIGESTS: Final = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA512})
TRANSFORMS: Final = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    CanonicalizationMethod.CANONICAL_XML_1_0.value,
    CanonicalizationMethod.CANONICAL_XML_1_1.value,
    CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0.value,
}


class NotACertificate(Invalid):
    """The certificate cannot be read: {reason}. Send one X.509 certificate in PEM."""


def fingerprint(certificate: str) -> str:
    """The SHA-256 fingerprint of a certificate in PEM. Raises NotACertificate."""
    return _certificate(certificate).fingerprint(hashes.SHA256()).hex()


def sign(xml: bytes, private_key: str, certificate: str) -> bytes:
    """The message with its signature; key and certificate are PEM."""
    signer = XMLSigner(
        signature_algorithm=_method(_certificate(certificate)),
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(etree.fromstring(xml), key=private_key.encode(), cert=certificate)
    written: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
    return written


def verified(xml: bytes, certificates: Sequence[str], at: datetime) -> bytes:
    """The signed part of a document, alone, checked with one of these certificates, valid then.

    Raises MessageRefused where it is not signed, by another key, or over anything but the whole.
    """
    try:
        root = read_xml(xml)
    except XmlRefused as error:
        raise refused("xml-refused", str(error)) from None
    _require_place(root)
    for certificate in certificates:
        signed = _signed_part(root, certificate, at)
        if signed is not None:
            if signed.tag != root.tag:
                raise _wrong("it covers another element than the message")
            content: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
            return content
    raise _wrong("it does not fit a key that was agreed on, or the message was changed")


def _require_place(root: etree._Element) -> None:
    """There is one signature, and it stands at the end of the message itself."""
    signatures = root.findall(f".//{DSIG}Signature")
    if not signatures:
        raise refused("signature-missing", "the message is not signed; agreed is that it is")
    if len(signatures) > 1 or signatures[0] is not root[-1]:
        raise _wrong("there is more than one, or it does not stand at the end of the message")
    references = signatures[0].findall(f".//{DSIG}Reference")
    if [each.get("URI") for each in references] != [""]:
        raise _wrong("it does not cover the whole message and nothing else")
    transforms = {each.get("Algorithm") for each in signatures[0].findall(f".//{DSIG}Transform")}
    if not transforms <= TRANSFORMS:
        raise _wrong("it is made over something else than the canonical form")


def _signed_part(root: etree._Element, certificate: str, at: datetime) -> etree._Element | None:
    expected = SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=1,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True,
        verification_time=at,
    )
    try:
        result = XMLVerifier().verify(
            etree.tostring(root), x509_cert=_certificate(certificate), expect_config=expected
        )
    except (InvalidSignature, InvalidCertificate, InvalidInput, ValueError):
        return None
    assert isinstance(result, VerifyResult), "one reference was expected"
    return result.signed_xml


def _wrong(reason: str) -> MessageRefused:
    return refused("signature-wrong", f"the signature is not accepted: {reason}")


def _certificate(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise NotACertificate(reason=outside("X.509", error)) from None


def _method(certificate: x509.Certificate) -> SignatureMethod:
    is_curve = isinstance(certificate.public_key(), EllipticCurvePublicKey)
    return SignatureMethod.ECDSA_SHA256 if is_curve else SignatureMethod.RSA_SHA256
