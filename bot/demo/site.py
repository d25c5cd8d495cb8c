"""The sample agencies' web sites on loopback, served as they stand at the demo's clock.

    now() → Press.published → feed, board page, release page or file → validators → 200 or 304

It is an ordinary web site for an ordinary crawler: nothing here knows who reads it, and it refuses everything but GET
and HEAD of pages that exist. All documents are invented and say so (예시).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import ETag, web

from bot.demo import attachments, feeds, pages
from bot.demo.addresses import list_path, view_path
from bot.demo.press import Agency, Press, Release, agencies

_SHORTEST_QUIET, _LONGEST_QUIET = timedelta(minutes=2), timedelta(hours=1)
_PAGE_ROWS = 10
_FEED_ITEMS = 30
_ROBOTS = "User-agent: *\nAllow: /\nDisallow: /*/admin/\n"
_WRITERS = {"hwpx": attachments.hwpx, "pdf": attachments.pdf}
_TYPES = {"hwpx": "application/hwp+zip", "pdf": "application/pdf"}

# The query keys that name a release on the styles' detail pages, and a page on their lists.
_ID_KEYS = ("dataSid", "idx", "nttId", "pbancSn")
_PAGE_KEYS = ("startPage", "cpage", "page")


class Server:
    """A running site: `url` is its base ("http://127.0.0.1:40123"); close it to free the port."""

    def __init__(self, runner: web.AppRunner, url: str) -> None:
        self._runner = runner
        self.url = url

    async def close(self) -> None:
        """Stops listening and ends open connections; may be called twice."""
        await self._runner.cleanup()


async def serve(app: web.Application, host: str = "127.0.0.1", port: int = 0) -> Server:
    """The application listening on the host; port 0 takes any free one.

    Raises:
        OSError: if the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return Server(runner, f"http://{host}:{runner.addresses[0][1]}")


def site(now: Callable[[], datetime], start: datetime) -> web.Application:
    """The sample agencies' sites for a demo that started at `start` (aware) and stands at `now()`."""
    sites = _Sites(now, Press(start))
    app = web.Application(client_max_size=1024)
    app.add_routes([web.get("/", sites.index), web.get("/robots.txt", sites.robots)])
    for agency in agencies():
        app.add_routes(sites.routes(agency))
    return app


