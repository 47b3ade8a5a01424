"""Asking the platforms that know better than their pages: a removed video's page answers 200 like any other.

A configured source whose connector can (`ports.Looks`) is asked for all due addresses of its platform at once, within
its own quota and counted as its own. Where it cannot tell, the address is asked for as any other is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import structlog

from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.house import House
from gleanery.flow.links.answers import Said
from gleanery.flow.sources import disconnected, paused
from gleanery.model.links import LinkState
from gleanery.plugins import plugin
from gleanery.ports import Looks

if TYPE_CHECKING:
    from gleanery.flow.links.looking import Due

log = structlog.get_logger()


def told(house: House, due: Sequence[Due]) -> tuple[list[tuple[Due, Said]], list[Due]]:
    """What the platforms say of the addresses they know, and the rest."""
    said: list[tuple[Due, Said]] = []
    rest = list(due)
    for name, connector in _lookers(house):
        things = {one.mark: thing for one in rest if (thing := _thing(name, connector, one.address))}
        if not things:
            continue
        stands = _asked(name, connector, list(dict.fromkeys(things.values())))
        answered = [one for one in rest if stands.get(things.get(one.mark, "")) is not None]
        said += [(one, _said(stands[things[one.mark]])) for one in answered]
        rest = [one for one in rest if one not in answered]
    return said, rest


def _said(stands: bool) -> Said:
    if stands:
        return Said(LinkState.OK, how="platform")
    return Said(LinkState.GONE, "link.platform", how="platform")


def _lookers(house: House) -> Iterator[tuple[str, Looks]]:
    """The configured sources that can tell, in the order of the configuration; those at rest are left alone."""
    with house.store.read() as session:
        resting = disconnected(session)
    resting |= paused(house)
    for source in house.config.sources:
        if source.name in resting:
            continue
        try:
            if not hasattr(plugin("connector", source.connector), "look"):
                continue
            with blaming("connector", source.connector):
                connector = house.connector(source)
        except GleaneryError as error:
            log.warning("links.source_unusable", source=source.name, error=str(error))
            continue
        if isinstance(connector, Looks):
            yield source.name, connector


def _thing(name: str, connector: Looks, address: str) -> str | None:
    with blaming("connector", name):
        return connector.thing_at(address)


def _asked(name: str, connector: Looks, things: Sequence[str]) -> dict[str, bool]:
    """What the platform says; nothing where it cannot be asked now (out of quota, not signed in, down)."""
    try:
        with blaming("connector", name):
            return dict(connector.look(things))
    except GleaneryError as error:
        log.info("links.platform_silent", source=name, error=type(error).__name__)
        return {}
