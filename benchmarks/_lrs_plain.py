"""What one writes in an afternoon: typed models in, a row each; no look at repeats, no chain, one table.

Names are those of the JSON, as such models have them.
"""
# ruff: noqa: N815

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import FastAPI
from pydantic import AnyUrl, BaseModel, ConfigDict, Field

LanguageMap = dict[str, str]
Extensions = dict[AnyUrl, Any]


class Strict(BaseModel):
    """What all parts have in common: nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class Account(Strict):
    """Where an agent is known, and as whom."""

    homePage: AnyUrl
    name: str


class Agent(Strict):
    """Who."""

    objectType: Literal["Agent", "Group"] = "Agent"
    name: str | None = None
    mbox: str | None = None
    mbox_sha1sum: str | None = None
    openid: AnyUrl | None = None
    account: Account | None = None
    member: list["Agent"] | None = None


class Verb(Strict):
    """Did."""

    id: AnyUrl
    display: LanguageMap | None = None


class Definition(Strict):
    """What a thing is."""

    type: AnyUrl | None = None
    name: LanguageMap | None = None
    description: LanguageMap | None = None
    moreInfo: AnyUrl | None = None
    extensions: Extensions | None = None


class Activity(Strict):
    """What."""

    objectType: Literal["Activity"] = "Activity"
    id: AnyUrl
    definition: Definition | None = None


class Score(Strict):
    """How well."""

    scaled: float | None = Field(None, ge=-1, le=1)
    raw: float | None = None
    min: float | None = None
    max: float | None = None


class Result(Strict):
    """What came of it."""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    duration: timedelta | None = None
    extensions: Extensions | None = None


class ContextActivities(Strict):
    """What it belongs to."""

    parent: list[Activity] | None = None
    grouping: list[Activity] | None = None
    category: list[Activity] | None = None
    other: list[Activity] | None = None


class Context(Strict):
    """The circumstances."""

    registration: UUID | None = None
    instructor: Agent | None = None
    team: Agent | None = None
    contextActivities: ContextActivities | None = None
    revision: str | None = None
    platform: str | None = None
    language: str | None = None
    extensions: Extensions | None = None


class Statement(Strict):
    """A statement about an activity; other kinds this endpoint would not even know."""

    id: UUID
    actor: Agent
    verb: Verb
    object: Activity
    result: Result | None = None
    context: Context | None = None
    timestamp: datetime


def plain_app(path: str, insert: str, row_of: Callable[[dict[str, Any]], tuple[Any, ...]]) -> FastAPI:
    """The endpoint over one SQLite connection."""
    app = FastAPI()
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    lock = threading.Lock()

    @app.post("/xapi/statements")
    def post(statements: list[Statement]) -> list[str]:
        rows = [row_of(one.model_dump(mode="json", exclude_none=True)) for one in statements]
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            for row in rows:
                connection.execute(insert, row)
            connection.execute("COMMIT")
        return [str(one.id) for one in statements]

    return app
