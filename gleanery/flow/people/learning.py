"""What a learning platform reports of a learner, in the words of statements that still want their actor.

Such a report outlives its course: a course that is taken off the platform takes nobody's completion along.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from gleanery.flow.naming import handle_id, post_id, stored_id
from gleanery.flow.people.acting import Told
from gleanery.flow.recording import object_of, platform_name
from gleanery.model.bases import Purpose
from gleanery.model.items import Item
from gleanery.model.posts import DeedDraft
from gleanery.model.types import derived_id
from xapi import statements
from xapi.model import Actor
from xapi.statements import Bridge, Built, Grade


def learner(organisation: UUID, deed: DeedDraft) -> UUID:
    """The handle of the account that did it."""
    return handle_id(organisation, deed.platform, deed.realm, deed.account)


def thing(organisation: UUID, deed: DeedDraft) -> UUID:
    """The id of the post of the thing that it was done with."""
    return post_id(organisation, deed.platform, deed.realm, deed.about)


def learned(bridge: Bridge, deed: DeedDraft, items: Mapping[UUID, Item]) -> Told:
    """That somebody looked at a thing, came this far in it or completed it, as its platform reports."""
    event = f"{stored_id(deed.realm)}/{deed.event}"

    def build(actor: Actor, revision: int) -> Built:
        return _by_deed(bridge, deed, items, event=event, by=actor, at=deed.at, revision=revision)

    who, what = learner(bridge.organisation, deed), thing(bridge.organisation, deed)
    return Told(who, Purpose.LEARNING_RECORD, deed.platform, event, deed.at, what, build)


def _by_deed(bridge: Bridge, deed: DeedDraft, items: Mapping[UUID, Item], **act: Any) -> Built:
    """The statement; progress of which no share is told is a look at the thing."""
    item = _item(bridge, deed, items)
    if deed.did == "completed":
        lasted = timedelta(seconds=deed.seconds) if deed.seconds is not None else None
        return statements.completed(bridge, item, evidence=Grade.LMS_REPORTED, lasted=lasted, **act)
    if deed.did == "progressed" and deed.progress is not None:
        return statements.progressed(bridge, item, progress=int(deed.progress * 100), **act)
    return statements.viewed(bridge, item, evidence=Grade.LMS_REPORTED, **act)


def _item(bridge: Bridge, deed: DeedDraft, items: Mapping[UUID, Item]) -> statements.Item:
    """The item about the thing; where it is not grouped yet, the one that its own post founds."""
    of = thing(bridge.organisation, deed)
    if (item := items.get(of)) is not None:
        return object_of(bridge, item, deed.platform)
    founded = derived_id("item", str(bridge.organisation), str(of), None)
    return bridge.item(founded, "resource", platform_name(deed.platform))
