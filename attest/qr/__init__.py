"""A token as a QR picture, and the texts of the QR codes in a picture.

The one door to zxing-cpp, qrcode and Pillow in this package. Writing is alphanumeric at level Q with 8 pixels a
module. Reading is foreign bytes: call `read` through the sandbox. It refuses a picture by its stated size before
opening it, and never guesses: a code is read whole, with its error correction, or not at all.

`writing` · `opening` (bytes → grey) · `light` (enhancements) · `texture` (where to look) · `frame` (a hidden finder
pattern made good) · `reading` (the order of looks, within a budget) · `page` (every code of a sheet of many) ·
`frames` (TIFF and GIF, page by page).
"""

from attest.qr import frames
from attest.qr.opening import MAX_PICTURE_BYTES, MAX_PIXELS
from attest.qr.page import Codes, read_all, read_grey
from attest.qr.reading import read
from attest.qr.writing import blocks, write

__all__ = ["MAX_PICTURE_BYTES", "MAX_PIXELS", "Codes", "blocks", "frames", "read", "read_all", "read_grey", "write"]
