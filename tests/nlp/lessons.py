"""An archive made up for the trainer's tests: what a title is about stands in its body in other words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from nlp.training.continuing import Material

START = datetime(2026, 11, 1, tzinfo=UTC)
_SAID = {
    "갯벌": "패각류", "둘레길": "산책로데크", "족욕장": "온천수", "헌책방": "간행물", "물레방아": "제분시설",
    "돌하르방": "석조물", "꽃무릇": "구근식물", "반딧불": "곤충류", "두루미": "철새", "장승제": "민속행사",
    "옹기골": "도자기", "연날리기": "체험행사",
}  # fmt: skip
_FILLER = "이번 사업은 군민 누구나 신청할 수 있으며 자세한 내용은 담당 부서로 문의하면 된다"


def made_up(count: int, seed: int = 3) -> list[Material]:
    """That many documents, an hour after another; who knows the twelve words of titles finds their bodies."""
    rng, found, words = np.random.default_rng(seed), list[Material](), list(_SAID)
    for number in range(count):
        about = [words[one] for one in rng.choice(len(words), 3, replace=False)]
        body = [_SAID[word] for word in about] * 3 + _FILLER.split()
        rng.shuffle(body)
        title = " ".join([*about, f"제{number}차"])
        found.append(Material(title, " ".join(body), f"s{number}", START + timedelta(hours=number)))
    return found
