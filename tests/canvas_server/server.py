"""The HTTP side of a small Canvas: tokens, rights, paging by opaque links, the throttle.

Bodies have the shapes of the API's documentation and of its best-known client's fixtures. As with Canvas, entries and
modules are made unpublished, a page's address follows its title, ids are numbers unless strings are asked for, and
what is not known is left unread. Answers lost after the work was done: `interrupt("half", …)` of Fake.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from gleanery.testing import Asked, Fake, Reply
from tests.canvas_server.course import Course, Refused

Rights = ("manage_course_content_add", "manage_course_content_edit", "manage_course_content_delete")
PAGES = ("manage_wiki_create", "manage_wiki_update", "manage_wiki_delete")
MISSING = {"errors": [{"message": "The specified resource does not exist."}]}
THROTTLED = Reply(
    403,
    b"403 Forbidden (Rate Limit Exceeded)\n",
    {"Content-Type": "text/plain; charset=utf-8", "X-Rate-Limit-Remaining": "0.0"},
)
HTML = Reply(200, b"<!DOCTYPE html><title>Log in</title>", {"Content-Type": "text/html; charset=utf-8"})
BAD_TOKEN = Reply(
    401, {"errors": [{"message": "Invalid access token."}]}, {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}
)
UNAUTHORIZED = Reply(
    401, {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
)
NO_SCOPE = Reply(401, {"errors": [{"message": "Insufficient scopes on access token."}]})

Answer = Callable[["CanvasServer", Asked, "re.Match[str]"], Any]
_ROUTES: list[tuple[str, str, Answer]] = []


def route(method: str, path: str) -> Callable[[Answer], Answer]:
    """Serve a method of a path below /api/v1."""

    def kept(answer: Answer) -> Answer:
        _ROUTES.append((method, f"/api/v1/{path}", answer))
        return answer

    return kept


class CanvasServer(Fake):
    """A site with one course. `page_size`: the most records of one page. `left`: the token's allowance."""

    def __init__(self, *, page_size: int = 50, inline: int = 50) -> None:
        super().__init__()
        self.token = secrets.token_urlsafe(48)
        self.course = Course(17)
        self.page_size, self.inline = page_size, inline
        self.left: float | None = 600.0
        self.cost = 0.0
        self.rights = {*Rights, *PAGES}
        self.tools: list[dict[str, Any]] = []
        self._bookmarks: dict[str, list[Any]] = {}

    def called(self, method: str, ending: str = "") -> list[Asked]:
        """The requests of a method whose path ends so."""
        return [one for one in self.asked if one.method == method and re.search(ending + "$", one.path)]

    def answer(self, asked: Asked) -> Reply:
        """As Canvas does; refusals in its words."""
        reply = self._answered(asked)
        if self.left is None:
            return reply
        self.left -= self.cost
        headers = {"X-Rate-Limit-Remaining": str(self.left), "X-Request-Cost": str(self.cost)}
        return Reply(reply.status, reply.body, {**headers, **reply.headers})

    def _answered(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return BAD_TOKEN
        for method, path, answer in _ROUTES:
            found = re.fullmatch(path, asked.path)
            if method == asked.method and found:
                return self._told(answer, asked, found)
        return Reply(404, HTML.body, HTML.headers)

    def _told(self, answer: Answer, asked: Asked, found: re.Match[str]) -> Reply:
        if "course" in found.groupdict() and (found["course"] != str(self.course.id) or self.course.deleted):
            return Reply(404, MISSING)
        try:
            body = answer(self, asked, found)
        except KeyError:
            return Reply(404, MISSING)
        except Refused as error:
            return error.reply
        if isinstance(body, Reply):
            return body
        return Reply(200, _as_asked(body, asked))

    def paged(self, records: list[Any], asked: Asked, show: Callable[[Any], Any] = lambda one: one) -> Reply:
        """The first page; the rest lies behind a link that means nothing to anybody else."""
        if "bookmark" in asked.query:
            records = self._bookmarks.pop(asked.query["bookmark"])
        size = min(self.page_size, int(asked.query.get("per_page", 10)))
        links = [f'<{self.url}{asked.path}?page=1&per_page={size}>; rel="first"']
        if len(records) > size:
            bookmark = secrets.token_hex(8)
            self._bookmarks[bookmark] = records[size:]
            links.insert(0, f'<{self.url}{asked.path}?bookmark={bookmark}&per_page={size}>; rel="next"')
        return Reply(200, _as_asked([show(one) for one in records[:size]], asked), {"Link": ",".join(links)})

    def need(self, right: str) -> None:
        """Raises: Refused where the account lacks the right."""
        if right not in self.rights:
            raise Refused(UNAUTHORIZED)


def _as_asked(body: Any, asked: Asked) -> Any:
    """Ids as strings where that is asked for."""
    if "canvas-string-ids" not in asked.headers.get("accept", ""):
        return body
    return json.loads(json.dumps(body), object_hook=_with_strings)


def _with_strings(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if name.endswith("id") and isinstance(value, int) else value
        for name, value in record.items()
    }


def _form(asked: Asked) -> Mapping[str, str]:
    """The last value of each field, the empty ones too."""
    found = parse_qs(asked.body.decode(), keep_blank_values=True)
    return {name: values[-1] for name, values in found.items()}


COURSE = r"courses/(?P<course>\d+)"


@route("GET", "users/self")
def _self(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    return {
        "id": 4,
        "name": "gleanery",
        "short_name": "gleanery",
        "sortable_name": "gleanery",
        "permissions": {},
    }


@route("GET", COURSE)
def _course(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    return {
        "id": site.course.id,
        "name": "Safety at work",
        "course_code": "SAFE",
        "workflow_state": "available",
    }


@route("GET", COURSE + "/permissions")
def _permissions(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    return {name: name in site.rights for name in asked.values("permissions[]")}


@route("GET", COURSE + "/external_tools")
def _tools(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    return site.paged(site.tools, asked)


@route("GET", COURSE + "/modules")
def _modules(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    wanted = asked.query.get("search_term", "").lower()
    shown = [
        site.course.shown_module(one, site.inline if "items" in asked.values("include[]") else 0)
        for one in site.course.modules
        if wanted in one["name"].lower()
    ]
    return site.paged(shown, asked)


@route("POST", COURSE + "/modules")
def _make_module(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_course_content_add")
    return site.course.make_module(_form(asked))


@route("PUT", COURSE + r"/modules/(?P<module>\d+)")
def _change_module(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_course_content_edit")
    return site.course.change_module(int(found["module"]), _form(asked))


@route("DELETE", COURSE + r"/modules/(?P<module>\d+)")
def _delete_module(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_course_content_delete")
    return site.course.delete_module(int(found["module"]))


@route("GET", COURSE + r"/modules/(?P<module>\d+)/items")
def _items(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    module = site.course.module(int(found["module"]))
    return site.paged(module["items"], asked, site.course.shown)


@route("POST", COURSE + r"/modules/(?P<module>\d+)/items")
def _make_item(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_course_content_edit")
    return site.course.make_item(int(found["module"]), _form(asked))


@route("PUT", COURSE + r"/modules/\d+/items/(?P<item>\d+)")
def _change_item(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_course_content_edit")
    return site.course.change_item(int(found["item"]), _form(asked))


@route("DELETE", COURSE + r"/modules/\d+/items/(?P<item>\d+)")
def _delete_item(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_course_content_edit")
    return site.course.delete_item(int(found["item"]))


@route("GET", COURSE + "/pages")
def _pages(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    wanted = asked.query.get("search_term", "").lower()
    listed = [one for one in site.course.pages.values() if wanted in one["title"].lower()]
    return site.paged([{name: one[name] for name in one if name != "body"} for one in listed], asked)


@route("GET", COURSE + "/pages/(?P<page>[^/]+)")
def _page(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    return site.course.pages[found["page"]]


@route("POST", COURSE + "/pages")
def _make_page(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_wiki_create")
    return site.course.save_page(None, _form(asked))


@route("PUT", COURSE + "/pages/(?P<page>[^/]+)")
def _change_page(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_wiki_update")
    return site.course.save_page(found["page"], _form(asked))


@route("DELETE", COURSE + "/pages/(?P<page>[^/]+)")
def _delete_page(site: CanvasServer, asked: Asked, found: re.Match[str]) -> Any:
    site.need("manage_wiki_delete")
    return site.course.delete_page(found["page"])
