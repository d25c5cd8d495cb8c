"""Checking a receipt: with public keys alone, or with the log and the claims beside them.

`Verifier.verify` is strict: it returns a receipt or raises. `judge` makes one of four verdicts of it for a person,
and `check` adds what only the institution knows: whether the log holds the receipt, whether it was used. None of
them says where anyone was: a verdict is about the receipt, with its grade and flags; facts and limits, not guilt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum

from attest import canonical, checkpoint
from attest.claims import Claims
from attest.crypto import PublicKey, PublicKeys, verify_signature
from attest.errors import (
    BadSignatureError,
    LogCorruptError,
    LogError,
    MalformedError,
    OutsideKeyPeriodError,
    RevokedKeyError,
    UnknownKeyError,
    VerificationError,
)
from attest.issue import KIND, receipt_fields, receipt_salt
from attest.leaf import Entry, entry_of, leaf_digest
from attest.log import Proof, ReceiptLog
from attest.places import by_code
from attest.receipt import Pair, Receipt, Sealed, receipt_of, signing_input, split

SHORTEST = 60  # of base45's alphabet (RFC 9285 §4.2); anything shorter is no receipt at all, not a forged one
_RUN = re.compile(rf"[0-9A-Z $%*+\-./:]{{{SHORTEST},}}", re.IGNORECASE)
_QUOTES = "\"'`“”‘’「」『』\u200b\u2060\ufeff \t\r\n"
HARMLESS = frozenset({"live", "trace", "colleague", "host"})  # flags that inform, and call for no further look


def as_typed(text: str) -> str:
    """A pasted text without what keyboards and mail programs add: quotes around it, full-width letters, odd spaces."""
    return unicodedata.normalize("NFKC", text).strip(_QUOTES)


def could_be_token(text: str) -> bool:
    """Whether this is long enough to be a receipt, right or wrong; else it is unreadable, which accuses nobody."""
    return _RUN.search(text) is not None


class Verdict(Enum):
    """The four things a checker is told; UNREADABLE means: not evidence."""

    VALID = "valid"
    VALID_BUT = "valid_but"
    INVALID = "invalid"
    UNREADABLE = "unreadable"

    @property
    def exit_code(self) -> int:
        """0 valid, also when to be checked further; 1 invalid; 2 unreadable."""
        return {Verdict.INVALID: 1, Verdict.UNREADABLE: 2}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its grounds.

    `flags` call for a further look; `reason` is one word for a refusal (malformed, unknown_key, bad_signature,
    outside_key_period, other_in_log, revoked_key, voided, no_code); `checked` names what was looked at: signature, log,
    claims.
    """

    verdict: Verdict
    flags: tuple[str, ...] = ()
    receipt: Receipt | None = None
    reason: str = ""
    checked: tuple[str, ...] = ()


UNREADABLE = Finding(Verdict.UNREADABLE, reason="no_code")


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt whose signature is right, with the key that fits; nothing is said about the key's period."""

    receipt: Receipt
    key: PublicKey


class Verifier:
    """Checks receipts with a list of public keys, and nothing else."""

    def __init__(self, public_keys: PublicKeys) -> None:
        self.public_keys = public_keys
        # a list grows by a key a month for ever: it is gone through once, not for each receipt
        self._by_kid: dict[bytes, list[PublicKey]] = {}
        for key in public_keys.keys:
            if key.use == "receipt":
                self._by_kid.setdefault(key.kid, []).append(key)

    def verify(self, token: str) -> Receipt:
        """The receipt that `token` is, signed by a listed key in its period; outer white space is ignored.

        Raises:
            VerificationError: one of its kinds, whatever is wrong; never anything else.
        """
        signed = self.inspect(token)
        _refuse_other_period(signed)
        if signed.key.revoked_at is not None:
            raise RevokedKeyError(f"key {signed.key.kid.hex()} was revoked at {signed.key.revoked_at.isoformat()}")
        return signed.receipt

    def inspect(self, token: str) -> Signed:
        """The receipt of a token and the key that signed it, in or out of its period, revoked or not.

        Raises:
            MalformedError: not the one encoding of a receipt.
            UnknownKeyError: no listed key has its key id.
            BadSignatureError: no key with that id, of the suite the token states, signed these bytes.
        """
        envelope = split(token)
        candidates = self._by_kid.get(envelope.kid)
        if not candidates:
            raise UnknownKeyError(f"no key {envelope.kid.hex()} in the list")
        for key in candidates:
            if key.suite != envelope.suite:  # the key says how, never the token
                continue
            signed = signing_input(key.institution, envelope.kid, envelope.payload, key.suite)
            if verify_signature(key.key, envelope.signature, signed):
                return Signed(receipt_of(envelope, key.institution), key)
        raise BadSignatureError(f"not signed by key {envelope.kid.hex()}")


