"""Whether a sentence only asks about an act: what it would lead to, whether one may, whether one can. Pure.

    "출장 취소하면 기록 남아?" · "휴가 내도 되나" · "해지할 수 있나요" · "취소할까요"    only asks: nothing is done
    "취소해 주실 수 있나요?" · "해지해 줄래?" · "꺼 주시면 안 될까요"                 is a request in a question's form

Who asks is answered, and what they asked about is offered, never done. What only shows something answers a question as
it always did (`SHOWS`); words that stand beside a colon, over several lines or far along are somebody's own text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.answers import said
from bot.messenger import Reply
from bot.routes import Found, Request, tidy, unaddressed
from bot.sayings import normal
from bot.trip_advice import topic
from bot.wording import SAY
from bot.wording import trip_advice as advice
from bot.wording import wondering as words

_LONGEST: Final = 70
_END: Final = r"[\s?？!.~…ㅠㅜㅋㅎ^]*$"
_REQUEST: Final = re.compile(
    r"(?:(?:줄|주실|드릴|주시겠|줄래|주실래|주겠|달라고 ?해도|해달라고|부탁\S{0,6}|부탁해도|부탁드려도)"
    rf"\s?(?:수\s?(?:있|없)\S{{0,6}}|래요?|어요|습니까|어|니|되\S{{0,4}}|될까요?|돼요?|까요?)?{_END}"
    rf"|(?:주|주시)면\s?(?:안\s?\S{{1,5}}|좋겠\S*|고맙\S*|감사\S*|어떨까\S*){_END}"
    rf"|(?:했으면|으면|였으면)\s?(?:좋겠|해요|합니다)\S*{_END})"
)
"""What one is asked to do: 주다 stands behind the act."""
_ASKED_TO_DO: Final = re.compile(
    r"(?<=\S)(?P<gap>\s?)(?:줄\s?수\s?(?:있|없)\S{1,5}|주실\s?수\s?(?:있|없)\S{1,5}|줄래요?|주실래요?"
    r"|주시겠\S{1,4}|주겠니"
    rf"|주(?:시)?면\s?(?:안\s?\S{{1,4}}|좋겠\S{{0,4}}|고맙겠\S{{0,4}}|감사하겠\S{{0,4}}))(?:\s?부탁\S*)?{_END}"
)
_IF: Final = (
    r"(?:[하되으시이리내끄빼켜우추보쓰두루꾸기르쉬오가치누받서]면|철회면|거부면"
    r"|[할될갈올낼] ?경우(?:에는|엔|에)?)"
    r"(?:은|요)?(?=[\s,])"
)
_ASKED: Final = (
    r"(?:나요|[은는인던]가요?|[을ㄹ]까요?|까요?|[습됩합갑납옵입줍봅집집킵립깁십]니까|[는은을]지요?|는거(?:야"
    r"|예요|에요|죠)"
    r"|냐|죠|지요"
    r"|(?:되|남|있|없|오|가|받|보|주|나|지|리|빠|끝|늦|못하|안하|기|뜨|쓰|내|온|간|보이|뀌)나"
    r"|(?:되|남|있|없|오|가|받|보|지|하|나)(?:노|니|려나|ㄹ라나|는감))"
)
_HAPPENS: Final = (
    r"(?:(?:안|못) ?\S{1,4}|\S{0,4}(?:남아|돼|되|와|가|빠져|사라져|없어져|지워져|풀려|바뀌어|늦어져|끊겨|생겨|나와"
    r"|나타나|걸려|보여|괜찮아"
    r"|가능해|날아가|끝나|떠|울려|알려져|이어져|남음|취소돼|필요해|들어|깎여))(?:요)?"
)
_WHAT: Final = r"(?:어떻게|어찌|어떡|왜|언제|얼마|누가|누구|무슨|뭐가|뭐|무엇|어디|며칠|몇)"
_DONE: Final = r"[았었였했갔왔됐봤냈렸났졌겼섰렀셨]었?"
_YOU: Final = r"(?:요|용|유)?"
_RECOLLECTIONS: Final = (
    re.compile(
        rf"(?:[가-힣][던든]가|{_DONE}(?:나|냐|니|노|던지)|{_WHAT}.*(?:[더드]라[구고]?|{_DONE}(?:지|죠|을까))){_YOU}{_END}"
    ),
    re.compile(rf"{_DONE}는지(?:도|가|를)?\s?(?:좀\s?)?(?:궁금|모르|몰라|알려|알\s?수|물어|확인|기억|가물)"),
)
"""What was done once and is not remembered."""
_QUESTIONS: Final = (
    re.compile(rf"{_IF}.*(?:{_ASKED}|{_HAPPENS}){_END}"),
    re.compile(rf"{_IF}.*{_WHAT}"),
    re.compile(rf"{_IF}.*[?？]"),
    re.compile(
        r"[아어여해해러려워와가내도둬봐서켜꺼빼춰쉬줘]도\s?(?:상관|문제|괜찮|별일|안전|무방|되|될|됩|돼|가능)"
        rf"\S{{0,3}}(?:나|나요|냐|니|노|까|까요|는지|은지|ㄴ지|을지|지|죠|지요|는가|가요|려나|없나"
        rf"|없을까)\S{{0,2}}{_END}"
    ),
    re.compile(r"(?:꺼|빼|쉬어|쉬|해|지워|멈춰|막아|끊어|바꿔|미뤄|안 가|못 가)도\s.{1,24}[?？]"),
    re.compile(r"도\s?(?:돼요?|되요?|되|됨|괜찮아요?|상관없어요?)\s?[?？]"),
    re.compile(
        r"[가-힣]\s?수\s?(?:도|는|가)?\s?(?:있|없)"
        r"(?:나|나요|냐|니|노|을까|을까요|는지|을지|습니까|는가|는가요|죠|지|지요|으려나)\S{0,2}"
        rf"(?:\s?(?:궁금|알|모르|물어|확인)\S*)?{_END}"
    ),
    re.compile(r"수\s?(?:도|는|가)?\s?(?:있|없)(?:어|어요|음|습니다)?\s?[?？]"),
    re.compile(
        r"(?:[하되오가받보남있없지기나](?:는|은|을)|[할될갈올볼])지(?:도|가|를|요|는)?\s?"
        r"(?:궁금|모르|몰라|알고\s?싶|알려|알\s?수|물어|여쭤|확인|걱정)"
    ),
    re.compile(
        rf"(?:[할뺄끌끊갈올볼쓸둘될낼줄을킬쉴말]까|나요|가능한가|되나|되냐|되노|되려나|못하나|안 ?되나)요?{_END}"
    ),
    re.compile(r"(?:안|못)\s?(?:돼|되|받|해|가|와|봐)\S{0,2}\s?[?？]|(?:되|돼|가능해|필요해|가능)요?\s?[?？]"),
)
"""Consequences, permissions, possibilities, doubts."""

_WHO: Final = re.compile(r"[ㄱ-ㅣ\s]*(?:이거|이게|이건|여기|너는?|넌)?\s?(?:뭐|뭔|누구)\S{0,6}[\s?!.]*")

_KEPT: Final = (
    (re.compile(r"^(?:trip|departed|arrived|returned|late$)"), "출장 목록"),
    (re.compile(r"^(?:subscribe|remove|exclude|pause|resume)$"), "목록"),
    (re.compile(r"^leave"), "휴가 목록"),
)
"""Routes that do a thing, and the command that shows what was done."""

HARMLESS: Final = frozenset({
    "acts", "acts-deployment", "areas", "area", "audit_list", "audit", "boards", "briefing", "card", "line-why",
    "camera-privacy", "cafeteria", "channels", "channel-settings", "channel-named", "dead-letters", "because", "sum3",
    "my-figures", "figures", "weekly", "help", "introduction", "thanks", "homes", "invite-list", "ledger", "menu",
    "allergen", "mine", "who-looked", "orders", "location-notice", "place-trouble", "place-abroad", "plan-log",
    "plan-people", "plan-fixed", "plan-public", "reminders", "report", "room-list", "find", "find-more", "document",
    "alike", "sensors", "claim", "slot-first", "slot", "slots", "slot-rest", "sources", "source-check", "state",
    "list", "trips", "urgent-log", "urgent-sources", "log", "word-history", "words", "hours", "digest", "letters",
    "trip-unsettled", "verify", "staff", "kitchen", "trip-show", "receipt-again", "evidence-way", "trip-wish",
    "leaves", "balance", "expenses", "duties", "duty", "inspect", "leave-left", "leave-list", "posting",
    "asked_minute", "why-nothing", "why-again", "why-no-briefing", "when-again", "too-many", "staff-holders",
})  # fmt: skip
"""Routes that only show or explain something, and leave nothing behind."""
SHOWS: Final = HARMLESS | {"access_review", "check_report", "link-code", "original", "more", "more-last", "sum-last"}
"""Routes that a question calls as anything does: also those that speak of one story, or leave something behind."""
_OWN_TEXT: Final = frozenset({"broadcast", "urgent"})
"""Routes whose command begins somebody's own text, which may well ask."""
_TAKES_ASKED: Final = re.compile(
    r"^(?:trip|leg|late|leave|morning|rest|quiet-hours|digest-times|erase|withdraw|invite)"
)
"""Routes whose pending question no such sentence answers."""
_ACTS: Final = (
    ("trip-off", re.compile(r"출장.{0,6}(?:취소|철회|[안못] ?[가갈감간])")),
    ("withdraw", re.compile(r"(?:위치|동의).{0,8}(?:철회|거부|취소)")),
    ("invite-end", re.compile(r"초대.{0,6}(?:취소|철회|회수)")),
    ("remove", re.compile(r"(?:구독|소식).{0,4}(?:해지|취소|끊)|해지[하해]")),
)
"""Acts that are named with another route's word."""
_ACTS_ON: Final = re.compile(
    r"(?:을|를|은|는|도)?\s?(?:하|해|할|했|되|된|돼|됐|보내|보냈|올리|올렸|취소|쓰|썼|나가|나갔)"
)


