"""Copies in the data folder that name somebody: exports, files that adapters made, what a service logged.

A log is blotted where it stands, for a program may be writing to it. Any other copy is deleted: an export that was
signed cannot be changed, and what adapters made is made anew. Backups are left; see `erasure_list`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from gleanery.errors import ConfigError
from gleanery.flow.backing_up.manifest import CHECKPOINTS, NAMES
from gleanery.flow.erasing.subject import Subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House

SHORTEST = 5
"""Letters of an account's name by which copies are searched."""

_PIECE = 2**20
_OVERLAP = 2**12
_ENDS = ("", "-wal", "-shm", "-journal", ".lock")
"""What the names of the database's own files end in."""


def traces_of(house: House, subject: Subject) -> Traces:
    """By what copies are recognised: also by the names of accounts, which mean nothing in others' words."""
    named = [one.split(" ", 2)[2] for one in subject.identities if one.startswith("account ")]
    accounts = [one for one in (*subject.accounts, *named) if len(one) >= SHORTEST]
    return subject.traces(house).with_words(accounts)


def naming(house: House, traces: Traces) -> list[Path]:
    """The files of the data folder, but for the database's own, that name the person."""
    return [path for path in _copies(house) if traces.has_words and _names(path, traces)]


def backups(house: House) -> list[Path]:
    """The backups that lie in the data folder."""
    return [path for path in _copies(house) if _is_backup(path)]


def database_names(house: House, words: Iterable[str]) -> bool:
    """Whether the file of the database still holds one of the words in clear, in whatever table; False elsewhere."""
    path, wanted = house.store.path, [word.lower().encode() for word in words]
    if path is None or not wanted:
        return False
    with path.open("rb") as file:
        return any(word in piece for piece in _pieces(file) for word in wanted)


def remove(path: Path, traces: Traces) -> None:
    """Blot the name out of a log, or delete another file. Raises: ConfigError."""
    try:
        if ".log" in path.suffixes:
            _blot(path, traces)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path} names the person and cannot be changed: {error.strerror}.",
            remedy="Delete it, then have the erasure finished: `gleanery people erasure resume`.",
        ) from error


def _copies(house: House) -> Iterator[Path]:
    data = house.config.data
    own = {data / CHECKPOINTS}
    if house.store.path is not None:
        own |= {house.store.path.with_name(house.store.path.name + end) for end in _ENDS}
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.is_symlink() and path not in own:
            yield path


def _names(path: Path, traces: Traces) -> bool:
    if traces.name_in(path.name):
        return True
    if zipfile.is_zipfile(path):
        return not _is_backup(path) and _is_in_zip(path, traces)
    with path.open("rb") as file:
        return any(traces.name_in(text) for text in _texts(file))


def _is_backup(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return not set(archive.namelist()).isdisjoint(NAMES.values())


def _is_in_zip(path: Path, traces: Traces) -> bool:
    """Whether a member of a zip names the person; one that cannot be read is taken to."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as file:
                    if traces.name_in(member.filename) or any(map(traces.name_in, _texts(file))):
                        return True
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return True
    return False


def _texts(file: IO[bytes]) -> Iterator[str]:
    for piece in _pieces(file):
        yield piece.decode("utf-8", "replace")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """A file in small letters, in pieces that overlap, so that no name is cut in two."""
    before = b""
    while piece := file.read(_PIECE):
        yield (before + piece).lower()
        before = piece[-_OVERLAP:]


def _blot(path: Path, traces: Traces) -> None:
    """Write as many bytes of x over each name, line by line."""
    with path.open("r+b") as file:
        while line := file.readline():
            text = line.decode("utf-8", "surrogateescape")
            clean = traces.without(text, lambda name: "x" * len(name.encode("utf-8", "surrogateescape")))
            if clean != text:
                end = file.tell()
                file.seek(end - len(line))
                file.write(clean.encode("utf-8", "surrogateescape"))
                file.seek(end)
