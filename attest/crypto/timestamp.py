"""RFC 3161 time stamps: a request for one, and whether an answer is one, by a trusted authority, for these bytes.

Declared with `cryptography`'s own ASN.1 (DER; what is BER only is refused). SHA-256 alone is asked for and accepted;
signatures are RSA (PKCS #1 v1.5), ECDSA or Ed25519. It asks no network, no clock and no revocation list: a certificate
counts if it was valid at the stamp's own time and leads to one of the trusted ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from attest.errors import TimestampError

_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_SIGNED_DATA = ObjectIdentifier("1.2.840.113549.1.7.2")
_TST_INFO = ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = ObjectIdentifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = ObjectIdentifier("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = ObjectIdentifier("1.2.840.113549.1.9.16.2.12")  # RFC 2634, SHA-1
_SIGNING_CERTIFICATE_V2 = ObjectIdentifier("1.2.840.113549.1.9.16.2.47")  # RFC 5035
_DAMAGED = (ValueError, TypeError, OverflowError, x509.InvalidVersion, x509.DuplicateExtension, UnsupportedAlgorithm)
T = TypeVar("T")
_GRANTED = frozenset({0, 1})
_DEEPEST = 5
_LONGEST = 65_536
_HASHES: dict[ObjectIdentifier, hashes.HashAlgorithm] = {
    _SHA256: hashes.SHA256(),
    ObjectIdentifier("2.16.840.1.101.3.4.2.2"): hashes.SHA384(),
    ObjectIdentifier("2.16.840.1.101.3.4.2.3"): hashes.SHA512(),
}


@asn1.sequence
class Algorithm:
    """AlgorithmIdentifier."""

    oid: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class Imprint:
    """MessageImprint."""

    algorithm: Algorithm
    digest: bytes


@asn1.sequence
class Request:
    """TimeStampReq."""

    version: int
    imprint: Imprint
    policy: ObjectIdentifier | None
    nonce: int | None
    wants_certificate: Annotated[bool, asn1.Default(value=False)]


@asn1.sequence
class Accuracy:
    """Accuracy."""

    seconds: int | None
    millis: Annotated[int | None, asn1.Implicit(0)]
    micros: Annotated[int | None, asn1.Implicit(1)]


@asn1.sequence
class Info:
    """TSTInfo."""

    version: int
    policy: ObjectIdentifier
    imprint: Imprint
    serial: int
    at: asn1.GeneralizedTime
    accuracy: Accuracy | None
    ordering: Annotated[bool, asn1.Default(value=False)]
    nonce: int | None
    authority: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class Status:
    """PKIStatusInfo."""

    status: int
    text: list[str] | None
    failure: asn1.BitString | None


@asn1.sequence
class Encapsulated:
    """EncapsulatedContentInfo."""

    kind: ObjectIdentifier
    content: Annotated[bytes, asn1.Explicit(0)]


@asn1.sequence
class Attribute:
    """Attribute."""

    kind: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class Signer:
    """SignerInfo."""

    version: int
    identifier: asn1.TLV
    digest_algorithm: Algorithm
    attributes: Annotated[asn1.SetOf[Attribute], asn1.Implicit(0)]
    algorithm: Algorithm
    signature: bytes
    unsigned: Annotated[asn1.SetOf[Attribute] | None, asn1.Implicit(1)]


@asn1.sequence
class Signed:
    """SignedData."""

    version: int
    digest_algorithms: asn1.SetOf[Algorithm]
    content: Encapsulated
    certificates: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    revocations: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.SetOf[Signer]


@asn1.sequence
class Content:
    """ContentInfo."""

    kind: ObjectIdentifier
    content: Annotated[Signed, asn1.Explicit(0)]


@asn1.sequence
class Response:
    """TimeStampResp."""

    status: Status
    token: Content | None


@asn1.sequence
class CertificateIdV1:
    """ESSCertID."""

    digest: bytes
    issuer: list[asn1.TLV] | None


@asn1.sequence
class SigningCertificateV1:
    """SigningCertificate."""

    certificates: list[CertificateIdV1]
    policies: list[asn1.TLV] | None


@asn1.sequence
class CertificateIdV2:
    """ESSCertIDv2, whose algorithm is SHA-256 where it is not named."""

    algorithm: Algorithm | None
    digest: bytes
    issuer: list[asn1.TLV] | None


@asn1.sequence
class SigningCertificateV2:
    """SigningCertificateV2."""

    certificates: list[CertificateIdV2]
    policies: list[asn1.TLV] | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """That an authority saw some bytes at that time; `authority` is its certificate's subject."""

    at: datetime
    authority: str
    serial: int


def request(data: bytes, nonce: int) -> bytes:
    """The DER of a request to stamp `data`, with the authority's certificate wanted beside it."""
    algorithm = Algorithm(oid=_SHA256, parameters=None)
    imprint = Imprint(algorithm=algorithm, digest=hashlib.sha256(data).digest())
    asked = Request(version=1, imprint=imprint, policy=None, nonce=nonce, wants_certificate=True)
    return asn1.encode_der(asked)


