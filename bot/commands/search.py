"""`dobi search WORDS`: the archive of this data directory, found by words, period and agency."""

from __future__ import annotations

import argparse
import json

from bot.bootstrap import open_house
from bot.clock import KST
from bot.commands import Refused
from bot.commands.place import demo_clock, place, say, settings
from bot.wording import day
from nlp.archive import Archive, Document
from nlp.finding import Finder, Hit
from nlp.query import read_query


async def search(args: argparse.Namespace) -> int:
    """Prints the best documents, a line each; exit 1 where nothing is found. Joins the running server."""
    text = " ".join(args.words)
    if not text.strip():
        raise Refused("무엇을 찾을지 써 주십시오. 예: dobi search 재난지원금 지난달")
    where = place(args)
    async with open_house(settings(where), where.data, demo_clock(where)) as house:
        archive = Archive(house.redis)
        finder = Finder(archive, await house.embedder())
        await finder.fill()
        query = read_query(text, house.clock.now().astimezone(KST).date(), finder.agencies)
        hits = await finder.search(query, args.limit)
        documents = await archive.get_many([hit.key for hit in hits])
    found = [(hit, documents[hit.key]) for hit in hits if hit.key in documents]
    for hit, document in found:
        say(_json(hit, document) if args.json else _line(document))
    if not found and not args.json:
        say(f"'{text}' 글을 찾지 못했습니다. 모아 둔 글은 {len(finder):,}건입니다.")
    return int(not found)


def _json(hit: Hit, document: Document) -> str:
    row = {
        "id": document.key,
        "score": round(hit.score, 4),
        "title": document.title,
        "agency": document.agency,
        "department": document.department,
        "published_at": document.published_at.astimezone(KST).isoformat(),
        "url": document.url,
        "story": document.story,
        "others": hit.others,
        "link_only": document.link_only,
    }
    return json.dumps(row, ensure_ascii=False)


def _line(document: Document) -> str:
    local = document.published_at.astimezone(KST)
    return f"{local.year}. {day(local)} [{document.agency}] {document.title} {document.url}".rstrip()
