"""What an administrator sets for feeds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from gleanery import ports


class Settings(ports.Settings):
    """What the feeds say of themselves, how long they are, and which keys open them."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)] = Field(
        "Learning items"
    )
    language: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = Field(
        "en", description="language of the feeds and of the few words of our own in them"
    )
    newest: int = Field(
        100, ge=1, le=1_000, title="Entries of a page", description="entries of one page of a feed"
    )
    include_text: bool = Field(
        True, title="Include texts", description="add the text where its policy allows it"
    )
    addresses: bool = Field(
        True,
        title="Private addresses",
        description="offer the feeds at addresses with a key; else as files only",
    )
    keys: int = Field(
        1, ge=1, description="another number gives every feed a new address and closes all former ones"
    )
