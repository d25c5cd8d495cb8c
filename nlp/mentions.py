"""For whom, whom to ask, by which law: each as the text says it, with its sentence.

A name is never completed and a law never looked up; "같은 법" is the law named just before, nothing else. Only numbers
that a text gives beside its own contact are told, and nobody's mobile number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from nlp.sentences import lines, sentences

__all__ = ["Mention", "contacts", "laws", "targets"]

_SEPARATOR: Final = r"\s*[)\]]?\s*(?:[:：|]\s*|(?<=[)\]])\s+)"
_TARGET: Final = re.compile(
    rf"^[(\[|\s]*(?:\d{{1,2}}[.)]|[가-하][.)])?\s*(?:(?:지원|신청|모집|응모|참가|참여|추천|접수|교육|채용|선발|공모|가입)\s*)?"
    rf"(?:대상(?:자)?|자격(?:\s*요건)?|누구에게|누가){_SEPARATOR}(?P<said>(?!\s*(?:별첨|붙임|별지|첨부))[^|]{{2,160}})"
)
_PHONE: Final = re.compile(
    r"(?<![\d-])(?:0(?!1)\d{1,2}[-)]\s?\d{3,4}-\d{4}|1[568]\d{2}-\d{4})(?![\d-])"
    r"|(?<=[☎☏(])\s?\d{3,4}-\d{4}(?![\d-])|내선\s?(?:번호\s?)?\d{3,5}(?!\d)"
)
_ASK: Final = re.compile(
    r"(?:접수·)?(?:문의처?|담당(?:자|부서|관)?|연락처|전화)\s*[)\]]?\s*(?:[:：.|☎☏]\s*)+(?P<name>[^|☎☏\d():：,]{2,30})?"
)
_NAME: Final = re.compile(r"(?P<name>[가-힣○·]{2,20}(?:\s[가-힣○·]{2,12}){0,3})\s*[(:：]?\s*[☎☏]?\s*(?:전화\s*)?$")
_NO_NAME: Final = re.compile(r"^(?:문의(?:처)?(?:는)?|전화(?:로)?|담당(?:자)?|연락처|접수·문의)$")
_ARTICLE: Final = r"제\s?\d{1,4}조(?:의\d{1,2})?"
_LAW: Final = re.compile(
    rf"[「｢『](?P<quoted>[^「」｢｣『』]{{2,60}}?)[」｣』]\s*(?P<part>시행령|시행규칙)?\s*(?P<a1>{_ARTICLE})?"
    rf"|(?P<same>같은\s?법|동법|법)\s*(?P<part2>시행령|시행규칙)?\s*(?P<a2>{_ARTICLE})"
    rf"|(?P<plain>(?:[가-힣·]{{1,12}} ){{0,5}}등?에 관한 (?:특별)?법률|[가-힣·]{{1,20}}법)"
    r"(?P<part3> ?시행령| ?시행규칙)?\s*"
    rf"(?P<a3>{_ARTICLE})"
    r"|(?P<number>(?:법률|대통령령|총리령|[가-힣]{2,10}부령|조례)\s?제\s?\d{1,6}호)"
)
_IS_LAW: Final = re.compile(r"(?:법|법률|조례|규칙|영|령)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a text says, and the sentence (a piece of the source) that says it."""

    text: str
    sentence: str


def targets(text: str) -> list[Mention]:
    """For whom something is, where a line is labelled so (지원대상, 응모자격)."""
    found = [(line, match) for line in lines(text) if (match := _TARGET.match(line))]
    return [Mention(match["said"].strip(" .,;"), line) for line, match in found]


def contacts(text: str) -> list[Mention]:
    """Whom to ask, in order: an office with its number, or either alone."""
    found: dict[str, Mention] = {}
    for sentence in sentences(text):
        phones = list(_PHONE.finditer(sentence))
        start = 0
        for phone in phones:
            found.setdefault(phone[0], Mention(_named(sentence[start : phone.start()], phone[0]), sentence))
            start = phone.end()
        label = _ASK.search(sentence) if not phones else None
        if label is not None and label["name"]:
            name = label["name"].strip(" .,;")
            found.setdefault(name, Mention(name, sentence))
    return list(found.values())


def _named(before: str, phone: str) -> str:
    label = _ASK.search(before)
    said = (label["name"] or "").strip(" .,;·/") if label else ""
    if not said:
        match = _NAME.search(before)
        said = match["name"].strip() if match else ""
    return f"{said} {phone}" if said and not _NO_NAME.match(said) else phone


def laws(text: str) -> list[Mention]:
    """Articles and numbers of laws, each once, in order: "간호법 제3조", "법률 제20311호"."""
    found: dict[str, Mention] = {}
    before = ""
    for sentence in sentences(text):
        for match in _LAW.finditer(sentence):
            name = _law_name(match, before)
            before = name or before
            told = " ".join(match["number"].split()) if match["number"] else _article(match, name)
            if told:
                found.setdefault(told, Mention(told, sentence))
    return list(found.values())


def _law_name(match: re.Match[str], before: str) -> str:
    """The law of a mention without its decree, so that "같은 법" finds it."""
    if match["quoted"]:
        return match["quoted"].strip() if _IS_LAW.search(match["quoted"].strip()) else ""
    return before if match["same"] else (match["plain"] or "").strip()


def _article(match: re.Match[str], name: str) -> str:
    article = match["a1"] or match["a2"] or match["a3"]
    if not article or not name:
        return ""
    part = match["part"] or match["part2"] or match["part3"]
    decree = f" {part.strip()}" if part else ""
    return f"{name}{decree} {article.replace(' ', '')}"
