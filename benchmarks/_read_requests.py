"""What a reading costs that finds next to nothing: ours counted, the peers' by what they say and show that they do.

Slack: 500 channels, in each 20 messages of the last 14 days, two of them with threads; then three new messages, one of
them a reply in a thread of nine days ago. YouTube: a channel of 10,000 videos of which nothing changed.

tap-slack, https://github.com/singer-io/tap-slack at 0b07cbf, README and tap_slack/streams.py, with its defaults:
channels are listed anew for each stream, 100 a page; messages are read again for the last 14 days
(`lookback_window`) in windows of 7 (`date_window_size`); the replies of each message found are asked for.
dlt, https://github.com/dlt-hub/verified-sources at e3321886, sources/slack/__init__.py, with `replies=True`: one list
of channels, one of users, per channel what is newer than the newest message known; replies of new messages alone.
Airbyte, https://github.com/airbytehq/airbyte at ca383d9e, connectors/source-youtube-data/AGENTS.md: every stream is a
full refresh; `videos` searches, 50 a page, `video` asks for each id by itself. A search is one of 100 a day.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from _read_worlds import ManyOnYouTube

from gleanery.plugins import plugin
from gleanery.testing import Clock, Reader
from tests.fakes.slack import SlackWorld
from tests.fakes.slack import World as Channel

CHANNELS, MESSAGES, THREADS, VIDEOS, USERS = 500, 20, 2, 10_000, 200
DAY = timedelta(days=1)
Found = dict[str, Any]


def measure() -> Found:
    """Both tables, and whether the promises hold: a request a channel, five units an unchanged channel."""
    slack, youtube = _slack(), _youtube()
    met = slack["gleanery"]["requests"] <= CHANNELS + 1 and youtube["gleanery"]["units"] <= 5
    return {"slack": slack, "youtube": youtube, "met": met}


# --------------------------------------------------------------------------- Slack


def _slack() -> Found:
    clock = Clock(datetime.now(UTC))
    with SlackWorld(clock) as world, tempfile.TemporaryDirectory() as folder:
        old = _furnish(world)
        reader = Reader(plugin("connector", "slack"), world, clock, Path(folder))
        reader.settle()
        clock.move(timedelta(minutes=10))
        for number in (1, 2):
            world.post(f"new {number}", f"C{number:08}")
        world.reply(old, "a late answer", "C00000007")
        ours = _counted(world, reader)
        late = any(post.text == "a late answer" for post in reader.known.drafts)
        day = Counter[str]()
        for _ in range(24):
            clock.move(timedelta(hours=1))
            day += _counted(world, reader)
    if not late:
        raise SystemExit("the late reply was not found")
    return {
        "gleanery": {
            "requests": ours.total(),
            "by_method": dict(ours),
            "finds": "late replies, edits, deletions",
        },
        "gleanery, mean of a day": {
            "requests": round(day.total() / 24),
            "finds": "with what is looked at daily",
        },
        "tap-slack": {"requests": _tap_slack(), "finds": "late replies and edits of 14 days"},
        "dlt": {"requests": 1 + 1 + CHANNELS, "finds": "new messages alone"},
    }


def _furnish(world: SlackWorld) -> str:
    """The channels and what was said; the parent of an old thread."""
    world.worlds = {f"C{number:08}": Channel(f"C{number:08}", f"c{number}") for number in range(CHANNELS)}
    for channel in world.worlds:
        for number in range(MESSAGES):
            ts = world.post(f"said {number}", channel, at=world.clock() - DAY * (1 + number * 0.6))
            if number < THREADS:
                world.reply(ts, f"answer {number}", channel, at=world.clock() - DAY / 2)
    return sorted(world.worlds["C00000007"].shown)[-14]


def _counted(world: Any, reader: Reader) -> Counter[str]:
    """The requests of one reading, by method."""
    world.asked.clear()
    reader.settle()
    return Counter(asked.path.rpartition("/")[2] for asked in world.asked)


def _tap_slack() -> int:
    """Channels for two streams, 14 days in windows of 7, and the replies of every message found; users."""
    listed = 2 * math.ceil(CHANNELS / 100)
    windows = math.ceil(14 / 7)
    return listed + CHANNELS * windows + CHANNELS * MESSAGES + math.ceil(USERS / 100)


# --------------------------------------------------------------------------- YouTube


def _youtube() -> Found:
    clock = Clock(datetime.now(UTC))
    with ManyOnYouTube(clock, VIDEOS) as world, tempfile.TemporaryDirectory() as folder:
        reader = Reader(plugin("connector", "youtube"), world, clock, Path(folder))
        reader.settle()
        clock.move(timedelta(hours=1))
        ours = _counted(world, reader)
        day = Counter[str]()
        for _ in range(24):
            clock.move(timedelta(hours=1))
            day += _counted(world, reader)
    pages = math.ceil(VIDEOS / 50)
    return {
        "gleanery": {
            "units": ours.total(),
            "by_method": dict(ours),
            "finds": "late-published, removed, private",
        },
        "gleanery, mean of a day": {
            "units": round(day.total() / 24, 1),
            "finds": "with the share that is renewed",
        },
        "the list read whole": {"units": 2 * pages, "finds": "the same, at each reading"},
        "Airbyte": {"units": VIDEOS, "searches": pages, "finds": "as far as a search shows it"},
    }


def show(found: Found) -> None:
    """The tables."""
    for platform, unit in (("slack", "requests"), ("youtube", "units")):
        what = (
            f"{CHANNELS} channels, 3 new messages" if platform == "slack" else f"{VIDEOS:,} videos, none new"
        )
        print(f"{platform}: {what:38}{unit:>10}  finds")
        for name, one in found[platform].items():
            more = f", {one['searches']} searches of 100 a day" if "searches" in one else ""
            print(f"  {name:43}{one[unit]:>10,}  {one['finds']}{more}")
    print(
        f"  at most a request a channel and the thread, at most 5 units: {'met' if found['met'] else 'NOT MET'}"
    )
