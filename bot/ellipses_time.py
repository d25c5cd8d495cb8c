"""What is left unsaid about one's own time: a leave, a pause, quiet hours, digests, limits, the briefing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.durations import LENGTH, length
from bot.hours_words import Days, NoSuchDayError, clocks_in, count_in, days, rest_until
from bot.later_turns import only_day, other_month, shifted, until_alone
from bot.leave_fixing import begins, first_again, last_day
from bot.meant import Meant, Spoken, meant

_OFF: Final = re.compile(
    r"(?:(?:그|이|방금|아까) ?(?:거|것|건|꺼|휴가|연차|반차|알림|브리핑)?(?:도|은|는|을|를)? ?)?(?:이제 |그냥 )?"
    r"(?:취소|꺼|끄|끄기|그만|없애|없던 ?일로|필요 ?없|안 ?받|해지|해제|철회|무르기|됐어|안 ?쉬|안 ?써)"
    r"(?:요|해|해요|할래|할게|을래|을게|합니다|어|어요|됐어|됐습니다|었어|었어요| ?둘래)*"
)
_SETTLED_OFF: Final = re.compile(
    r"(?:(?:그냥|이제|아예|차라리|완전히|역시) )*(?:꺼|끄|안 ?받|그만 ?받|없애|취소하|중지하|받지 ?않)(?:는)? ?"
    r"(?:걸로|것으로|거로|게|것이|편이|쪽으로)(?: ?(?:낫|나을|좋|하|할|해|부탁|바꿔|바꾸)\S{0,5})?"
    r"(?: ?(?:것 ?같|듯)\S{0,4})?"
)
"""`아예 끄는 걸로 할게요`, `안 받는 게 낫겠어요`."""
_BACK: Final = re.compile(
    r"(?:(?:다시 )?원래(?:대로|처럼)?|전처럼|되돌려|되돌리기|기본(?:으로|값)?)(?:로|요|해|"
    r" ?돌려)*"
)
_MORE: Final = re.compile(
    r"(?P<n>\d{1,2}|하루|이틀|사흘|나흘|일주일) ?일?(?:만|씩)? ?(?P<more>더|추가|연장|늘|줄"
    r"|덜|빼)(?!\S*(?:면|나|까))(?:\S{0,6})"
    r"(?: ?(?:쉴|쉬|쉽|쓸|쓰|추가|연장|부탁|할게|할래|해|합|늘|줄|휴가|연차)\S{0,5}){0,2}"
)
_MORE_UNTIL: Final = re.compile(
    r"(?:하루|이틀|사흘|나흘|일주일|\d{1,2}일)(?:만)? ?더\S{0,3}[ ,]+(?P<day>\S.{0,12}까지\S{0,2})"
)
_COUNTS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "일주일": 7}
_SPAN_MORE: Final = re.compile(rf"(?:한 )?{LENGTH}(?:만|정도|쯤)? ?(?:더|추가|연장|늘)\S*(?: .{{0,8}})?")
_SPAN: Final = re.compile(rf"{LENGTH}(?:만|으로|로|동안)?")
_TO_CLOCK: Final = re.compile(
    r"(?P<at>(?:오전 |오후 |아침 |저녁 |밤 )?\d{1,2} ?(?:시(?: ?\d{1,2}분| ?반)?|:\d\d))(?"
    r"P<how>까지|부터|에|엔|에만)?"
    r"(?P<as>도|만|으로|로)?(?P<verb> ?(?:바꿔|변경|고쳐|옮겨|당겨|늦춰|미뤄|해|받을래|보내"
    r"|할래|부탁|연장)\S{0,6})?(?:요|이요)?"
)
_AWAKE: Final = re.compile(
    r"(?:이제 |인제 |회의 |교육 )*(?:(?:됐어|됐|끝|끝났|끝남|괜찮)\S{0,4} ?)?(?:다시 )?(?:"
    r"켜|켜기|풀어|받을래|받을게|보내|해제|재개)\S{0,4}"
    r"|(?:회의 |교육 |이제 |다 )*(?:끝|끝났|끝남)\S{0,4}"
)
_DAY_PHRASE: Final = re.compile(
    r"(?P<day>.+?)(?P<as>까지로?|으로|로|도|이요|요|부터)?(?: ?(?:바꿔|변경|고쳐|옮겨|미뤄"
    r"|할게|할래|쉴게|쉬어|해|휴가|연차|연가)\S{0,4})*"
)
_DAY_WORDS: Final = re.compile(
    r"(?:오늘|내일|모레|글피|(?:이번|다음) ?주|[월화수목금]요일?|\d{1,2}월|\d{1,2}일|\d{1,"
    r"2}[./]\d{1,2}\.?|부터|까지|~|-|오전|오후|반차|하루|종일|에|,|\s)+"
)


def _iso(found: Days) -> str:
    return f"{found.first:%Y.%m.%d}~{found.last:%Y.%m.%d}"


def _days(text: str, now: datetime) -> Days | None:
    try:
        return days(text, now)
    except NoSuchDayError:
        return None


_WHICH_LEAVE: Final = re.compile(
    r"(?:(?P<n>\d{1,2}) ?번?(?: ?(?:거|것|꺼|휴가))?|(?P<all>전부|모두|전체|다)(?: ?다)?)(?:만|을|를|은)?"
    r"(?P<off> ?취소)?(?:요|이요|해요?|할게요?|할래요?|합니다|부탁)*"
)


def _ended_leave(spoken: Spoken, said: str, now: datetime) -> Meant | None:
    """Which of the leaves in the list is taken back: `2번`, `모두 취소`, `12/3`."""
    found, asked = _WHICH_LEAVE.fullmatch(said), "취소" in spoken.words
    if found is None:
        day = _days(said, now) if asked and _DAY_WORDS.fullmatch(said) else None
        return meant(f"휴가 취소 {_iso(day)}") if day is not None else None
    if not (asked or found["off"]):
        return None
    return meant(f"휴가 취소 {found['n']}번" if found["n"] else "휴가 모두 취소")


def _begun_leave(spoken: Spoken, said: str, now: datetime) -> Meant | None:
    """Until when a leave is of which only the first day was said; or another first day."""
    first = begins(spoken.words, spoken.at)
    if first is None:
        return None
    if (last := last_day(said, first, now)) is not None:
        return meant(f"휴가 {_iso(Days(first, last))}")
    return meant(f"{anew} 휴가") if (anew := first_again(said)) else None


def _leave(spoken: Spoken, said: str, now: datetime, back: bool) -> Meant | None:
    stands = _days(_changed_to(spoken.words), spoken.at)
    if stands is None:
        return _begun_leave(spoken, said, now) or _ended_leave(spoken, said, now)
    if spoken.topic == "leave-cancel":
        return None
    if _OFF.fullmatch(said):
        return meant(f"휴가 취소 {_iso(stands)}")
    said = until_alone(said)
    if (moved := other_month(stands, said)) is not None:
        return meant(f"휴가 변경 {_iso(stands)} → {_iso(moved)}")
    if (only := only_day(said)) and (one := _within(stands, only, now)) is not None:
        return meant(f"휴가 변경 {_iso(stands)} → {_iso(Days(one, one))}")
    if (less := _WORKS.fullmatch(said)) is not None and (day := _within(stands, less["day"], now)) is not None:
        return meant(f"휴가 취소 {day:%Y.%m.%d}")
    if (until := _MORE_UNTIL.fullmatch(said)) is not None:
        return _other_days(stands, until["day"], now, back)
    if (more := _MORE.fullmatch(said)) is not None:
        return _longer(stands, more)
    return _other_days(stands, said, now, back)


_WORKS: Final = re.compile(
    r"(?P<day>(?:(?:이번|다음) ?주 ?)?[월화수목금토일]요일|오늘|내일|모레|글피|\d{1,2}월 ?\d{1,2}일"
    r"|\d{1,2}[./]\d{1,2}|\d{1,2}일)"
    r"(?:에)?(?:은|는|엔)? ?(?:출근|나와|나가|나옴|일해|근무|빼|제외|안 ?쉬|취소|말고)\S{0,6}(?: ?(?:줘|할게|해))?"
)


def _within(stands: Days, said: str, now: datetime) -> date | None:
    """The one day of a leave that is meant; None where it is none of its days, or all of it."""
    if stands.half or stands.first == stands.last:
        return None
    span = [stands.first + timedelta(days=n) for n in range(min((stands.last - stands.first).days + 1, 60))]
    week = re.fullmatch(r"([월화수목금토일])요일", said)
    if week is not None:
        found = [one for one in span if "월화수목금토일"[one.weekday()] == week[1]]
        return found[0] if len(found) == 1 else None
    bare = re.fullmatch(r"(\d{1,2})일", said)
    day = _days(f"{stands.first:%Y.%-m}.{bare[1]}" if bare else said, now)
    return day.first if day is not None and day.first == day.last and day.first in span else None


def _changed_to(words: str) -> str:
    """Of `휴가 변경 a → b` what it is now."""
    return words.rpartition("→")[2]


def _longer(stands: Days, more: re.Match[str]) -> Meant | None:
    count = _COUNTS.get(more["n"]) or int(more["n"])
    shorter = more["more"] in {"줄", "덜", "빼"}
    last = stands.last
    for _ in range(count):
        last = _workday(last, -1 if shorter else 1)
    if stands.half or last < stands.first:
        return None
    return meant(f"휴가 변경 {_iso(stands)} → {_iso(Days(stands.first, last))}")


def _workday(day: date, step: int) -> date:
    day += timedelta(days=step)
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def _other_days(stands: Days, said: str, now: datetime, back: bool) -> Meant | None:
    found = _DAY_PHRASE.fullmatch(said)
    if found is None or not _DAY_WORDS.fullmatch(found["day"].removesuffix("은").removesuffix("는")):
        half = re.fullmatch(r"(오전|오후)(?: ?반차| ?반가)?(?:만|으로|로)?", said)
        if half is None or stands.first != stands.last:
            return None
        return meant(f"휴가 변경 {_iso(stands)} → {_iso(stands)} {half[1]} 반차")
    how = found["as"] or ""
    day: str = re.sub(r"^(\d{1,2})일?$", f"{stands.first:%Y.%-m}.\\1", found["day"])  # a bare day is of the same month
    other = _days(day, now)
    if other is None:
        return None
    if how.startswith("까지"):
        return (
            meant(f"휴가 변경 {_iso(stands)} → {_iso(Days(stands.first, other.last))}")
            if other.last >= stands.first
            else None
        )
    if how == "도" and not back:
        return meant(f"휴가 {day}")
    if back or how in {"으로", "로"}:
        part = f" {other.half} 반차" if other.half else ""
        return meant(f"휴가 변경 {_iso(stands)} → {_iso(other)}{part}")
    return None


def _clock(at: time) -> str:
    return f"{at.hour}시 {at.minute}분" if at.minute else f"{at.hour}시"


def _rest(spoken: Spoken, said: str, now: datetime, back: bool) -> Meant | None:
    until = rest_until(spoken.words, spoken.at)
    if _AWAKE.fullmatch(said) or _OFF.fullmatch(said):
        return meant("알림 다시 켜기")
    if (
        re.fullmatch(r"(?:그냥 ?)?(?:오늘 ?(?:하루|종일)?|하루)(?: ?종일)?(?: ?(?:동안|내내|만))?(?:으로|로)?", said)
        and back
    ):
        return meant("알림 멈춤 오늘")
    if until is None:
        return None
    if back and (span := _SPAN.fullmatch(said)) is not None and length(span):
        return meant(f"알림 멈춤 {said}")
    more = _SPAN_MORE.fullmatch(said)
    if more is not None and length(more):
        until = max(until, now) + length(more)
        return meant(f"알림 멈춤 {_half(until)} {until.astimezone(KST):%-I시 %-M분}까지")
    found = _TO_CLOCK.fullmatch(said)
    if found is not None and found["how"] in {"까지", None} and (found["how"] or found["as"] in {"로", "으로"}):
        return meant(f"알림 멈춤 {found['at']}까지")
    return None


def _half(at: datetime) -> str:
    return "오전" if at.astimezone(KST).hour < 12 else "오후"


def _hush(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    stands = clocks_in(spoken.words)
    if _OFF.fullmatch(said):
        return meant("조용한 시간 없음")
    if re.fullmatch(r"주말(?:은|에는|엔)? ?(?:빼고|빼|제외|말고|괜찮아|상관 ?없어)\S{0,3}", said):
        return meant("주말에도 받기", "주말에는 받지 않기", asks=True)
    found, told = _TO_CLOCK.fullmatch(said), clocks_in(said)
    if found is None or len(told) != 1 or len(stands) != 2:
        return None
    if found["how"] == "까지":
        return meant(f"조용한 시간 {stands[0]:%H:%M}~{told[0]:%H:%M}")
    if found["how"] == "부터":
        evening = told[0].hour < 12 <= stands[0].hour and not re.match(r"오전|아침", said)
        opens = told[0].replace(hour=told[0].hour + 12) if evening else told[0]
        return meant(f"조용한 시간 {opens:%H:%M}~{stands[1]:%H:%M}")
    return None


def _weekends(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    if not (_OFF.fullmatch(said) or _BACK.fullmatch(said) or _AWAKE.fullmatch(said)):
        return None
    off = re.search(r"않|안 |말|지마", spoken.words)
    return meant("주말에도 받기" if off else "주말에는 받지 않기")


def _morning(spoken: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    if re.search(r"끄|꺼|그만|취소|안 ?받", spoken.words):
        return meant("아침 브리핑") if _AWAKE.fullmatch(said) or _BACK.fullmatch(said) else None
    off = re.sub(r"^(?:그 ?|이 ?)?(?:아침 ?)?브리핑(?:은|는|을|를|도)? ?", "", said)
    if _OFF.fullmatch(
        re.sub(r"^(?:그냥|이제|아예|차라리|완전히|역시|역시나)(?: |$)", "", off)
    ) or _SETTLED_OFF.fullmatch(off):
        return meant("아침 브리핑 끄기")
    if (other := shifted(spoken, said)) is not None:
        return other
    said = re.sub(r"^(?:그 ?|이 ?)?(?:아침|브리핑|그|이) ?(?:거|것|꺼|브리핑)?(?:은|는|을|를)? ", "", said)
    found, told = _TO_CLOCK.fullmatch(said), clocks_in(said)
    return meant(f"아침 브리핑 {_clock(told[0])}") if found is not None and len(told) == 1 else None


def _digests(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    if re.fullmatch(
        r"(?:그냥 |이제 )*(?:다 |모두 |전부 )?(?:바로(?:바로)?|올 ?때마다|나오는 ?대로) ?(?:보"
        r"내|받|주|줘|알려)?\S{0,4}",
        said,
    ):
        return meant("모두 바로")
    found, told = _TO_CLOCK.fullmatch(said), clocks_in(said)
    if found is None or len(told) != 1:
        return None
    stands = clocks_in(spoken.words)
    at = _clock(told[0])
    if found["as"] == "도":
        return meant(f"모아보기 시간 {', '.join([*map(_clock, stands), at])}")
    if found["as"] == "만" or found["how"] == "에만" or len(stands) < 2:
        return meant(f"모아보기 시간 {at}")
    each = (
        ", ".join([*map(_clock, stands[:number]), at, *map(_clock, stands[number + 1 :])])
        for number in range(len(stands))
    )
    return meant(*(f"모아보기 시간 {one}" for one in each), asks=True)


def _limit(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    if re.fullmatch(
        r"(?:그냥 |이제 )*(?:(?:다|모두|전부|제한 ?없이|무제한)(?:으로)? ?(?:보내|받을래|받을게"
        r"|줘|주)?|풀어|제한 ?(?:풀어|없애|해제)|없애)\S{0,4}",
        said,
    ):
        return meant("건수 제한 없음")
    found = re.fullmatch(
        r"\d{1,4} ?(?:건|개|통)(?:까지)?(?:만|으로|로|까지)?(?: ?(?:줄여|늘려|해|바꿔|할래|받을"
        r"래)\S{0,4})?(?:요)?",
        said,
    )
    count = count_in(said) if found is not None else None
    if not count:
        return None
    return meant(f"알림 건수 {'한 시간' if '시간' in spoken.words else '하루'} {count}건까지")


def _place(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    if _BACK.fullmatch(said) or _OFF.fullmatch(said):
        return meant("받는 곳 자동")
    found = re.fullmatch(
        r"(?P<where>메일|이메일|텔레그램|슬랙|네이버 ?웍스|매트릭스)(?:으로|로)(?: ?(?:바꿔|받"
        r"을래|보내|할래|해)\S{0,3})?",
        said,
    )
    return meant(f"받는 곳 {found['where']}") if found else None


Completer = Callable[[Spoken, str, datetime, bool], Meant | None]

TIME: Final[Mapping[str, Completer]] = {
    "leave": _leave, "leave-instead": _leave, "leave-cancel": _leave, "rest": _rest, "quiet-hours": _hush,
    "weekends": _weekends, "morning": _morning, "digest-times": _digests, "limit": _limit, "place": _place,
}  # fmt: skip
