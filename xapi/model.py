"""The shape of an xAPI statement as types, read by the validator and written by the builders.

One shape for both families, 1.0.3 and 2.0: the later one only adds to a context, which `rules` refuse in the
earlier. Unknown properties and nulls are refused here by type; what a type cannot say is in `rules`. The
values of extensions are nobody's business but the sender's. The field order is the order we write in.
Source: xAPI 1.0.3, part two (Data), sections 2 and 4; xAPI 2.0 (IEEE 9274.1.1), section 4.2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

Version: TypeAlias = Literal["1.0.3", "2.0.0"]
"""The two families of xAPI: 1.0.x is spoken as 1.0.3, 2.0.x as 2.0.0."""

LanguageMap: TypeAlias = dict[str, str]
Extensions: TypeAlias = dict[str, Any]
Timestamp: TypeAlias = Annotated[datetime, Meta(tz=True)]
InteractionType: TypeAlias = Literal[
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
]

_CAMEL = {
    "object_type": "objectType",
    "home_page": "homePage",
    "more_info": "moreInfo",
    "interaction_type": "interactionType",
    "correct_responses_pattern": "correctResponsesPattern",
    "relevant_types": "relevantTypes",
    "context_agents": "contextAgents",
    "context_groups": "contextGroups",
    "context_activities": "contextActivities",
    "usage_type": "usageType",
    "content_type": "contentType",
    "file_url": "fileUrl",
}


class _Object(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
    rename=_CAMEL,
):
    """The settings all objects of a statement share."""


class Account(_Object, frozen=True, kw_only=True):
    """A user account on one system."""

    home_page: str
    name: str


class Actor(_Object, frozen=True, kw_only=True):
    """An Agent, or a Group where `object_type` says so."""

    object_type: Literal["Agent", "Group"] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    mbox: str | UnsetType = UNSET
    mbox_sha1sum: str | UnsetType = UNSET
    openid: str | UnsetType = UNSET
    account: Account | UnsetType = UNSET
    member: list[Actor] | UnsetType = UNSET


class Verb(_Object, frozen=True, kw_only=True):
    """What the actor did."""

    id: str
    display: LanguageMap | UnsetType = UNSET


class Component(_Object, frozen=True, kw_only=True):
    """One choice, scale point, source, target or step of an interaction."""

    id: str
    description: LanguageMap | UnsetType = UNSET


class Definition(_Object, frozen=True, kw_only=True):
    """What an activity is."""

    type: str | UnsetType = UNSET
    name: LanguageMap | UnsetType = UNSET
    description: LanguageMap | UnsetType = UNSET
    more_info: str | UnsetType = UNSET
    interaction_type: InteractionType | UnsetType = UNSET
    correct_responses_pattern: list[str] | UnsetType = UNSET
    choices: list[Component] | UnsetType = UNSET
    scale: list[Component] | UnsetType = UNSET
    source: list[Component] | UnsetType = UNSET
    target: list[Component] | UnsetType = UNSET
    steps: list[Component] | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class Activity(_Object, frozen=True, kw_only=True):
    """Something an actor interacted with."""

    object_type: Literal["Activity"] | UnsetType = UNSET
    id: str
    definition: Definition | UnsetType = UNSET


class StatementRef(_Object, frozen=True, kw_only=True):
    """A pointer to another statement."""

    object_type: Literal["StatementRef"]
    id: UUID


class Score(_Object, frozen=True, kw_only=True):
    """How well the actor did."""

    scaled: float | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET


class Result(_Object, frozen=True, kw_only=True):
    """What came of it."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class ContextActivities(_Object, frozen=True, kw_only=True):
    """Activities the statement is related to; a single one may stand without its list."""

    category: list[Activity] | Activity | UnsetType = UNSET
    parent: list[Activity] | Activity | UnsetType = UNSET
    grouping: list[Activity] | Activity | UnsetType = UNSET
    other: list[Activity] | Activity | UnsetType = UNSET


class ContextAgent(_Object, frozen=True, kw_only=True):
    """An agent the statement is related to, and as what. Only in 2.0."""

    object_type: Literal["contextAgent"]
    agent: Actor
    relevant_types: list[str] | UnsetType = UNSET


class ContextGroup(_Object, frozen=True, kw_only=True):
    """A group the statement is related to, and as what. Only in 2.0."""

    object_type: Literal["contextGroup"]
    group: Actor
    relevant_types: list[str] | UnsetType = UNSET


class Context(_Object, frozen=True, kw_only=True):
    """The circumstances."""

    registration: UUID | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Actor | UnsetType = UNSET
    context_agents: list[ContextAgent] | UnsetType = UNSET
    context_groups: list[ContextGroup] | UnsetType = UNSET
    context_activities: ContextActivities | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class Attachment(_Object, frozen=True, kw_only=True):
    """A file that belongs to the statement; its bytes travel beside it."""

    usage_type: str
    display: LanguageMap
    content_type: str
    length: int
    sha2: str
    description: LanguageMap | UnsetType = UNSET
    file_url: str | UnsetType = UNSET


AnyObject = TypeVar("AnyObject")


class SubStatement(_Object, Generic[AnyObject], frozen=True, kw_only=True):
    """A statement as the object of another: something planned, or told of by someone else."""

    object_type: Literal["SubStatement"]
    actor: Actor
    verb: Verb
    object: AnyObject
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: Timestamp | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET


class Statement(_Object, Generic[AnyObject], frozen=True, kw_only=True):
    """One recorded experience; `AnyObject` is the type of its object."""

    id: UUID | UnsetType = UNSET
    actor: Actor
    verb: Verb
    object: AnyObject
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: Timestamp | UnsetType = UNSET
    stored: Timestamp | UnsetType = UNSET
    authority: Actor | UnsetType = UNSET
    version: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET
