"""What every connector must do, as one class of tests: name the connector and a world, and pytest runs them.

    class TestForum(ConnectorContract):
        connector = Forum
        world = ForumWorld

The world plays the platform (see `worlds.World`). Whatever interrupts a reading, reading on gives what the world
holds. Where a platform refuses in its own way (Slack answers 200 with `ok: false`), `refusals` and `limits` say how.
"""

from __future__ import annotations

import io
import json
import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import structlog

from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.ports import Connector
from gleanery.testing.context import Clock
from gleanery.testing.contracts import check_plugin, check_settings_refused
from gleanery.testing.fakes import Reply
from gleanery.testing.worlds import Reader, World

FEW = 3
"""Requests that may follow a refusal to wait: those under way, never a storm."""

CHANCES = 400
"""Changes of a world in which an edit and a deletion must occur."""


class ConnectorContract:
    """The tests. `quiet_requests`: how many requests a reading takes that finds nothing new.

    None: not more than the first. `edits`, `deletions`: False where the platform has none.
    """

    connector: ClassVar[type[Connector]]
    world: ClassVar[type[Any]]
    quiet_requests: ClassVar[int | None] = None
    edits: ClassVar[bool] = True
    deletions: ClassVar[bool] = True
    changes: ClassVar[int] = 30
    refusals: ClassVar[Mapping[str, Reply]] = {"401": Reply(401, {}), "403": Reply(403, {})}
    limits: ClassVar[Mapping[float | None, Reply]] = {
        30.0: Reply(429, {}, {"Retry-After": "30"}),
        None: Reply(429, {}),
    }

    # ------------------------------------------------------------------ what it declares

    def test_declares_checked_settings_a_policy_and_its_refusals(self) -> None:
        check_plugin(self.connector)
        check_settings_refused(self.connector, {"no_such_setting_anywhere": 1})
        rows = getattr(self.connector, "errors", ())
        assert rows, f"{self.connector.__name__} has no table `errors`"
        for row in rows:
            acts = row.error in ("config", "denied")
            assert row.message, "a refusal has no words for the administrator"
            assert row.remedy or not acts, f"nobody is told what to do about: {row.message}"

    def test_everything_that_is_there_is_read_and_state_is_json(self, tmp_path: Path) -> None:
        with self._reader(tmp_path) as reader:
            reader.rest_and_compare()
            assert not reader.faults, f"what the world holds counts as broken: {reader.faults[0]}"

    # ------------------------------------------------------------------ refusals

    def test_a_check_says_what_to_do_when_access_is_refused(self, tmp_path: Path) -> None:
        for name, reader in self._refused(tmp_path):
            bad = [line for line in _checked(reader.connector()) if not line[0]]
            assert bad, f"the check holds although everything is answered by {name}"
            assert all(remedy for _, remedy in bad), f"{name}: a failed check names no remedy"

    def test_refused_access_is_for_a_person_to_put_right(self, tmp_path: Path) -> None:
        for name, reader in self._refused(tmp_path):
            reader.read()
            assert reader.errors, f"{name} is not noticed"
            assert isinstance(reader.errors[0], ConfigError | Denied), f"{name}: {reader.errors[0]!r}"

    def test_asked_to_wait_it_ends_at_once_and_goes_on_later(self, tmp_path: Path) -> None:
        for number, (seconds, reply) in enumerate(self.limits.items()):
            with self._reader(tmp_path / str(number)) as reader:
                for error, further in self._hindered(reader, reply):
                    assert isinstance(error, Unreachable | QuotaExhausted), f"{error!r} for {reply.status}"
                    assert further <= FEW, f"{further} requests after it was asked to wait"
                    if isinstance(error, Unreachable) and seconds is not None:
                        assert error.retry_after == seconds, f"asked to wait {seconds} s: {error!r}"
                reader.rest_and_compare()

    def test_a_fault_of_the_platform_is_tried_again(self, tmp_path: Path) -> None:
        self._interrupted(tmp_path, Reply(500, {}), Reply(503, b"<html>busy</html>"))

    def test_half_an_answer_and_none_at_all_lose_nothing(self, tmp_path: Path) -> None:
        self._interrupted(tmp_path, "half", "cut")

    def test_what_is_no_json_loses_nothing(self, tmp_path: Path) -> None:
        self._interrupted(tmp_path, Reply(200, b"<html>Please sign in</html>"))

    def _interrupted(self, tmp_path: Path, *faults: Any) -> None:
        """At every place of a reading each of the faults: the reading ends in words, and goes on from there."""
        for number, fault in enumerate(faults):
            with self._reader(tmp_path / str(number)) as reader:
                for error, _ in self._hindered(reader, fault):
                    assert error is None or isinstance(error, Unreachable), f"{error!r} for {fault!r}"
                reader.rest_and_compare()

    # ------------------------------------------------------------------ nothing lost, nothing twice

    def test_a_second_reading_brings_nothing_new(self, tmp_path: Path) -> None:
        with self._reader(tmp_path) as reader:
            reader.rest()
            before = {post.model_dump_json() for post in reader.known.drafts}
            shown = [post for page in reader.read() for post in page.posts]
            fresh = [post.external_id for post in shown if post.model_dump_json() not in before]
            assert not fresh, f"what did not change is told in other words: {fresh[0]}"

    def test_killed_after_any_page_it_goes_on_and_loses_nothing(self, tmp_path: Path) -> None:
        rng = _drawn(3)
        with self._reader(tmp_path) as reader:
            for _ in range(30):
                reader.read(pages=rng.choice([1, 1, 2, 3]))
                if rng.random() < 0.3:
                    reader.world.change(rng)
            reader.rest_and_compare()

    def test_a_clock_that_is_wrong_by_minutes_loses_nothing(self, tmp_path: Path) -> None:
        rng = _drawn(4)
        for skew in (timedelta(minutes=-7), timedelta(minutes=7)):
            with self._reader(tmp_path / str(skew.days), skew=skew) as reader:
                for _ in range(6):
                    self._happen(reader, rng, 4)
                    reader.settle()
                reader.rest_and_compare()

    def test_fields_nobody_knows_are_ignored(self, tmp_path: Path) -> None:
        with self._reader(tmp_path) as reader:
            reader.rest()
            plain = reader.told()
            with self._reader(tmp_path / "more") as other:
                answer = other.world.answer
                other.world.answer = lambda asked: _with_more(answer(asked))
                other.rest()
                assert other.told() == plain

    # ------------------------------------------------------------------ what changes

    def test_an_edit_changes_the_same_post(self, tmp_path: Path) -> None:
        if not self.edits:
            return
        with self._reader(tmp_path) as reader:
            reader.rest()
            edited = _until(
                reader.world, lambda old, new: [key for key in old if new.get(key, old[key]) != old[key]]
            )
            reader.rest_and_compare(f"the edit of {edited} is not seen")

    def test_what_is_deleted_goes(self, tmp_path: Path) -> None:
        if not self.deletions:
            return
        with self._reader(tmp_path) as reader:
            reader.rest()
            deleted = _until(reader.world, lambda old, new: [key for key in old if key not in new])
            reader.rest()
            assert not set(deleted) & set(reader.texts), f"{deleted} is still there"

    def test_nothing_grows_older_than_the_terms_allow(self, tmp_path: Path) -> None:
        """Read daily, every post is shown again before its words would have to be purged."""
        with self._reader(tmp_path) as reader:
            reader.rest()
            policy = reader.connector().policy
            if policy.max_age is None:
                return
            limit = policy.refresh_by or policy.max_age
            step = min(limit / 4, timedelta(days=1))
            for _ in range(int(limit / step) + 2):
                reader.clock.move(step)
                reader.settle()
            late = list(reader.known.posts(fetched_before=reader.clock() - limit))
            assert not late, f"{len(late)} posts were not looked at within {limit}"

    # ------------------------------------------------------------------ care

    def test_no_secret_is_said_anywhere(self, tmp_path: Path) -> None:
        with _overheard() as said, self._reader(tmp_path) as reader:
            secrets = tuple(reader.world.set_env().values())
            reader.rest()
            for reply in (*self.refusals.values(), *self.limits.values(), "cut"):
                reader.world.interrupt(reply)
                said.extend(map(str, _checked(reader.connector())))
                reader.world.interrupt(reply)
                reader.read()
                said.extend(f"{error} {error!r} {error.__cause__!r}" for error in reader.errors)
                reader.settle()
            said.append(json.dumps(reader.states))
        assert not [line for line in said if any(secret in line for secret in secrets)], "a secret was said"

    def test_a_reading_that_finds_nothing_stays_within_its_budget(self, tmp_path: Path) -> None:
        with self._reader(tmp_path) as reader:
            reader.settle()
            most = self.quiet_requests if self.quiet_requests is not None else len(reader.world.asked)
            reader.rest()
            reader.world.asked.clear()
            reader.read()
            assert len(reader.world.asked) <= most, f"{len(reader.world.asked)} requests, {most} are allowed"

    # ------------------------------------------------------------------ how

    @contextmanager
    def _reader(self, folder: Path, *, skew: timedelta = timedelta(0)) -> Iterator[WorldReader]:
        """A world in which something has happened, and who reads it; the same each time."""
        clock = Clock()
        with self.world(clock) as world:
            reader = WorldReader(self.connector, world, clock, folder, skew)
            self._happen(reader, _drawn(1), self.changes)
            yield reader

    def _refused(self, folder: Path) -> Iterator[tuple[str, WorldReader]]:
        """By each refusal's name a reader to whom everything is answered by it."""
        for name, reply in self.refusals.items():
            with self._reader(folder / name) as reader:
                reader.world.interrupt(reply, times=50)
                yield name, reader

    def _happen(self, reader: WorldReader, rng: random.Random, count: int) -> None:
        for _ in range(count):
            reader.clock.move(timedelta(minutes=1))
            reader.world.change(rng)

    def _hindered(self, reader: WorldReader, by: Any) -> Iterator[tuple[GleaneryError | None, int]]:
        """The fault at several places of a reading: the refusal it became, and the requests that still followed.

        After each the reading is brought to its end, and something new happens.
        """
        rng = _drawn(2)
        for after in (0, 1, 3):
            obstacle = reader.world.interrupt(by, after=after)
            reader.read()
            if obstacle.met is not None:
                yield next(iter(reader.errors), None), len(reader.world.asked) - obstacle.met
            reader.world.clear()
            reader.settle()
            self._happen(reader, rng, 3)


