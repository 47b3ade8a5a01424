"""The settings of the `feeds` connector."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from connectors._values import web_address
from gleanery.ports import Settings


class FeedsSettings(Settings):
    """Which feeds are read, how far back, and what may be done with their words."""

    urls: tuple[str, ...] = Field(default=(), description="Addresses of feeds, http:// or https://.")
    files: tuple[Path, ...] = Field(
        default=(),
        description="Archived feeds: files, folders (their .xml, .rss, .atom, .rdf and .json files) or patterns.",
    )
    first_days: int = Field(
        default=90,
        ge=0,
        le=36_500,
        description="Days that the first reading of an address goes back; entries without a date are always"
        " read; 0 reads all. Files are read whole.",
    )
    max_entries: int = Field(
        default=1_000, ge=1, le=10_000, description="Entries read of one feed, counted from its top."
    )
    keep_text: Literal["excerpt", "full"] = Field(
        default="excerpt",
        description="What is kept of an entry's words: its summary or first 2,000 characters (excerpt), or all.",
    )
    learn_from: bool = Field(
        default=False,
        description="Whether the curators' decisions on these words may be learned from: they are your own, or those"
        " whose they are agreed.",
    )
    transcripts: bool = Field(
        default=False,
        description="Whether what is said in a podcast and its chapters are read too, where its publisher offers them"
        " (podcast:transcript, podcast:chapters): two more requests for each new episode.",
    )
    pass_text_on: bool = Field(
        default=False,
        description="Whether the publishers allow their words to be passed on to an LMS; if not, only title"
        " and link are.",
    )
    licence: str | None = Field(
        default=None, max_length=500, description="The licence of entries that name none themselves."
    )
    attribution: str = Field(
        default="", max_length=500, description="What must be shown with every item made from these feeds."
    )

    @field_validator("urls")
    @classmethod
    def _usable(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if web_address(url) is None:
                raise ValueError("an address must begin with http:// or https://; put paths into `files`")
            if "@" in urlsplit(url).netloc:
                raise ValueError("an address must hold no user name or password")
        return tuple(dict.fromkeys(url.strip() for url in urls))

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.urls and not self.files:
            raise ValueError("give at least one feed in `urls` or `files`")
        return self
