"""What auditors hand over besides a picture: sheets, PDFs, archives. Foreign bytes all: call this through the sandbox.

`looking` (what a file is) · `archive` (a zip's parts, one at a time) · `pages` (PDF) · `sheets` (CSV, XLSX, XLS, ODS →
rows of texts) · `columns` (the receipts among them) · `texts` (receipts in a text) · `bounds` (what may be at most)

It reads and refuses, each refusal with one word for its reason; it verifies nothing and speaks no Korean.
"""

from attest.papers.archive import Listing, Part, label
from attest.papers.bounds import MAX_PAPER_BYTES
from attest.papers.columns import Cell, Column
from attest.papers.looking import Held, look, page
from attest.papers.sheets import rows
from attest.papers.texts import tokens

__all__ = [
    "MAX_PAPER_BYTES", "Cell", "Column", "Held", "Listing", "Part", "label", "look", "page", "rows", "tokens",
]  # fmt: skip
