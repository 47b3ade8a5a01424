"""The settings of the `x` connector."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors._web import Site
from connectors.x.ids import id_in
from gleanery.ports import Settings

MONTHLY_CAP = 3_000_000
"""Posts that X lets anybody with prepaid credits read in a month."""


class XSettings(Settings):
    """What of X is read, with which access, and how much of it may be paid for."""

    bearer_token: SecretStr | None = Field(
        default=None, description="The app's bearer token; it reads what is public and checks for deletions."
    )
    client_id: str | None = Field(
        default=None, description="The app's OAuth 2.0 client id, to read as an account that signed in."
    )
    client_secret: SecretStr | None = Field(
        default=None, description="The client secret, where the app is a confidential one."
    )
    queries: tuple[str, ...] = Field(
        default=(), description="Searches in X's language; they reach 7 days back. X allows 512 characters."
    )
    users: tuple[str, ...] = Field(
        default=(), description="Accounts whose timelines are read: @handles, or ids (digits alone)."
    )
    lists: tuple[str, ...] = Field(default=(), description="Ids of lists whose posts are read.")
    posts: tuple[str, ...] = Field(default=(), description="Single posts: ids or addresses.")
    archive: Path | None = Field(
        default=None, description="The zip file of an account's own archive, as X gave it."
    )
    replies: bool = Field(default=True, description="Also read the replies in timelines.")
    reposts: bool = Field(default=True, description="Also read the reposts in timelines and lists.")
    author_names: bool = Field(
        default=True, description="Ask who wrote the posts; X charges a user read for each author and day."
    )
    first_days: int = Field(
        default=90, ge=1, le=3_650, description="Days that the first reading goes back; a search at most 7."
    )
    monthly_posts: int = Field(
        default=5_000, ge=0, le=MONTHLY_CAP, description="Posts that may be read in a billing month."
    )
    monthly_usd: Decimal | None = Field(
        default=None, ge=0, description="US dollars that may be spent in a billing month; left out: no limit."
    )
    billing_day: int = Field(
        default=1, ge=1, le=28, description="Day of the month on which X's billing month begins."
    )
    deletions: Literal["jobs", "lookup"] = Field(
        default="jobs",
        description="How kept posts are checked every day: by compliance jobs (free, need the bearer token), or"
        " by looking each up again (charged).",
    )
    vocabulary: Literal["auto", "tweet", "post"] = Field(
        default="auto", description="The words X is asked in; auto finds out which ones it takes."
    )
    base_url: Site = Field(default="https://api.x.com", description="Where X's API is.")

    @field_validator("queries")
    @classmethod
    def _bounded(cls, queries: tuple[str, ...]) -> tuple[str, ...]:
        for query in queries:
            if not 1 <= len(query.strip()) <= 4_096:
                raise ValueError("a query has 1 to 4,096 characters")
        return tuple(query.strip() for query in queries)

    @field_validator("users")
    @classmethod
    def _named(cls, users: tuple[str, ...]) -> tuple[str, ...]:
        for user in users:
            if not re.fullmatch(r"\d{1,19}|@?[A-Za-z0-9_]{1,15}", user):
                raise ValueError("an account is an @handle of letters, digits and _, or an id of digits")
        return tuple(dict.fromkeys(users))

    @field_validator("lists")
    @classmethod
    def _numbered(cls, lists: tuple[str, ...]) -> tuple[str, ...]:
        for one in lists:
            if not re.fullmatch(r"\d{1,19}", one):
                raise ValueError("a list is given by its id, the digits at the end of its address")
        return tuple(dict.fromkeys(lists))

    @field_validator("posts")
    @classmethod
    def _ids(cls, posts: tuple[str, ...]) -> tuple[str, ...]:
        found = [id_in(post) for post in posts]
        if None in found:
            raise ValueError("a post is given by its id or its address at x.com")
        return tuple(dict.fromkeys(one for one in found if one))

    @model_validator(mode="after")
    def _something(self) -> Self:
        live = self.queries or self.users or self.lists or self.posts
        if not live and not self.archive:
            raise ValueError("give something to read: queries, users, lists, posts or an archive")
        if live and not self.signs_in and self.bearer_token is None:
            raise ValueError("X answers nobody without access: give bearer_token, or client_id to sign in")
        return self

    @property
    def signs_in(self) -> bool:
        """Whether posts are read as an account that signed in, not as the app."""
        return self.client_id is not None

    @property
    def is_live(self) -> bool:
        """Whether anything is read from X itself."""
        return bool(self.queries or self.users or self.lists or self.posts)

    @property
    def runs_jobs(self) -> bool:
        """Whether deletions are found by compliance jobs, which only the app itself may order."""
        return self.deletions == "jobs" and self.bearer_token is not None
