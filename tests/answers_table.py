"""Dobi's questions, and what people answer: who is asked, how, and what a yes, a no and a choice must lead to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.messenger import InFile, Outgoing
from tests.talk import Talk, button, labels

NOTHING = (
    r"바꾸지 않았습니다|받지 않습니다|취소하지 않았습니다|그대로 두었|않았습니다|않으셨|보내지 않|두겠습니다|그만두"
    r"|지우지 않|저장하지 않|않겠습니다|등록한 것은 없|무엇을 고칠까요"
)
YES = "yes"
NO = "no"
LATER = "later"
OTHER = "other"
VAGUE = "yes?"


@dataclass(frozen=True, slots=True)
class Asking:
    """One of Dobi's questions: the words (or `[label]` pressed) that lead to it, and what each kind of answer gives."""

    name: str
    steps: tuple[str, ...]
    outcomes: Mapping[str, str]
    user: str = ""
    fresh: str = ""
    """A colleague's name that is made up for each asking, in the place of `{who}`."""
    pushed: str = ""
    """Who is asked by what the steps bring about."""
    done: str = field(default="")
    """What shows that it was done; the yes, where nothing is said."""

    @property
    def act(self) -> str:
        """What no answer but a yes or a choice may lead to."""
        return self.done or self.outcomes.get(YES, "") or "|".join(self.outcomes.values())


_FILE = json.dumps({"dobi": "subscriptions", "version": 1, "subscriptions": [{"words": "지방세"}, {"words": "산불"}]})

QUESTIONS = (
    # of yes and no
    Asking("leave-confirm", ("12/28~12/29 가족여행 휴가",), {YES: r"12\. 28\.\(월\)~12\. 29\.\(화\) 휴가로"}),
    Asking("leave-move", ("휴가 12/28", "12/28 휴가를 12/30으로 옮겨줘"), {YES: r"12\. 30\.\(수\) 휴가로"}),
    Asking("leave-all", ("휴가 12/24", "휴가 12/28", "휴가 모두 취소"), {YES: r"휴가를 취소했습니다"}),
    Asking(
        "staff-gone", ("직원 추가 {who} 농정과", "퇴직 {who}"),
        {YES: r"접속과 알림을 끝냈습니다"}, user="park", fresh="x",
    ),
    Asking("staff-rest", ("직원 추가 {who} 농정과", "휴직 처리 {who}"), {YES: r"휴직입니다"}, user="park", fresh="x"),
    Asking(
        "staff-role", ("직원 추가 {who} 농정과", "직원 {who}", "관리자 권한 줘"),
        {YES: r"관리자"}, done=r"드렸습니다|주었습니다|더했습니다|추가했습니다", user="park", fresh="x",
    ),
    Asking(
        "staff-move", ("직원 추가 {who} 농정과", "직원 {who}", "총무과로 옮겨줘"),
        {YES: r"총무과"}, user="park", fresh="x", done=r"옮겼|바꿨|바꾸었",
    ),
    Asking("plan", ("{day} 휴무 (시설 점검)",), {YES: r"반영했습니다"}, user="park"),
    Asking("move-in", ("구독 가져오기",), {YES: r"2개를? 가져왔|가져왔습니다"}, user=""),
    Asking("hand-over", ("구독 가로등", "인수인계 {who}"), {YES: r"보냈습니다|물어|여쭈"}, fresh="="),
    Asking(
        "hand-over-taker", ("구독 보안등", "인수인계 신아람", "[보내기]"),
        {YES: r"채널에서 맡은 것 0개를 받았"}, pushed="shin",
    ),
    Asking(
        "institution", ("기관 추가 {who}시, 관리자 서사천 정보통신과",),
        {YES: r"초대|추가했습니다"}, user="oh", fresh="x",
    ),
    Asking(
        "urgent", ("재난 알림 태풍 경보입니다. 상황실로 와 주십시오.",),
        {YES: r"보냅니다|보냈습니다"}, user="park",
    ),
    Asking("consent", ("위치 동의",), {YES: r"동의하셨습니다|동의를 받았|동의를 기록|동의해 주셔서|적었습니다"}),
    Asking("allergies", ("내 알레르기 새우, 돼지고기",), {YES: r"저장했습니다"}),
    Asking(
        "trip-memo", ("출장 내일 13시 진주 스마트팜, 관용차, 관외",),
        {YES: r"확정|적어 두었|확인했습니다|알려 드리|기록했습니다|복무 시스템"},
    ),
    Asking(
        "menu", ("식단 등록 월: 쌀밥, 된장국, 제육볶음 / 화: 잡곡밥, 미역국, 고등어구이",),
        {YES: r"등록했습니다"}, user="choi",
    ),
    Asking("mistyped", ("안녕하세요", "구독목룍"), {YES: r"구독이 없습니다"}),
    # of several
    Asking(
        "leave-which", ("휴가 12/24", "휴가 12/28", "휴가 12/30", "휴가 취소"),
        {"pick1": r"12\. 24\..*취소했습니다",
         "pick2": r"12\. 28\..*취소했습니다",
         "picklast": r"12\. 30\..*취소했습니다"}, done=r"휴가를 취소했습니다",
    ),
    Asking(
        "leave-half", ("12/24 반차",),
        {"pick1": r"오전 휴가로 적었",
         "pick2": r"오후 휴가로 적었",
         "picklast": r"오후 휴가로 적었"}, done=r"휴가로 적었",
    ),
    Asking(
        "notice-to", ("공지 예산담당관 오늘 저녁 회식",),
        {"pick1": r"예산담당관",
         "pick2": r"명|모두|전체"}, user="park", done=r"보냅니다|보냈습니다",
    ),
    Asking(
        "rest-long", ("알림 멈춤",),
        {"pick1": r"12:[345]\d까지",
         "pick2": r"13:[345]\d까지",
         "span": r"12:[01]\d까지",
         "clock": r"16:00까지"}, done=r"멈추|까지 보내지",
    ),
    Asking(
        "subs-first", ("시작",),
        {"pick1": r"재난안전",
         "pick2": r"청년 일자리", }, done=r"구독했습니다|구독을 시작",
    ),
    # about a time, a day, a word
    Asking(
        "briefing-when", ("아침 브리핑",),
        {"morning": r"08:30|8시 30분|8:30"}, done=r"근무일 .*보내 드리겠습니다",
    ),
    Asking("leave-longer", ("휴가 11/24",), {"until26": r"11\. 24\.\(화\)~11\. 26\.\(목\)"}, done=r"~11\. 26"),
    Asking("subscribe", ("[구독하기]",), {"word": r"'?청년 일자리'?"}, done=r"구독했습니다|받아 보시|구독을"),
    Asking("find", ("찾기",), {"word": r"청년 일자리|찾지 못했습니다"}, done=r"건을? 찾|찾지 못했습니다"),
)  # fmt: skip

