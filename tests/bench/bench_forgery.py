"""How many of a million altered receipts are accepted: none may be.

Run `.venv/bin/python tests/bench/bench_forgery.py [--count N] [--seed N]`. Receipts of both suites under published test
keys are altered in every way named in `KINDS`, mostly by chance, and each mutant is checked with the keys of them all.
Some are signed anew by the rightful key, so that nothing but strict reading can refuse them. Accepted is a mutant
that verifies and is not the text it was made of (white space around it aside); a crash is any error that is not a
verification error. The exit code is 1 on either.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from attest import canonical
from attest.crypto import SigningKey
from attest.crypto.primitives import P256_ORDER, _verifier
from attest.errors import VerificationError
from attest.receipt import Envelope, join, signing_input, split
from attest.verify import Verifier
from tests.attest import make_vectors, vector_faults

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493  # RFC 8032 §5.1
_SEAL = 10  # the sealed part's place among the items of a payload
LOOKALIKES = {"0": "O", "O": "0", "I": "1", "1": "I", " ": "\u00a0", "-": "–", "*": "×", "A": "А", ":": "："}


@dataclass(frozen=True)
class Sample:
    """A receipt with its parts and the key that signed it."""

    token: str
    data: bytes
    envelope: Envelope
    key: SigningKey
    institution: str


def samples() -> list[Sample]:
    found = []
    for suite in (1, 2):
        for number in range(8):
            institution = "gyeongnam" if number < 5 else "busan"
            key = make_vectors.month_key(suite) if number < 5 else make_vectors.signer("2", suite, "busan")
            bare = make_vectors.example(suite, number, institution)
            token = make_vectors.token(key, make_vectors.whole(bare, number), institution)
            found.append(Sample(token, canonical.from_text(token), split(token), key, institution))
        for number in (2, 7):  # two that close a trip, one of them without a point
            key, bare = make_vectors.month_key(suite), replace(make_vectors.closing(suite, number), document="A-1")
            inside = make_vectors.unplaced(number) if number == 7 else None
            token = make_vectors.token(key, make_vectors.whole(bare, number, inside))
            found.append(Sample(token, canonical.from_text(token), split(token), key, "gyeongnam"))
    return found


class Forger:
    """Draws mutants; each method is one kind."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.samples = samples()
        self.tokens = {sample.token for sample in self.samples}

    def bits(self, one: Sample) -> str:
        data = bytearray(one.data)
        for _ in range(self.dice.choice((1, 1, 1, 2, 3, 8, 64))):
            data[self.dice.randrange(len(data))] ^= 1 << self.dice.randrange(8)
        return canonical.to_text(bytes(data))

    def octets(self, one: Sample) -> str:
        """Inserted, deleted, replaced, doubled, moved; the length kept half of the time, so that more is read."""
        data, dice = bytearray(one.data), self.dice
        for _ in range(dice.choice((1, 1, 2, 4))):
            at = dice.randrange(len(data))
            match dice.randrange(4):
                case 0:
                    data.insert(at, dice.randrange(256))
                case 1:
                    del data[at]
                case 2:
                    data[at] = dice.randrange(256)
                case _:
                    data[at:at] = data[at : at + dice.randrange(1, 9)]
        if dice.random() < 0.5:
            data = data[: len(one.data)].ljust(len(one.data), b"\0")
        return canonical.to_text(bytes(data))

    def cuts(self, one: Sample) -> str:
        """Shorter or longer, at either end, as bytes or as text."""
        size, dice = self.dice.randrange(1, 40), self.dice
        tail = bytes(dice.randrange(256) for _ in range(size))
        return dice.choice((
            lambda: one.token[:-size], lambda: one.token[size:], lambda: canonical.to_text(one.data[:-size]),
            lambda: canonical.to_text(one.data + tail), lambda: canonical.to_text(tail + one.data),
            lambda: canonical.to_text(one.data[size:] + tail), lambda: one.token + canonical.to_text(tail),
            lambda: canonical.to_text(one.data + one.data[:size]),
        ))()  # fmt: skip

    def frames(self, one: Sample) -> str:
        """The same COSE message in other CBOR: lengths, indefinite items, tags, headers twice or exchanged."""
        fault = self.dice.choice(list(vector_faults.FRAME_FAULTS.values()))
        data = fault(one.data)
        if self.dice.random() < 0.3:
            data = self.dice.choice(list(vector_faults.FRAME_FAULTS.values()))(data.ljust(231, b"\0"))
        return canonical.to_text(data)

    def encodings(self, one: Sample) -> str:
        """The same values in other CBOR, signed anew by the rightful key: only strict reading refuses them."""
        items = list(canonical.loads(one.envelope.payload))
        parts = [canonical.dumps(item) for item in items]
        others = [at for at in range(len(parts)) if at != _SEAL]
        for at in self.dice.sample(others, self.dice.choice((1, 1, 2, 3))):
            parts[at] = self._otherwise(items[at], parts[at])
        if len(items) > _SEAL + 1 and self.dice.random() < 0.5:
            parts[-1] = self._pair(items[-1])
        many = bytes([len(items)])
        whole = bytes([0x80 | len(items)])
        start = self.dice.choice((whole, whole, b"\x98" + many, b"\x9f", b"\x99\x00" + many, b"\xd8\x18" + whole))
        end = b"\xff" if start == b"\x9f" else b""
        payload = start + b"".join(parts) + end
        # the seal is cut, or zeros follow it, so that the length is right all the same
        over, sealed = len(payload) - 150, items[_SEAL]
        sealed = sealed[: len(sealed) - over] if over > 0 else sealed + bytes(-over)
        parts[_SEAL] = canonical.dumps(sealed)
        payload = start + b"".join(parts) + end
        return self._signed(one, payload.ljust(150, b"\0")[:150])

    def _pair(self, pair: list[int | None]) -> bytes:
        """The pair with one of its three spelt otherwise, or one more or less of them."""
        parts = [canonical.dumps(item) for item in pair]
        at = self.dice.randrange(3)
        match self.dice.randrange(4):
            case 0:
                parts[at] = self._otherwise(pair[at], parts[at])
            case 1:
                del parts[at]
            case 2:
                parts.insert(at, b"\x00")
            case _:
                parts[at] = self.dice.choice((b"\x1a\x00\x01\x00\x00", b"\x20", b"\xf4", b"\x60", b"\xf7"))
        return bytes([0x80 | len(parts)]) + b"".join(parts)

    def _otherwise(self, value: object, part: bytes) -> bytes:
        """A value in another spelling."""
        dice = self.dice
        if isinstance(value, int):
            wide = [value.to_bytes(size, "big") for size in (1, 2, 4, 8) if value < 256**size]
            heads = {1: b"\x18", 2: b"\x19", 4: b"\x1a", 8: b"\x1b"}
            spellings = [heads[len(raw)] + raw for raw in wide] + [b"\xc2\x44" + value.to_bytes(5, "big")[-4:]]
            spellings += [b"\xfb" + _double(value), b"\xc1" + part, b"\xd9\xd9\xf7" + part]
            return dice.choice([spelling for spelling in spellings if spelling != part])
        if isinstance(value, bytes):
            at = dice.randrange(len(value) + 1)
            chunks = b"".join(bytes([0x40 | len(half)]) + half for half in (value[:at], value[at:]))
            long = b"\x59" + len(value).to_bytes(2, "big") + value
            return dice.choice(
                (b"\x5f" + chunks + b"\xff", long, b"\xc2" + part, b"\xd8\x18" + part, b"\x78" + part[-1:])
            )
        return b"\x7f" + part + b"\xff"

    def fields(self, one: Sample) -> str:
        """A value out of its range, or of another type, signed anew by the rightful key."""
        items = list(canonical.loads(one.envelope.payload))[:_SEAL]
        fault = self.dice.choice(list(vector_faults.PAYLOAD_FAULTS.values()))
        return self._signed(one, fault(items))

    def letters(self, one: Sample) -> str:
        """Other text: letters exchanged, small, alike, broken lines, groups that would overflow to the same bytes."""
        token, dice = one.token, self.dice
        at = dice.randrange(len(token))
        match dice.randrange(9):
            case 0:
                return token[:at] + dice.choice(ALPHABET) + token[at + 1 :]
            case 1:
                return token[:at] + token[at:].lower()
            case 2:
                return token[:at] + LOOKALIKES.get(token[at], "\u200b" + token[at]) + token[at + 1 :]
            case 3:
                return token[:at] + dice.choice((" ", "\n", "\t", "\r\n", "\0", "\u2028", "%20", "+")) + token[at:]
            case 4:
                return self._overflowing(token)
            case 5:
                return token[:at] + token[at + 1 :] + token[at]
            case 6:
                other = dice.randrange(len(token))
                letters = list(token)
                letters[at], letters[other] = letters[other], letters[at]
                return "".join(letters)
            case 7:
                return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and dice.random() < 0.1 else c for c in token)
            case _:
                return dice.choice(list(vector_faults.TEXT_FAULTS.values()))(token)

    def _overflowing(self, token: str) -> str:
        """A group of three that counts 65536 more: a lax reader cuts it to the same two bytes."""
        groups = [at for at in range(0, 345, 3) if self._value(token[at : at + 3]) + 65536 < 45**3]
        at = self.dice.choice(groups)
        value = self._value(token[at : at + 3]) + 65536
        return (
            token[:at] + ALPHABET[value % 45] + ALPHABET[value // 45 % 45] + ALPHABET[value // 2025] + token[at + 3 :]
        )

    @staticmethod
    def _value(group: str) -> int:
        return sum(ALPHABET.index(letter) * 45**n for n, letter in enumerate(group))

    def headers(self, one: Sample) -> str:
        """The frame of one suite, the kid of another key, any algorithm."""
        dice, other = self.dice, self.dice.choice(self.samples)
        data = bytearray(one.data)
        match dice.randrange(4):
            case 0:
                return join(replace(one.envelope, suite=3 - one.envelope.suite))
            case 1:
                return join(replace(one.envelope, kid=other.envelope.kid))
            case 2:
                data[dice.choice((0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 165, 166))] = dice.randrange(256)
            case _:
                data[8:12] = bytes(dice.randrange(256) for _ in range(4))
        return canonical.to_text(bytes(data))

    def twins(self, one: Sample) -> str:
        """Other encodings of the same signature, and signatures that some libraries take for any message."""
        dice, suite = self.dice, one.envelope.suite
        raw, order = one.envelope.signature, P256_ORDER if suite == 2 else ED25519_ORDER
        byteorder = "big" if suite == 2 else "little"
        r, s = (int.from_bytes(half, byteorder) for half in (raw[:32], raw[32:]))
        times = dice.randrange(1, 16)
        pairs = [
            (r, order - s), (r, s + times * order), (r, order + s), (r + order, s), (order - r, s),
            (order - r, order - s),
            (s, r), (0, 0), (1, 0), (0, 1), (0, s), (r, 0), (order, s), (r, order), (1, 1), (order - 1, 1),
            (r ^ 1 << 255, s), (2**255 - 19, 0), (2**255 - 18, 0), (2**256 - 1, s), (r, 2**256 - 1), (r, order - 1),
            (r, s ^ 1 << dice.randrange(256)), (r ^ 1 << dice.randrange(256), s), (dice.randrange(order), s),
            (r, dice.randrange(order)),
        ]  # fmt: skip
        left, right = dice.choice(pairs)
        signature = (left % 2**256).to_bytes(32, byteorder) + (right % 2**256).to_bytes(32, byteorder)
        if dice.random() < 0.1:
            signature = signature[::-1]
        return join(replace(one.envelope, signature=signature))

    def confusions(self, one: Sample) -> str:
        """Signed by a real key of another suite, use or institution, under every kid and frame but its own."""
        dice, other = self.dice, self.dice.choice(self.samples)
        frame = dice.choice((1, 2))
        kid = dice.choice((one.envelope.kid, other.envelope.kid, make_vectors.signer("abc", 1).kid))
        institution = dice.choice(("gyeongnam", "busan", "", "dobi/gyeongnam", one.institution))
        payload = dice.choice((one.envelope.payload, other.envelope.payload))
        signature = other.key.sign(signing_input(institution, kid, payload, frame))
        if kid == other.key.kid and institution == other.institution and frame == other.key.suite:
            signature = signature[:63] + bytes([signature[63] ^ 1])  # this one would be rightly signed
        return join(Envelope(kid, payload, signature, frame))

    def splices(self, one: Sample) -> str:
        """Two receipts in one: cut anywhere, or part by part."""
        dice, other = self.dice, self.dice.choice(self.samples)
        match dice.randrange(3):
            case 0:
                start, end = sorted(dice.sample(range(len(one.data) + 1), 2))
                return canonical.to_text(one.data[:start] + other.data[start:end] + one.data[end:])
            case 1:
                start, end = sorted(dice.sample(range(len(one.token) + 1), 2))
                return one.token[:start] + other.token[start:end] + one.token[end:]
            case _:
                parts = {
                    name: getattr(dice.choice((one, other)).envelope, name) for name in Envelope.__dataclass_fields__
                }
                return join(Envelope(**parts))

    def contents(self, one: Sample) -> str:
        """Each of 150 bytes of what is signed, exchanged, with the old signature."""
        payload = bytearray(one.envelope.payload)
        for _ in range(self.dice.choice((1, 1, 2))):
            payload[self.dice.randrange(150)] = self.dice.randrange(256)
        return join(replace(one.envelope, payload=bytes(payload)))

    def _signed(self, one: Sample, payload: bytes) -> str:
        suite = one.key.suite
        signature = one.key.sign(signing_input(one.institution, one.key.kid, payload, suite))
        return join(Envelope(one.key.kid, payload, signature, suite))


def _double(value: int) -> bytes:
    import struct

    return struct.pack(">d", value)


KINDS: tuple[Callable[[Forger, Sample], str], ...] = (
    Forger.bits, Forger.octets, Forger.cuts, Forger.frames, Forger.encodings, Forger.fields, Forger.letters,
    Forger.headers, Forger.twins, Forger.confusions, Forger.splices, Forger.contents,
)  # fmt: skip


def run(count: int, seed: int) -> dict[str, object]:
    """The tally over `count` mutants."""
    forger, verifier = Forger(seed), Verifier(make_vectors.key_list())
    for sample in forger.samples:
        assert verifier.verify(sample.token).institution == sample.institution
    made: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    accepted: list[str] = []
    crashed: list[str] = []
    same = number = 0
    start = time.perf_counter()
    spent = 0.0
    while sum(made.values()) < count:
        kind = KINDS[number % len(KINDS)]
        one = forger.samples[forger.dice.randrange(len(forger.samples))]
        number += 1
        mutant = kind(forger, one)
        if mutant.strip() in forger.tokens:
            same += 1
            continue
        made[kind.__name__] += 1
        before = time.perf_counter()
        try:
            verifier.verify(mutant)
            accepted.append(f"{kind.__name__}: {mutant!r}")
        except VerificationError as error:
            refusals[type(error).__name__] += 1
        except Exception as error:  # noqa: BLE001  whatever else comes out is the finding
            crashed.append(f"{kind.__name__}: {error!r}: {mutant!r}")
        spent += time.perf_counter() - before
    return {
        "mutants": sum(made.values()), "accepted": len(accepted), "crashed": len(crashed), "seed": seed,
        "by_kind": dict(made), "refused_as": dict(refusals), "drawn_but_unchanged": same,
        "s": round(time.perf_counter() - start, 1), "checks_per_second": round(sum(made.values()) / spent),
        "rate_accepted": len(accepted) / sum(made.values()), "examples": (accepted + crashed)[:5],
        "keys_cached": _verifier.cache_info().currsize,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    result = run(options.count, options.seed)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(bool(result["accepted"] or result["crashed"]))


if __name__ == "__main__":
    sys.exit(main())
