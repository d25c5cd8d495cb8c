"""Each way in which a token, a payload, a key list, a note or a proof can be wrong, one at a time, by name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import cbor2

from attest.checkpoint import Checkpoint

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

TEXT_FAULTS: dict[str, Callable[[str], str]] = {
    "small-letters": str.lower,
    "line-end-inside": lambda t: t[:100] + "\n" + t[100:],
    "space-inside": lambda t: t[:100] + " " + t[100:],
    "tab-inside": lambda t: t[:100] + "\t" + t[101:],
    "one-more": lambda t: t + "0",
    "group-more": lambda t: t + "000",
    "byte-more": lambda t: t + "00",
    "one-less": lambda t: t[:-1],
    "group-less": lambda t: t[:-3],
    "first-less": lambda t: t[1:],
    "twice": lambda t: t * 2,
    "prefix": lambda t: "HC1:" + t,
    "overflowing-group": lambda t: t[:99] + ":::" + t[102:],
    "overflowing-byte": lambda t: t[:-2] + "::",
    "underscore": lambda t: t[:50] + "_" + t[51:],
    "full-width": lambda t: t[:50] + "Ａ" + t[51:],
    "zero-width": lambda t: t[:50] + "\u200b" + t[50:],
    "nul": lambda t: t + "\0",
    "base64": lambda t: base64.b64encode(t.encode()).decode()[:347],
    "hex": lambda t: t.encode().hex().upper()[:347],
    "plain-words": lambda t: "THIS IS NOT A RECEIPT",
    "reversed": lambda t: t[::-1],
}


def _frame(**change: bytes) -> Callable[[bytes], bytes]:
    """The frame with some of its parts exchanged."""

    def make(data: bytes) -> bytes:
        parts = {
            "tag": data[:1], "array": data[1:2], "protected": data[2:3], "map": data[3:4], "alg": data[4:6],
            "kid": data[6:12], "unprotected": data[12:13], "payload_head": data[13:15], "payload": data[15:165],
            "signature_head": data[165:167], "signature": data[167:], "end": b"",
        }  # fmt: skip
        return b"".join((parts | change).values())

    return make


def _pair(data: bytes) -> bytes:
    return data[:4] + data[6:12] + data[4:6] + data[12:]


FRAME_FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "byte-after": _frame(end=b"\0"),
    "byte-missing": lambda d: d[:-1],
    "no-tag": _frame(tag=b""),
    "tag-17": _frame(tag=b"\xd1"),
    "tag-98": _frame(tag=b"\xd8\x62"),
    "tag-61-around": _frame(tag=b"\xd8\x3d\xd2"),
    "tag-twice": _frame(tag=b"\xd2\xd2"),
    "tag-in-two-bytes": _frame(tag=b"\xd8\x12"),
    "self-described": _frame(tag=b"\xd9\xd9\xf7\xd2"),
    "array-in-two-bytes": _frame(array=b"\x98\x04"),
    "array-of-5": _frame(array=b"\x85", end=b"\0"),
    "array-of-3": _frame(array=b"\x83"),
    "array-without-end": _frame(array=b"\x9f", end=b"\xff"),
    "protected-in-two-bytes": _frame(protected=b"\x58\x09"),
    "protected-without-end": _frame(protected=b"\x5f\x49", unprotected=b"\xff\xa0"),
    "protected-as-map": _frame(protected=b""),
    "header-map-without-end": _frame(protected=b"\x4a", map=b"\xbf", unprotected=b"\xff\xa0"),
    "header-map-in-two-bytes": _frame(protected=b"\x4a", map=b"\xb8\x02"),
    "headers-exchanged": _pair,
    "header-twice": _frame(protected=b"\x4b", map=b"\xa3\x01\x32"),
    "header-more": _frame(protected=b"\x4b", map=b"\xa3", unprotected=b"\x05\x00\xa0"),
    "algorithm-eddsa": _frame(alg=b"\x01\x27"),
    "algorithm-es256": _frame(alg=b"\x01\x26"),
    "algorithm-es384": _frame(protected=b"\x4a", alg=b"\x01\x38\x22"),
    "algorithm-hmac": _frame(alg=b"\x01\x05"),
    "algorithm-none": _frame(alg=b"\x01\xf6"),
    "algorithm-as-text": _frame(protected=b"\x51", alg=b"\x01\x67Ed25519"),
    "algorithm-in-two-bytes": _frame(protected=b"\x4a", alg=b"\x01\x38\x12"),
    "no-algorithm": _frame(protected=b"\x47", map=b"\xa1", alg=b""),
    "no-kid": _frame(protected=b"\x43", map=b"\xa1", kid=b""),
    "kid-as-text": _frame(kid=b"\x04\x64AAAA"),
    "kid-of-three": _frame(protected=b"\x48", kid=b"\x04\x43AAA"),
    "kid-of-five": _frame(protected=b"\x4a", kid=b"\x04\x45AAAAA"),
    "unprotected-not-empty": _frame(unprotected=b"\xa1\x04\x44AAAA"),
    "unprotected-in-two-bytes": _frame(unprotected=b"\xb8\x00"),
    "unprotected-without-end": _frame(unprotected=b"\xbf\xff"),
    "unprotected-nil": _frame(unprotected=b"\xf6"),
    "unprotected-as-array": _frame(unprotected=b"\x80"),
    "payload-nil": _frame(payload_head=b"\xf6", payload=b""),
    "payload-in-three-bytes": _frame(payload_head=b"\x59\x00\x96"),
    "payload-without-end": _frame(payload_head=b"\x5f\x58\x96", signature_head=b"\xff\x58\x40"),
    "payload-as-text": _frame(payload_head=b"\x78\x96"),
    "payload-bare": _frame(payload_head=b""),
    "payload-of-149": lambda d: _frame(payload_head=b"\x58\x95", payload=d[15:164])(d),
    "payload-of-151": lambda d: _frame(payload_head=b"\x58\x97", payload=d[15:165] + b"\0")(d),
    "signature-in-three-bytes": _frame(signature_head=b"\x59\x00\x40"),
    "signature-of-63": lambda d: _frame(signature_head=b"\x58\x3f", signature=d[167:230])(d),
    "signature-of-65": lambda d: _frame(signature_head=b"\x58\x41", signature=d[167:] + b"\0")(d),
    "signature-in-der": lambda d: _frame(
        signature_head=b"\x58\x46", signature=b"\x30\x44\x02\x20" + d[167:199] + b"\x02\x20" + d[199:]
    )(d),
    "signature-without-end": _frame(signature_head=b"\x5f\x58\x40", end=b"\xff"),
    "zeros": lambda d: bytes(231),
}

_FIELDS = ("suite", "serial", "time", "grade", "place", "accuracy", "holder", "document", "index", "flags")


def _items(**change: Any) -> Callable[[list[object]], bytes]:
    """The payload with a field exchanged, its seal as long as makes it 150 bytes."""

    def make(items: list[object]) -> bytes:
        values = list((dict(zip(_FIELDS, items, strict=True)) | change).values())
        return _filled(b"\x8b" + b"".join(_raw(value) for value in values))

    return make


class _Cbor(bytes):
    """Bytes that are CBOR already."""


def _raw(value: object) -> bytes:
    return value if isinstance(value, _Cbor) else cbor2.dumps(value, canonical=True)


def _filled(start: bytes, head: bytes = b"\x58", end: bytes = b"") -> bytes:
    room = 150 - len(start) - len(head) - 1 - len(end)
    return start + head + bytes([room]) + bytes(room) + end


def _start(items: list[object], count: int = 11) -> bytes:
    return bytes([0x80 | count]) + b"".join(cbor2.dumps(value, canonical=True) for value in items)


def _paired(pair: object, count: int = 12, after: bytes = b"") -> Callable[[list[object]], bytes]:
    """The payload with a twelfth item, its seal as long as makes it 150 bytes."""
    return lambda items: _filled(_start(items, count), end=_raw(pair) + after)


PAYLOAD_FAULTS: dict[str, Callable[[list[object]], bytes]] = {
    "suite-0": _items(suite=0), "suite-3": _items(suite=3), "suite-true": _items(suite=True),
    "suite-as-text": _items(suite="1"), "suite-tagged": _items(suite=_Cbor(b"\xc1\x01")),
    "suite-in-two-bytes": _items(suite=_Cbor(b"\x18\x01")),
    "serial-of-7": _items(serial=bytes(7)), "serial-of-9": _items(serial=bytes(9)),
    "serial-as-text": _items(serial="00000000"),
    "serial-without-end": _items(serial=_Cbor(b"\x5f\x48" + bytes(8) + b"\xff")),
    "time-negative": _items(time=-1), "time-too-late": _items(time=2**33), "time-as-float": _items(time=1.0),
    "time-as-float64": _items(time=_Cbor(b"\xfb\x41\xda\xb8\x00\x00\x00\x00\x00")),
    "time-in-nine-bytes": _items(time=_Cbor(b"\x1b" + (1_793_500_000).to_bytes(8, "big"))),
    "time-tagged": _items(time=_Cbor(b"\xc1\x1a" + (1_793_500_000).to_bytes(4, "big"))),
    "time-as-bignum": _items(time=_Cbor(b"\xc2\x44" + (1_793_500_000).to_bytes(4, "big"))),
    "time-null": _items(time=None), "time-as-text": _items(time="2026-11-23"),
    "grade-0": _items(grade=0), "grade-6": _items(grade=6), "grade-negative": _items(grade=-1),
    "grade-as-half-float": _items(grade=_Cbor(b"\xf9\x40\x00")),
    "place-too-large": _items(place=65536), "place-negative": _items(place=-1),
    "place-in-five-bytes": _items(place=_Cbor(b"\x1a\x00\x00\xbc\x2a")),
    "accuracy-5": _items(accuracy=5), "accuracy-null": _items(accuracy=None), "accuracy-false": _items(accuracy=False),
    "holder-of-7": _items(holder=bytes(7)), "holder-null": _items(holder=None),
    "holder-as-text": _items(holder="12345678"),
    "document-ascii-as-text": _items(document="x"), "document-korean-as-text": _items(document="총무과"),
    "document-no-cp949": _items(document=b"\xff\xff"), "document-half-syllable": _items(document=b"\xc3"),
    "document-line-end": _items(document=b"a\nb"), "document-nul": _items(document=b"a\0"),
    "document-space-before": _items(document=b" x"), "document-space-after": _items(document=b"x "),
    "document-ideographic-space": _items(document="가\u3000나".encode("cp949")),
    "document-zero-width": _items(document="a\u200bb"), "document-no-break-space": _items(document="a\u00a0é"),
    "document-not-nfc": _items(document="e\u0301"), "document-jamo-not-nfc": _items(document="\u1100\u1161"),
    "document-private-use": _items(document="\ue000"), "document-unassigned": _items(document="\U000e0fff"),
    "document-of-27": _items(document=b"x" * 27), "document-of-27-text": _items(document="é" * 13 + "x"),
    "document-number": _items(document=5), "document-null": _items(document=None),
    "document-text-in-two-bytes": _items(document=_Cbor(b"\x58\x01x")),
    "document-text-without-end": _items(document=_Cbor(b"\x7f\x61x\xff")),
    "document-not-utf8": _items(document=_Cbor(b"\x62\xc3\x28")),
    "document-surrogate": _items(document=_Cbor(b"\x63\xed\xa0\x80")),
    "index-too-large": _items(index=2**32), "index-negative": _items(index=-1),
    "index-undefined": _items(index=_Cbor(b"\xf7")),
    "flags-too-large": _items(flags=2**32), "flags-negative": _items(flags=-1), "flags-as-array": _items(flags=[]),
    "flags-as-map": _items(flags={}), "flags-simple": _items(flags=_Cbor(b"\xf8\x20")),
    "flags-in-five-bytes": _items(flags=_Cbor(b"\x1a\x00\x00\xff\xff")),
    "pair-null": _paired(None), "pair-as-number": _paired(240), "pair-as-bytes": _paired(bytes(3)),
    "pair-as-map": _paired({0: 240}), "pair-as-text": _paired("240"), "pair-empty": _paired([]),
    "pair-of-1": _paired([240]), "pair-of-2": _paired([240, 117]), "pair-of-4": _paired([240, 117, 1, 0]),
    "pair-nested": _paired([[240, 117, 1]]), "pair-twice": _paired([240, 117, 1], 13, b"\x83\x18\xf0\x18\x75\x01"),
    "pair-tagged": _paired(_Cbor(b"\xc1\x83\x18\xf0\x18\x75\x01")),
    "pair-in-two-bytes": _paired(_Cbor(b"\x98\x03\x18\xf0\x18\x75\x01")),
    "pair-without-end": _paired(_Cbor(b"\x9f\x18\xf0\x18\x75\x01\xff")),
    "pair-and-array-of-11": _paired([240, 117, 1], 11), "pair-and-byte-after": _paired([240, 117, 1], 12, b"\0"),
    "pair-before-seal": lambda i: _filled(_start(i, 12) + b"\x83\x18\xf0\x18\x75\x01"),
    "minutes-too-many": _paired([65536, 117, 1]), "minutes-negative": _paired([-1, 117, 1]),
    "minutes-null": _paired([None, 117, 1]), "minutes-as-text": _paired(["240", 117, 1]),
    "minutes-as-float": _paired([240.0, 117, 1]), "minutes-true": _paired([True, 117, 1]),
    "minutes-in-three-bytes": _paired(_Cbor(b"\x83\x19\x00\xf0\x18\x75\x01")),
    "distance-too-large": _paired([240, 65536, 1]), "distance-negative": _paired([240, -1, 1]),
    "distance-false": _paired([240, False, 1]), "distance-undefined": _paired(_Cbor(b"\x83\x18\xf0\xf7\x01")),
    "distance-in-two-bytes": _paired(_Cbor(b"\x83\x18\xf0\x18\x17\x01")),
    "vehicle-5": _paired([240, 117, 5]), "vehicle-negative": _paired([240, 117, -1]),
    "vehicle-null": _paired([240, 117, None]), "vehicle-true": _paired([240, 117, True]),
    "vehicle-in-two-bytes": _paired(_Cbor(b"\x83\x18\xf0\x18\x75\x18\x01")),
    "sealed-as-text": lambda i: _filled(_start(i), b"\x78"),
    "sealed-in-three-bytes": lambda i: _filled(_start(i), b"\x59\x00"),
    "sealed-without-end": lambda i: _filled(_start(i) + b"\x5f", b"\x58", b"\xff"),
    "sealed-null-and-padding": lambda i: (_start(i) + b"\xf6").ljust(150, b"\0"),
    "array-of-10": lambda i: _filled(_start(i[:9], 10)),
    "array-of-12": lambda i: _filled(_start(i, 12), b"\x58", b"\x00"),
    "array-in-two-bytes": lambda i: _filled(b"\x98\x0b" + _start(i)[1:]),
    "array-without-end": lambda i: _filled(b"\x9f" + _start(i)[1:], b"\x58", b"\xff"),
    "array-tagged": lambda i: _filled(b"\xd2" + _start(i)),
    "map": lambda i: _filled(b"\xa1" + cbor2.dumps(1)),
    "map-with-a-key-twice": lambda i: _filled(b"\xa2\x01\x01\x01"),
    "byte-string": lambda i: b"\x58\x94" + bytes(148),
    "byte-after": lambda i: _filled(_start(i), b"\x58", b"\0"),
    "nested": lambda i: b"\x81" * 150,
    "zeros": lambda i: bytes(150),
    "ones": lambda i: b"\xff" * 150,
    "length-without-bytes": lambda i: (_start(i) + b"\x58\xff").ljust(150, b"\0"),
    "huge-length": lambda i: (_start(i) + b"\x5b" + b"\xff" * 8).ljust(150, b"\0"),
}  # fmt: skip


def _entry(**change: object) -> Callable[[dict[str, Any]], str]:
    def make(data: dict[str, Any]) -> str:
        return json.dumps({**data, "keys": [data["keys"][0] | change]})

    return make


def _without(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda d: json.dumps({**d, "keys": [{k: v for k, v in d["keys"][0].items() if k != name}]})


def _kid_for(institution: str, key: str) -> dict[str, object]:
    """A key with the id that belongs to it, so that the key alone is wrong."""
    import hashlib

    raw = bytes.fromhex(key)
    kind = b"\x01" if len(raw) == 32 else b"\xffESP256"
    kid = hashlib.sha256(f"dobi/{institution}\n".encode() + kind + raw).hexdigest()[:8]
    return {"institution": institution, "key": key, "kid": kid}


_EIGHTH = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
KEY_LIST_FAULTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "empty": lambda d: "", "not-json": lambda d: "keys", "array": lambda d: "[]", "no-format": lambda d: '{"keys": []}',
    "format-2": lambda d: json.dumps(d | {"format": "dobi-keys/2"}),
    "keys-as-map": lambda d: json.dumps(d | {"keys": {}}),
    "no-keys": lambda d: '{"format": "dobi-keys/1"}', "key-as-number": lambda d: json.dumps(d | {"keys": [1]}),
    "field-more": _entry(comment="x"), "cut": lambda d: json.dumps(d)[:-9],
    **{f"without-{name}": _without(name) for name in ("kid", "suite", "use", "institution", "institution_name", "key",
                                                      "valid_from", "valid_to", "revoked_at")},
    "kid-of-another": _entry(kid="00000000"), "kid-no-hex": _entry(kid="zz"), "kid-null": _entry(kid=None),
    "kid-of-suite-2-way": _entry(kid=_kid_for("x", "00" * 65)["kid"]),
    "key-short": _entry(key="00"), "key-capitals": lambda d: _entry(key=d["keys"][0]["key"].upper())(d),
    "key-spaces": lambda d: _entry(key=" " + d["keys"][0]["key"])(d),
    "suite-2-with-key-of-1": _entry(suite=2), "suite-3": _entry(suite=3), "suite-as-text": _entry(suite="1"),
    "suite-true": _entry(suite=True), "use-all": _entry(use="all"), "use-list": _entry(use=["receipt"]),
    "institution-path": _entry(institution="../x"), "institution-empty": _entry(institution=""),
    "institution-number": _entry(institution=5), "name-number": _entry(institution_name=5),
    "institution-of-another-kid": _entry(institution="busan"),
    "from-without-zone": _entry(valid_from="2026-11-01"), "from-null": _entry(valid_from=None),
    "to-soon": _entry(valid_to="soon"), "revoked-number": _entry(revoked_at=5),
    "leaf-without-revocation": _entry(revoked_at=None), "leaf-negative": _entry(revoked_index=-1),
    "leaf-as-text": _entry(revoked_index="3"), "leaf-null": _entry(revoked_index=None),
    "leaf-true": _entry(revoked_index=True),
    "small-order-0": _entry(**_kid_for("gyeongnam", "00" * 32)),
    "small-order-1": _entry(**_kid_for("gyeongnam", "01" + "00" * 31)),
    "small-order-8": _entry(**_kid_for("gyeongnam", _EIGHTH)),
    "y-beyond-the-field": _entry(**_kid_for("gyeongnam", "f0" + "ff" * 30 + "7f")),
    "p256-off-the-curve": _entry(**_kid_for("gyeongnam", "04" + "11" * 64), suite=2),
    "p256-compressed": _entry(**_kid_for("gyeongnam", "02" + "11" * 32), suite=2),
    "p256-hybrid": _entry(**_kid_for("gyeongnam", "06" + "11" * 64), suite=2),
}  # fmt: skip


def _line(point: Checkpoint, data: bytes, name: str = "") -> str:
    return f"— {name or point.origin} {base64.b64encode(data).decode()}\n"


def _body(point: Checkpoint) -> str:
    return point.note.partition("\n\n")[0] + "\n"


FORM, SIGNED = "not_a_checkpoint", "not_signed"
NOTE_FAULTS: dict[str, tuple[str, Callable[[Checkpoint], str]]] = {
    "empty": (FORM, lambda p: ""),
    "no-signature": (FORM, lambda p: _body(p) + "\n"),
    "no-line-end": (FORM, lambda p: p.note[:-1]),
    "line-after": (FORM, lambda p: p.note + "x"),
    "carriage-returns": (FORM, lambda p: p.note.replace("\n", "\r\n")),
    "hyphen": (FORM, lambda p: p.note.replace("—", "-")),
    "extension-line": (FORM, lambda p: p.note.replace("\n\n", "\nextra\n\n")),
    "size-with-zero": (FORM, lambda p: p.note.replace("\n256\n", "\n0256\n")),
    "size-negative": (FORM, lambda p: p.note.replace("\n256\n", "\n-256\n")),
    "size-in-words": (FORM, lambda p: p.note.replace("\n256\n", "\nmany\n")),
    "root-short": (FORM, lambda p: p.note.replace(p.note.splitlines()[2], p.note.splitlines()[2][4:])),
    "root-spelt-otherwise": (FORM, lambda p: p.note.replace(p.note.splitlines()[2], _sloppy(p.note.splitlines()[2]))),
    "signature-short": (FORM, lambda p: f"{_body(p)}\n{_line(p, p.kid + p.signature[:-1])}"),
    "signature-long": (FORM, lambda p: f"{_body(p)}\n{_line(p, p.kid + p.signature + bytes(1))}"),
    "signed-twice": (FORM, lambda p: p.note + _line(p, p.kid + p.signature)),
    "by-another-name": (FORM, lambda p: f"{_body(p)}\n{_line(p, p.kid + p.signature, 'example.org')}"),
    "kid-of-another": (SIGNED, lambda p: f"{_body(p)}\n{_line(p, bytes(4) + p.signature)}"),
}


def _sloppy(root: str) -> str:
    """The same 32 bytes with a bit set that base64 leaves over."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return root[:-2] + alphabet[alphabet.index(root[-2]) | 1] + "="


