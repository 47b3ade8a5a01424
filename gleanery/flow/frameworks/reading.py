"""The file of a framework: what it looks like, its digest, and the reader that knows its format."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

from gleanery.config import FrameworkSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.house import House
from gleanery.plugins import found
from gleanery.ports import FrameworkReader

_KEPT = "versions"
"""What is kept of a framework since the newest way of keeping it: files imported before that are read again."""

_PIECE = 1024 * 1024


def digest_of(house: House, settings: FrameworkSettings) -> str:
    """The hash of the file or of the folder's files, read whole only where one looks different than before.

    Raises: ConfigError where there is none, or none that may be read.
    """
    files = _files(settings)
    try:
        look = (settings.language, settings.languages, *((str(file), *_look(file.stat())) for file in files))
        known, digest = house.framework_files.get(settings.name, (None, ""))
        if known != look:
            digest = _digest(settings, files)
    except OSError as error:
        raise ConfigError(
            f"The framework {settings.name} cannot be read: {error.strerror}.",
            remedy=f"Check the rights of {settings.path}.",
        ) from error
    house.framework_files[settings.name] = (look, digest)
    return digest


def _look(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _files(settings: FrameworkSettings) -> list[Path]:
    path = settings.path
    if not path.exists():
        raise ConfigError(
            f"The framework {settings.name} cannot be read: there is no {path}.",
            remedy="Check frameworks.path in the configuration.",
        )
    return [file for file in sorted(path.rglob("*")) if file.is_file()] if path.is_dir() else [path]


def _digest(settings: FrameworkSettings, files: list[Path]) -> str:
    digest = hashlib.sha256(f"{_KEPT} {settings.language} {settings.languages}".encode())
    for file in files:
        digest.update(file.name.encode("utf-8", "surrogateescape"))
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def reader_for(path: Path) -> FrameworkReader:
    """The reader that recognises the file. Raises: BadInput naming those that looked at it, or a damaged zip."""
    names = []
    if path.is_file() and _begins_as_zip(path) and not zipfile.is_zipfile(path):
        raise BadInput(f"{path.name} is a zip that breaks off or is damaged.", remedy="Fetch the file again.")
    for plugin in found("framework"):
        if plugin.cls is None:
            continue
        names.append(plugin.name)
        reader: FrameworkReader = plugin.cls()
        if reader.recognises(path):
            return reader
    raise BadInput(
        f"{path.name} is no framework file that is known here ({', '.join(names)}).",
        remedy="Its first line must hold the column names; see docs/how-to/frameworks.md.",
    )


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"
