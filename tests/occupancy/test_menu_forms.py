"""Menus as cafeterias make them are read whole: the forms the reader was written on, and those it first met unseen.

Days and dishes that it got of each set when it met it first (2026-11-22): second 32 of 46 and 132 of 171 (14 invented);
third 34 of 39 and 107 of 127 (11); fourth, the nasty one, 9 of 24 and 44 of 79 (20); fifth 11 of 13, 52 of 75 (8).
What it missed was repaired before the next was written, so that all sets only guard now.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from occupancy import menu_sheet
from tests.occupancy.menus import documents, fifth, first, fourth, second, third
from tests.occupancy.menus.truth import Form, score

_ALL = (*first.FORMS, *second.FORMS, *third.FORMS, *fourth.FORMS, *fifth.FORMS, *documents.FORMS)


@pytest.mark.parametrize("make", _ALL, ids=[make.__name__ for make in _ALL])
def test_a_form_is_read_whole(make: Callable[[], Form]):
    form = make()
    data = form.data if isinstance(form.data, bytes) else form.data.encode()

    found = score(form, menu_sheet.read(data, form.file, form.today).days)

    assert (found.days_right, found.dishes_right, found.invented) == (found.days, found.dishes, 0), str(found)
    assert found.corners_right == found.dishes
    assert found.origins_missing == ()
