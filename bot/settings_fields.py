"""What a single field of `dobi.toml` may hold: ids, names, addresses, times of day, URLs, secrets, words of a list.

Each check returns the value or raises `wrong` with a Korean sentence for the operator. A secret's value never enters
a message, and nothing here looks at two fields at once.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from ipaddress import IPv6Address
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from crawlers.sources import KINDS, STATES

STRICT: Final = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)
"""The rules of every table: exact types, no unknown keys, no values in pydantic's own messages."""

ROLES: Final = ("직원", "감사", "관리자", "배식", "운영자")
SENSOR_KINDS: Final = ("camera", "gate", "beam", "wifi")
WORDS: Final = ("bigrams", "kiwi")
# hash tags of keys that belong to no institution
RESERVED_TENANTS: Final = ("crawl", "archive", "deployment", "common", "dobi")
CLOSED_WEEKS: Final = ("advance", "hold")
POSTS: Final = ("all", "weekly", "off")
ADAPTERS: Final = ("console", "telegram", "slack", "naverworks", "matrix", "post", "folder", "mail")

SHORTEST_LOOKS_MONTHS: Final = 12
SHORTEST_CLAIMED_YEARS: Final = 5

LONGEST_ID = 64
LONGEST_NAME = 100
LONGEST_PATH = 500
LONGEST_ADDRESS = 255
LONGEST_URL = 2_000

# braces and colons build Redis keys, stars and brackets are its patterns, slashes are paths
_NOT_IN_IDS = frozenset("{}:/\\*?[]")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_ENV = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the file's fields are checked against besides themselves."""

    environ: Mapping[str, str]
    file_mode: int | None


def wrong(says: str) -> PydanticCustomError:
    """An error that carries `says`, a Korean sentence, unchanged to the reader."""
    return PydanticCustomError("wrong", "{says}", {"says": says})


def shown(value: object) -> str:
    """`value` short and printable, for a message."""
    text = str(value)
    clean = "".join(letter if letter.isprintable() else "·" for letter in text[:40])
    return clean + ("…" if len(text) > 40 else "")


def nearest(word: str, among: Sequence[str]) -> str:
    """ "혹시 … 입니까?" with the closest of `among`, or an empty text."""
    close = difflib.get_close_matches(word[:LONGEST_NAME], among, n=1, cutoff=0.5)
    return f"혹시 {close[0]}입니까?" if close else ""


def env_name(text: str) -> str | None:
    """The environment variable that a secret's text refers to, or None for a literal secret."""
    found = _ENV.fullmatch(text)
    return found[1] if found else None


def clock_of(value: object) -> time | None:
    """The time of day that `value` says ("11:40", or a TOML time of whole minutes); None when it is none."""
    if isinstance(value, time):
        return value if not (value.second or value.microsecond or value.tzinfo) else None
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    return time(int(found[1]), int(found[2])) if found else None


