"""Writing a package's file whole or not at all, with the same bytes for the same contents."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from gleanery.ports import Check
from lms_adapters._writing import refusal

ROOM = 50 * 2**20
"""Bytes that should be free before a package is written."""

_LEFTOVER = 3_600.0
"""Seconds after which a part file is taken for what a killed process left."""


def checks(path: Path) -> list[Check]:
    """Whether the file can be written and there is some room; nothing is made."""
    folder = next(parent for parent in path.parents if parent.exists())
    writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) and not path.is_dir()
    message = f"{path} can{'' if writable else 'not'} be written."
    remedy = "" if writable else "Make its folder writable for this account or set `path` to another place."
    free = shutil.disk_usage(folder).free
    enough = free >= ROOM
    room = Check(
        "disk space",
        enough,
        f"{free // 2**20} MiB are free in {folder}.",
        "" if enough else "Free some space.",
    )
    return [Check("folder", writable, message, remedy), room]


def pack(path: Path, files: Iterable[tuple[str, bytes]], now: float, adapter: str) -> str:
    """Put the files into a zip at `path`; returns the SHA-256 of its bytes.

    Written beside `path`, flushed to the disk and renamed. Equal contents leave the old file untouched.
    `now` (seconds since 1970) tells which part files are left over; `adapter` is named in what is refused.
    Raises: ConfigError where the folder cannot be written or the disk is full.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path, now)
        try:
            digest = _write(part, files)
            if not path.exists() or digest != _digest(path):
                part.replace(path)
                _flush_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise refusal(path, error, adapter) from error
    return digest


def _write(part: Path, files: Iterable[tuple[str, bytes]]) -> str:
    with part.open("xb") as stream:
        _zip(stream, files)
        stream.flush()
        os.fsync(stream.fileno())
    return _digest(part)


def _zip(stream: BinaryIO, files: Iterable[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, on every system, so that the bytes are the same
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut (a folder cannot be opened on Windows)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(path: Path, now: float) -> None:
    for part in path.parent.glob(f".{path.name}.*.part"):
        if part.stat().st_mtime < now - _LEFTOVER:
            part.unlink(missing_ok=True)
