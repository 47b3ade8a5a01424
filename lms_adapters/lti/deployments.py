"""The places in the LMS where we are used. One that nobody approved waits for an administrator."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from gleanery.errors import Gone
from gleanery.ports import Context
from gleanery.ports.registering import Deployment
from lms_adapters.lti.refusals import Refused

_SLOT = "deployments"
_MOST = 200
"""Remembered; an LMS that names more is not believed."""


class Deployments:
    """What became of each."""

    def __init__(self, ctx: Context, approved: Collection[str]) -> None:
        self._ctx, self._set, self._changing = ctx, approved, threading.Lock()

    def require(self, deployment: str) -> None:
        """Let one pass that is approved; one not seen before waits from now on. Raises: Refused."""
        if deployment in self._set:
            return
        state = self._rows().get(deployment, {}).get("state")
        if state is None:
            self._note(deployment)
        if state != "approved":
            raise Refused("refused" if state == "refused" else "pending", found=deployment)

    def all(self) -> Sequence[Deployment]:
        """Those waiting first, then the others, each by its id."""
        rows = {one: {"state": "approved", "at": None} for one in self._set} | self._rows()
        made = [
            Deployment(name, row["state"], _time(row["at"]), name in self._set) for name, row in rows.items()
        ]
        return sorted(made, key=lambda one: (one.state != "pending", one.id))

    def decide(self, deployment: str, state: Literal["approved", "refused"]) -> None:
        """Approve or refuse one that came. Raises: Gone for one that never did."""
        with self._changing:
            rows = self._rows()
            if deployment not in rows:
                raise Gone(
                    "lti: no launch came from a deployment of this id.",
                    remedy="Open a link in the LMS once, or compare the id with the list.",
                )
            rows[deployment]["state"] = state
            self._ctx.store.put(_SLOT, rows)

    def approve_first(self, deployment: str) -> None:
        """Approve the one that the LMS made when it registered us."""
        with self._changing:
            self._ctx.store.put(_SLOT, self._rows() | {deployment: self._row("approved")})

    def _note(self, deployment: str) -> None:
        with self._changing:
            rows = self._rows()
            if deployment not in rows and len(rows) < _MOST:
                self._ctx.store.put(_SLOT, rows | {deployment: self._row("pending")})

    def _row(self, state: str) -> dict[str, Any]:
        return {"state": state, "at": self._ctx.now().timestamp()}

    def _rows(self) -> dict[str, Any]:
        return dict(self._ctx.store.get(_SLOT) or {})


def _time(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
