"""Words of a trip under way: departure, arrival, return, what is told afterwards, companions, and the closing receipt.

No reproach in any of them: a forgotten tap is an ordinary thing. A receipt says what it proves and what it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from attest.trip import Basis, LegKind, State, Trip
from bot.messenger import Button, Reply
from bot.wording import clock, day, moment, particle
from bot.wording.receipts import HERE, also, near
from bot.wording.trips import LEGS, VEHICLES, minutes, thread, where

BASES = {
    Basis.SHARE: "위치",
    Basis.TAP: "알림",
    Basis.PHOTO: "사진",
    Basis.TOLL: "하이패스",
    Basis.HOST: "방문기관 확인",
    Basis.COLLEAGUE: "동행자 확인",
}
_SENT = "감사 담당은 이 그림으로 확인합니다."


def _about(trip: Trip) -> str:
    return f"{where(trip)} 출장" if trip.destination else "출장"


def tapped(
    trip: Trip, kind: LegKind, at: datetime, *, again: bool, ask: bool, equal: bool, consent: bool = False
) -> Reply:
    """A moment was told by a tap or a word. `ask`: a location may follow; `equal`: other evidence may.

    `consent`: the question for it follows.
    """
    done = "이미 적혀 있습니다" if again else "적었습니다"
    lines = [f"{_about(trip)}: {clock(at)} {LEGS[kind]}, {done}."]
    if ask and kind is LegKind.ARRIVED:
        lines.append("지금부터 1분 30초 안에 '현재 위치'를 한 번 보내 주시면 영수증을 드립니다. 늦어도 드립니다.")
    elif ask:
        lines.append("원하시면 '현재 위치'를 1분 30초 안에 함께 보내 주십시오. 안 보내셔도 됩니다.")
    elif equal:
        lines.append("위치 없이도 됩니다. 사진이나 방문기관·동행자 확인으로 증빙하실 수 있습니다.")
    elif kind is LegKind.ARRIVED and not consent:
        lines.append("위치는 묻지 않습니다. 다음은 아래를 눌러 주십시오.")
    buttons = thread(trip)
    if equal:
        buttons = (*buttons, Button("사진", f"late:{trip.id}:photo"), Button("방문기관 확인", f"late:{trip.id}:host"))
    return Reply("\n".join(lines), buttons=buttons, asks_location=HERE if ask else "")


def impromptu(trip: Trip, kind: LegKind, at: datetime) -> Reply:
    """A departure without a memo."""
    return Reply(
        f"{clock(at)} {particle(LEGS[kind], '을', '를')} 적었습니다. 적어 두신 출장이 없어 새로 시작했습니다.\n"
        "어디로 가십니까? '진주 스마트팜, 관용차'처럼 써 주시면 함께 적습니다.",
        buttons=thread(trip),
    )


def waiting_to_close(trip: Trip, at: datetime) -> Reply:
    """The return was told; a location may still come."""
    return Reply(
        f"{_about(trip)}: {clock(at)} 복귀, 적었습니다.\n"
        "복귀 위치도 남기시려면 '현재 위치'를 1분 30초 안에 보내 주십시오. 안 보내셔도 영수증은 드립니다.",
        buttons=(Button("위치 없이 마침", f"shut:{trip.id}"),),
        asks_location=HERE,
    )


def share_receipt(trip: Trip, kind: LegKind, place: str, at: datetime, accuracy_m: float | None, document: str,
                  image: bytes, story: str, flags: Sequence[str], *, traced: bool = False) -> Reply:  # fmt: skip
    """The receipt of a share: where, when, how exactly, what else the claim needs, what a checker will ask about."""
    accuracy = f" · 오차 약 {accuracy_m:.0f}m" if accuracy_m is not None else ""
    head = "출발 영수증" if kind is LegKind.DEPARTED else "출장 영수증"
    paper = f"문서 {document}. " if document else ""
    if traced:
        text = (
            f"10분 동안의 실시간 공유가 확인되었습니다. 이제 멈추셔도 됩니다. 더 나은 {head}입니다.\n"
            f"{near(place)} · {moment(at)}{accuracy}\n{paper}앞서 드린 영수증 대신 이것을 쓰시면 됩니다. {_SENT}"
        )
    else:
        text = (
            f"{head}입니다. {near(place)} · {moment(at)}{accuracy}\n"
            f"{paper}{_proves(flags)}\n"
            f"교통비·숙박비는 카드 영수증이 따로 필요합니다. {_SENT}"
        )
        if flags:
            text += f"\n감사 때 함께 볼 것: {also(flags)}"
    alt = f"{head} QR. {near(place)}, {moment(at)}."
    serial = story.partition(":")[2]
    buttons = (*thread(trip), Button("글자로 받기", f"token:{serial}"), Button("내 정보", "mine"))
    return Reply(text, alt=alt, image=image, receipt=story, buttons=buttons)


def _proves(flags: Sequence[str]) -> str:
    if "declared" in flags:
        return "이 시각에 이 위치를 스스로 알리셨다는 증빙입니다. 기기가 보낸 위치보다 약합니다."
    return "이 시각에 이 위치를 보내셨다는 증빙입니다. 머문 시간은 증명하지 않습니다."


def closing(trip: Trip, count: int, distance_100m: int | None, image: bytes, story: str, flags: Sequence[str]) -> Reply:
    """The receipt that closes a trip: time, distance, vehicle; what it proves and what not; until when to claim."""
    begun, returned = trip.begun_at, trip.returned_at
    times = f"{moment(begun)} ~ {until(begun, returned)}" if begun and returned else ""
    far = f" · 사무실에서 직선 {distance_100m / 10:.1f}km" if distance_100m is not None else ""
    paper = f"문서 {trip.document}. " if trip.document else ""
    point = trip.leg(LegKind.ARRIVED)
    proof = "두 시각과 도착 위치를 알리셨다는" if point and point.receipt is not None else "두 시각을 알리셨다는"
    lines = [
        f"출장을 마쳤습니다{f'({trip.destination})' if trip.destination else ''}. {times}",
        f"{minutes(count)}{far} · {VEHICLES[trip.vehicle]}",
        f"{paper}{proof} 증빙이며 머문 내용은 증명하지 않습니다.",
    ]
    due = f"정산 기한 {day(trip.settle_by)}." if trip.settle_by else ""
    noted = [flag for flag in flags if flag not in {"live", "trace", "colleague", "host", "no_location"}]
    lines.append(f"감사 때 함께 볼 것: {also(noted)} {due}".strip() if noted else f"{due} {_SENT}".strip())
    serial = story.partition(":")[2]
    buttons = (
        Button("보고서 초안", f"report:{trip.id}"),
        Button("정산", "claim"),
        Button("글자로 받기", f"token:{serial}"),
    )
    alt = f"출장 마침 영수증 QR. {times}, {minutes(count)}."
    return Reply("\n".join(lines), alt=alt, image=image, receipt=story, buttons=buttons)


def until(begun: datetime, returned: datetime) -> str:
    """The hour of the end; its day too where that is another."""
    return clock(returned) if day(begun) == day(returned) else moment(returned)


def closed_already(trip: Trip) -> Reply:
    """Something about the return of a trip that is over."""
    returned = trip.returned_at
    at = f"{moment(returned)} 복귀로 " if returned else ""
    return Reply(
        f"{_about(trip)}은 {at}마쳤고 영수증이 나갔습니다. 방금 위치는 쓰지 않고 버렸습니다.\n"
        "자료를 더하시려면 '사후 제출'을 써 주십시오."
    )


def back_already(trip: Trip) -> Reply:
    """복귀 once more."""
    returned = trip.returned_at
    at = f"{moment(returned)} 복귀로 " if returned else ""
    return Reply(f"{_about(trip)}은 {at}이미 마쳤습니다. 자료를 더하시려면 아래를 눌러 주십시오.", buttons=kinds(trip))


def not_yet(kind: LegKind) -> Reply:
    """A moment that was denied, or only asked about: nothing is written."""
    word = LEGS[kind]
    so = particle(f"'{word}'", "이라고", "라고")
    return Reply(f"아직 {particle(word, '을', '를')} 적지 않았습니다. 그때 {so}만 써 주십시오.")


def still_ahead(trip: Trip | None, kind: LegKind) -> Reply:
    """A moment that is still to come: noted nowhere, its button below."""
    word = LEGS[kind]
    waits = trip is not None and trip.leg(kind) is None and trip.state is not State.CLOSED
    so = particle(f"'{word}'", "이라고", "라고")
    how = f"그때 아래를 누르시거나 {so}" if waits else f"그때 {so}"
    buttons = (Button(word, f"leg:{trip.id}:{kind.value}"),) if waits and trip is not None else ()
    return Reply(f"아직 오지 않은 {particle(word, '이라', '라')} 적지 않았습니다. {how} 써 주십시오.", buttons=buttons)


def receipt_stays(trip: Trip) -> Reply:
    """What was told can't be taken back: its receipt is out."""
    returned = trip.returned_at
    at = f"{moment(returned)} 복귀로 적혔고 " if returned else ""
    return Reply(
        f"{_about(trip)}은 {at}영수증이 나갔습니다. 나간 영수증은 지우거나 고치지 못합니다.\n"
        "맞는 시각이나 자료를 '사후 제출'로 더해 주십시오. 감사 때 함께 봅니다.",
        buttons=kinds(trip),
    )


