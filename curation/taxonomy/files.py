"""The files of a framework: one, a folder of them, or what a zip holds, which is never unpacked onto the disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from gleanery.errors import BadInput

_LARGEST = 300 * 1024 * 1024
_LARGEST_WHOLE = 2 * 1024**3
_MOST_MEMBERS = 5_000
_PACKED_HARDEST = 200
"""How many times larger than packed a member may be, from `_SMALL` bytes on: tables of text come to about 20."""

_SMALL = 10 * 1024 * 1024
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be opened any number of times; `name` is its file name."""

    name: str
    open: Callable[[], IO[bytes]]


def tables(path: Path, endings: tuple[str, ...] = (".csv",)) -> list[Table]:
    """The files with these endings: the file itself, those of a folder with the zips in it, or of a zip; by name.

    Raises: BadInput: nothing there, or a zip that is broken, too large, or packed to burst.
    """
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.is_file())
        found = [
            table
            for file in inside
            if file.suffix.lower() in (*endings, ".zip")
            for table in tables(file, endings)
        ]
        return sorted(found, key=lambda table: table.name)
    if not path.is_file():
        raise BadInput(f"There is no file or folder {path.name!r}.", remedy="Check the path.")
    return _of_zip(path, endings) if _is_zip(path) else [Table(path.name, lambda: path.open("rb"))]


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError as fault:
        raise BadInput(f"{path.name} cannot be read.", remedy="Check its rights.") from fault


def _of_zip(path: Path, endings: tuple[str, ...]) -> list[Table]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError) as fault:
        raise BadInput(
            f"{path.name} is a zip that breaks off or is damaged.", remedy="Fetch the file again."
        ) from fault
    wanted = [one for one in members if one.filename.lower().endswith(endings) and not _is_extra(one)]
    if len(members) > _MOST_MEMBERS or sum(one.file_size for one in wanted) > _LARGEST_WHOLE:
        raise BadInput(
            f"{path.name} holds more than {_MOST_MEMBERS:,} files or 2 GB.",
            remedy="Import a smaller archive.",
        )
    for one in wanted:
        _check(path, one)
    return sorted((Table(PurePosixPath(one.filename).name, _opener(path, one)) for one in wanted), key=_name)


def _name(table: Table) -> str:
    return table.name


def _is_extra(member: zipfile.ZipInfo) -> bool:
    """Whether it is one of the files that a Mac adds about the others."""
    return member.filename.startswith("__MACOSX/") or PurePosixPath(member.filename).name.startswith("._")


def _check(path: Path, member: zipfile.ZipInfo) -> None:
    """Raises: BadInput: a member that is too large, packed to burst, encrypted, or whose name leads elsewhere."""
    name = f"{path.name}: {PurePosixPath(member.filename).name}"
    if member.file_size > _LARGEST:
        raise BadInput(f"{name} is larger than 300 MB.", remedy="Import a smaller table.")
    if member.file_size > max(_SMALL, member.compress_size * _PACKED_HARDEST):
        raise BadInput(
            f"{name} is {member.file_size // max(member.compress_size, 1):,} times larger than it is packed: "
            "no table is.",
            remedy="Fetch the archive from where it is published.",
        )
    if member.flag_bits & 0x1:
        raise BadInput(f"{name} is encrypted.", remedy="Unpack the archive and give the folder.")
    steps = PurePosixPath(member.filename.replace("\\", "/"))
    if steps.is_absolute() or ".." in steps.parts or ":" in steps.parts[0]:
        raise BadInput(
            f"{name} has a path that leads out of the archive.",
            remedy="Fetch the archive from where it is published.",
        )


def _opener(path: Path, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(path).open(member)


@contextmanager
def opened(table: Table) -> Iterator[IO[bytes]]:
    """The bytes of a table. Raises: BadInput: what is packed is damaged or breaks off."""
    try:
        with table.open() as raw:
            yield raw
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
        raise BadInput(
            f"{table.name} cannot be read to its end: it is damaged or breaks off.",
            remedy="Fetch the file again.",
        ) from fault
