"""A connector that follows a script: for tests of how the house reads, estimates, listens and takes events in.

It comes in through the door of every plugin. A script is written in Python and found by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gleanery.errors import GleaneryError
from gleanery.model.posts import Author, PostDraft, PostKind, Vanished
from gleanery.ports import Check, Context, Estimate, Page, Policy, Received, Settings

MORNING = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)

Step = Page | GleaneryError | Callable[[Context], Page]
"""A page; an error raised once, the next reading goes on after it; or a page made of what the house gives."""


def draft(number: int, text: str = "", **changes: Any) -> PostDraft:
    """A post of a forum; a higher number is newer."""
    values: dict[str, Any] = {
        "platform": "forum",
        "realm": "test",
        "external_id": f"p{number}",
        "kind": PostKind.ARTICLE,
        "url": f"https://forum.example.org/{number}",
        "title": f"Working with ladders, part {number}",
        "text": text or f"What a beginner should know about ladders before day {number}.",
        "published_at": MORNING + timedelta(minutes=number),
    }
    return PostDraft(**(values | changes))


def message(number: int, *links: str, **changes: Any) -> PostDraft:
    """A post of a closed workplace that shares links."""
    shared = [{"url": f"https://learning.example.org/{link}", "title": f"About {link}"} for link in links]
    author = Author(external_id="U0CURATOR")
    values: dict[str, Any] = {
        "internal": True,
        "links": shared,
        "author": author,
        "kind": PostKind.MESSAGE,
        "title": "",
    }
    return draft(number, **(values | changes))


def gone(number: int) -> Vanished:
    """That the post is no longer there."""
    return Vanished(platform="forum", realm="test", external_id=f"p{number}")


def page(*posts: PostDraft, complete: bool = True, **more: Any) -> Page:
    """A page; where a reading goes on is the number of steps taken, kept by the connector."""
    return Page(posts, {}, complete, **more)


@dataclass
class Script:
    """What the platform does: steps by partition, what events become, and what was asked of it."""

    parts: dict[str, list[Step]] = field(default_factory=dict)
    policy: Policy = field(default_factory=lambda: Policy(may_store_text=True, may_pass_text_on=True))
    receives: Callable[[Context, Sequence[Received]], Page] | None = None
    read: list[str] = field(default_factory=list)
    received: list[list[str]] = field(default_factory=list)
    estimates: dict[str, Estimate] = field(default_factory=dict)
    listening: Callable[[Context], Any] | None = None

    def source(self, name: str = "forum", **settings: Any) -> dict[str, Any]:
        """The configuration of a source that follows this script."""
        SCRIPTS[name] = self
        return {"name": name, "connector": "scripted", "settings": {"script": name}, **settings}


SCRIPTS: dict[str, Script] = {}


class ScriptedSettings(Settings):
    """Which script."""

    script: str


class Scripted:
    """Follows its script."""

    name: ClassVar[str] = "scripted"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[Settings]] = ScriptedSettings

    def __init__(self, settings: ScriptedSettings, ctx: Context) -> None:
        self.script, self.ctx = SCRIPTS[settings.script], ctx
        self.policy = self.script.policy

    def check(self) -> Sequence[Check]:
        """Nothing must hold."""
        return []

    def partitions(self) -> Sequence[str]:
        """Those of the script, in its order."""
        return list(self.script.parts)

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The steps not taken yet."""
        self.script.read.append(partition)
        steps = self.script.parts[partition]
        done = int(state.get("done", 0))
        while done < len(steps):
            step = steps[done]
            if isinstance(step, GleaneryError):
                del steps[done]
                raise step
            told = step if isinstance(step, Page) else step(self.ctx)
            done += 1
            yield Page(told.posts, {"done": done}, told.complete, told.gone, told.faults, told.deeds)

    def receive(self, events: Sequence[Received]) -> Page:
        """What the script makes of them."""
        self.script.received.append([event.id for event in events])
        assert self.script.receives is not None
        return self.script.receives(self.ctx, events)

    @contextmanager
    def listen(self) -> Iterator[None]:
        """Connected as the script says."""
        if self.script.listening is None:
            yield
            return
        with self.script.listening(self.ctx):
            yield


class Priced(Scripted):
    """The same, telling beforehand what it costs."""

    name: ClassVar[str] = "priced"

    def estimate(self, partition: str, state: Mapping[str, Any]) -> Estimate:
        """As the script says."""
        return self.script.estimates[partition]


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both connectors known as an installed package's are, for the length of a test."""
    info = tmp_path / "packages" / "scripted-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: scripted\nVersion: 1\n", "utf-8")
    points = "[gleanery.connectors]\nscripted = tests.scripted:Scripted\npriced = tests.scripted:Priced\n"
    (info / "entry_points.txt").write_text(points, "utf-8")
    monkeypatch.syspath_prepend(str(info.parent))
    yield
    SCRIPTS.clear()
