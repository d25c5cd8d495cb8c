"""What auditors hand over besides a picture: sheets, PDFs, archives. Foreign bytes all: call this through the sandbox.

`sheets` (CSV, XLSX, XLS, ODS → rows of texts) · `bounds` (what a file may hold at most)

It reads and refuses, each refusal with one word for its reason; it verifies nothing and speaks no Korean.
"""

from attest.papers.sheets import rows

__all__ = ["rows"]
