"""Every page that can be reached in a house, found by following its links as a person would."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from fastapi.routing import APIRoute
from starlette.routing import Match

from gleanery.web.app import create_app
from tests.browser.worlds import EVERYBODY, World

FIRST, MENU = "the world", "the router"
NOT_WALKED = ("/api", "/static", "/signout", "/healthz", "/learn/")
"""What is no page of a desk; of visits from an LMS see test_learn.py."""

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
_FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*\baction="([^"]+)"')


@dataclass(frozen=True)
class Found:
    """An address of a page, the route that answers it, and what it answered."""

    address: str
    route: str
    status: int
    text: str

    @property
    def forms(self) -> list[str]:
        """Where its forms go."""
        return [html.unescape(one) for one in _FORM.findall(self.text)]


class Walk:
    """The pages of one world, each shape of an address at most `each` times."""

    def __init__(self, world: World, each: int = 1, language: str = "en") -> None:
        self._world, self._each = world, each
        self._routes = [one for one in create_app(world.site.house).routes if isinstance(one, APIRoute)]
        self._seen: Counter[object] = Counter()
        self.client = world.site.browser("everybody", EVERYBODY)
        self.client.headers["Accept-Language"] = language
        self.refused: list[tuple[str, str, int]] = []

    def pages(self) -> Iterator[Found]:
        """Each page once; a link that leads nowhere is noted in `refused`."""
        plain = [one.path for one in self._routes if "{" not in one.path]
        ahead = [(path, FIRST) for path in self._world.first] + [(path, MENU) for path in plain]
        for address, origin in ahead:
            if not self._is_new(address) and origin != FIRST:
                continue
            answer = self.client.get(self._world.site.url + address, allow_redirects=False, timeout=60)
            if answer.is_redirect:
                ahead.append((urljoin(address, answer.headers["location"]), address))
            elif "html" in answer.headers.get("content-type", ""):
                yield (found := Found(address, self.route(address), answer.status_code, answer.text))
                ahead += [(html.unescape(one), address) for one in _LINK.findall(found.text)]
            if answer.status_code >= 400 and origin not in (FIRST, MENU):
                self.refused.append((origin, address, answer.status_code))

    def route(self, address: str, method: str = "GET") -> str:
        """The route that answers an address."""
        scope = {"type": "http", "method": method, "path": urlsplit(address).path, "headers": []}
        for one in self._routes:
            if one.matches(scope)[0] is Match.FULL:
                return one.path
        return ""

    def _is_new(self, address: str) -> bool:
        if not re.match("/(?!/)", address) or address.startswith(NOT_WALKED):
            return False
        if self._world.desks != ("/",) and not address.startswith(self._world.desks) and address != "/":
            return False
        query = {key: value for key, value in parse_qsl(urlsplit(address).query) if value}
        kept = sorted(set(query) - {"since", "until", "item", "after", "next", "language"})
        shape = (self.route(address), *kept, query.get("state"), query.get("said"))
        self._seen[shape] += 1
        return self._seen[shape] <= self._each and bool(shape[0])
