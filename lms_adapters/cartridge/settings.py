"""What can be set of a cartridge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gleanery import ports
from lms_adapters._text import web_address
from lms_adapters.cartridge.formats import Version
from lms_adapters.cartridge.layout import GroupBy


def _cartridge_file(path: Path) -> Path:
    if path.suffix not in (".imscc", ".zip"):
        raise ValueError("the cartridge's file must end in .imscc (or .zip)")
    return path.expanduser()


def _launch_address(address: str) -> str:
    if address and (web_address(address) != address or "?" in address or "#" in address):
        raise ValueError("the launch address must be a web address without a query")
    return address


class Settings(ports.Settings):
    """Where the file goes and how it is laid out. A relative `path` lies in the adapter's own folder."""

    path: Annotated[Path, AfterValidator(_cartridge_file)] = Field(Path("gleanery.imscc"), title="File")
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)] = Field(
        "Learning items"
    )
    group_by: GroupBy = Field(
        "competency",
        title="Folders by",
        description="one folder per competency, goal or platform, or one",
    )
    include_text: bool = Field(
        True, title="Include texts", description="add a page with the text where its policy allows it"
    )
    discussion: bool = Field(
        False, title="Discussions", description="add one discussion topic to each folder"
    )
    version: Version = Field(
        "1.1", description="1.1 for Moodle; 1.3 for Canvas and others: thin, links only, no page and no topic"
    )
    launch: Annotated[str, AfterValidator(_launch_address)] = Field(
        "",
        title="Launch address",
        description="address of our LTI tool in that LMS: items become LTI links; empty: web links",
    )
    language: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = Field(
        "en", description="language of the folders and notes; also of items that do not tell theirs"
    )

    @model_validator(mode="after")
    def _thin_holds_links(self) -> Self:
        if self.discussion and self.version == "1.3":
            raise ValueError("a thin cartridge (version 1.3) holds links only: set `discussion` to false")
        return self
