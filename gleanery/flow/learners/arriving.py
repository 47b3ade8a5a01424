"""Arriving: an adapter hands somebody over, the browser comes in once by a ticket, and has a key from then on.

A visit gives rights for its one item or collection, and for choosing where the LMS asked for that. It ends after some
hours of rest. What the browser holds is random; the house keeps hashes of it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlmodel import select

from gleanery.errors import BadInput, ConfigError, Gone
from gleanery.flow.house import House
from gleanery.flow.learners.telling import PLATFORM
from gleanery.flow.people.handles import Account, ensure_handle
from gleanery.model.learners import Visit
from gleanery.ports import Arrival

TICKET_LIVES = timedelta(seconds=60)
TOUCHED_AFTER = timedelta(minutes=5)
"""How often at most it is noted that somebody is still there."""

AGAIN = "Open it again from the course."
_ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|(?:\*\.)?[a-z0-9.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
"""As a content security policy takes it: Canvas shows its pages under a host of each school's."""


class VisitOver(Gone):
    """The visit ended, or the ticket was used. `frames` are those that may show the page that says so."""

    def __init__(self, message: str, frames: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy=AGAIN)
        self.frames = frames


class NoVisit(Gone):
    """There is no such visit for whoever asks."""

    def __init__(self, frames: tuple[str, ...] = ()) -> None:
        super().__init__("There is no such visit.", remedy=AGAIN)
        self.frames = frames


@dataclass(frozen=True)
class Guest:
    """A visit whose browser has shown its key. `token` is what every form of its pages carries.

    `by_cookie`: the key came in a cookie; else the token itself is the key, held by the page alone.
    """

    visit: Visit
    token: str
    by_cookie: bool

    @property
    def frames(self) -> tuple[str, ...]:
        """The origins whose pages may hold ours in a frame."""
        return tuple(self.visit.arrived["frames"])

    def opener(self, item: UUID) -> str:
        """What a link carries that leads to the item's source: it says that this guest followed it."""
        return _link_mark(self.visit, item)


# --------------------------------------------------------------------------- handing over


def arrive(house: House, destination: str, arrival: Arrival) -> str:
    """Keep who came and for what; the address to send the browser to, good once for a minute.

    Raises: BadInput for frames that are no origins, ConfigError for an unknown destination.
    """
    _require_sound(destination, arrival)
    account = Account(PLATFORM, arrival.realm, arrival.account)
    ticket = secrets.token_urlsafe(32)
    with house.store.write() as session:
        handle = ensure_handle(session, house.organisation.id, account)
        session.add(
            Visit(
                id=uuid4(),
                destination=destination,
                handle_id=handle.id,
                account=arrival.account,
                place=arrival.place,
                thing=arrival.wants,
                is_teacher=arrival.is_teacher,
                arrived=_told(arrival),
                ticket_mark=_mark(ticket),
                ticket_until=house.now() + TICKET_LIVES,
                seen_at=house.now(),
            )
        )
    return f"/learn/enter?ticket={ticket}"


def _require_sound(destination: str, arrival: Arrival) -> None:
    if not arrival.account or not arrival.realm:
        raise BadInput(
            f"{destination}: a learner came without an account or without a realm.",
            remedy="Have the LMS send its own id of the user.",
        )
    bad = next((one for one in arrival.frames if not _ORIGIN.fullmatch(one)), None)
    if bad is not None:
        raise BadInput(
            f"{destination}: a page that may frame ours is given by its origin, as https://lms.example.org.",
            remedy="Correct the address of the platform.",
        )


def _told(arrival: Arrival) -> dict[str, Any]:
    back = arrival.return_url
    return {
        "picks": None if arrival.picks is None else dict(arrival.picks),
        "scores_to": None if arrival.scores_to is None else dict(arrival.scores_to),
        "frames": list(arrival.frames),
        "cookies": arrival.cookies,
        "return_url": back if back and urlsplit(back).scheme in ("http", "https") else None,
        "language": arrival.language,
    }


# --------------------------------------------------------------------------- coming in


def enter(house: House, ticket: str) -> tuple[Guest, str]:
    """Let a browser in by its ticket: who it is, and the key to hand it. Raises: VisitOver, NoVisit."""
    with house.store.write() as session:
        query = select(Visit).where(Visit.ticket_mark == _mark(ticket)).with_for_update()
        visit = session.exec(query).one_or_none()
        if visit is None:
            raise NoVisit
        if visit.key_mark is not None or visit.ticket_until <= house.now():
            raise VisitOver("This page was opened before.", tuple(visit.arrived["frames"]))
        key = secrets.token_urlsafe(32)
        visit.key_mark, visit.seen_at = _mark(key), house.now()
        session.add(visit)
        session.flush()
        session.expunge(visit)
    by_cookie = bool(visit.arrived["cookies"])
    return Guest(visit, form_token(key) if by_cookie else key, by_cookie), key


def admitted(house: House, visit_id: UUID, *, cookie: str | None, token: str | None, changes: bool) -> Guest:
    """The guest who shows the key of a visit: in a cookie, or in the page's own token.

    With `changes` a cookie alone does not do, for any page could have had it sent. Raises: NoVisit, VisitOver.
    """
    visit = _visit(house, visit_id)
    key = cookie if visit.arrived["cookies"] else token
    frames = tuple(visit.arrived["frames"])
    if not key or visit.key_mark is None or not hmac.compare_digest(_mark(key), visit.key_mark):
        raise NoVisit(frames)
    if visit.arrived["cookies"] and changes and not hmac.compare_digest(form_token(key), token or ""):
        raise NoVisit(frames)
    _require_fresh(house, visit)
    by_cookie = bool(visit.arrived["cookies"])
    return Guest(visit, form_token(key) if by_cookie else key, by_cookie)


def following(house: House, visit_id: UUID, item: UUID, mark: str) -> Visit:
    """The visit whose page bore this link to an item's source. Raises: NoVisit, VisitOver."""
    visit = _visit(house, visit_id)
    if visit.key_mark is None or not hmac.compare_digest(_link_mark(visit, item), mark):
        raise NoVisit
    _require_fresh(house, visit)
    return visit


def _visit(house: House, visit_id: UUID) -> Visit:
    with house.store.read() as session:
        visit = session.get(Visit, visit_id)
        if visit is None:
            raise NoVisit
        session.expunge(visit)
    return visit


def _require_fresh(house: House, visit: Visit) -> None:
    """Raises: VisitOver after too long a rest, or where the destination is no longer configured."""
    frames, now = tuple(visit.arrived["frames"]), house.now()
    if visit.seen_at + timedelta(hours=house.config.learning.visit_hours) <= now:
        raise VisitOver("Your visit ended, for nothing happened for long.", frames)
    try:
        house.config.destination(visit.destination)
    except ConfigError:
        raise VisitOver("This course is no longer connected.", frames) from None
    if visit.seen_at + TOUCHED_AFTER <= now:
        with house.store.write() as session:
            row = session.get_one(Visit, visit.id)
            row.seen_at = now
            session.add(row)


def form_token(key: str) -> str:
    """What the forms of a page carry beside the cookie that holds `key`."""
    return hashlib.sha256(b"form:" + key.encode()).hexdigest()


def _mark(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _link_mark(visit: Visit, item: UUID) -> str:
    return hmac.new(visit.key_mark or b"", b"open:" + item.bytes, "sha256").hexdigest()
