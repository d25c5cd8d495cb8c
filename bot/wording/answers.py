"""What Dobi's own questions look like, and its words where an answer needs a word more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.messenger import Button, Reply

DECLINES: Final = frozenset(
    {
        "그만두기", "취소", "아니요", "아닙니다", "동의하지 않습니다", "거절", "그대로 두기", "받지 않습니다",
        "저장하지 않음",
        "제가 아닙니다", "모두 아님", "그만", "버리기", "지우지 않음",
    }
)  # fmt: skip
"""Labels that leave things as they are, below a question."""
ASIDES: Final = frozenset(
    {
        "고치기", "목록", "자세히", "더 보기", "도움말", "관리 도움말", "전체 보기", "나머지 보기", "동의문 보기",
        "다른 후보", "내역", "기록", "산출 근거", "차례 이력", "왜?", "엑셀", "파일로 받기", "글자로 받기", "표로 받기",
        "내 정보", "나중에", "지우고 다시", "상태",
    }
)  # fmt: skip
"""Labels that answer no question."""
AFFIRMS: Final = frozenset(
    {
        "맞습니다",
        "보내기",
        "지금 보내기",
        "받겠습니다",
        "동의합니다",
        "동의하고 저장",
        "함께 있습니다",
        "적용",
        "가져오기",
        "승인",
        "발송",
    }
)
"""Labels of which a question of yes and no has one, whatever stands beside it."""
LATER: Final = "나중에"
_UNDOES: Final = frozenset({"취소", "그만", "버리기"})
"""Those that also stand below what was done."""
_ASKS: Final = re.compile(r"[^.\n?]*(?:까요|니까|건가요)\?")
_EITHER: Final = re.compile(r"어느|어떤|무엇|무슨|언제|얼마나|몇 ?시|누구|이 가운데|까요, |니까, ")
_E: Final = (
    r"(?:기|해|하|세요|주세요|주십시오|줘|요|죠|시죠|합니다|합시다|하겠습니다|할게|할래|자|부탁(?:해|합니다|드려|드립니다)?|어|아|여"
    r"|으|을게|을래|게|습니다|니다|겠습니다|처리|로|이|다|ㄹ)*"
)
_STEMS: Final = (
    (re.compile(r"적용$"), rf"적용{_E}"),
    (re.compile(r"보내기$|발송$"), rf"(?:지금|바로)?(?:보내|발송){_E}"),
    (re.compile(r"바꾸기$"), rf"(?:바꾸|바꿔|바꿉|변경){_E}"),
    (re.compile(r"끊기$"), rf"(?:접속)?(?:을)?(?:끊|차단){_E}"),
    (re.compile(r"해제$"), rf"(?:연결)?(?:을)?(?:해제|끊){_E}"),
    (re.compile(r"가져오기$"), rf"(?:가져오|가져와|가져옵|불러){_E}"),
    (re.compile(r"되돌리기$"), rf"(?:되돌려|되돌리|되돌립){_E}"),
    (re.compile(r"버립니다$|버리기$"), rf"(?:모두|전부|다)?(?:버려|버리|버립){_E}"),
    (re.compile(r"적기$"), rf"(?:휴가로)?(?:적어|적으|적습){_E}"),
    (re.compile(r"취소$"), rf"(?:모두|전부|다)?취소{_E}"),
    (re.compile(r"퇴직 처리$"), rf"퇴직(?:처리)?{_E}"),
    (re.compile(r"휴직 처리$"), rf"휴직(?:처리)?{_E}"),
    (re.compile(r"추가$"), rf"추가{_E}"),
    (re.compile(r"지우기$|지웁니다$|삭제$"), rf"(?:지워|지우|지웁|삭제){_E}"),
    (re.compile(r"받겠습니다$"), rf"(?:받을게|받겠|받아|넘겨받){_E}"),
    (re.compile(r"동의합니다$"), rf"동의(?!하지|는안|안|못){_E}"),
    (re.compile(r"맞습니다$"), rf"맞(?:아|습|음){_E}"),
    (re.compile(r"^모두에게$"), rf"(?:모두|전부|다|전체|전직원)(?:에게|한테)?{_E}"),
    (re.compile(r"^모두 "), rf"(?:모두|전부|다)(?:요|다|취소{_E}|끊{_E})?"),
    (re.compile(r"^오늘 저녁$"), rf"(?:오늘)?(?:저녁|퇴근전)(?:에)?{_E}"),
    (re.compile(r"^내일 아침$"), rf"내일(?:아침|출근해서)?(?:에)?{_E}"),
    (re.compile(r"^오전 반차$"), rf"오전(?:에|이요|요|반차{_E}|으로)?{_E}"),
    (re.compile(r"^오후 반차$"), rf"오후(?:에|이요|요|반차{_E}|으로)?{_E}"),
    (re.compile(r"^관내$"), rf"관내{_E}"),
    (re.compile(r"^관외$"), rf"관외{_E}"),
)  # fmt: skip
_LINE: Final = 120
_DENIES: Final = r"(?!.*(?:지\s?(?:마|말|않)|안\s?\S|못\s?\S|말고|빼고))"


def question_in(reply: Reply) -> str:
    """The reply's own question, its last; empty where it asks none that its buttons answer."""
    if reply.facts is not None or not reply.buttons:
        return ""
    if reply.text.startswith((_STILL, _PICK, _NOT_DONE)):
        return reply.text.rpartition("\n")[2]
    found, labels = _ASKS.findall(reply.text), {one.label for one in reply.buttons}
    if (not found and (labels & AFFIRMS) and (labels & DECLINES or "고치기" in labels)) or labels & (
        DECLINES - _UNDOES
    ):
        found = found or [reply.text.partition("\n")[0]]
    return str(found[-1]).strip()[-_LINE:] if found else ""


