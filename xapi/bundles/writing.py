"""Writes a bundle: the entries asked for, the links that hold them together, the checkpoints that vouch."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from xapi.bundles import seal
from xapi.bundles.model import (
    CHECKPOINTS,
    ENTRIES,
    LINKS,
    MANIFEST,
    NAMES,
    README,
    FileNote,
    Manifest,
    Member,
    entry_of,
    link_of,
)
from xapi.checkpoints import Checkpoint
from xapi.errors import XapiError
from xapi.signer import Signer, sync_folder
from xapi.walk import entry_hash, genesis

Members = Callable[[int, int], Iterable[Member]]
"""The entries of a log from one number to another, in order."""

Progress = Callable[[int], None]
_STEP = 1_000


class _Segment(NamedTuple):
    """The entries between two checkpoints, and the hashes that these vouch for."""

    after: int
    head: bytes
    last: int
    end: bytes


def write(
    path: Path,
    *,
    log: str,
    organisation: str,
    signer: Signer,
    wanted: Sequence[int],
    members: Members,
    checkpoints: Sequence[Checkpoint],
    asked: Mapping[str, Any],
    at: datetime,
    progress: Progress = lambda _count: None,
) -> Manifest:
    """Writes the entries whose numbers are `wanted` (rising) as a signed bundle, whole or not at all.

    `checkpoints`: those of this log that bind, rising and signed by `signer`; the last wanted entry must lie at or
    before the last of them. Only what lies between checkpoints around a wanted entry goes in. `asked`: the
    filter as the manifest tells it. `progress` is told how many more entries were walked.

    Raises:
        XapiError: the last entries are not sealed, or the log is not what was sealed.
        OSError: the place cannot be written.
    """
    segments = list(_segments(log, wanted, checkpoints))
    used = _enclosing(segments, checkpoints)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as made:
        folder = Path(made)
        entries, links = _write_entries(folder, segments, wanted, members, progress)
        (folder / CHECKPOINTS).write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in used))
        manifest = Manifest(
            bundle=1,
            organisation=organisation,
            log=log,
            made_at=at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            filter=asked,
            entries=entries,
            links=links,
            checkpoints=len(used),
            key_id=signer.key_id,
            public_key=signer.public_bytes().hex(),
            files={name: _note(folder / name) for name in (CHECKPOINTS, ENTRIES, LINKS)},
        )
        (folder / MANIFEST).write_bytes(manifest.encoded())
        (folder / README).write_text(_README, "utf-8")
        packed = _packed(folder, at)
        seal.put(packed, signer)
        packed.replace(path)
    sync_folder(path.parent)
    return manifest


def _segments(log: str, wanted: Sequence[int], checkpoints: Sequence[Checkpoint]) -> Iterator[_Segment]:
    """The stretches between neighbouring checkpoints that hold what is wanted, each once, in order."""
    heads = {0: genesis(log)} | {one.seq: bytes.fromhex(one.head) for one in checkpoints}
    ends = sorted(heads)
    if wanted and wanted[-1] > ends[-1]:
        raise XapiError(f"entry {wanted[-1]} of {log} is not sealed yet: write a checkpoint first")
    position = 0
    while position < len(wanted):
        place = bisect_left(ends, wanted[position])
        after, last = ends[place - 1], ends[place]
        yield _Segment(after, heads[after], last, heads[last])
        position = bisect_left(wanted, last + 1, position)


def _enclosing(segments: Sequence[_Segment], checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The checkpoints at the ends of the segments; the newest where nothing matched."""
    ends = {seq for one in segments for seq in (one.after, one.last)}
    return [one for one in checkpoints if one.seq in ends] or list(checkpoints[-1:])


def _write_entries(
    folder: Path, segments: Sequence[_Segment], wanted: Sequence[int], members: Members, progress: Progress
) -> tuple[int, int]:
    """Writes entries.jsonl and links.jsonl; how many lines each has."""
    counts = [0, 0]
    with (folder / ENTRIES).open("wb") as entries, (folder / LINKS).open("wb") as links:
        for member, hashed in _walked(segments, members, progress):
            place = bisect_left(wanted, member.seq)
            is_wanted = place < len(wanted) and wanted[place] == member.seq and member.content is not None
            if is_wanted:
                entries.write(entry_of(member, hashed))
            else:
                links.write(link_of(member, hashed))
            counts[not is_wanted] += 1
    return counts[0], counts[1]


def _walked(
    segments: Sequence[_Segment], members: Members, progress: Progress
) -> Iterator[tuple[Member, bytes]]:
    """Every entry of the segments with its hash. Raises XapiError where the log is not what was sealed."""
    for segment in segments:
        seq, previous = segment.after, segment.head
        for member in members(segment.after + 1, segment.last):
            seq, previous = seq + 1, entry_hash(previous, *member.parts())
            yield member, previous
            if (seq - segment.after) % _STEP == 0:
                progress(_STEP)
        progress((seq - segment.after) % _STEP)
        if (seq, previous) != (segment.last, segment.end):
            raise XapiError(
                f"the entries {segment.after + 1} to {segment.last} are not what was sealed: verify the log"
            )


def _note(path: Path) -> FileNote:
    with path.open("rb") as file:
        return FileNote(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _packed(folder: Path, at: datetime) -> Path:
    """The files as one zip, readable by its owner alone, with room for the seal."""
    path = folder / "bundle.zip"
    opener = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opener, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b" " * seal.LENGTH
        for name in NAMES:
            info = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            info.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(info, "w") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    return path


_README = """\
This is a signed part of a log. It proves itself to anybody who knows the fingerprint of the key that signed it:

    gleanery audit check THIS_FILE --key FINGERPRINT

or, without gleanery, by the single file docs/audit/check_bundle.py of its public source, which takes ten
minutes to read:

    python3 check_bundle.py THIS_FILE --key FINGERPRINT

No verifier is in here, and the fingerprint is not either: what a forger could have replaced together with the
rest would prove nothing. Take both from somebody you trust, by another way than this file came.

entries.jsonl holds what was asked for (manifest.json says what that was), each with the salt that its hash
needs. links.jsonl holds what lies between, by hash alone. checkpoints.jsonl holds the signed heads of the log
between which all of it lies.
"""
