"""What somebody said before a restart still holds after it."""

from __future__ import annotations

from tests.talk import talking, text


async def test_a_bare_word_undoes_the_last_act_also_after_a_restart(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat")) as before:
        assert "861명" in text(await before.say("choi", "오늘 861명"))

    async with talking(tmp_path, roles=("deliver", "chat")) as after:
        said = text(await after.say("choi", "취소", update="after-1"))
        again = text(await after.say("choi", "취소", update="after-2"))

    assert said.startswith("취소했습니다.")
    assert not again.startswith("취소했습니다.")
