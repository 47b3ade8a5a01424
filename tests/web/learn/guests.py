"""Learners and teachers as the pages see them: a client that keeps cookies, or one that cannot."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import requests

from tests.courses import sent
from tests.web.houses import Site

_KEY = re.compile(r'name="key" value="([^"]+)"')
_VISIT = re.compile(r"/learn/v/([0-9a-f-]{36})")


class Guest:
    """Somebody whom the course sent, in a browser of their own."""

    def __init__(self, site: Site, wants: UUID | None, **changes: Any) -> None:
        self.site = site
        self.client = requests.Session()
        self.client.headers["Sec-Fetch-Site"] = "same-origin"
        self.came_by = sent(site.house, wants, **changes)
        self.first = self.client.get(site.url + self.came_by, timeout=10)
        found = _VISIT.search(self.first.url) or _VISIT.search(self.first.text)
        self.visit = found[1] if found else ""

    @property
    def base(self) -> str:
        """The address of the visit."""
        return f"{self.site.url}/learn/v/{self.visit}"

    def key(self, page: requests.Response | None = None) -> str:
        """The token that the forms of a page carry."""
        found = _KEY.search((page or self.first).text)
        assert found, "the page has no form"
        return found[1]

    def get(self, path: str = "", **options: Any) -> requests.Response:
        """Open a page of the visit."""
        return self.client.get(self.base + path, timeout=10, **options)

    def post(self, path: str, page: requests.Response | None = None, **fields: Any) -> requests.Response:
        """Send a form of a page."""
        data = {"key": self.key(page), **fields}
        return self.client.post(self.base + path, data=data, timeout=10)

    def open_source(self, page: requests.Response | None = None) -> requests.Response:
        """Follow the link to the source, as a new tab does: without any cookie."""
        found = re.search(r'href="([^"]+/open/[^"]+)"', (page or self.first).text)
        assert found, "the page has no link to its source"
        address = self.site.url + html.unescape(found[1])
        return requests.get(address, allow_redirects=False, timeout=10)
