"""`취소`, `방금 거 되돌려 줘`: typed, it is the one undo button below the last answer in the same conversation.
`아니 816명`, `교육생 100명으로 변경`: the same, and then the last words once more with the other number.

What a bare word would undo is kept for half an hour, also over a restart; once something else was answered, nobody's
bare word undoes anything.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.messenger import Button, Reply, Update
from bot.routes import Request

_PLEASE: Final = (
    r"(?:요|해|할게요?|합니다|하겠습니다|해요|줘요?|주세요|주십시오|돼요?|부탁(?:해요|합니다|드립니다|드려요)?)"
)
_WORD: Final = re.compile(
    r"(?:(?:아니|아|앗|잠깐만?|방금|지금)[ ,.]*)*(?:(?:그|이|저|한|쓴|올린|보낸|누른) ?)?(?:내 ?)?"
    r"(?:거|것|꺼|건|내용|제보|등록|알림)?(?:는|은|를|을|도)? ?"
    rf"(?:취소|되돌리기|되돌려|무르기|원래대로|철회)(?: ?(?:해 ?)?{_PLEASE})?[ .!~]*"
)
_ASIDE: Final = (
    r"(?:(?:아니|아|앗|어|음|근데|잠깐만?|죄송(?:해요|합니다|한데요?)?|미안(?:해요)?|그냥|이거|그거|방금 거)[ ,.]*)*"
)
_DO: Final = (
    r"(?: ?(?:요|해요?|할게요?|할래요?|합니다|하겠습니다|해 ?줘요?|해 ?주세요|해 ?주십시오"
    r"|부탁(?:해요|합니다|드려요|드립니다)?))"
)
_CANCEL: Final = r"(?:취소|철회)"
_REASONED: Final = re.compile(
    rf"{_ASIDE}{_CANCEL}(?:{_DO}[ ,.!~]+|[,.!~]+ ?| +(?!안|못|하|아니|말|필요|없|되|됐|돼|했|가능|할|건|된|한|좀))"
    rf"(?P<why>\S.{{1,40}})|{_ASIDE}(?P<before>\S.{{1,36}}?)[ ,.!~]+{_ASIDE}{_CANCEL}{_DO}?[ .!~]*"
)
_REASON: Final = re.compile(r".*(?:요|다|네|음|임|함|됨|듯|서|어|데|니까|거든)[ .!~ㅠㅜㅎㅋ^]*")
_ACTS: Final = re.compile(
    r"[?？]|면(?:\s|요|$)|방법|어떻게|되나|될까|바꿔|변경|대신|말고|까지|부터|(?:으로|로)요?[ .!~]*$"
    r"|줘|주세|주십|주실|알려|보여|걸어|등록|다시|목록|누가|언제|왜"
)
"""What asks for something else beside the cancelling, or asks about it."""
_NAMED: Final = (
    ("leave", r"휴가|연가|연차|반차|병가|휴무"), ("trip", r"출장|출발|도착|복귀"), ("sub", r"구독|소식|낱말"),
    ("notice", r"공지"), ("menu", r"식단|메뉴"), ("morning", r"브리핑"),
    ("", r"초대|인계|발령|회원|직원|동의|재난|영수증|동행"),
)  # fmt: skip
"""What may be named, and the beginning of a button that concerns it."""
_COUNTED: Final = r"\d[\d,]{0,7} ?(?:명|식|인분|분)"
_OTHERWISE: Final = re.compile(
    rf"(?:아니(?:요|다|라|고)?|정정|수정)[ ,:]*(?P<who>[가-힣 ]{{0,12}}?) ?(?P<new>{_COUNTED})"
    r"(?:이?요|입니다|이에요|임|으로|로)?[ .!~]*"
    rf"|(?P<who2>[가-힣 ]{{0,16}}?) ?(?P<new2>{_COUNTED})(?:으로|로) ?(?:변경|정정|수정|바꿔|고쳐).{{0,10}}"
)
_LABELS: Final = frozenset({"취소", "되돌리기", "알림 취소", "그만두기"})
_ASKED_ABOUT: Final = ("trip", "wish:undo:")
"""What a bare word never undoes: which trip is asked even if there is but one, and a setting is named first."""
NAMED_FIRST: Final = ("staff-undo:", "posting:undo:")
"""What concerns other people: it is named before a word takes it back."""
_LIFE: Final = timedelta(minutes=30)
_MOST: Final = 20_000
_LONGEST: Final = 200

Key = tuple[str, str, str]
"""Institution, person, conversation."""


def takes_back(text: str) -> bool:
    """Whether the text wants the last thing undone and says nothing else."""
    return len(text) <= 40 and _WORD.fullmatch(text) is not None


def reasoned(text: str, press: str = "") -> bool:
    """Whether the text wants the last thing undone and tells why: `아 취소요 오늘 밖에서 먹기로 했어요`.

    It names nothing but what `press` undoes, and asks for nothing else.
    """
    found = _REASONED.fullmatch(text) if len(text) <= 70 and not takes_back(text) else None
    if found is None:
        return False
    why = found["why"] or found["before"]
    if _ACTS.search(why) or not _REASON.fullmatch(why):
        return False
    return all(of and press.startswith(of) for of, named in _NAMED if re.search(named, why))


@dataclass(frozen=True, slots=True)
class Offer:
    """An undo button, and the words whose answer carried it (those alone that a number may correct)."""

    at: datetime
    press: str
    text: str
    last: bool = True
    """Whether nothing else was answered since."""
    used: str = ""
    """The update that undid it: whoever handles it anew does so again."""

    def to_json(self) -> str:
        """As it is kept."""
        row = {"at": self.at.astimezone(UTC).isoformat(), "press": self.press, "text": self.text}
        return json.dumps(row | {"last": self.last, "used": self.used}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: bytes) -> Offer:
        """What `to_json` wrote."""
        row = json.loads(text)
        return cls(datetime.fromisoformat(row["at"]), row["press"], row["text"], row["last"], row["used"])


class Undoables:
    """What can be undone by a word, kept for half an hour.

    dobi:{tenant}:people:undo:<person>    hash, chat → JSON of the button, its instant, and words with one number
    """

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, person: str) -> str:
        return f"dobi:{{{tenant}}}:people:undo:{person}"

    async def get(self, tenant: str, person: str, chat: str) -> Offer | None:
        """The chat's last offer."""
        found = await self._redis.hget(self._key(tenant, person), chat)
        return None if found is None else Offer.from_json(found)

    async def put(self, tenant: str, person: str, chat: str, offer: Offer) -> None:
        """It is the chat's last offer now. Safe to repeat."""
        key = self._key(tenant, person)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, chat, offer.to_json())
            pipe.expire(key, int(_LIFE.total_seconds()))
            await pipe.execute()


