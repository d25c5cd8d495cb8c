"""What stands above a body and only repeats its list: title, department, date, counters. Pure; refuses half lines."""

from __future__ import annotations

import re

_HEAD = 3000  # characters in which a page's own heading table must end
_NEXT_LABEL = r"(?=\s*$|\s*\n|\s+(?:제\s?목|담당|작성|등록|게시|조회|연락처|전화|첨부|번호))"
_MEANT = r"(?:\s*[:：]\s*|\s+)"  # between a label and its value
_DAY = r"\d{2,4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}[일.]?"
_HOUR = r"(?:\s?\([월화수목금토일]\))?(?:\s\d{1,2}:\d{2}(?::\d{2})?)?"
_WHO = r"[^\s:：]{1,30}(?: [^\s:：]{1,30}){0,2}?"
_ENDINGS = r"hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png"
_LABELLED = (
    rf"(?:등록|작성|게시|배포|보도|공고|게재)\s?일(?:자|시)?{_MEANT}{_DAY}{_HOUR}",
    rf"조회\s?수?{_MEANT}[\d,]{{1,12}}",
    rf"번호{_MEANT}\d{{1,10}}",
    rf"(?:연락처|전화(?:번호)?){_MEANT}[\d)-]{{7,16}}",
    rf"(?:(?:담당|작성|등록|게시)\s?(?:부서|자|과)명?|부서명?|글쓴이){_MEANT}{_WHO}{_NEXT_LABEL}",
    rf"첨부\s?(?:파일)?{_MEANT}(?:없음|[^\n]{{1,200}}\.(?:{_ENDINGS})(?:\s?\([^()\n]{{1,40}}\))?)",
)
_FIELD = re.compile("|".join(_LABELLED))
_NAMED = re.compile(r"(?:제\s?목|담당\s?부서|부서명?)(?:\s*[:：]\s*|\s+)")
_SPACE = re.compile(r"\s+")


def unheaded(text: str, title: str, department: str) -> str:
    """`text` without the leading lines that only repeat what its list said of it: title, department, date, counters.

    Old boards hold all of it in one table with the body. Whole lines go or stay; where nothing would be left,
    all stays.
    """
    told = [words for said in (title, department) if (words := said.split())]
    head, at, end = text[:_HEAD], 0, 0
    while (after := _field(head, at, told)) > at:
        at = after
        at += len(head[at:]) - len(head[at:].lstrip(" |,"))
        if head[at : at + 1] == "\n":
            at = end = at + 1
    return text[end:] if text[end:].strip() else text


def _field(head: str, at: int, told: list[list[str]]) -> int:
    """The end of what at `at` repeats the list, `at` itself where nothing does."""
    label = _NAMED.match(head, at)
    for words in told:  # a pattern of one's own for every title costs more than all else that is done with it
        for start in (label.end(), at) if label else (at,):
            if end := _said(head, start, words):
                return end
    found = _FIELD.match(head, at)
    return found.end() if found else at


def _said(head: str, at: int, words: list[str]) -> int:
    """The end of `words` at `at`, whatever space stands between them; 0 where they do not stand there."""
    for number, word in enumerate(words):
        if number and (space := _SPACE.match(head, at)):
            at = space.end()
        elif number:
            return 0
        if not head.startswith(word, at):
            return 0
        at += len(word)
    return at if at >= len(head) or head[at].isspace() else 0