def _row(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def make(text: str) -> str:
        lines = text.split("\n")
        lines[number] = change(lines[number])
        return "\n".join(lines)

    return make


WRONG, DAMAGED = "proof_wrong", "log_damaged"
_ZEROS = base64.b64encode(bytes(32)).decode()
PROOF_FAULTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "empty": (WRONG, lambda t: ""),
    "another-version": (WRONG, _row(0, lambda line: line.replace("v1", "v2"))),
    "no-leaf": (WRONG, _row(1, lambda line: "")),
    "leaf-no-base64": (WRONG, _row(1, lambda line: line + "!")),
    "index-in-words": (WRONG, _row(2, lambda line: "index nine")),
    "index-with-zero": (WRONG, _row(2, lambda line: "index 09")),
    "no-checkpoint": (WRONG, lambda t: t.partition("\n\n")[0] + "\n\n"),
    "hash-no-base64": (WRONG, _row(3, lambda line: "*" + line)),
    "checkpoint-cut": (WRONG, lambda t: t[:-20]),
    "leaf-empty": (DAMAGED, _row(1, lambda line: "extra ")),
    "leaf-turned": (DAMAGED, _row(1, lambda line: line[:20] + ("A" if line[20] != "A" else "B") + line[21:])),
    "another-index": (DAMAGED, _row(2, lambda line: "index 8")),
    "index-beyond": (DAMAGED, _row(2, lambda line: "index 12")),
    "hash-turned": (DAMAGED, _row(3, lambda line: _ZEROS)),
    "hash-missing": (DAMAGED, lambda t: "\n".join(t.split("\n")[:3] + t.split("\n")[4:])),
    "hash-more": (DAMAGED, lambda t: t.replace("\n\n", f"\n{_ZEROS}\n\n", 1)),
    "size-turned": (DAMAGED, lambda t: t.replace("\n12\n", "\n13\n")),
    "root-turned": (DAMAGED, lambda t: t.replace(t.split("\n\n")[1].split("\n")[2], _ZEROS)),
    "of-another-log": (DAMAGED, lambda t: t.replace("dobi/gyeongnam", "dobi/busan")),
}