def _id(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if not text or len(text) > LONGEST_ID:
        raise wrong(f"id는 1자에서 {LONGEST_ID}자까지입니다.")
    if not text.isprintable() or text != text.strip() or text.startswith("."):
        raise wrong("id에 보이지 않는 글자, 앞뒤 빈칸, 맨 앞의 점을 쓸 수 없습니다.")
    if bad := sorted(_NOT_IN_IDS & set(text)):
        raise wrong(f"id에 쓸 수 없는 글자가 있습니다: {' '.join(bad)}")
    return text


def _tenant(text: str) -> str:
    if text in RESERVED_TENANTS:
        raise wrong(f"도비가 쓰는 이름이라 기관 id로 쓸 수 없습니다: {text}")
    return text


def _name(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise wrong(f"비어 있지 않고 보이는 글자로 {LONGEST_NAME}자까지 적어 주십시오.")
    return text.strip()


def _path(text: str) -> str:
    """A file, a folder, or a name of a model hub; a path is not to be normalised."""
    if not text.strip() or len(text) > LONGEST_PATH or not text.isprintable():
        raise wrong(f"비어 있지 않고 보이는 글자로 {LONGEST_PATH}자까지 적어 주십시오.")
    return text.strip()


def _prompt(text: str) -> str:
    """What stands before each text; the space at its end belongs to it."""
    if len(text) > LONGEST_PATH or not text.replace("\n", "").isprintable():
        raise wrong(f"보이는 글자로 {LONGEST_PATH}자까지 적어 주십시오.")
    return text


def _address(value: object) -> object:
    """A messenger's own id for a person or a room; platforms that number theirs may be given a number."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise wrong("따옴표로 감싼 글이거나 숫자여야 합니다.")
    if not text or len(text) > LONGEST_ADDRESS or not text.isprintable() or text != text.strip():
        raise wrong(f"메신저 주소는 보이는 글자로 1자에서 {LONGEST_ADDRESS}자까지입니다.")
    return unicodedata.normalize("NFC", text)


def _telegram(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,20}", text):
        raise wrong("텔레그램 주소는 숫자입니다. 예: telegram = 123456789")
    return text


def _clock(value: object) -> time:
    found = clock_of(value)
    if found is None:
        raise wrong(f"시각은 따옴표로 감싼 HH:MM이어야 합니다. 예: 11:40 (적힌 값: {shown(value)})")
    return found


def _monday(day: date) -> date:
    if day.weekday() != 0:
        raise wrong(f"월요일이어야 합니다. {day.isoformat()}은 {'월화수목금토일'[day.weekday()]}요일입니다.")
    return day


def _one_of(what: str, allowed: Sequence[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed:
            told = [f"모르는 {what}입니다: {shown(text)}.", nearest(text, allowed)]
            raise wrong(" ".join([*filter(None, told), f"쓸 수 있는 값: {', '.join(allowed)}"]))
        return text

    return check


def _host(text: str) -> str:
    try:
        IPv6Address(text)
    except ValueError:
        if not _HOST.fullmatch(text):
            raise wrong(f"호스트 이름이나 IP 주소만 적어 주십시오(http://나 포트 없이): {shown(text)}") from None
    return text.lower()


def url_fault(text: str, schemes: Sequence[str]) -> str | None:
    """What is wrong with the address `text`, as a Korean sentence, or None."""
    if len(text) > LONGEST_URL or not text.isprintable() or any(letter.isspace() for letter in text):
        return f"주소에 빈칸이나 보이지 않는 글자가 있거나 {LONGEST_URL}자를 넘습니다."
    try:
        parts = urlsplit(text)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return "주소의 형식이 맞지 않습니다."
    if scheme not in schemes:
        return f"주소는 {' 또는 '.join(f'{one}://' for one in schemes)}로 시작해야 합니다."
    if scheme == "unix":
        return None if parts.path else "소켓의 경로가 없습니다. 예: unix:///run/valkey.sock"
    if not host or port == 0:
        return "주소에 호스트가 없거나 포트가 0입니다."
    return None


def _around(info: ValidationInfo) -> Surroundings:
    if not isinstance(info.context, Surroundings):
        raise TypeError("a form is validated with its Surroundings as context")
    return info.context


def _redis_url(text: str, info: ValidationInfo) -> str:
    name = env_name(text)
    if name is not None or "@" in text:
        _secret(text, info)
    fault = url_fault(text if name is None else _around(info).environ[name], ("redis", "rediss", "unix"))
    if fault is not None:
        raise wrong(fault)
    return text


def _secret(text: str, info: ValidationInfo) -> str:
    surroundings = _around(info)
    name = env_name(text)
    if name is not None:
        return _usable(surroundings.environ.get(name, ""), f"환경 변수가 없거나 비어 있습니다: {shown(name)}", text)
    if text.startswith("env:"):
        raise wrong("환경 변수의 이름이 바르지 않습니다. 예: env:CAM1_KEY")
    if surroundings.file_mode is not None and surroundings.file_mode & 0o077:
        raise wrong(
            f"비밀값을 그대로 적으려면 설정 파일의 권한이 600이어야 합니다(지금 {surroundings.file_mode & 0o777:o}). "
            "chmod 600으로 바꾸시거나 env:이름으로 적어 주십시오."
        )
    return _usable(text, "비밀값이 비어 있습니다.", text)


def _reference(text: str) -> str:
    """Where a passphrase is; it never stands in the settings themselves."""
    if env_name(text) is None and not (text.startswith("file:") and len(text) <= LONGEST_PATH and text[5:].strip()):
        raise wrong("암호는 그대로 적지 않고 env:이름 또는 file:경로로 적습니다. 예: env:DOBI_AUDIT_PASSPHRASE")
    return text


def _looks_months(months: int) -> int:
    # 개인정보의 안전성 확보조치 기준 제8조제1항: access logs for a year at least
    if months < SHORTEST_LOOKS_MONTHS:
        raise wrong(
            f"열람 기록은 {SHORTEST_LOOKS_MONTHS}개월보다 짧게 둘 수 없습니다"
            "(개인정보의 안전성 확보조치 기준 제8조제1항)."
        )
    return months


def _claimed_years(years: int) -> int:
    # 지방재정법 제82조: claims for money lapse after five years
    if years < SHORTEST_CLAIMED_YEARS:
        raise wrong(f"정산에 쓴 증빙은 {SHORTEST_CLAIMED_YEARS}년보다 짧게 둘 수 없습니다(지방재정법 제82조의 시효).")
    return years


def _witness(text: str) -> str:
    """A C2SP vkey of a cosigning witness: `name+key id+base64`."""
    if not re.fullmatch(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}", text):
        raise wrong("증인의 열쇠는 '이름+번호+글자' 한 줄입니다. 예: witness.example.org+1a2b3c4d+BAAA…")
    return text


def _usable(value: str, when_empty: str, result: str) -> str:
    if not value.strip():
        raise wrong(when_empty)
    if len(value) > 10_000 or not value.replace("\n", "").replace("\r", "").isprintable():
        raise wrong("비밀값에 보이지 않는 글자가 있거나 너무 깁니다.")
    return result


def _web_url(text: str) -> str:
    fault = url_fault(text, ("http", "https"))
    if fault is None and "@" in urlsplit(text).netloc:
        fault = "주소에 사용자 이름이나 비밀번호를 적을 수 없습니다."
    if fault is not None:
        raise wrong(fault)
    return text


Monday = Annotated[date, AfterValidator(_monday)]
Extension = Annotated[str, BeforeValidator(_address)]
Id = Annotated[str, AfterValidator(_id)]
Tenant = Annotated[Id, AfterValidator(_tenant)]
Name = Annotated[str, AfterValidator(_name)]
Path = Annotated[str, AfterValidator(_path)]
Prompt = Annotated[str, AfterValidator(_prompt)]
Words = Annotated[str, AfterValidator(_one_of("낱말 나누기", WORDS))]
Address = Annotated[str, BeforeValidator(_address)]
TelegramAddress = Annotated[Address, AfterValidator(_telegram)]
Clock = Annotated[time, BeforeValidator(_clock)]
Host = Annotated[str, AfterValidator(_host)]
Role = Annotated[str, AfterValidator(_one_of("역할", ROLES))]
SensorKind = Annotated[str, AfterValidator(_one_of("센서 종류", SENSOR_KINDS))]
ClosedWeeks = Annotated[str, AfterValidator(_one_of("쉬는 주의 순번", CLOSED_WEEKS))]
Posts = Annotated[str, AfterValidator(_one_of("식당 알림", POSTS))]
SourceKind = Annotated[str, AfterValidator(_one_of("수집 방식", KINDS))]
SourceState = Annotated[str, AfterValidator(_one_of("수집원 상태", STATES))]
WebUrl = Annotated[str, AfterValidator(_web_url)]
SecretText = Annotated[str, AfterValidator(_secret)]
RedisUrl = Annotated[str, AfterValidator(_redis_url)]
WitnessKey = Annotated[str, AfterValidator(_witness)]
ReferenceText = Annotated[str, AfterValidator(_reference)]
ClaimedYears = Annotated[int, Field(le=30), AfterValidator(_claimed_years)]
LooksMonths = Annotated[int, Field(le=120), AfterValidator(_looks_months)]
