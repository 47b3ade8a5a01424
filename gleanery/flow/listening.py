"""Connectors that keep a connection open: each is entered while `gleanery serve` runs, however the others fare."""

from __future__ import annotations

from contextlib import AbstractContextManager

import structlog

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.house import House
from gleanery.flow.sources import paused
from gleanery.ports import Listens

log = structlog.get_logger()

TEND_SECONDS = 60
"""How often those that could not connect are tried again."""


class Listeners:
    """The open connections of all sources: `tend` makes what is missing, `close` ends them all."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._open: dict[str, tuple[SourceSettings, AbstractContextManager[None]]] = {}

    def tend(self) -> None:
        """Connect those that are not yet; part from those that were paused, removed or set up anew. A fault is told."""
        resting = paused(self._house)
        wanted = {one.name: one for one in self._house.config.sources if one.name not in resting}
        for name, (settings, _) in list(self._open.items()):
            if wanted.get(name) != settings:
                self._leave(name)
        for name, source in wanted.items():
            if name not in self._open:
                self._enter(source)

    def close(self) -> None:
        """End every connection."""
        for name in list(self._open):
            self._leave(name)

    @property
    def names(self) -> set[str]:
        """The sources that are connected."""
        return set(self._open)

    def _enter(self, source: SourceSettings) -> None:
        try:
            with blaming("connector", source.connector):
                connector = self._house.connector(source)
                if isinstance(connector, Listens):
                    listening = connector.listen()
                    listening.__enter__()
                    self._open[source.name] = source, listening
        except GleaneryError as error:
            log.warning("listening.fault", source=source.name, error=str(error))

    def _leave(self, name: str) -> None:
        _, listening = self._open.pop(name)
        try:
            with blaming("source", name):
                listening.__exit__(None, None, None)
        except GleaneryError as error:
            log.warning("listening.fault", source=name, error=str(error))
