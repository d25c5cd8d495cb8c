"""Forms for platforms that have them: what they ask, and the sentence that a filled one says. No platform is named.

A sentence is what the person could have typed behind the form's slash name; the conversation stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form: words, `lines` of them, a day (`2026-11-24`), a time (`13:00`) or one of `choices`."""

    name: str
    label: str
    kind: Literal["text", "lines", "day", "clock", "choice"] = "text"
    optional: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    longest: int = 300


@dataclass(frozen=True, slots=True)
class Form:
    """A form; `slash` is the name under which its sentence is understood, title and buttons at most 24 characters.

    `private`: what it is about is answered in private, wherever it was asked for. `offered`: it stands in everybody's
    menu; else only whoever knows its name opens it.
    """

    name: str
    slash: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    sentence: Callable[[Mapping[str, str]], str]
    close: str = "닫기"
    private: bool = False
    offered: bool = True


def _trip(told: Mapping[str, str]) -> str:
    until = f"~{told['until']}" if told["until"] and told["since"] else ""
    when = " ".join(filter(None, (told["day"], f"{told['since']}{until}")))
    mates = ", ".join(told["mates"].replace("·", " ").replace(",", " ").split())
    parts = (
        " ".join(filter(None, (when, told["where"]))),
        told["vehicle"],
        told["document"],
        f"동행: {mates}" if mates else "",
    )
    return ", ".join(filter(None, parts))


def _subscription(told: Mapping[str, str]) -> str:
    return told["words"]


def _notice(told: Mapping[str, str]) -> str:
    return ": ".join(filter(None, (told["to"], told["text"])))


_VEHICLES: Final = ("관용차", "자가용", "대중교통")

FORMS: Final = (
    Form(
        name="trip",
        slash="/trip",
        title="출장 메모",
        submit="적어 두기",
        fields=(
            Field("day", "가는 날", "day"),
            Field("since", "출발 시각", "clock", optional=True),
            Field("until", "마치는 시각", "clock", optional=True),
            Field("where", "출장지와 용무", hint="진주 스마트팜 현장 점검"),
            Field(
                "vehicle", "교통편", "choice", optional=True, choices=("관용차", "자가용", "대중교통"), hint="고르기"
            ),
            Field("mates", "함께 가는 사람", optional=True, hint="박주무관 이주무관"),
            Field("document", "문서번호", optional=True, hint="농정과-812"),
        ),
        sentence=_trip,
        private=True,
    ),
    Form(
        name="subscribe",
        slash="/subscribe",
        title="소식 구독",
        submit="구독",
        fields=(Field("words", "받고 싶은 소식", hint="재난안전, 스마트팜 보조금"),),
        sentence=_subscription,
    ),
    Form(
        name="notice",
        slash="/notice",
        title="공지",
        submit="읽어 보기",
        fields=(
            Field("to", "받는 부서", optional=True, hint="비우면 우리 기관 모두"),
            Field("text", "내용", "lines", longest=1_000),
        ),
        sentence=_notice,
        private=True,
        offered=False,
    ),
)
