"""PDF pages as QR codes and text. The one door to pypdfium2 in this package; foreign bytes: call it in the sandbox.

Each page is drawn by itself, so that one that holds its worker until it is killed costs no other page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from attest.errors import PaperRefusedError
from attest.papers.bounds import refuse_large
from attest.papers.texts import tokens
from attest.qr import Codes, read_grey

if TYPE_CHECKING:
    import pypdfium2

MAX_PAGES = 300
_DPI = (200, 330)  # a receipt of 4 cm has 4 pixels a module at the first
_MOST_PIXELS = 16_000_000
_LONGEST_TEXT = 20_000
_TOKENS = 200


def page_count(data: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        PaperRefusedError: `empty`, `too_large`, `password` or `broken`.
    """
    with _document(data) as document:
        return len(document)


def page_codes(data: bytes, number: int) -> Codes:
    """The codes on a page, the first is 0; where no code is read, the receipts that stand there as text.

    Raises:
        PaperRefusedError: the page can't be drawn.
    """
    import pypdfium2

    with _document(data) as document:
        try:
            page = document[number]
            seen = Codes()
            for dpi in _DPI:
                seen = read_grey(_drawn(page, dpi))
                if seen.texts:
                    return seen
            return Codes(tuple(tokens(_text(page), _TOKENS)), seen.unread)
        except pypdfium2.PdfiumError as error:
            raise PaperRefusedError("broken") from error


def _drawn(page: pypdfium2.PdfPage, dpi: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    width, height = page.get_size()
    scale = min(dpi / 72, math.sqrt(_MOST_PIXELS / max(1.0, width * height)))
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=True)
    values: np.ndarray[Any, np.dtype[np.uint8]] = bitmap.to_numpy()
    return np.ascontiguousarray(values[:, :, 0] if values.ndim == 3 else values)


def _text(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_bounded())[:_LONGEST_TEXT]


@contextmanager
def _document(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    # here, not above: the main process never opens a PDF
    import pypdfium2

    refuse_large(data)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise PaperRefusedError("password" if "password" in str(error).lower() else "broken") from error
    try:
        yield document
    finally:
        document.close()