class _Sites:
    def __init__(self, now: Callable[[], datetime], press: Press) -> None:
        self._now = now
        self._press = press

    def routes(self, agency: Agency) -> list[web.RouteDef]:
        """The agency's routes: its list, its releases and its files."""
        root = f"/{agency.id}"
        shown = {
            "rss": (self._feed, f"{root}/bbs/view.do"),
            "rss-full": (self._feed, f"{root}/news/{{id}}"),
            "atom-summary": (self._feed, f"{root}/post/{{id}}"),
            "atom-full": (self._feed, f"{root}/biz/view.do"),
            "dom": (self._board, f"{root}/board/view.do"),
            "web": (self._board, None),
            "asp": (self._board, f"{root}/news/view.asp"),
        }
        lister, view = shown[agency.style]
        routes = [
            web.get(list_path(agency).partition("?")[0], self._bound(lister, agency)),
            web.get(f"{root}/download.do", self._bound(self._file, agency)),
            web.get(f"{root}/", self._bound(self._home, agency)),
        ]
        return [*routes, web.get(view, self._bound(self._view, agency))] if view else routes

    async def index(self, request: web.Request) -> web.Response:
        """The portal of all sites."""
        return _answer(request, pages.index_page(agencies()).encode(), "text/html; charset=utf-8")

    async def robots(self, request: web.Request) -> web.Response:
        """All may be read."""
        return _answer(request, _ROBOTS.encode(), "text/plain; charset=utf-8")

    @staticmethod
    def _bound(
        handler: Callable[[web.Request, Agency], web.Response], agency: Agency
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            return handler(request, agency)

        return handle

    @staticmethod
    def _home(_request: web.Request, agency: Agency) -> web.Response:
        raise web.HTTPFound(list_path(agency))

    def _feed(self, request: web.Request, agency: Agency) -> web.Response:
        releases = self._press.published(self._now(), agency.id)
        write, kind = (feeds.atom, "atom") if agency.style.startswith("atom") else (feeds.rss, "rss")
        text = write(agency, releases[:_FEED_ITEMS], str(request.url.origin()))
        response = _answer(request, text.encode(), f"application/{kind}+xml; charset=utf-8", _changed_at(releases))
        return self._fresh(response, agency)

    def _board(self, request: web.Request, agency: Agency) -> web.Response:
        """The list; in the `.web` style one address serves list and releases."""
        if request.query.get("amode") == "view":
            return self._view(request, agency)
        releases = self._press.published(self._now(), agency.id)
        count = max(1, -(-len(releases) // _PAGE_ROWS))
        number = min(_page_number(request), count)
        rows = releases[(number - 1) * _PAGE_ROWS : number * _PAGE_ROWS]
        pinned = next((each for each in reversed(releases) if each.area == "복지"), None)
        page = pages.BoardPage(rows, number, count, len(releases), pinned)
        return self._fresh(_html(request, agency, pages.list_page(agency, page), _changed_at(releases)), agency)

    def _fresh(self, response: web.Response, agency: Agency) -> web.Response:
        """The list with how long it may be kept: half of the time to the next change, an hour at most.

        A site that knows its own calendar spares its readers idle polls, and a demo whose clock is advanced by days
        spares its tester minutes.
        """
        change = self._press.next_change(self._now(), agency.id)
        quiet = _LONGEST_QUIET if change is None else min((change - self._now()) / 2, _LONGEST_QUIET)
        if quiet > _SHORTEST_QUIET:
            response.headers["Cache-Control"] = f"max-age={quiet.total_seconds():.0f}"
        return response

    def _view(self, request: web.Request, agency: Agency) -> web.Response:
        releases = self._press.published(self._now(), agency.id)
        place = _place(releases, _release_id(request))
        newer = releases[place - 1] if place else None
        older = releases[place + 1] if place + 1 < len(releases) else None
        return _html(request, agency, pages.view_page(releases[place], newer, older))

    def _file(self, request: web.Request, agency: Agency) -> web.Response:
        release = self._press.find(self._now(), agency.id, request.query.get("atchId", ""))
        number = request.query.get("fileSn", "")
        if not release or number not in {str(place) for place in range(len(release.attachments))}:
            raise web.HTTPNotFound
        attachment = release.attachments[int(number)]
        content = _WRITERS[attachment.kind](f"{release.title} ({agency.name})", attachment.lines)
        response = _answer(request, content, _TYPES[attachment.kind])
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment.name)}"
        return response


def release_url(base: str, release: Release) -> str:
    """The address of a release's page on a site served at `base`."""
    return base + view_path(release)


def _release_id(request: web.Request) -> str:
    named = request.match_info.get("id")
    return named or next((request.query[key] for key in _ID_KEYS if key in request.query), "")


def _place(releases: list[Release], release_id: str) -> int:
    for place, release in enumerate(releases):
        if release.id == release_id:
            return place
    raise web.HTTPNotFound


def _page_number(request: web.Request) -> int:
    text = next((request.query[key] for key in _PAGE_KEYS if key in request.query), "1")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) <= 4 else 1


def _changed_at(releases: list[Release]) -> datetime | None:
    return max((each.updated_at for each in releases), default=None)


def _html(request: web.Request, agency: Agency, text: str, changed_at: datetime | None = None) -> web.Response:
    """A page in the site's own encoding; the old site leaves its charset to the page's <meta>, as such sites do."""
    if agency.style == "asp":
        return _answer(request, text.encode("euc-kr", "xmlcharrefreplace"), "text/html", changed_at)
    return _answer(request, text.encode(), "text/html; charset=utf-8", changed_at)


def _answer(request: web.Request, body: bytes, content_type: str, changed_at: datetime | None = None) -> web.Response:
    """The body with its validators, or 304 for a reader that holds it already (RFC 9110, 13.2.2)."""
    tag = hashlib.blake2b(body, digest_size=10).hexdigest()
    changed_at = changed_at.replace(microsecond=0) if changed_at else None
    known = _is_known(request, tag, changed_at)
    response = web.Response(status=304) if known else web.Response(body=body, headers={"Content-Type": content_type})
    response.etag = ETag(tag)
    response.last_modified = changed_at
    response.headers["Cache-Control"] = "no-cache"
    return response


def _is_known(request: web.Request, tag: str, changed_at: datetime | None) -> bool:
    if request.if_none_match is not None:
        return any(each.value in (tag, "*") for each in request.if_none_match)
    since = request.if_modified_since
    return since is not None and changed_at is not None and changed_at <= since
