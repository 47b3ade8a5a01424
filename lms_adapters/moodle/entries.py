"""The entries of one Database activity that are ours: each names its item in the id field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from gleanery.errors import BadInput, Conflict, Gone
from lms_adapters._text import plain
from lms_adapters.moodle.activity import Activity
from lms_adapters.moodle.client import Client

Entry = Mapping[str, Any]
"""`entry` of mod_data_get_entry: id, dataid, timemodified, approved, contents [{fieldid, content, …}]."""

Row = Mapping[str, str | int]
"""One of the parameter `data`: fieldid, subfield (where there is one) and the value as JSON."""

LIST = "mod_data_get_entries"
_PAGE = 100


class Entries:
    """Finding and writing; every call raises as Client.call."""

    def __init__(self, client: Client, activity: Activity) -> None:
        self._client, self._activity = client, activity

    def owned(self, item_id: UUID, remote_id: str | None) -> list[Entry]:
        """The entries that name the item: the known one, else those a search finds, the oldest first.

        Raises: Conflict where the known entry names another item and no other entry names this one.
        """
        known = self._get(remote_id) if remote_id else None
        if known is not None and self._names(known, item_id):
            return [known]
        found = self.search(item_id)
        if known is not None and not found:
            raise Conflict(
                f"moodle: entry {remote_id} does not name item {item_id} in this activity; it is left alone.",
                remedy="Put the item's id into the entry's id field, or delete the entry.",
            )
        return found

    def search(self, item_id: UUID) -> list[Entry]:
        """Entries whose id field holds exactly this id: Moodle itself looks anywhere in any field."""
        answer = self._client.call(
            "mod_data_search_entries", databaseid=self._activity.id, returncontents=True, search=str(item_id)
        )
        return sorted((e for e in answer["entries"] if self._names(e, item_id)), key=lambda e: int(e["id"]))

    def all(self) -> Iterator[Entry]:
        """Every entry of the activity, those that wait too; page by page."""
        page = 0
        while True:
            answer = self._client.call(
                LIST, databaseid=self._activity.id, returncontents=True, page=page, perpage=_PAGE
            )
            yield from answer["entries"]
            page += 1
            if page * _PAGE >= answer["totalcount"] or not answer["entries"]:
                return

    def thing_of(self, entry: Entry) -> UUID | None:
        """The item or collection that the entry names, None where its id field holds no id."""
        try:
            return UUID(self._activity.form.item_id(entry))
        except ValueError:
            return None

    def add(self, item_id: UUID, rows: Sequence[Row]) -> Entry:
        """The new entry, read back. Raises: BadInput where Moodle did not save it."""
        answer = self._client.call("mod_data_add_entry", databaseid=self._activity.id, groupid=0, data=rows)
        if not answer["newentryid"]:
            raise _not_saved(answer)
        return self._kept(int(answer["newentryid"]), item_id)

    def update(self, entry_id: int, item_id: UUID, rows: Sequence[Row]) -> Entry:
        """The changed entry, read back. Raises: BadInput where Moodle did not save it."""
        answer = self._client.call("mod_data_update_entry", entryid=entry_id, data=rows)
        if not answer["updated"]:
            raise _not_saved(answer)
        return self._kept(entry_id, item_id)

    def delete(self, entry_id: int) -> None:
        """Delete the entry; one that somebody else deleted meanwhile is as good."""
        try:
            self._client.call("mod_data_delete_entry", entryid=entry_id)
        except Gone:
            return

    def _names(self, entry: Entry, item_id: UUID) -> bool:
        return entry["dataid"] == self._activity.id and self._activity.form.item_id(entry) == str(item_id)

    def _get(self, remote_id: str) -> Entry | None:
        """The entry, None if Moodle no longer has it."""
        if not (remote_id.isascii() and remote_id.isdigit()):
            raise BadInput(f"moodle: {remote_id[:40]!r} is not the number of an entry.")
        try:
            return self._read(int(remote_id))
        except Gone:
            return None

    def _read(self, entry_id: int) -> Entry:
        entry: Entry = self._client.call("mod_data_get_entry", entryid=entry_id, returncontents=True)["entry"]
        return entry

    def _kept(self, entry_id: int, item_id: UUID) -> Entry:
        """The entry as Moodle kept it; without the item's id a later create could not find it."""
        entry = self._read(entry_id)
        if not self._names(entry, item_id):
            raise BadInput(
                f"moodle: entry {entry_id} did not keep the item's id.",
                remedy="Make the id field a short text field that holds 36 characters.",
            )
        return entry


def _not_saved(answer: Mapping[str, Any]) -> BadInput:
    """The error of a write that Moodle declined without an exception, with its own reasons."""
    fields = [f"{note['fieldname']}: {note['notification']}" for note in answer.get("fieldnotifications", ())]
    reasons = " ".join([*answer.get("generalnotifications", ()), *fields])
    return BadInput(
        f"moodle: the entry was not saved ({plain(reasons, 300) or 'no reason given'}).",
        remedy="Compare the activity's fields, above all the required ones, with the how-to.",
    )
