"""How links are looked after, and by when items are looked at again."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from gleanery.config.learning import Kind
from gleanery.config.section import Section, WebAddress

What: TypeAlias = Literal["retract", "ask", "nothing"]
Days = Annotated[int, Field(ge=1, le=3_650)]


class OembedSettings(Section):
    """A site of videos or sounds whose oEmbed endpoint says whether one is there; its pages answer 200 for all."""

    hosts: tuple[str, ...]
    endpoint: WebAddress


class LinkSettings(Section):
    """How often addresses are looked at, how gently, and what follows where one is gone.

    `every_days`: between two looks at one that answers. `contact`: an address in our User-Agent, for those who run
    the sites. `on_platform_word`, `on_not_found`: what happens to items whose source is gone by the word of its
    platform, or because its site said "not found" on two days. `ask_after_days`: an address that fails otherwise for
    so long is a curator's question; 0 never.
    """

    check: bool = True
    every_days: int = Field(default=14, ge=1, le=365)
    at_once: int = Field(default=20, ge=1, le=200)
    total_seconds: float = Field(default=15, gt=0, le=120)
    contact: str = Field(default="", max_length=200)
    skip_hosts: tuple[str, ...] = ()
    on_platform_word: What = "retract"
    on_not_found: What = "ask"
    ask_after_days: int = Field(default=14, ge=0, le=365)
    oembed: tuple[OembedSettings, ...] = (
        OembedSettings(
            hosts=("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"),
            endpoint="https://www.youtube.com/oembed",
        ),
        OembedSettings(hosts=("vimeo.com", "www.vimeo.com"), endpoint="https://vimeo.com/api/oembed.json"),
    )


class ReviewSettings(Section):
    """How many days after its approval an item is to be looked at again, and when it ends; by kind and otherwise.

    A curator may set a day for each item. `otherwise` null: only the kinds named.
    """

    days: dict[Kind, Days] = Field(default_factory=dict)
    otherwise: Days | None = 365
    expires_days: dict[Kind, Days] = Field(default_factory=dict)
