"""What the doctor says of keys: who may read them, where the audit office's lies, whether one is missing.

It looks and changes nothing, opens nothing, and needs no passphrase.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attest.crypto import KeyStore, OpeningKeys
from attest.errors import AttestError
from bot.checklist import Check
from bot.letters import Letters
from bot.settings import Institution, Settings

_NAMED = 5


def key_checks(settings: Settings, data_dir: Path, keys: KeyStore, opening: OpeningKeys) -> list[Check]:
    """A line about the files, and one for each institution where something is to be said."""
    checks = [*_files(data_dir, settings, opening), *_timestamp(settings)]
    for one in settings.institutions:
        try:
            checks += _institution(one, settings, data_dir, keys, opening)
        except AttestError as error:
            hint = "백업에서 dobi restore로 되살리거나, 파일의 소유자와 권한을 보아 주십시오."
            checks.append(Check(f"{one.name} 열쇠", False, True, f"읽을 수 없습니다: {error}", hint))
    return checks


async def desk_checks(settings: Settings, letters: Letters) -> list[Check]:
    """Whether what auditors asked waits for a process that is not there."""
    checks = []
    for one in settings.institutions:
        waiting = len(await letters.open(one.id))
        there = await letters.attended(one.id)
        if waiting and not there:
            says = f"감사 담당이 물은 {waiting}건이 기다립니다. 확인 프로그램이 꺼져 있습니다."
            checks.append(Check(f"{one.name} 검증", False, False, says, "dobi work verify를 켜 주십시오."))
    return checks


def _files(data_dir: Path, settings: Settings, opening: OpeningKeys) -> Iterator[Check]:
    secret = [path for pattern in ("*.pem", "holder.secret") for path in data_dir.glob(f"keys/*/{pattern}")]
    found = {*secret, *(path for one in settings.institutions for path in opening.files(one.id))}
    open_ = sorted(path for path in found if path.stat().st_mode & 0o077)
    if open_:
        named = ", ".join(f"{path.parent.name}/{path.name}" for path in open_[:_NAMED])
        more = f" 외 {len(open_) - _NAMED}개" if len(open_) > _NAMED else ""
        hint = "chmod 600으로 바꾸시고, 남이 보았을 수 있으면 dobi keys rotate와 revoke로 바꾸어 주십시오."
        yield Check("열쇠 파일", False, True, f"다른 사용자가 읽을 수 있습니다: {named}{more}", hint)
    elif found:
        yield Check("열쇠 파일", True, True, f"{len(found)}개 모두 다른 사용자가 읽을 수 없습니다.")


def _institution(
    one: Institution, settings: Settings, data_dir: Path, keys: KeyStore, opening: OpeningKeys
) -> Iterator[Check]:
    seals = keys.public_keys(one.id).of(one.id, "seal")
    here = opening.files(one.id)
    name = f"{one.name} 감사 열쇠"
    if not seals:
        if settings.audit.passphrase is not None or keys.public_keys(one.id).keys:
            hint = (
                "감사 부서의 PC에서 dobi keys audit 파일로 만들어 받아 dobi keys audit --enrol 파일로 등록해 주십시오."
            )
            yield Check(name, False, False, "아직 등록되지 않았습니다. 첫 영수증 전에 있어야 합니다.", hint)
        return
    if all(key.suite != one.receipt_suite for key in seals) and not _makes_itself(settings, here):
        says = f"receipt_suite = {one.receipt_suite} 방식의 감사 열쇠가 등록되지 않아 새 영수증을 낼 수 없습니다."
        hint = "감사 부서에서 dobi keys audit으로 그 방식의 열쇠를 만들어 --enrol로 등록하거나, 설정을 되돌려 주십시오."
        yield Check(name, False, True, says, hint)
    elif here and any((data_dir / "keys" / one.id).glob("receipt-*.pem")):
        says = f"발급하는 이 PC에 감사 열쇠도 있습니다({here[-1]}). 이 PC를 다루는 사람이 봉한 것을 열 수 있습니다."
        hint = (
            "감사 부서의 PC에서 dobi keys audit으로 만들어 --enrol로 등록하시고 이 파일은 그쪽으로 옮겨 주십시오. "
            "한 대로 쓰셔야 하면 [audit] passphrase로 암호를 걸어 주십시오(docs/keys.md)."
        )
        yield Check(name, False, False, says, hint)
    else:
        where = "이 PC에는 발급 열쇠가 없습니다" if here else "다른 곳에 보관합니다"
        yield Check(name, True, False, f"등록되었고, {where}.")


def _makes_itself(settings: Settings, here: Sequence[Path]) -> bool:
    return bool(here) and settings.audit.passphrase is None


def _timestamp(settings: Settings) -> Iterator[Check]:
    if settings.timestamp is None:
        return
    path = settings.timestamp.certificate
    try:
        whole = b"BEGIN CERTIFICATE" in path.read_bytes()[:262_144]
    except OSError as error:
        says = f"신뢰할 인증서를 읽지 못했습니다: {path} ({error.strerror})"
        yield Check("시점확인", False, False, says, "[timestamp] certificate의 경로를 보아 주십시오.")
        return
    hint = "시점확인 기관의 인증서를 PEM으로 두어 주십시오."
    yield Check("시점확인", whole, False, f"{settings.timestamp.url} · 인증서 {path.name}", hint)
