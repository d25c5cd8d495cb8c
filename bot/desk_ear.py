"""Reads what is said around the desk before any route does: what must not be done, what is only asked, what is undone.

    text → a secret? → must not be? → what would it lead to? → the last act was wrong? → once more? → around the desk?
         → an answer, the full command, or nothing: the text is others' to read

Commands as they are written pass by it, and nothing is changed by it. What was shown or done last in a conversation is
known to the process that answered, for ten minutes; the acts themselves stand in the log.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import restating
from bot.added_words import of_added
from bot.carrying import Known, one_named, source_in
from bot.declining import Declined, declined, elsewhere, secret_written, suspect
from bot.foretelling import foretold
from bot.frames_desk import UNDO, asks_state, at_desk, instead, near_desk, undoing
from bot.meant import LIFE
from bot.messenger import Reply
from bot.notice_speech import intends, may_tell, spoken
from bot.privacy_asked import privacy_asked, wants_file
from bot.requests import pressing
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.settings import Role
from bot.talked_of import receiver, switched, talks_of
from bot.tenancy import Member
from bot.wondering import SHOWS
from bot.wording import declining, foretelling, own_matters, trip_advice
from bot.wording import roster as roster_words

_MOST: Final = 5_000
_BOSSES: Final = frozenset({Role.MANAGER, Role.OPERATOR})
_ACTS: Final = frozenset({
    "staff-add", "staff-role", "staff-move", "staff-leave", "staff-rest", "staff-back", "staff-name", "posting",
    "invite", "invite-end", "letters", "cutoff", "broadcast", "undo-last", "staff-lend", "staff-rest-from",
    "staff-leave-on", "staff-undo",
})  # fmt: skip
"""Routes by which people are administered."""
_READ_BACK: Final = frozenset({"staff-leave", "staff-rest", "cutoff", "staff-name"})
"""Of these, those that only ask when they are typed."""
_TALKED: Final = {"handover": "talked-handover", "source": "talked-source"}
"""What was only spoken of, where a route stands otherwise."""
_SOURCES: Final = frozenset({_TALKED["source"], "source-off", "source-on"})
_ABOUT_ONE: Final = frozenset({"staff-add", "staff-move", "invite"})
_LETTERS: Final = "dead-letters"
"""Beside what did not arrive, `다시 보내` means that."""
_OWN_TEXT: Final = frozenset({"broadcast", "urgent"})
_ONCE_MORE: Final = re.compile(
    r"(?:(?:아까|방금|그|이|저)? ?(?:그거|이거|저거|그것|이것|거|것|꺼|메시지|글|답|답장|말|내용|그건"
    r"|이건)?(?:를|을|좀|만|도|은|는| )*)"
    r"(?:다시|또|재|한 ?번 ?더|한번더)(?:한번|한 번|좀|만| )*(?:보내|전송|발송|올려|띄워|보여)[가-힣]{0,8}(?: "
    r"?[가-힣]{1,4})?[\s.!~?ㅠㅜ]*"
)
_MOVE: Final = "부서 변경 "
_MOVES: Final = re.compile(r"부서|발령|이동|옮|전보|(?:과|담당관|팀)(?:으로|로)")
_BARE_NAME: Final = re.compile(
    r"(?P<who>[가-힣]{2,4}?)(?: ?(?:주무관|팀장|과장|계장|님|씨))*(?:이요|요|입니다|이에요|예요|한테요?|에게)?[\s.!~]*"
)


@dataclass(frozen=True, slots=True)
class _Last:
    route: str
    words: str
    press: str | None
    at: datetime


class DeskEar:
    """`known` is what an institution knows by name; asked only where a text may concern somebody."""

    def __init__(self, grammar: Grammar, known: Callable[[Member], Awaitable[Known]]) -> None:
        self._grammar, self._known = grammar, known
        self._acted: dict[tuple[str, str, str], _Last] = {}
        self._shown: dict[tuple[str, str, str], _Last] = {}

    def secret(self, request: Request, text: str) -> bool:
        """Whether somebody wrote to Dobi what belongs in no chat; a notice is its author's own text."""
        if not (request.chat.private or request.update.mention) or not secret_written(text):
            return False
        found = self._grammar.command(text)
        return found is None or found.route.name not in _OWN_TEXT

    async def read(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        """The answer, the request in full words, or None where it is others' to read."""
        boss = bool(request.member.person.roles & _BOSSES)
        if (first := await self._never_done(request, text, boss=boss)) is not None:
            return first
        if more := await self._more(request, text, boss=boss):
            return _saying(request, more)
        if self._grammar.command(text) is not None and not (boss and asks_state(text)):
            return self._once_more(request) if _ONCE_MORE.fullmatch(text) else None
        if boss and (told := await self._noticed(request, text) or self._undone(request, text)):
            return _saying(request, told)
        if _ONCE_MORE.fullmatch(text):
            return self._once_more(request)
        if self._asked_whom(request) and (found := _BARE_NAME.fullmatch(text)) is not None:
            known = await self._known(request.member)
            return _saying(request, f"인수인계 {found['who']}") if found["who"] in known.people else None
        if boss and _MOVES.search(text) and (refused := await self._declared(request, text)) is not None:
            return [refused]
        if not near_desk(text, boss=boss):
            return None
        meant = at_desk(text, await self._known(request.member), boss=boss)
        if meant is None:
            return None
        return _saying(request, meant) if isinstance(meant, str) else [meant]

    async def _more(self, request: Request, text: str, *, boss: bool) -> str:
        """What is said beside whoever was just added or moved, or of what was only spoken of."""
        last = self._of(self._acted, request)
        if boss and last is not None and last.route in _ABOUT_ONE:
            return of_added(text, last.words)
        if last is not None and last.route == _TALKED["handover"] and (who := receiver(text)):
            return f"인수인계 {who}" if len(who) > 2 or who in (await self._known(request.member)).people else ""
        if last is not None and last.route in _SOURCES and (turn := switched(text)):
            which = source_in(last.words, await self._known(request.member))
            return f"출처 {turn} {which}".rstrip()
        about = talks_of(text, operates=Role.OPERATOR in request.member.person.roles)
        if about:
            self._put(self._acted, self._key(request), _Last(_TALKED[about], text, None, request.now))
        return ""

    async def _noticed(self, request: Request, text: str) -> str:
        """The notice that a sentence wants told, or whose words are to be asked for."""
        if not may_tell(text):
            return ""
        offices = (await self._known(request.member)).offices
        told = spoken(text, offices)
        return told.command if told is not None else intends(text, offices)

    async def _never_done(self, request: Request, text: str, *, boss: bool) -> Request | Sequence[Reply] | None:
        """What must not be done, what another institution's people are asked for, and what is only asked."""
        if suspect(text) and (told := await self._declined(request, text, boss=boss)) is not None:
            return [told]
        if Role.OPERATOR in request.member.person.roles and self._grammar.command(text) is None and elsewhere(text):
            return _saying(request, f"직원 목록 {elsewhere(text)}")
        if asked := privacy_asked(text):
            return [trip_advice.told(asked)]
        if wants_file(text):
            return _saying(request, "내 정보 파일로 받기")
        if topic := foretold(text):
            return [foretelling.told(topic, boss=boss)]
        return None

    async def _declined(self, request: Request, text: str, *, boss: bool) -> Reply | None:
        roles = request.member.person.roles
        known = await self._known(request.member)
        why = declined(
            text, known, me=request.member.person.name, boss=boss, operates=Role.OPERATOR in roles,
            audits=Role.AUDITOR in roles,
        )  # fmt: skip
        plain = self._grammar.command(text) is not None or self._grammar.sentence(text, request.member) is not None
        match why:
            case Declined.SECRET:
                return declining.no_secrets(known.contact)
            case Declined.ROLE:
                return declining.no_role_for_oneself(known.contact)
            case Declined.LOG:
                return declining.log_stays()
            case Declined.ELSEWHERE if not plain or boss:
                return declining.another_institution(known.contact)
            case Declined.OTHERS if not plain:
                return declining.others_matters()
        return None

    async def _declared(self, request: Request, text: str) -> Reply | None:
        """To whoever would move somebody whose department the settings file says: that it can't be done here."""
        meant = restating.plainly(text, request.member.person.roles, room=False)
        if meant is None or not meant.words[0].startswith(_MOVE):
            return None
        who = meant.words[0].removeprefix(_MOVE).split(" ")[0]
        known = await self._known(request.member)
        return roster_words.in_file(who, "부서는") if who in known.declared else None

    def _undone(self, request: Request, text: str) -> str:
        """The last act is to be named, where one on people was spoken of last; empty for all other texts."""
        last = self._of(self._acted, request)
        if last is None or last.route not in _ACTS:
            return ""
        if undoing(text) and last.route != "undo-last":
            asked = last.route in _READ_BACK | _OWN_TEXT and last.press is None
            return "" if asked else UNDO
        other = instead(text)
        if not other:
            return ""
        if last.route in _READ_BACK and last.press is None:
            found = self._grammar.command(last.words)
            return f"{found.route.words[0]} {other}" if found is not None else ""
        return f"{UNDO} {other}"

    def _once_more(self, request: Request) -> Request | Sequence[Reply] | None:
        """What Dobi said last, asked for anew; None where something else was done since."""
        last = self._of(self._shown, request)
        if last is not None and last.route == _LETTERS:
            explained = (last.press or "").startswith("dead:why:")
            return None if explained else _saying(request, "못 보낸 것")
        if last is None:
            return [own_matters.nothing_sent()] if self._of(self._acted, request) is None else None
        return pressing(request, last.press) if last.press is not None else _saying(request, last.words)

    def shown_person(self, request: Request, known: Known) -> str:
        """Whose card was shown last; empty where it was anything else."""
        last = self._of(self._shown, request)
        if last is None or last.route not in {"staff", "staff-linked"}:
            return ""
        return one_named(last.words, known)

    def _asked_whom(self, request: Request) -> bool:
        last = self._of(self._acted, request)
        return last is not None and last.route == "handover"

    def spoke(self, request: Request, found: Found | None) -> None:
        """Something was answered."""
        if found is None:
            return
        key, name = self._key(request), found.route.name
        words = unaddressed(tidy(request.update.text))
        last = _Last(name, words, request.update.press, request.now)
        if name in SHOWS:
            self._put(self._shown, key, last)
            return
        self._shown.pop(key, None)
        self._put(self._acted, key, last)

    @staticmethod
    def _put(kept: dict[tuple[str, str, str], _Last], key: tuple[str, str, str], last: _Last) -> None:
        kept.pop(key, None)
        kept[key] = last
        if len(kept) > _MOST:
            del kept[next(iter(kept))]

    def _of(self, kept: dict[tuple[str, str, str], _Last], request: Request) -> _Last | None:
        last = kept.get(self._key(request))
        return None if last is None or request.now - last.at > LIFE else last

    @staticmethod
    def _key(request: Request) -> tuple[str, str, str]:
        return request.tenant, request.person, request.chat.ref


def _saying(request: Request, text: str) -> Request:
    return replace(request, update=replace(request.update, text=text))