def judge(token: str, verifier: Verifier) -> Finding:
    """The verdict with public keys alone: it knows nothing of the log, of use or of voiding."""
    if not token.strip():
        return UNREADABLE
    try:
        signed = verifier.inspect(token)
        _refuse_other_period(signed)
    except VerificationError as error:
        return Finding(Verdict.INVALID, reason=_REASONS.get(type(error), "malformed"), checked=("signature",))
    found = Finding(Verdict.VALID, signed.receipt.flags, signed.receipt, checked=("signature",))
    if signed.key.revoked_at is None:
        return _finding(found)
    if signed.key.revoked_index is not None and signed.receipt.index >= signed.key.revoked_index:
        return replace(found, verdict=Verdict.INVALID, reason="revoked_key")  # late by its own words
    return _finding(replace(found, flags=(*found.flags, "revoked_key")))


def prove(finding: Finding, token: str, leaf: bytes, proof: Proof, verifier: Verifier) -> Finding:
    """A finding of `judge` with a leaf of the log and its proof, from a file or a folder of tiles: no house is asked.

    A proof that proves nothing, or under a checkpoint that the institution's log key did not sign, is the flag
    `log_damaged`; another receipt at the place this one names is a refusal. A key's revocation is settled where the
    list names its leaf.
    """
    receipt = finding.receipt
    if receipt is None or finding.verdict is Verdict.INVALID:
        return finding
    signed = checkpoint.is_signed(proof.checkpoint, receipt.institution, verifier.public_keys)
    if not (signed and proof.index == receipt.index and proof.holds(leaf)):
        return _finding(replace(finding, flags=(*finding.flags, "log_damaged")))
    checked = (*finding.checked, "log")
    try:
        entry = entry_of(receipt.index, leaf, None)
    except LogCorruptError:
        entry = None
    if entry is None or not _is_leaf_of(token, entry):
        return replace(finding, verdict=Verdict.INVALID, reason="other_in_log", checked=checked)
    late = _revoked_index(receipt, verifier)
    return _finding(replace(finding, flags=_settled(finding.flags, late), checked=checked))


async def check(tenant: str, token: str, verifier: Verifier, log: ReceiptLog, claims: Claims) -> Finding:
    """The verdict with what the institution `tenant` knows: its log's leaf and proof, and the receipt's state.

    Another institution's receipt is judged by its signature alone and flagged `other_institution`. A receipt past the
    end of the log (`not_in_log`), or a log that can't be trusted (`log_damaged`), is a flag; another receipt in its
    place, or a place after its key's revocation, is a refusal.
    """
    finding = judge(token, verifier)
    receipt = finding.receipt
    if receipt is None:
        return finding
    if receipt.institution != tenant:
        return _finding(replace(finding, flags=(*finding.flags, "other_institution")))
    finding = await _with_log(tenant, token, receipt, finding, verifier, log)
    return await _with_claims(tenant, receipt, finding, claims)


def as_json(finding: Finding, sealed: Sealed | None = None) -> dict[str, object]:
    """A finding in JSON's own types, for scripts; times in ISO 8601, hashes in hex."""
    receipt = finding.receipt
    return {
        "verdict": finding.verdict.value,
        "flags": list(finding.flags),
        "reason": finding.reason,
        "checked": list(finding.checked),
        "receipt": None if receipt is None else receipt_json(receipt),
        "sealed": None if sealed is None else _sealed_json(sealed),
    }


def receipt_json(receipt: Receipt) -> dict[str, object]:
    """What a receipt says in clear, in JSON's own types."""
    return {
        "institution": receipt.institution, "suite": receipt.suite, "kid": receipt.kid.hex(),
        "serial": receipt.serial.hex(), "time": receipt.time.isoformat(), "grade": receipt.grade,
        "place": {"code": receipt.place, "name": by_code(receipt.place).title}, "accuracy": receipt.accuracy,
        "holder": receipt.holder.hex(), "document": receipt.document, "index": receipt.index,
        "flags": list(receipt.flags), "pair": None if receipt.pair is None else _pair_json(receipt.pair),
    }  # fmt: skip


