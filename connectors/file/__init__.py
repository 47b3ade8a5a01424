"""Files with records: course catalogues, exports of corporate networks, lists of talks; as CSV (RFC 4180), JSON
(RFC 8259) or JSON Lines (https://jsonlines.org/), plain or in zip archives.

Which value means what is declared in the settings. A record's id is the mapped one, or else a fingerprint of
its address. Each file is a partition; a file that did not change is not read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError

from connectors import _cards
from connectors._files import matching, open_file
from connectors._values import complaint, digest
from connectors.file.mapping import beside, to_draft
from connectors.file.records import SUFFIXES, Outcome, records_of
from connectors.file.settings import FileSettings
from gleanery import ports
from gleanery.errors import ConfigError, GleaneryError
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, Fault, Page, Policy

PAGE = 200
_LOOKED_AT = 100


class File:
    """Reads records of files by a declared map of fields; one partition a file."""

    name: ClassVar[str] = "file"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = FileSettings
    about: ClassVar[ConnectorCard] = _cards.FILE

    def __init__(self, settings: FileSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self.policy = Policy(
            may_store_text=True,
            may_score=True,
            may_learn=settings.learn_from,
            may_pass_text_on=settings.pass_text_on,
            attribution=settings.attribution,
            delete_on_disconnect=False,
        )

    def check(self) -> Sequence[Check]:
        """For each file, how many of its first records make posts, or what is wrong with it."""
        try:
            return [self._look(name, path) for name, path in self._files().items()]
        except GleaneryError as error:
            return [Check("path", False, error.message, error.remedy)]

    def partitions(self) -> Sequence[str]:
        """Names of the files, relative to the folder that the pattern begins in."""
        return list(self._files())

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The posts of a file that is new or changed since `state`.

        The state holds `mark`, a fingerprint of the file and of the settings, `done`, how many records of it
        were given, and for a complete catalogue the ids it held (`ids`).
        """
        path = self._files()[partition]
        mark = self._mark(path)
        same = state.get("mark") == mark
        if same and state.get("whole"):
            yield Page((), state, complete=True)
            return
        yield from self._read(
            path, {**state, "mark": mark, "whole": False}, state.get("done", 0) if same else 0
        )

    def _read(self, path: Path, state: Mapping[str, Any], done: int) -> Iterator[Page]:
        growing = _Growing(self._settings)
        for number, outcome in enumerate(records_of(path, self._settings), 1):
            growing.add(outcome)
            if number <= done:
                growing.turn()
            elif len(growing.posts) + len(growing.faults) >= PAGE:
                yield Page(growing.posts, {**state, "done": number}, complete=False, faults=growing.faults)
                growing.turn()
        gone, ids = self._compared(state.get("ids", []), growing)
        final = {"mark": state["mark"], "whole": True, **({"ids": ids} if self._settings.complete else {})}
        yield Page(growing.posts, final, complete=True, gone=gone, faults=growing.faults)

    def _compared(self, before: Sequence[str], growing: _Growing) -> tuple[list[Vanished], list[str]]:
        """What a complete catalogue no longer holds, and what it holds now; a faulty one proves nothing."""
        if not self._settings.complete:
            return [], []
        if growing.lost or not growing.ids:
            return [], sorted(growing.ids.union(before))
        settings = self._settings
        missing = [one for one in before if one not in growing.ids]
        gone = [
            Vanished(platform=settings.platform, realm=settings.realm, external_id=one) for one in missing
        ]
        return gone, sorted(growing.ids)

    def _look(self, name: str, path: Path) -> Check:
        growing = _Growing(self._settings)
        try:
            with closing(records_of(path, self._settings)) as records:
                for outcome in islice(records, _LOOKED_AT):
                    growing.add(outcome)
        except GleaneryError as error:
            return Check(name, False, error.message, error.remedy)
        seen = f"{len(growing.posts)} of the first {len(growing.posts) + growing.lost} records are readable."
        first = f" {growing.faults[0].where}: {growing.faults[0].message}" if growing.faults else ""
        return Check(name, bool(growing.posts), seen + first, "" if growing.posts else "Correct `fields`.")

    def _mark(self, path: Path) -> str:
        with open_file(path) as stream:
            content = hashlib.file_digest(stream, "blake2b").digest()
        return digest(
            content, self._settings.model_dump_json(exclude={"path", "pass_text_on", "attribution"})
        )

    def _files(self) -> Mapping[str, Path]:
        """Files by their names. Raises: ConfigError if there is none, or several for a complete catalogue."""
        place = self._settings.path
        found = matching(place, list(SUFFIXES))
        if not found:
            raise ConfigError(f"file: there is no file {place}.", remedy="Correct `path`.")
        if self._settings.complete and len(found) > 1:
            text = f"file: {place} means {len(found)} files, a complete catalogue is one."
            raise ConfigError(text, remedy="Name the one file in `path`, or switch off `complete`.")
        root = _fixed_part(place.expanduser())
        return {path.relative_to(root).as_posix(): path for path in found}


class _Growing:
    """A page while it is filled; `ids` are those of all records so far, `lost` counts those that made no post."""

    def __init__(self, settings: FileSettings) -> None:
        self._settings, self._places = settings, settings.fields.places()
        self.posts: list[PostDraft] = []
        self.faults: list[Fault] = []
        self.ids: set[str] = set()
        self.lost = 0

    def turn(self) -> None:
        """Begin the next page."""
        self.posts, self.faults = [], []

    def add(self, outcome: Outcome) -> None:
        """Take a record in; the second with the same id is a fault, the first stays."""
        if isinstance(outcome, Fault):
            self._lose(outcome)
            return
        try:
            draft, notes = to_draft(outcome, self._settings, self._places)
        except ValueError as error:
            text = complaint(error) if isinstance(error, ValidationError) else str(error)
            self._lose(Fault(outcome.where, text))
            return
        if draft.external_id in self.ids:
            self.faults.append(Fault(outcome.where, "the record has the id of an earlier one"))
            return
        said = beside(outcome, draft, self._settings, self._places)
        self.ids.update(one.external_id for one in (draft, *said))
        self.posts += [draft, *said]
        self.faults.extend(Fault(outcome.where, note) for note in notes)

    def _lose(self, fault: Fault) -> None:
        self.lost += 1
        self.faults.append(fault)


def _fixed_part(path: Path) -> Path:
    """The folder of a file, the folder itself, or the part of a pattern before its first wildcard."""
    if path.is_dir():
        return path
    fixed = path.parent
    while any(mark in str(fixed) for mark in "*?["):
        fixed = fixed.parent
    return fixed
