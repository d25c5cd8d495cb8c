"""The audit office makes its key where it lives, the issuing side enrols it; keys are cared for by command."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from attest.crypto import OpeningKeys, PublicKeys
from attest.tiles import Published
from bot.__main__ import main
from tests.talk import talking, text
from tests.test_conversations_receipts import token_of, verdict

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICE = """
[audit]
directory = "{directory}"
passphrase = "file:{word}"
"""


@pytest.fixture
def dobi(capsys):
    async def run(*words: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        status = await asyncio.to_thread(main, [str(word) for word in words])
        return status, "".join(capsys.readouterr())

    return run


@pytest.fixture
def word(tmp_path: Path) -> Path:
    path = tmp_path / "word"
    path.touch(mode=0o600)
    path.write_text("one long passphrase\n", encoding="utf-8")
    return path


async def test_the_office_makes_its_key_and_the_issuing_side_never_has_it(tmp_path, word, dobi):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        user, at = talk.newcomer(), ("--config", talk.config, "--data", talk.data)
        before = await token_of(talk, user, await talk.receipt(user))
        office, public = tmp_path / "office.toml", tmp_path / "audit-public.json"
        office.touch(mode=0o600)
        office.write_text(
            talk.config.read_text(encoding="utf-8") + OFFICE.format(directory=tmp_path / "vault", word=word),
            encoding="utf-8",
        )
        there = ("--config", office, "--data", tmp_path / "office")

        made = await dobi("keys", "audit", public, *there)
        again = await dobi("keys", "audit", public, *there)
        talk.clock.move_to(talk.clock.now() + timedelta(minutes=1))
        enrolled = await dobi("keys", "audit", "--enrol", public, *at)
        later = talk.newcomer()
        token = await token_of(talk, later, await talk.receipt(later))

        assert made[0] == again[0] == enrolled[0] == 0, (made, again, enrolled)
        assert "등록해 주십시오" in made[1]
        assert "이제부터" in enrolled[1]
        assert not (tmp_path / "office" / "database").exists()
        pem = tmp_path / "vault" / "gyeongnam" / "audit.pem"
        assert b"ENCRYPTED" in pem.read_bytes()
        assert pem.stat().st_mode & 0o777 == 0o600
        keys = PublicKeys.from_json(public.read_bytes())
        assert {key.institution for key in keys.keys} == {"gyeongnam", "changwon"}
        opening = OpeningKeys(tmp_path / "vault", lambda: b"one long passphrase")
        assert opening.holds("gyeongnam", keys.of("gyeongnam", "seal")[0].key)
        told = await talk.say("lee", f"검증 {token}"), await talk.say("lee", f"검증 {before}")
        assert verdict(told[0])[0] == verdict(told[1])[0] == "유효"
        assert "김하나" not in text(told[0])  # sealed to a key that is not here
        assert "김하나" in text(told[1])
        opened = await dobi("verify", "--keys", talk.data / "keys" / "gyeongnam" / "keys.json", "--open", pem,
                            "--passphrase", f"file:{word}", "--", token)  # fmt: skip
        closed = await dobi("verify", "--keys", talk.data / "keys" / "gyeongnam" / "keys.json", "--open", pem,
                            "--", token)  # fmt: skip
        assert "김하나" in opened[1]
        assert "열 수 없습니다" in closed[1]
        assert (await dobi("log", "check", *at))[0] == 0


async def test_a_reference_that_leads_nowhere_is_told(tmp_path, dobi):
    config = tmp_path / "dobi.toml"
    config.write_text('[[institution]]\nid = "g"\nname = "g"\n[audit]\npassphrase = "file:/none"\n', encoding="utf-8")

    status, told = await dobi("keys", "audit", tmp_path / "x", "--config", config, "--data", tmp_path / "data")

    assert status == 2
    assert "암호 파일을 읽지 못했습니다" in told
    assert not list(tmp_path.rglob("*.pem"))


async def test_the_logs_key_is_rotated_and_a_key_is_revoked_though_the_log_was_set_back(tmp_path, dobi):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        redis, user = talk.house.redis, talk.newcomer()
        at = ("--config", talk.config, "--data", talk.data)
        token = await token_of(talk, user, await talk.receipt(user))
        talk.clock.move_to(talk.clock.now() + timedelta(minutes=1))
        rotated = await dobi("keys", "rotate", "log", *at)
        assert (await dobi("log", "check", *at))[0] == 0
        backup = {key: await redis.dump(key) for key in await redis.keys("dobi:{gyeongnam}:log:*")}
        await talk.receipt(talk.newcomer())
        assert (await dobi("log", "publish", *at))[0] == 0
        await redis.delete(*await redis.keys("dobi:{gyeongnam}:log:*"))
        for key, data in backup.items():
            await redis.restore(key, 0, data)
        keys = PublicKeys.from_json((talk.data / "keys" / "gyeongnam" / "keys.json").read_bytes())
        kid = keys.of("gyeongnam", "receipt")[0].kid.hex()

        status, told = await dobi("keys", "revoke", kid, *at)
        listed = talk.data / "keys" / "gyeongnam" / "keys.json"
        checked = await dobi("verify", "--keys", listed, "--json", "--", token)

        assert rotated[0] == 0
        assert "새 기록 열쇠" in rotated[1]
        assert len(Published(talk.data / "log").notes("gyeongnam")) >= 1
        assert status == 1
        assert "사용을 중지했습니다" in told
        assert "기록에 남기지 못했습니다" in told
        assert json.loads(checked[1])["flags"] == ["revoked_key"]
        assert json.loads(checked[1])["verdict"] == "유효하나 확인 필요"
