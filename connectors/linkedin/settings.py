"""The settings of the `linkedin` connector."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors._web import Site
from connectors.linkedin import versions
from gleanery.ports import Settings

_AUTHOR = re.compile(r"urn:li:(organization|organizationBrand|person):[A-Za-z0-9_-]{1,80}$")


class LinkedInSettings(Settings):
    """Whose posts are read, in which way, and what may be done with their words."""

    authors: tuple[str, ...] = Field(
        default=(),
        description="The organisation's own pages, by number or URN (10429, urn:li:organization:10429). Members'"
        " URNs are for the few apps to which LinkedIn granted r_member_social, and want a source of their own.",
    )
    export: Path | None = Field(
        default=None,
        description="A member's data export: the zip file as LinkedIn gave it, instead of `authors`.",
    )
    member: str = Field(
        default="",
        pattern=r"^(urn:li:(person|member):)?[A-Za-z0-9_-]{0,80}$",
        description="Whose export it is: the member's number or URN. Only where the export's file names do not tell.",
    )
    client_id: str = Field(
        default="",
        max_length=200,
        description="Client ID of your app in LinkedIn's developer portal; sign in with `gleanery sources connect`.",
    )
    client_secret: SecretStr | None = Field(default=None, description="The app's client secret.")
    token: SecretStr | None = Field(
        default=None,
        description="A token from the portal's token tool, instead of signing in. It runs out after 60 days.",
    )
    version: str = Field(
        default=versions.DEFAULT,
        pattern=r"^20\d\d(0[1-9]|1[0-2])$",
        description="Version of the API (YYYYMM). LinkedIn switches each off when it is a year old.",
    )
    own_organisation_authenticated: bool = Field(
        default=False,
        description="Whether your organisation itself authorised the app, which lets words be kept six months"
        " instead of six weeks.",
    )
    words_may_leave: bool = Field(
        default=False,
        description="Whether words of posts may be passed on to an LMS. LinkedIn's terms for its APIs forbid to"
        " export or transfer them; off, only addresses are. Switch it on only for words that are your own.",
    )
    first_days: int = Field(
        default=90,
        ge=0,
        le=36_500,
        description="Days that the first reading goes back, by a post's last change; 0 reads all.",
    )
    sweep_days: float = Field(
        default=7,
        gt=0,
        le=30,
        description="Days between two readings of everything, which find deletions and renew what is kept.",
    )
    page_size: int = Field(default=100, ge=2, le=100, description="Posts asked for in one request.")
    base_url: Site = Field(default="https://api.linkedin.com", description="Address of the API.")
    login_url: Site = Field(default="https://www.linkedin.com", description="Address at which one signs in.")

    @field_validator("authors")
    @classmethod
    def _urns(cls, authors: tuple[str, ...]) -> tuple[str, ...]:
        whole = [f"urn:li:organization:{one}" if one.isdigit() else one.strip() for one in authors]
        for one in whole:
            if not _AUTHOR.match(one):
                raise ValueError(
                    "an author is the number of a page, or a URN such as urn:li:organization:10429"
                )
        if len({one.startswith("urn:li:person:") for one in whole}) > 1:
            raise ValueError("pages and members are kept for different times; give each a source of its own")
        return tuple(dict.fromkeys(whole))

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.authors) == (self.export is not None):
            raise ValueError("give either `authors` or `export`; for both, make two sources")
        if self.authors and self.token is None and not (self.client_id and self.client_secret):
            raise ValueError("give `client_id` and `client_secret` to sign in with, or a `token`")
        return self

    @property
    def are_members(self) -> bool:
        """Whether the posts of members are read, not those of pages."""
        return bool(self.authors) and self.authors[0].startswith("urn:li:person:")
