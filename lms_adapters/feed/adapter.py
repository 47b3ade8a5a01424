"""The adapter `feed`: files made anew from all approved items, and the addresses at which readers get them.

A feed that somebody subscribed to follows what is retracted, but what a reader kept cannot be recalled: it takes only
text whose policy allows passing on (the house leaves `LearningItem.html` empty otherwise).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid5

from gleanery import ports
from gleanery.ports import Check, Context, Endpoint, LearningCollection, LearningItem, Receipt
from lms_adapters._changes import changes
from lms_adapters._entries import count, left_out_note, unique
from lms_adapters._packing import checks
from lms_adapters._text import plain
from lms_adapters.feed import serving
from lms_adapters.feed.addresses import ENDPOINT, OPML, Addresses, file_of
from lms_adapters.feed.entries import Channel, channels, entry_of
from lms_adapters.feed.files import CURRENT, place
from lms_adapters.feed.forms import FORMS, opml, pages
from lms_adapters.feed.settings import Settings

_FOR_GOOD = "What a reader has kept cannot be recalled."
LIST = "addresses.txt"
"""The file that lists every private address; it is not served."""


class Feed:
    """Writes RSS 2.0, Atom 1.0, JSON Feed 1.1 and OPML 2.0."""

    name: ClassVar[str] = "feed"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = True

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._addresses = Addresses(ctx, self._settings.keys, offered=self._settings.addresses)
        self.folder = Path(ctx.folder).absolute()

    def endpoints(self) -> Sequence[Endpoint]:
        """The one address of all feeds; none where the settings want files only."""
        return [Endpoint(ENDPOINT, ("GET",), self._answer)] if self._settings.addresses else []

    def _answer(self, _method: str, query: str, headers: Mapping[str, str], _body: bytes) -> serving.Answer:
        return serving.answer(self.folder / CURRENT, self._addresses, query, headers)

    def preflight(self) -> Sequence[Check]:
        """That the folder can be written, and whether readers can reach the feeds; nothing is made."""
        done = checks(self.folder / file_of("feeds", OPML))
        if not self._settings.addresses:
            return done
        if self._addresses.offered:
            return [
                *done,
                Check("address", True, f"Readers get the feeds at {self._ctx.address}/{ENDPOINT}."),
            ]
        remedy = (
            "Set serve.address to where readers reach gleanery, or `addresses: false` to have files only."
        )
        return [*done, Check("address", False, "no address is configured for the feeds.", remedy)]

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Make the feeds anew. Raises: ConfigError (folder, disk), Conflict (one id, two contents)."""
        return self.bind(items, ())

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the feeds anew, with one for each collection. Raises as `publish`."""
        every = unique([*items, *(step.item for one in collections for step in one.steps)], self.name)
        changed = changes(self._ctx, every)
        made = {item.id: entry_of(item, self._settings, changed[item.id]) for item in every}
        entries = {item_id: entry for item_id, entry in made.items() if entry is not None}
        feed_id = uuid5(self._ctx.organisation, f"feed:{self.folder.name}")
        feeds = list(channels(entries, collections, self._settings, feed_id))
        digest = place(self.folder, self._files(feeds), private=self._addresses.offered)
        self._ctx.log.info("feed.written", items=len(entries), feeds=len(feeds), sha256=digest)
        left_out = left_out_note(sorted(item_id for item_id, entry in made.items() if entry is None))
        note = " ".join(part for part in (self._summary(feeds), _FOR_GOOD, left_out) if part)
        return Receipt(digest, (self.folder / CURRENT).as_uri(), note, recallable=False)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Nothing to undo: the next feeds leave the item out."""
        note = f"The next feeds leave this item out. {_FOR_GOOD}"
        return Receipt(remote_id or "", (self.folder / CURRENT).as_uri(), note, recallable=False)

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Not offered: one item would replace the feeds of all."""
        raise NotImplementedError("feed is a batch adapter: call publish with all approved items")

    def _files(self, feeds: Sequence[Channel]) -> Mapping[str, bytes]:
        """The files by name: each feed in each form, page by page, and the list of all."""
        files: dict[str, bytes] = {}
        for channel in feeds:
            for form, write in FORMS.items():
                address = partial(self._addresses.of, channel.key, form)
                for number, page in pages(channel, self._settings.newest, address, self._addresses.home):
                    files[file_of(channel.key, form, number)] = write(page)
        listed = [(channel, self._addresses.of(channel.key, "rss")) for channel in feeds]
        files[file_of("feeds", OPML)] = opml(plain(self._settings.title), listed)
        if self._addresses.offered:
            files[LIST] = "".join(self._listed(feeds)).encode()
        return files

    def _listed(self, feeds: Sequence[Channel]) -> Iterator[str]:
        """What an administrator hands on: each feed with its address in each form."""
        yield f"{plain(self._settings.title)} (OPML)\n{self._addresses.of(OPML, OPML)}\n\n"
        for channel in feeds:
            addresses = "\n".join(self._addresses.of(channel.key, form) for form in FORMS)
            yield f"{channel.title}\n{addresses}\n\n"

    def _summary(self, feeds: Sequence[Channel]) -> str:
        told = f"{count(len(feeds[0].entries), 'item')} in {count(len(feeds), 'feed')}"
        listed = LIST if self._addresses.offered else file_of("feeds", OPML)
        return f"{told}, listed in {self.folder / CURRENT / listed}."
