"""The checkpoints of one log from both places, checked against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from xapi.checkpoints import Checkpoint, CheckpointFile


class Evidence(NamedTuple):
    """What binds a log.

    `heads`: the hash each vouched entry must have, by the `binding` checkpoints. `problem`: what is wrong with
    the files themselves, empty if nothing; `forged` if it is a line that nobody signed.
    """

    heads: dict[int, bytes]
    binding: tuple[Checkpoint, ...]
    protected_until: int
    scope: Literal["verified elsewhere", "local only"]
    epoch: int
    problem: str
    forged: bool
    missing_locally: list[Checkpoint]
    notes: tuple[str, ...]


class _Place(NamedTuple):
    signed: list[Checkpoint]
    problem: str


def gather(
    organisation: str,
    log: str,
    keys: Sequence[bytes],
    local: CheckpointFile,
    elsewhere: CheckpointFile | None,
    receipts: Sequence[Checkpoint] = (),
) -> Evidence:
    """Reads both files and keeps the signed checkpoints that still bind; `receipts` are those that left earlier.

    The other place is read first: a checkpoint is written beside the log first, so one that appears
    between the two readings is never taken for a removal. Raises OSError.
    """
    there = _read(elsewhere, organisation, log, keys) if elsewhere else _Place([], "")
    here = _read(local, organisation, log, keys)
    away = _signed([c for c in receipts if (c.organisation, c.log) == (organisation, log)], keys, "receipts")
    both = list(dict.fromkeys([*here.signed, *there.signed, *away.signed]))
    openings = [checkpoint for checkpoint in both if checkpoint.since is not None]
    binding = {checkpoint for checkpoint in both if _binds(checkpoint, openings)}
    held_here = set(here.signed)
    missing = [checkpoint for checkpoint in there.signed if checkpoint not in held_here]
    removed = [checkpoint for checkpoint in missing if checkpoint in binding]
    forged = here.problem or there.problem or away.problem
    elsewhere_signed = [*there.signed, *away.signed]
    return Evidence(
        heads=_heads(binding),
        binding=tuple(sorted(binding, key=lambda one: one.seq)),
        protected_until=max((c.seq for c in (elsewhere_signed or here.signed) if c in binding), default=0),
        scope="verified elsewhere" if elsewhere_signed else "local only",
        epoch=max((checkpoint.epoch for checkpoint in both), default=1),
        problem=forged
        or _unmet(local, away.signed, binding, held_here)
        or _removal(local, elsewhere, removed),
        forged=bool(forged),
        missing_locally=missing,
        notes=_notes(both, binding, elsewhere, there.signed, held_here),
    )


def _read(file: CheckpointFile, organisation: str, log: str, keys: Sequence[bytes]) -> _Place:
    reading = file.read()
    ours = [c for c in reading.checkpoints if (c.organisation, c.log) == (organisation, log)]
    place = _signed(ours, keys, f"checkpoint file {file.path}")
    if not place.problem and reading.bad_lines:
        problem = f"checkpoint file {file.path}: line {reading.bad_lines[0]} is no checkpoint"
        return place._replace(problem=problem)
    return place


def _signed(ours: Sequence[Checkpoint], keys: Sequence[bytes], where: str) -> _Place:
    signed = [checkpoint for checkpoint in ours if checkpoint.is_signed_by(keys)]
    if len(signed) == len(ours):
        return _Place(signed, "")
    held = set(signed)
    forged = next(checkpoint for checkpoint in ours if checkpoint not in held)
    return _Place(signed, f"{where}: no known key signed the checkpoint at {forged.seq}")


def _binds(checkpoint: Checkpoint, openings: list[Checkpoint]) -> bool:
    """Says whether no later epoch goes on from before this checkpoint's entry."""
    return all(
        checkpoint.seq <= (opening.since or 0) for opening in openings if opening.epoch > checkpoint.epoch
    )


def _heads(binding: set[Checkpoint]) -> dict[int, bytes]:
    """The expected hashes; two signed checkpoints that contradict each other leave one nothing can meet."""
    heads: dict[int, bytes] = {}
    for checkpoint in sorted(binding, key=lambda one: one.seq):
        head = bytes.fromhex(checkpoint.head)
        heads[checkpoint.seq] = head if heads.get(checkpoint.seq, head) == head else b"contradiction"
    return heads


def _unmet(
    local: CheckpointFile,
    receipts: Sequence[Checkpoint],
    binding: set[Checkpoint],
    held_here: set[Checkpoint],
) -> str:
    """What is wrong with the first receipt that the record no longer answers to."""
    for one in receipts:
        if one not in binding:
            return f"the receipt for entry {one.seq} is of a time before a restore that was accepted since"
        if one not in held_here:
            return f"checkpoint file {local.path} no longer holds the checkpoint at {one.seq} that left this machine"
    return ""


def _removal(local: CheckpointFile, elsewhere: CheckpointFile | None, removed: list[Checkpoint]) -> str:
    if not removed or elsewhere is None:
        return ""
    first = min(checkpoint.seq for checkpoint in removed)
    return (
        f"checkpoint file {local.path}: {len(removed)} checkpoints, the first at {first}, "
        f"were removed; {elsewhere.path} still holds them"
    )


def _notes(
    both: list[Checkpoint],
    binding: set[Checkpoint],
    elsewhere: CheckpointFile | None,
    there: list[Checkpoint],
    held_here: set[Checkpoint],
) -> tuple[str, ...]:
    notes = [
        f"epoch {c.epoch} was opened at entry {c.seq} on {c.at}, going on from entry {c.since}: {c.note}"
        for c in both
        if c.since is not None
    ]
    if len(both) > len(binding):
        notes.append(f"{len(both) - len(binding)} checkpoints of earlier epochs no longer bind")
    if elsewhere is None:
        notes.append("no second place is configured: an older backup with its own checkpoints would pass")
    elif lacking := len(held_here.difference(there)):
        notes.append(f"{elsewhere.path} lacks {lacking} checkpoints that are held beside the log")
    return tuple(notes)
