"""`dobi verify` and `keys`: what an auditor and a key keeper do without a messenger.

`verify` needs one static file of public keys, beside it a proof file or a copy of the log if wanted, and nothing else:
no settings, no database, no network.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from importlib.resources import files
from pathlib import Path

from attest import proofs, qr
from attest.crypto import KeyStore, PublicKeys, open_sealed
from attest.errors import AttestError, LogBehindError, PictureRefusedError
from attest.keycare import KeyCare
from attest.log import ReceiptLog
from attest.places import titles
from attest.receipt import Sealed, looks_like_token
from attest.tiles import Published
from attest.verify import UNREADABLE, Finding, Verifier, as_json, as_typed, could_be_token, judge
from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import demo_clock, institution, place, say, settings
from bot.sandbox import ProcessSandbox
from bot.wording import checker, moment, witness
from bot.wording import verdicts as words
from bot.wording.receipts import FLAGS

_LARGEST_PICTURE = 20 * 2**20
_LONGEST_TOKEN = 4096
_PATH = re.compile(
    r"(?:[~/\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\w+://).*|.*\.(?:png|jpe?g|webp|gif|bmp|heic|pdf)", re.IGNORECASE
)


async def verify(args: argparse.Namespace) -> int:
    """0 valid (also when to be checked further), 1 invalid, 2 unreadable."""
    try:
        verifier = Verifier(PublicKeys.from_json(args.keys.read_bytes()))
    except (OSError, AttestError) as error:
        raise Refused(f"공개 열쇠 목록을 읽지 못했습니다: {args.keys}") from error
    token = await _token(args.token)
    finding = judge(token, verifier) if could_be_token(token) else UNREADABLE
    finding = await asyncio.to_thread(_beside, finding, token, verifier, args)
    sealed = _opened(finding, args.open) if args.open else None
    if args.json:
        record = as_json(finding, sealed) | {"verdict": words.VERDICTS[finding.verdict.value]}
        say(json.dumps(record, ensure_ascii=False))
    else:
        say(_told(finding, sealed))
    return finding.verdict.exit_code


def _beside(finding: Finding, token: str, verifier: Verifier, args: argparse.Namespace) -> Finding:
    """The finding with what a proof file or a copy of the log adds; the copy of one institution, or of several."""
    receipt = finding.receipt
    if receipt is None or not (args.proof or args.log):
        return finding
    try:
        if args.proof:
            with args.proof.open("rb") as file:
                text = file.read(proofs.LONGEST + 1).decode("utf-8", "replace")
            return proofs.with_proof(finding, token, text, verifier)
        one = (args.log / "checkpoint").is_file()
        return proofs.with_log(finding, token, args.log if one else args.log / receipt.institution, verifier)
    except OSError as error:
        raise Refused(f"증명 파일을 읽지 못했습니다: {args.proof or args.log}") from error


async def _token(text: str) -> str:
    """The token itself, or the one in the picture of that name; empty where it is neither."""
    path = Path(text) if len(text) < 1024 else None
    try:
        if path is None or not path.is_file():
            return _typed(text)
        if path.stat().st_size > _LARGEST_PICTURE:
            return ""
        data = path.read_bytes()
    except (OSError, ValueError):
        return _typed(text)
    sandbox = ProcessSandbox(workers=1)
    try:
        found = await sandbox(qr.read, data)
    except (PictureRefusedError, TimeoutError, MemoryError, ChildProcessError):
        return ""
    finally:
        await sandbox.close()
    return found[0] if found else ""


def _typed(text: str) -> str:
    typed = as_typed(text) if len(text) <= _LONGEST_TOKEN else ""
    # a picture that isn't there is nobody's forgery
    return "" if _PATH.fullmatch(typed) and not looks_like_token(typed) else typed


def _opened(finding: Finding, keyfile: Path) -> Sealed | None:
    if finding.receipt is None:
        return None
    try:
        return open_sealed(finding.receipt, keyfile)
    except (AttestError, OSError) as error:
        raise Refused(f"이 열쇠로는 열 수 없습니다: {keyfile}") from error


def _told(finding: Finding, sealed: Sealed | None) -> str:
    word, receipt = words.VERDICTS[finding.verdict.value], finding.receipt
    if receipt is None:
        return words.verdict(words.Checked("", finding.verdict.value, finding.flags, reason=finding.reason)).text
    lines = [f"{word} · 기관 {receipt.institution} · {moment(receipt.time)} · 문서 {receipt.document or '없음'}"]
    lines += [f"더 볼 것: {FLAGS.get(flag, flag)}" for flag in finding.flags]
    if sealed is not None:
        where = f"{sealed.point.lat:.6f}, {sealed.point.lon:.6f}" if sealed.point else "위치 없음"
        lines.append(f"연 내용: {sealed.name} · {sealed.department} · {where}")
    how = "공개 열쇠와 발급 기록으로" if "log" in finding.checked else "공개 열쇠만으로"
    lines.append(f"{how} 확인했습니다. 정산에 쓰였는지, 취소되었는지는 알 수 없습니다.")
    return "\n".join(lines)


async def keys(args: argparse.Namespace) -> int:
    """Exports the public keys of every institution, rotates or revokes."""
    where = place(args)
    known = settings(where)
    store = KeyStore(where.data / "keys", {one.id: one.receipt_suite for one in known.institutions})
    if args.act != "rotate" and args.target is None:
        raise Refused("무엇을 할지 함께 써 주십시오: keys export 파일, keys revoke 열쇠번호")
    async with open_house(known, where.data, demo_clock(where)) as house:
        if args.act == "export":
            now = house.clock.now()
            for one in known.institutions:
                store.prepare(one.id, now, one.name)
            exported = store.export([one.id for one in known.institutions]).to_json()
            await asyncio.to_thread(_write, Path(args.target), exported)
            say(f"공개 열쇠 목록을 {args.target}에 썼습니다.")
            return 0
        return await _cared(args, house, store, institution(args, known))


def _write(target: Path, exported: str) -> None:
    """The list; under a name of a web page, the page that checks receipts with it in any browser."""
    if target.suffix.lower() in {".html", ".htm"}:
        verifier = files("attest").joinpath("checker.js").read_text("utf-8")
        exported = checker.page(exported, verifier, titles())
    target.write_text(exported, encoding="utf-8")


async def _cared(args: argparse.Namespace, house: House, store: KeyStore, tenant: str) -> int:
    log = ReceiptLog(house.redis, store, house.clock.now, Published(house.data_dir / "log"))
    care = KeyCare(store, log, house.clock.now)
    try:
        key = await (care.rotate(tenant) if args.act == "rotate" else care.revoke(tenant, _kid(args, store, tenant)))
    except LogBehindError as error:
        raise Refused(witness.set_back(error.size, error.known)) from error
    except (AttestError, OSError) as error:
        raise Refused(f"열쇠를 바꾸지 못했습니다: {error}") from error
    say(f"{'새 열쇠' if args.act == 'rotate' else '사용을 중지한 열쇠'}: {key.kid.hex()}")
    return 0


def _kid(args: argparse.Namespace, store: KeyStore, tenant: str) -> bytes:
    there = [key.kid.hex() for key in store.public_keys(tenant).of(tenant, "receipt")]
    if args.target.lower() not in there:
        raise Refused(f"{tenant}에 '{args.target}' 열쇠가 없습니다. 있는 열쇠: {', '.join(there) or '없음'}")
    return bytes.fromhex(args.target)
