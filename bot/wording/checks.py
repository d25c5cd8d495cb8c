"""Words around many verdicts: what to send, how far it is, the sum of it, the report, and a look at the exact point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, OutFile, Reply
from bot.platforms import Content
from bot.wording import day, moment, whom
from bot.wording.receipts import FLAGS
from bot.wording.verdicts import VERDICTS

_NAMED = 5
_FLAGS = 8


def how_to_verify() -> Reply:
    """When 검증 comes with nothing to check."""
    return Reply(
        "확인할 영수증의 QR 그림을 보내시거나, '검증' 뒤에 영수증 글자열을 붙여 주십시오.\n"
        "사진·스캔(PNG·JPEG·TIFF), PDF, 엑셀·CSV 목록, zip도 됩니다. 한 번에 1,000건까지 봅니다."
    )


def progress(total: int, done: int, *, pages: bool = False) -> Reply:
    """How far it is; the first says only that it began. `pages`: what is counted are pages, each with any receipts."""
    unit = "쪽" if pages else "건"
    if not done:
        return Reply(f"{total:,}{unit}을 확인하고 있습니다. 끝나면 결과와 검증서를 드리겠습니다.")
    if done < total:
        return Reply(f"{total:,}{unit}을 확인하고 있습니다. {done:,}{unit}까지 보았습니다.")
    return Reply(f"{total:,}{unit}을 모두 보았습니다. 결과는 따로 드립니다.")


def interrupted(total: int, done: int, press: str) -> Reply:
    """The process that was at it is gone."""
    told = (
        f"확인이 중간에 멈추었습니다. {total:,}건 가운데 {done:,}건까지 보았고 나머지는 보지 않았습니다.\n"
        "불편을 드렸습니다. 같은 파일을 다시 보내시면 처음부터 확인합니다."
    )
    buttons = (Button("여기까지 검증서", press),) if done else ()
    return Reply(told, buttons=buttons)


def not_recorded(contact: str) -> Reply:
    """A look could not be written down: nothing is answered."""
    return Reply(
        "확인 사실을 발급 기록에 남길 수 없어 결과를 드리지 않았습니다. 영수증에는 아무 일도 없었습니다.\n"
        f"문의: {whom(contact)}. 바로잡은 뒤 다시 보내 주십시오."
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """Many verdicts in figures; `named` are the items that are invalid or unreadable, `twins` which are one receipt."""

    counts: Mapping[str, int]
    flags: Counter[str]
    named: Mapping[str, Sequence[str]]
    twins: Sequence[str]


def summary(sums: Sums, beside: Sequence[str]) -> str:
    """How many of each verdict, each flag with its number, what is not valid by name, receipts that came twice."""
    lines = [
        f"{sum(sums.counts.values()):,}건을 확인했습니다.",
        " · ".join(f"{word} {sums.counts.get(name, 0):,}" for name, word in VERDICTS.items()),
    ]
    lines += [f"- {FLAGS.get(flag, flag)}: {count:,}건" for flag, count in sums.flags.most_common(_FLAGS)]
    lines += [f"{VERDICTS[name]}: {_some(names)}" for name, names in sums.named.items() if names]
    lines += [f"같은 영수증이 두 번 이상: {_some(sums.twins)}"] if sums.twins else []
    lines += beside
    if sums.named.get("unreadable"):
        lines.append("읽지 못한 것은 증빙도, 위조의 증거도 아닙니다.")
    return "\n".join(lines)


def _some(names: Sequence[str]) -> str:
    """The first few of a list, and how many more there are."""
    more = f" 밖에 {len(names) - _NAMED:,}건" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def left_out(count: int) -> str:
    """What was more than is looked at in one go."""
    return f"한 번에 볼 수 있는 수를 넘어 {count:,}건은 보지 않았습니다. 나누어 보내 주십시오."


def handed_in(name: str, at: datetime) -> str:
    """A file that is known as late evidence of a trip."""
    return f"{name}: 이 파일은 {day(at)} 사후 제출된 자료와 같습니다. 영수증은 아닙니다."


def done(text: str, paper: OutFile) -> Reply:
    """The sum of many verdicts, with the report as PDF."""
    return Reply(f"{text}\n검증서를 붙입니다. 엑셀은 다음 메시지입니다.", file=paper)


def sheet(number: str, paper: OutFile) -> Reply:
    """The same report as a workbook."""
    return Reply(f"{number} 엑셀입니다. 파일마다 발급 기록에 지문을 남겨 나중에 확인할 수 있습니다.", file=paper)


def report(number: str, items: int, paper: OutFile) -> Reply:
    """A report of a few verdicts, asked for by its button."""
    return Reply(f"{number} · {items:,}건의 검증서입니다. '검증서 확인 {number}'로 확인할 수 있습니다.", file=paper)


REPORT = "검증서"
POINT = "정확한 위치 열람"


def report_gone() -> Reply:
    """The results of that button were destroyed."""
    return Reply("그 확인 결과는 하루가 지나 지웠습니다. 영수증을 다시 보내시면 확인하고 검증서를 드립니다.")


def nothing_done() -> Reply:
    """A report of nothing."""
    return Reply("아직 확인한 것이 없어 검증서를 만들지 않았습니다. 영수증을 보내 주십시오.")


def how_to_confirm() -> Reply:
    """검증서 without a number."""
    return Reply("확인할 검증서의 번호를 '검증서 확인 검증-…-2026-1'처럼 쓰시거나, 받은 파일을 함께 보내 주십시오.")


def confirmed(
    number: str, at: datetime, by: str, counts: Mapping[str, int], files: Mapping[str, str], leaf: int
) -> Reply:
    """A report that was issued here, by its number."""
    told = " · ".join(f"{word} {counts.get(name, 0):,}" for name, word in VERDICTS.items())
    prints = [f"{name}: {print_}" for name, print_ in files.items()]
    lines = [
        f"{number}는 {moment(at)} {by} 담당이 받은 검증서입니다(발급 기록 {leaf}번).",
        told,
        "파일의 SHA-256 지문:",
        *prints,
        "받은 파일을 함께 보내시면 그 파일인지 맞춰 봅니다.",
    ]
    return Reply("\n".join(lines))


def no_report(number: str) -> Reply:
    """No report of that number."""
    return Reply(f"'{number}'로 발급한 검증서가 없습니다. 번호를 다시 보시거나, 받은 파일을 보내 주십시오.")


def same_report(name: str, number: str, at: datetime, leaf: int) -> Reply:
    """A file that is a report that was issued here, byte for byte."""
    return Reply(
        f"{name}: {moment(at)}에 발급한 검증서 {number}와 한 글자도 다르지 않습니다(발급 기록 {leaf}번).\n"
        "검증서는 영수증이 아니므로 판정은 하지 않았습니다."
    )


def other_report(name: str) -> Reply:
    """A file that no report is."""
    return Reply(
        f"{name}: 이곳에서 발급한 검증서 가운데 같은 파일이 없습니다.\n"
        "내용이 바뀌었거나 다시 저장한 파일일 수 있습니다. 처음 받은 파일이나 번호로 확인해 주십시오."
    )


def ask_point(place: str, at: datetime) -> Reply:
    """Before the exact point: a reason, which is written down."""
    return Reply(
        f"{moment(at)} {place} 영수증의 정확한 위치를 열람하려면 사유를 써 주십시오.\n"
        "사유와 열람 사실은 발급 기록에 남고, 출장자에게 알립니다."
    )


def point_reason_needed() -> Reply:
    """A reason of a word or none."""
    return Reply("사유를 한 문장으로 써 주십시오. 예: '방문지 주소와 맞춰 보기 위함'")


def point_left() -> Reply:
    """Not wanted any more."""
    return Reply("열람하지 않았습니다. 기록도 남기지 않았습니다.")


def point(place: str, at: datetime, lat: float, lon: float, accuracy_m: float | None) -> Reply:
    """The exact point, once."""
    accuracy = f" · 오차 약 {accuracy_m:.0f}m" if accuracy_m is not None else ""
    return Reply(
        f"{moment(at)} {place}: 위도 {lat:.6f}, 경도 {lon:.6f}{accuracy}\n"
        "출장자의 기기가 알려 준 값입니다. 열람 사실을 기록했습니다. 이 메시지는 필요가 끝나면 지워 주십시오.",
        content=Content.PLACE,
    )


def no_point() -> Reply:
    """A receipt without one."""
    return Reply("위치 없이 낸 증빙이라 열람할 위치가 없습니다.")


def point_refused(why: str) -> Reply:
    """Why the exact point stays closed."""
    told = {
        "no_audit": "정확한 위치는 감사를 연 뒤에만 열람할 수 있습니다. '감사 시작 문서번호, 기간'으로 여십시오.",
        "outside_period": "열린 감사의 기간 밖 영수증이라 열람할 수 없습니다.",
        "other_institution": "다른 기관의 영수증이라 열람할 수 없습니다. 그 기관의 동의가 필요합니다.",
        "no_key": "이 프로세스에는 감사 열쇠가 없어 열 수 없습니다. 감사 담당 프로세스에서 열람합니다.",
    }
    return Reply(told.get(why, "그 영수증을 찾지 못했습니다. 영수증을 다시 보내 확인해 주십시오."))
