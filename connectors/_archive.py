"""Zip archives from elsewhere, read member by member and never unpacked to disk.

An archive is judged by its directory before anything in it is read: names that leave it, links, passwords,
too many members, and sizes that no honest content has. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from connectors._files import open_file
from gleanery.errors import BadInput

MAX_MEMBERS = 200_000
MAX_TOTAL = 20 * 1024**3
MAX_RATIO = 250
"""Unpacked to packed. Text packs 3 to 30 times, machine-made JSON 100 times; deflate ends at 1,032."""

_SMALL = 1024 * 1024
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What the library raises for a damaged member, also while its stream is read."""

_LEAVES = re.compile(r"^[/\\]|^[a-zA-Z]:|(^|[/\\])\.\.([/\\]|$)")


class Archive:
    """The files of a zip archive by name. Raises: BadInput if it is damaged or not to be trusted, ConfigError
    if it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._refuse_flood()
        try:
            self._zip = zipfile.ZipFile(path)
        except DAMAGED as error:
            raise self._bad("is no zip archive or is cut off") from error
        self.members: Mapping[str, zipfile.ZipInfo] = self._judged()

    def open(self, name: str) -> IO[bytes]:
        """The unpacked member as a stream, never longer than its directory says."""
        try:
            return self._zip.open(self.members[name])
        except DAMAGED as error:
            raise self._bad(f"holds {name}, which cannot be unpacked") from error

    def read(self, name: str, limit: int) -> bytes:
        """The whole unpacked member, at most `limit` bytes."""
        if self.members[name].file_size > limit:
            raise self._bad(f"holds {name}, which is larger than {limit:,} bytes")
        try:
            with self.open(name) as stream:
                return stream.read()
        except DAMAGED as error:
            raise self._bad(f"holds {name}, which is damaged") from error

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _bad(self, what: str) -> BadInput:
        return BadInput(f"{self._path.name} {what}.")

    def _refuse_flood(self) -> None:
        """Count members before the library builds an object for each: the directory lies at the end."""
        with open_file(self._path) as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 65_600))
            tail = file.read()
            at = tail.rfind(b"PK\x05\x06")
            if at < 0 or len(tail) < at + 22:
                raise self._bad("is no zip archive or is cut off")
            length = _directory_length(tail, at)
            file.seek(max(0, size - len(tail) + at - length - 1_024))
            if length > 200 * MAX_MEMBERS or file.read(length + 1_024).count(b"PK\x01\x02") > MAX_MEMBERS:
                raise self._bad(f"holds more than {MAX_MEMBERS:,} members")

    def _judged(self) -> Mapping[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            problem = _problem(member)
            if problem or member.filename in found:
                raise self._bad(f"holds {member.filename[:200]!r}, {problem or 'twice'}")
            if not member.is_dir():
                found[member.filename] = member
        total = sum(member.file_size for member in found.values())
        if total > MAX_TOTAL or total > _SMALL + MAX_RATIO * self._path.stat().st_size:
            raise self._bad("would unpack to far more than it can honestly hold")
        return found


def _problem(member: zipfile.ZipInfo) -> str:
    """What is wrong with a member, empty if nothing."""
    if _LEAVES.search(member.filename):
        return "a name that leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a link to another file"
    if member.flag_bits & 1:
        return "which needs a password"
    if member.file_size > _SMALL and member.file_size > MAX_RATIO * member.compress_size:
        return "which would unpack to far more than it can honestly hold"
    return ""


def _directory_length(tail: bytes, at: int) -> int:
    """Bytes of the central directory, by the end record at `at` or the 64-bit one before it, which outranks it."""
    wide = tail[max(0, at - 76) : at]
    if wide.startswith(b"PK\x06\x06") and wide[56:60] == b"PK\x06\x07":
        return int(struct.unpack_from("<Q", wide, 40)[0])
    return int(struct.unpack_from("<L", tail, at + 12)[0])
