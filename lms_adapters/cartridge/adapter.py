"""The adapter `cartridge`: one file made anew from all approved items.

A cartridge cannot be recalled once somebody has it, so it takes only text whose policy allows passing on
(the house leaves `LearningItem.html` empty otherwise).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from gleanery import ports
from gleanery.ports import Check, Context, LearningCollection, LearningItem, LearningStep, Receipt
from lms_adapters._collections import page_of
from lms_adapters._entries import Entry, count, entry_of, left_out_note, unique
from lms_adapters._packing import checks, pack
from lms_adapters._text import clean, plain
from lms_adapters.cartridge.formats import FORMATS
from lms_adapters.cartridge.layout import Folder, arrange, group_of
from lms_adapters.cartridge.manifest import NAME, About, manifest
from lms_adapters.cartridge.resources import Resource, Style, resources_of
from lms_adapters.cartridge.settings import Settings
from lms_adapters.cartridge.words import around, words_in

FOR_GOOD = "A cartridge that was handed out cannot be recalled."


class Cartridge:
    """Writes an IMS Common Cartridge, 1.1 or thin 1.3."""

    name: ClassVar[str] = "cartridge"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = True

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._words = words_in(self._settings.language)
        self._how = FORMATS[self._settings.version]
        self.path = Path(ctx.folder).absolute() / self._settings.path

    def preflight(self) -> Sequence[Check]:
        """That the folder can be written and has some room; nothing is made."""
        return checks(self.path)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Make the file anew. Raises: ConfigError (folder, disk), Conflict (one id, two contents)."""
        return self._write(unique(items, self.name), ())

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the file anew with a folder for each collection, in its order; the other items as `publish` does.

        An item stands once, in the first collection that holds it; the page of each collection names all of them.
        Raises as `publish`.
        """
        every = [*items, *(step.item for one in collections for step in one.steps)]
        return self._write(unique(every, self.name), collections)

    def _write(self, known: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        bound = self._bound(collections)
        held = {entry.id for folder in bound for entry in folder.entries}
        folders, left_out = self._folders([item for item in known if item.id not in held])
        folders = [*bound, *folders]
        placed = [item for item in known if item.id not in left_out]
        made = [(folder.title, self._resources(folder, number)) for number, folder in enumerate(folders, 1)]
        digest = pack(self.path, self._files(placed, made), self._ctx.now().timestamp(), self.name)
        self._ctx.log.info("cartridge.written", items=len(placed), left_out=len(left_out), sha256=digest)
        summary = f"{self.path}: {count(len(placed), 'item')} in {count(len(folders), 'folder')}."
        note = " ".join(part for part in (summary, FOR_GOOD, self._left_out(left_out)) if part)
        return Receipt(digest, self.path.as_uri(), note, recallable=False)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Nothing to undo: the next cartridge leaves the item out, copies already imported stay."""
        note = f"The next cartridge leaves this item out; copies already imported stay. {FOR_GOOD}"
        return Receipt(remote_id or "", self.path.as_uri(), note, recallable=False)

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Not offered: one item would replace the file of all."""
        raise NotImplementedError("cartridge is a batch adapter: call publish with all approved items")

    def _folders(self, items: Sequence[LearningItem]) -> tuple[list[Folder], list[UUID]]:
        """The folders, and the ids of the items that have nothing to show."""
        settings, words = self._settings, self._words
        pairs: list[tuple[tuple[bool, str, str], Entry]] = []
        left_out = []
        for item in items:
            entry = self._entry(item)
            if self._fits(entry):
                pairs.append((group_of(item, settings.group_by, words, plain(settings.title)), entry))
            else:
                left_out.append(item.id)
        return arrange(pairs), sorted(left_out)

    def _left_out(self, ids: Sequence[UUID]) -> str:
        if self._how.is_thin and not self._settings.launch:
            return left_out_note(ids, "no web address, and a thin cartridge has no pages")
        return left_out_note(ids)

    def _fits(self, entry: Entry) -> bool:
        """Whether there is something to hold: a thin cartridge has no pages."""
        return bool(entry.address) if self._how.is_thin and not self._settings.launch else entry.has_something

    def _bound(self, collections: Sequence[LearningCollection]) -> list[Folder]:
        """A folder for each collection: its page, then the items that stand in no folder before."""
        seen: set[UUID] = set()
        folders = []
        for one in collections:
            entries = [] if self._how.is_thin else [self._page(one)]
            for number, step in enumerate(one.steps, 1):
                entry = self._entry(step.item)
                if step.item.id not in seen and self._fits(entry):
                    entries.append(replace(entry, title=self._step_title(entry.title, step, one, number)))
                    seen.add(step.item.id)
            if entries:
                folders.append(Folder(plain(one.title), tuple(entries)))
        return folders

    def _step_title(self, title: str, step: LearningStep, collection: LearningCollection, number: int) -> str:
        """The title with that a step is optional, and with what a thin cartridge has no page to say."""
        title = title if step.required else around(self._words.optional, title)
        if not self._how.is_thin:
            return title
        first = next((plain(one.item.title, 80) for one in collection.steps if one.item.id == step.after), "")
        title = around(self._words.after.replace("{first}", first), title) if first else title
        return plain(f"{number}. {title}") if collection.ordered else title

    def _page(self, collection: LearningCollection) -> Entry:
        language = self._settings.language
        page = clean(page_of(collection, language))
        return Entry(
            collection.id, plain(collection.title), None, page, language, "", "", (), False, ours=True
        )

    def _entry(self, item: LearningItem) -> Entry:
        settings = self._settings
        return entry_of(item, self._words.untitled, settings.language, include_text=settings.include_text)

    def _resources(self, folder: Folder, number: int) -> list[Resource]:
        settings = self._settings
        style = Style(self._how, self._words, settings.language, settings.launch, settings.discussion)
        return resources_of(folder, number, style)

    def _files(
        self, items: Sequence[LearningItem], folders: Sequence[tuple[str, Sequence[Resource]]]
    ) -> Iterator[tuple[str, bytes]]:
        yield NAME, manifest(self._how, self._about(items), folders)
        every = [resource for _, resources in folders for resource in resources]
        yield from ((resource.path, resource.body) for resource in sorted(every, key=attrgetter("path")))

    def _about(self, items: Sequence[LearningItem]) -> About:
        licences = sorted({plain(item.licence) for item in items if item.licence} - {""})
        return About(
            self._ctx.organisation,
            plain(self._settings.title),
            self._words.description.format(count=len(items)),
            " ".join([self._words.rights, *(f"{self._words.licence}: {name}." for name in licences)]),
            self._settings.language,
        )