class LastUndo:
    """What each person's last answer in each conversation offered to undo.

    The store is the truth. What this process knows of it saves it asking at every answer; where a bare word is to undo
    something it is asked all the same, for another process may have answered since.
    """

    def __init__(self, store: Undoables | None = None) -> None:
        self._store = store
        self._known: OrderedDict[Key, Offer | None] = OrderedDict()

    async def answered(self, key: Key, text: str, update: Update, replies: Sequence[Reply], now: datetime) -> None:
        """Remembers the answer's only undo button and what led to it, by words or by a button.

        After an answer without one a bare word undoes nothing more; a number can still be corrected by name.
        """
        offered = [
            one.press
            for reply in replies
            for one in reply.buttons
            if (one.label in _LABELS or _is_leave(one)) and not one.press.startswith(_ASKED_ABOUT)
        ]
        if len(offered) == 1:
            await self._put(key, Offer(now, offered[0], text if _is_counted(text) else ""))
            return
        before = await self._offer(key, now)
        if before is None or not before.last:
            return
        undone = update.press is not None and update.press == before.press
        left = replace(before, last=False, used=update.id or "", text="") if undone else replace(before, last=False)
        await self._put(key, left)

    async def press(self, key: Key, text: str, update: Update, now: datetime) -> str | None:
        """The button that a bare `취소` means, or None; the same again for the update that it was pressed by."""
        if not takes_back(text):
            return None
        offer = await self._offer(key, now, anew=True)
        if offer is None:
            return None
        return offer.press if offer.last or (update.id and offer.used == update.id) else None

    async def bared(self, request: Request, text: str) -> Request:
        """Of `취소` with its reason, right after what can be undone, the word alone; every other request as it is."""
        if not reasoned(text) and not reasoned(text, "leave"):
            return request
        key = (request.tenant, request.person, request.chat.ref)
        offer = await self._offer(key, request.now, anew=True)
        if offer is None or not offer.last or not reasoned(text, offer.press):
            return request
        return replace(request, update=replace(request.update, text="취소"))

    async def otherwise(self, key: Key, text: str, now: datetime) -> tuple[str, str] | None:
        """The undo button and the last words with another number, where the text corrects them; else None."""
        if len(text) > _LONGEST or _OTHERWISE.fullmatch(text) is None:
            return None
        offer = await self._offer(key, now, anew=True)
        if offer is None or offer.used:
            return None
        said = corrected(offer.text, text, named=not offer.last)
        return (offer.press, said) if said else None

    async def _offer(self, key: Key, now: datetime, *, anew: bool = False) -> Offer | None:
        """The offer that stands; `anew`: whatever this process knows, it is read."""
        if self._store is not None and (anew or key not in self._known):
            self._note(key, await self._store.get(*key))
        offer = self._known.get(key)
        return offer if offer is not None and now - offer.at <= _LIFE else None

    async def _put(self, key: Key, offer: Offer) -> None:
        self._note(key, offer)
        if self._store is not None:
            await self._store.put(*key, offer)

    def _note(self, key: Key, offer: Offer | None) -> None:
        self._known[key] = offer
        self._known.move_to_end(key)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)


def _is_leave(button: Button) -> bool:
    """Whether it is the one below a leave just noted: no offer, and none of a list."""
    return button.label == "휴가 취소" and button.press.startswith("leave:cancel:")


def _is_counted(text: str) -> bool:
    """Whether the words hold the one number that may be corrected: no others are kept."""
    return len(text) <= _LONGEST and len(re.findall(_COUNTED, text)) == 1


def corrected(before: str, text: str, *, named: bool = False) -> str | None:
    """`before` with the number that `text` puts in its place; None where that is not plain, or not `named`."""
    found, counted = _OTHERWISE.fullmatch(text), re.findall(_COUNTED, before)
    if found is None or len(counted) != 1:
        return None
    who, new = (found["who"] or found["who2"] or "").split(), found["new"] or found["new2"]
    if named and not who:
        return None
    same = re.sub(r"[\d, ]", "", new) == re.sub(r"[\d, ]", "", counted[0])
    return before.replace(counted[0], new) if same and all(one in before for one in who) else None
