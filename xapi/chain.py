"""The hash chain of an append-only log, and what its signed checkpoints prove about it.

Shared by the statement store and by the audit log of a host application: both are a `Log`. The chain finds
an entry that was altered, deleted, moved or put in; the checkpoints find a tail that was cut off, a chain
that was computed anew and an older backup that was put back. What lies after the last checkpoint is proven
by nothing, and the verdict says how much that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from xapi.checkpoints import Checkpoint, CheckpointFile, publish, sign
from xapi.errors import Tampered, XapiError
from xapi.evidence import Evidence, gather
from xapi.signer import Signer
from xapi.walk import Entry, Head, Log, Walk, entry_hash, genesis

__all__ = [
    "Checkpoint",
    "CheckpointFile",
    "Entry",
    "Head",
    "Log",
    "Signer",
    "Verdict",
    "accept_restore",
    "entry_hash",
    "genesis",
    "publish",
    "seal",
    "sign",
    "verify",
]


class Verdict(NamedTuple):
    """What verification found.

    `first_bad` is the first entry that is wrong or missing or, where the chain was computed anew, the first
    one that no agreeing checkpoint vouches for; None if the log is whole or only a checkpoint file is wrong.
    `protected_until`: the last entry a checkpoint vouches for; `unprotected`: how many lie after it.
    """

    ok: bool
    entries: int
    first_bad: int | None
    reason: str
    protected_until: int
    unprotected: int
    scope: Literal["verified elsewhere", "local only"]
    epoch: int
    notes: tuple[str, ...]


def seal(
    log: Log,
    *,
    signer: Signer,
    organisation: str,
    files: Sequence[CheckpointFile],
    at: datetime,
    note: str = "",
) -> Checkpoint | None:
    """Signs the committed head and publishes it; None if nothing was added since the last checkpoint.

    Call it after the commit, never inside the writing transaction: a checkpoint of an entry that is then
    rolled back would look like a removal for ever. `files`: the one beside the log first.

    Raises:
        XapiError: a place was not written.
    """
    head = log.head()
    known = [last for file in files if (last := _last(file, organisation, log.name))]
    epoch = max((last.epoch for last in known), default=1)
    newest = max((last.seq for last in known if last.epoch == epoch), default=0)
    if head.seq <= newest:
        return None
    checkpoint = sign(
        signer,
        organisation=organisation,
        log=log.name,
        epoch=epoch,
        seq=head.seq,
        head=head.hash,
        at=at,
        note=note,
    )
    publish(checkpoint, files)
    return checkpoint


def _last(file: CheckpointFile, organisation: str, log: str) -> Checkpoint | None:
    """The newest checkpoint of a place; a place that cannot be read now is named when it is written."""
    try:
        return file.last(organisation, log)
    except OSError:
        return None


def verify(
    log: Log,
    *,
    organisation: str,
    public_key: bytes | Sequence[bytes],
    local: CheckpointFile,
    elsewhere: CheckpointFile | None = None,
    receipts: Sequence[Checkpoint] = (),
) -> Verdict:
    """Compares the log with its chain, and the chain with the checkpoints of both places.

    `public_key`: the raw key, or all keys that ever signed. `receipts`: checkpoints that left the machine; those
    of this log must be met, and one from before an accepted restore is not. The checkpoints are read before the
    entries, so a log that grows meanwhile gives no false alarm. Raises OSError where a checkpoint file cannot be
    read.
    """
    evidence = gather(organisation, log.name, _keys(public_key), local, elsewhere, receipts)
    walk = Walk(log.name, evidence.heads)
    walk.follow(log)
    walk.expect_checkpoints(evidence)
    reason = walk.reason or evidence.problem
    return Verdict(
        ok=not reason,
        entries=walk.seq,
        first_bad=walk.first_bad,
        reason=reason or _whole(walk.seq, evidence),
        protected_until=min(evidence.protected_until, walk.vouched),
        unprotected=max(0, walk.seq - min(evidence.protected_until, walk.vouched)),
        scope=evidence.scope,
        epoch=evidence.epoch,
        notes=evidence.notes,
    )


def accept_restore(
    log: Log,
    *,
    signer: Signer,
    organisation: str,
    local: CheckpointFile,
    elsewhere: CheckpointFile | None = None,
    at: datetime,
    note: str,
    public_key: bytes | Sequence[bytes] | None = None,
) -> Checkpoint:
    """Signs that the log continues from a restored backup: a new epoch, named by every later verdict.

    Earlier checkpoints after the point where log and checkpoints part no longer bind; lines that the
    restored local file lacks are copied back into it.

    Raises:
        Tampered: the entries do not follow from their chain, or a checkpoint file holds forged lines.
        XapiError: there is nothing to accept, or a place was not written.
    """
    keys = _keys(signer.public_bytes() if public_key is None else public_key)
    evidence = gather(organisation, log.name, keys, local, elsewhere)
    if evidence.forged:
        raise Tampered(evidence.problem)
    walk = Walk(log.name, {})
    walk.follow(log, remember=set(evidence.heads))
    if walk.reason:
        raise Tampered(f"a restore cannot be accepted: {walk.reason}")
    checkpoint = sign(
        signer,
        organisation=organisation,
        log=log.name,
        epoch=evidence.epoch + 1,
        seq=walk.seq,
        head=walk.previous,
        at=at,
        note=note,
        since=_parting(log.name, walk, evidence),
    )
    if evidence.missing_locally:
        local.append(*evidence.missing_locally)
    publish(checkpoint, [local, *([elsewhere] if elsewhere else [])])
    return checkpoint


def _parting(log: str, walk: Walk, evidence: Evidence) -> int:
    """The last entry on which the log and its checkpoints agree. Raises XapiError if they agree on all."""
    parted = [seq for seq, head in evidence.heads.items() if walk.remembered.get(seq) != head]
    if not parted and not evidence.problem:
        raise XapiError(f"log {log} agrees with its checkpoints: there is no restore to accept")
    first = min(parted, default=walk.seq + 1)
    return max((seq for seq in evidence.heads if seq < first), default=0)


def _keys(public_key: bytes | Sequence[bytes]) -> list[bytes]:
    return [public_key] if isinstance(public_key, bytes) else list(public_key)


def _whole(entries: int, evidence: Evidence) -> str:
    if not evidence.heads:
        return f"{entries} entries follow from one another; no checkpoint vouches for them yet"
    return f"{entries} entries follow from one another and from {len(evidence.heads)} checkpoints"
