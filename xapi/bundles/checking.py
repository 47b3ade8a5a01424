"""Checks a bundle with nothing but the bundle and, to know who signed it, a key's fingerprint from elsewhere."""

from __future__ import annotations

import hashlib
import heapq
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from xapi.bundles import seal
from xapi.bundles.following import Bad, Following
from xapi.bundles.model import CHECKPOINTS, ENTRIES, LINKS, MANIFEST, NAMES, Line, Manifest
from xapi.checkpoints import Checkpoint
from xapi.signer import fingerprint_of

_MANIFEST_MOST = 1 << 20
_LINE_MOST = 1 << 26
_encode = msgspec.json.Encoder().encode
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip
"""What reading a damaged zip file was seen to raise."""


_Told = TypeVar("_Told", Checkpoint, Line)


class Checked(NamedTuple):
    """What a bundle proves; what is not known of a damaged one is empty.

    `first_bad`: the first entry that is wrong or missing, None where none is or only the wrapping is.
    `is_known`: the caller named the key; without that anybody may have signed. `vouched`: the checkpoints.
    """

    ok: bool
    reason: str
    first_bad: int | None
    log: str
    organisation: str
    made_at: str
    filter: Mapping[str, Any]
    entries: int
    links: int
    vouched: tuple[Checkpoint, ...]
    fingerprint: str
    is_known: bool
    notes: tuple[str, ...]


def check(path: Path, *, fingerprint: str = "", receipts: Sequence[Checkpoint] = ()) -> Checked:
    """Verifies seal, signatures and chain, in bounded memory.

    `fingerprint`: the SHA-256 of the raw public key, hex, as it was told by another way. `receipts`:
    checkpoints that left the machine earlier; those of entries in the bundle must agree.

    Raises:
        OSError: the file cannot be read.
    """
    found = seal.read(path)
    reading = _Reading(found.public_key, receipts)
    reason, first_bad = "", None
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            reading.all(archive)
    except Bad as bad:
        reason, first_bad = str(bad), bad.first_bad
    except _DAMAGE as error:
        reason, first_bad = f"the file cannot be unpacked ({type(error).__name__})", reading.at_entry
    signer = fingerprint_of(found.public_key) if found.public_key else ""
    reason = reason or _unsealed(found, signer, fingerprint)
    manifest = reading.manifest
    return Checked(
        ok=not reason,
        reason=reason or f"{manifest.entries} entries follow from {manifest.checkpoints} checkpoints",
        first_bad=first_bad,
        log=manifest.log,
        organisation=manifest.organisation,
        made_at=manifest.made_at,
        filter=manifest.filter,
        entries=manifest.entries,
        links=manifest.links,
        vouched=tuple(reading.checkpoints),
        fingerprint=signer,
        is_known=bool(fingerprint) and signer == fingerprint,
        notes=tuple(reading.notes),
    )


def _unsealed(found: seal.Seal, signer: str, fingerprint: str) -> str:
    """What is wrong with the seal, empty if nothing."""
    if not found.public_key:
        return "the file carries no seal: it is no bundle, or its end was cut off"
    if not found.is_whole:
        return "the file was changed after it was sealed"
    if fingerprint and signer != fingerprint:
        return f"the file is sealed by another key, {signer}"
    return ""


