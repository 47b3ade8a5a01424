"""What all statements are made of: the id, the context, and the checks that keep anybody's words out of them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict
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
    Extensions,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
)
from xapi.vocabulary import own

OURS = Activity(id=own.PROFILE)
"""The profile all our statements follow."""

_CATEGORY = [OURS]
_CODE = re.compile(r"[a-z0-9][a-z0-9._:/@+-]{0,199}")
_encode = msgspec.json.Encoder().encode


class Built(msgspec.Struct, frozen=True, gc=False):
    """A statement as it will be stored: its id and its bytes; `view` spares the store reading them again."""

    id: UUID
    raw: bytes
    view: Statement[Any] | None = None


class Act(TypedDict):
    """What every act has. `event`: its own id on its platform; `revision` counts repeats after a void."""

    event: str | UUID
    by: Actor
    at: datetime
    revision: NotRequired[int]


class Words(NamedTuple):
    """What somebody wrote, and how much of it a statement carries: nothing, unless the organisation says so.

    `hash` proves what was seen for as long as `key`, the post's own, is kept.
    """

    text: str
    policy: Literal["none", "hash", "full"] = "none"
    key: bytes = b""

    def response(self) -> str | UnsetType:
        """The words themselves, where the policy is `full`."""
        return self.text if self.policy == "full" else UNSET

    def extensions(self) -> Extensions:
        """Their keyed hash, where the policy is `hash`."""
        if self.policy != "hash":
            return {}
        if not self.key:
            raise XapiError("a hash of somebody's words needs the post's key: short texts can be guessed")
        return {own.CONTENT_HMAC: content_hmac(self.key, self.text)}


SILENT = Words("")


def content_hmac(key: bytes, text: str) -> str:
    """The keyed hash of a content, hex: proves what was seen for as long as the post's key is kept."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def build(
    bridge: Bridge,
    thing: Item | StatementRef,
    verb: Verb,
    context: Context,
    result: Result | UnsetType,
    event: str | UUID,
    by: Actor,
    at: datetime,
    revision: int = 0,
) -> Built:
    """The statement that `by` did this to a thing."""
    if isinstance(thing, Item):
        about: Activity | StatementRef = thing.activity
        platform, name = thing.platform, thing.activity.id
    else:
        about, platform, name = thing, "", str(thing.id)
    derived = statement_id(bridge, platform, event, verb, by, name, revision)
    statement = Statement(
        id=derived, actor=by, verb=verb, object=about, result=result, context=context, timestamp=utc(at)
    )
    return Built(derived, _encode(statement), statement)


def context(
    platform: str | UnsetType = UNSET,
    *,
    profiles: Sequence[Activity] = (),
    parent: Sequence[Activity] = (),
    grouping: Sequence[Activity] = (),
    other: Sequence[Activity] = (),
    extensions: Extensions | UnsetType = UNSET,
    registration: UUID | UnsetType = UNSET,
    instructor: Actor | UnsetType = UNSET,
) -> Context:
    """The circumstances of an act; `profiles`: those it follows besides ours."""
    return Context(
        registration=registration,
        instructor=instructor,
        context_activities=ContextActivities(
            category=[OURS, *profiles] if profiles else _CATEGORY,
            parent=list(parent) if parent else UNSET,
            grouping=list(grouping) if grouping else UNSET,
            other=list(other) if other else UNSET,
        ),
        platform=platform,
        extensions=extensions or UNSET,
    )


def known(told: Extensions) -> Extensions:
    """The extensions of which something is known."""
    return {iri: value for iri, value in told.items() if value is not None}


def result(
    *,
    score: float | None = None,
    success: bool | None = None,
    completion: bool | None = None,
    response: str | UnsetType = UNSET,
    lasted: timedelta | None = None,
    extensions: Extensions | None = None,
) -> Result | UnsetType:
    """What came of an act; nothing where nothing is known. `score`: 0 to 1."""
    told = Result(
        score=UNSET if score is None else scaled(score),
        success=UNSET if success is None else success,
        completion=UNSET if completion is None else completion,
        response=response,
        duration=UNSET if lasted is None else duration(lasted),
        extensions=extensions or UNSET,
    )
    return UNSET if told == _NOTHING else told


_NOTHING = Result()


def utc(at: datetime) -> datetime:
    """The same time in UTC. Raises XapiError for a naive one."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise XapiError("a statement's time needs a zone: attach the zone of its source")
    return at.astimezone(UTC)


def scaled(share: float) -> Score:
    """A score from 0 to 1."""
    if not 0.0 <= share <= 1.0:
        raise XapiError("a quality or score lies between 0 and 1")
    return Score(scaled=share)


def duration(lasted: timedelta) -> str:
    """The ISO 8601 spelling, to hundredths of a second, which is all that comparison counts."""
    if lasted < timedelta():
        raise XapiError("a duration is not below zero")
    seconds = f"{lasted / timedelta(seconds=1):.2f}".rstrip("0").rstrip(".")
    return f"PT{seconds}S"


@lru_cache(maxsize=1024)
def code(text: str) -> str:
    """A method, reason or reaction: a code with no room for anybody's words."""
    if not _CODE.fullmatch(text):
        raise XapiError("a method or reason is a code of a-z, 0-9 and ._:/@+-, not a sentence")
    return text
