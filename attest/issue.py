"""Issuing: from a graded share to a signed, sealed receipt whose leaf is durable before anyone sees it.

```
share, evidence → place → [ tip of the log → claims with that index → seal → sign → append there | again ] → QR
```
Who asks twice with one key gets the very same receipt. The exact point and the name leave this file only sealed:
after it returns, the issuer's own storage can't show where anyone was. It grades nothing and asks no consent.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import redis.asyncio

from attest import places, qr
from attest.crypto import KeyStore, Signer, seal_for
from attest.errors import InvalidShareError, LogBusyError, LogCorruptError, ReceiptDestroyedError
from attest.evidence import Evidence
from attest.leaf import Entry
from attest.log import ReceiptLog
from attest.places import Place
from attest.receipt import (
    MESSAGE_BYTES,
    MESSENGERS,
    Envelope,
    Holder,
    Pair,
    Point,
    Receipt,
    Sealed,
    Share,
    accuracy_class,
    clean_document,
    encode_payload,
    join,
    receipt_of,
    signing_input,
    split,
)

KIND = "issued"
_TRIES = 100
_DRAWS = 20
_MAX_AGE = timedelta(days=1)  # a new key's period begins that much before its first use
_AHEAD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt as it goes out: its facts, its text, its QR picture, its place in words and in the log."""

    receipt: Receipt
    token: str
    png: bytes
    place: Place
    index: int


