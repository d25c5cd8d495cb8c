"""Words of the conversation about what was sent: likes, what was unrelated and why, one's own figures, the weekly look.

Figures are shown to whoever asks and to nobody else; an estimate says that it is one, and from how many answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.messenger import Button, Reply
from bot.wording import short
from bot.wording.news import quote

_TITLE = 60
_LONGEST_REASON = 40
_ROUGH = 40  # answers below which an estimate is said to be rough: eight weeks of one person
REASONS = {"topic": "주제 다름", "region": "지역 다름", "known": "이미 앎", "much": "너무 많음"}
"""One word for why a document was not wanted, by `nlp.feedback.Reason`."""

LIKED = (
    r"^(?:👍[\ufe0f\U0001f3fb-\U0001f3ff]?|좋아요"
    r"|(?:이 (?:글|소식) |이거 )?(?:도움이? ?(?:됐|되었|돼|됩)|유용)[가-힣]{0,5})[.!~]*$"
)
"""What stands for 좋아요 under what came last."""
UNRELATED = (
    r"^(?:👎[\ufe0f\U0001f3fb-\U0001f3ff]?|(?:이 (?:글|소식)은? |이건 |이거 )?(?:우리(?: 과)?(?:와|랑|하고)? ?)?"
    r"(?:관련 ?없(?:음|어요?|는데|네요?|습니다|는 ?글[가-힣]*)|상관 ?없(?:는|어요?|습니다)[가-힣 ]{0,8}))"
    r"(?:$|[ ,.:!~]+(?P<argument>.{1,80})$)|^(?:안 ?좋아요|별로(?:예요|네요?|입니다)?)[.!~]*$"
)
"""What stands for 관련 없음 under what came last, perhaps with why."""
_WHYS = {
    "known": r"이미|벌써|알고 ?있|아는 ?(?:거|것|내용|얘기|이야기)|봤|본 ?(?:거|것|글)|중복|들었",
    "much": r"너무 ?(?:많|자주)|많이 ?(?:와|옴|옵)|자주 ?(?:와|옴|옵)|그만 ?보내|줄여",
    "region": (
        r"지역|다른 ?(?:도|시|군|시도|시군|곳)(?![가-힣])|타 ?(?:시도|시군|지역|도)"
        r"|우리 ?(?:도|시|군|지역)[가-힣]* ?(?:아니|아닌|아님)"
    ),
    "topic": (
        r"주제|분야|업무|담당|(?:과|팀|부서|국)[가-힣]* ?(?:일|소관|업무|것|거|아니|아닌|아님|안)"
        r"|소관|내용이|관계 ?없|상관 ?없|엉뚱"
    ),
}
_ASKS = re.compile(r"(?:줘요?|주세요|주십시오|할까요?|되나요?|인가요?|있나요?|\?)[.!~ ]*$")


def reason_of(said: str) -> str | None:
    """The kind of a reason that somebody puts in words; None for what tells none, or more than a short sentence."""
    if not said or len(said) > _LONGEST_REASON or _ASKS.search(said):
        return None
    return next((code for code, why in _WHYS.items() if re.search(why, said)), None)


_WEEKLY = (Button("주간 점검 받기", "weekly:on"),)


def liked() -> Reply:
    """After 좋아요."""
    return Reply("고맙습니다. 비슷한 내용을 더 챙겨 보내 드리겠습니다.")


_KINDS = {"good": "좋아요", "off": "관련 없음"}


def noted(kind: str, story: str) -> Reply:
    """The same opinion once more: it stands, and can be taken back."""
    return Reply(
        f"'{_KINDS[kind]}' 의견은 이미 적어 두었습니다. 거두시려면 [취소]를 눌러 주십시오.",
        buttons=(Button("취소", f"back:{kind}:{story}"),),
    )


def taken_back(kind: str, left: str = "") -> Reply:
    """An opinion is no longer kept; `left`: the other, whose sign is still on the message, is."""
    then = f"'{_KINDS[left]}' 의견은 그대로입니다." if left else "이 글로는 배우지 않습니다."
    return Reply(f"'{_KINDS[kind]}' 의견을 거두었습니다. {then}")


def nothing_to_take_back() -> Reply:
    """There is no such opinion."""
    return Reply("이 글에 적어 둔 의견이 없습니다.")


def unrelated(words: str, number: int, subscription_id: str, story: str, *, again: bool = False) -> Reply:
    """After 관련 없음: noted, which subscription brought it, one word more if one likes; `again`: a way back."""
    reasons = tuple(Button(label, f"why:{code}:{story}") for code, label in REASONS.items()) if story else ()
    return Reply(
        f"알겠습니다. {quote(words)} 구독으로 보내 드린 글입니다." + (" 무엇이 달랐습니까?" if story else "") + "\n"
        f"'제외 {number} 낱말'이라고 쓰시면 그 말이 든 글은 빼고 보내 드립니다.",
        buttons=(
            *reasons,
            Button(f"{short(words, 10)} 해지", f"unsub:{subscription_id}"),
            Button("목록", "subs"),
            *([Button("취소", f"back:off:{story}")] if again and story else []),
        ),
    )


def reason(code: str) -> Reply:
    """What follows from the word."""
    said = {
        "topic": "비슷한 내용은 덜 보내 드리겠습니다.",
        "region": "그 기관의 소식은 덜 보내 드리겠습니다. 지역 이름을 '제외 1 부산'처럼 빼실 수도 있습니다.",
        "known": "이미 아시던 내용으로 적었습니다. 이런 내용은 앞으로도 보내 드립니다.",
        "much": "이 구독은 더 분명히 맞는 것만 보내 드리겠습니다. 잠시 쉬시려면 '쉬기'를 써 주십시오.",
    }
    return Reply(said[code])


def which_one() -> Reply:
    """An opinion where a digest of several came last."""
    return Reply("여러 건을 묶어 보내 드렸습니다. 그 글을 펼쳐 아래의 단추로 알려 주십시오.")


def nothing_came() -> Reply:
    """An opinion though nothing was sent."""
    return Reply("아직 보내 드린 글이 없습니다. '구독 청년정책'처럼 알려 주시면 찾아 보내 드립니다.")


def too_old() -> Reply:
    """A tap on something that is no longer kept."""
    return Reply("오래된 글이라 더는 반영하지 않습니다. 새로 오는 글에서 눌러 주십시오.")


def reset(count: int, where: str | None) -> Reply:
    """What was learned is forgotten."""
    if not count:
        return Reply("아직 배운 것이 없습니다. 글 아래 '좋아요'나 '관련 없음'을 누르시면 배웁니다.")
    whose = f"{where} 채널에서 " if where else ""
    return Reply(f"{whose}알려 주신 {count}건을 모두 지우고 처음처럼 골라 드립니다. 구독은 그대로입니다.")


def reset_own(count: int, where: str) -> Reply:
    """One's own part of what a channel taught is forgotten; the rest is a manager's to forget."""
    rest = f"{where} 채널에서 배운 것 전체는 관리자만 지울 수 있습니다."
    if not count:
        return Reply(f"{where} 채널에서 직접 누르신 것이 없어 지울 것이 없습니다. {rest}")
    return Reply(f"{where} 채널에서 직접 누르신 {count}건을 지웠습니다. {rest}")


def ask_weekly(reply: Reply) -> Reply:
    """The same answer with the question, put once, whether one wants the weekly look."""
    question = "\n금요일 오후마다 보내지 않은 글 다섯 건의 제목을 보여 드릴까요? 빠뜨린 것을 찾는 데 씁니다."
    return Reply(reply.text + question, buttons=(*reply.buttons, *_WEEKLY))


def weekly(*, on: bool) -> Reply:
    """주간 점검 switched on or off."""
    if on:
        return Reply(
            "금요일 오후에 보내지 않은 글 다섯 건의 제목을 보여 드리겠습니다. 받고 싶었던 것만 눌러 주십시오.\n"
            "그만 받으시려면 '주간 점검 끄기'를 써 주십시오."
        )
    return Reply("주간 점검을 보내 드리지 않겠습니다. 다시 받으시려면 '주간 점검'을 써 주십시오.")


@dataclass(frozen=True, slots=True)
class Item:
    """A document that was not sent."""

    agency: str
    title: str


def probe(items: Sequence[Item], week: str) -> Reply:
    """Five titles that were not sent; one press each."""
    rows = [f"{number}. [{one.agency}] {short(one.title, _TITLE)}" for number, one in enumerate(items, 1)]
    wanted = tuple(Button(f"{number} 받고 싶었음", f"missed:{week}:{number}") for number in range(1, len(items) + 1))
    return Reply(
        "\n".join(["주간 점검입니다. 이번 주에 보내 드리지 않은 글입니다. 받고 싶었던 것을 눌러 주십시오.", *rows]),
        buttons=(*wanted, Button("모두 아님", f"missed:{week}:0")),
    )


def missed(number: int) -> Reply:
    """An answer of the weekly look."""
    if not number:
        return Reply("고맙습니다. 빠뜨린 것이 없는 것으로 적었습니다.")
    return Reply(f"{number}번을 적었습니다. 비슷한 내용을 더 챙겨 보내 드리겠습니다.")


@dataclass(frozen=True, slots=True)
class Row:
    """What one subscription brought."""

    words: str
    sent: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How well it went in `days` days. `recall` in [0, 1] is an estimate from `answers` answers; None: nobody knows."""

    days: int
    sent: int
    liked: int
    unrelated: int
    recall: float | None
    answers: int

    @property
    def judged(self) -> int:
        """How many were told right or wrong."""
        return self.liked + self.unrelated


