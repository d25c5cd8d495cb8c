"""`dobi keys`: what a key keeper does without a messenger: export, also as a page that checks, rotate and revoke."""

from __future__ import annotations

import argparse
import asyncio
from importlib.resources import files
from pathlib import Path

from attest.crypto import KeyStore, OpeningKeys, PublicKey, PublicKeys, key_id_of
from attest.errors import AttestError, LogBehindError
from attest.keycare import KeyCare
from attest.places import everywhere
from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import Place, demo_clock, institution, place, say, settings
from bot.settings import Settings
from bot.settings_keys import NoPassphrase
from bot.wording import checker, witness
from bot.wording import keeping as words


async def keys(args: argparse.Namespace) -> int:
    """Exports the public keys of every institution, or of the one named; rotates; revokes; an audit office's key."""
    where = place(args)
    known = settings(where)
    if args.act in {"export", "revoke"} and args.target is None:
        raise Refused("무엇을 할지 함께 써 주십시오: keys export 파일, keys revoke 열쇠번호")
    if args.act == "audit" and (args.enrol is None and (args.target or args.new)):
        return await asyncio.to_thread(_office, args, where, known)
    async with open_house(known, where.data, demo_clock(where)) as house:
        if args.act == "export":
            return await _export(args, house, known)
        return await _cared(args, house, known)


async def _export(args: argparse.Namespace, house: House, known: Settings) -> int:
    store, now = house.keys(opens=True), house.clock.now()
    wanted = [one for one in known.institutions if args.institution in {None, one.id}]
    if not wanted:
        raise Refused(f"그런 기관이 설정에 없습니다: '{args.institution}'")
    try:
        for one in wanted:
            await asyncio.to_thread(store.prepare, one.id, now, one.name)
    except AttestError as error:
        raise Refused(f"열쇠를 준비하지 못했습니다: {error}") from error
    exported = store.export([one.id for one in wanted]).to_json()
    await asyncio.to_thread(_write, Path(args.target), exported)
    say(f"공개 열쇠 목록을 {args.target}에 썼습니다.")
    return 0


def _office(args: argparse.Namespace, where: Place, known: Settings) -> int:
    """The audit office's own machine: its key is made, its public half handed out; no database is needed."""
    audit, now, made = known.audit, demo_clock(where).now(), []
    wanted = [one for one in known.institutions if args.institution in {None, one.id}]
    try:
        keys = OpeningKeys(audit.directory or where.data / "audit", audit.unlock)
        for one in wanted:
            key = keys.make(one.id, one.receipt_suite, another=args.new)
            kid = key_id_of(one.id, key.public)
            made.append(PublicKey(kid, "seal", one.id, one.name, key.public, now, suite=key.suite))
            path = keys.files(one.id)[-1]
            say(words.audit_made(one.name, str(path), kid.hex(), locked=b"ENCRYPTED" in path.read_bytes()))
    except (AttestError, NoPassphrase, OSError) as error:
        raise Refused(f"감사 열쇠를 만들지 못했습니다: {error}") from error
    if args.target:
        Path(args.target).write_text(PublicKeys(tuple(made)).to_json(), encoding="utf-8")
        say(words.audit_exported(args.target))
    return 0


async def _audit(args: argparse.Namespace, house: House, care: KeyCare, known: Settings) -> int:
    """Enrols what the audit office handed out; without a file, the key that is made on this very machine."""
    if args.enrol is None:
        store = house.keys(opens=True)
        for one in known.institutions:
            public = await asyncio.to_thread(store.audit_key, one.id, house.clock.now(), one.name)
            say(words.audit_enrolled(one.name, key_id_of(one.id, public).hex()))
        return 0
    names = {one.id: one.name for one in known.institutions}
    handed = [key for key in PublicKeys.from_json(args.enrol.read_bytes()).keys if key.use == "seal"]
    if not handed or any(key.institution not in names for key in handed):
        raise Refused(f"이 설정의 기관을 위한 감사 열쇠가 없습니다: {args.enrol}")
    for key in handed:
        await care.enrol(key.institution, key.key, names[key.institution])
        say(words.audit_enrolled(names[key.institution], key.kid.hex()))
    return 0


def _write(target: Path, exported: str) -> None:
    """The list; under a name of a web page, the page that checks receipts with it in any browser."""
    if target.suffix.lower() in {".html", ".htm"}:
        verifier = files("attest").joinpath("checker.js").read_text("utf-8")
        exported = checker.page(exported, verifier, everywhere())
    target.write_text(exported, encoding="utf-8")


async def _cared(args: argparse.Namespace, house: House, known: Settings) -> int:
    store, tenant = house.keys(opens=False), institution(args, known)
    care = KeyCare(store, house.log(), house.clock.now)
    try:
        if args.act == "audit":
            return await _audit(args, house, care, known)
        if args.act == "revoke":
            return await _revoked(care, tenant, _kid(args, store, tenant))
        if args.target not in {None, "log"}:
            raise Refused("keys rotate는 영수증 열쇠를, keys rotate log는 기록 열쇠를 바꿉니다.")
        key = await (care.rotate_log(tenant) if args.target == "log" else care.rotate(tenant))
    except LogBehindError as error:
        raise Refused(witness.set_back(error.size, error.known)) from error
    except (AttestError, OSError) as error:
        raise Refused(f"열쇠를 바꾸지 못했습니다: {error}") from error
    say(f"새 {'기록 ' if args.target == 'log' else ''}열쇠: {key.kid.hex()}")
    return 0


async def _revoked(care: KeyCare, tenant: str, kid: bytes) -> int:
    """Out of use at once; 1 where the log was set back and can't say so yet."""
    try:
        key = await care.revoke(tenant, kid)
    except LogBehindError as error:
        say(words.revoked_without_leaf(kid.hex(), error.size, error.known))
        return 1
    say(f"사용을 중지한 열쇠: {key.kid.hex()}")
    return 0


def _kid(args: argparse.Namespace, store: KeyStore, tenant: str) -> bytes:
    there = [key.kid.hex() for key in store.public_keys(tenant).of(tenant, "receipt")]
    if args.target.lower() not in there:
        raise Refused(f"{tenant}에 '{args.target}' 열쇠가 없습니다. 있는 열쇠: {', '.join(there) or '없음'}")
    return bytes.fromhex(args.target)
