"""`dobi log`: the receipt log recomputed, written as files, proven for one receipt, cosigned by others.

`check` trusts the public log key alone; `publish` writes the static files that anyone may copy; `proof` makes one
receipt's proof file; `cosign` takes in a note that came back from witnesses; `stamp` asks a time stamp authority.
None of them opens a seal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from attest import proofs
from attest.audit import LogReport
from attest.crypto import KeyStore
from attest.errors import AttestError, LogBehindError
from attest.log import ReceiptLog
from attest.proofs import LONGEST
from attest.receipt import Receipt
from attest.tiles import Published, TileWriter
from attest.timestamps import Timestamps
from attest.verify import Verifier, as_typed
from attest.witness import Witnessing
from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import demo_clock, institution, place, say, settings
from bot.stamping import Authority
from bot.wording import moment
from bot.wording import witness as words
from crawlers.fetch import client


async def run(args: argparse.Namespace) -> int:
    """`check`: 1 and the first bad index on any change; the others: 0, or one sentence why not."""
    where = place(args)
    known = settings(where)
    wanted = [institution(args, known)] if args.institution else [one.id for one in known.institutions]
    directory = where.data / "log"
    async with open_house(known, where.data, demo_clock(where)) as house:
        keys = KeyStore(where.data / "keys")
        log = ReceiptLog(house.redis, keys, house.clock.now, Published(directory))
        if args.act == "check":
            return await _check(log, wanted, as_json=args.json)
        try:
            return await _act(args, house, log, keys, directory, wanted)
        except LogBehindError as error:
            raise Refused(words.set_back(error.size, error.known)) from error
        except (AttestError, OSError, IndexError) as error:
            raise Refused(f"하지 못했습니다: {error}") from error


async def _act(
    args: argparse.Namespace, house: House, log: ReceiptLog, keys: KeyStore, directory: Path, wanted: Sequence[str]
) -> int:
    if args.act == "publish":
        for tenant in wanted:
            point = await TileWriter(directory, log).publish(tenant)
            say(f"{tenant}: 기록 {point.size if point else 0}건을 {directory / tenant}에 썼습니다.")
        return 0
    if args.act == "stamp" and not args.target and house.settings.timestamp is not None:
        return await _stamp(house.settings.timestamp.url, house, log, directory, wanted)
    if len(args.target) != (2 if args.act == "proof" else 1):
        raise Refused("무엇을 할지 함께 써 주십시오: log proof 영수증글자 파일, log cosign 파일, log stamp 주소")
    if args.act == "stamp":
        return await _stamp(args.target[0], house, log, directory, wanted)
    witnessing = house.comparing(log, keys)
    if args.act == "proof":
        return await _proof(args, log, keys, wanted, witnessing)
    text = await asyncio.to_thread(_read, Path(args.target[0]))
    tenant = wanted[0] if len(wanted) == 1 else text.partition("\n")[0].removeprefix("dobi/")
    found = await witnessing.cosign(tenant, text)
    say(f"{tenant}: 아는 증인의 서명 {len(found)}개를 맞춰 보고 보관했습니다.")
    return 0


async def _check(log: ReceiptLog, wanted: Sequence[str], *, as_json: bool) -> int:
    bad = 0
    for tenant in wanted:
        report = await log.check(tenant)
        bad += not report.ok
        say(json.dumps(_record(tenant, report), ensure_ascii=False) if as_json else _told(tenant, report))
    return int(bad > 0)


def _record(tenant: str, report: LogReport) -> dict[str, object]:
    return {
        "institution": tenant,
        "ok": report.ok,
        "size": report.size,
        "first_bad_index": report.first_bad_index,
        "reason": report.reason or None,
    }


def _told(tenant: str, report: LogReport) -> str:
    if report.ok:
        return f"{tenant}: 기록 {report.size}건이 모두 맞습니다."
    if report.known:
        return f"{tenant}: {words.set_back(report.size, report.known)}."
    if report.first_bad_index is None:
        return f"{tenant}: 기록이 맞지 않습니다({report.reason})."
    return f"{tenant}: {report.first_bad_index}번 기록부터 맞지 않습니다({report.reason})."


async def _proof(
    args: argparse.Namespace, log: ReceiptLog, keys: KeyStore, wanted: Sequence[str], witnessing: Witnessing
) -> int:
    receipt = _receipt(as_typed(args.target[0]), keys, wanted)
    proof = await proofs.proof_of(receipt.institution, log, receipt.index)
    note = await witnessing.cosigned(receipt.institution, proof.checkpoint)
    text = proof.to_text().removesuffix(proof.checkpoint.note) + note
    await asyncio.to_thread(Path(args.target[1]).write_text, text, encoding="utf-8", newline="\n")
    say(f"{receipt.index}번 기록의 증명을 {args.target[1]}에 썼습니다.")
    return 0


async def _stamp(url: str, house: House, log: ReceiptLog, directory: Path, wanted: Sequence[str]) -> int:
    known = house.settings.timestamp
    trusted = known.certificate if known is not None and known.url == url else None
    async with client(house.guard) as session:
        stamps = Timestamps(house.redis, log, directory, house.sandbox, Authority(session, url), trusted)
        for tenant in wanted:
            stamp = await stamps.stamp(tenant)
            if stamp is None:
                say(f"{tenant}: 기록이 아직 없습니다.")
            else:
                say(f"{tenant}: {moment(stamp.at)}의 시점확인을 받아 보관했습니다({stamp.authority}).")
    return 0


def _receipt(token: str, keys: KeyStore, wanted: Sequence[str]) -> Receipt:
    receipt = Verifier(keys.export(wanted)).inspect(token).receipt
    if receipt.institution not in wanted:
        raise Refused("다른 기관의 영수증입니다.")
    return receipt


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(LONGEST).decode("utf-8", "replace")
