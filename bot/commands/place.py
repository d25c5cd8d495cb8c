"""Which settings and which data a command works on."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.bootstrap import wall
from bot.clock import Clock, TickingClock
from bot.commands import Refused
from bot.settings import Settings, SettingsError, load

_CONFIG, _DATA, _DEMO = Path("dobi.toml"), Path("data"), Path("data/demo")


@dataclass(frozen=True, slots=True)
class Place:
    """A settings file and a data directory."""

    config: Path
    data: Path


def place(args: argparse.Namespace) -> Place:
    """What --config and --data say; a demo's data directory brings its own settings."""
    config: Path | None = args.config
    data: Path | None = args.data
    if getattr(args, "demo", False):
        return Place(config or (data or _DEMO) / "dobi.toml", data or _DEMO)
    if config is None and not _CONFIG.exists():
        data = data or (_DEMO if (_DEMO / "demo.json").exists() else _DATA)
        if (data / "demo.json").exists():
            return Place(data / "dobi.toml", data)
    return Place(config or _CONFIG, data or _DATA)


def settings(where: Place, what: str = "설정 파일") -> Settings:
    """The settings.

    Raises:
        Refused: with every fault, by line.
    """
    try:
        return load(where.config)
    except SettingsError as error:
        raise Refused(f"{what} {where.config}에 고칠 것이 있습니다.\n{error}") from error


def demo_clock(where: Place) -> Clock:
    """The wall clock; on a demo's data, shifted as the demo is that last ran there."""
    from bot.demo.stage import shift_of

    return TickingClock(wall, shift_of(where.data) or timedelta())


def institution(args: argparse.Namespace, known: Settings) -> str:
    """The institution meant: --institution, or the only or first one."""
    wanted: str | None = args.institution
    ids = [one.id for one in known.institutions]
    if not ids:
        raise Refused("설정에 기관이 없습니다. [[institution]]을 적어 주십시오.")
    if wanted is None:
        return ids[0]
    if wanted not in ids:
        raise Refused(f"설정에 '{wanted}' 기관이 없습니다. 있는 기관: {', '.join(ids)}")
    return wanted


def say(text: str) -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def instant(text: str, like: datetime) -> datetime:
    """`2026-11-23T11:30` (Korean time where no zone is given), or `11:30` on the day of `like`.

    Raises:
        Refused: it is neither.
    """
    from bot.clock import KST

    try:
        if len(text) == 5 and text[2] == ":":
            local = like.astimezone(KST)
            return local.replace(hour=int(text[:2]), minute=int(text[3:]), second=0, microsecond=0)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"시각을 읽지 못했습니다: {text}. 예: 2026-11-23T11:30") from error
    return found if found.tzinfo else found.replace(tzinfo=KST)
