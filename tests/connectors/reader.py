"""Plays the house for a connector: keeps pages and states together, breaks off where a test wants it, goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gleanery.errors import GleaneryError
from gleanery.http import GuardedHttp
from gleanery.ports import Connector, Context, Http, Page
from gleanery.testing import Clock, Fake, MemoryKnown, make_context

Make = Callable[[Context], Connector]


class Reader:
    """Reads one source into memory; a new instance of the connector each time, as another process would."""

    def __init__(self, make: Make, fake: Fake, clock: Clock, folder: Path, http: Http | None = None) -> None:
        self.ctx = make_context(folder, http or GuardedHttp(entered=[fake.host]), clock)
        self.states: dict[str, Mapping[str, Any]] = {}
        self.errors: dict[str, GleaneryError] = {}
        self._make, self._fake = make, fake

    @property
    def known(self) -> MemoryKnown:
        """What was taken in."""
        assert isinstance(self.ctx.known, MemoryKnown)
        return self.ctx.known

    @property
    def texts(self) -> dict[str, str]:
        """The words of the posts that stand, by external id."""
        return {post.external_id: post.text for post in self.known.drafts}

    def connector(self) -> Connector:
        """A new instance."""
        return self._make(self.ctx)

    def read(self, pages: int | None = None) -> list[Page]:
        """Read every partition, but stop dead after so many pages; a refusal ends its partition only."""
        taken: list[Page] = []
        self.errors = {}
        connector = self.connector()
        for partition in connector.partitions():
            try:
                for page in connector.pages(partition, self.states.get(partition, {})):
                    self.known.take(page)
                    self.states[partition] = json.loads(json.dumps(page.state))
                    taken.append(page)
                    if pages is not None and len(taken) >= pages:
                        return taken
            except GleaneryError as error:
                self.errors[partition] = error
                if error.stops_source:
                    break
        return taken

    def asked(self) -> int:
        """How many requests the last readings took; counted anew from here."""
        count = len(self._fake.asked)
        self._fake.asked.clear()
        return count
