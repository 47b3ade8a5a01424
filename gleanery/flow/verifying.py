"""What verification of the record found, as plain values, and the signed acceptance of a restore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gleanery.audit import AuditLog
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.house import House
from gleanery.flow.receipts import Receipts
from gleanery.flow.record import record, statement_logs
from xapi import chain
from xapi.errors import Tampered, XapiError


def verdicts(
    house: House,
    receipts: Receipts | None = None,
    public_key: bytes | None = None,
    watched: Callable[[chain.Log], chain.Log] = lambda log: log,
) -> list[dict[str, Any]]:
    """All logs verified, as plain values; of the statements also what finds and hides them.

    `receipts`: what left the machine and must be met; what they speak of that is not there is a verdict of
    its own, `receipt`. `public_key`: raw, where the keys are not at hand. `watched`: a log as somebody who watches
    wants it read.
    """
    held = receipts or Receipts()
    found = [
        _plain(name, verdict._asdict())
        for name, verdict in house.verify(receipts=held.checkpoints, public_key=public_key, watched=watched)
    ]
    found[0]["notes"] += [
        f"entry {seq} is dated {back} before the one before it: the clock was set back"
        for seq, back in AuditLog(house.store).setbacks()
    ]
    kept = {one["log"]: one for one in found}
    for log in statement_logs(house.store):
        if log.name in kept:  # else somebody's key has just begun a store
            _look_at_index(house, log.store, kept[log.name])
    if receipts is not None:
        found.append(_answered(held))
    return found


def _look_at_index(house: House, store: str, kept: dict[str, Any]) -> None:
    """Compare what finds and hides the statements of a store with them, where these are whole."""
    with record(house.store, store) as statements:
        bad = statements.index_fault()
    if kept["ok"] and bad is not None:
        reason = f"entry {bad} is whole, but the index by which it is found was changed"
        kept.update(ok=False, first_bad=bad, reason=reason)


def _plain(name: str, verdict: dict[str, Any]) -> dict[str, Any]:
    return {"log": name, **verdict, "notes": list(verdict["notes"])}


def _answered(held: Receipts) -> dict[str, Any]:
    """Whether the record still knows what the receipts speak of; the logs' own verdicts say if it agrees."""
    return {
        "log": "receipt",
        "ok": not held.problems,
        "entries": len(held.checkpoints),
        "first_bad": None,
        "reason": "; ".join(held.problems) or "; ".join(held.notes[:1]),
        "notes": list(held.notes[1:]),
    }


def summary(found: list[dict[str, Any]]) -> str:
    """ "verified", or the first bad entry in words."""
    bad = [one for one in found if not one["ok"]]
    if not bad:
        return "verified"
    place = f" entry {bad[0]['first_bad']}" if bad[0]["first_bad"] is not None else ""
    return f"{bad[0]['log']}{place}: {bad[0]['reason']}"


def accept_restore(house: House, note: str, by: str) -> list[dict[str, Any]]:
    """Open a new signed epoch for each log that stands behind its checkpoints, and enter that `by` did so.

    Raises: BadInput, also where none does; ConfigError.
    """
    accepted = open_epochs(house, note)
    if not accepted:
        raise BadInput("All logs agree with their checkpoints.", remedy="There is no restore to accept.")
    with house.change() as change:
        actor = f"person:{house.person(change.session, by)}"
        for one in accepted:
            change.audit("restore.accepted", actor, f"log:{one['log']}", epoch=one["epoch"], seq=one["seq"])
    return accepted


def open_epochs(house: House, note: str) -> list[dict[str, Any]]:
    """A new signed epoch for each log that stands behind its checkpoints. Raises: BadInput, ConfigError."""
    accepted = []
    for log, (_, verdict) in zip(house.vouched_logs(), house.verify(), strict=True):
        if not verdict.ok:
            checkpoint = _accepted(house, log, note)
            accepted.append({"log": log.name, "epoch": checkpoint.epoch, "seq": checkpoint.seq})
    return accepted


def _accepted(house: House, log: chain.Log, note: str) -> chain.Checkpoint:
    try:
        return chain.accept_restore(
            log,
            signer=house.signer,
            organisation=str(house.organisation.id),
            local=house.local_checkpoints,
            elsewhere=house.other_checkpoints,
            at=house.now(),
            note=note,
        )
    except Tampered as error:
        raise BadInput(
            f"This is no restore: {error}.",
            remedy="Keep this copy as evidence and restore an untouched backup.",
        ) from error
    except XapiError as error:
        raise ConfigError(str(error)) from error
