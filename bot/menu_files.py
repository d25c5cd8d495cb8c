"""Files and pasted texts of a menu on their way through the sandbox: what came of them, or why nothing did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, TypeVar

from bot.messenger import InFile
from crawlers import attachment
from occupancy import menu_sheet
from occupancy.menu import DayMenu, Doubt, Reading, Unread
from occupancy.menu_sheet import MenuRefused

T = TypeVar("T")
READ_S = 15.0
MOST_FILES = 5
_SHEETS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".hwpx", ".hwp", ".pdf", ".txt", ".xlsm", ".htm", ".html")
_DOCUMENTS = (b"%PDF-", b"\xd0\xcf\x11\xe0")
_TOLD = ("식단", "메뉴", "menu")


class Sandbox(Protocol):
    """Runs a function on foreign bytes in a process that can be killed."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


@dataclass(frozen=True, slots=True)
class Came:
    """What was read; `refused` says why a file was not, empty where all were."""

    reading: Reading = field(default_factory=Reading)
    refused: str = ""


def may_be(files: Sequence[InFile]) -> bool:
    """Whether files may hold a menu, by their names' endings."""
    return bool(files) and all(file.name.lower().endswith(_SHEETS) for file in files)


def are_menus(files: Sequence[InFile]) -> bool:
    """Whether files plainly are menus: sheets or documents whose names say so."""
    return may_be(files) and all(any(word in file.name.lower() for word in _TOLD) for file in files)


async def of_files(sandbox: Sandbox, files: Sequence[InFile], today: date) -> Came:
    """The days of all files together; of a day in two files the first stands."""
    came = Came()
    for file in files[:MOST_FILES]:
        one = await _of_file(sandbox, file, today)
        if one.refused:
            return one
        came = Came(_joined(came.reading, one.reading))
    return came


async def of_text(sandbox: Sandbox, text: str, today: date) -> Came:
    """The days of a pasted text."""
    return await _guarded(sandbox, menu_sheet.read_pasted, menu_sheet.visible(text), "", today)


async def _of_file(sandbox: Sandbox, file: InFile, today: date) -> Came:
    found = await _guarded(sandbox, menu_sheet.read, file.data, file.name, today)
    if found.refused != "unsupported" or not file.data.startswith(_DOCUMENTS):
        return found
    try:  # HWP, PDF: only their text can be had
        text = await sandbox(attachment.read_file, file.data, file.name, timeout_s=READ_S)
    except TimeoutError:
        return Came(refused="time")
    except (MemoryError, ChildProcessError, ValueError):
        return Came(refused="broken")
    told = await of_text(sandbox, text.text, today) if text.text else Came(refused=text.reason or "unsupported")
    return told if told.refused or told.reading.days else Came(refused="columns")


async def _guarded(sandbox: Sandbox, function: Callable[..., Reading], *args: object) -> Came:
    try:
        return Came(await sandbox(function, *args, timeout_s=READ_S))
    except MenuRefused as error:
        return Came(refused=error.reason)
    except TimeoutError:
        return Came(refused="time")
    except (MemoryError, ChildProcessError, ValueError):
        return Came(refused="large")


def _joined(one: Reading, other: Reading) -> Reading:
    days: dict[date, DayMenu] = {menu.day: menu for menu in one.days}
    unread = [*one.unread, *other.unread]
    for menu in other.days:
        stands = days.get(menu.day)
        if stands is None:
            days[menu.day] = menu
        elif {dish.meal for dish in stands.served} & {dish.meal for dish in menu.served}:
            unread.append(Unread(Doubt.TWICE, f"{menu.day.month}/{menu.day.day}"))
        else:
            served = (*stands.served, *menu.served)
            days[menu.day] = replace(stands, served=served, closed="" if served else stands.closed or menu.closed)
    return Reading(tuple(days[on] for on in sorted(days)), tuple(unread))
