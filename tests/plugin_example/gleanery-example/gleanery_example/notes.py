"""Reads a folder of text notes: the first line is the title, the rest the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from gleanery import ports
from gleanery.errors import ConfigError
from gleanery.model.posts import PostDraft, PostKind, Vanished
from gleanery.ports import Check, Context, Fault, Page, Policy

NOTES_A_PAGE = 10


class NotesSettings(ports.Settings):
    """Where the notes lie."""

    folder: Path


class Notes:
    """One partition, the folder; a note's file name is its id, and a removed file is a post that is gone.

    State: {"after": the last name read in this window, "known": names seen at the end of the last one}.
    """

    name: ClassVar[str] = "notes"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = NotesSettings
    policy = Policy(may_store_text=True, may_pass_text_on=True, attribution="Our notes")

    def __init__(self, settings: NotesSettings, ctx: Context) -> None:
        self._folder = settings.folder

    def check(self) -> Sequence[Check]:
        """Whether the folder is there."""
        if self._folder.is_dir():
            return [Check("folder", True, "is there")]
        return [Check("folder", False, f"{self._folder} is no folder", "Set `folder`.")]

    def partitions(self) -> Sequence[str]:
        """The folder is read as a whole."""
        return ["notes"]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The notes by name, a few at a time. Raises: ConfigError where the folder is not there."""
        if not self._folder.is_dir():
            raise ConfigError(f"{self._folder} is no folder.", remedy="Set `folder`.")
        present = sorted(path.name for path in self._folder.glob("*.txt"))
        known = list(state.get("known", []))
        left = [name for name in present if name > state.get("after", "")]
        while len(left) > NOTES_A_PAGE:
            some, left = left[:NOTES_A_PAGE], left[NOTES_A_PAGE:]
            yield self._page(some, {"after": some[-1], "known": known}, complete=False)
        gone = [self._vanished(name) for name in known if name not in present]
        yield self._page(left, {"after": "", "known": present}, complete=True, gone=gone)

    def _page(
        self, names: Sequence[str], state: Mapping[str, Any], *, complete: bool, gone: Sequence[Vanished] = ()
    ) -> Page:
        posts, faults = [], []
        for name in names:
            try:
                posts.append(self._post(name))
            except UnicodeDecodeError:
                faults.append(Fault(name, "is no UTF-8 text"))
        return Page(posts, state, complete, gone, faults)

    def _post(self, name: str) -> PostDraft:
        title, _, text = (self._folder / name).read_text("utf-8").partition("\n")
        return PostDraft(
            platform="notes",
            realm=self._folder.name,
            external_id=name,
            kind=PostKind.ARTICLE,
            title=title.strip(),
            text=text.strip(),
        )

    def _vanished(self, name: str) -> Vanished:
        return Vanished(platform="notes", realm=self._folder.name, external_id=name)
