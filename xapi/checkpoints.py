"""Signed statements of how far a chained log had come, kept where the log is not.

A chain alone shows an alteration only to somebody who remembers its head. A checkpoint is that memory:
one JSON line, signed, appended to a file beside the log and to a second one in another place.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from xapi.errors import XapiError
from xapi.signer import Signer, signed_by, sync_folder

_DOMAIN = b"gleanery checkpoint 1\n"
_TAIL = 64 * 1024


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a signer vouches for: at `at`, entry `seq` of this log had the hash `head` (hex).

    An `epoch` begins with the log and again with every accepted restore; the checkpoint that opens a later
    epoch carries `since`: checkpoints of earlier epochs after that entry no longer bind.
    """

    organisation: str
    log: str
    epoch: int
    seq: int
    head: str
    at: str
    key_id: str
    note: str = ""
    since: int | None = None
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """The bytes under the signature: all fields but the signature, in the order above, as JSON."""
        return _DOMAIN + msgspec.json.encode(msgspec.structs.replace(self, signature=""))

    def is_signed_by(self, public_keys: Sequence[bytes]) -> bool:
        """Says whether one of the raw public keys made the signature."""
        try:
            signature = bytes.fromhex(self.signature)
        except ValueError:
            return False
        return signed_by(public_keys, self.key_id, signature, self.signed_bytes())


def sign(
    signer: Signer,
    *,
    organisation: str,
    log: str,
    epoch: int,
    seq: int,
    head: bytes,
    at: datetime,
    note: str = "",
    since: int | None = None,
) -> Checkpoint:
    """A signed checkpoint; `at` is an aware time."""
    if at.tzinfo is None:
        raise XapiError("a checkpoint needs an aware time")
    draft = Checkpoint(
        organisation=organisation,
        log=log,
        epoch=epoch,
        seq=seq,
        head=head.hex(),
        at=at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        key_id=signer.key_id,
        note=note,
        since=since,
    )
    return msgspec.structs.replace(draft, signature=signer.sign(draft.signed_bytes()).hex())


class Reading(NamedTuple):
    """What a checkpoint file holds: its checkpoints in order, and the numbers of lines that are none."""

    checkpoints: list[Checkpoint]
    bad_lines: list[int]


class CheckpointFile:
    """An append-only JSON Lines file of checkpoints of any number of logs.

    A line cut short by a crash was never acknowledged: reading ignores it, the next append removes it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, *checkpoints: Checkpoint) -> None:
        """Adds the checkpoints and returns when they are on the disk. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _mend_tail(file.fileno())
            lines = b"".join(msgspec.json.encode(checkpoint) + b"\n" for checkpoint in checkpoints)
            _write_all(file.fileno(), lines)
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def read(self) -> Reading:
        """All checkpoints; an absent file holds none. Raises OSError where it cannot be read."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return Reading([], [])
        reading = Reading([], [])
        for number, line in enumerate(lines, 1):
            checkpoint = _parse(line)
            if checkpoint is not None:
                reading.checkpoints.append(checkpoint)
            elif line and number < len(lines):
                reading.bad_lines.append(number)
        return reading

    def last(self, organisation: str, log: str) -> Checkpoint | None:
        """The newest checkpoint of this log within the last 64 KiB of the file."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return None
        for line in reversed(lines):
            checkpoint = _parse(line)
            if checkpoint and (checkpoint.organisation, checkpoint.log) == (organisation, log):
                return checkpoint
        return None


def publish(checkpoint: Checkpoint, files: Sequence[CheckpointFile]) -> None:
    """Appends the checkpoint to every file, the one beside the log first.

    Where the first cannot be written, none is: that order is what lets `verify` call a line found only
    elsewhere a removal. Of the others, one that cannot be written does not keep the rest from it.

    Raises:
        XapiError: one or more places were not written; the message names them.
    """
    failed: list[str] = []
    for position, file in enumerate(files):
        try:
            file.append(checkpoint)
        except OSError as error:
            failed.append(f"{file.path} ({error.strerror})")
            if position == 0:
                break
    if failed:
        raise XapiError(
            f"checkpoint {checkpoint.seq} of {checkpoint.log} was not written to {', '.join(failed)}"
        )


def _parse(line: bytes) -> Checkpoint | None:
    try:
        return msgspec.json.decode(line, type=Checkpoint)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _mend_tail(descriptor: int) -> None:
    """Ends a whole last line that lacks its newline; cuts off a torn one."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL)
    tail = os.pread(descriptor, size - start, start)
    last = tail[tail.rfind(b"\n") + 1 :]
    if not last:
        return
    if _parse(last) is not None:
        _write_all(descriptor, b"\n")
    else:
        os.ftruncate(descriptor, size - len(last))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
