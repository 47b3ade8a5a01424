"""A real house that reads a platform's world while things happen, requests fail and the process dies.

However it goes, reading to rest gives exactly what the world holds: no post missing, none twice, none that was
deleted, and each in its last words.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from gleanery.config import load
from gleanery.flow import read
from gleanery.flow.contents import words
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.naming import stored_id
from gleanery.model.posts import Content, Post, PostVersion
from gleanery.model.sources import Source, SourceStatus
from gleanery.testing import Clock, Reply, World, environment
from tests.house import make_house

NAME = "world"
PATIENCE = 80
FAULTS: tuple[Any, ...] = (
    "cut",
    "half",
    Reply(429, {}, {"Retry-After": "20"}),
    Reply(429, {}),
    Reply(500, {}),
    Reply(503, b"busy"),
)


class Died(BaseException):
    """The process ended here."""


@dataclass
class Driven:
    """A world and the house that reads it; `done` counts what was put in its way."""

    world: World
    clock: Clock
    folder: Path
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        source = {"name": NAME, "connector": self.world.CONNECTOR, "settings": self.world.settings()}
        self.house = make_house(self.folder, self.clock, sources=[source], curation={"steps": []})

    # ------------------------------------------------------------------ what happens

    def live(self) -> None:
        """One thing of many: something happens there, time passes, we read, a fault is met, we die."""
        acts: list[Callable[[], None]] = [self._happen, self._pass, self._read, self._meet_a_fault, self._die]
        act = self.rng.choices(acts, [8, 3, 3, 3, 2])[0]
        self.done[act.__name__] += 1
        act()

    def _happen(self) -> None:
        for _ in range(self.rng.randint(1, 6)):
            self.world.change(self.rng)

    def _pass(self) -> None:
        self.clock.move(timedelta(seconds=self.rng.choice([1, 59, 3600, 5 * 3600])))

    def _read(self) -> None:
        read(self.house, NAME)

    def _meet_a_fault(self) -> None:
        """While it reads a request fails, and the world goes on for some pages."""
        fault, left = self.rng.choice(FAULTS), 3

        def meanwhile(*_: object) -> None:
            nonlocal left
            left -= 1
            if left >= 0:
                self._happen()

        self.world.interrupt(fault, after=self.rng.choice([0, 0, 1, 2, 3, 5, 8]))
        read(self.house, NAME, meanwhile)
        self.world.clear()

    def _die(self) -> None:
        """The process ends between two pages, or before any statement to the database; another one goes on."""
        try:
            if self.rng.random() < 0.4:
                read(self.house, NAME, _dying(self.rng.randint(1, 4)))
            else:
                with _before_statements(self.house, _dying(self.rng.randint(1, 80))):
                    read(self.house, NAME)
        except Died:
            self.done["died"] += 1
        self.house.store.close()
        self.house = open_house(load(self.folder / "config.yaml"), self.clock)

    # ------------------------------------------------------------------ at rest

    def rest(self) -> None:
        """Read until everything must be known."""
        self.settle()
        for passed in self.world.rest(self.clock):
            self.clock.move(passed)
            self.settle()

    def settle(self) -> None:
        """Read when it is due until nothing is in the way."""
        for _ in range(PATIENCE):
            report = read(self.house, NAME)
            with self.house.store.read() as session:
                source = session.exec(select(Source)).one()
            assert source.status is not SourceStatus.ACTION_REQUIRED, source.message
            if source.status is SourceStatus.HEALTHY:
                assert report.faults == []
                return
            assert source.next_due_at is not None
            self.clock.move(max(timedelta(seconds=1), source.next_due_at - self.clock()))
        raise AssertionError(f"it never comes to rest: {source.message}")

    def holds(self) -> dict[str, str]:
        """By external id: the words of every post that stands in the house."""
        with self.house.store.read() as session:
            query = (
                select(Post, Content)
                .join(PostVersion, col(PostVersion.post_id) == col(Post.id))
                .join(Content, col(Content.id) == col(PostVersion.content_id))
                .where(PostVersion.number == Post.version, col(Post.gone).is_(None))
            )
            rows = session.exec(query).all()
            found = [(post.external_id, words(self.house, content)) for post, content in rows]
        assert len({key for key, _ in found}) == len(found), "a post is there twice"
        return {key: (body or {}).get("text", "") for key, body in found}

    def compare(self) -> None:
        """What the house holds is what the world holds."""
        truth = {stored_id(key): text for key, text in self.world.truth().items()}
        holds = self.holds()
        missing, surplus = sorted(truth.keys() - holds.keys()), sorted(holds.keys() - truth.keys())
        assert not missing, f"not found: {missing}, after {dict(self.done)}"
        assert not surplus, f"still there: {surplus}, after {dict(self.done)}"
        assert holds == truth
        self.done["held"] += len(truth)


def _dying(left: int) -> Callable[..., None]:
    """Dies the so-manieth time it is called, and only then."""

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Died

    return count


@contextmanager
def _before_statements(house: House, act: Callable[..., None]) -> Iterator[None]:
    engine = house.store.engine
    event.listen(engine, "before_cursor_execute", act)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", act)


def drive(make: Callable[[Clock], Any], folder: Path, seed: int, *, rounds: int, steps: int) -> Counter[str]:
    """Let a world live while it is read, with faults and deaths, and compare at every rest; what was done."""
    clock = Clock()
    with make(clock) as world, environment(world.set_env()):
        driven = Driven(world, clock, folder, random.Random(seed))
        for _ in range(rounds):
            for _ in range(steps):
                driven.live()
            driven.rest()
            driven.compare()
        driven.house.close()
    return driven.done
