"""An adapter over a shelf in memory: for tests of how the house plans, delivers, compares and reads back.

It comes in through the door of every plugin and holds to the contract of adapters. A shelf is found by its name; the
test says what goes wrong there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest

from gleanery import ports
from gleanery.errors import Gone
from gleanery.ports import (
    Check,
    Context,
    Found,
    LearningCollection,
    LearningItem,
    Placed,
    Receipt,
    Reported,
    Settings,
    Stands,
)


@dataclass
class Entry:
    """What stands on the shelf."""

    number: int
    thing: UUID
    title: str
    revision: int
    edited: bool = False


@dataclass
class Shelf:
    """The entries, what was called in order, and what goes wrong.

    `before` is called with the name of each call and the thing before it is done, `after` when it is done: what they
    raise is what the adapter raises.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    calls: list[tuple[str, UUID]] = field(default_factory=list)
    before: Callable[[str, UUID], None] = lambda _what, _thing: None
    after: Callable[[str, UUID], None] = lambda _what, _thing: None
    checks: list[Check] = field(default_factory=list)
    pages: list[Reported | Exception] = field(default_factory=list)
    states: list[Mapping[str, Any]] = field(default_factory=list)
    numbers: int = 0

    def of(self, thing: UUID) -> list[Entry]:
        """The entries of a thing."""
        return [one for one in self.entries.values() if one.thing == thing]

    def destination(self, name: str = "shelf", adapter: str = "shelf", **settings: Any) -> dict[str, Any]:
        """The configuration of a destination on this shelf."""
        SHELVES[name] = self
        return {"name": name, "adapter": adapter, "settings": {"shelf": name}, **settings}


SHELVES: dict[str, Shelf] = {}


class ShelfSettings(Settings):
    """Which shelf."""

    shelf: str


class Plain:
    """Entries one by one; no collections, no comparison."""

    name: ClassVar[str] = "plain_shelf"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = ShelfSettings
    batch: ClassVar[bool] = False

    def __init__(self, settings: Any, ctx: Context) -> None:
        self.shelf, self.ctx = SHELVES[settings.shelf], ctx

    def preflight(self) -> Sequence[Check]:
        """As the test says."""
        return self.shelf.checks

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Put it there or change it. Raises: Gone."""
        return self._put("upsert", item.id, item.title, item.revision, remote_id)

    def _put(self, what: str, thing: UUID, title: str, revision: int, remote_id: str | None) -> Receipt:
        self.shelf.before(what, thing)
        self.shelf.calls.append((what, thing))
        memory = self.ctx.store.get(f"shelf/{thing}") or {}
        entry = next(iter(self.shelf.of(thing)), None)
        if entry is None and remote_id is not None and revision <= memory.get("revision", revision):
            raise Gone("shelf: the entry was taken away there.", remedy="Deliver it again, or accept it.")
        if entry is None:
            self.shelf.numbers += 1
            entry = Entry(self.shelf.numbers, thing, title, revision)
            self.shelf.entries[f"e{entry.number}"] = entry
        elif memory.get("revision") != revision:
            entry.title, entry.revision, entry.edited = title, revision, False
        self.ctx.store.put(f"shelf/{thing}", {"revision": revision})
        self.shelf.after(what, thing)
        return Receipt(f"e{entry.number}", f"https://shelf.example.org/{entry.number}")

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Take it away."""
        self.shelf.before("retract", item_id)
        self.shelf.calls.append(("retract", item_id))
        for entry in self.shelf.of(item_id):
            del self.shelf.entries[f"e{entry.number}"]
        self.ctx.store.put(f"shelf/{item_id}", {})
        self.shelf.after("retract", item_id)
        return Receipt(remote_id or "")

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Not offered."""
        raise NotImplementedError("shelf is no batch adapter")


class Whole(Plain):
    """The same with collections, comparing and reading back."""

    name: ClassVar[str] = "shelf"

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Put it there or change it."""
        return self._put("collect", collection.id, collection.title, collection.revision, remote_id)

    def compare(self, entries: Sequence[Placed]) -> Iterator[Found]:
        """How each stands."""
        known = {one.remote_id for one in entries}
        for one in entries:
            entry = self.shelf.entries.get(one.remote_id)
            stands = Stands.GONE if entry is None else Stands.EDITED if entry.edited else Stands.AS_LEFT
            yield Found(stands, one.remote_id, one.thing, note="the title differs" if entry else "")
        for remote_id, entry in self.shelf.entries.items():
            if remote_id not in known:
                yield Found(Stands.STRANGE, remote_id, entry.thing)

    def read_back(self, entries: Sequence[Placed], state: Mapping[str, Any]) -> Iterator[Reported]:
        """The pages not read yet."""
        self.shelf.states.append(dict(state))
        for number, page in enumerate(
            self.shelf.pages[int(state.get("done", 0)) :], int(state.get("done", 0))
        ):
            if isinstance(page, Exception):
                raise page
            yield Reported(page.deeds, {"done": number + 1}, page.notes)


@pytest.fixture
def shelves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both adapters known as an installed package's are, for the length of a test."""
    info = tmp_path / "packages" / "shelf-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1\n", "utf-8")
    points = "[gleanery.lms_adapters]\nshelf = tests.shelf:Whole\nplain_shelf = tests.shelf:Plain\n"
    (info / "entry_points.txt").write_text(points, "utf-8")
    monkeypatch.syspath_prepend(str(info.parent))
    yield
    SHELVES.clear()