def mine(figures: Figures, rows: Sequence[Row], plus: Sequence[str], minus: Sequence[str], *, weekly_on: bool) -> Reply:
    """One's own figures, short."""
    lines = [f"최근 {figures.days}일에 {figures.sent}건을 보내 드렸습니다{_rows(rows)}.", _precision(figures)]
    lines.append(_recall(figures, weekly_on=weekly_on))
    if plus or minus:
        more, less = ", ".join(plus) or "없음", ", ".join(minus) or "없음"
        lines.append(f"더 챙기는 것: {more} · 덜 챙기는 것: {less}. 지우시려면 '초기화'를 써 주십시오.")
    return Reply("\n".join(lines), buttons=() if weekly_on else _WEEKLY)


def _rows(rows: Sequence[Row]) -> str:
    shown = ", ".join(f"{short(one.words, 12)} {one.sent}" for one in rows[:4])
    others = f" 외 {len(rows) - 4}개" if len(rows) > 4 else ""
    return f"({shown}{others})" if shown else ""


def _precision(figures: Figures) -> str:
    if not figures.judged:
        return "'좋아요'나 '관련 없음'을 누르신 적이 없어 얼마나 맞았는지는 모릅니다."
    share = round(100 * figures.liked / figures.judged)
    return f"누르신 {figures.judged}건 가운데 맞은 것 {figures.liked}건({share}%)입니다."