class Issuer:
    """Issues the receipts of all institutions on one Redis; `log` is the log it writes to."""

    def __init__(self, database: redis.asyncio.Redis, keys: KeyStore, now: Callable[[], datetime]) -> None:
        self.log = ReceiptLog(database, keys, now)
        self._keys = keys
        self._now = now

    async def issue(
        self,
        tenant: str,
        institution_name: str,
        holder: Holder,
        share: Share,
        evidence: Evidence,
        document: str,
        idempotency_key: str,
        *,
        pair: Pair | None = None,
    ) -> Issued:
        """The receipt for one share, durable in the log; the same `idempotency_key` gives the very same one.

        `pair`: what the whole trip says, in the receipt that closes it; only that one may have grade 5. A share
        without a point gives a receipt without a place, which says so and has grade 1.

        Raises:
            InvalidShareError: a document number too long, a share from the future or older than a day, or a grade that
                such a receipt can't have.
            ReceiptDestroyedError: issued under this key before, and destroyed on its date.
            LogError: the log is overrun or damaged; nothing was issued.
        """
        key = f"{KIND}:{idempotency_key}"
        entry = await self.log.find(tenant, key)
        if entry is None:
            make = partial(self._draft, tenant, institution_name, holder, share, evidence, document, pair)
            entry = await self._append(tenant, await asyncio.to_thread(make), make, key)
        return await asyncio.to_thread(_issued, tenant, entry)

    async def again(self, tenant: str, index: int) -> Issued | None:
        """The receipt at that place of the log, as it went out; None when there is none, or it was destroyed."""
        entry = await self.log.get(tenant, index)
        if entry is None or entry.kind != KIND or entry.fields is None:
            return None
        return await asyncio.to_thread(_issued, tenant, entry)

    async def _append(self, tenant: str, draft: _Draft, make: Callable[[], _Draft], key: str) -> Entry:
        async with self.log.turn(tenant):
            for _ in range(_TRIES):
                tip = await self.log.tip(tenant)
                envelope = await asyncio.to_thread(self._signed, tenant, draft, make, tip.size)
                entry = await self.log.append_at(
                    tenant, tip, KIND, receipt_fields(envelope), key, salt=receipt_salt(envelope)
                )
                if entry is not None:
                    return entry
        raise LogBusyError(f"no free place in {_TRIES} tries")

    def _signed(self, tenant: str, draft: _Draft, make: Callable[[], _Draft], index: int) -> Envelope:
        """The receipt at that index, by the key in use.

        That is asked after the tip: a revocation marks its key before it takes a place, so one of the two gives way.
        """
        current = self._keys.receipt_key(tenant, self._now())
        return (draft if current.kid == draft.signer.kid else make()).signed(index)

    def _draft(
        self,
        tenant: str,
        institution_name: str,
        holder: Holder,
        share: Share,
        evidence: Evidence,
        document: str,
        pair: Pair | None,
    ) -> _Draft:
        now = self._now()
        if not -_AHEAD <= now - share.received_at <= _MAX_AGE:
            raise InvalidShareError("the share was received in the future or more than a day ago")
        if evidence.grade > (1 if share.point is None else 4 if pair is None else 5):
            raise InvalidShareError(f"such a receipt can't have grade {evidence.grade}")
        signer = self._keys.receipt_key(tenant, now, institution_name)
        place, accuracy, flag = _placed(share.point)
        flags = evidence.flags if flag is None or flag in evidence.flags else (*evidence.flags, flag)
        receipt = Receipt(
            institution=tenant, kid=signer.kid, serial=b"", grade=evidence.grade, place=place.code, index=0,
            time=share.received_at.astimezone(UTC).replace(microsecond=0), document=clean_document(document),
            accuracy=accuracy, holder=self._keys.pseudonym(tenant, holder.id),
            flags=flags, sealed=b"", suite=signer.suite, pair=pair,
        )  # fmt: skip
        audit_key = self._keys.audit_key(tenant, now, institution_name, signer.suite)
        return _Draft(receipt, _sealed(holder, share), signer, audit_key)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A receipt that lacks only its index, and what is needed to finish it."""

    receipt: Receipt
    sealed: Sealed
    signer: Signer
    audit_key: bytes

    def signed(self, index: int) -> Envelope:
        """The receipt at that index under a fresh serial, sealed, then signed; its text survives being copied.

        base45 (RFC 9285) uses the space, and messengers fold two of them or trim the last: such a draw is made again,
        about one in twenty. Two spaces in what no draw changes (a key id, a pseudonym) are kept.
        """
        envelope = self._signed_once(index)
        for _ in range(_DRAWS):
            text = join(envelope)
            if "  " not in text and text == text.strip():
                break
            envelope = self._signed_once(index)
        return envelope

    def _signed_once(self, index: int) -> Envelope:
        bare = replace(self.receipt, index=index, serial=secrets.token_bytes(8))
        payload = encode_payload(replace(bare, sealed=seal_for(bare, self.sealed, self.audit_key)))
        signed = signing_input(bare.institution, bare.kid, payload, bare.suite)
        return Envelope(bare.kid, payload, self.signer.sign(signed), bare.suite)


def receipt_fields(envelope: Envelope) -> dict[str, str | int | bytes]:
    """The facts of an issued receipt's leaf: the token."""
    return {"token": join(envelope)}


def receipt_salt(envelope: Envelope) -> bytes:
    """The salt of an issued receipt's leaf, from its signature: who has the token can prove the leaf, alone."""
    return envelope.signature[:16]


def _placed(point: Point | None) -> tuple[Place, int, str | None]:
    """The place of a point in words, its accuracy's class, and the flag for want of either."""
    if point is None:
        return places.NOWHERE, 0, "no_location"
    place = places.nearest(point).place
    return place, accuracy_class(point.accuracy_m), None if place.code else "no_place"


def _sealed(holder: Holder, share: Share) -> Sealed:
    messenger = share.messenger if share.messenger in MESSENGERS else ""
    named = f"{share.messenger}\0{share.message}".encode()
    return Sealed(
        share.point, holder.name, holder.department, messenger, hashlib.sha256(named).digest()[:MESSAGE_BYTES]
    )


def _issued(tenant: str, entry: Entry) -> Issued:
    if entry.fields is None:
        raise ReceiptDestroyedError(f"the receipt at {entry.index} was destroyed on its date")
    token = entry.fields.get("token")
    if not isinstance(token, str):
        raise LogCorruptError(f"entry {entry.index} is not an issued receipt")
    receipt = receipt_of(split(token), tenant)
    return Issued(receipt, token, qr.write(token), places.by_code(receipt.place), receipt.index)
