"""Feeds: RSS (https://www.rssboard.org/rss-specification), Atom (RFC 4287), JSON Feed
(https://www.jsonfeed.org/version/1.1/), podcasts and the feeds of YouTube channels.

A post's realm is the host of the site that the feed belongs to, where the entry's id is unique everywhere (an
address, a `tag:` or `urn:` name); a short id counts within its feed only, so its realm is the feed. Both are
fixed when the feed is first read, so that moving a feed doubles no post. Videos of a YouTube channel are posts
of YouTube: platform `youtube`, realm the channel, id the video.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from connectors import _cards
from connectors._files import matching, open_file
from connectors._values import digest
from connectors.feeds.fetch import Answer, fetch, shown
from connectors.feeds.json_feed import read_json_feed
from connectors.feeds.model import Feed
from connectors.feeds.settings import FeedsSettings
from connectors.feeds.speaking import with_speech
from connectors.feeds.window import Window
from connectors.feeds.xml_feed import read_xml_feed
from gleanery import ports
from gleanery.errors import BadInput, GleaneryError
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, Fault, Page, Policy

MAX_FILE = 64 * 1024 * 1024
_SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".json")


class Feeds:
    """Reads web feeds by address and archived ones from files; one partition each."""

    name: ClassVar[str] = "feeds"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = FeedsSettings
    about: ClassVar[ConnectorCard] = _cards.FEEDS

    def __init__(self, settings: FeedsSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self.policy = Policy(
            may_store_text=True,
            may_score=True,
            may_learn=settings.learn_from,
            may_pass_text_on=settings.pass_text_on,
            attribution=settings.attribution,
            delete_on_disconnect=False,
        )

    def check(self) -> Sequence[Check]:
        """One line a feed: what it is and how much it holds, or why it cannot be read."""
        return [self._look(partition) for partition in self.partitions()]

    def partitions(self) -> Sequence[str]:
        """The addresses, a query shown as a fingerprint, then the files."""
        return [*self._addresses(), *self._files()]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The entries that are new or changed since `state`; see `fetch` for the errors of a feed's server."""
        if partition in self._addresses():
            yield from self._pages_of_address(partition, state)
        else:
            yield from self._pages_of_file(partition, state)

    def _pages_of_address(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        if state.get("stopped"):
            yield Page((), state, complete=True)
            return
        answer = fetch(self._ctx, self._addresses()[partition], state)
        if answer.gone:
            text = "answers 410: it is gone for good and is not read again. Remove it from `urls`."
            stopped = {**state, "stopped": self._ctx.now().isoformat()}
            yield Page((), stopped, complete=True, faults=[Fault(partition, text)])
        elif answer.body is None:
            yield Page((), _with_move(state, answer), complete=True)
        else:
            feed = self._parsed(partition, answer.body, answer.content_type, answer.address)
            window = Window(partition, self._settings, state)
            after = {"etag": answer.etag, "modified": answer.modified}
            move = _with_move(after, answer, state)
            for page in window.pages(feed, move, answer.address, self._ctx.now(), recent=True):
                wants_speech = self._settings.transcripts
                yield with_speech(self._ctx, partition, page, window.entries) if wants_speech else page

    def _pages_of_file(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        body = self._file_body(partition)
        mark = digest(body)
        if state.get("file") == mark:
            yield Page((), state, complete=True)
            return
        feed = self._parsed(partition, body)
        window = Window(partition, self._settings, state)
        yield from window.pages(feed, {"file": mark}, "", self._ctx.now(), recent=False)

    def _look(self, partition: str) -> Check:
        try:
            if partition in self._addresses():
                answer = fetch(self._ctx, self._addresses()[partition], {})
                if answer.gone:
                    return Check(
                        partition, False, "answers 410: it is gone for good.", "Remove it from `urls`."
                    )
                feed = self._parsed(partition, answer.body or b"", answer.content_type, answer.address)
            else:
                feed = self._parsed(partition, self._file_body(partition))
        except GleaneryError as error:
            return Check(partition, False, error.message, error.remedy)
        return Check(partition, True, f"{feed.format} with {len(feed.entries)} entries.")

    def _parsed(self, partition: str, body: bytes, content_type: str = "", address: str = "") -> Feed:
        """Raises: BadInput naming the feed and what was found instead."""
        json = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
        try:
            return read_json_feed(body) if json else read_xml_feed(body, content_type, address)
        except BadInput as error:
            raise BadInput(f"{partition}: {error.message}", remedy=error.remedy) from error

    def _file_body(self, partition: str) -> bytes:
        with open_file(self._files()[partition]) as file:
            body = file.read(MAX_FILE + 1)
        if len(body) > MAX_FILE:
            raise BadInput(f"{partition} is larger than {MAX_FILE:,} bytes.")
        return body

    def _addresses(self) -> Mapping[str, str]:
        return {shown(url): url for url in self._settings.urls}

    def _files(self) -> Mapping[str, Path]:
        """Files by their names, by their whole paths where two have one name."""
        found = [matching(pattern, _SUFFIXES) or [pattern] for pattern in self._settings.files]
        paths = dict.fromkeys(path for group in found for path in group)
        names = Counter(path.name for path in paths)
        return {path.name if names[path.name] == 1 else str(path): path for path in paths}


def _with_move(
    after: Mapping[str, Any], answer: Answer, before: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """`after` with the address to ask from now on: where it moved to, or the one known before."""
    address = answer.moved or (before or after).get("address")
    return {**after, "address": address} if address else after
