"""What the house does with the connector, in memory: pages are taken in, states kept, errors noted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.slack import Slack
from connectors.slack.settings import SlackSettings
from gleanery.errors import GleaneryError, Unreachable
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.ports import Page
from gleanery.testing import Clock, MemoryInbox, MemoryKnown, make_context
from tests.fakes.slack import SlackWorld


class Reader:
    """One source on one world. Every reading is by a connector made anew, as by another process."""

    def __init__(self, world: SlackWorld, folder: Path, **settings: Any) -> None:
        self.world, self.clock = world, world.clock
        self.context = make_context(folder, GuardedHttp(entered={world.host}), world.clock)
        values = {**world.settings(), "token": SecretStr(world.token), **settings}
        self.settings = SlackSettings(**values)
        self.states: dict[str, Mapping[str, Any]] = {}
        self.errors: dict[str, GleaneryError] = {}
        self._turn: dict[str, int] = {}

    @property
    def known(self) -> MemoryKnown:
        """What was taken in."""
        assert isinstance(self.context.known, MemoryKnown)
        return self.context.known

    @property
    def inbox(self) -> MemoryInbox:
        """What came in."""
        assert isinstance(self.context.inbox, MemoryInbox)
        return self.context.inbox

    @property
    def posts(self) -> dict[str, PostDraft]:
        """What stands, by id."""
        return {post.external_id: post for post in self.known.drafts}

    @property
    def texts(self) -> dict[str, str]:
        """The words of what stands."""
        return {key: post.text for key, post in self.posts.items()}

    def connector(self) -> Slack:
        """The connector, made anew."""
        return Slack(self.settings, self.context)

    def read(self) -> list[Page]:
        """Read all channels, the longest unread first, as far as errors let it."""
        self.errors, pages = {}, []
        connector = self.connector()
        try:
            partitions = connector.partitions()
        except GleaneryError as error:
            self.errors[""] = error
            return []
        for partition in sorted(partitions, key=lambda one: self._turn.get(one, 0)):
            self._turn[partition] = 1 + max(self._turn.values(), default=0)
            try:
                for page in connector.pages(partition, self.states.get(partition, {})):
                    self.take(partition, page)
                    pages.append(page)
            except GleaneryError as error:
                self.errors[partition] = error
                if error.stops_source:
                    break
        return pages

    def read_through(self, rounds: int = 1_000) -> list[Page]:
        """Read again and again, waiting as long as is said, until nothing stops it."""
        pages: list[Page] = []
        for _ in range(rounds):
            pages += self.read()
            waits = [one for one in self.errors.values() if isinstance(one, Unreachable)]
            if not waits:
                return pages
            self.clock.move(timedelta(seconds=max(one.retry_after or 1 for one in waits)))
        raise AssertionError(f"not read through after {rounds} rounds")

    def take(self, partition: str, page: Page) -> None:
        """Commit a page."""
        self.known.take(page)
        self.states[partition] = json.loads(json.dumps(page.state))

    def absorb(self, events: Sequence[Mapping[str, Any]] | None = None) -> Page:
        """Hand waiting events to the connector and take in what they say; they wait on where it fails."""
        for event in events or ():
            self.inbox.put(event["event_id"], {"event": event["event"]})
        page = self.connector().receive(self.inbox.waiting)
        self.inbox.waiting = []
        self.known.take(page)
        return page

    def asked(self, method: str) -> int:
        """How often a method was asked."""
        return self.world.methods().count(method)

    def rest(self) -> None:
        """Let the world come to rest."""
        for time in self.world.rest(self.clock):
            assert isinstance(self.clock, Clock)
            self.clock.move(time)
            self.read_through()
