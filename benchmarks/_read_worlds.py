"""Platforms on loopback that hold very many posts, each in a process of its own.

    python benchmarks/_read_worlds.py slack|x|youtube POSTS

prints one line of JSON, the settings for the connector and the token, and answers until its input ends. They are the
worlds of the tests; only what these look through in full for each request is found by position here.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gleanery.testing import Asked, Clock, Fake, Reply
from tests.fakes.slack import CURATOR, GENERAL, TEAM, SlackWorld
from tests.fakes.x import XWorld
from tests.fakes.x_posts import CURATOR as X_CURATOR
from tests.fakes.x_posts import Chain
from tests.fakes.youtube import YouTubeWorld

FIRST_PAGE = datetime.now(UTC) - timedelta(hours=1)
WORDS = 25
"""Words of a post: those of the workplaces, feeds and timelines in our recordings have 10 to 40."""

_nouns = (
    "pallet",
    "harness",
    "radius",
    "scanner",
    "checklist",
    "bearing",
    "ladder",
    "torque",
    "valve",
    "manual",
)


def words(number: int) -> str:
    """What was posted as number so and so: unlike all others."""
    drawn = random.Random(number)
    return f"grease {number} " + " ".join(drawn.choice(_nouns) for _ in range(WORDS - 2))


def slack(count: int) -> SlackWorld:
    """One channel; records as Slack gives them, the same words once more as blocks."""
    world = SlackWorld(Clock(datetime.now(UTC)))
    for number in range(count):
        at = FIRST_PAGE - timedelta(seconds=10 * (count - number))
        text = words(number)
        said = [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]
        block = {"type": "rich_text", "block_id": f"b{number}", "elements": said}
        world.worlds[GENERAL].add(
            {
                "type": "message",
                "user": CURATOR,
                "text": text,
                "ts": f"{int(at.timestamp())}.{number % 1_000_000:06}",
                "team": TEAM,
                "client_msg_id": f"00000000-0000-4000-8000-{number:012}",
                "blocks": [block],
            }
        )
    return world


class ManyOnX(XWorld):
    """A search that finds very many posts."""

    def __init__(self, clock: Clock, count: int) -> None:
        super().__init__(clock)
        self.order: list[Chain] = []
        for number in reversed(range(count)):
            at = FIRST_PAGE - timedelta(seconds=5 * (count - number))
            key = str(10**18 + number)
            self.order.append(Chain(X_CURATOR, [(key, at, words(number))], [], {}))
        self.places = {chain.id: place for place, chain in enumerate(self.order)}
        self.chains = {chain.id: chain for chain in self.order}

    def settings(self) -> dict[str, Any]:
        """One search and nothing else."""
        kept = {"base_url", "bearer_token", "queries", "monthly_posts"}
        return {key: value for key, value in super().settings().items() if key in kept}

    def _found(self, asked: Asked) -> list[Chain]:
        return self.order if "since_id" not in asked.query else []

    def _page(self, asked: Asked, chains: Sequence[Chain], place: str = "pagination_token") -> Reply:
        told, most = asked.query.get(place, ""), int(asked.query.get("max_results", 10))
        start = int(told[3:]) if told else 0
        shown = chains[start : start + most]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0].last[0], "oldest_id": shown[-1].last[0]}
        if start + most < len(chains):
            meta["next_token"] = f"b26{start + most}"
        return self._posts(asked, [(one, one.last[0]) for one in shown], meta=meta)

    def chain_of(self, post_id: str) -> str:
        return post_id if post_id in self.places else ""


class ManyOnYouTube(YouTubeWorld):
    """Channels of 20,000 videos each, which is where YouTube ends a list."""

    def __init__(self, clock: Clock, count: int) -> None:
        super().__init__(clock)
        self.limits = {"units": 10**9, "searches": 100}
        made = [self.add_channel(f"@school{number}") for number in range(-(-count // self.longest))]
        for number in range(count):
            at = FIRST_PAGE - timedelta(hours=6) * (self.longest - number % self.longest)
            video = self.add_video(made[number // self.longest], text=words(number), publish_at=at)
            video.title = f"Lesson {number}"
        self.many = [one.id for one in made]
        self.newest = {one.uploads_playlist: one.uploads[::-1] for one in made}

    def settings(self) -> dict[str, Any]:
        """The channels, without comments."""
        base = super().settings()
        return {
            **{key: base[key] for key in ("base_url", "key")},
            "channels": self.many,
            "first_days": 0,
            "daily_units": 10**8,
        }

    def _admit(self, asked: Asked) -> None:
        """Everybody: the library by itself sends its key another way."""

    def _items(self, query: Mapping[str, str]) -> dict[str, Any]:
        uploads = self.newest[query["playlistId"]]
        start, size = int(query.get("pageToken", "AT0")[2:]), int(query.get("maxResults", 5))
        videos = [self.videos[one] for one in uploads[start : start + size]]
        page: dict[str, Any] = {
            "pageInfo": {"totalResults": len(uploads), "resultsPerPage": size},
            "items": [
                one.item(place, query["playlistId"], one.publish_at, self.clock())
                for place, one in enumerate(videos, start)
            ],
        }
        return {**page, "nextPageToken": f"AT{start + size}"} if start + size < len(uploads) else page


def world(platform: str, count: int) -> Fake:
    """The platform with so many posts."""
    clock = Clock(datetime.now(UTC))
    if platform == "slack":
        return slack(count)
    return ManyOnX(clock, count) if platform == "x" else ManyOnYouTube(clock, count)


def lines() -> Iterator[str]:
    """What comes in, until nobody is there any more."""
    yield from sys.stdin


def main() -> None:
    """Answer until the input ends."""
    platform, count = sys.argv[1], int(sys.argv[2])
    made: Any = world(platform, count)
    with made:
        print(json.dumps({"settings": made.settings(), "env": made.set_env()}), flush=True)
        for _ in lines():
            made.asked.clear()


if __name__ == "__main__":
    main()
