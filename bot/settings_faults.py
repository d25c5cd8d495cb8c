"""What is wrong with a settings file, for the operator: a line, a key and a plain Korean sentence for each fault.

It translates `tomllib`'s and pydantic's findings. It decides nothing about the file, and repeats no value of a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

from bot.settings_fields import nearest, shown
from bot.toml_lines import Broken, Document, Path

_MOST_FAULTS = 500

_TABLE_LISTS = ("institution", "person", "channel", "cafeteria", "line", "sensor", "source", "rule", "week", "later")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: its line from 1 (0 = the file as a whole), the dotted key, a Korean sentence."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.line}번째 줄" if self.line else "파일 전체"
        return f"{where} {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class SettingsError(Exception):
    """The settings file can't be used. `faults` holds every fault found, by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))[:_MOST_FAULTS]
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def key_of(path: Path) -> str:
    """`path` as a person would say it, without the numbers of list items."""
    return ".".join(shown(part) for part in path if isinstance(part, str))


def of_toml(broken: Broken) -> Fault:
    """The fault that a piece of broken TOML is."""
    for beginning, says in _TOML_SAYS.items():
        if broken.reason.startswith(beginning):
            return Fault(broken.line, "", says)
    return Fault(broken.line, "", "TOML 문법에 맞지 않습니다.")


def of_form(errors: Iterable[Mapping[str, Any]], form: type[BaseModel], document: Document) -> list[Fault]:
    """The faults that pydantic's `errors` are."""
    faults = []
    for error in errors:
        path: Path = tuple(part for part in error["loc"] if part != "[key]")
        faults.append(Fault(document.line_of(path), key_of(path), _says(error, path, form)))
    return faults


def of_source(code: str, path: Path, document: Document) -> Fault:
    """The fault that a `SourceError` of that code is."""
    says = _SOURCE_SAYS.get(code, "수집원의 값이 맞지 않습니다.")
    return Fault(document.line_of(path), key_of(path), says)


def _says(error: Mapping[str, Any], path: Path, form: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "wrong":
        return str(context["says"])
    if kind == "missing":
        return f"필요한 항목이 없습니다: {path[-1]}"
    if kind == "extra_forbidden":
        return _unknown(str(path[-1]), tuple(_form_at(form, path[:-1]).model_fields), error["input"])
    if kind == "list_type" and path[-1] in _TABLE_LISTS and isinstance(error["input"], dict):
        return f"대괄호를 두 번 써 주십시오. 예: [[{key_of(path)}]]"
    template = _FORM_SAYS.get(kind, "값이 맞지 않습니다.")
    return template.format_map({name: shown(value) for name, value in context.items()})


def _unknown(key: str, known: tuple[str, ...], value: object) -> str:
    if key in _TABLE_LISTS and isinstance(value, list | dict):
        return f"[[{key}]]를 여기에 둘 수 없습니다. 예: {_PLACES[key]}"
    hint = nearest(key, known) or f"쓸 수 있는 항목: {', '.join(known)}"
    return f"모르는 항목입니다: {shown(key)}. {hint}"


def _form_at(form: type[BaseModel], path: Path) -> type[BaseModel]:
    """The form of the table at `path` below `form`."""
    for part in path:
        field = form.model_fields.get(part) if isinstance(part, str) else None
        if field is not None:
            form = _form_within(field.annotation) or form
    return form


def _form_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_form_within, get_args(annotation))), None)


_PLACES = {
    "institution": "[[institution]]",
    "person": "[[institution.person]]",
    "channel": "[[institution.channel]]",
    "cafeteria": "[[institution.cafeteria]]",
    "line": "[[institution.cafeteria.line]]",
    "sensor": "[[institution.cafeteria.sensor]]",
    "source": "[[source]]",
    "rule": "[[institution.travel.rule]]",
    "week": "[[institution.cafeteria.slots.week]]",
    "later": "[[institution.cafeteria.slots.later]]",
}

