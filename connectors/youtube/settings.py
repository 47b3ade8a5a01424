"""The settings of the `youtube` connector."""

from __future__ import annotations

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors._web import Site
from connectors.youtube.references import channel_reference, playlist_reference, video_reference
from gleanery.ports import Settings


class YouTubeSettings(Settings):
    """Which channels, playlists, videos and searches are read, how far back, and at what cost."""

    channels: tuple[str, ...] = Field(
        default=(), description="Channels: ids (UC…), handles (@name) or addresses of their pages."
    )
    playlists: tuple[str, ...] = Field(default=(), description="Playlists: ids (PL…) or addresses.")
    videos: tuple[str, ...] = Field(default=(), description="Single videos: ids or addresses.")
    searches: tuple[str, ...] = Field(
        default=(),
        description="Words to search all of YouTube for; 100 calls a day in all, at Google's rule.",
    )
    key: SecretStr | None = Field(
        default=None, description="API key of a Google Cloud project with the YouTube Data API v3 enabled."
    )
    client_id: str | None = Field(
        default=None, description="Client id of an OAuth app, in place of a key or for captions."
    )
    client_secret: SecretStr | None = Field(default=None, description="Client secret of that OAuth app.")
    first_days: int = Field(
        default=90,
        ge=0,
        le=36_500,
        description="Days that a first reading goes back; 0 reads all. `videos` are always read.",
    )
    comments: bool = Field(default=False, description="Whether comments are read, with all their replies.")
    comments_days: int = Field(
        default=30, ge=1, le=36_500, description="Days for which a video's comments are looked at."
    )
    captions: bool = Field(
        default=False,
        description="Whether captions of the signed-in account's own videos are read: 250 units a video and month.",
    )
    daily_units: int = Field(
        default=9_000,
        ge=10,
        le=100_000_000,
        description="Units of quota spent in a day (midnight to midnight in Los Angeles); a project has 10,000.",
    )
    daily_searches: int = Field(
        default=90, ge=1, le=1_000_000, description="Search calls made in such a day; a project has 100."
    )
    search_pages: int = Field(
        default=3, ge=1, le=10, description="Pages of 50 results read of one search at a time."
    )
    words_may_leave: bool = Field(
        default=False,
        description="Whether descriptions and comments may be passed on to an LMS; if not, only title and link are.",
    )
    base_url: Site = Field(default="https://youtube.googleapis.com", description="Address of the API.")
    authorize_url: Site = Field(
        default="https://accounts.google.com/o/oauth2/v2/auth", description="Where somebody signs in."
    )
    token_url: Site = Field(
        default="https://oauth2.googleapis.com/token", description="Where access tokens are got."
    )

    @field_validator("channels")
    @classmethod
    def _channels(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(channel_reference, values)))

    @field_validator("playlists")
    @classmethod
    def _playlists(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(playlist_reference, values)))

    @field_validator("videos")
    @classmethod
    def _videos(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(video_reference, values)))

    @field_validator("searches")
    @classmethod
    def _searches(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(" ".join(value.split()) for value in values))
        if not all(words):
            raise ValueError("a search needs words")
        return words

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not (self.channels or self.playlists or self.videos or self.searches):
            raise ValueError("give at least one of `channels`, `playlists`, `videos` and `searches`")
        if self.key is None and self.client_id is None:
            raise ValueError("give `key`, or `client_id` and `client_secret` to sign in")
        if self.captions and self.client_id is None:
            raise ValueError("`captions` needs `client_id`: only who may edit a video may read its captions")
        return self
