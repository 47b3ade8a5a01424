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
    drafts,
    forwarding,
    import_frameworks,
    inbox,
    purge,
    readings,
    retention,
    runs,
    sending,
)
from gleanery.flow.destinations import comparing, reading_back
from gleanery.flow.destinations import now as delivering_now
from gleanery.flow.digests import sending as digests
from gleanery.flow.digests.sending import Render
from gleanery.flow.erasing.cases import finish_begun
from gleanery.flow.failing import pause_failing
from gleanery.flow.inquiries.kept import forget_old as forget_inquiries
from gleanery.flow.item_standing import refreshing
from gleanery.flow.learners import forgetting, scoring
from gleanery.flow.learning.fitting import fit_due
from gleanery.flow.learning.rating import rate_due
from gleanery.flow.links import looking, terms
from gleanery.flow.outbox import is_resting
from gleanery.flow.people.due import settle
from gleanery.flow.pictures import keeping as pictures
from gleanery.flow.queue import bulk, search
from gleanery.flow.recorded import working
from gleanery.flow.reports import keeping
from gleanery.flow.watching import deliver_watched, screen_watched
from gleanery.model.sources import Source

log = structlog.get_logger()
LINK_SECONDS = 60
"""How often it is looked whether links are due; also how long a host is left alone between two looks."""

DIGEST_SECONDS = 60
"""How often it is looked whether a digest is due."""


def work(house: House) -> None:
    """Do what is due now: take events in, read, let go of what is too old, screen, deliver, purge, forward.

    One broken part never stops the others.
    """
    _guarded("settings", "", house.notice_settings)
    _guarded("frameworks", "", import_frameworks, house)
    _guarded("bulk", "", bulk.work, house)
    _guarded("search", "", search.fill_if_due, house)
    for name in sources_with_events(house):
        _guarded("absorb", name, absorb, house, name)
    for name in dict.fromkeys((*readings.asked(house), *due_sources(house))):
        _guarded("read", name, readings.read_as_run, house, name)
    _guarded("pause", "", pause_failing, house)
    _guarded("try", "", drafts.rehearse_asked, house)
    _guarded("people", "", settle, house)
    _guarded("retention", "", retention.apply_if_due, house)
    _guarded("review", "", terms.apply_if_due, house)
    _guarded("erasure", "", finish_begun, house)
    _guarded("inquiries", "", forget_inquiries, house)
    _guarded("record", "", working.take_up, house)
    _guarded("standing", "", refreshing.refresh_if_due, house)
    _guarded("screen", "", screen_watched, house)
    _guarded("learn", "", fit_due, house)
    _guarded("rate", "", rate_due, house)
    for name in delivering_now.asked(house):
        _guarded("deliver", name, delivering_now.deliver_as_run, house, name)
    for destination in house.config.destinations:
        if is_resting(house, destination.name):
            continue
        _guarded("deliver", destination.name, deliver_watched, house, destination.name)
    for name in scoring.due(house):
        _guarded("scores", name, scoring.send, house, name)
    _guarded("learners", "", forgetting.forget_if_due, house)
    for destination in house.config.destinations:
        _guarded("read back", destination.name, reading_back.read_back_if_due, house, destination.name)
        _guarded("compare", destination.name, comparing.compare_if_due, house, destination.name)
    _guarded("purge", "", purge, house)
    _guarded("pictures", "", pictures.let_go, house)
    for target in forwarding.due(house):
        _guarded("forward", target, forwarding.forward, house, target, forwarding.AT_ONCE)
    _guarded("runs", "", runs.end_silent, house)
    _guarded("runs", "", runs.forget_old, house)
    _guarded("drafts", "", drafts.forget_old, house)
    _guarded("reports", "", keeping.bring_up_to_date_if_due, house)
    _guarded("checkpoint", "", house.checkpoint)


def send_checkpoints(house: House, *, closing: bool = False) -> None:
    """Bring signed checkpoints out of the house where it is time; called beside the work, which waits for nobody."""
    _guarded("send checkpoints", "", lambda: sending.send(house, closing=closing))


def send_digests(house: House, render: Render) -> None:
    """Send the digests that are due; called beside the work. `render` puts them into words."""
    _guarded("send digests", "", digests.send_due, house, render)


def look_at_links(house: House) -> None:
    """Look at the links that are due; called beside the work, which does not wait for other people's servers."""
    _guarded("links", "", looking.look, house)


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
