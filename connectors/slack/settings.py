"""The settings of the `slack` connector."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from gleanery.ports import Settings

BASE_URL = "https://slack.com/api/"


class SlackSettings(Settings):
    """Which workspace is read, live (`token`) or from an export, which of its conversations, and what may leave."""

    export: Path | None = Field(
        default=None,
        description="Path of a workspace export, the zip file as Slack gave it; or else `token`.",
    )
    token: SecretStr | None = Field(
        default=None, description="The app's bot token (xoxb-…), for reading live; or else `export`."
    )
    client_id: str | None = Field(
        default=None,
        max_length=100,
        description="The app's client id, to sign in and have Slack give the token; instead of `token`.",
    )
    client_secret: SecretStr | None = Field(default=None, description="The app's client secret.")
    app_token: SecretStr | None = Field(
        default=None,
        description="The app-level token (xapp-…): events come over a connection that `serve` opens (Socket Mode).",
    )
    signing_secret: SecretStr | None = Field(
        default=None, description="The app's signing secret: events come in by HTTP at the endpoint `events`."
    )
    channels: tuple[str, ...] = Field(
        default=(),
        description="Names or ids of the channels to read; empty reads all that are switched on, live all that"
        " the app was invited to.",
    )
    include_private: bool = Field(
        default=False,
        description="Also read private channels: those in the export, or that the app was invited to.",
    )
    include_direct: bool = Field(
        default=False,
        description="Also read direct messages, of two and of groups, if the export holds them; never live.",
    )
    workspace: str | None = Field(
        default=None,
        pattern=r"^[TE][A-Z0-9]{2,20}$",
        description="The workspace's id (T…); only needed where the export does not tell it, or where the token is"
        " of a whole Enterprise organisation.",
    )
    domain: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,60}(\.enterprise)?$",
        description="The name before .slack.com, for links to messages; if absent, asked of Slack, or taken from"
        " links to shared files in the export.",
    )
    learn_from: bool = Field(
        default=False,
        description="Whether the curators' decisions on these words may be learned from: they are your own, or those"
        " whose they are agreed.",
    )
    words_may_leave: bool = Field(
        default=False,
        description="Whether the words of colleagues may be passed on to an LMS. Off: only the links they share"
        " are. Switch it on after asking them or their representatives.",
    )
    first_days: int = Field(
        default=90, ge=0, description="How many days the first live reading goes back; 0 reads everything."
    )
    look_back_days: int = Field(
        default=30,
        ge=1,
        le=85,
        description="How old a message may be, in days, for late replies, edits and deletions to be looked for.",
    )
    requests_per_minute: int = Field(
        default=50,
        ge=1,
        description="Requests a minute for messages and for threads; Slack's Tier 3 allows an internal app 50.",
    )
    base_url: str = Field(
        default=BASE_URL,
        pattern=r"^https?://[^\s?#]+$",
        description="Where Slack's Web API is; https://slack-gov.com/api/ for GovSlack.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if [self.export, self.token, self.client_id].count(None) != 2:
            raise ValueError("give either `export`, a file, or `client_id` or `token`, to read live")
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("`client_id` and `client_secret` go together")
        if not self.is_live and (self.app_token or self.signing_secret):
            raise ValueError("`app_token` and `signing_secret` are for reading live; an export has no events")
        if self.is_live and self.include_direct:
            raise ValueError("direct messages are not read live; switch `include_direct` off")
        return self

    @property
    def is_live(self) -> bool:
        """Whether Slack itself is read, not an export."""
        return self.export is None
