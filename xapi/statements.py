"""Builds the statements that tell how a post became a learning item.

A statement is a pure function of the arguments: no clock, no chance, no version of ours. Building it again,
after a crash or an upgrade, gives the same bytes and the same id; so the id, a UUIDv5 over what happened,
is also what makes a second recording harmless. An act repeated after it was voided carries a `revision`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from xapi.bridge import Bridge, Item
from xapi.errors import XapiError
from xapi.identity import statement_id
from xapi.model import (
    Activity,
    Actor,
    Context,
    ContextActivities,
    Definition,
    Extensions,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
)
from xapi.vocabulary import activity_streams, adl, dcterms, own, tincan_registry, tla

__all__ = [
    "Bridge",
    "Built",
    "Item",
    "approved",
    "archived",
    "content_hmac",
    "imported",
    "rejected",
    "released",
    "statement_id",
    "tagged",
    "voided",
]

_CATEGORY = [Activity(id=own.PROFILE)]
_CODE = re.compile(r"[a-z0-9][a-z0-9._:/@+-]{0,199}")
_encode = msgspec.json.Encoder().encode


class Built(msgspec.Struct, frozen=True, gc=False):
    """A statement as it will be stored: its id and its bytes; `view` spares the store reading them again."""

    id: UUID
    raw: bytes
    view: Statement[Any] | None = None


def content_hmac(key: bytes, text: str) -> str:
    """The keyed hash of a content, hex: proves what was seen for as long as the post's key is kept."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


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
    told = {own.CONTENT_HMAC: content, dcterms.LICENSE: licence}
    extensions = {iri: value for iri, value in told.items() if value is not None}
    context = _context(item, None, tags, extensions)
    return _build(bridge, item, event, by, adl.IMPORTED, at, context, UNSET, revision)


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
    context = _context(item, None, [*competencies, *tags], extensions)
    return _build(bridge, item, decision, by, activity_streams.TAGGED, at, context, UNSET, revision)


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
    extensions = _judged(decision, method)
    context = _context(item, competencies, None, extensions)
    result = Result(score=UNSET if quality is None else Score(scaled=_scaled(quality)), success=True)
    return _build(bridge, item, decision, by, activity_streams.APPROVED, at, context, result, revision)


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
    extensions = _judged(decision, method) | {tla.REASON: _code(reason)}
    context = _context(item, None, None, extensions)
    result = Result(success=False)
    return _build(bridge, item, decision, by, activity_streams.REJECTED, at, context, result, revision)


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
    bridge: Bridge,
    statement: UUID,
    *,
    event: str,
    by: Actor,
    at: datetime,
    revision: int = 0,
) -> Built:
    """A statement no longer holds. `event`: the id of the act that took it back."""
    derived = statement_id(bridge, "", event, adl.VOIDED, by, str(statement), revision)
    built = Statement(
        id=derived,
        actor=by,
        verb=adl.VOIDED,
        object=StatementRef(object_type="StatementRef", id=statement),
        context=Context(context_activities=ContextActivities(category=_CATEGORY)),
        timestamp=_utc(at),
    )
    return Built(derived, _encode(built), built)


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
    resource = Item(msgspec.structs.replace(item.activity, definition=_RESOURCE), item.platform)
    context = _context(resource, [destination], None, {own.RECEIPT: receipt})
    return _build(bridge, resource, event, by, verb, at, context, UNSET, revision)


_RESOURCE = Definition(type=tincan_registry.RESOURCE)


def _build(
    bridge: Bridge,
    item: Item,
    event: str | UUID,
    by: Actor,
    verb: Verb,
    at: datetime,
    context: Context,
    result: Result | UnsetType,
    revision: int,
) -> Built:
    activity = item.activity
    derived = statement_id(bridge, item.platform, event, verb, by, activity.id, revision)
    statement = Statement(
        id=derived,
        actor=by,
        verb=verb,
        object=activity,
        result=result,
        context=context,
        timestamp=_utc(at),
    )
    return Built(derived, _encode(statement), statement)


def _context(
    item: Item,
    grouping: Sequence[Activity] | None,
    other: Sequence[Activity] | None,
    extensions: Extensions,
) -> Context:
    return Context(
        context_activities=ContextActivities(
            category=_CATEGORY,
            grouping=list(grouping) if grouping else UNSET,
            other=list(other) if other else UNSET,
        ),
        platform=item.platform,
        extensions=extensions or UNSET,
    )


def _judged(decision: UUID, method: str) -> Extensions:
    """What all statements of a judgement carry."""
    return {own.DECISION_ID: decision, own.METHOD: _code(method)}


def _utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise XapiError("a statement's time needs a zone: attach the zone of its source")
    return at.astimezone(UTC)


def _scaled(quality: float) -> float:
    if not 0.0 <= quality <= 1.0:
        raise XapiError("quality lies between 0 and 1")
    return quality


@lru_cache(maxsize=1024)
def _code(text: str) -> str:
    """A method or a reason: a code with no room for anybody's words."""
    if not _CODE.fullmatch(text):
        raise XapiError("a method or reason is a code of a-z, 0-9 and ._:/@+-, not a sentence")
    return text