SEEN: Mapping[str, tuple[str, ...]] = {
    YES: ("네", "예", "응", "ㅇㅇ", "넵", "그래요", "네 그렇게 해주세요", "네 해주세요"),
    NO: ("아니요", "됐어요", "취소", "취소할게요", "아니요 괜찮아요", "안 할게요", "그만둘게요"),
    LATER: ("나중에 할게요", "나중에요", "이따 할게요"),
    OTHER: ("오늘 식당 어때?", "네? 뭐가요", "네이버 소식", "목록", "고마워요"),
    "pick1": ("첫번째", "1번이요", "첫 번째 거요", "하나요"),
    "pick2": ("두 번째 거요", "2번이요", "두번째로 해주세요", "그거 말고 두 번째 거"),
    "picklast": ("마지막 거요", "맨 아래 거요"),
    "span": ("30분이요", "삼십분만요"),
    "clock": ("오후 4시까지요", "네 시까지요"),
    "morning": ("8시 30분이요", "8시 반이요", "아침 8시 반으로 해주세요"),
    "until26": ("26일까지요", "26일까지 쉴게요", "네 26일까지요"),
    "word": ("청년 일자리요", "청년 일자리로 해주세요", "음 청년 일자리 부탁드려요"),
}

HELD: Mapping[str, tuple[str, ...]] = {
    YES: (
        "넵 부탁드려요", "어 그래", "좋습니다 진행해주세요", "맞아요", "네네", "응 해줘", "ㅇㅋ", "그렇게 하시죠",
        "예 맞습니다", "오케이요", "그럼요", "네, 그렇게 처리해 주세요.",
    ),
    NO: (
        "됐어요 안 보낼래요", "됐고 보내지마", "안 보낼게요",
        "아뇨 필요 없어요", "아니 하지 마", "됐습니다", "괜찮습니다", "안 할래요", "아니에요 잘못 눌렀어요",
        "그만둘게요", "ㄴㄴ", "하지 말아 주세요", "취소해 주세요", "음 아니요", "관둘래요",
    ),
    LATER: (
        "이따가 할게요", "좀 있다가요", "지금은 말고요", "다음에 할게요",
    ),
    OTHER: (
        "네?", "네 그런데 언제까지예요?", "아니 그게 뭔데요", "좋은 아침이에요", "왜요?", "뭐가요?",
        "예산 관련 뉴스", "응급의료 소식 알려줘", "네이버 뉴스", "취소된 행사 소식 알려줘", "오늘 식당 어때?",
        "내 구독 보여줘", "그래서 어떻게 되는 거예요?", "아니 이거 말고 딴 거 구독할게", "괜찮은 식당 있어?",
    ),
    "pick1": (
        "첫 번째로 할게요", "1번이요", "위에 거요", "처음 거요",
    ),
    "pick2": (
        "두번째요", "2번이요", "둘째 거로 해주세요", "2번으로 부탁드려요", "두 번째 걸로 할게요", "아래쪽 거요",
    ),
    "picklast": (
        "마지막 거요", "맨 아래 거로요",
    ),
    "until26": (
        "26일까지입니다", "26일이요", "목요일까지 쉽니다", "26일까지 쉴게요", "11월 26일로 해주세요",
        "26일까지로 부탁드립니다", "이번 주 목요일이요",
    ),
    "morning": (
        "8시 30분이요", "여덟 시 반이요", "8:30으로 해주세요", "8시 30분에 주세요", "오전 8시 반으로 할게요",
    ),
    "span": (
        "30분 동안이요", "30분만 부탁드려요",
    ),
    "clock": (
        "오후 네 시까지요", "16시까지로 해주세요",
    ),
    "word": (
        "청년 일자리 관련이요", "청년 일자리입니다", "청년 일자리 소식으로 부탁드려요",
    ),
}  # fmt: skip
"""Written before the code was read, and kept aside until it was measured."""


