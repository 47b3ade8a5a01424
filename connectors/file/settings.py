"""The settings of the `file` connector: where the records are and which of their values mean what."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from gleanery.model.posts import PostKind
from gleanery.ports import Settings

Place = str | tuple[str, ...]
"""A column's name, or a dotted path into a JSON record (`videos.0.url`; `*` takes all of a list); several are
tried in their order until one has a value."""


FILE = "@file"
"""A place of its own: the name of the file that the record stands in, for archives of one record a file."""


class Fields(Settings):
    """Where each part of a post stands in a record; at least `external_id` or `url` is needed."""

    external_id: Place = Field(
        default=(), description="The record's own id; if absent, its address is its id."
    )
    url: Place = Field(default=(), description="The address that a learner opens.")
    title: Place = Field(default=(), description="The title.")
    text: Place = Field(default=(), description="The description or the words of the post.")
    kind: Place = Field(default=(), description="What it is; translated by `kinds`.")
    author: Place = Field(default=(), description="Who made it; several names are joined by commas.")
    author_id: Place = Field(default=(), description="The author's id, where names are not unique.")
    published_at: Place = Field(default=(), description="When it was published.")
    edited_at: Place = Field(default=(), description="When it was last changed.")
    tags: Place = Field(default=(), description="Its tags, a list or a string split at `tag_separator`.")
    language: Place = Field(default=(), description="Its language: a code of two or three letters, as en-GB.")
    licence: Place = Field(default=(), description="Its licence.")
    seconds: Place = Field(
        default=(), description="Its length: a number of `duration_unit`, 1:02:03 or ISO 8601 (PT1H2M)."
    )
    links: Place = Field(default=(), description="Further addresses that it shares.")
    thumbnail: Place = Field(default=(), description="The address of a small picture of it.")
    transcript: Place = Field(
        default=(), description="What is said in it and when: the words of a WebVTT or SubRip file."
    )
    parent_external_id: Place = Field(default=(), description="The id of the record that it replies to.")

    def places(self) -> dict[str, tuple[str, ...]]:
        """For each mapped part of a post, where to look for it, in order."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: (place,) if isinstance(place, str) else place for name, place in given.items() if place}


class FileSettings(Settings):
    """Which files are read, how, and what may be done with their words."""

    path: Path = Field(
        description="A file, a folder or a pattern (** allowed); zip archives are read through."
    )
    realm: str = Field(
        min_length=1,
        max_length=1_000,
        description="Whose records these are, for instance a catalogue's name; ids are unique within it.",
    )
    fields: Fields = Field(description="Where each part of a post stands in a record.")
    platform: str = Field(
        default="file", pattern=r"^[a-z][a-z0-9_-]{0,40}$", description="The platform that the posts are of."
    )
    format: Literal["auto", "csv", "json", "jsonl"] = Field(
        default="auto", description="The format; auto goes by the name: .csv .tsv .json .jsonl .ndjson."
    )
    members: str = Field(
        default="*", description="Which files of a zip archive are read, a pattern over their whole names."
    )
    records: str = Field(
        default="",
        description="JSON: dotted path to the list of records; empty means the document itself, a list or one"
        " record.",
    )
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="CSV: what parts the values; if absent, guessed.",
    )
    encoding: str = Field(
        default="utf-8-sig", description="The files' encoding, for instance cp1252 or utf-16."
    )
    kind: PostKind = Field(default=PostKind.COURSE, description="What the records are, where none says so.")
    kinds: dict[str, PostKind] = Field(
        default={}, description="What the values of `fields.kind` mean, for instance Webinar: video."
    )
    date_format: str | None = Field(
        default=None,
        description="How times are written, as for strptime (%d.%m.%Y); if absent: ISO 8601, RFC 2822 or"
        " seconds since 1970. Without a zone they count as UTC.",
    )
    duration_unit: Literal["seconds", "minutes", "hours"] = Field(
        default="seconds", description="The unit of lengths that are bare numbers."
    )
    tag_separator: str = Field(default=",", min_length=1, description="What parts the tags in a string.")
    markup: Literal["none", "html"] = Field(
        default="none", description="Whether title and text are plain words or HTML."
    )
    language: str | None = Field(
        default=None, max_length=35, description="The language of records that name none."
    )
    licence: str | None = Field(
        default=None, max_length=500, description="The licence of records that name none themselves."
    )
    attribution: str = Field(default="", max_length=500, description="What must be shown with every item.")
    pass_text_on: bool = Field(
        default=False,
        description="Whether the words may be passed on to an LMS; if not, only title and link are.",
    )
    learn_from: bool = Field(
        default=False,
        description="Whether the curators' decisions on these words may be learned from: they are your own, or those"
        " whose they are agreed.",
    )
    internal: bool = Field(
        default=False,
        description="Whether these are words of a closed workplace: only the links they share count.",
    )
    complete: bool = Field(
        default=False,
        description="Whether the one file holds the whole catalogue, so that records missing from a newer version"
        " of it no longer exist.",
    )

    @field_validator("fields")
    @classmethod
    def _can_be_told_apart(cls, fields: Fields) -> Fields:
        if not fields.external_id and not fields.url:
            raise ValueError("map at least `external_id` or `url`, or records cannot be told apart")
        return fields

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise ValueError(f"{name} is no encoding that Python knows") from error
        return name
