"""Which files a path, a folder or a pattern means."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from gleanery.errors import ConfigError


def matching(place: Path, suffixes: Sequence[str]) -> list[Path]:
    """The files meant, in the order of their names: the file itself, a folder's, or a pattern's (`**` allowed).

    A folder yields its own files with one of the `suffixes`; nothing found is an empty list.
    """
    path = place.expanduser()
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() in suffixes)
    if path.exists():
        return [path]
    return sorted(found for name in glob.glob(str(path), recursive=True) if (found := Path(name)).is_file())


def open_file(path: Path) -> BufferedReader:
    """The file, to read bytes from. Raises: ConfigError if it is not there or may not be read."""
    try:
        return path.open("rb")
    except OSError as error:
        text = f"{path} cannot be read: {error.strerror}."
        raise ConfigError(
            text, remedy="Correct the path, or give our account the right to read it."
        ) from error