def asks_who(text: str) -> bool:
    """Whether somebody asks first what this is: they get the introduction."""
    return _WHO.fullmatch(text) is not None


def wonders(text: str) -> bool:
    """Whether a tidy text only asks about an act, and is no request."""
    if not text or len(text) > _LONGEST or ":" in text or text.startswith("/") or _REQUEST.search(text):
        return False
    counted = text.strip(" .!~") == "하나요"  # one of several
    return not counted and any(pattern.search(text) for pattern in _QUESTIONS)


def recalls(text: str) -> bool:
    """Whether a tidy text only tries to remember what was done: it does nothing again."""
    return len(text) <= _LONGEST and ":" not in text and any(pattern.search(text) for pattern in _RECOLLECTIONS)


def requested(text: str) -> str:
    """A request in a question's form as plain words (`꺼 줄 수 있어?` is `꺼 줘`); all other texts as they are."""
    return _ASKED_TO_DO.sub(r"\g<gap>줘", text)


def recollected(request: Request, found: Found | Sequence[Reply]) -> str:
    """The press that shows what somebody tries to remember (`몇 시에 출발했더라`), where the words would act."""
    if not isinstance(found, Found) or guarded(request, found) is found:
        return ""
    if not recalls(unaddressed(tidy(request.update.text))):
        return ""
    return next((f"{SAY}{shows}" for of, shows in _KEPT if of.search(found.route.name)), "")