def is_it(trip: Trip, kind: LegKind) -> Reply:
    """Words that may mean a moment: asked, not written."""
    return Reply(f"{_about(trip)}의 {LEGS[kind]}입니까? 맞으면 아래를 눌러 주십시오.", buttons=thread(trip))


def whose_hour() -> Reply:
    """Several moments and hours, and which is whose is not plain."""
    return Reply(
        "어느 시각이 무엇인지 분명하지 않아 아직 적지 않았습니다.\n"
        "'출발 12:40 도착 13:50 복귀 17:00'처럼 각각 시각을 붙여 한 번에 써 주십시오."
    )


def begin_first(trip: Trip, at: datetime) -> Reply:
    """A return of which no beginning was told: without it the trip would last no minute."""
    return Reply(
        f"{_about(trip)}의 출발이 아직 적혀 있지 않습니다. 괜찮습니다.\n"
        f"'출발 9시 30분 복귀 {clock(at)}'처럼 두 시각을 함께 써 주시면 마침 영수증을 드립니다."
    )


def nobody_is_out() -> Reply:
    """복귀 without a trip."""
    return Reply(
        "열려 있는 출장이 없습니다. 지난 출장이면 '어제 출장 복귀 17시 40분이었어요'처럼 써 주십시오.\n"
        "'출장 목록'을 쓰시면 이번 달 출장을 보여 드립니다."
    )


