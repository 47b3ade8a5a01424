"""The adapter `moodle`: an item becomes an entry of a Database activity.

Moodle keeps no outside id, so each entry carries the item's id in a field of its own. By it a create whose
answer was lost is found again, and no entry is changed or deleted that does not name its item. Nothing is
ever approved from here: without the capability mod/data:approve an entry waits for a teacher.

A teacher's acts stand: a deleted entry comes back only with a newer revision of its item, an edited one is
replaced only by a newer revision, which the receipt then says. An entry that already holds what would be sent
is left alone, because an update sends an approved entry back to wait.

Core web services make neither sections nor activities, so a collection is an entry too: one whose text lists the
entries of its items in their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from gleanery import ports
from gleanery.errors import ConfigError, GleaneryError, Gone
from gleanery.ports import Check, Context, LearningCollection, LearningItem, Receipt
from lms_adapters._collections import page_of
from lms_adapters._text import plain
from lms_adapters.moodle.activity import (
    Activity,
    field_checks,
    fields_of,
    functions_needed,
    locate,
    open_activity,
)
from lms_adapters.moodle.client import Client
from lms_adapters.moodle.entries import Entries, Entry, Row
from lms_adapters.moodle.settings import Settings

HELD = "Held for a teacher's approval in Moodle."
REPLACED = "The entry had been edited in Moodle since; the new revision replaced that."


class Moodle:
    """Writes entries through web services (Moodle 3.3 or newer; recorded on 4.5)."""

    name: ClassVar[str] = "moodle"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = False

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._client = Client(ctx.http, self._settings.url, self._settings.token)

    @cached_property
    def _activity(self) -> Activity:
        """Looked up once: an instance serves one run."""
        return open_activity(self._client, self._settings)

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self._client, self._activity)

    def preflight(self) -> Sequence[Check]:
        """The site, each function, the activity and its fields; a failed line ends what depends on it."""
        checks: list[Check] = []
        try:
            checks.extend(self._site_checks())
            if all(check.ok for check in checks):
                database = locate(self._client, self._settings)
                fields = fields_of(self._client, database)
                checks.append(Check("activity", True, f"Database activity {database} can be read."))
                checks.extend(field_checks(self._settings.fields, fields))
        except GleaneryError as error:
            name = "activity" if checks else "site"
            checks.append(Check(name, False, error.message, error.remedy or "See the message."))
        return checks

    def _site_checks(self) -> Iterator[Check]:
        info = self._client.call("core_webservice_get_site_info")
        yield Check("site", True, f"Moodle {plain(str(info.get('release', '')), 60)} answers.")
        held = {function["name"] for function in info["functions"]}
        for function in functions_needed(self._settings):
            if function not in held:
                yield Check(
                    f"function {function}",
                    False,
                    f"the token's service does not hold {function}.",
                    "Add it: Site administration > Server > Web services > External services > Functions.",
                )

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the entry.

        Raises: Gone (a teacher deleted it and the item has not changed since), Conflict (the entry names
        another item), and as Client.call.
        """
        rows = self._activity.form.rows(item)
        sent = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
        memory = self._memory(item.id)
        found = self._entries.owned(item.id, remote_id)
        notes = _twins(found[1:])
        if found and memory.get("sent") == sent:
            self._remember(item.id, **{**memory, "revision": item.revision})
            return self._receipt(found[0], notes)
        if not found:
            entry = self._create(item, remote_id, rows)
        else:
            notes.extend([REPLACED] if _edited_since(found[0], memory) else [])
            entry = self._entries.update(found[0]["id"], item.id, rows)
        self._remember(item.id, revision=item.revision, sent=sent, modified=entry["timemodified"])
        return self._receipt(entry, notes)

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Create or update the entry that lists the steps. Raises as `upsert`; ConfigError without a text field."""
        if "text" not in self._activity.form.fields:
            raise ConfigError(
                "moodle: a collection needs a field for its text.",
                remedy=f"Add a text area named {self._settings.fields.text or 'Why'} to the activity.",
            )
        return self.upsert(_entry_of(collection, self._settings.language), remote_id)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Delete every entry that names the item; none counts as done. Raises as `upsert`."""
        owned = self._entries.owned(item_id, remote_id)
        found = {entry["id"] for entry in [*owned, *self._entries.search(item_id)]}
        for entry_id in sorted(found):
            self._entries.delete(entry_id)
        self._remember(item_id, removed=True)
        note = "Removed from Moodle." if found else "It was no longer in Moodle."
        return Receipt(remote_id or "", None, note)

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Not offered: entries go one by one."""
        raise NotImplementedError("moodle is no batch adapter: call upsert for each item")

    def _create(self, item: LearningItem, remote_id: str | None, rows: Sequence[Row]) -> Entry:
        if remote_id is not None and not _may_return(item, self._memory(item.id)):
            raise Gone(
                f"moodle: entry {remote_id} of item {item.id} was deleted in Moodle.",
                remedy="Retract the item, or edit it: a newer revision is delivered again.",
            )
        return self._entries.add(item.id, rows)

    def _receipt(self, entry: Entry, notes: Sequence[str]) -> Receipt:
        held = [] if entry["approved"] else [HELD]
        url = f"{self._settings.url}/mod/data/view.php?d={self._activity.id}&rid={entry['id']}"
        return Receipt(str(entry["id"]), url, " ".join([*held, *notes]))

    def _key(self, item_id: UUID) -> str:
        return f"{urlsplit(self._settings.url).netloc}/{self._activity.id}/{item_id}"

    def _memory(self, item_id: UUID) -> Mapping[str, Any]:
        """`revision`, `sent` (digest) and `modified` of the last delivery; `removed` after a retraction."""
        return self._ctx.store.get(self._key(item_id)) or {}

    def _remember(self, item_id: UUID, **facts: int | str | bool) -> None:
        self._ctx.store.put(self._key(item_id), facts)


def _entry_of(collection: LearningCollection, language: str) -> LearningItem:
    """The collection as the one entry that stands for it."""
    return LearningItem(
        id=collection.id,
        title=collection.title,
        url=None,
        html=page_of(collection, language),
        kind="path" if collection.ordered else "collection",
        language=None,
        competencies=collection.competencies,
        goals=collection.goals,
        attribution="",
        licence=None,
        platforms=(),
        published_at=None,
        revision=collection.revision,
    )


def _may_return(item: LearningItem, memory: Mapping[str, Any]) -> bool:
    """True if an entry that is gone may be made anew: we took it away, or the item has changed since."""
    return bool(memory.get("removed")) or item.revision > memory.get("revision", item.revision)


def _edited_since(entry: Entry, memory: Mapping[str, Any]) -> bool:
    """True if somebody changed the entry after our last write, as far as we remember that."""
    return bool(entry["timemodified"] > memory.get("modified", entry["timemodified"]))


def _twins(entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    return [f"Entries {', '.join(str(e['id']) for e in entries)} name the same item: delete them in Moodle."]
