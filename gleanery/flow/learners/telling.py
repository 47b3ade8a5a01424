"""What an LMS, or a package that runs in one, tells of learners becomes statements, under the rules of basis.

Deeds that come by a launch, by a package or by reading back go through `take`. Of a learner whose account is linked
to nobody, or for whom there is no basis, nothing is kept: not a statement, not a row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.errors import BadInput
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.items.finding import items_with_platforms
from gleanery.flow.naming import handle_id, short_id, stored_id
from gleanery.flow.people import stating
from gleanery.flow.people.asking import Origin
from gleanery.flow.recording import object_of
from gleanery.model.bases import Purpose, Stated
from gleanery.model.collections import Collection as Path
from gleanery.model.items import Item
from gleanery.model.people import Handle
from gleanery.ports import Deed
from xapi import statements
from xapi.errors import XapiError
from xapi.model import Activity, Actor
from xapi.statements import Bridge, Built, Grade
from xapi.statements.learning import as_resource

PLATFORM = "lms"
"""The platform of every learner's account: one of an LMS is the same whichever adapter names it."""

MANY = 500
"""Ids in one query."""


class _Things(NamedTuple):
    """What deeds are about: items with the platform of their founding post, and collections."""

    items: Mapping[UUID, tuple[Item, str]]
    paths: Collection[UUID]


def account_id(organisation: UUID, realm: str, account: str) -> UUID:
    """The handle of a learner's account at an LMS."""
    return handle_id(organisation, PLATFORM, realm, account)


def event_of(deed: Deed) -> str:
    """The deed's own id as statements know it: an LMS may number the deeds of each learner for itself."""
    return short_id(f"{stored_id(deed.realm)}/{short_id(deed.account)}/{deed.event}")


def take(house: House, change: Change, destination: str, deeds: Sequence[Deed]) -> int:
    """State what may be stated of these deeds; how many were. Those that are stated already count for nothing.

    A deed about something that the house does not know of is passed over. Raises: BadInput for one that cannot be.
    """
    handles = _handles(change.session, house.organisation.id, deeds)
    of = {id(deed): account_id(house.organisation.id, deed.realm, deed.account) for deed in deeds}
    wanted = [deed for deed in deeds if of[id(deed)] in handles]
    known = _stated(change.session, handles, {event_of(deed) for deed in wanted})
    wanted = [deed for deed in wanted if (of[id(deed)], event_of(deed)) not in known]
    things = _things(change.session, {deed.item_id for deed in wanted if deed.item_id})
    done = 0
    # Account by account: two writers then never wait for each other crosswise.
    for deed in sorted(wanted, key=lambda one: (of[id(one)], one.at, one.event)):
        done += _take_one(house, change, destination, handles[of[id(deed)]], deed, things)
    return done


def _take_one(
    house: House, change: Change, destination: str, handle: Handle, deed: Deed, things: _Things
) -> bool:
    thing = _thing_of(house.bridge, deed, things)
    if thing is None:
        return False
    about = stating.Deed(
        handle, Purpose.LEARNING_RECORD, Origin(PLATFORM, destination), event_of(deed), deed.at
    )

    def build(actor: Actor, revision: int) -> Built:
        return _said(house.bridge, thing, deed, actor, revision, _evidence(house.bridge, deed, things))

    try:
        return isinstance(stating.state(change, about, build), Stated)
    except XapiError as error:
        raise BadInput(
            f"{destination} tells of a learner what cannot be: {error}.",
            remedy="This is a fault of the adapter; report it to whoever maintains it.",
        ) from error


# --------------------------------------------------------------------------- what is said


def _said(
    bridge: Bridge,
    thing: statements.Item,
    deed: Deed,
    by: Actor,
    revision: int,
    evidence: Sequence[Activity],
) -> Built:
    """The statement; a deed of progress or a mark that gives no number is a look at the thing."""
    act: statements.Act = {"event": event_of(deed), "by": by, "at": deed.at, "revision": revision}
    grade = Grade.of(deed.evidence)
    match deed.did:
        case "completed":
            return statements.completed(bridge, thing, evidence=grade, by_hand=deed.by_hand, **act)
        case "progressed" if deed.progress is not None:
            return statements.progressed(bridge, thing, progress=int(deed.progress * 100), **act)
        case "graded" if deed.score is not None:
            return statements.scored(
                bridge, thing, score=deed.score, passed=deed.passed, evidence=grade, **act
            )
        case "qualified" | "earned" | "lapsed":
            say = {
                "qualified": statements.qualified,
                "earned": statements.earned,
                "lapsed": statements.expired,
            }[deed.did]
            return say(bridge, thing, evidence=evidence, valid_until=deed.valid_until, **act)
        case _:
            return statements.viewed(bridge, thing, evidence=grade, **act)


def _thing_of(bridge: Bridge, deed: Deed, things: _Things) -> statements.Item | None:
    """What the deed is about, None where the house has no such thing."""
    if deed.did in ("qualified", "earned", "lapsed"):
        if not deed.award:
            return None
        named = bridge.badge(deed.award) if deed.did == "earned" else bridge.competency(deed.award)
        return statements.Item(named, "LMS")
    return _offered(bridge, deed, things)


def _offered(bridge: Bridge, deed: Deed, things: _Things) -> statements.Item | None:
    """The item or path."""
    if deed.item_id is None:
        return None
    if deed.item_id in things.paths:
        return statements.Item(bridge.path(deed.item_id), "gleanery")
    item, platform = things.items.get(deed.item_id, (None, ""))
    return object_of(bridge, item, platform) if item is not None else None


def _evidence(bridge: Bridge, deed: Deed, things: _Things) -> Sequence[Activity]:
    """What an award rests on."""
    thing = _offered(bridge, deed, things)
    return () if thing is None else (as_resource(thing).activity,)


# --------------------------------------------------------------------------- what the house knows


def _handles(session: Session, organisation: UUID, deeds: Sequence[Deed]) -> dict[UUID, Handle]:
    """By id: those of the accounts that the house knows to be somebody's."""
    ids = list({account_id(organisation, deed.realm, deed.account) for deed in deeds})
    found: dict[UUID, Handle] = {}
    for start in range(0, len(ids), MANY):
        query = select(Handle).where(
            col(Handle.id).in_(ids[start : start + MANY]), col(Handle.person_id).is_not(None)
        )
        found |= {one.id: one for one in session.exec(query)}
    return found


def _stated(session: Session, handles: Collection[UUID], events: Collection[str]) -> set[tuple[UUID, str]]:
    """Account and event of those that are stated and stand."""
    accounts, found = list(handles), set[tuple[UUID, str]]()
    for start in range(0, len(accounts), MANY):
        query = select(Stated.handle_id, Stated.event).where(
            col(Stated.handle_id).in_(accounts[start : start + MANY]),
            Stated.purpose == Purpose.LEARNING_RECORD,
            col(Stated.voided_at).is_(None),
        )
        found |= {
            (handle, event) for handle, event in session.exec(query) if handle and event and event in events
        }
    return found


def _things(session: Session, ids: Collection[UUID]) -> _Things:
    """The items and collections of these ids."""
    wanted, items, paths = list(ids), dict[UUID, tuple[Item, str]](), set[UUID]()
    for start in range(0, len(wanted), MANY):
        some = wanted[start : start + MANY]
        items |= items_with_platforms(session, some)
        paths |= set(session.exec(select(Path.id).where(col(Path.id).in_(some))))
    return _Things(items, paths)
