"""`dobi sources check` and `dobi sources discover`: how the sources are, and what an address has to offer."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import Place, demo_clock, place, say, settings
from bot.settings import Settings, parse
from bot.wording import faults
from crawlers.article import CrawlError
from crawlers.discover import Discovery, Draft, discover
from crawlers.domains import disguise
from crawlers.health import SourceHealth
from crawlers.probe import Probe, probe
from crawlers.register import Placed, source_id
from crawlers.sources import BoardProfile, Source

_AT_ONCE = 8
_PATIENCE_S = 120.0
_BY = "dobi sources check"


@dataclass(frozen=True, slots=True)
class _Checked:
    """One source after its check."""

    source: Source
    before: str
    after: str
    seen: Probe
    health: SourceHealth | None

    @property
    def error(self) -> str:
        """Why it is not well: what was seen now, else what the crawl remembers."""
        if self.seen.error:
            return self.seen.error
        return self.health.error if self.health and self.health.state == "sick" else ""

    @property
    def sick(self) -> bool:
        """Whether it runs and does not read."""
        return self.before in {"on", "verified"} and bool(self.error)


async def check(args: argparse.Namespace) -> int:
    """Looks at each source once; an unverified one that gives its list is verified from now on."""
    where = place(args)
    async with open_house(_settings(args, where), where.data, demo_clock(where)) as house:
        chosen = _chosen(await house.register.placed(), args.ids)
        crawler = await house.crawler()
        known = {one.source: one for one in await crawler.health()}
        places, sick = asyncio.Semaphore(_AT_ONCE), False
        looks = [asyncio.ensure_future(_look(house, one, known.get(one.source.id), places)) for one in chosen]
        try:
            for look in looks:  # asked side by side, told in their order
                checked = await look
                say(_line(checked, as_json=args.json))
                sick = sick or checked.sick
        finally:
            for look in looks:
                look.cancel()
    return int(sick)


def _chosen(placed: Sequence[Placed], ids: Sequence[str]) -> list[Placed]:
    """The sources of these ids, else all that run or wait to be checked."""
    if not ids:
        return [one for one in placed if one.source.on or one.source.state == "unverified"]
    known = {one.source.id: one for one in placed}
    if strange := [name for name in ids if name not in known]:
        raise Refused(f"그런 출처가 없습니다: {', '.join(strange)}")
    return [known[name] for name in ids]


async def _look(house: House, placed: Placed, health: SourceHealth | None, places: asyncio.Semaphore) -> _Checked:
    source, after = placed.source, placed.source.state
    async with places:
        fetcher = await house.fetcher()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                seen = await probe(fetcher, house.sandbox, source, house.clock.now())
        except TimeoutError:
            seen = Probe(source.id, error="timeout", detail=f"{_PATIENCE_S:g} s")
    if seen.ok and source.state in {"unverified", "dead"}:
        now = house.clock.now()
        changed = await house.register.set_state(source.id, "verified", seen.evidence(now), _BY, now)
        after = changed.source.state if changed else after  # the settings file keeps its own word
    return _Checked(source, source.state, after, seen, health)


def _line(checked: _Checked, *, as_json: bool) -> str:
    source, seen, health = checked.source, checked.seen, checked.health
    newest = seen.newest or (health.newest_at if health else None)
    if as_json:
        record = {
            "source": source.id,
            "agency": source.agency,
            "before": checked.before,
            "state": checked.after,
            "health": health.state if health else None,
            "rows": seen.rows,
            "newest": newest.isoformat() if newest else None,
            "robots": seen.robots,
            "error": checked.error or None,
            "evidence": seen.detail or (health.evidence if health and checked.error else "") or None,
        }
        return json.dumps(record, ensure_ascii=False)
    state = checked.before if checked.before == checked.after else f"{checked.before} → {checked.after}"
    if checked.error:
        told = f"{faults.brief_cause(checked.error)} [{checked.error}]" + (f" {seen.detail}" if seen.detail else "")
    else:
        told = f"글 {seen.rows}건" + (f" · 가장 새 글 {newest.date()}" if newest else "")
    return f"{source.id} · {source.agency} · {state} · {told} · robots {seen.robots}"


async def find(args: argparse.Namespace) -> int:
    """Drafts entries for an address, best first: TOML to paste, each with its evidence."""
    where, url = place(args), str(args.url)
    async with open_house(_settings(args, where), where.data, demo_clock(where)) as house:
        try:
            house.guard.check(url)
        except CrawlError as error:
            raise Refused(f"그 주소는 열지 않았습니다: {error.detail}") from error
        if why := disguise(url, house.guard.allows):
            raise Refused(f"기관 누리집과 비슷하게 꾸민 주소로 보여 열지 않았습니다: {why}")
        async with asyncio.timeout(_PATIENCE_S * 2):
            found = await discover(await house.fetcher(), house.sandbox, url)
    if args.json:
        say(json.dumps(_found(found), ensure_ascii=False))
    else:
        for text in _page(found):
            say(text)
    return int(not found.drafts)


def _page(found: Discovery) -> list[str]:
    lines = [f"# {found.url} · robots: {found.robots}", *(f"# {note}" for note in found.notes)]
    if not found.drafts:
        return [*lines, "# 글 목록을 찾지 못했습니다. 목록 화면의 주소인지 보아 주십시오."]
    for number, draft in enumerate(found.drafts, 1):
        lines += [
            "",
            f"# {number}. {draft.title} · 글 {draft.rows}건, 날짜 {draft.dated}건, 가장 새 글 {draft.newest or '-'}",
        ]
        lines += [f"#    {title}" for title in draft.sample]
        lines.append(entry_toml(draft.entry(source_id(draft.url), _NAME)))
    return lines


def _found(found: Discovery) -> dict[str, object]:
    return {
        "url": found.url,
        "robots": found.robots,
        "notes": list(found.notes),
        "drafts": [_draft(one) for one in found.drafts],
    }


def _draft(draft: Draft) -> dict[str, object]:
    entry = draft.entry(source_id(draft.url), _NAME)
    return {
        "kind": draft.kind,
        "url": draft.url,
        "title": draft.title,
        "profile": draft.profile_name or (_filled(draft.profile) if draft.profile else None),
        "rows": draft.rows,
        "dated": draft.dated,
        "newest": draft.newest or None,
        "sample": list(draft.sample),
        "licence": draft.licence or None,
        "evidence": list(draft.evidence),
        "toml": entry_toml(entry),
    }


_NAME = "기관 이름"


def entry_toml(source: Source) -> str:
    """The `[[source]]` table that declares it, to paste into a settings file."""
    keys = ("id", "agency", "kind", "url", "level", "licence", "evidence", "robots", "kogl")
    lines = ["[[source]]", *(f"{key} = {_quoted(getattr(source, key))}" for key in keys if getattr(source, key))]
    if source.profile is not None:
        lines += ["[source.profile]", *(f"{key} = {_quoted(value)}" for key, value in _filled(source.profile).items())]
    return "\n".join(lines)


def _filled(profile: BoardProfile) -> dict[str, str]:
    named = {one.name: getattr(profile, one.name) for one in fields(profile)}
    return {key: str(value) for key, value in named.items() if value}


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's (TOML 1.0, String), but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _settings(args: argparse.Namespace, where: Place) -> Settings:
    """The settings; without a file, the shipped catalogue alone."""
    if args.config is None and not where.config.exists():
        return parse("", {}, file_mode=None)
    return settings(where)