async def _with_log(
    tenant: str, token: str, receipt: Receipt, finding: Finding, verifier: Verifier, log: ReceiptLog
) -> Finding:
    try:
        place = await _place_in_log(tenant, token, receipt.index, verifier, log)
        revoked = await log.find(tenant, f"revoked:{receipt.kid.hex()}")
        late = _revoked_index(receipt, verifier, revoked)
    except LogError:
        return _finding(replace(finding, flags=(*finding.flags, "log_damaged")))
    checked = (*finding.checked, "log")
    if place == "other_in_log":
        return replace(finding, verdict=Verdict.INVALID, reason=place, checked=checked)
    # the log's order tells: what was logged before the key was revoked was not forged with it since
    if late is not None and (place == "not_in_log" or receipt.index >= late):
        return replace(finding, verdict=Verdict.INVALID, reason="revoked_key", checked=checked)
    flags = _settled(finding.flags, late)
    return _finding(replace(finding, flags=(*flags, place) if place else flags, checked=checked))


async def _place_in_log(tenant: str, token: str, index: int, verifier: Verifier, log: ReceiptLog) -> str:
    """Empty when the log provably holds the receipt at its index; else what is there instead."""
    entry = await log.get(tenant, index)
    if entry is None:
        return "not_in_log"
    if not _is_leaf_of(token, entry):
        return "other_in_log"
    try:
        proof = await log.proof(tenant, index)
    except IndexError as error:
        raise LogCorruptError(f"leaf {index} is beyond the last checkpoint") from error
    if not (proof.holds(entry.leaf) and checkpoint.is_signed(proof.checkpoint, tenant, verifier.public_keys)):
        raise LogCorruptError(f"leaf {index} is not in the signed tree")
    return ""


def _is_leaf_of(token: str, entry: Entry) -> bool:
    envelope = split(token)
    facts = canonical.dumps(receipt_fields(envelope))
    return entry.kind == KIND and entry.digest == leaf_digest(receipt_salt(envelope), facts)


def _revoked_index(receipt: Receipt, verifier: Verifier, revoked: Entry | None = None) -> int | None:
    """The leaf that revoked this receipt's key, by the list of keys or by the log, the earlier one."""
    listed = [
        key.revoked_index
        for key in verifier.public_keys.find(receipt.kid, "receipt")
        if key.institution == receipt.institution and key.suite == receipt.suite and key.revoked_index is not None
    ]
    return min([*listed, *([] if revoked is None else [revoked.index])], default=None)


def _settled(flags: tuple[str, ...], late: int | None) -> tuple[str, ...]:
    """The flags without the question of the key, where the log's order has answered it."""
    return flags if late is None else tuple(flag for flag in flags if flag != "revoked_key")


async def _with_claims(tenant: str, receipt: Receipt, finding: Finding, claims: Claims) -> Finding:
    claim = await claims.find(tenant, receipt.serial)
    finding = replace(finding, checked=(*finding.checked, "claims"))
    if finding.verdict is Verdict.INVALID or claim is None:
        return finding
    if claim.state == "voided":
        return replace(finding, verdict=Verdict.INVALID, reason="voided")
    return _finding(replace(finding, flags=(*finding.flags, "used")))


def _finding(finding: Finding) -> Finding:
    """The same finding with the verdict its flags call for."""
    return replace(finding, verdict=Verdict.VALID_BUT if set(finding.flags) - HARMLESS else Verdict.VALID)


def _refuse_other_period(signed: Signed) -> None:
    key, time = signed.key, signed.receipt.time
    if time < key.valid_from.replace(microsecond=0) or (key.valid_to is not None and time >= key.valid_to):
        raise OutsideKeyPeriodError(f"{time.isoformat()} is outside the period of key {key.kid.hex()}")


def _pair_json(pair: Pair) -> dict[str, object]:
    return {
        "minutes": pair.minutes, "distance_m": None if pair.distance_100m is None else pair.distance_100m * 100,
        "vehicle": int(pair.vehicle),
    }  # fmt: skip


def _sealed_json(sealed: Sealed) -> dict[str, object]:
    lat, lon, accuracy = (sealed.point.lat, sealed.point.lon, sealed.point.accuracy_m) if sealed.point else [None] * 3
    return {
        "lat": lat, "lon": lon, "accuracy_m": accuracy, "name": sealed.name,
        "department": sealed.department, "messenger": sealed.messenger, "message": sealed.message.hex(),
    }  # fmt: skip


_REASONS: dict[type[VerificationError], str] = {
    MalformedError: "malformed",
    UnknownKeyError: "unknown_key",
    BadSignatureError: "bad_signature",
    OutsideKeyPeriodError: "outside_key_period",
}
