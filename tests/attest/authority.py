"""A time stamp authority for tests: its own certificates, and answers to requests. It trusts whoever asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from attest.crypto import timestamp as form

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
    usage: bool,
) -> x509.Certificate:
    built = x509.CertificateBuilder().issuer_name(_name(issuer)).subject_name(_name(name)).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number())
    built = built.not_valid_before(SINCE).not_valid_after(SINCE + timedelta(days=700))
    built = built.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if usage:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return built.sign(signer, hashes.SHA256())


@dataclass
class Authority:
    """Answers as its fields say; each can be made wrong."""

    at: datetime
    root: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    usage: bool = True
    status: int = 0
    spoil: str = ""
    asked: int = 0

    def __post_init__(self) -> None:
        self.ca = _certificate("CA", self.root, "CA", self.root, ca=True, usage=False)
        self.certificate = _certificate("TSA", self.key, "CA", self.root, ca=False, usage=self.usage)

    @property
    def trusted(self) -> bytes:
        return self.ca.public_bytes(Encoding.PEM)

    async def __call__(self, request: bytes) -> bytes:
        self.asked += 1
        asked = asn1.decode_der(form.Request, request)
        imprint = asked.imprint
        if self.spoil == "imprint":
            imprint = form.Imprint(algorithm=imprint.algorithm, digest=bytes(32))
        info = asn1.encode_der(
            form.Info(
                version=1, policy=ObjectIdentifier("1.2.3"), imprint=imprint, serial=7,
                at=asn1.GeneralizedTime(self.at), accuracy=None, ordering=False,
                nonce=asked.nonce + (self.spoil == "nonce"), authority=None, extensions=None,
            )
        )  # fmt: skip
        return self._answer(info)

    def _answer(self, info: bytes) -> bytes:
        sha256 = form.Algorithm(oid=form._SHA256, parameters=None)
        named = form.CertificateIdV2(algorithm=None, digest=self.certificate.fingerprint(hashes.SHA256()), issuer=None)
        values = {
            form._CONTENT_TYPE: form._TST_INFO,
            form._MESSAGE_DIGEST: hashlib.sha256(info + b"x" * (self.spoil == "digest")).digest(),
            form._SIGNING_CERTIFICATE_V2: form.SigningCertificateV2(certificates=[named], policies=None),
        }
        attributes = asn1.SetOf(
            [form.Attribute(kind=kind, values=asn1.SetOf([_tlv(value)])) for kind, value in values.items()]
        )
        signature = self.key.sign(asn1.encode_der(attributes), ec.ECDSA(hashes.SHA256()))
        if self.spoil == "signature":
            signature = self.root.sign(b"", ec.ECDSA(hashes.SHA256()))
        ecdsa = form.Algorithm(oid=ObjectIdentifier("1.2.840.10045.4.3.2"), parameters=None)
        signer = form.Signer(
            version=1, identifier=_tlv(sha256), digest_algorithm=sha256,
            attributes=attributes, algorithm=ecdsa,
            signature=signature, unsigned=None,
        )  # fmt: skip
        signed = form.Signed(
            version=3, digest_algorithms=asn1.SetOf([sha256]),
            content=form.Encapsulated(kind=form._TST_INFO, content=info),
            certificates=asn1.SetOf([_tlv(self.certificate)]), revocations=None, signers=asn1.SetOf([signer]),
        )  # fmt: skip
        token = form.Content(kind=form._SIGNED_DATA, content=signed)
        status = form.Status(status=self.status, text=None, failure=None)
        return asn1.encode_der(form.Response(status=status, token=None if self.status > 1 else token))


def _tlv(value: object) -> asn1.TLV:
    return asn1.decode_der(asn1.TLV, asn1.encode_der(value))
