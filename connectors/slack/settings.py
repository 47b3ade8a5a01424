"""The settings of the `slack` connector."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from gleanery.ports import Settings


class SlackSettings(Settings):
    """Which export is read, which of its conversations, and what may leave the house."""

    export: Path = Field(description="Path of the workspace export, the zip file as Slack gave it.")
    channels: tuple[str, ...] = Field(
        default=(), description="Names or ids of the channels to read; empty reads all that are switched on."
    )
    include_private: bool = Field(
        default=False, description="Also read private channels, if the export holds them."
    )
    include_direct: bool = Field(
        default=False,
        description="Also read direct messages, of two and of groups, if the export holds them.",
    )
    workspace: str | None = Field(
        default=None,
        pattern=r"^[TE][A-Z0-9]{2,20}$",
        description="The workspace's id (T…); only needed where the export does not tell it.",
    )
    domain: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,60}(\.enterprise)?$",
        description="The name before .slack.com, for links to messages; if absent, taken from links to shared"
        " files in the export.",
    )
    words_may_leave: bool = Field(
        default=False,
        description="Whether the words of colleagues may be passed on to an LMS. Off: only the links they share"
        " are. Switch it on after asking them or their representatives.",
    )
