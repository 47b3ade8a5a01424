"""One reading of one feed: what is new or changed in it, in pages, and the state to go on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from connectors._values import complaint, digest
from connectors.feeds.drafts import Realms, to_draft
from connectors.feeds.model import Entry, Feed
from connectors.feeds.settings import FeedsSettings
from gleanery.model.posts import PostDraft
from gleanery.ports import Fault, Page

PAGE = 100

Fresh = tuple[str, str, PostDraft]
"""Fingerprint of the id, fingerprint of the whole draft, the draft."""


class Window:
    """Compares a feed with its `state`.

    The state holds `site` and `feed` (see Realms), `since` (older entries are left out), and `seen`: for the
    entries that the feed holds now, fingerprints of id and content. It is bounded by `max_entries`.
    """

    def __init__(self, partition: str, settings: FeedsSettings, state: Mapping[str, Any]) -> None:
        self._partition, self._settings, self._state = partition, settings, state
        self._faults: list[Fault] = []
        self.entries: dict[str, Entry] = {}
        """By the external ids of the posts given: the entries they are of."""

    def pages(
        self, feed: Feed, after: Mapping[str, Any], address: str, now: datetime, *, recent: bool
    ) -> Iterator[Page]:
        """New and changed entries, oldest first; `after` joins the state once all are given."""
        seen: dict[str, str] = self._state.get("seen", {})
        realms = self._realms(feed, address)
        since = self._since(now) if recent else None
        kept = {"site": realms.site, "feed": realms.feed, **({"since": since.isoformat()} if since else {})}
        current = list(self._drafts(feed, realms, since))
        fresh = [item for item in current if seen.get(item[0]) != item[1]]
        fresh.reverse()
        given: dict[str, str] = {}
        while len(fresh) > PAGE:
            part, fresh = fresh[:PAGE], fresh[PAGE:]
            given.update((key, mark) for key, mark, _ in part)
            between = {**self._state, **kept, "seen": {**seen, **given}}
            yield Page([draft for *_, draft in part], between, complete=False)
        final = {**after, **kept, "seen": {key: mark for key, mark, _ in current}}
        posts = [draft for *_, draft in fresh]
        yield Page(posts, final, complete=True, faults=self._problems(feed) + self._faults)

    def _realms(self, feed: Feed, address: str) -> Realms:
        if self._state.get("site"):
            return Realms(self._state["site"], self._state["feed"])
        fallback = self._partition.split("://")[-1] if address else Path(self._partition).name
        return Realms.of(feed, address, fallback)

    def _since(self, now: datetime) -> datetime | None:
        if self._state.get("seen") is not None:
            known = self._state.get("since")
            return datetime.fromisoformat(known) if known else None
        days = self._settings.first_days
        return now - timedelta(days=days) if days else None

    def _drafts(self, feed: Feed, realms: Realms, since: datetime | None) -> Iterator[Fresh]:
        """Each readable entry once; the first of several with one id, as it is the newest."""
        known: set[str] = set()
        for number, entry in enumerate(feed.entries[: self._settings.max_entries], 1):
            draft = None if _too_old(entry, since) else self._draft(number, entry, feed, realms)
            if draft is None:
                continue
            key = digest(draft.platform, draft.realm, draft.external_id)
            if key in known:
                self._faults.append(Fault(self._partition, f"the id {draft.external_id[:100]} comes twice"))
                continue
            known.add(key)
            self.entries[draft.external_id] = entry
            yield key, digest(draft.model_dump_json()), draft

    def _draft(self, number: int, entry: Entry, feed: Feed, realms: Realms) -> PostDraft | None:
        where = f"{self._partition}: entry {number}"
        try:
            draft = to_draft(entry, feed, realms, self._settings.keep_text, self._settings.licence)
        except ValidationError as error:
            self._faults.append(Fault(where, complaint(error)))
            return None
        if not (draft.url or draft.title or draft.text):
            self._faults.append(Fault(where, "has neither an address nor a title nor words"))
            return None
        return draft

    def _problems(self, feed: Feed) -> list[Fault]:
        found = [Fault(f"{self._partition}: {entry}", message) for entry, message in feed.faults]
        if feed.problem:
            text = f"is not well-formed ({feed.problem}); {len(feed.entries)} entries were read"
            found.append(Fault(self._partition, text))
        return found


def _too_old(entry: Entry, since: datetime | None) -> bool:
    dated = entry.published or entry.updated
    return since is not None and dated is not None and dated < since
