"""Whatever happens to the world, the line and the process: reading to rest gives exactly the world's truth."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.errors import GleaneryError
from gleanery.testing import Clock, Reply
from tests.connectors.youtube.reading import Reading
from tests.fakes.youtube import YouTubeWorld

FAULTS = (
    "cut",
    "half",
    Reply(503, b""),
    Reply(429, {"error": {"code": 429, "errors": [{"reason": "rateLimitExceeded"}]}}),
    Reply(403, {"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}),
    Reply(400, {"error": {"code": 400, "errors": [{"reason": "invalidPageToken"}]}}),
)


def _read_with_accidents(source: Reading, rng: random.Random) -> None:
    """Read partitions in any order; each may be left after any page, before or after it was committed."""
    partitions = list(source.connector().partitions())
    rng.shuffle(partitions)
    for partition in partitions:
        if rng.random() < 0.3:
            source.world.interrupt(rng.choice(FAULTS))  # type: ignore[arg-type]
        try:
            for page in source.connector().pages(partition, source.states.get(partition, {})):
                if rng.random() < 0.05:
                    break  # killed before the commit
                source.take(page, partition)
                if rng.random() < 0.05:
                    break  # killed after it
        except GleaneryError:
            source.clock.move(timedelta(hours=rng.choice((0, 1, 9))))


def _to_rest(source: Reading) -> None:
    source.world.clear()
    source.read()
    for step in source.world.rest(source.clock):
        source.clock.move(step)
        source.read()


def _differences(source: Reading) -> dict[str, tuple[str | None, str | None]]:
    held, true = source.words(), source.world.truth()
    return {
        one: (held.get(one), true.get(one)) for one in held.keys() | true if held.get(one) != true.get(one)
    }


def _live_through(seed: int, folder: Path, steps: int, videos: int) -> None:
    rng, clock = random.Random(seed), Clock()
    with YouTubeWorld(clock, seed=seed) as world:
        for _ in range(videos):
            world.add_video()
        source = Reading(world, folder, **{**world.settings(), "key": world.key})
        for _ in range(steps):
            for _ in range(rng.randint(0, 3)):
                world.change(rng)
            clock.move(timedelta(minutes=rng.choice((5, 60, 400, 2_000))))
            _read_with_accidents(source, rng)
        _to_rest(source)
        assert not _differences(source)
        assert {post.realm for post in source.known.drafts} <= {world.shared.id, world.guest.id}


@pytest.mark.parametrize("seed", range(3))
def test_reading_to_rest_gives_exactly_the_truth(seed: int, tmp_path: Path) -> None:
    _live_through(seed, tmp_path, steps=15, videos=(0, 55, 12)[seed])


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 140))
def test_reading_to_rest_gives_exactly_the_truth_after_long_lives(seed: int, tmp_path: Path) -> None:
    _live_through(seed, tmp_path, steps=60, videos=seed % 120)
