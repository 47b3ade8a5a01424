"""What verification of the record found, as plain values."""

from __future__ import annotations

from typing import Any

from gleanery.flow.house import House
from gleanery.flow.record import record


def verdicts(house: House) -> list[dict[str, Any]]:
    """Both logs verified, as plain values; of the statements also what finds and hides them."""
    found = _verdicts(house)
    with record(house.store) as statements:
        bad = statements.index_fault()
    kept = found[-1]
    if kept["ok"] and bad is not None:
        reason = f"entry {bad} is whole, but the index by which it is found was changed"
        kept.update(ok=False, first_bad=bad, reason=reason)
    return found


def _verdicts(house: House) -> list[dict[str, Any]]:
    return [
        {
            "log": name,
            "ok": verdict.ok,
            "entries": verdict.entries,
            "first_bad": verdict.first_bad,
            "reason": verdict.reason,
            "protected_until": verdict.protected_until,
            "unprotected": verdict.unprotected,
            "scope": verdict.scope,
            "epoch": verdict.epoch,
            "notes": list(verdict.notes),
        }
        for name, verdict in house.verify()
    ]


def summary(found: list[dict[str, Any]]) -> str:
    """ "verified", or the first bad entry in words."""
    bad = [one for one in found if not one["ok"]]
    if not bad:
        return "verified"
    place = f" entry {bad[0]['first_bad']}" if bad[0]["first_bad"] is not None else ""
    return f"{bad[0]['log']}{place}: {bad[0]['reason']}"