def _recall(figures: Figures, *, weekly_on: bool) -> str:
    if figures.recall is None:
        asked = "아직 답하신 주간 점검이 없습니다" if weekly_on else "'주간 점검'을 받으시면 어림할 수 있습니다"
        return f"빠뜨린 것이 얼마나 되는지는 모릅니다. {asked}."
    share = round(100 * figures.recall)
    rough = "(답이 적어 거칩니다)" if figures.answers < _ROUGH else ""
    return (
        f"원하신 글 가운데 보내 드린 것은 어림 {share}%입니다{rough}. "
        f"보내지 않은 글에서 뽑은 {figures.answers}건의 답을 전체로 늘려 셈했습니다."
    )


def institution(figures: Figures, people: int, answering: int) -> Reply:
    """The institution's figures, of at least five people each; of fewer nothing is shown."""
    lines = [f"최근 {figures.days}일, {people}명에게 {figures.sent}건을 보내 드렸습니다."]
    lines.append(
        _precision(figures) if figures.judged else "의견을 낸 사람이 5명이 되지 않아 얼마나 맞았는지는 보이지 않습니다."
    )
    if figures.recall is None:
        lines.append("주간 점검에 답한 사람이 5명이 되지 않아 빠뜨린 비율은 보이지 않습니다.")
    else:
        lines.append(f"{_recall(figures, weekly_on=True)} 답한 사람 {answering}명.")
    return Reply("\n".join(lines))


def too_few() -> Reply:
    """Figures of so few people would show somebody's own."""
    return Reply("소식을 받은 사람이 5명이 되지 않아 보여 드리지 않습니다. 누구의 것인지 드러날 수 있기 때문입니다.")
