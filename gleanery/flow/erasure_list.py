"""Who was erased, kept apart from the database: a backup that is put back must not bring anybody back.

Each erasure is one signed JSON line of ids, never of names. It stands in the key folder and, where one is set, at
the second place of the record; neither is part of a backup. After a restore the list is applied again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from gleanery.errors import BadInput, ConfigError
from gleanery.flow.house import House
from xapi.signer import signed_by, sync_folder

_DOMAIN = b"gleanery erasure 1\n"
_IDS = ("persons", "handles", "statements", "redacted", "posts")


@dataclass(frozen=True)
class Erasure:
    """One erasure: `id` is the one on its receipt; the rest is what was erased, by our own ids.

    From `redacted` statements only a mention was taken; `posts` are from accounts that had other holders too.
    `marks` are keyed hashes of what the person was recognised by (erasing/traces.py): they find what a backup still
    holds of them, and tell nothing without the vault's key.
    """

    id: UUID
    at: datetime
    persons: tuple[UUID, ...] = ()
    handles: tuple[UUID, ...] = ()
    statements: tuple[UUID, ...] = ()
    redacted: tuple[UUID, ...] = ()
    posts: tuple[UUID, ...] = ()
    marks: tuple[str, ...] = ()


def places(house: House) -> list[Path]:
    """The files of the list: in the key folder, and at the second place where one is set."""
    files = [house.keys / "erasures.jsonl"]
    second = house.config.record.second_place
    return [*files, second / f"{house.organisation.id}.erasures.jsonl"] if second else files


def append(house: House, erasure: Erasure) -> None:
    """Enter an erasure in every place; returns when it is on the disks.

    Call it before the erasing transaction commits: one that is listed and was not carried out harms nobody, one
    that was carried out and is not listed comes back with a backup. Raises: ConfigError where a place fails.
    """
    line = _signed(house, erasure)
    for path in places(house):
        try:
            _append(path, line)
        except OSError as error:
            raise ConfigError(
                f"The list of erasures {path} cannot be written: {error.strerror}. Nothing was erased.",
                remedy="Give this account write access to it, then erase again.",
            ) from error


def read(house: House) -> list[Erasure]:
    """Every erasure of either place, in order of time, each once.

    Raises: BadInput for a line that this house did not sign; ConfigError for a place that cannot be read.
    """
    found = {erasure.id: erasure for path in places(house) for erasure in _read(house, path)}
    return sorted(found.values(), key=lambda erasure: (erasure.at, erasure.id))


def _signed(house: House, erasure: Erasure) -> bytes:
    told: dict[str, Any] = {"id": str(erasure.id), "at": erasure.at.astimezone(UTC).isoformat()}
    told |= {name: [str(one) for one in getattr(erasure, name)] for name in _IDS}
    told["marks"] = list(erasure.marks)
    told["key_id"] = house.signer.key_id
    told["signature"] = house.signer.sign(_signed_bytes(told)).hex()
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _signed_bytes(told: dict[str, Any]) -> bytes:
    bare = {name: value for name, value in told.items() if name != "signature"}
    return _DOMAIN + json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()


def _append(path: Path, line: bytes) -> None:
    """Add a whole line, on a line of its own even where a crash left a torn one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            os.ftruncate(descriptor, _whole_lines(path))
        while line:
            line = line[file.write(line) or 0 :]
        os.fsync(descriptor)
    if is_new:
        sync_folder(path.parent)


def _whole_lines(path: Path) -> int:
    """How many bytes of a file are whole lines; what comes after was never acknowledged."""
    return path.read_bytes().rfind(b"\n") + 1


def _read(house: House, path: Path) -> Iterator[Erasure]:
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(
            f"The list of erasures {path} cannot be read: {error.strerror}.",
            remedy="Give this account access to it; without it an erased person could come back.",
        ) from error
    for number, line in enumerate(lines, 1):
        erasure = _parsed(house, line)
        if erasure is None:
            raise BadInput(
                f"Line {number} of the list of erasures {path} was not signed by this house.",
                remedy="Keep the file as evidence and take the list from the other place or from a copy.",
            )
        yield erasure


def _parsed(house: House, line: bytes) -> Erasure | None:
    """The erasure of a line, None where it is none or nobody signed it."""
    try:
        told = json.loads(line)
        known = signed_by(
            [house.signer.public_bytes()],
            told["key_id"],
            bytes.fromhex(told["signature"]),
            _signed_bytes(told),
        )
        ids = {name: tuple(UUID(one) for one in told[name]) for name in _IDS}
        marks = tuple(map(str, told["marks"]))
        made = Erasure(UUID(told["id"]), datetime.fromisoformat(told["at"]), **ids, marks=marks)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return made if known else None
