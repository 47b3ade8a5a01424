"""How a post became a learning item: found, tagged, approved or rejected, released, archived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET

from xapi.bridge import Bridge, Item
from xapi.model import Activity, Actor, Extensions, Result, StatementRef, Verb
from xapi.statements.learning import as_resource
from xapi.statements.parts import Built, build, code, context, known, scaled
from xapi.vocabulary import activity_streams, adl, dcterms, own, tla


def imported(
    bridge: Bridge,
    item: Item,
    *,
    event: str,
    by: Actor,
    at: datetime,
    tags: Sequence[Activity] = (),
    content: str | None = None,
    licence: str | None = None,
    revision: int = 0,
) -> Built:
    """A connector found the founding post. `event`: its id on its platform; `content`: its HMAC."""
    extensions = known({own.CONTENT_HMAC: content, dcterms.LICENSE: licence})
    about = context(item.platform, other=tags, extensions=extensions)
    return build(bridge, item, adl.IMPORTED, about, UNSET, event, by, at, revision)


def tagged(
    bridge: Bridge,
    item: Item,
    *,
    decision: UUID,
    by: Actor,
    at: datetime,
    method: str,
    competencies: Sequence[Activity] = (),
    tags: Sequence[Activity] = (),
    revision: int = 0,
) -> Built:
    """Somebody or something tagged an item. `method`: `human`, `rule:<name>` or `model:<name>@<version>`."""
    extensions = _judged(decision, method)
    about = context(item.platform, other=[*competencies, *tags], extensions=extensions)
    return build(bridge, item, activity_streams.TAGGED, about, UNSET, decision, by, at, revision)


def approved(
    bridge: Bridge,
    item: Item,
    *,
    decision: UUID,
    by: Actor,
    at: datetime,
    method: str,
    competencies: Sequence[Activity] = (),
    quality: float | None = None,
    revision: int = 0,
) -> Built:
    """A person or a named policy approved an item. `quality`: 0 to 1; `method`: `human`, `policy:<name>`."""
    about = context(item.platform, grouping=competencies, extensions=_judged(decision, method))
    outcome = Result(score=UNSET if quality is None else scaled(quality), success=True)
    return build(bridge, item, activity_streams.APPROVED, about, outcome, decision, by, at, revision)


def rejected(
    bridge: Bridge,
    item: Item,
    *,
    decision: UUID,
    by: Actor,
    at: datetime,
    method: str,
    reason: str,
    revision: int = 0,
) -> Built:
    """A person or a named policy rejected an item. `reason`: a code, never free text."""
    extensions = _judged(decision, method) | {tla.REASON: code(reason)}
    about = context(item.platform, extensions=extensions)
    outcome = Result(success=False)
    return build(bridge, item, activity_streams.REJECTED, about, outcome, decision, by, at, revision)


def released(
    bridge: Bridge,
    item: Item,
    *,
    event: str,
    by: Actor,
    at: datetime,
    destination: Activity,
    receipt: str,
    revision: int = 0,
) -> Built:
    """A destination holds an item. `event`: the delivery's id; `receipt`: the destination's answer's id."""
    return _moved(bridge, item, event, by, tla.RELEASED, at, destination, receipt, revision)


def archived(
    bridge: Bridge,
    item: Item,
    *,
    event: str,
    by: Actor,
    at: datetime,
    destination: Activity,
    receipt: str,
    revision: int = 0,
) -> Built:
    """A destination no longer offers an item. The arguments are those of `released`."""
    return _moved(bridge, item, event, by, activity_streams.ARCHIVED, at, destination, receipt, revision)


def voided(
    bridge: Bridge, statement: UUID, *, event: str, by: Actor, at: datetime, revision: int = 0
) -> Built:
    """A statement no longer holds. `event`: the id of the act that took it back."""
    pointed = StatementRef(object_type="StatementRef", id=statement)
    return build(bridge, pointed, adl.VOIDED, context(), UNSET, event, by, at, revision)


def _moved(
    bridge: Bridge,
    item: Item,
    event: str,
    by: Actor,
    verb: Verb,
    at: datetime,
    destination: Activity,
    receipt: str,
    revision: int,
) -> Built:
    """A statement about an item as a resource of a destination."""
    about = context(item.platform, grouping=[destination], extensions={own.RECEIPT: receipt})
    return build(bridge, as_resource(item), verb, about, UNSET, event, by, at, revision)


def _judged(decision: UUID, method: str) -> Extensions:
    """What all statements of a judgement carry."""
    return {own.DECISION_ID: decision, own.METHOD: code(method)}
