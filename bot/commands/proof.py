"""`dobi keys`: what a key keeper does without a messenger: export, also as a page that checks, rotate and revoke."""

from __future__ import annotations

import argparse
import asyncio
from importlib.resources import files
from pathlib import Path

from attest.crypto import KeyStore
from attest.errors import AttestError, LogBehindError
from attest.keycare import KeyCare
from attest.log import ReceiptLog
from attest.places import titles
from attest.tiles import Published
from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import demo_clock, institution, place, say, settings
from bot.wording import checker, witness


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
