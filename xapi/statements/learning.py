"""What learners do with items, and what they are given for it.

An act of an assignment is found again by its registration; free activity has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Unpack
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from xapi.bridge import Bridge, Item
from xapi.errors import XapiError
from xapi.grades import Grade
from xapi.identity import registration
from xapi.model import Activity, Actor, Context, Definition, Extensions, Score, Verb
from xapi.statements.parts import Act, Built, build, code, context, known, result, utc
from xapi.vocabulary import acrossx, adl, cmi5, open_badges, own, tincan_registry, tla

_CMI5 = (Activity(id=cmi5.CATEGORY), Activity(id=cmi5.MOVE_ON))
_RESOURCE = Definition(type=tincan_registry.RESOURCE)


class Assignment(NamedTuple):
    """Why a learner has an item. `by`: who assigned it; `step`: the part of `path` it belongs to."""

    id: UUID
    by: Actor | None = None
    path: Activity | None = None
    step: Activity | None = None
    competencies: Sequence[Activity] = ()


def was_assigned(
    bridge: Bridge, item: Item, *, assignment: Assignment, due: datetime | None = None, **act: Unpack[Act]
) -> Built:
    """A learner, the actor, was given an item or a path, or must take it."""
    told = _due(due)
    about = within(bridge, item, act, assignment, extensions=told, tells_who=True)
    return build(bridge, as_resource(item), acrossx.WAS_ASSIGNED, about, UNSET, **act)


def recommended(
    bridge: Bridge,
    item: Item,
    *,
    assignment: Assignment | None = None,
    due: datetime | None = None,
    order: Sequence[Activity] = (),
    reason: str | None = None,
    **act: Unpack[Act],
) -> Built:
    """A learner, the actor, was recommended an item. `order`: all that was, best first; `reason`: a code."""
    told = _due(due) | known({tla.REASON: None if reason is None else code(reason)})
    about = within(bridge, item, act, assignment, extensions=told, tells_who=True)
    ranked = {tla.RECOMMENDATION_ORDER: [one.id for one in order]} if order else None
    return build(bridge, as_resource(item), tla.RECOMMENDED, about, result(extensions=ranked), **act)


def viewed(
    bridge: Bridge,
    item: Item,
    *,
    evidence: Grade | None = None,
    assignment: Assignment | None = None,
    **act: Unpack[Act],
) -> Built:
    """A learner looked at an item."""
    told = {} if evidence is None else {own.EVIDENCE: evidence.text}
    about = within(bridge, item, act, assignment)
    return build(bridge, as_resource(item), tincan_registry.VIEWED, about, result(extensions=told), **act)


def launched(
    bridge: Bridge, item: Item, *, assignment: Assignment | None = None, **act: Unpack[Act]
) -> Built:
    """A learner opened an item."""
    about = within(bridge, item, act, assignment)
    return build(bridge, as_resource(item), adl.LAUNCHED, about, UNSET, **act)


def progressed(
    bridge: Bridge, item: Item, *, progress: int, assignment: Assignment | None = None, **act: Unpack[Act]
) -> Built:
    """A learner came this far, in whole hundredths."""
    if not 0 <= progress <= 100:
        raise XapiError("progress is a whole number from 0 to 100")
    about = within(bridge, item, act, assignment)
    told = result(extensions={cmi5.PROGRESS: progress})
    return build(bridge, as_resource(item), adl.PROGRESSED, about, told, **act)


def completed(
    bridge: Bridge,
    item: Item,
    *,
    evidence: Grade,
    lasted: timedelta | None = None,
    assignment: Assignment | None = None,
    cmi5_session: str | None = None,
    by_hand: bool = False,
    **act: Unpack[Act],
) -> Built:
    """A learner completed an item or a path. `cmi5_session`: the session's id, where cmi5 launched it.

    `by_hand`: somebody entered it for the learner.
    """
    told_by = known({cmi5.SESSION_ID: cmi5_session, own.METHOD: "human" if by_hand else None})
    profiles = () if cmi5_session is None else _CMI5
    about = within(bridge, item, act, assignment, extensions=told_by, profiles=profiles)
    told = result(completion=True, lasted=lasted, extensions={own.EVIDENCE: evidence.text})
    return build(bridge, as_resource(item), adl.COMPLETED, about, told, **act)


def scored(
    bridge: Bridge,
    item: Item,
    *,
    score: float,
    passed: bool | None = None,
    evidence: Grade | None = None,
    assignment: Assignment | None = None,
    **act: Unpack[Act],
) -> Built:
    """A learner was given this share of the best mark for an item, 0 to 1. `passed`: whether that is enough."""
    told = {} if evidence is None else {own.EVIDENCE: evidence.text}
    about = within(bridge, item, act, assignment)
    outcome = result(score=score, success=passed, extensions=told)
    return build(bridge, as_resource(item), adl.SCORED, about, outcome, **act)


def bookmarked(bridge: Bridge, item: Item, *, rating: Score | None = None, **act: Unpack[Act]) -> Built:
    """Somebody kept an item for later. `rating`: raw, min and max: 4 of 1 to 5."""
    told = known({tincan_registry.QUALITY_RATING: rating})
    about = context(item.platform)
    return build(bridge, as_resource(item), tincan_registry.BOOKMARKED, about, result(extensions=told), **act)


def earned(
    bridge: Bridge,
    award: Item,
    *,
    evidence: Sequence[Activity] = (),
    assertion: str | None = None,
    valid_until: datetime | None = None,
    **act: Unpack[Act],
) -> Built:
    """Somebody was given a badge or credential. `evidence`: the items it rests on; `assertion`: its address."""
    hosted = None if assertion is None else {"@id": assertion}
    return _awarded(
        bridge, award, tincan_registry.EARNED, evidence, {open_badges.ASSERTION: hosted}, valid_until, act
    )


def qualified(
    bridge: Bridge,
    award: Item,
    *,
    evidence: Sequence[Activity] = (),
    valid_until: datetime | None = None,
    **act: Unpack[Act],
) -> Built:
    """Somebody meets all that a badge, credential or competency asks. The arguments are those of `earned`."""
    return _awarded(bridge, award, tla.QUALIFIED, evidence, {}, valid_until, act)


def expired(
    bridge: Bridge,
    award: Item,
    *,
    evidence: Sequence[Activity] = (),
    valid_until: datetime | None = None,
    **act: Unpack[Act],
) -> Built:
    """What somebody was given holds no longer. The arguments are those of `earned`."""
    return _awarded(bridge, award, tincan_registry.EXPIRED, evidence, {}, valid_until, act)


def as_resource(item: Item) -> Item:
    """The item as something a learner is offered; a path stays the learning plan it is."""
    definition = item.activity.definition
    if isinstance(definition, Definition) and definition.type == acrossx.LEARNING_PLAN:
        return item
    return Item(replace(item.activity, definition=_RESOURCE), item.platform)


def within(
    bridge: Bridge,
    item: Item,
    act: Act,
    assignment: Assignment | None,
    *,
    extensions: Extensions | None = None,
    profiles: Sequence[Activity] = (),
    tells_who: bool = False,
) -> Context:
    """The context of a learner's act: the assignment's registration, path and competencies, and no others."""
    if assignment is None:
        return context(item.platform, profiles=profiles, extensions=extensions or UNSET)
    path, step, assigner = assignment.path, assignment.step, assignment.by
    return context(
        item.platform,
        profiles=profiles,
        parent=() if step is None else (step,),
        grouping=[*([] if path is None else [path]), *assignment.competencies],
        extensions=extensions or UNSET,
        registration=registration(bridge, act["by"], assignment.id),
        instructor=assigner if tells_who and assigner is not None else UNSET,
    )


def _due(due: datetime | None) -> Extensions:
    return {} if due is None else {tla.DUE_DATE: utc(due)}


def _awarded(
    bridge: Bridge,
    award: Item,
    verb: Verb,
    evidence: Sequence[Activity],
    told: Extensions,
    valid_until: datetime | None,
    act: Act,
) -> Built:
    until = {tincan_registry.VALID_UNTIL: None if valid_until is None else utc(valid_until)}
    about = context(award.platform, grouping=evidence)
    return build(bridge, award, verb, about, result(extensions=known(told | until)), **act)