class WorldReader(Reader):
    """A reader with its world and clock at hand."""

    def __init__(
        self, connector: type[Connector], world: Any, clock: Clock, folder: Path, skew: timedelta
    ) -> None:
        super().__init__(connector, world, clock, folder, skew=skew)
        self.world, self.clock = world, clock

    def rest_and_compare(self, otherwise: str = "it does not hold what the world holds") -> None:
        """Read until everything must be known: then it holds exactly what the world holds."""
        self.rest()
        assert self.texts == self.world.truth(), otherwise

    def told(self) -> dict[str, str]:
        """The posts that stand, as JSON, without the port at which this world happens to be."""
        return {key: post.model_dump_json().replace(self.world.host, "") for key, post in self.drafts.items()}


def _drawn(seed: int) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(seed)  # noqa: S311 - it guards nothing


def _checked(connector: Connector) -> list[tuple[bool, str]]:
    """The lines of a check, (holds, message and remedy): a refusal that is raised is one that does not hold."""
    try:
        return [(line.ok, line.remedy) for line in connector.check()]
    except GleaneryError as error:
        return [(False, error.remedy)]


def _until(world: World, found: Callable[[dict[str, str], dict[str, str]], list[str]]) -> list[str]:
    """Let things happen until one of the kind did; the ids it happened to."""
    rng = _drawn(5)
    for _ in range(CHANCES):
        before = world.truth()
        world.change(rng)
        if keys := found(before, world.truth()):
            return keys
    raise AssertionError(f"in {CHANCES} changes of the world this never happened")


def _with_more(reply: Reply) -> Reply:
    """The same answer with a field more in each of its objects."""
    return Reply(reply.status, _more(reply.body), reply.headers)


def _more(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{key: _more(one) for key, one in value.items()}, "x_field_of_tomorrow": {"a": [1, None]}}
    return [_more(one) for one in value] if isinstance(value, list) else value


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, at every level."""
    said: list[str] = []
    stream = io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(stream)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with structlog.testing.capture_logs() as entries:
            yield said
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        said.extend([stream.getvalue(), *map(str, entries)])