def left_open(trip: Trip) -> Reply:
    """A trip of an earlier day that was not told to be over: its hour is asked."""
    day_of = day(trip.begun_at) if trip.begun_at else ""
    return Reply(f"{day_of} {_about(trip)}의 복귀를 적겠습니다. 몇 시였습니까? 예: '17시 40분'")


# --- afterwards


def which_hour(trip: Trip, kind: LegKind, on: date) -> Reply:
    """A forgotten moment: when was it?"""
    return Reply(
        f"괜찮습니다. {day(on)} {_about(trip)}의 {particle(LEGS[kind], '을', '를')} 사후 제출로 적겠습니다.\n"
        "몇 시였습니까? 예: '13시 40분'"
    )


def which_moment(trip: Trip) -> Reply:
    """사후 제출: which moment, or which material."""
    return Reply(
        f"{day(trip.day)} {_about(trip)}에 무엇을 더할까요? 시각은 '도착 13시 40분'처럼 쓰시면 됩니다.\n"
        "자료가 있으면 아래에서 골라 보내 주십시오. 없어도 됩니다.",
        buttons=kinds(trip),
    )


def told_late(trip: Trip, kind: LegKind, at: datetime) -> Reply:
    """A moment was told afterwards; material may be added."""
    return Reply(
        f"{moment(at)} {particle(LEGS[kind], '을', '를')} 사후 제출로 적었습니다({_about(trip)}).\n"
        "자료가 있으면 아래에서 골라 보내 주십시오. 없어도 됩니다.",
        buttons=(*thread(trip), *kinds(trip)),
    )