_TOML_SAYS = {
    "line longer": "한 줄이 너무 깁니다. 여러 줄로 나누어 주십시오.",
    "nested too deeply": "괄호가 너무 깊이 겹쳐 있습니다.",
    "number too long": "숫자가 너무 깁니다.",
    "Cannot overwrite a value": "같은 항목을 두 번 적었습니다. 하나만 남겨 주십시오.",
    "Duplicate inline table key": "같은 항목을 두 번 적었습니다. 하나만 남겨 주십시오.",
    "Cannot declare": "같은 표를 두 번 적었거나, 여러 개인 표의 대괄호가 한 겹입니다. 예: [[institution.person]]",
    "Cannot mutate": "이미 값을 적은 항목에 덧붙일 수 없습니다.",
    "Cannot redefine": "이미 값을 적은 항목을 다시 적을 수 없습니다.",
    "Expected '=' after a key": "항목 이름 다음에 = 이 없습니다.",
    "Expected ']": "표 이름의 대괄호가 닫히지 않았습니다.",
    "Expected newline": "한 줄에는 항목 하나만 적을 수 있습니다. 값 뒤에 남은 글자를 보아 주십시오.",
    "Invalid date": "없는 날짜이거나 시각입니다.",
    "Invalid value": "값을 읽을 수 없습니다. 글은 따옴표로 감싸고, 윗줄의 괄호가 닫혔는지 보아 주십시오.",
    "Invalid initial character for a key part": "항목 이름을 읽을 수 없습니다. 한글 이름은 따옴표로 감싸 주십시오.",
    "Invalid statement": "항목 = 값, 또는 [표]의 꼴이 아닙니다.",
    "Unclosed array": "목록의 대괄호가 닫히지 않았거나 쉼표가 빠졌습니다.",
    "Unclosed inline table": "중괄호가 같은 줄에서 닫히지 않았거나 쉼표가 빠졌습니다.",
    "Unterminated string": "따옴표가 닫히지 않았습니다.",
    "Illegal character '\\n'": "따옴표가 같은 줄에서 닫히지 않았습니다.",
    "Illegal character": "쓸 수 없는 글자(보이지 않는 글자)가 있습니다.",
    "Unescaped": "따옴표 안의 역슬래시(\\)는 두 번 적거나 작은따옴표로 감싸 주십시오.",
    "Found invalid character": "쓸 수 없는 글자(보이지 않는 글자)가 있습니다.",
}

_FORM_SAYS = {
    "string_type": "따옴표로 감싼 글이어야 합니다.",
    "int_type": "따옴표 없는 정수여야 합니다.",
    "float_type": "따옴표 없는 숫자여야 합니다.",
    "bool_type": "true 또는 false여야 합니다.",
    "list_type": "대괄호로 묶은 목록이어야 합니다.",
    "dict_type": "표여야 합니다.",
    "model_type": "표여야 합니다.",
    "date_type": "따옴표 없는 날짜여야 합니다. 예: 2026-01-05",
    "greater_than_equal": "{ge} 이상이어야 합니다.",
    "less_than_equal": "{le} 이하여야 합니다.",
    "too_short": "비어 있습니다. 하나 이상 적어 주십시오.",
    "too_long": "너무 많습니다. {max_length}개까지 적을 수 있습니다.",
    "finite_number": "보통의 숫자여야 합니다.",
}

_SOURCE_SAYS = {
    "id": "수집원 id는 글자, 숫자, 점, 밑줄, 붙임표로 64자까지입니다.",
    "url": "주소의 형식이 맞지 않습니다.",
    "interval": "초 단위의 숫자이거나 30m, 2h 같은 글이어야 하고, 1초에서 7일까지입니다.",
    "profile": "게시판 유형의 이름이 아닙니다. 쓸 수 있는 이름은 crawlers/profiles.toml에 있습니다.",
    "profile.name": "게시판 유형의 이름이 아닙니다. 쓸 수 있는 이름은 crawlers/profiles.toml에 있습니다.",
    "profile.detail": "글 번호가 들어갈 자리에 {id}를 적어 주십시오.",
    "profile.fallback": "글 번호가 들어갈 자리에 {id}를 적어 주십시오.",
    "profile.id": "괄호 묶음이 하나 이상 있는 정규식이어야 합니다.",
}
