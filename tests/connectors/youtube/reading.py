"""Reading the YouTube of the tests as the house does: page by page, posts and state together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from connectors.youtube import YouTube
from connectors.youtube.settings import YouTubeSettings
from gleanery.errors import GleaneryError
from gleanery.http import GuardedHttp
from gleanery.ports import Page
from gleanery.testing import Clock, MemoryKnown, MemoryMeter, MemoryTokens, make_context
from tests.fakes.youtube import YouTubeWorld

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Reading:
    """One source over one world; each `read` begins with a new connector from the states kept."""

    def __init__(self, world: YouTubeWorld, folder: Path, **settings: Any) -> None:
        self.world = world
        self.clock = world.clock
        self.ctx = make_context(folder / "files", GuardedHttp(entered=[world.host]), world.clock)
        given = {"base_url": world.url, "key": world.key, "channels": [world.shared.id], "first_days": 0}
        self.settings = YouTubeSettings.model_validate({**given, **settings})
        self.states: dict[str, Mapping[str, Any]] = {}

    @property
    def known(self) -> MemoryKnown:
        return cast("MemoryKnown", self.ctx.known)

    @property
    def meter(self) -> MemoryMeter:
        return cast("MemoryMeter", self.ctx.meter)

    @property
    def tokens(self) -> MemoryTokens:
        return cast("MemoryTokens", self.ctx.tokens)

    def connector(self) -> YouTube:
        return YouTube(self.settings, self.ctx)

    def take(self, page: Page, partition: str) -> None:
        """Commit a page."""
        self.known.take(page)
        self.states[partition] = json.loads(json.dumps(page.state))

    def read(self, *only: str) -> list[Page]:
        """Read all partitions, or those whose names begin so; what was committed before an error stays."""
        pages = []
        connector = self.connector()
        for partition in connector.partitions():
            if not only or partition.startswith(only):
                for page in connector.pages(partition, self.states.get(partition, {})):
                    self.take(page, partition)
                    pages.append(page)
        return pages

    def read_in_spite_of_errors(self) -> list[GleaneryError]:
        """Read all partitions as the house does: one that fails leaves the others to go on."""
        errors: list[GleaneryError] = []
        for partition in self.connector().partitions():
            try:
                self.read(partition)
            except GleaneryError as error:
                errors.append(error)
                if error.stops_source:
                    break
        return errors

    def change_settings(self, **changes: Any) -> None:
        """Other settings from the next reading on."""
        self.settings = YouTubeSettings.model_validate({**self.settings.model_dump(), **changes})

    def ids(self) -> set[str]:
        """External ids of the posts that stand."""
        return {post.external_id for post in self.known.drafts}

    def words(self) -> dict[str, str]:
        """The words that stand, by external id."""
        return {post.external_id: post.text for post in self.known.drafts}

    def title(self, external_id: str) -> str:
        """The title of a post that stands."""
        return next(post.title for post in self.known.drafts if post.external_id == external_id)

    def asked(self, method: str) -> int:
        """How often a method was asked for."""
        return sum(one.path == f"/youtube/v3/{method}" for one in self.world.asked)


@contextmanager
def reading(folder: Path, videos: int = 0, **settings: Any) -> Iterator[Reading]:
    """A world with so many videos, an hour apart, and a source that reads its channel."""
    clock = Clock()
    with YouTubeWorld(clock) as world:
        for number in range(videos):
            world.add_video(publish_at=clock() - HOUR * (videos - number))
        yield Reading(world, folder, **settings)


__all__ = ["DAY", "HOUR", "Reading", "reading"]