async def asked(talk: Talk, one: Asking, number: int) -> tuple[str, list[Outgoing]]:
    """Who was asked, and what was said last; each asking of its own."""
    user = one.user or talk.newcomer()
    who = _name(number) if one.fresh == "x" else "조해솔"
    said: list[Outgoing] = []
    for step in one.steps:
        before = len(talk.messenger.sent)
        words = step.replace("{who}", who).replace("{day}", _day(number))
        if words == "[구독하기]":
            said = await talk.say(user, press="subscribe")
        elif words.startswith("["):
            said = await talk.say(user, press=button(said[-1], words[1:-1]))
        elif one.name == "move-in":
            said = await talk.say(user, words, files=[InFile("도비-구독.json", _FILE.encode())])
        else:
            said = await talk.say(user, words)
        if one.pushed:
            await talk.house.rota.drain()
            pushed = [m for m in talk.messenger.sent[before:] if m.chat.id == f"dm:{one.pushed}" and labels(m)]
            if pushed:
                return one.pushed, pushed
    return user, said


async def put_behind(talk: Talk, user: str) -> None:
    """What was asked of somebody whom several tests meet is long over."""
    await talk.house.people.forget_questions("gyeongnam", user)
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=1))


def _name(number: int) -> str:
    """A name that nobody else has: three syllables."""
    return "".join(chr(0xAC00 + 588 * (7 + i) + (number // 21**i) % 21 * 28) for i in range(3))


def _day(number: int) -> str:
    """A Thursday that nobody else has."""
    day = date(2026, 12, 3) + timedelta(days=7 * (number % 40))
    return f"{day.year}년 {day.month}월 {day.day}일"


NEWS = frozenset(
    {"네이버 소식", "네이버 뉴스", "예산 관련 뉴스", "응급의료 소식 알려줘", "취소된 행사 소식 알려줘", "목록"}
)
"""What is no answer elsewhere is one to `무엇을 찾아 드릴까요?`; a list may be what was offered."""


def fits(one: Asking, kind: str, words: str) -> bool:
    """Whether the kind of these words is what it is for other questions."""
    return kind != OTHER or one.name not in {"find", "subscribe", "mistyped", "hand-over-taker"} or words not in NEWS


def kinds(one: Asking) -> list[str]:
    """Which kinds of answers a question is tried with; a bare yes to a choice is none."""
    refusable = YES in one.outcomes or "pick1" in one.outcomes or "word" in one.outcomes
    vague = [VAGUE] if "pick1" in one.outcomes else []
    return [*one.outcomes, *((NO, LATER) if refusable else ()), OTHER, *vague]


def judged(one: Asking, kind: str, answer: str) -> str:
    """`right`, `wrong` (not understood, or asked again), or `harm`: something was done that nobody asked for."""
    waits = re.search(r"아직 (?:아무것도|적지|바꾸지|취소하지|보내지)", answer) is not None
    acted = not waits and re.search(one.act, answer, re.DOTALL) is not None
    if kind in one.outcomes:
        return "right" if not waits and re.search(one.outcomes[kind], answer, re.DOTALL) else "wrong"
    if acted:
        return "harm"
    return "wrong" if kind in {NO, LATER} and not re.search(NOTHING, answer) else "right"
