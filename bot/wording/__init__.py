"""Every Korean sentence that people read, one file a conversation; this file holds what all of them share.

Pure functions from values to text. The tone is `VOICE.md`'s: the decision first, at most four lines, 합니다체, the
system takes the blame, every refusal names the next step. Nothing here decides or fetches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.clock import KST
from bot.messenger import MAX_PRESS, Button, Reply
from bot.platforms import Content
from bot.wording.surely import at_once

_WEEKDAYS = "월화수목금토일"

# the words of the first question, so that a first subscription is one press away
FIRST_TOPICS = ("재난안전", "청년 일자리", "소상공인")


def public(text: str, buttons: tuple[Button, ...] = ()) -> Reply:
    """What any messenger may carry: published things, and how Dobi is used."""
    return Reply(text, buttons=buttons, content=Content.PUBLIC)


def day(value: date | datetime) -> str:
    """`11. 23.(월)`."""
    local = value.astimezone(KST) if isinstance(value, datetime) else value
    return f"{local.month}. {local.day}.({_WEEKDAYS[local.weekday()]})"


def clock(value: datetime) -> str:
    """`13:42`, Korean time."""
    return f"{value.astimezone(KST):%H:%M}"


def moment(value: datetime) -> str:
    """`11. 23.(월) 13:42`."""
    return f"{day(value)} {clock(value)}"


def when(value: datetime, now: datetime) -> str:
    """The time today, the day and time otherwise."""
    return clock(value) if value.astimezone(KST).date() == now.astimezone(KST).date() else moment(value)


def published(value: datetime, now: datetime) -> str:
    """When a document came out; the day alone at exactly 00:00 in Korea: such boards tell no time."""
    local = value.astimezone(KST)
    return day(local) if (local.hour, local.minute, local.second) == (0, 0, 0) else when(value, now)


def particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """The word with the particle that its last sound asks for: `particle("식당", "을", "를")` is `식당을`.

    Hangul syllables are laid out by 28 final sounds from U+AC00 (Unicode 3.12); digits are read in Korean.
    """
    last = word.rstrip("'\"”’)」 ")[-1:]
    closed = (ord(last) - 0xAC00) % 28 != 0 if "가" <= last <= "힣" else last in "013678lmnrLMNR"
    return word + (after_consonant if closed else after_vowel)


def toward(word: str) -> str:
    """The word with 로, or 으로 after a closed syllable other than one in ㄹ."""
    last = word.rstrip("'\"”’)」 ")[-1:]
    if "가" <= last <= "힣":
        return word + ("로" if (ord(last) - 0xAC00) % 28 in {0, 8} else "으로")
    return word + ("으로" if last in "036mnMN" else "로")


def short(text: str, limit: int) -> str:
    """At most `limit` characters, cut with `…`."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def whom(contact: str) -> str:
    """Whom to ask, in words; an institution that named nobody still has somebody."""
    return contact or "소속 기관의 정보화 담당자"


def introduction(name: str, department: str, institution: str, contact: str) -> tuple[Reply, ...]:
    """The three messages of a first contact: who, what, and one question that starts the first subscription."""
    who = Reply(
        f"안녕하십니까, {name} 님. {institution} 비서 도비입니다.\n"
        f"{department} 소속으로 알고 있습니다. 다르면 바로잡아 드립니다. 문의: {whom(contact)}"
    )
    what = Reply(
        "세 가지를 도와드립니다.\n"
        "① 소식: '구독 재난안전'이라고 쓰시면 여러 기관의 새 보도자료를 찾아 바로 알려 드립니다.\n"
        "② 출장 증빙: 출장지에서 위치를 한 번 보내시면 QR 영수증을 드립니다. 위치는 보내실 때만 봅니다.\n"
        "③ 식당: '식당'이라고 쓰시면 지금 줄과 기다릴 시간, 우리 과 차례를 알려 드립니다."
    )
    question = Reply("먼저 어떤 소식을 받아 보시겠습니까? 아래에서 고르거나 '구독 낱말'을 써 주십시오.", buttons=_FIRST)
    return who, what, question


def greeting(name: str) -> Reply:
    """To somebody who knows Dobi already."""
    return Reply(f"안녕하십니까, {name} 님. 무엇을 도와드릴까요?", buttons=_DAILY)


def met_unread(first: Reply) -> Reply:
    """The first of a welcome, to whoever's first words were not understood."""
    return replace(
        first, text=f"{first.text}\n방금 하신 말씀은 알아듣지 못했습니다. 아래를 보시고 다시 말씀해 주십시오."
    )


def welcome() -> Reply:
    """To somebody who says thanks."""
    return public("도움이 되었다니 다행입니다. 더 필요하시면 말씀해 주십시오.")


