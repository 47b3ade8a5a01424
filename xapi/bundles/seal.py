"""The seal of a bundle: a signature over every byte before it, kept where a zip file keeps its comment."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import IO, NamedTuple

from xapi.signer import Signer, key_id_of, signed_by

DOMAIN = b"gleanery bundle 1"
LENGTH = len(DOMAIN) + 1 + 64 + 1 + 128
_FORM = re.compile(DOMAIN + rb" ([0-9a-f]{64}) ([0-9a-f]{128})")
_CHUNK = 1 << 20


class Seal(NamedTuple):
    """The key a bundle names, raw, empty if it has no seal; and whether that key sealed these bytes."""

    public_key: bytes
    is_whole: bool


def put(path: Path, signer: Signer) -> None:
    """Writes the seal over the comment of this length that the file ends with."""
    with path.open("r+b") as file:
        message = _message(file)
        file.seek(-LENGTH, os.SEEK_END)
        key, signature = signer.public_bytes().hex(), signer.sign(message).hex()
        file.write(DOMAIN + f" {key} {signature}".encode())
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Seal:
    """The seal of a file, compared with the file. Raises OSError."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) < LENGTH:
            return Seal(b"", False)
        file.seek(-LENGTH, os.SEEK_END)
        found = _FORM.fullmatch(file.read())
        if not found:
            return Seal(b"", False)
        key, signature = (bytes.fromhex(one.decode()) for one in found.groups())
        return Seal(key, signed_by([key], key_id_of(key), signature, _message(file)))


def _message(file: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    left = file.seek(0, os.SEEK_END) - LENGTH
    file.seek(0)
    while left > 0:
        chunk = file.read(min(_CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return DOMAIN + b"\n" + digest.digest()
