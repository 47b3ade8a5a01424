"""The tier without a plugin: an item becomes an entry of a Database activity.

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

from collections.abc import Iterator, Sequence
from functools import cached_property
from uuid import UUID

from gleanery.errors import ConfigError
from gleanery.ports import Check, Context, Found, LearningCollection, LearningItem, Placed, Receipt, Stands
from lms_adapters._collections import page_of
from lms_adapters.moodle.activity import Activity, field_checks, fields_of, locate, open_activity
from lms_adapters.moodle.client import Client
from lms_adapters.moodle.entries import Entries, Entry, Row
from lms_adapters.moodle.memory import REPLACED, Facts, Memory, check_may_return, digest_of
from lms_adapters.moodle.settings import Settings

HELD = "Held for a teacher's approval in Moodle."


class EntryTier:
    """Entries of one Database activity (Moodle 3.3 or newer; recorded on 4.5)."""

    def __init__(self, client: Client, settings: Settings, ctx: Context) -> None:
        self._client, self._settings, self._ctx = client, settings, ctx

    @cached_property
    def _activity(self) -> Activity:
        """Looked up once: an instance serves one run."""
        return open_activity(self._client, self._settings)

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self._client, self._activity)

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self._ctx.store, self._settings.url, str(self._activity.id))

    def checks(self) -> Iterator[Check]:
        """Whether the activity and its fields are there. Raises as Client.call."""
        database = locate(self._client, self._settings)
        fields = fields_of(self._client, database)
        yield Check("activity", True, f"Database activity {database} can be read.")
        yield from field_checks(self._settings.fields, fields)

    def holds(self, thing: UUID) -> bool:
        """Whether an entry names this item or collection."""
        return bool(self._entries.search(thing))

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the entry.

        Raises: Gone (a teacher deleted it and the item has not changed since), Conflict (the entry names
        another item), and as Client.call.
        """
        rows = self._activity.form.rows(item)
        sent, facts = digest_of(rows), self._memory.of(item.id)
        found = self._entries.owned(item.id, remote_id)
        notes = _twins(found[1:])
        if found and facts.get("sent") == sent:
            self._memory.keep(item.id, **{**facts, "revision": item.revision})
            return self._receipt(found[0], notes)
        if not found:
            entry = self._create(item, remote_id, rows, facts)
        else:
            notes.extend([REPLACED] if _edited_since(found[0], facts) else [])
            entry = self._entries.update(found[0]["id"], item.id, rows)
        self._memory.keep(item.id, revision=item.revision, sent=sent, modified=entry["timemodified"])
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
        self._memory.keep(item_id, removed=True)
        note = "Removed from Moodle." if found else "It was no longer in Moodle."
        return Receipt(remote_id or "", None, note)

    def compare(self, placed: Sequence[Placed]) -> Iterator[Found]:
        """How each of these entries stands, and after them those that name an item and are none of these."""
        entries = {str(entry["id"]): entry for entry in self._entries.all()}
        for one in placed:
            yield self._found(one, entries.pop(one.remote_id, None) or self._moved(entries, one.thing))
        known = {one.thing for one in placed}
        for number, entry in entries.items():
            thing = self._entries.thing_of(entry)
            if thing is not None:
                note = "A second entry of the same item." if thing in known else ""
                yield Found(Stands.STRANGE, number, thing, self._url(entry), note)

    def _moved(self, entries: dict[str, Entry], thing: UUID) -> Entry | None:
        """The entry that names the thing under another number, as after a restored backup; it is taken out."""
        number = next(
            (number for number, one in entries.items() if self._entries.thing_of(one) == thing), None
        )
        return entries.pop(number) if number else None

    def _found(self, placed: Placed, entry: Entry | None) -> Found:
        if entry is None:
            return Found(Stands.GONE, placed.remote_id, placed.thing)
        if self._entries.thing_of(entry) != placed.thing:
            note = "Its id field names another item, or none."
            return Found(Stands.EDITED, placed.remote_id, placed.thing, self._url(entry), note)
        stands, note = Stands.AS_LEFT, ""
        if _edited_since(entry, self._memory.of(placed.thing)):
            stands, note = Stands.EDITED, "It was changed in Moodle after the last delivery."
        elif not entry["approved"]:
            stands = Stands.HELD
        return Found(stands, str(entry["id"]), placed.thing, self._url(entry), note)

    def _create(self, item: LearningItem, remote_id: str | None, rows: Sequence[Row], facts: Facts) -> Entry:
        if remote_id is not None:
            check_may_return(item, remote_id, facts)
        return self._entries.add(item.id, rows)

    def _receipt(self, entry: Entry, notes: Sequence[str]) -> Receipt:
        held = [] if entry["approved"] else [HELD]
        return Receipt(str(entry["id"]), self._url(entry), " ".join([*held, *notes]))

    def _url(self, entry: Entry) -> str:
        return f"{self._settings.url}/mod/data/view.php?d={self._activity.id}&rid={entry['id']}"


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


def _edited_since(entry: Entry, facts: Facts) -> bool:
    """True if somebody changed the entry after our last write, as far as we remember that."""
    return bool(entry["timemodified"] > facts.get("modified", entry["timemodified"]))


def _twins(entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    return [f"Entries {', '.join(str(e['id']) for e in entries)} name the same item: delete them in Moodle."]
