"""Writes the sample agencies' feeds as Korean offices really write them: RSS 2.0 with uneven dates, and Atom.

Text only; what a feed carries is chosen by its agency's style: summaries that send the reader to the page, or the
whole text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from bot.demo.addresses import list_path, view_path
from bot.demo.press import KST, Agency, Release


def rss(agency: Agency, releases: Sequence[Release], base: str) -> str:
    """The agency's RSS 2.0 feed; links are absolute under `base`, guids are not links."""
    items = "\n".join(_item(release, base) for release in releases)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(agency.name)} {escape(agency.board)}</title>
<link>{escape(base)}/{agency.id}/</link>
<atom:link rel="self" type="application/rss+xml" href={quoteattr(base + list_path(agency))}/>
<description>{escape(agency.name)} {escape(agency.board)} 알림. 도비 시연을 위해 지어낸 예시 문서입니다.</description>
<language>ko</language>
<copyright>공공누리 제{agency.licence}유형</copyright>
{items}
</channel>
</rss>
"""


def atom(agency: Agency, releases: Sequence[Release], base: str) -> str:
    """The agency's Atom feed (RFC 4287); a corrected release keeps its id and gets a later `updated`."""
    updated = max((each.updated_at for each in releases), default=datetime(2020, 1, 1, tzinfo=UTC))
    entries = "\n".join(_entry(release, base) for release in releases)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ko">
<title>{escape(agency.name)} {escape(agency.board)}</title>
<subtitle>도비 시연을 위해 지어낸 예시 문서입니다.</subtitle>
<id>tag:{agency.id}.example,2020:feed</id>
<link rel="self" href={quoteattr(base + list_path(agency))}/>
<link rel="alternate" type="text/html" href={quoteattr(f"{base}/{agency.id}/")}/>
<rights>공공누리 제{agency.licence}유형</rights>
<updated>{_stamp(updated)}</updated>
{entries}
</feed>
"""


def _item(release: Release, base: str) -> str:
    full = release.agency.style == "rss-full"
    body = "".join(f"<p>{escape(line)}</p>" for line in (release.lines if full else release.lines[:1]))
    dated = (
        f"<dc:date>{_stamp(release.published_at)}</dc:date>"
        if full
        else f"<pubDate>{_uneven(release.published_at, int(release.id))}</pubDate>"
    )
    return f"""<item>
<title>{escape(release.title)}</title>
<link>{escape(base + view_path(release))}</link>
<guid isPermaLink="false">{release.agency.id}-{release.id}</guid>
<dc:creator>{escape(release.department)}</dc:creator>
<category>{escape(release.area)}</category>
{dated}
<description><![CDATA[{body}]]></description>
</item>"""


def _entry(release: Release, base: str) -> str:
    if release.agency.style == "atom-full":
        html = "".join(f"<p>{escape(line)}</p>" for line in release.lines)
        body = f'<content type="html">{escape(html)}</content>'
    else:
        body = f"<summary>{escape(release.lines[0])}</summary>"
    return f"""<entry>
<title>{escape(release.title)}</title>
<id>tag:{release.agency.id}.example,2020:{release.id}</id>
<link rel="alternate" type="text/html" href={quoteattr(base + view_path(release))}/>
<published>{_stamp(release.published_at)}</published>
<updated>{_stamp(release.updated_at)}</updated>
<author><name>{escape(release.department)}</name></author>
<category term={quoteattr(release.area)}/>
{body}
</entry>"""


def _stamp(instant: datetime) -> str:
    return instant.astimezone(KST).isoformat(timespec="seconds")


def _uneven(instant: datetime, number: int) -> str:
    """A date in one of the four forms seen on agencies' feeds, all Korean time, two of them without saying so."""
    local = instant.astimezone(KST)
    match number % 4:
        case 0:
            return format_datetime(local)
        case 1:
            return f"{local:%Y%m%d%H%M%S}"
        case 2:
            return f"{local:%Y-%m-%d %H:%M:%S}"
    return f"{local:%a, %d %b %Y %H:%M:%S} KST"
