"""record: what happened to an item, as statements. Each is a pure function of stored rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from gleanery.flow.change import Change
from gleanery.flow.subjects import ItemWords
from gleanery.model.destinations import Delivery
from gleanery.model.items import Decision, DecisionVerdict, Item, Tag
from gleanery.model.posts import PostKind
from xapi import statements
from xapi.model import Activity, Actor
from xapi.statements import Bridge, Built

_KINDS = {PostKind.COURSE: "resource"}
_PLATFORMS = {
    "slack": "Slack",
    "youtube": "YouTube",
    "feed": "Feed",
    "file": "File",
    "x": "X",
    "linkedin": "LinkedIn",
    "linkedin-learning": "LinkedIn Learning",
}
_CODE = re.compile(r"[a-z0-9][a-z0-9._:/@+-]{0,199}")

CATALOGUE = "catalogue"
"""What a retracted item leaves first: the organisation's own catalogue of approved items."""


def actor_of(bridge: Bridge, actor: str) -> Actor:
    """The statement's actor for `person:<uuid>`, or a machine for `policy:<name>`, `connector:<kind>:<name>`."""
    if actor.startswith("person:"):
        return bridge.person(UUID(actor.removeprefix("person:")))
    return bridge.machine(actor)


def object_of(bridge: Bridge, item: Item, platform: str) -> statements.Item:
    """The item as a statement's object: its kind and platform, never its words."""
    return bridge.item(item.id, _KINDS.get(item.kind, item.kind.value), platform_name(platform))


def platform_name(platform: str) -> str:
    """A platform as statements name it: `Slack`."""
    return _PLATFORMS.get(platform, platform.capitalize())


def imported(change: Change, words: ItemWords, source: str) -> Built:
    """The founding post was found; `source` is the connector and source, `feeds:blog`."""
    founding = next((t for t in words.tellings if t.post.id == words.item.founding_post_id), words.chosen)
    post = founding.post
    key = founding.content.hash_key
    return statements.imported(
        change.bridge,
        object_of(change.bridge, words.item, post.platform),
        event=f"{post.realm}/{post.external_id}/{words.item.link}",
        by=change.bridge.machine(f"connector:{source}"),
        at=post.published_at or post.first_seen_at,
        content=statements.content_hmac(key, f"{founding.title}\n{founding.text}") if key else None,
    )


def tagged(
    change: Change,
    item: Item,
    platform: str,
    finding: UUID,
    method: str,
    tags: Sequence[Tag],
    actor: str = "",
) -> Built:
    """A step proposed competencies for an item; or a person, `actor`, said that it is about them."""
    return statements.tagged(
        change.bridge,
        object_of(change.bridge, item, platform),
        decision=finding,
        by=actor_of(change.bridge, actor or method.partition("@")[0]),
        at=change.at,
        method=method,
        competencies=_competencies(change, tags),
    )


def _competencies(change: Change, tags: Sequence[Tag]) -> list[Activity]:
    return [change.bridge.competency(tag.concept) for tag in tags]


def decided(change: Change, item: Item, platform: str, decision: Decision, tags: Sequence[Tag]) -> Built:
    """A person or a named policy gave a verdict."""
    bridge, at = change.bridge, decision.at
    thing, by = object_of(bridge, item, platform), actor_of(bridge, decision.actor)
    method = "human" if decision.actor.startswith("person:") else decision.actor
    if decision.verdict is DecisionVerdict.APPROVE:
        return statements.approved(
            bridge,
            thing,
            decision=decision.id,
            by=by,
            at=at,
            method=method,
            competencies=_competencies(change, tags),
        )
    if decision.verdict is DecisionVerdict.REJECT:
        reason = decision.reason if _CODE.fullmatch(decision.reason) else "other"
        return statements.rejected(
            bridge, thing, decision=decision.id, by=by, at=at, method=method, reason=reason
        )
    catalogue = bridge.destination(CATALOGUE)
    return statements.archived(
        bridge, thing, event=str(decision.id), by=by, at=at, destination=catalogue, receipt=str(decision.id)
    )


def undone(change: Change, decision: Decision, actor: str) -> Built:
    """A verdict was taken back: its statement no longer holds."""
    by = actor_of(change.bridge, actor)
    return statements.voided(
        change.bridge, decision.statement_id, event=str(decision.id), by=by, at=change.at
    )


def delivered(
    change: Change, item: Item, platform: str, delivery: Delivery, turn: int, *, removed: bool
) -> Built:
    """A destination holds an item, or no longer does. `turn` tells a repeated act from a repeated telling."""
    tell = statements.archived if removed else statements.released
    return tell(
        change.bridge,
        object_of(change.bridge, item, platform),
        event=f"{delivery.id}/{turn}",
        by=change.bridge.machine(f"destination:{delivery.destination}"),
        at=change.at,
        destination=change.bridge.destination(delivery.destination),
        receipt=delivery.remote_id or str(delivery.id),
    )


def collection_delivered(change: Change, delivery: Delivery, turn: int, *, removed: bool) -> Built:
    """A destination holds a collection, or no longer does."""
    tell = statements.archived if removed else statements.released
    return tell(
        change.bridge,
        statements.Item(change.bridge.path(delivery.item_id), "gleanery"),
        event=f"{delivery.id}/{turn}",
        by=change.bridge.machine(f"destination:{delivery.destination}"),
        at=change.at,
        destination=change.bridge.destination(delivery.destination),
        receipt=delivery.remote_id or str(delivery.id),
    )