def kinds(trip: Trip) -> tuple[Button, ...]:
    """What may be handed in for a trip, as buttons."""
    found = [Button(BASES[basis], f"late:{trip.id}:{basis.value}") for basis in (Basis.TOLL, Basis.PHOTO, Basis.HOST)]
    if trip.companions:
        found.append(Button(BASES[Basis.COLLEAGUE], f"late:{trip.id}:{Basis.COLLEAGUE.value}"))
    return tuple(found)


def send_it(basis: Basis) -> Reply:
    """The material is awaited."""
    what = {
        Basis.TOLL: "하이패스 이용내역 그림이나 파일을",
        Basis.HOST: "방문기관이 써 준 확인(사진·파일)을",
    }.get(basis, "현장 사진을")
    now = "\n방문기관 직원이 옆에 있으면 그쪽의 '방문 확인 번호'를 받아 '방문확인 12345678'로 쓰셔도 됩니다."
    return Reply(
        f"{what} 지금 보내 주십시오. 파일은 저장하지 않고, 나중에 같은 파일인지 맞춰 볼 값만 남깁니다.\n"
        "사진 속 위치 정보는 읽지 않습니다." + (now if basis is Basis.HOST else "")
    )


def handed_in(trip: Trip, kind: LegKind, basis: Basis, at: datetime, image: bytes, story: str, *, late: bool) -> Reply:
    """A file was taken as evidence."""
    how = "사후 제출" if late else "제출"
    serial = story.partition(":")[2]
    return Reply(
        f"{particle(BASES[basis], '을', '를')} {how}로 적었습니다. {_about(trip)} · {LEGS[kind]} {moment(at)}\n"
        "파일은 저장하지 않았습니다. 원본을 가지고 계시다가 감사 때 함께 내시면 같은 파일인지 맞춰 봅니다.\n"
        "위치 없는 영수증입니다. 다른 서류와 함께 보게 됩니다.",
        alt=f"{how} 영수증 QR. {BASES[basis]}, {moment(at)}.",
        image=image,
        receipt=story,
        buttons=(*thread(trip), Button("글자로 받기", f"token:{serial}")),
    )


def nothing_to_add_to(on: date | None = None) -> Reply:
    """사후 제출 without any trip; `on`: the day that was named."""
    none = f"{day(on)} 출장은 적힌 것이 없습니다." if on else "더할 출장을 찾지 못했습니다."
    return Reply(
        f"늦게라도 내실 수 있지만, {none} '어제 13시 진주 스마트팜 출장 깜빡했어요'처럼 써 주시면 새로 적겠습니다."
    )


def no_hour() -> Reply:
    """The answer told no hour."""
    return Reply("몇 시였는지 알아듣지 못했습니다. '13시 40분'처럼 써 주십시오.")


def future_hour(at: datetime) -> Reply:
    """A moment that is still to come can't have been."""
    return Reply(f"{moment(at)}은 아직 오지 않은 때라 적지 않았습니다. 지난 시각을 '13시 40분'처럼 써 주십시오.")


# --- companions and the visited office


def with_you(traveller: str, title: str, when: str, trip_id: str, *, late: bool) -> Reply:
    """To a companion: one question, and nobody's place."""
    asked = "함께 다녀오셨습니까?" if late else "함께 계십니까?"
    return Reply(
        f"{title} {traveller} 님이 {when} 출장에 동행하신다고 적었습니다. {asked}\n"
        "한 번만 눌러 주시면 됩니다. 위치는 보내지 않으셔도 됩니다.",
        buttons=(Button("함께 있습니다", f"with:{trip_id}:yes"), Button("아닙니다", f"with:{trip_id}:no")),
    )


