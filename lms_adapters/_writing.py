"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from pathlib import Path

from gleanery.errors import ConfigError


def write_whole(path: Path, body: bytes, adapter: str) -> str:
    """Put the bytes in the place of what was there; returns their SHA-256. The same bytes touch nothing.

    Raises: ConfigError where the folder cannot be written or the disk is full.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        if not (path.is_file() and path.read_bytes() == body):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                flushed(part, body)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise refusal(path, error, adapter) from error
    return hashlib.sha256(body).hexdigest()


def flushed(path: Path, body: bytes) -> None:
    """Write a new file that is on the disk when this returns."""
    with path.open("xb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())


def refusal(path: Path, error: OSError, adapter: str) -> ConfigError:
    """The error for a place that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        remedy = "Free some space; the former file is unchanged."
        return ConfigError(f"{adapter}: no room to write {path}.", remedy=remedy)
    return ConfigError(
        f"{adapter}: {path} cannot be written ({os.strerror(error.errno or errno.EIO)}).",
        remedy="Make its folder writable for this account or set `path` to another place.",
    )
