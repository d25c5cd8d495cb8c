"""`dobi backup` and `dobi restore`: one encrypted file of all that must survive, and the house from it again."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from redis.asyncio import Redis
from redis.exceptions import RedisError

from attest.audit import LogReport
from attest.crypto import Locked, Locking, OpeningKey, PublicKeys, load_opening_key
from attest.crypto.files import sync
from attest.errors import AttestError, LockError, LogError
from bot import backup, restore
from bot.backup_note import BackupNote
from bot.bootstrap import open_house
from bot.clock import Clock
from bot.commands import Refused
from bot.commands.place import Place, demo_clock, place, say, settings
from bot.embedded import EmbeddedServer, remote_client
from bot.schema import SCHEMA
from bot.settings import Settings, reference
from bot.settings_keys import NoPassphrase, Reference
from bot.wording import keeping as words
from bot.wording import witness

Contents = Callable[[], Iterator[backup.Record]]
_SHORTEST = 8
_READ = 2**20


async def save(args: argparse.Namespace) -> int:
    """Writes the file, whole or not at all."""
    where = place(args)
    known = settings(where)
    target: Path = args.target
    days = args.days or known.backup.days
    to = _recipient(args.to) if args.to else b""
    passphrase = b"" if to else _passphrase(args.passphrase, known.backup.passphrase, twice=True)
    async with open_house(known, where.data, demo_clock(where)) as house:
        now = house.clock.now()
        expires = now + timedelta(days=days)
        facts: dict[str, str | int] = {
            "what": "dobi backup", "made_at": now.isoformat(), "expires_at": expires.isoformat(), "schema": SCHEMA,
        }  # fmt: skip
        extra = [backup.Record(backup.FILE, b"dobi.toml.restored", where.config.read_bytes())]
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                writer = await asyncio.to_thread(lambda: Locking(file.write, facts, passphrase=passphrase, to=to))
                counts = await backup.save(house.redis, where.data, extra, writer.write)
                writer.close()
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
                size = file.tell()
            await asyncio.to_thread(_named, part, target)
            await BackupNote(house.redis).made(house.clock.now())
        except backup.Unpausable as error:
            raise Refused(words.unpausable(str(error))) from error
        except RedisError as error:
            raise Refused(words.no_server(str(error))) from error
        except OSError as error:
            raise Refused(f"백업을 쓰지 못했습니다: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)
    say(words.saved(str(target), counts.keys, counts.files, size, expires, counts.paused_s))
    return 0


def _named(part: Path, target: Path) -> None:
    part.replace(target)
    sync(target.absolute().parent)


async def put_back(args: argparse.Namespace) -> int:
    """The house as it was; what was destroyed since, and what is due, stays destroyed."""
    where = place(args)
    known, clock = settings(where), demo_clock(place(args))
    try:
        with args.target.open("rb") as file:
            locked = await asyncio.to_thread(_unlocked, args, known, file)
            made, expired = await asyncio.to_thread(_judged, locked, clock.now(), due=args.destroy_due)
            content = file.tell()

            def contents() -> Iterator[backup.Record]:
                file.seek(content)
                return backup.records(locked.content())

            found = await _into(args, where, known, contents, clock.now())
    except LockError as error:
        raise Refused(words.refused(error.reason)) from error
    except restore.NotRestorable as error:
        raise Refused(words.refused(error.reason)) from error
    except (ValueError, KeyError) as error:
        raise Refused(words.refused("altered")) from error
    except RedisError as error:
        raise Refused(words.no_server(str(error))) from error
    except OSError as error:
        raise Refused(f"백업을 읽지 못했습니다: {args.target} ({error.strerror or error})") from error
    return await _ready(where, known, clock, made, found, expired=expired)


async def _into(
    args: argparse.Namespace, where: Place, known: Settings, contents: Contents, now: datetime
) -> restore.Restored:
    async with _database(where, known) as redis:
        if await _alive(redis):
            raise restore.NotRestorable("running")
        if not args.replace and await restore.occupied(redis, where.data):
            raise restore.NotRestorable("occupied")
        tenants = [one.id for one in known.institutions]
        return await restore.put_back(redis, where.data, contents, tenants, now)


async def _ready(
    where: Place, known: Settings, clock: Clock, made: datetime, found: restore.Restored, *, expired: bool
) -> int:
    """Destroys what is due before anybody is served, and looks whether the log is whole and the newest known."""
    async with open_house(known, where.data, clock) as house:
        await house.chat([], opens_seals=False)
        await house.rota.drain()
        log = house.log()
        faults = []
        for tenant in house.tenants:
            try:
                report = await log.check(tenant)
            except LogError as error:
                faults.append(f"{tenant}: {error}")
                continue
            if not report.ok:
                faults.append(f"{tenant}: {_fault(report)}")
        if faults and expired:
            await restore.empty(house.redis)
            raise Refused(words.still_due())
    say(words.restored(made, found.keys, found.files, found.consents, destroyed=not faults))
    for fault in faults:
        say(fault)
    return int(bool(faults))


def _fault(report: LogReport) -> str:
    return f"{witness.set_back(report.size, report.known)}." if report.known else str(report.reason)


def _unlocked(args: argparse.Namespace, known: Settings, file: BinaryIO) -> Locked:
    locked = Locked(lambda count: file.read(min(count, _READ)))
    if locked.needs_key:
        locked.unlock(key=_private(args, known))
    else:
        locked.unlock(passphrase=_passphrase(args.passphrase, known.backup.passphrase, twice=False))
    return locked


def _judged(locked: Locked, now: datetime, *, due: bool) -> tuple[datetime, bool]:
    """When it was made, and whether it is past its date.

    Raises:
        Refused: of a newer program, or past its date and not wanted so.
    """
    facts = locked.facts
    if facts.get("what") != "dobi backup":
        raise LockError("not_locked")
    made, expires = (datetime.fromisoformat(str(facts[name])) for name in ("made_at", "expires_at"))
    schema = int(facts["schema"])
    if schema > SCHEMA:
        raise Refused(words.newer_schema(schema, SCHEMA))
    if now >= expires and not due:
        raise Refused(words.expired(expires))
    return made, now >= expires


@asynccontextmanager
async def _database(where: Place, known: Settings) -> AsyncIterator[Redis]:
    """The database as it is: no schema is asked for, nobody is told that we live."""
    url, server = known.redis.url, EmbeddedServer(where.data)
    if url is None:
        await server.ensure()
    redis = server.client() if url is None else remote_client(url.reveal())
    try:
        yield redis
    finally:
        await redis.aclose()
        await server.close()


async def _alive(redis: Redis) -> bool:
    database: Any = redis
    names: Sequence[dict[str, str]] = await database.client_list()
    return any(one["name"].startswith("dobi:") for one in names)


def _passphrase(given: str | None, configured: Reference | None, *, twice: bool) -> bytes:
    """The passphrase: named on the command line, else in the settings, else typed, else the first line of the input."""
    try:
        if given is not None or configured is not None:
            found = (reference(given) if given is not None else configured or reference("")).reveal()
        elif sys.stdin.isatty():
            found = getpass.getpass("백업의 암호: ")
            if twice and getpass.getpass("한 번 더: ") != found:
                raise Refused("두 암호가 다릅니다. 다시 해 주십시오.")
        else:
            found = sys.stdin.readline().rstrip("\r\n")
    except NoPassphrase as error:
        raise Refused(str(error)) from error
    if not found:
        raise Refused(words.no_passphrase())
    if twice and len(found) < _SHORTEST:
        raise Refused(words.short_passphrase(_SHORTEST))
    return found.encode()


def _recipient(path: Path) -> bytes:
    """The public key of a key list that something may be sealed to, the newest there is."""
    try:
        seals = [key for key in PublicKeys.from_json(path.read_bytes()).keys if key.use == "seal"]
    except (OSError, AttestError) as error:
        raise Refused(f"공개 열쇠를 읽지 못했습니다: {path}") from error
    if not seals:
        raise Refused(f"봉할 수 있는 공개 열쇠가 없습니다: {path}")
    return max(seals, key=lambda key: key.valid_from).key


def _private(args: argparse.Namespace, known: Settings) -> OpeningKey:
    if args.key is None:
        raise LockError("needs_key")
    try:
        pem = args.key.read_bytes()
        locked = b"ENCRYPTED" in pem
        given = _passphrase(args.passphrase, known.audit.passphrase, twice=False) if locked else None
        return load_opening_key(pem, given)
    except (OSError, AttestError) as error:
        raise Refused(f"이 열쇠로는 열 수 없습니다: {args.key}") from error
