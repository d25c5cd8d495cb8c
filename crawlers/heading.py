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


def unheaded(text: str, title: str, department: str) -> str:
    """`text` without the leading lines that only repeat what its list said of it: title, department, date, counters.

    Old boards hold all of it in one table with the body. Whole lines go or stay; where nothing would be left,
    all stays.
    """
    told = [r"\s+".join(map(re.escape, words)) for said in (title, department) if (words := said.split())]
    named = [rf"(?:(?:제\s?목|담당\s?부서|부서명?)(?:\s*[:：]\s*|\s+))?(?:{one})(?=\s|$)" for one in told]
    field = re.compile("|".join([*named, *_LABELLED]))
    head, at, end = text[:_HEAD], 0, 0
    while found := field.match(head, at):
        at = found.end()
        at += len(head[at:]) - len(head[at:].lstrip(" |,"))
        if head[at : at + 1] == "\n":
            at = end = at + 1
    return text[end:] if text[end:].strip() else text