def chooses(line: str) -> bool:
    """Whether a question is of several things."""
    return _EITHER.search(line) is not None


def yes_of(line: str, labels: Sequence[str]) -> int | None:
    """Which label a bare yes to that question means; None where the question is not of yes and no."""
    real = [number for number, label in enumerate(labels) if label not in DECLINES | ASIDES]
    real = real or [
        number for number, label in enumerate(labels) if label not in DECLINES | {"도움말", "고치기", LATER}
    ]
    if len(real) == 1 and not re.search(r"언제|얼마나|몇 ?시|누구", line):
        return real[0]
    affirms = [number for number in real if labels[number] in AFFIRMS]
    if len(affirms) == 1:
        return affirms[0]
    if _EITHER.search(line):
        return None
    named = [number for number in real if _stem(labels[number]) in line]
    return named[0] if len(named) == 1 else None


def is_offer(line: str) -> bool:
    """Whether it only wonders what somebody may have meant."""
    return line.startswith("혹시")


def no_of(labels: Sequence[str]) -> int | None:
    """Which label a bare no means."""
    return next((number for number, label in enumerate(labels) if label in DECLINES), None)


def later_of(labels: Sequence[str]) -> int | None:
    """Which label puts the answer off."""
    return labels.index(LATER) if LATER in labels else None


def pickable(labels: Sequence[str]) -> list[int]:
    """The labels that are counted when somebody says `두 번째`, in order."""
    return [number for number, label in enumerate(labels) if label not in DECLINES | ASIDES and label[:3] != "모두 "]


def stems(labels: Sequence[str]) -> list[str]:
    """For each label a pattern of what people write for it, without white space."""
    return [_pattern(label) if label not in ASIDES else "" for label in labels]


def _pattern(label: str) -> str:
    found = [pattern for ends, pattern in _STEMS if ends.search(label)]
    return f"{_DENIES}(?:{'|'.join(found)})" if found else ""


def _stem(label: str) -> str:
    return re.sub(r"(?:하기|기|하고 저장| 처리)$", "", label)


# --- said


def left_alone() -> Reply:
    """To a no, or a not yet."""
    return Reply("알겠습니다. 아무것도 바꾸지 않았습니다.")


def not_now() -> Reply:
    """To a later."""
    return Reply("알겠습니다. 아무것도 바꾸지 않았습니다. 하실 때 다시 말씀해 주십시오.")


_STILL: Final = "이 물음에 답하신 것인지 확인해 주십시오. 아직 아무것도 바꾸지 않았습니다."
_NOT_DONE: Final = "아직 하지 않았습니다. 아래에서 눌러 주셔야 합니다."
_PICK: Final = "아래에서 골라 주십시오. 아직 아무것도 바꾸지 않았습니다."


def still(line: str, buttons: Sequence[Button], *, final: bool = False) -> Reply:
    """A yes came after something else, or fits no single answer: the question once more."""
    picks = yes_of(line, [one.label for one in buttons]) is None
    warns = " 되돌릴 수 없는 일이라 아래에서 눌러 주셔야 합니다." if final else ""
    return Reply(f"{_PICK if picks else _STILL}{warns}\n{line}", buttons=tuple(buttons))


def not_done(line: str, buttons: Sequence[Button]) -> Reply:
    """Somebody asks whether it is done that still waits for their press."""
    return Reply(f"{_NOT_DONE}\n{line}", buttons=tuple(buttons))


def which_question(lines: Sequence[str], buttons: Sequence[Button]) -> Reply:
    """Two questions wait, and the answer fits both."""
    rows = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    return Reply(
        "\n".join(["어느 물음에 답하신 것입니까? 아직 아무것도 바꾸지 않았습니다.", *rows]), buttons=tuple(buttons)
    )


def other_question(title: str) -> str:
    """A question whose words are not kept here."""
    return f"'{title}'에 대한 물음"


def in_words() -> Reply:
    """A yes where words were asked for."""
    return Reply("원하시는 것을 낱말로 써 주십시오. 그만두시려면 '취소'라고 써 주십시오.")