class _Reading:
    """The files of a bundle, read once each, in an order that never needs two of them in memory."""

    def __init__(self, public_key: bytes, receipts: Sequence[Checkpoint]) -> None:
        self.manifest = _NOTHING
        self.checkpoints: list[Checkpoint] = []
        self.at_entry: int | None = None
        self.notes: list[str] = []
        self._key = public_key
        self._receipts = receipts

    def all(self, archive: zipfile.ZipFile) -> None:
        """Reads and compares everything. Raises Bad."""
        if tuple(archive.namelist()) != NAMES:
            raise Bad(f"the file does not hold just {', '.join(NAMES)}")
        if any(one.compress_type != zipfile.ZIP_DEFLATED for one in archive.infolist()):
            raise Bad("the file is packed in a way no bundle is")
        self.manifest = self._read_manifest(archive)
        self.checkpoints = list(self._read_checkpoints(archive))
        receipts = self._met(self._receipts)
        following = Following(self.manifest.log, self.checkpoints, receipts)
        counts = {ENTRIES: 0, LINKS: 0}
        entries = self._read_lines(archive, ENTRIES, counts, following)
        links = self._read_lines(archive, LINKS, counts, following)
        for line in heapq.merge(entries, links, key=lambda one: one.seq):
            self.at_entry = following.seq + 1
            following.take(line)
        self.at_entry = None
        following.end()
        told = (self.manifest.entries, self.manifest.links, self.manifest.checkpoints)
        if told != (counts[ENTRIES], counts[LINKS], len(self.checkpoints)):
            raise Bad("the manifest counts other entries than there are")
        held = {*(one.seq for one in self.checkpoints), *following.met}
        outside = [one.seq for one in receipts if one.seq not in held]
        self.notes += [f"the receipt for entry {seq} speaks of none of these entries" for seq in outside]
        if self._receipts and not receipts:
            self.notes.append("the receipts speak of other logs")

    def _read_manifest(self, archive: zipfile.ZipFile) -> Manifest:
        with archive.open(MANIFEST) as file:
            text = file.read(_MANIFEST_MOST)
        try:
            manifest = msgspec.json.decode(text, type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Bad("the manifest cannot be read") from error
        if set(manifest.files) != {CHECKPOINTS, ENTRIES, LINKS}:
            raise Bad("the manifest does not name the files there are")
        if self._key and manifest.public_key != self._key.hex():
            raise Bad("the manifest names another key than the seal")
        self._key = self._key or bytes.fromhex(manifest.public_key)
        return manifest

    def _read_checkpoints(self, archive: zipfile.ZipFile) -> Iterator[Checkpoint]:
        last: Checkpoint | None = None
        for number, text in enumerate(self._lines_of(archive, CHECKPOINTS), 1):
            checkpoint = _parsed(text, Checkpoint)
            if checkpoint is None:
                raise Bad(f"{CHECKPOINTS}: line {number} is no checkpoint")
            what = f"{CHECKPOINTS}: the checkpoint at {checkpoint.seq}"
            self._require_ours(checkpoint, what)
            told = (checkpoint.seq, checkpoint.head)
            if last and checkpoint.seq <= last.seq and told != (last.seq, last.head):
                raise Bad(f"{what} contradicts the one before it")
            last = checkpoint
            yield checkpoint

    def _require_ours(self, checkpoint: Checkpoint, what: str) -> None:
        if not checkpoint.is_signed_by([self._key]):
            raise Bad(f"{what} was not signed by the key of this bundle")
        if (checkpoint.organisation, checkpoint.log) != (self.manifest.organisation, self.manifest.log):
            raise Bad(f"{what} is of another log")

    def _met(self, receipts: Sequence[Checkpoint]) -> list[Checkpoint]:
        """The receipts of this log; a mail tells of other logs too."""
        ours = [one for one in receipts if one.log == self.manifest.log]
        for one in ours:
            self._require_ours(one, f"the receipt for entry {one.seq}")
        return ours

    def _read_lines(
        self, archive: zipfile.ZipFile, name: str, counts: dict[str, int], following: Following
    ) -> Iterator[Line]:
        for text in self._lines_of(archive, name):
            counts[name] += 1
            line = _parsed(text, Line)
            if line is None:
                raise Bad(f"{name}: line {counts[name]} is no entry", following.seq + 1)
            if (line.content is None) == (name == ENTRIES):
                raise Bad(f"{name}: entry {line.seq} does not belong there", line.seq)
            yield line

    def _lines_of(self, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
        """The lines of a file; once they are through, its size and hash must be those of the manifest."""
        told, digest, size = self.manifest.files[name], hashlib.sha256(), 0
        with archive.open(name) as file:
            while line := file.readline(_LINE_MOST):
                digest.update(line)
                size += len(line)
                if size > told.bytes:
                    break
                yield line
        if (digest.hexdigest(), size) != (told.sha256, told.bytes):
            raise Bad(f"{name} is not the file that the manifest names")


def _parsed(text: bytes, kind: type[_Told]) -> _Told | None:
    """What a line tells; None unless it is written as a bundle writes it, which leaves one way to read it."""
    try:
        told = msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return told if _encode(told) + b"\n" == text else None


_NOTHING = Manifest(
    bundle=1, organisation="", log="", made_at="", filter={}, entries=0, links=0, checkpoints=0,
    key_id="", public_key="", files={},
)  # fmt: skip
