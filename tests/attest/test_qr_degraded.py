"""Bad pictures: a sample of the degraded set that bench_qr.py measures in full, and finder patterns hidden."""

from __future__ import annotations

from itertools import islice, product

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from attest import qr
from tests.bench import degrade

PATIENT_S = 30.0
"""Of processor time: here it is asked which looks there are; how many fit the budget is measured by bench_qr.py."""
FINDERS = {"top left": (0, 0), "top right": (1, 0), "bottom left": (0, 1)}


def unread(samples: list[degrade.Sample]) -> dict[str, int]:
    """Of each condition whose texts were not exactly read: how many texts were read."""
    found = {sample.condition: frozenset(qr.read(sample.picture, PATIENT_S)) for sample in samples}
    return {
        sample.condition: len(found[sample.condition]) for sample in samples if found[sample.condition] != sample.texts
    }


@pytest.mark.parametrize("seed", degrade.halves(4, held_out=False))
def test_receipts_are_read_in_every_kind_of_bad_photo(seed):
    assert unread(list(degrade.street([seed]))) == {}


@pytest.mark.parametrize("seed", degrade.halves(2, held_out=False))
def test_receipts_are_read_in_the_conditions_of_the_research_note(seed):
    receipts = list(islice(degrade.note([seed]), len(degrade.NOTE)))

    assert len(receipts) == 19
    assert unread(receipts) == {}


def hidden(image: Image.Image, finder: tuple[int, int], grey: int, px: int = degrade.PX) -> Image.Image:
    """The picture with one finder pattern painted over."""
    image = image.copy()
    far = image.width - 4 * px - 7 * px
    left, top = (far if side else 4 * px for side in finder)
    ImageDraw.Draw(image).rectangle((left, top, left + 7 * px, top + 7 * px), fill=grey)
    return image


@pytest.mark.parametrize(("finder", "grey"), list(product(FINDERS.values(), (20, 130, 255))))
def test_a_receipt_with_a_hidden_finder_pattern_is_read_by_its_frame(published, finder, grey):
    photo = degrade.turned(degrade.on_table(hidden(degrade.symbol(published.token), finder, grey)), 20 + grey)

    alone = zxingcpp.read_barcodes(np.asarray(photo), formats=zxingcpp.BarcodeFormat.QRCode)
    read = qr.read(degrade.jpeg(photo, 80), PATIENT_S)

    assert [code.text for code in alone] == []  # else this shows nothing
    assert read == [published.token]


@pytest.mark.parametrize("seed", range(2))
def test_texture_that_is_no_receipt_gives_nothing(seed):
    dice = degrade.Dice.of("texture", seed)
    modules = np.where(dice.array.random((69, 69)) < 0.5, 0, 255).astype(np.uint8)
    image = degrade.on_table(Image.fromarray(np.repeat(np.repeat(np.pad(modules, 4, constant_values=255), 8, 0), 8, 1)))

    assert qr.read(degrade.png(degrade.turned(image, 90 * seed + 7))) == []


def test_a_receipt_that_covers_too_much_of_itself_gives_nothing(published):
    assert qr.read(degrade.png(degrade.covered(degrade.symbol(published.token), 0.4))) == []


def test_without_a_budget_only_the_first_look_is_taken(published):
    stained = degrade.png(degrade.on_table(hidden(degrade.symbol(published.token), (0, 0), 130)))

    assert qr.read(stained, 0.0) == []
    assert qr.read(stained, PATIENT_S) == [published.token]


def test_a_small_receipt_in_the_corner_of_a_large_photo_is_read(published):
    photo = Image.new("L", (4000, 3000), 170)
    photo.paste(degrade.symbol(published.token).resize((230, 230), Image.Resampling.BOX), (3600, 2600))

    assert qr.read(degrade.jpeg(photo, 90), PATIENT_S) == [published.token]


def test_the_set_is_the_same_for_the_same_seed_and_another_for_another():
    first, again, other = (next(iter(degrade.street([seed]))) for seed in (1, 1, 3))

    assert first == again
    assert first.texts != other.texts
