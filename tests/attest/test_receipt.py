"""The receipt's one encoding: the golden token, the round trip, and every second spelling refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import canonical
from attest.crypto import OpeningKey, SigningKey, key_name, open_with, seal_for
from attest.errors import InvalidShareError, MalformedError
from attest.receipt import (
    FLAGS,
    MESSENGERS,
    SUITE,
    SUITE_P256,
    Envelope,
    Pair,
    Point,
    Receipt,
    Sealed,
    accuracy_class,
    clean_document,
    decode_payload,
    decode_sealed,
    encode_payload,
    encode_sealed,
    flag_bits,
    flag_names,
    join,
    looks_like_token,
    sealed_room,
    signing_input,
    split,
)
from attest.trip import Vehicle

SIGNER = SigningKey.from_seed(key_name("gyeongnam"), bytes(range(32)))
OPENER = OpeningKey.from_seed(bytes(range(32)))
BARE = Receipt(
    "gyeongnam", SIGNER.kid, bytes(8), datetime(2026, 11, 23, tzinfo=UTC), 2, 48170, 1, bytes(8), "총무과-1", 5, (), b""
)
FACTS = Sealed(Point(35.18, 128.1076, 12.0), "김하나", "총무과", "console", bytes(4))


def token_of(bare: Receipt, facts: Sealed = FACTS) -> str:
    receipt = replace(bare, sealed=seal_for(bare, facts, OPENER.public))
    payload = encode_payload(receipt)
    return join(Envelope(bare.kid, payload, SIGNER.sign(signing_input(bare.institution, bare.kid, payload))))


def test_the_golden_token_says_what_format_md_says(published):
    envelope = split(published.token)
    receipt = decode_payload(envelope.payload, "gyeongnam", envelope.kid)

    assert receipt.serial.hex() == "0011223344556677"
    assert receipt.time == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert (receipt.grade, receipt.place, receipt.accuracy, receipt.index) == (2, 48170, 1, 5)
    assert receipt.holder.hex() == "8899aabbccddeeff"
    assert (receipt.document, receipt.flags) == ("총무과-2026-1234", ("live",))
    assert open_with(receipt, published.opener) == Sealed(
        Point(35.18, 128.1076, 12.0), "김하나", "총무과", "console", bytes(4)
    )


def test_a_token_is_a_tagged_cose_sign1_that_any_cbor_reader_reads(published):
    message = cbor2.loads(canonical.from_text(published.token))

    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert dict(cbor2.loads(protected)) == {1: -19, 4: published.signer.kid}
    assert (dict(unprotected), len(payload), len(signature)) == ({}, 150, 64)


@given(
    index=st.integers(0, 2**32 - 1),
    grade=st.integers(1, 5),
    place=st.integers(0, 2**16 - 1),
    flags=st.sets(st.sampled_from(FLAGS)),
    pair=st.none()
    | st.builds(Pair, st.integers(0, 65535), st.none() | st.integers(0, 65535), st.sampled_from(Vehicle)),
    document=st.text(st.sampled_from("가힣총무과 -0129AZé漢"), max_size=26),
    name=st.text(st.sampled_from("김하나é뷁A"), max_size=30),
    department=st.text(st.sampled_from("총무과 é뷁A"), max_size=60),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    accuracy=st.none() | st.floats(0, 1e7),
)
def test_every_receipt_has_the_same_length_and_comes_back(
    index, grade, place, flags, pair, document, name, department, lat, lon, accuracy
):
    try:
        document = clean_document(document)
    except InvalidShareError:
        document = ""
    bare = replace(
        BARE, index=index, grade=grade, place=place, flags=flag_names(flag_bits(tuple(flags))), document=document,
        accuracy=accuracy_class(accuracy), pair=pair,
    )  # fmt: skip

    token = token_of(bare, Sealed(Point(lat, lon, accuracy), name, department, "telegram", b"1234"))

    assert (len(token), looks_like_token(token)) == (347, True)
    envelope = split(token)
    receipt = decode_payload(envelope.payload, "gyeongnam", envelope.kid)
    assert receipt == replace(bare, sealed=receipt.sealed)
    facts = open_with(receipt, OPENER)
    assert (facts.point.lat, facts.point.lon) == pytest.approx((lat, lon), abs=1e-6)
    assert facts.name == name or facts.department == ""
    assert department.startswith(facts.department.removesuffix("…"))


def test_an_ordinary_name_and_department_are_sealed_whole():
    facts = replace(FACTS, name="남궁하나", department="스마트농업과")
    bare = replace(BARE, document="스마트농업과-1234", index=70_000)

    receipt = decode_payload(split(token_of(bare, facts)).payload, "gyeongnam", bare.kid)

    assert open_with(receipt, OPENER) == facts


def test_the_seal_is_as_long_for_a_short_name_as_for_a_long_one():
    short = encode_sealed(replace(FACTS, name="김", department=""), sealed_room(BARE))
    long = encode_sealed(replace(FACTS, name="남궁하나", department="재난안전건설본부"), sealed_room(BARE))

    assert len(short) == len(long) == sealed_room(BARE)


LONGEST = replace(
    BARE, document="가" * 13, index=2**32 - 1, flags=flag_names(2**32 - 1), place=65535, pair=Pair(65535, 65535)
)


@pytest.mark.parametrize("suite", [SUITE, SUITE_P256])
@pytest.mark.parametrize("point", [Point(-90, -180, 1e6), None])
def test_the_longest_receipt_of_a_closed_trip_still_fits_and_loses_nothing_but_the_name(suite, point):
    facts = replace(FACTS, point=point, name="남궁하나", department="재난안전건설본부")
    bare = replace(LONGEST, suite=suite)

    read = decode_sealed(encode_sealed(facts, sealed_room(bare)))

    assert (read.point is None) == (point is None)
    assert read.message == facts.message
    assert facts.name.startswith(read.name)
    assert read.name or (suite == SUITE_P256 and point)


def test_an_ordinary_closed_trip_keeps_the_whole_name_in_either_suite():
    facts = replace(FACTS, name="남궁하나", department="스마트농업과")
    for suite in (SUITE, SUITE_P256):
        bare = replace(
            BARE, suite=suite, document="총무과-2026-1234", index=70_000, flags=("fast", "trace"), pair=Pair(505, 350)
        )

        assert decode_sealed(encode_sealed(facts, sealed_room(bare))).name == "남궁하나"


@pytest.mark.parametrize(("minutes", "distance"), [(-1, 5), (65536, 5), (5, -1), (5, 65536)])
def test_a_pair_out_of_range_is_refused(minutes, distance):
    with pytest.raises(InvalidShareError):
        Pair(minutes, distance)


@pytest.mark.parametrize("document", ["가" * 14, "x" * 27, "한\n줄", "é" * 14])
def test_a_document_number_that_does_not_fit_is_refused_with_its_size(document):
    with pytest.raises(InvalidShareError):
        clean_document(document)


@pytest.mark.parametrize("values", [(91, 0, 1), (0, 181, 1), (float("nan"), 0, 1), (0, 0, -1), (0, 0, float("inf"))])
def test_a_point_off_the_earth_is_refused(values):
    with pytest.raises(InvalidShareError):
        Point(*values)


def frame(**change: bytes) -> bytes:
    data = canonical.from_text(token_of(BARE))
    parts = {
        "tag": data[:1], "array": data[1:2], "protected": data[2:12],
        "unprotected": data[12:13], "payload": data[13:165], "signature": data[165:],
    }  # fmt: skip
    parts.update(change)
    return b"".join(parts.values())


PROTECTED = canonical.from_text(token_of(BARE))[2:12]
SECOND_SPELLINGS = {
    "trailing byte": frame() + b"\0",
    "one byte short": frame()[:-1],
    "no tag": frame(tag=b""),
    "tag 98": frame(tag=b"\xd8\x62"),
    "tag 18 twice": frame(tag=b"\xd2\xd2"),
    "tag 18 in two bytes": frame(tag=b"\xd8\x12"),
    "array length in two bytes": frame(array=b"\x98\x04"),
    "array without end": frame(array=b"\x9f") + b"\xff",
    "protected length in two bytes": frame(protected=b"\x58\x09" + PROTECTED[1:]),
    "algorithm EdDSA (-8)": frame(protected=PROTECTED[:3] + b"\x27" + PROTECTED[4:]),
    "another header": frame(protected=b"\x4b\xa3" + PROTECTED[2:] + b"\x05\x00"),
    "headers in another order": frame(protected=b"\x49\xa2" + PROTECTED[4:] + PROTECTED[2:4]),
    "an unprotected header": frame(unprotected=b"\xa1\x01\x32"),
    "payload without end": frame(payload=b"\x5f\x58\x96" + bytes(150) + b"\xff"),
    "payload length in three bytes": frame(payload=b"\x59\x00\x96" + bytes(150)),
    "signature length in three bytes": frame(signature=b"\x59\x00\x40" + bytes(64)),
    "no payload": frame(payload=b"\xf6"),
}


@pytest.mark.parametrize("data", SECOND_SPELLINGS.values(), ids=SECOND_SPELLINGS)
def test_no_second_spelling_of_the_frame_is_read(data):
    with pytest.raises(MalformedError):
        split(canonical.to_text(data))


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda t: t[:100] + "\n" + t[100:],
        lambda t: t[:100] + " " + t[100:],
        lambda t: t + "00",
        lambda t: t + "000",
        lambda t: t[:-2] + "::",
        lambda t: t[:-1],
        lambda t: t.replace("A", "Ａ"),
        lambda t: t * 2,
        lambda t: t * 10_000,
        lambda t: "HC1:" + t,
        lambda t: "",
    ],
)
def test_no_second_spelling_of_the_text_is_read(published, change):
    with pytest.raises(MalformedError):
        split(change(published.token))


def test_white_space_around_a_token_is_ignored(published):
    assert split(f"\n  {published.token}\r\n") == split(published.token)


def _array(**change: object) -> list[object]:
    names = ("suite", "serial", "time", "grade", "place", "accuracy", "holder", "document", "index", "flags", "sealed")
    values = [1, bytes(8), 1763865000, 2, 48170, 1, bytes(8), b"x", 5, 0, b""]
    array = dict(zip(names, values, strict=True)) | change
    missing = 150 - len(canonical.dumps(list(array.values())))
    return list((array | {"sealed": bytes(missing - 1)}).values()) if array["sealed"] == b"" else list(array.values())


def test_the_payload_built_here_by_hand_is_one():
    assert decode_payload(canonical.dumps(_array()), "gyeongnam", bytes(4)).document == "x"


@pytest.mark.parametrize(
    "array",
    [
        _array(suite=2), _array(suite=True), _array(serial=bytes(7)), _array(serial="00000000"),
        _array(time=-1), _array(time=2**40), _array(time=1.0), _array(grade=0), _array(grade=6),
        _array(place=70_000), _array(accuracy=5), _array(document=b"\xff\xff"), _array(document="x"),
        _array(document=b"a\nb"), _array(document=b" x"), _array(document=5), _array(index=2**32),
        _array(index=-1), _array(flags=2**32), _array(holder=None), _array(sealed="text"), [*_array(), 0],
        _array()[:-1], [],
    ],
)  # fmt: skip
def test_a_payload_out_of_range_is_refused_even_when_signed(array):
    with pytest.raises(MalformedError):
        decode_payload(canonical.dumps(array), "gyeongnam", bytes(4))


@pytest.mark.parametrize("hostile", [b"", b"\xff", b"\x81" * 400, b"\xc0\x60", b"\x9b" + b"\xff" * 8, b"\xa1\x80\x00"])
def test_hostile_cbor_is_refused_in_one_way(hostile):
    with pytest.raises(MalformedError):
        decode_payload(hostile, "gyeongnam", bytes(4))
    with pytest.raises(MalformedError):
        decode_sealed(hostile)


def test_flags_without_a_name_yet_are_shown_not_lost():
    assert flag_names(1 << 31 | 1) == ("no_challenge", "flag31")
    assert flag_bits(("no_challenge", "flag31")) == 1 << 31 | 1


def test_format_md_shows_the_golden_token_and_the_flags(published):
    text = (Path(__file__).parents[2] / "attest" / "FORMAT.md").read_text("utf-8")
    envelope = split(published.token)

    assert envelope.payload.hex() in "".join(text.split())
    assert envelope.signature.hex() in text
    assert ", ".join(f"{n} {flag}" for n, flag in enumerate(FLAGS)) in text.replace("bit 0", "0")
    assert ", ".join(f"{n} {name or 'other'}" for n, name in enumerate(MESSENGERS)) in text
