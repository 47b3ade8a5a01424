"""The file a backup is: a zip that any tool opens. Members are written and read in pieces, and hashed on the way."""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gleanery.errors import BadInput, ConfigError
from gleanery.flow.backing_up.manifest import Manifest, Member, read_manifest
from xapi.signer import sync_folder

MANIFEST = "manifest.json"
_PIECE = 2**20
_LONGEST_MANIFEST = 2**20


def measured(path: Path) -> Member:
    """The sum and the size of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Member(sha256=digest.hexdigest(), bytes=size)


def pack(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the backup, readable by its owner alone; whole or not at all. Raises: ConfigError."""
    passing = target.with_name(f".{target.name}.part")
    try:
        with (
            _owners_only(passing) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        ):
            made.writestr(MANIFEST, manifest.text())
            for name, path in files.items():
                made.write(path, name)
        _sync(passing)
        os.link(passing, target)  # never over another backup
        sync_folder(target.parent)
    except FileExistsError as error:
        raise BadInput(f"{target} exists already.", remedy="Choose another name.") from error
    except OSError as error:
        raise ConfigError(
            f"{target} cannot be written: {error.strerror}.", remedy="Choose another place with --out."
        ) from error
    finally:
        passing.unlink(missing_ok=True)


@contextmanager
def _owners_only(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def unpacking(backup: Path) -> Iterator[zipfile.ZipFile]:
    """The opened backup. Raises: BadInput where it is none or is damaged, now or while it is read."""
    try:
        with zipfile.ZipFile(backup) as opened:
            yield opened
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, KeyError, RuntimeError) as error:
        raise BadInput(
            f"{backup} is no backup that can be read.", remedy="Check the name, or use another backup."
        ) from error


def manifest_of(opened: zipfile.ZipFile) -> Manifest:
    """The signed list of contents. Raises: BadInput."""
    with opened.open(MANIFEST) as file:
        return read_manifest(file.read(_LONGEST_MANIFEST))


def take_out(opened: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Write the members into a folder. Raises: BadInput naming the one that is not what was signed for."""
    for name, member in manifest.files.items():
        digest, size = hashlib.sha256(), 0
        with opened.open(name) as source, _owners_only(folder / name) as target:
            while size <= member.bytes and (piece := source.read(_PIECE)):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        if (digest.hexdigest(), size) != (member.sha256, member.bytes):
            raise BadInput(
                f"{name} in the backup is not what was signed for.",
                remedy="Keep the file as evidence and use another backup.",
            )
        _sync(folder / name)
