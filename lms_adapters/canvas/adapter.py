"""The adapter `canvas`: an item becomes a link, a launch of our tool, or a page in a module of one course.

No entry is changed or deleted that is not known to be ours: by the marker in it, or by our own map. A teacher's acts
stand: a deleted entry comes back only with a newer revision of its item, an edited one is replaced only by a newer
revision, which the receipt then says; where a teacher moved or hid one, there it stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from gleanery import ports
from gleanery.errors import GleaneryError
from gleanery.ports import (
    Check,
    Context,
    Found,
    LearningCollection,
    LearningItem,
    Placed,
    Receipt,
)
from lms_adapters.canvas.client import Client
from lms_adapters.canvas.comparing import Comparison
from lms_adapters.canvas.course import Course
from lms_adapters.canvas.items import Items
from lms_adapters.canvas.memory import Memory
from lms_adapters.canvas.paths import MODULE, Paths
from lms_adapters.canvas.preflight import checks
from lms_adapters.canvas.settings import Settings


class Canvas:
    """Writes module items and pages through the REST API."""

    name: ClassVar[str] = "canvas"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = False

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._client = Client(ctx, settings)
        self._memory = Memory(ctx.store, settings)

    @cached_property
    def _course(self) -> Course:
        """Read once: an instance serves one run."""
        return Course(self._client, self._settings)

    @cached_property
    def _items(self) -> Items:
        return Items(self._course, self._memory, self._settings)

    @cached_property
    def _paths(self) -> Paths:
        return Paths(self._course, self._memory, self._items, self._settings)

    def preflight(self) -> Sequence[Check]:
        """The token, the course, each right that is needed by name, and the tool; nothing is written."""
        done: list[Check] = []
        try:
            for check in checks(self._client, self._settings):
                done.append(check)
        except GleaneryError as error:
            name = "course" if done else "site"
            done.append(Check(name, False, error.message, error.remedy or "See the message."))
        return done

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the entry.

        Raises: Gone (a teacher deleted it and the item has not changed since), Conflict (the entry names another
        item), BadInput (nothing to show), and as Client.get.
        """
        return self._items.upsert(item, remote_id)

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Create or update the module, its steps in their order. Raises as `upsert`."""
        return self._paths.upsert(collection, remote_id)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Delete what is ours of it; a module keeps what a teacher put there. Raises as `upsert`."""
        memory = self._memory.of(item_id)
        if (remote_id or "").startswith(MODULE) or memory.get("module") or memory.get("making"):
            return self._paths.retract(item_id, remote_id)
        return self._items.retract(item_id, remote_id)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Not offered: entries go one by one."""
        raise NotImplementedError("canvas is no batch adapter: call upsert for each item")

    def compare(self, entries: Sequence[Placed]) -> Iterator[Found]:
        """How each entry stands, then those of ours that the house does not know. Raises as `upsert`."""
        return Comparison(self._course, self._memory, self._settings).of(entries)
