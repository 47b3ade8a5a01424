"""Lists of an LMS that come in pages: by a Link header (RFC 8288), or by `next` in the answer as some write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from requests.utils import parse_header_links

from gleanery.errors import BadInput, Denied, Gone
from lms_adapters.lti.access import Access, decoded

_MOST = 2_000


def pages_of(access: Access, url: str, scopes: Sequence[str], accept: str) -> Iterator[Any]:
    """Every page, decoded. Raises: Gone (404), Denied (403 and the like), BadInput, and as `Access.send`."""
    seen: set[str] = set()
    while url:
        if url in seen or len(seen) >= _MOST:
            raise BadInput("lti: the pages of the LMS's list do not end.", remedy="Tell the LMS's makers.")
        seen.add(url)
        answer = access.send("GET", url, scopes, accept=accept)
        if answer.status_code == 404:
            raise Gone(
                "lti: the LMS has no such list any more.", remedy="Open a link in the course once more."
            )
        if not answer.ok:
            raise Denied(
                f"lti: the LMS does not let us read this list ({answer.status_code}).",
                remedy="Allow the tool the service in the LMS.",
            )
        page = decoded(answer)
        yield page
        url = _next(answer.headers.get("link", ""), page, url)


def rows_of(page: Any) -> list[Any]:
    """The entries of a page of columns or results: a list, or as some write it, a list under `content`."""
    rows = page.get("content") if isinstance(page, Mapping) else page
    return rows if isinstance(rows, list) else []


def _next(links: str, page: Any, here: str) -> str:
    for link in parse_header_links(links) if links else []:
        if link.get("rel", "").lower() == "next":
            return urljoin(here, link.get("url", ""))
    following = page.get("next") if isinstance(page, Mapping) else None
    return urljoin(here, following) if isinstance(following, str) and following else ""
