"""What `dobi.toml` says of sensors beyond their names: `[mqtt]`, a gate's folder and its columns, unsigned ones.

Values and their checks. A broker's password stands there as every secret does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from bot.settings_fields import url_fault, wrong

COLUMNS: Final = ("time", "date", "amount", "line")
"""What a gate's sheet may be read for. Nothing else of it is looked at, whatever a column is called."""
_UNSIGNED: Final = frozenset({"camera", "beam", "wifi"})
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


class Hidden(Protocol):
    """A value that no repr shows: `bot.settings.Secret`."""

    def reveal(self) -> str:
        """The value itself."""


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker. `ca`: whom to trust beside the system's own; without `user` only signed sensors are heard."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: Hidden | None = None
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a gate drops its sheets; `columns` names what stands in which (see `COLUMNS`), where it is not found."""

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


def broker_url(text: str) -> str:
    """The URL as given.

    Raises:
        PydanticCustomError: it is no broker's.
    """
    fault = url_fault(text, tuple(_PORTS))
    if fault is None and ("@" in urlsplit(text).netloc or urlsplit(text).path not in {"", "/"}):
        fault = "브로커 주소에는 호스트와 포트만 적어 주십시오. 예: mqtts://mqtt.example.org:8883"
    if fault is not None:
        raise wrong(fault)
    return text


def mqtt(url: str, user: str | None, password: Hidden | None, ca: str | None) -> Mqtt:
    """The broker that a checked form describes."""
    parts = urlsplit(url)
    tls = parts.scheme.lower() == "mqtts"
    port = parts.port or _PORTS[parts.scheme.lower()]
    return Mqtt(parts.hostname or "", port, tls, user or "", password, None if ca is None else Path(ca))


def sensor_faults(table: Mapping[str, object], mqtt_table: object) -> Iterator[tuple[str, str]]:
    """The faults between the keys of one sensor: key → Korean sentence."""
    kind, folder, unsigned = table.get("kind"), table.get("folder"), table.get("unsigned") is True
    if folder is not None and kind != "gate":
        yield "folder", "folder는 kind가 gate인 센서에만 적을 수 있습니다."
    if table.get("columns") is not None and folder is None:
        yield "columns", "columns는 folder와 함께 적어 주십시오."
    if "key" not in table and folder is None and not unsigned:
        yield "key", "필요한 항목이 없습니다: key"
    if not unsigned:
        return
    if isinstance(kind, str) and kind not in _UNSIGNED:
        yield "unsigned", "식권(gate)은 서명 없이 받을 수 없습니다. 같은 말이 두 번 와도 한 번만 세어야 합니다."
    if not (isinstance(mqtt_table, dict) and mqtt_table.get("user")):
        yield "unsigned", "서명 없는 센서는 브로커에 로그인이 있을 때만 받습니다. [mqtt]에 user를 적어 주십시오."
