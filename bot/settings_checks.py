"""What only two entries of a settings file show together: doubles, clashes, groups that do not fit their times.

It reads the raw tables, not the checked form, so that these faults are told in the same breath as a mistyped field.
What has the wrong type is passed over here: `settings_form` tells it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import cast

from bot import settings_slots
from bot.settings_faults import Fault, key_of
from bot.settings_fields import ADAPTERS, clock_of, shown
from bot.settings_sensors import sensor_faults
from bot.settings_travel import doubled
from bot.toml_lines import Document, Path

Table = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    table: Table

    def under(self, key: str) -> Iterator[_Entry]:
        for number, item in enumerate(_items(self.table.get(key))):
            if isinstance(item, dict):
                yield _Entry((*self.path, key, number), cast(Table, item))

    def text(self, key: str) -> str | None:
        value = self.table.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else None


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def together(document: Document) -> list[Fault]:
    """The faults that stand between entries of `document`."""
    checks = _Together(document)
    checks.run()
    return checks.faults


class _Together:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = _Entry((), document.data)
        self.faults: list[Fault] = []

    def run(self) -> None:
        self._no_doubles("기관", self._root.under("institution"))
        self._no_doubles("수집원", self._root.under("source"))
        for institution in self._root.under("institution"):
            cafeterias = list(institution.under("cafeteria"))
            self._no_doubles("사람", institution.under("person"))
            self._no_doubles("채널", institution.under("channel"))
            self._no_doubles("식당", iter(cafeterias))
            self._travel(institution)
            self._no_doubles("센서", (sensor for place in cafeterias for sensor in place.under("sensor")))
            for cafeteria in cafeterias:
                self._opening(cafeteria)
                self._slots(cafeteria)
                self._lines(cafeteria)
        self._addresses("person")
        self._addresses("channel")

    def _tell(self, path: Path, message: str) -> None:
        self.faults.append(Fault(self._document.line_of(path), key_of(path), message))

    def _no_doubles(self, what: str, entries: Iterator[_Entry]) -> None:
        first_at: dict[str, Path] = {}
        for entry in entries:
            name = entry.text("id")
            here: Path = (*entry.path, "id")
            if name is None:
                continue
            if name in first_at:
                line = self._document.line_of(first_at[name])
                self._tell(here, f"이 {what} id는 이미 있습니다: {shown(name)} ({line}번째 줄)")
            first_at.setdefault(name, here)

    def _addresses(self, kind: str) -> None:
        """No messenger's address may mean two people, or rooms, in the whole deployment.

        Rooms of the console are the exception: its users bring their institution with them.
        """
        first_at: dict[tuple[str, str], Path] = {}
        for institution in self._root.under("institution"):
            for entry in institution.under(kind):
                for adapter in ADAPTERS:
                    if adapter == "console" and kind == "channel":
                        continue
                    key = "id" if adapter == "console" else adapter
                    address = entry.text(key)
                    if address is not None:
                        self._address(adapter, address, (*entry.path, key), first_at)

    def _address(self, adapter: str, address: str, here: Path, first_at: dict[tuple[str, str], Path]) -> None:
        first = first_at.setdefault((adapter, address), here)
        told_already = adapter == "console" and first[:2] == here[:2]  # a double id of one institution
        if first != here and not told_already:
            line = self._document.line_of(first)
            what = "콘솔 사용자" if adapter == "console" else f"{adapter} 주소"
            whose = "같은 기관의 다른 곳" if first[:2] == here[:2] else "다른 기관"
            self._tell(here, f"{whose}에 같은 {what}가 이미 있습니다: {shown(address)} ({line}번째 줄)")

    def _travel(self, institution: _Entry) -> None:
        """No rule says again what another says, and who is named there is a person of the institution."""
        value = institution.table.get("travel")
        if not isinstance(value, dict):
            return
        travel = _Entry((*institution.path, "travel"), cast(Table, value))
        for number, says in doubled([entry.table for entry in travel.under("rule")]):
            self._tell((*travel.path, "rule", number, "item"), says)
        known = {entry.text("id") for entry in institution.under("person")}
        grades = travel.table.get("grades")
        named: list[tuple[Path, object]] = [
            ((*travel.path, "dedicated", number), name)
            for number, name in enumerate(_items(travel.table.get("dedicated")))
        ]
        named += [((*travel.path, "grades", name), name) for name in (grades if isinstance(grades, dict) else ())]
        for path, name in named:
            if isinstance(name, str) and unicodedata.normalize("NFC", name) not in known:
                self._tell(path, f"이 기관에 없는 사람입니다: {shown(name)}")

    def _opening(self, cafeteria: _Entry) -> None:
        opens = clock_of(cafeteria.table.get("open", "11:30"))
        closes = clock_of(cafeteria.table.get("close", "13:30"))
        if opens and closes and opens >= closes:
            key = "close" if "close" in cafeteria.table else "open"
            self._tell(
                (*cafeteria.path, key), f"여는 시각({opens:%H:%M})이 닫는 시각({closes:%H:%M})보다 앞이어야 합니다."
            )

    def _lines(self, cafeteria: _Entry) -> None:
        """Lines named once, sensors at lines that exist, levels that ascend."""
        lines = list(cafeteria.under("line"))
        self._no_doubles("줄", iter(lines))
        known = {line.text("id") for line in lines}
        for sensor in cafeteria.under("sensor"):
            for key, says in sensor_faults(sensor.table, self._document.data.get("mqtt")):
                if key in sensor.table or not self._document.broken:  # what lacks may stand on the broken line
                    self._tell((*sensor.path, key), says)
            named = sensor.text("line")
            if named and named not in known:
                self._tell((*sensor.path, "line"), f"이 식당에 없는 줄입니다: {shown(named)}")
        levels = [one for one in _items(cafeteria.table.get("levels")) if isinstance(one, int | float)]
        if levels != sorted(set(levels)):
            self._tell((*cafeteria.path, "levels"), "혼잡 단계의 분은 작은 것부터 적어 주십시오.")

    def _slots(self, cafeteria: _Entry) -> None:
        value = cafeteria.table.get("slots")
        if not isinstance(value, dict):
            return
        slots = _Entry((*cafeteria.path, "slots"), cast(Table, value))
        times, groups = slots.table.get("times"), slots.table.get("groups")
        self._ascending(slots.path, _items(times))
        if isinstance(times, list) and isinstance(groups, list) and len(times) != len(groups):
            self._tell((*slots.path, "groups"), f"조와 시각의 수가 다릅니다: 시각 {len(times)}개, 조 {len(groups)}개")
        self._one_group_each(slots.path, _items(groups))
        for path, says in settings_slots.faults(slots.table):
            self._tell((*slots.path, *path), says)

    def _ascending(self, slots: Path, times: list[object]) -> None:
        before: time | None = None
        for number, value in enumerate(times):
            now = clock_of(value)
            if now and before and now <= before:
                self._tell(
                    (*slots, "times", number),
                    f"시각은 이른 것부터 적어 주십시오: {before:%H:%M} 다음에 {now:%H:%M}",
                )
            before = now or before

    def _one_group_each(self, slots: Path, groups: list[object]) -> None:
        group_of: dict[str, int] = {}
        for number, group in enumerate(groups):
            for place, department in enumerate(_items(group)):
                if not isinstance(department, str):
                    continue
                name = unicodedata.normalize("NFC", department).strip()
                if name in group_of:
                    self._tell(
                        (*slots, "groups", number, place),
                        f"한 부서가 두 번 나옵니다: {shown(name)} ({group_of[name] + 1}조와 {number + 1}조)",
                    )
                group_of.setdefault(name, number)
