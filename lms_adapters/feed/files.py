"""The files of all feeds, changed all at once.

They lie in a folder named by their contents; a link `current` leads to it. A run that is cut off leaves the former
ones as they were, and a reader never meets half of each.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from lms_adapters._writing import flushed, refusal

CURRENT = "current"


def place(folder: Path, files: Mapping[str, bytes], *, private: bool) -> str:
    """Put the files into `folder/current`; returns a digest of them all. The same files touch nothing.

    `private`: they hold keys, so that only this account may read them.
    Raises: ConfigError where the folder cannot be written or the disk is full.
    """
    digest = _digest(files)
    made = folder / f"feeds-{digest[:20]}"
    try:
        if _target(folder) != made.name or not made.is_dir():
            _make(made, files, 0o700 if private else 0o755)
            _lead_to(folder, made.name)
        _sweep(folder, made.name)
    except OSError as error:
        raise refusal(folder, error, "feed") from error
    return digest


def _digest(files: Mapping[str, bytes]) -> str:
    told = hashlib.sha256()
    for name in sorted(files):
        told.update(f"{name}\n{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return told.hexdigest()


def _target(folder: Path) -> str:
    link = folder / CURRENT
    return os.readlink(link) if link.is_symlink() else ""


def _make(made: Path, files: Mapping[str, bytes], mode: int) -> None:
    """A folder with the files, from the start: one of this name that is there was not finished."""
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode, parents=True)
    for name, body in files.items():
        flushed(made / name, body)


def _lead_to(folder: Path, name: str) -> None:
    link = folder / f".{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name, target_is_directory=True)
    link.replace(folder / CURRENT)


def _sweep(folder: Path, kept: str) -> None:
    """Remove the former files: what was retracted must not lie about."""
    for old in folder.glob("feeds-*"):
        if old.name != kept:
            shutil.rmtree(old, ignore_errors=True)