def thanks(*, yes: bool) -> Reply:
    """To a companion who answered."""
    return Reply("확인을 적었습니다. 고맙습니다." if yes else "알겠습니다. 동행 명단에서 뺐습니다.")


def not_with(name: str, trip: Trip) -> Reply:
    """To the traveller: somebody was not along."""
    return Reply(f"{name} 님이 {_about(trip)}에 동행하지 않는다고 답해 명단에서 뺐습니다.")


def asked_companions(names: Sequence[str], *, before: bool) -> Reply:
    """To the traveller: the companions were asked."""
    if before:
        return Reply(f"{', '.join(names)} 님께 이미 여쭈었습니다. 답이 오면 적겠습니다.")
    return Reply(f"{', '.join(names)} 님께 한 번 여쭈었습니다. 답이 오면 알려 드리겠습니다.")


def no_companions() -> Reply:
    """동행자 확인 without companions."""
    return Reply("적어 두신 동행자가 없습니다. '동행 서마루 주무관'처럼 써 주시면 여쭈어 드립니다.")


def visit_code(code: str) -> Reply:
    """The visited office's code."""
    return Reply(
        f"방문 확인 번호: {code[:4]} {code[4:]}\n"
        "2분 동안만 씁니다. 지금 앞에 계신 출장자에게 보여 주십시오. 출장자는 '방문확인 번호'로 적습니다."
    )


def visited(institution: str, trip: Trip) -> Reply:
    """The code was right."""
    return Reply(f"{institution} 방문을 확인했습니다. {_about(trip)}에 적었습니다.", buttons=thread(trip))


def visit_wrong() -> Reply:
    """No code of any office, now."""
    return Reply(
        "확인되지 않은 번호입니다. 2분이 지났거나 이미 쓴 번호일 수 있습니다.\n"
        "방문기관 직원에게 '방문 확인 번호'를 다시 받아 주십시오."
    )


def visit_how() -> Reply:
    """방문확인 without a number."""
    return Reply(
        "방문기관 직원이 도비에게 '방문 확인 번호'라고 쓰면 여덟 자리 번호가 나옵니다.\n"
        "그 번호를 '방문확인 12345678'처럼 써 주십시오."
    )


# --- what is told unasked, once each


def set_out(trip: Trip, *, over: bool) -> Reply:
    """The planned start is past and nothing was told."""
    when = f"{moment(trip.starts_at)} " if trip.starts_at else ""
    if over:
        return Reply(
            f"{when}{_about(trip)}, 다녀오셨습니까? 다녀오셨으면 사후 제출로 적어 드립니다.",
            buttons=(Button("사후 제출", f"late:{trip.id}:any"), Button("취소", f"trip-off:{trip.id}")),
        )
    return Reply(
        f"{when}{_about(trip)}, 출발하셨습니까? 한 번만 여쭙니다.",
        buttons=(Button("출발", f"leg:{trip.id}:departed"), Button("취소", f"trip-off:{trip.id}")),
    )


def come_back(trip: Trip) -> Reply:
    """The planned return is past and was not told."""
    begun = trip.begun_at
    when = f"{moment(begun)}에 시작한 " if begun else ""
    return Reply(
        f"{when}{_about(trip)}, 복귀하셨습니까? 지난 시각이면 '복귀 17시 40분'처럼 쓰셔도 됩니다.",
        buttons=(Button("복귀", f"leg:{trip.id}:returned"),),
    )


def settle(trip: Trip, left: int) -> Reply:
    """The settlement limit (공무원 여비 규정 제8조의2) comes near."""
    due = f"{day(trip.settle_by)}까지" if trip.settle_by else ""
    when = "오늘" if left <= 0 else "내일" if left == 1 else f"{left}일 남았습니다."
    head = f"정산 기한이 {when}" if left > 1 else f"정산 기한이 {when}입니다."
    begun = f"{day(trip.begun_at)} " if trip.begun_at else ""
    return Reply(
        f"{head} {begun}{_about(trip)}은 {due} 정산하셔야 합니다(여비 규정 제8조의2).",
        buttons=(Button("정산", "claim"), Button("보고서 초안", f"report:{trip.id}")),
    )