def stamp_of(answer: bytes, data: bytes, nonce: int | None, trusted: bytes) -> Stamp:
    """The stamp on `data` that a response is; `trusted` are certificates in PEM: authorities or who certified them.

    Without `nonce` (one stored, checked again years later) any will do.

    Raises:
        TimestampError: refused by the authority, for other bytes, forged, or by nobody trusted.
    """
    try:
        return _stamp_of(answer, data, nonce, _certificates(trusted))
    except _DAMAGED as error:  # certificates are parsed lazily, field by field
        raise TimestampError("a certificate or the token is damaged") from error


def _stamp_of(answer: bytes, data: bytes, nonce: int | None, roots: Sequence[x509.Certificate]) -> Stamp:
    response = _parsed(Response, answer)
    if response.status.status not in _GRANTED or response.token is None:
        raise TimestampError(f"the authority refused: status {response.status.status}")
    signed = response.token.content
    signers = signed.signers.as_list()
    if response.token.kind != _SIGNED_DATA or signed.content.kind != _TST_INFO or len(signers) != 1:
        raise TimestampError("not a time stamp token")
    info = _parsed(Info, signed.content.content)
    if info.imprint.algorithm.oid != _SHA256 or info.imprint.digest != hashlib.sha256(data).digest():
        raise TimestampError("the stamp is on other bytes")
    if nonce is not None and info.nonce != nonce:
        raise TimestampError("the stamp answers another request")
    at = info.at.as_datetime().replace(tzinfo=UTC)
    signer = _signer(signers[0], signed, roots)
    _check_path(signer, [*_carried(signed), *roots], roots, at)
    return Stamp(at, signer.subject.rfc4514_string(), info.serial)


def _signer(signer: Signer, signed: Signed, roots: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate under which the token is signed, named in its signed attributes."""
    attributes = {one.kind: one.values.as_list() for one in signer.attributes.as_list()}
    algorithm = _HASHES.get(signer.digest_algorithm.oid)
    if algorithm is None:
        raise TimestampError("a digest other than SHA-256, SHA-384 or SHA-512")
    if _only(attributes, _CONTENT_TYPE).parse(ObjectIdentifier) != _TST_INFO:
        raise TimestampError("signed as something else")
    if _only(attributes, _MESSAGE_DIGEST).parse(bytes) != _digest(algorithm, signed.content.content):
        raise TimestampError("the token's content is not what was signed")
    message = asn1.encode_der(signer.attributes)
    for certificate in (*_carried(signed), *roots):
        if _is_named(certificate, attributes) and _fits(certificate, signer.signature, message, algorithm):
            return certificate
    raise TimestampError("the signature is not of the certificate that it names")


def _is_named(certificate: x509.Certificate, attributes: dict[ObjectIdentifier, list[asn1.TLV]]) -> bool:
    if _SIGNING_CERTIFICATE_V2 in attributes:
        first = _only(attributes, _SIGNING_CERTIFICATE_V2).parse(SigningCertificateV2).certificates[:1]
        algorithms = [_HASHES.get(one.algorithm.oid if one.algorithm else _SHA256) for one in first]
        return any(a and certificate.fingerprint(a) == one.digest for a, one in zip(algorithms, first, strict=True))
    old = _only(attributes, _SIGNING_CERTIFICATE).parse(SigningCertificateV1).certificates[:1]
    sha1 = hashes.SHA1()  # noqa: S303  RFC 3161 named it; the signature itself rests on a better one
    return any(certificate.fingerprint(sha1) == one.digest for one in old)


def _fits(certificate: x509.Certificate, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _check_path(
    signer: x509.Certificate, known: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> None:
    """From the signer, made for stamping alone (RFC 3161 §2.3), up to a trusted one; each valid at the time."""
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise TimestampError("the certificate is not for time stamps") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampError("the certificate is not for time stamps alone")
    current = signer
    for _ in range(_DEEPEST):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise TimestampError("a certificate was not valid at the time of the stamp")
        if current in roots:
            return
        issuer = next((one for one in known if _issued(current, one)), None)
        if issuer is None:
            break
        current = issuer
    raise TimestampError("the certificate does not lead to a trusted one")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return constraints.ca and issuer != certificate


def _carried(signed: Signed) -> list[x509.Certificate]:
    carried = signed.certificates.as_list() if signed.certificates else []
    return [one.parse(x509.Certificate) for one in carried[:_DEEPEST]]


def _certificates(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise TimestampError("the trusted certificates can't be read") from error


def _only(attributes: dict[ObjectIdentifier, list[asn1.TLV]], kind: ObjectIdentifier) -> asn1.TLV:
    values = attributes.get(kind, [])
    if len(values) != 1:
        raise TimestampError(f"expected one signed attribute {kind.dotted_string}, got {len(values)}")
    return values[0]


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _parsed(kind: type[T], data: bytes) -> T:
    if len(data) > _LONGEST:
        raise TimestampError(f"{len(data)} bytes are too many")
    try:
        return asn1.decode_der(kind, data)
    except (ValueError, TypeError) as error:
        raise TimestampError("not a time stamp") from error
