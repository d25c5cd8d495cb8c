"""The writer: what it draws is a QR code as the standard has it, with the mask that the standard's rules choose."""

from __future__ import annotations

import io

import numpy as np
import pytest
import qrcode
import qrcode.util
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from attest import qr
from attest.qr import writing
from tests.bench import degrade


def drawn(token: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(qr.write(token))).convert("L"))


def straight(modules: np.ndarray) -> int:
    """The penalty of ISO/IEC 18004 §7.8.3.1, line by line and module by module, as it is written there."""
    dark = (modules < 128).astype(int)
    total = 10 * int(abs(dark.mean() * 100 - 50) / 5)
    for grid in (dark, dark.T):
        for line in grid:
            text = "".join(map(str, line))
            total += sum(
                len(run) - 2 for run in text.replace("01", "0 1").replace("10", "1 0").split() if len(run) >= 5
            )
            total += 40 * sum(text[at : at + 11] in {"10111010000", "00001011101"} for at in range(len(text) - 10))
    blocks = dark[:-1, :-1] + dark[:-1, 1:] + dark[1:, :-1] + dark[1:, 1:]
    return total + 3 * int(((blocks == 0) | (blocks == 4)).sum())


@pytest.mark.parametrize("size", [5, 60, 143, 231])
def test_the_mask_is_the_one_of_least_penalty(size):
    token = degrade.token(degrade.Dice.of("mask", size), size)
    every = [writing._masked(token, mask) for mask in range(8)]
    penalties = [straight(modules) for modules in every]

    assert [writing.penalty(writing._packed(modules), len(modules)) for modules in every] == penalties
    assert (writing.symbol(token) == every[penalties.index(min(penalties))]).all()


@settings(deadline=None, max_examples=60)
@given(st.text(degrade.ALPHABET, min_size=1, max_size=400).filter(lambda text: text.strip()))
def test_every_text_of_the_alphabet_comes_back(text):
    found = zxingcpp.read_barcode(drawn(text), text_mode=zxingcpp.TextMode.Plain)

    assert (found.text, found.ec_level) == (text, "Q")
    assert qr.read(qr.write(text)) == [text]


@pytest.mark.parametrize("seed", range(10))
def test_every_receipt_is_version_13_in_alphanumeric_mode(seed):
    token = degrade.token(degrade.Dice.of("version", seed))
    modules = writing.symbol(token)

    assert modules.shape == (69, 69)
    # bytes would need 347 · 8 bits, version 16: only the alphanumeric mode fits 352 characters into version 13
    assert qrcode.util.BIT_LIMIT_TABLE[qrcode.constants.ERROR_CORRECT_Q][13] < 347 * 8


@pytest.mark.parametrize("seed", range(3))
def test_it_draws_what_the_named_package_draws_under_the_same_mask(seed):
    token = degrade.token(degrade.Dice.of("peer", seed))
    modules = writing.symbol(token)
    mask = next(mask for mask in range(8) if (writing._masked(token, mask) == modules).all())
    code = qrcode.QRCode(version=13, error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, mask_pattern=mask)
    code.add_data(qrcode.util.QRData(token, mode=qrcode.util.MODE_ALPHA_NUM))
    code.make(fit=False)

    assert (np.where(np.array(code.get_matrix()), 0, 255) == modules).all()


def test_the_picture_has_one_bit_a_pixel_and_its_quiet_zone(published):
    image = Image.open(io.BytesIO(qr.write(published.token)))
    greys = np.asarray(image.convert("L"))

    assert (image.mode, image.size) == ("1", (616, 616))
    assert min(side.min() for side in (greys[:32], greys[-32:], greys[:, :32], greys[:, -32:])) == 255
    assert (greys.reshape(77, 8, 77, 8) == greys[::8, ::8][:, None, :, None]).all()
