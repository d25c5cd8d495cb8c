"""The page with which anybody checks a receipt in a browser, from one file, without a network or an installation.

It carries the public keys, the third verifier (`attest/checker.js`) and the words that the messenger's answers use.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files

from attest.places import Place
from bot.wording.receipts import FLAGS
from bot.wording.verdicts import GRADES, REASONS, VEHICLES, VERDICTS

_WORDS = {
    "verdicts": VERDICTS,
    "reasons": REASONS,
    "flags": FLAGS,
    "grades": GRADES,
    "vehicles": VEHICLES,
    "accuracy": ("알 수 없음", "20m 이내", "100m 이내", "500m 이내", "500m 넘음"),
    "unreadable": "영수증을 읽지 못했습니다. 읽지 못한 것은 증빙도, 위조의 증거도 아닙니다",
    "limits": "확인하지 못한 것: 위치를 손으로 골랐는지, 그 사람이 그곳에 있었는지, 정산에 쓰였는지. "
    "출장 문서와 함께 보아 주십시오.",
}


def page(public_keys: str, verifier: str, places: Iterable[Place]) -> str:
    """The page: `public_keys` is the list in JSON, `verifier` the script, `places` names the 시군구 codes."""
    text = files("bot.wording").joinpath("checker.html").read_text("utf-8")
    titles = {place.code: place.title for place in places}
    for name, value in (("KEYS", public_keys), ("WORDS", _WORDS), ("PLACES", titles)):
        text = text.replace(f"/*{name}*/", _literal(value))
    return text.replace("/*CORE*/", verifier)


def _literal(value: object) -> str:
    """A value as JavaScript that can't end its script element, whatever it holds."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
