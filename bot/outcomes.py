"""Whether somebody asks how the thing just done stands, and the command that shows it. Pure.

    못 보낸 것 + [모두 다시 보내기] + "됐나"   → "못 보낸 것 갔나"
    공지 + [보내기] + "다 갔어요?"             → "공지 갔나"
    구독 청년 + "됐어요?"                      → "목록"

What waits for a press is not done yet: that is said, with its buttons. `됐어요` without a question mark says something
else, and is left to whoever reads it. Kept by the process that answered, for an hour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.asked import Asked
from bot.breath import SETS
from bot.ellipses_time import TIME
from bot.messenger import Reply
from bot.routes import Found, Request
from bot.wondering import SHOWS
from bot.wording import answers as wording

STATE: Final = "갔나"
"""Behind `공지` or `못 보낸 것`: how what was sent stands."""
_LEADS: Final = (
    r"(?:(?:아|어|음|네|넵|예|저기|저기요|근데|그럼|그러면|그래서|혹시|도비야|잠깐|이제|인자|인제|벌써|방금|아까|지금)"
    r"[ ,.~]*)*"
)
_WHAT: Final = (
    r"(?:(?:그|이|저|방금|아까|지금)? ?(?:한|보낸|다시 ?보낸|올린|말한|누른|쓴|신청한|바꾼)? ?"
    r"(?:거|것|게|건|꺼|그거|이거)"
    r"|공지|안내|알림|메시지|글|발령|인사 ?발령|구독|신청|설정|변경|처리|적용|반영|등록|저장|접수|전송|발송|재전송"
    r"|(?:\d+|한|두|세|네)(?:건|개|명))(?:은|는|이|가|도|들|다)* ?"
)
_HOW: Final = r"(?:(?:안|못|다|잘|모두|전부|제대로|정말|진짜|확실히|무사히|바로|아직|다시|벌써|이미|이제|싹) ?)*"
_DONE: Final = (
    r"(?:(?:처리|적용|반영|등록|저장|접수|전송|발송|완료|신청|변경|설정|해결|전달) ?)?"
    r"(?:됐|됬|됫|댔|댓|되었|되엇|된|됀)|(?:나|보내|넘어|들어|발송|전송)?(?:갔|갓|간|졌|진)|보내[졌진]|나[갔간]|보냈|보낸|들어[갔간]"
    r"|먹[혔힌혓]|도착[했한]|끝[났난]|올라[갔간]|처리[했한]"
)
_ASKS: Final = (
    r"(?:나|나요|냐|냐고|니|노|는교|능교|는가|는가요|는지(?:요|가|도|좀)?(?: ?(?:좀|한번))?"
    r"(?: ?(?:확인|알려|봐|보여|궁금|체크)\S{0,6}(?: ?\S{1,4})?)?"
    r"|습니까|심니꺼|슴까|을까|을까요|던가|던가요|으려나|지|죠|지요|제"
    r"|(?: ?(?:거|것|게|건|기))(?:야|에요|예요|죠|지|지요| ?맞\S{0,4}|가|가요|인가요|임|냐|니|네요?)"
    r"|가|가요|건가|건가요)"
)
_OPEN: Final = r"(?:어|어요|음|습니다|슴|어여|어용|다|네|네요| ?(?:거|것|건)|네여)"
_QUESTION: Final = re.compile(
    rf"{_LEADS}(?:{_WHAT})?{_HOW}(?:{_DONE})(?:{_ASKS}[\s?!.~ㅋㅎㅠㅜ]*|{_OPEN}[\s!.~]*\?[\s?!.~]*)"
    rf"|{_LEADS}(?:{_WHAT})?(?:다 ?|잘 ?)?(?:완료|처리|전송|발송|적용|반영|끝|오케이|ok)[\s]*\?+[\s!.~]*"
)
_LOOKS: Final = re.compile(
    rf"{_LEADS}(?:{_WHAT}|(?:내일|모레|[월화수목금]요일)? ?(?:식단|메뉴|음식|알레르기)(?:이|가|은|는|도)? ?)?{_HOW}"
    r"(?:(?:등록|입력|반영|저장|수정|적용|변경) ?)?(?:들어|올라|바뀌|됐|됬|되|고쳐|적혀|나오)\S{0,3}"
    r"(?:는지|나|은지|ㄴ지)"
    r" ?(?:좀|한번|다시|한번만)? ?(?:볼게|볼께|볼래|보고|보여|봐|봅|보려|보자|확인|알려|체크)\S{0,6}"
    r"(?: \S{1,4})?[\s.!~?]*"
    rf"|{_LEADS}(?:등록|입력|저장|수정|올린|넣은|바꾼|고친) ?(?:된|한)? ?(?:거|것|건|내용|식단|메뉴)(?:을|를)? ?"
    r"(?:좀|한번|다시)? ?(?:볼게|볼께|볼래|보여|보고|확인)\S{0,6}(?: \S{1,4})?[\s.!~?]*"
)
"""Looks at what was just entered: `잘 들어갔는지 볼게요`."""
_COUNTED: Final = re.compile(
    r"(?:아까|방금|그거|공지)? ?(?:은|는)? ?몇 ?(?:명|사람|분|건|개)(?:한테|에게|께|이나|이|나|정도|까지)? ?"
    r"(?:갔|보냈|나갔|보내졌|간|됐|받았|성공|실패)\S{0,5}[\s?!.~]*"
)
_LONGEST: Final = 28

_NEWS: Final = frozenset(
    {"subscribe", "remove", "remove-one", "pause", "resume", "exclude", "leave-out", "topic", "swap", "tidied", "hush"}
)
_HOURS: Final = frozenset({"hours-one", "wish", "hours", "awake", "lunch-hours", "place"}) | (SETS - _NEWS) | set(TIME)
_PEOPLE: Final = frozenset({
    "posting", "posting-sheet", "staff-add", "staff-role", "staff-move", "staff-leave", "staff-undo", "staff-rest",
    "staff-back", "undo-last", "staff-name", "office-name", "staff-lend", "room-bind", "room-unbind", "invite-end",
})  # fmt: skip
_TRIPS: Final = re.compile(r"(?:trip|leg|late)(?:-|_|$)|departed|arrived|returned|with(?:-|$)")
_LEAVES: Final = frozenset({"leave", "leave-instead", "leave-cancel"})
_SENT: Final = frozenset({"dead-letters"})
_NOTICES: Final = frozenset({"broadcast", "broadcast-press"})
_SAYINGS: Final = (
    (_SENT, f"못 보낸 것 {STATE}"), (_NOTICES, f"공지 {STATE}"), (_LEAVES, "휴가"), (_PEOPLE, "기록"),
    (_HOURS, "알림 설정"), (_NEWS, "목록"),
)  # fmt: skip
_MENUS: Final = frozenset(
    {"menu-add", "menu-paste", "menu-day", "menu-fix", "menu-correct", "menu-more", "menu-at", "menu"}
)
_WAITS: Final = (
    _NOTICES | _PEOPLE | _MENUS | frozenset({"sure", "handover", "mine-delete", "tidy", "wish", "urgent", ""})
)
"""Routes that do nothing before their question is answered; empty is what was only proposed."""
_ASIDE: Final = frozenset({"help", "thanks", "introduction"})
_LIFE: Final = timedelta(hours=1)
_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Did:
    """The route that answered last and the question that it left open, if any."""

    route: str
    asked: Asked | None
    at: datetime
    menu: str = ""
    """The command that shows the menu entered, or the menu that waits for a yes."""


def asks_done(text: str) -> bool:
    """Whether it asks if what was just done is done."""
    said = " ".join(text.split())
    return len(said) <= _LONGEST and (_QUESTION.fullmatch(said) or _LOOKS.fullmatch(said)) is not None


def asks_count(text: str) -> bool:
    """Whether it asks how many it went to."""
    said = " ".join(text.split())
    return len(said) <= _LONGEST and _COUNTED.fullmatch(said) is not None


def shows(route: str) -> str:
    """The command that shows how what that route did stands; empty where there is none."""
    found = next((command for routes, command in _SAYINGS if route in routes), "")
    return found or ("출장 목록" if _TRIPS.match(route) else "")


class Outcomes:
    """What was done last in each conversation, as far as this process knows."""

    def __init__(self) -> None:
        self._did: dict[tuple[str, str, str], Did] = {}

    def spoke(self, request: Request, found: Found | None, replies: Sequence[Reply]) -> None:
        """Remembers an act and its open question; what only showed something else ends it."""
        key = (request.tenant, request.person, request.chat.ref)
        asked = Asked.of(replies, request.now)
        asked = None if asked is not None and wording.is_offer(asked.line) else asked
        name = found.route.name if found is not None else ""
        last = self._did.get(key)
        stands = last is not None and request.update.text == (last.menu or shows(last.route) or None)
        if stands or name in _ASIDE or (not name and asked is None):
            return
        self._did.pop(key, None)
        if name in SHOWS and not shows(name):
            return
        self._did[key] = Did(name, asked, request.now, _menu(replies))
        if len(self._did) > _MOST:
            del self._did[next(iter(self._did))]

    def read(self, request: Request, text: str) -> str | Reply | None:
        """The command that shows how it stands, or that it waits for a press; None where nothing is asked of an act."""
        did = self._did.get((request.tenant, request.person, request.chat.ref))
        if did is None or request.now - did.at > _LIFE:
            return None
        sends = did.route in _SENT | _NOTICES
        if not asks_done(text) and not (sends and asks_count(text)):
            return None
        asked = did.asked
        if (
            asked is not None
            and (did.route in _WAITS or re.search(r"까요|니까", asked.line))
            and not _TRIPS.match(did.route)
        ):
            return wording.not_done(did.menu or asked.line, asked.buttons)
        return did.menu or shows(did.route) or None


def _menu(replies: Sequence[Reply]) -> str:
    """The command that shows a menu just entered, or the menu that waits for its yes; empty where there is neither."""
    presses = [one.press for reply in replies for one in reply.buttons]
    if any(one.startswith("menu-yes:") for one in presses):
        return replies[-1].text
    if not any(one.startswith("menu-undo:") for one in presses):
        return ""
    shown = next((one.removeprefix("menu:") for one in presses if one.startswith("menu:")), "")
    return "이번 주 식단" if shown == "week" else f"{shown} 식단"
