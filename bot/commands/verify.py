"""`dobi verify`: what an auditor does without a messenger, with one static file of public keys and nothing else.

A receipt as text, or a picture, PDF, TIFF, archive, sheet, or a folder of them: each receipt is an item, a line of
JSON each. No settings, no database, no network; of use and of voiding it knows nothing and says so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

from attest import proofs
from attest.crypto import PublicKeys, open_sealed
from attest.errors import AttestError
from attest.receipt import Sealed, looks_like_token
from attest.verify import UNREADABLE, Finding, Verifier, as_json, as_typed, could_be_token, judge
from bot.commands import Refused
from bot.commands.place import say
from bot.messenger import MAX_FILE_BYTES, InFile
from bot.sandbox import ProcessSandbox
from bot.settings import reference
from bot.settings_keys import NoPassphrase
from bot.verifying.pieces import MOST, Item, Reader
from bot.wording import moment
from bot.wording import verdicts as words
from bot.wording.receipts import FLAGS

_LONGEST_TOKEN = 4096
_PATH = re.compile(
    r"(?:[~/\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\w+://).*"
    r"|.*\.(?:png|jpe?g|webp|gif|bmp|heic|pdf|tiff?|zip|csv|xlsx?|ods|txt)",
    re.IGNORECASE,
)
_NO_PROOF = "증명 파일이 이 영수증의 것이 아니거나 온전하지 않아, 발급 기록과 맞춰 보지 못했습니다"
_WORST = (1, 2, 0)  # the worst first: invalid, unreadable, valid


async def verify(args: argparse.Namespace) -> int:
    """0 valid (also when to be checked further), 1 any invalid, 2 any unreadable."""
    try:
        verifier = Verifier(PublicKeys.from_json(args.keys.read_bytes()))
    except (OSError, AttestError) as error:
        raise Refused(f"공개 열쇠 목록을 읽지 못했습니다: {args.keys}") from error
    path = _path(args.token)
    if path is None:
        missing = _is_name(args.token)
        item = Item(Path(args.token).name, 0, fault="missing") if missing else Item("", -1, _typed(args.token))
        return await _checked(item, verifier, args)
    sandbox, codes = ProcessSandbox(workers=2), set[int]()
    try:
        for file in _files(path):
            items = await _items(sandbox, path, file)
            if args.proof and len(items) > 1:
                raise Refused("--proof는 영수증 하나에만 씁니다. 여럿이면 --log를 써 주십시오")
            codes |= {await _checked(item, verifier, args) for item in items}
    finally:
        await sandbox.close()
    if not codes:
        say(words.verdict(words.Checked(path.name, "unreadable", (), fault="empty")).text)
    return next((code for code in _WORST if code in codes), 2)


def _path(text: str) -> Path | None:
    """The file or folder of that name, if there is one."""
    path = Path(text) if text.strip() and len(text) < 1024 else None
    try:
        return path if path is not None and (path.is_file() or path.is_dir()) else None
    except (OSError, ValueError):
        return None


def _files(path: Path) -> Iterator[Path]:
    """The file, or what lies in the folder and below it, in order; nothing that a link leads to, nothing hidden."""
    if path.is_file():
        yield path
        return
    found = (one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    yield from sorted(one for one in found if not one.name.startswith("."))[:MOST]


async def _items(sandbox: ProcessSandbox, root: Path, path: Path) -> list[Item]:
    """The receipts in a file, right and wrong; one unreadable item where there is none."""
    name = path.name if path == root else str(path.relative_to(root))
    data = await asyncio.to_thread(_read, path)
    if not data or len(data) > MAX_FILE_BYTES:
        return [Item(name, 0, fault="too_large" if data else "empty")]
    file = InFile(name, data)
    reader = Reader(sandbox, [file], "")
    sheaf = await reader.unfold()
    found = [item for items in await reader.items(sheaf.pieces) for item in items]
    return found or [Item(name, 0)]


def _read(path: Path) -> bytes:
    """At most one byte more than is taken; nothing where it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError:
        return b""


async def _checked(item: Item, verifier: Verifier, args: argparse.Namespace) -> int:
    """Says the verdict of one item; its exit code."""
    finding = judge(item.text, verifier) if could_be_token(item.text) else UNREADABLE
    finding = await asyncio.to_thread(_beside, finding, item.text, verifier, args)
    sealed = _opened(finding, args.open, args.passphrase) if args.open else None
    if args.json:
        record = as_json(finding, sealed) | {"verdict": words.VERDICTS[finding.verdict.value]}
        record |= {"item": item.name, "fault": item.fault} if item.source >= 0 else {}
        say(json.dumps(record, ensure_ascii=False))
    else:
        say(_told(item, finding, sealed, proven=bool(args.proof)))
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


def _typed(text: str) -> str:
    typed = as_typed(text) if len(text) <= _LONGEST_TOKEN else ""
    return "" if _is_name(text) else typed


def _is_name(text: str) -> bool:
    """Whether this is a file's name rather than a receipt: a picture that isn't there is nobody's forgery."""
    typed = as_typed(text) if len(text) <= _LONGEST_TOKEN else ""
    return _PATH.fullmatch(typed) is not None and not looks_like_token(typed)


def _opened(finding: Finding, keyfile: Path, passphrase: str | None) -> Sealed | None:
    if finding.receipt is None:
        return None
    try:
        word = None if passphrase is None else reference(passphrase).reveal().encode()
        return open_sealed(finding.receipt, keyfile, word)
    except NoPassphrase as error:
        raise Refused(str(error)) from error
    except (AttestError, OSError) as error:
        raise Refused(f"이 열쇠로는 열 수 없습니다: {keyfile}") from error


def _told(item: Item, finding: Finding, sealed: Sealed | None, *, proven: bool = False) -> str:
    word, receipt = words.VERDICTS[finding.verdict.value], finding.receipt
    if receipt is None:
        told = words.Checked(
            item.name, finding.verdict.value, finding.flags, reason=finding.reason, fault=item.fault
        )  # fmt: skip
        return words.verdict(told).text
    name = f"({item.name})" if item.name else ""
    lines = [f"{word}{name} · 기관 {receipt.institution} · {moment(receipt.time)} · 문서 {receipt.document or '없음'}"]
    flags = FLAGS | ({"log_damaged": _NO_PROOF} if proven else {})
    lines += [f"더 볼 것: {flags.get(flag, flag)}" for flag in finding.flags]
    if sealed is not None:
        where = f"{sealed.point.lat:.6f}, {sealed.point.lon:.6f}" if sealed.point else "위치 없음"
        lines.append(f"연 내용: {sealed.name} · {sealed.department} · {where}")
    how = "공개 열쇠와 발급 기록으로" if "log" in finding.checked else "공개 열쇠만으로"
    lines.append(f"{how} 확인했습니다. 정산에 쓰였는지, 취소되었는지는 알 수 없습니다.")
    return "\n".join(lines)
