"""A Database activity in memory: its fields and entries, in the recorded shapes, kept as Moodle keeps them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nh3

from tests.moodle_server.recordings import Recordings

FIRST_SECOND = 1_790_000_000

Entry = dict[str, Any]
Form = Mapping[str, str]


class Activity:
    """The activity. Times are whole seconds that move on with each write.

    `approves`: the account has mod/data:approve, its entries are shown at once and stay so. `state`: a JSON file
    that keeps the entries from one process to the next.
    """

    def __init__(
        self, recordings: Recordings, id_field: str | None, *, approves: bool, state: Path | None
    ) -> None:
        self.fields: list[dict[str, Any]] = recordings.body("mod_data_get_fields", "fields")["fields"]
        if id_field:
            self.fields.append({**self.fields[0], "id": self.fields[-1]["id"] + 1, "name": id_field})
        self.id = int(self.fields[0]["dataid"])
        self.entries: list[Entry] = []
        self._blank: Entry = recordings.body("mod_data_get_entry", "ok_get_entry")["entry"]
        self._approves, self._state = approves, state
        self._last_id, self._seconds = 0, FIRST_SECOND
        if state and state.exists():
            kept = json.loads(state.read_text("utf-8"))
            self.entries, self._last_id, self._seconds = kept["entries"], kept["last_id"], kept["seconds"]

    def entry(self, entry_id: int | str) -> Entry | None:
        """The entry of this id."""
        return next((entry for entry in self.entries if str(entry["id"]) == str(entry_id)), None)

    def search(self, text: str) -> list[Entry]:
        """Entries that hold the text anywhere, in any case."""
        return [entry for entry in self.entries if text.casefold() in _all_text(entry)]

    def add(self, form: Form) -> Entry | None:
        """The new entry; None where no row of `data` names a field and holds JSON."""
        values = self._values(form)
        if not values:
            return None
        self._last_id += 1
        now = self._now()
        entry = {**copy.deepcopy(self._blank), "id": self._last_id, "approved": self._approves}
        entry |= {"timecreated": now, "timemodified": now, "contents": self._rows(self._last_id)}
        self._write(entry, values)
        self.entries.append(entry)
        self.save()
        return entry

    def update(self, entry: Entry, form: Form) -> None:
        """Change the entry; without the right to approve, it goes back to wait."""
        entry["approved"] = entry["approved"] and self._approves
        entry["timemodified"] = self._now()
        self._write(entry, self._values(form))
        self.save()

    def delete(self, entry: Entry) -> None:
        """Remove the entry for good."""
        self.entries.remove(entry)
        self.save()

    def edit(self, entry: Entry, field: str, content: str) -> None:
        """Change one field as a teacher does in the browser."""
        self.row(entry, field)["content"] = content
        entry["timemodified"] = self._now()
        self.save()

    def row(self, entry: Entry, field: str) -> dict[str, Any]:
        """The entry's row of contents for the field of this name."""
        wanted = next(known["id"] for known in self.fields if known["name"] == field)
        return _row(entry, wanted)

    def save(self) -> None:
        """Keep the entries in the state file, if there is one."""
        if self._state:
            kept = {"entries": self.entries, "last_id": self._last_id, "seconds": self._seconds}
            part = self._state.with_suffix(".part")
            part.write_text(json.dumps(kept), "utf-8")
            part.replace(self._state)

    def _now(self) -> int:
        self._seconds += 1
        return self._seconds

    def _rows(self, entry_id: int) -> list[dict[str, Any]]:
        empty = {**self._blank["contents"][0], "recordid": entry_id, "content": None, "content1": None}
        return [
            {**empty, "id": entry_id * 100 + n, "fieldid": field["id"]} for n, field in enumerate(self.fields)
        ]

    def _values(self, form: Form) -> list[tuple[dict[str, Any], str, Any]]:
        known = {str(field["id"]): field for field in self.fields}
        numbers = sorted({int(found[1]) for name in form if (found := re.match(r"data\[(\d+)\]", name))})
        values = []
        for n in numbers:
            field = known.get(form.get(f"data[{n}][fieldid]", ""))
            value = _json(form.get(f"data[{n}][value]", ""))
            if field is not None and value is not None:
                values.append((field, form.get(f"data[{n}][subfield]", ""), value))
        return values

    def _write(self, entry: Entry, values: list[tuple[dict[str, Any], str, Any]]) -> None:
        for field, subfield, value in values:
            column = "content1" if subfield in ("1", "content1") else "content"
            _row(entry, field["id"])[column] = _kept(field, subfield, value)


def _row(entry: Entry, field_id: int) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in entry["contents"] if row["fieldid"] == field_id)
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _kept(field: Mapping[str, Any], subfield: str, value: Any) -> str:
    """What Moodle keeps of a value: menus only their options, addresses only http, no scripts, no tags."""
    if field["type"] == "multimenu":
        options = [option.strip() for option in field["param1"].splitlines()]
        return "##".join(chosen for chosen in value if chosen in options)
    if field["type"] == "url" and subfield == "0":
        return value if re.match(r"https?://[!-~]+$", value) else ""
    if field["type"] == "textarea" and not subfield:
        return nh3.clean(value)
    return re.sub(r"<[^<>]*>", "", value)


def _all_text(entry: Entry) -> str:
    return "\n".join(str(row["content"] or "") for row in entry["contents"]).casefold()
