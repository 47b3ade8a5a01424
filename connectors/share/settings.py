"""The settings of the `share` connector."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from gleanery.ports import Settings

_SHORTEST_SECRET = 24


class ShareSettings(Settings):
    """How people hand pages in, and whose mail is believed."""

    realm: str = Field(
        default="share",
        min_length=1,
        max_length=100,
        description="Whose shares these are: part of their identity and of the handles of people, choose once.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="At least 24 random characters: what the bookmarklets are signed with. A new one ends all of"
        " them. Absent: there is no page to share on.",
    )
    valid_days: int = Field(default=365, ge=1, le=3_650, description="Days that a bookmarklet works.")
    per_day: int = Field(default=50, ge=1, le=10_000, description="Pages that one person may share in a day.")
    folder: Path | None = Field(
        default=None, description="A folder into which your mail server puts shared mail, as .eml files."
    )
    senders: tuple[str, ...] = Field(
        default=(), description="Whose mail is read: addresses, or domains such as example.org."
    )
    verified_by: str = Field(
        default="",
        max_length=253,
        description="The name by which your mail server signs Authentication-Results; mail that did not pass its"
        " check of the sender (DMARC) is then refused.",
    )
    learn_from: bool = Field(
        default=False,
        description="Whether the curators' decisions on these words may be learned from: they are your own, or those"
        " whose they are agreed.",
    )
    words_may_leave: bool = Field(
        default=False,
        description="Whether what people write about a page may be passed on to an LMS. Off: only the page is.",
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.secret is None and self.folder is None:
            raise ValueError("give a `secret` for bookmarklets or a `folder` of mail")
        if self.secret is not None and len(self.secret.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError("`secret` must have at least 24 characters; for instance: openssl rand -hex 32")
        if self.folder is not None and not self.senders:
            raise ValueError("say in `senders` whose mail is read")
        return self
