"""Reading a platform's world on loopback as the house reads a platform, in memory: for connectors without a house.

A world is a `Fake` that holds posts over time and knows what a complete reading must hold.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from gleanery.config import plugin_settings
from gleanery.errors import GleaneryError, QuotaExhausted, Unreachable
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.ports import Connector, Fault, Http, OAuthApp, Page
from gleanery.testing.context import Clock, MemoryKnown, MemoryTokens, make_context
from gleanery.testing.fakes import Asked, Interruption, Obstacle, Reply

PATIENCE = 60
"""Readings after which a reading that is refused again and again is given up."""


class World(Protocol):
    """What a fake offers so that the ready-made checks can drive it: a `Fake` with these besides."""

    CONNECTOR: str
    asked: list[Asked]

    @property
    def host(self) -> str: ...

    def answer(self, asked: Asked) -> Reply: ...
    def interrupt(self, by: Interruption, *, times: int = 1, after: int = 0) -> Obstacle: ...
    def clear(self) -> None: ...

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world, as a configuration file holds them."""

    def set_env(self) -> dict[str, str]:
        """The environment variables that these settings refer to: the secrets."""

    def change(self, rng: random.Random) -> None:
        """One thing happens: a post, an edit, a deletion, a late reply."""

    def truth(self) -> dict[str, str]:
        """By external id the words of every post that is there now."""

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """The times to let pass, reading after each, until everything is known, deletions too."""


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """These environment variables are set meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class AskedTokens(MemoryTokens):
    """Asks the platform for the token of an app that signs in by itself, as the house does; keeps it in memory."""

    def __init__(self, http: Http, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._http, self._now = http, now

    def access(self, app: OAuthApp, *, refused: str = "") -> SecretStr:
        """The token; a new one where there is none, it was refused or ran out."""
        is_old = self.until is not None and self.until <= self._now()
        if app.client_credentials and (not self.token or refused == self.token or is_old):
            from gleanery.flow.granting import ask_as_app  # the flow is heavy, and few connectors sign in so

            grant = ask_as_app(self._http, app, self._now())
            self.token, self.until = grant.access.get_secret_value(), grant.expires_at
        return super().access(app, refused="" if app.client_credentials else refused)


class Reader:
    """Reads a world into memory as the house would; a new instance of the connector for each reading.

    `skew`: how far our clock is ahead of the platform's.
    """

    def __init__(
        self,
        connector: type[Connector],
        world: World,
        clock: Clock,
        folder: Path,
        *,
        skew: timedelta = timedelta(0),
    ) -> None:
        self._class, self._world, self._clock, self._skew = connector, world, clock, skew
        http = GuardedHttp(entered=[world.host])
        plain = make_context(folder, http, lambda: clock() + skew)
        self.ctx = replace(plain, tokens=AskedTokens(http, plain.now))
        self.states: dict[str, dict[str, Any]] = {}
        self.errors: list[GleaneryError] = []
        self.faults: list[Fault] = []

    @property
    def known(self) -> MemoryKnown:
        """What was taken in and stands."""
        assert isinstance(self.ctx.known, MemoryKnown)
        return self.ctx.known

    @property
    def drafts(self) -> dict[str, PostDraft]:
        """The posts that stand, by external id."""
        return {post.external_id: post for post in self.known.drafts}

    @property
    def texts(self) -> dict[str, str]:
        """The words of the posts that stand, by external id."""
        return {key: post.text for key, post in self.drafts.items()}

    def connector(self) -> Connector:
        """A new instance over the same context."""
        tree = self._world.settings()
        with environment(self._world.set_env()):
            settings = plugin_settings(self._class.Settings, tree, "settings", Path(self.ctx.folder))
        return self._class(settings, self.ctx)

    def read(self, pages: int | None = None) -> list[Page]:
        """Read every partition, but end as if killed after so many pages; refusals are kept in `errors`."""
        self.errors = []
        return list(islice(self._read(), pages))

    def _read(self) -> Iterator[Page]:
        try:
            connector = self.connector()
            partitions = list(connector.partitions())
        except GleaneryError as error:
            self.errors.append(error)
            return
        for partition in partitions:
            try:
                yield from self._taken(connector, partition)
            except GleaneryError as error:
                self.errors.append(error)
                if error.stops_source:
                    return

    def _taken(self, connector: Connector, partition: str) -> Iterator[Page]:
        for page in connector.pages(partition, self.states.get(partition, {})):
            self.known.take(page)
            self.faults.extend(page.faults)
            self.states[partition] = json.loads(json.dumps(page.state))
            yield page

    def settle(self) -> None:
        """Read until nothing refuses any more, each time when it is asked for. Raises: the error that stays."""
        for _ in range(PATIENCE):
            self.read()
            if not self.errors:
                return
            self._wait()
        raise self.errors[0]

    def _wait(self) -> None:
        """Let the time pass after which the refusals let us try again."""
        until = [_next_try(error, self.ctx.now()) for error in self.errors]
        self._clock.move(max(timedelta(seconds=1), min(until) - self.ctx.now()))

    def rest(self) -> None:
        """Read until everything must be known."""
        self.settle()
        for passed in self._world.rest(self._clock):
            self._clock.move(passed)
            self.settle()


def _next_try(error: GleaneryError, now: datetime) -> datetime:
    if isinstance(error, QuotaExhausted):
        return error.until
    if isinstance(error, Unreachable):
        return now + timedelta(seconds=error.retry_after or 60)
    raise error
