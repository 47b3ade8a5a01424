"""Claims due work by lease and calls flow. A tick that finds nothing due does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlmodel import col, or_, select

from gleanery.errors import GleaneryError
from gleanery.flow import (
    House,
    absorb,
    deliver,
    forwarding,
    import_frameworks,
    inbox,
    purge,
    read,
    retention,
    screen,
    sending,
)
from gleanery.flow.erasing.cases import finish_begun
from gleanery.flow.outbox import is_resting
from gleanery.flow.people.due import settle
from gleanery.model.sources import Source

log = structlog.get_logger()


def work(house: House) -> None:
    """Do what is due now: take events in, read, let go of what is too old, screen, deliver, purge, forward.

    One broken part never stops the others.
    """
    _guarded("frameworks", "", import_frameworks, house)
    for name in sources_with_events(house):
        _guarded("absorb", name, absorb, house, name)
    for name in due_sources(house):
        _guarded("read", name, read, house, name)
    _guarded("people", "", settle, house)
    _guarded("retention", "", retention.apply_if_due, house)
    _guarded("erasure", "", finish_begun, house)
    _guarded("screen", "", screen, house)
    for destination in house.config.destinations:
        if is_resting(house, destination.name):
            continue
        _guarded("deliver", destination.name, deliver, house, destination.name)
    _guarded("purge", "", purge, house)
    for target in forwarding.due(house):
        _guarded("forward", target, forwarding.forward, house, target, forwarding.AT_ONCE)
    _guarded("checkpoint", "", house.checkpoint)


def send_checkpoints(house: House, *, closing: bool = False) -> None:
    """Bring signed checkpoints out of the house where it is time; called beside the work, which waits for nobody."""
    _guarded("send checkpoints", "", lambda: sending.send(house, closing=closing))


def due_sources(house: House) -> list[str]:
    """The configured sources whose time has come, in the order of the configuration; those paused have none."""
    later = or_(col(Source.next_due_at) > house.now(), col(Source.paused_at).is_not(None))
    with house.store.read() as session:
        waiting = set(session.exec(select(Source.name).where(later)))
    return [source.name for source in house.config.sources if source.name not in waiting]


def sources_with_events(house: House) -> list[str]:
    """The configured sources for which events wait, also where they are not due."""
    told = inbox.waiting(house.store)
    return [source.name for source in house.config.sources if source.name in told]


def _guarded(what: str, name: str, act: Callable[..., Any], *arguments: object) -> None:
    """The outermost loop: a fault is told and the next piece of work goes on."""
    try:
        act(*arguments)
    except GleaneryError as error:
        log.warning("work.fault", work=what, name=name, error=str(error))
    except Exception:
        log.exception("work.failed", work=what, name=name)
