"""What can be set of a package of lessons, whatever its format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from gleanery import ports
from gleanery.ports import LearningCollection


def _zip_file(path: Path) -> Path:
    if path.suffix != ".zip":
        raise ValueError("the package's file must end in .zip")
    return path.expanduser()


ZipFile = Annotated[Path, AfterValidator(_zip_file)]


class CourseSettings(ports.Settings):
    """Where the file goes and what is in it. A relative `path` lies in the adapter's own folder."""

    path: ZipFile = Field(Path("gleanery.zip"), title="File")
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        "Learning items"
    )
    collections: tuple[str, ...] = Field(
        (), description="titles or ids of the paths and collections to hold; none: all of them"
    )
    others: bool = Field(
        True, title="Other items", description="also hold the items that are in no path or collection"
    )
    completes: Literal["opened", "declared"] = Field(
        "opened",
        title="Completed when",
        description="opened: the source was opened; declared: the learner says so",
    )
    include_text: bool = Field(
        True, title="Include texts", description="show the text where its policy allows it"
    )
    language: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = Field(
        "en", description="language of our own words; also of items that do not tell theirs"
    )

    def chooses(self, collection: LearningCollection) -> bool:
        """Whether the package holds this one."""
        return not self.collections or bool({str(collection.id), collection.title} & set(self.collections))