def group_greeting() -> Reply:
    """To a channel that greets: what can be done there, and nothing about the person."""
    return public(
        "안녕하십니까, 도비입니다. 이 채널에서는 소식 구독과 브리핑, 식당을 도와드립니다.\n"
        "개인적인 일은 저에게 따로 말씀해 주십시오.",
        buttons=_DAILY,
    )


def invitation() -> Reply:
    """To somebody who is not registered; tells nothing about the institution."""
    return public(
        "등록된 직원만 쓰실 수 있습니다.\n"
        f"쓰시려면 {whom('')}에게 등록을 요청해 주십시오. 아무것도 저장하지 않았습니다."
    )


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One thing that this person may do: `구독 재난안전 — 그 낱말의 새 소식을 받습니다` under its heading."""

    about: str
    text: str
    slash: str

    @property
    def command(self) -> str:
        """What to write."""
        return self.text.partition(" — ")[0]

    @property
    def slashed(self) -> str:
        """The slash command behind it, where there is one."""
        return f" (/{self.slash})" if self.slash else ""


_FRONT = {
    "소식": ("구독", "브리핑", "찾기", "알림 설정", "휴가"),
    "출장": ("출장 ", "도착", "사후 제출", "정산", "내 정보"),
    "식당": ("식당", "차례", "식단", "한산해지면", "제보"),
    "감사": ("검증", "감사 시작", "점검"),
    "관리": ("상태", "출처 상태", "못 보낸 것", "공지"),
    "사람": ("초대 ", "인사발령"),
    "운영": ("기관 목록", "기관 추가"),
    "계정": ("연결", "분실 신고"),
}
"""What the first page of the help shows of each heading; the rest stands behind its button."""


def help_page(lines: Sequence[HelpLine], contact: str, *, private: bool) -> Reply:
    """What people ask for most, a line a heading; everything that this person may do here stands behind the buttons."""
    headings = tuple(dict.fromkeys(line.about for line in lines))
    fronts = {each: _front([line for line in lines if line.about == each], each) for each in headings}
    rows = [f"· {each}: " + " / ".join(fronts[each]) for each in headings if each in _EVERYBODYS and fronts[each]]
    others = [one for each in headings if each not in _EVERYBODYS for one in fronts[each]]
    rows += ["· 그 밖: " + " / ".join(others)] if others else []
    note = f"모두 보시려면 단추를 누르십시오. 말하듯 쓰셔도 됩니다. 문의: {whom(contact)}"
    if not private:
        note = "채널에서는 저를 부르거나 낱말만 쓰시면 됩니다. 개인적인 일은 따로 말씀해 주십시오."
    buttons = tuple(Button(each, f"help:{each}") for each in headings)
    return Reply("\n".join(["이렇게 쓰실 수 있습니다.", *rows, note]), buttons=buttons)


_EVERYBODYS = ("소식", "출장", "식당")


def _front(lines: Sequence[HelpLine], heading: str) -> list[str]:
    """The commands of a heading that are shown first, in the order of `_FRONT`."""
    found = []
    for wanted in _FRONT.get(heading, ()):
        meant = [line.command for line in lines if f"{line.command} ".startswith(wanted)]
        found += [wanted] if wanted in meant else meant[:1]
    return found


def help_about(heading: str, lines: Sequence[HelpLine]) -> Reply:
    """One heading of the help with its explanations."""
    rows = [f"· {line.command}{line.slashed} — {line.text.partition(' — ')[2]}" for line in lines]
    return public("\n".join([f"{heading}: 이렇게 쓰실 수 있습니다.", *rows]), buttons=_HELP)


def unknown() -> Reply:
    """To a request that nothing understands."""
    return public("무슨 말씀인지 알아듣지 못했습니다. '도움말'을 쓰시면 할 수 있는 일을 보여 드립니다.", buttons=_HELP)


SAY = "say:"
"""Head of a button that says its words for whoever presses it."""


def offers(words: Sequence[str]) -> Reply:
    """To a sentence that nothing understands: what may have been meant, likeliest first."""
    buttons = tuple(Button(one, f"{'sure:' if at_once(one) else SAY}{one}") for one in words if one != _HELP[0].label)
    return public("알아듣지 못했습니다. 혹시 이 가운데 있습니까?", buttons=(*buttons, *_HELP))


def asked_back(words: Sequence[str]) -> Reply:
    """Before something is done that was only half said, or concerns somebody else: the full sentences, a press away."""
    fitting = [one for one in words if len(f"{SAY}{one}".encode()) <= MAX_PRESS]
    if len(fitting) == len(words) == 1:
        return Reply(
            f"'{words[0]}', 이렇게 할까요? 아직 아무것도 바꾸지 않았습니다.",
            buttons=(Button(words[0], f"{SAY}{words[0]}"),),
        )
    if len(fitting) == len(words):
        buttons = tuple(Button(one, f"{SAY}{one}") for one in words)
        return Reply("어느 쪽입니까? 아직 아무것도 바꾸지 않았습니다.", buttons=buttons)
    told = "\n".join(f"· {one}" for one in words)
    return Reply(f"이렇게 써 주시면 하겠습니다. 아직 아무것도 바꾸지 않았습니다.\n{told}")


def left_alone() -> Reply:
    """To a no, where something was only asked about."""
    return Reply("알겠습니다. 아무것도 바꾸지 않았습니다.")


def perhaps(wanted: str, press: str) -> Reply:
    """To a mistyped request: the nearest one, a press away where a button can carry it."""
    fits = press and len(press.encode()) <= MAX_PRESS
    buttons = (Button(short(wanted, 20), press), *_HELP) if fits else _HELP
    return Reply(f"알아듣지 못했습니다. 혹시 '{short(wanted, 60)}' 말씀이십니까?", buttons=buttons)


_HELP = (Button("도움말", "help"),)
_FIRST = (
    *(Button(f"{topic} 구독", f"topic:{number}") for number, topic in enumerate(FIRST_TOPICS)),
    Button("식당", "cafeteria"),
    Button("도움말", "help"),
)
_DAILY = (Button("브리핑", "briefing"), Button("식당", "cafeteria"), Button("도움말", "help"))


def empty() -> Reply:
    """To an empty message."""
    return public("빈 글이 왔습니다. '도움말'을 쓰시면 할 수 있는 일을 보여 드립니다.", buttons=_HELP)


def too_long(length: int, limit: int) -> Reply:
    """To a message that is longer than we read."""
    return public(f"글이 너무 깁니다({length:,}자). {limit:,}자 안으로 줄여 다시 보내 주십시오. 저장하지 않았습니다.")


def unreadable() -> Reply:
    """To text that is not text."""
    return public("글자로 읽을 수 없는 내용이라 처리하지 않았습니다. 글로 다시 써 주십시오.")


def not_allowed(what: str, roles: Sequence[str], contact: str) -> Reply:
    """To somebody whose role does not cover it."""
    who = "·".join(f"{role} 담당" if role == "감사" else role for role in roles)
    said = public(
        f"{particle(what, '은', '는')} {who}만 쓰실 수 있습니다. 필요하시면 요청해 주십시오. 문의: {whom(contact)}",
        buttons=_HELP,
    )
    return replace(said, aside=True)


def only_private(what: str) -> Reply:
    """To a private matter raised in a group."""
    said = public(f"{particle(what, '은', '는')} 개인 대화에서만 답해 드립니다. 저에게 따로 말씀해 주십시오.")
    return replace(said, aside=True)


def failed(case: str, contact: str) -> Reply:
    """When something broke: what did not happen, when to try again, whom to tell."""
    return public(
        "죄송합니다. 처리하지 못했습니다. 1분 뒤에 다시 해 주십시오.\n"
        f"그래도 안 되면 접수번호 {case}번으로 알려 주십시오. 문의: {whom(contact)}"
    )


def stale_button() -> Reply:
    """To a button whose message we no longer know."""
    return public("지난 단추입니다. 다시 한 번 말씀해 주십시오.", buttons=_HELP)


def read_before() -> Reply:
    """To words that somebody changed after they were answered."""
    return public("먼저 보내신 글을 이미 읽어, 고치신 내용은 반영하지 않았습니다. 바꾸실 것이 있으면 새로 써 주십시오.")


def no_files_here(*, photo: bool = False) -> Reply:
    """To files that nobody asked for; a photo may have been meant for the place in it, which messengers cut off."""
    if photo:
        return public(
            "보내신 사진은 열지도 저장하지도 않았습니다.\n"
            "· 사진에 든 위치로 출장을 증빙하시려면 '파일로 보내기'로 원본을 보내 주십시오.\n"
            "· 위치가 안 잡히면 '사후 제출'을 쓰신 뒤 사진과 시각을 보내 주십시오. 위치 없이도 증빙이 됩니다.\n"
            "· 영수증 확인(검증)은 감사 담당만 할 수 있습니다.",
            buttons=_HELP,
        )
    return public(
        "보내신 파일은 열지도 저장하지도 않았습니다. 영수증 확인(검증)은 감사 담당만 할 수 있습니다.", buttons=_HELP
    )


def unknown_channel() -> Reply:
    """To somebody who addressed Dobi in a channel that is not declared."""
    return public(
        "그 채널은 등록되어 있지 않아 여기로 답합니다. 여기에서는 바로 쓰실 수 있습니다.\n"
        "채널에서 쓰시려면 관리자가 그 채널에서 저를 불러 '이 방 등록'이라고 쓰시면 됩니다.",
        buttons=_HELP,
    )
