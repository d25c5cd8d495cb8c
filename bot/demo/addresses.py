"""Where each sample agency keeps its list, its releases and its files: paths of the sites, and nothing of their look.

The shapes follow the content systems that Korean offices run (DOM-CMS, `.web`, old ASP boards, K2Web-like feeds). Ids
in them come from the release alone, so a site that moves to another port keeps its documents.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.demo.press import Agency, Release

_BOARD = "boardId=BBS_0000060&menuCd=DOM_000000135002001000"

_LISTS: dict[str, str] = {
    "rss": "rss/press.xml",
    "rss-full": "rss/news.xml",
    "atom-summary": "feed/atom.xml",
    "atom-full": "feed/atom.xml",
    "dom": f"board/list.do?{_BOARD}",
    "web": "10310/10438/10439.web",
    "asp": "news/list.asp",
}
_VIEWS: dict[str, Callable[[str], str]] = {
    "rss": lambda release_id: f"bbs/view.do?bbsId=BBSMSTR_0008&nttId={release_id}",
    "rss-full": lambda release_id: f"news/{release_id}",
    "atom-summary": lambda release_id: f"post/{release_id}",
    "atom-full": lambda release_id: f"biz/view.do?pbancSn={release_id}",
    "dom": lambda release_id: f"board/view.do?{_BOARD}&dataSid={release_id}",
    "web": lambda release_id: f"10310/10438/10439.web?gcode=1001&idx={release_id}&amode=view&",
    "asp": lambda release_id: f"news/view.asp?idx={release_id}&page=1",
}
_PAGES: dict[str, Callable[[int], str]] = {
    "dom": lambda number: f"board/list.do?{_BOARD}&startPage={number}",
    "web": lambda number: f"10310/10438/10439.web?gcode=1001&cpage={number}",
    "asp": lambda number: f"news/list.asp?page={number}",
}


def list_path(agency: Agency) -> str:
    """The path (with its query) of the agency's feed or board, which a source's `url` names."""
    return f"/{agency.id}/{_LISTS[agency.style]}"


def page_path(agency: Agency, number: int) -> str:
    """The path of a board's page, from 1."""
    return f"/{agency.id}/{_PAGES[agency.style](number)}"


def view_path(release: Release) -> str:
    """The path of the release's own page."""
    return f"/{release.agency.id}/{_VIEWS[release.agency.style](release.id)}"


def file_path(release: Release, number: int) -> str:
    """The path of an attachment, counted from 0."""
    return f"/{release.agency.id}/download.do?atchId={release.id}&fileSn={number}"
