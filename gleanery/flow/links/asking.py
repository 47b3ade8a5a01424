"""Asking for an address: gently, within limits of its own, and never as anybody but ourselves.

First for the head alone; the page, no more than its beginning, only where the head tells too little. Of a site known
to answer 200 for everything its oEmbed endpoint is asked (https://oembed.com).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from gleanery import __version__
from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.links.answers import Said, judged, judged_fault
from gleanery.flow.metering import MeteredHttp, PluginMeter
from gleanery.model.links import LinkState

if TYPE_CHECKING:
    import requests

PLUGIN = "links"
"""Under this name the requests are counted."""

MAX_BYTES = 2 * 2**20
_BEGINNING = "bytes=0-65535"
_ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
_HOPELESS = frozenset({"name", "private", "certificate", "slow", "redirects"})
"""Kinds of faults that a second request would only meet again."""


def asking(house: House) -> Asking:
    """How addresses are asked for today."""
    from gleanery.http import GuardedHttp  # its libraries take their time

    limits, settings = house.config.http, house.config.links
    contact = f" (+{settings.contact})" if settings.contact else ""
    session = GuardedHttp(
        entered=limits.allow_hosts,
        timeout=min(limits.timeout_seconds, settings.total_seconds),
        total_seconds=settings.total_seconds,
        max_bytes=MAX_BYTES,
        ca_file=str(limits.ca_file) if limits.ca_file else None,
        user_agent=f"gleanery/{__version__} link check{contact}",
    )
    meter = PluginMeter(house.store, PLUGIN, house.now)
    endpoints = {host.lower(): one.endpoint for one in settings.oembed for host in one.hosts}
    return Asking(MeteredHttp(session, meter), MeteredHttp(house.http, meter), endpoints)


class Asking:
    """Asks for one address after the other."""

    def __init__(self, pages: MeteredHttp, endpoints: MeteredHttp, oembed: dict[str, str]) -> None:
        """`pages` reaches public hosts; `endpoints` those that an administrator entered, too. `oembed`: by host."""
        self._pages, self._endpoints, self._oembed = pages, endpoints, oembed

    def ask(self, address: str) -> Said:
        """What a look at the address says; a fault of the other side is an answer, too."""
        endpoint = self._oembed.get((urlsplit(address).hostname or "").lower())
        try:
            return self._by_oembed(endpoint, address) if endpoint else self._by_page(address)
        except GleaneryError as error:
            return judged_fault(error)

    def _by_page(self, address: str) -> Said:
        head = self._head(address)
        if head is not None and 200 <= head.status_code < 300 and not _is_page(head):
            return judged(address, head)
        headers = {"Accept": _ACCEPT, "Range": _BEGINNING}
        answer = self._pages.get(address, headers=headers)
        return judged(address, answer, answer.content)

    def _head(self, address: str) -> requests.Response | None:
        """The answer to a HEAD; None where the site breaks off at it, as some do."""
        try:
            return self._pages.send("HEAD", address, headers={"Accept": _ACCEPT})
        except GleaneryError as error:
            if error.kind in _HOPELESS:
                raise
            return None

    def _by_oembed(self, endpoint: str, address: str) -> Said:
        """There by 200, not there by 404; anything else (a private video: 401, 403) tells nothing."""
        query = urlencode({"url": address, "format": "json"})
        answer = self._endpoints.get(f"{endpoint}{'&' if '?' in endpoint else '?'}{query}")
        said = judged(address, answer)
        if said.state is LinkState.MOVED:
            said = Said(LinkState.OK, status=said.status)
        return Said(
            said.state,
            said.reason,
            how="oembed",
            status=said.status,
            is_definite=said.is_definite,
            wait=said.wait,
        )


def _is_page(answer: requests.Response) -> bool:
    """Whether there may be words that say it is gone."""
    return "html" in answer.headers.get("content-type", "text/html").lower()
