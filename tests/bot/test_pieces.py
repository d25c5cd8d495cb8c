"""Files as pieces: whatever becomes of one, the others are read; and who kills its worker again and again is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from attest import qr
from bot.messenger import InFile
from bot.sandbox import Limits, ProcessSandbox
from bot.verifying.pieces import Item, Reader
from tests.attest.conftest import GOLDEN
from tests.attest.sheets_of_receipts import zipped
from tests.attest.test_sheets import workbook

T = TypeVar("T")


class Faulty:
    """A sandbox whose calls on some bytes end in an error, as a killed or broken parser's do."""

    def __init__(self, bad: bytes, error: Exception) -> None:
        self.bad, self._error = bad, error
        self.calls = 0

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        assert timeout_s is not None
        self.calls += 1
        if self.bad in bytes(args[0]):  # type: ignore[call-overload]
            raise self._error
        return function(*args)


async def read(sandbox: object, *files: InFile, pasted: str = "") -> list[Item]:
    reader = Reader(sandbox, files, pasted)  # type: ignore[arg-type]
    sheaf = await reader.unfold()
    return [item for items in await reader.items(sheaf.pieces) for item in items]


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (TimeoutError(), "time"),
        (MemoryError(), "memory"),
        (ChildProcessError("died"), "memory"),
        (ValueError("the result is larger"), "broken"),
        (KeyError("x"), "broken"),
        (RuntimeError("x"), "broken"),
    ],
)
async def test_one_bad_file_never_loses_the_others(error, fault):
    good = qr.write(GOLDEN)

    items = await read(Faulty(b"evil", error), InFile("a.png", good), InFile("b", b"evil"), InFile("c.png", good))

    assert [(item.name, item.text, item.fault) for item in items] == [
        ("a.png", GOLDEN, ""),
        ("b", "", fault),
        ("c.png", GOLDEN, ""),
    ]


async def test_what_kills_its_worker_again_and_again_is_left_and_says_so():
    parts = {f"{at}.bin": b"evil" for at in range(10)}
    sandbox = Faulty(b"nothing is", TimeoutError())
    reader = Reader(sandbox, [InFile("a.zip", zipped(parts, 0)), InFile("b.png", qr.write(GOLDEN))], "")  # type: ignore[arg-type]

    sheaf = await reader.unfold()
    sandbox.bad = b"evil"
    items = [item for items in await reader.items(sheaf.pieces) for item in items]

    faults = [item.fault for item in items if item.name.startswith("a.zip")]
    assert set(faults) == {"time", "skipped"}
    assert faults.count("time") <= 5  # those under way at the third kill
    assert items[-1].text == GOLDEN


async def test_real_kills_cost_only_their_own_piece():
    sandbox = ProcessSandbox(workers=2, limits=Limits(timeout_s=20, memory_bytes=700 << 20))
    far = workbook([["a"]], far=True)
    try:
        items = await read(
            sandbox, InFile("m.zip", zipped({"a.png": qr.write(GOLDEN), "b.xlsx": far, "c.png": qr.write(GOLDEN)}))
        )
    finally:
        await sandbox.close()

    assert [(item.name, item.fault) for item in items] == [
        ("m.zip › a.png", ""),
        ("m.zip › b.xlsx", "memory"),
        ("m.zip › c.png", ""),
    ]


async def test_what_is_typed_beside_files_counts_where_it_is_more_than_a_word():
    sandbox = Faulty(b"evil", TimeoutError())
    file = InFile("a.png", qr.write(GOLDEN))

    assert [item.text for item in await read(sandbox, file, pasted="이것 좀 봐 주세요")] == [GOLDEN]
    assert [item.text for item in await read(sandbox, file, pasted=f"그리고 {GOLDEN}")] == [GOLDEN, GOLDEN]
    assert [item.text for item in await read(sandbox, pasted="ABC")] == ["ABC"]
