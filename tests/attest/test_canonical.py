"""One value, one spelling: of CBOR, of base45 and of texts."""

from __future__ import annotations

import contextlib

import base45
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.canonical import (
    NotCanonicalError,
    dumps,
    from_text,
    loads,
    loads_prefix,
    pack_text,
    to_text,
    unpack_text,
)

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=20)
VALUES = PLAIN | st.lists(PLAIN, max_size=5) | st.dictionaries(st.text(max_size=5), PLAIN, max_size=4)


@given(VALUES)
def test_values_come_back(value):
    assert loads(dumps(value)) == value


@given(st.binary(max_size=60))
def test_whatever_is_read_is_written_the_same(data):
    with contextlib.suppress(NotCanonicalError):
        assert dumps(loads(data)) == data


@given(VALUES, st.binary(min_size=1, max_size=5))
def test_bytes_after_the_item_are_refused_or_counted(value, more):
    data = dumps(value)

    with pytest.raises(NotCanonicalError):
        loads(data + more)
    assert loads_prefix(data + more) == (value, len(data))


@pytest.mark.parametrize(
    "data",
    [
        "1801",
        "190001",
        "5f4161ff",
        "9f01ff",
        "bf6161 01ff",
        "5801 61",
        "a2616201616101",
        "a26161016161 02",
        "fb3ff0000000000000",
        "c001",
    ],
)
def test_second_spellings_are_refused(data):
    with pytest.raises(NotCanonicalError):
        loads(bytes.fromhex(data))


@given(st.text(st.sampled_from(ALPHABET), max_size=60) | st.text(max_size=20))
def test_each_text_that_is_read_is_the_only_one_for_its_bytes(text):
    with contextlib.suppress(NotCanonicalError):
        assert to_text(from_text(text)) == text


@given(st.binary(max_size=300))
def test_bytes_come_back_from_base45(data):
    assert from_text(to_text(data)) == data


@given(st.text(ALPHABET, max_size=40), st.binary(max_size=60))
def test_base45_agrees_with_the_library_within_the_alphabet(text, data):
    assert to_text(data) == base45.b45encode(data).decode()
    try:
        expected = base45.b45decode(text)
    except ValueError:
        expected = None
    try:
        found = from_text(text)
    except NotCanonicalError:
        found = None

    assert found == expected
    assert found is None or to_text(found) == text


@pytest.mark.parametrize("text", ["A", "AAAA", ":::", "::", "ab8", "BB8\n", "BB8 ", "\ufeffBB8", "ＢＢ8", "BB8 000\0"])
def test_what_is_not_base45_is_refused(text):
    with pytest.raises(NotCanonicalError):
        from_text(text)


@given(st.text(max_size=30))
def test_texts_come_back_in_the_one_packing(text):
    packed = pack_text(text)

    if isinstance(packed, bytes):
        assert unpack_text(packed) == text
        with pytest.raises(NotCanonicalError):
            unpack_text(text)
    else:
        assert unpack_text(packed) == text


@pytest.mark.parametrize("value", [b"\xff\xff", 5, None, [], "가"])
def test_other_packings_are_refused(value):
    with pytest.raises(NotCanonicalError):
        unpack_text(value)