def guarded(
    request: Request, found: Found | Sequence[Reply], read: Request | Sequence[Reply] | None = None
) -> Found | Sequence[Reply]:
    """The route, or what is answered in its place to somebody who only asks what it would do.

    `request` as written, `read` as what was asked or spoken of before explains it: a bare no to a question is advised
    about nothing.
    """
    update = request.update
    if read is not None and read != request and said(update.text) is not None:
        return found
    if (told := _advice(request, found)) is not None:
        return [told]
    if not isinstance(found, Found) or update.press is not None or update.files or update.location is not None:
        return found
    name = found.route.name
    if name in SHOWS or not found.route.allows(request.member) or "\n" in update.text.strip():
        return found
    text = unaddressed(tidy(update.text))
    wondered = wonders(text) or (recalls(text) and _does(name))
    if not wondered or (found.answers is not None and not _TAKES_ASKED.search(name)):
        return found
    if name in _OWN_TEXT and found.argument.startswith("이대로 "):
        return found  # of an open notice, which is read back anew
    if name in _OWN_TEXT and not any(_ACTS_ON.match(text.removeprefix(one).lstrip()) for one in found.route.words):
        return found
    if found.route.private and not request.chat.private:
        return found
    route = found.route
    name = next((of for of, pattern in _ACTS if pattern.search(text)), name)
    return [words.only_asked(name, next(iter(route.words), ""), route.help)]


def _does(name: str) -> bool:
    return name in _OWN_TEXT or any(of.search(name) for of, _ in _KEPT)


def _advice(request: Request, found: Found | Sequence[Reply]) -> Reply | None:
    """What is said to a question about a trip's evidence; None where it is none, or somebody's own trade or text."""
    update = request.update
    if update.press is not None or update.files or update.location is not None or update.reaction:
        return None
    if not (request.chat.private or update.mention):
        return None
    if isinstance(found, Found) and (found.route.desk or found.route.name in _OWN_TEXT or found.route.roles):
        return None
    about = topic(normal(unaddressed(tidy(update.text))))
    return advice.told(about) if about else None
