"""The last launches, good and refused, with the check that failed: what an administrator looks at first.

No personal data: who came is a digest that only serves to tell one from another, and of what the LMS said only what
names no person is kept, of the rest that it was there. What bears no signature of the LMS is kept apart, at most one
a second, so that a stranger cannot push the real ones out.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from gleanery.ports import Context
from gleanery.ports.registering import LaunchEntry
from lms_adapters.lti.claims import CLAIM, SCORES
from lms_adapters.lti.refusals import Refused, shown, told

KEPT = timedelta(days=14)
SLOTS = 40
"""How many of each kind are kept."""

_TELLING = ("iss", "aud", "azp", "iat", "exp", "nbf")
_TELLING_LTI = ("message_type", "version", "deployment_id", "roles")
_MOST_CLAIMS = 60


class Launches:
    """Writes the log and reads it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._writing = ctx, threading.Lock()
        self._next: dict[str, int] = {}
        self._last_stranger: datetime | None = None

    def note(self, claims: Mapping[str, Any] | None, refused: Refused | None) -> None:
        """Keep one; `claims` are None for what bears no signature of the LMS."""
        with self._writing:
            if claims is None and not self._in_time():
                return
            ring = "stranger" if claims is None else "launch"
            row = {
                "at": self._ctx.now().timestamp(),
                "check": refused.check if refused else "",
                "found": refused.found if refused else {},
                "who": self._digest(claims),
                "claims": _harmless(claims or {}),
            }
            number = self._number(ring)
            row["order"] = sum(self._next.values())
            self._ctx.store.put(f"{ring}:{number % SLOTS}", row, expires_in=KEPT)
            self._next[ring] = number + 1

    def all(self, language: str = "en") -> Sequence[LaunchEntry]:
        """The latest first, in words of a language."""
        rows = [row for ring in ("launch", "stranger") for row in self._rows(ring)]
        return [_entry(row, language) for row in sorted(rows, key=_latest_first)]

    def _rows(self, ring: str) -> list[dict[str, Any]]:
        found = (self._ctx.store.get(f"{ring}:{slot}") for slot in range(SLOTS))
        return [row for row in found if row is not None]

    def _number(self, ring: str) -> int:
        """The place for the next one: after the latest that is kept."""
        if ring not in self._next:
            kept = [(self._ctx.store.get(f"{ring}:{slot}") or {}).get("at", 0.0) for slot in range(SLOTS)]
            self._next[ring] = kept.index(max(kept)) + 1 if any(kept) else 0
        return self._next[ring]

    def _in_time(self) -> bool:
        now = self._ctx.now()
        if self._last_stranger is not None and now - self._last_stranger < timedelta(seconds=1):
            return False
        self._last_stranger = now
        return True

    def _digest(self, claims: Mapping[str, Any] | None) -> str:
        who = (claims or {}).get("sub")
        if not isinstance(who, str):
            return ""
        return hashlib.sha256(f"{self._ctx.organisation}:{who}".encode("utf-8", "replace")).hexdigest()[:8]


def _latest_first(row: Mapping[str, Any]) -> tuple[float, int]:
    return -row["at"], -row["order"]


def _harmless(claims: Mapping[str, Any]) -> dict[str, str]:
    """The claims by their names, with the values of those that name no person; the others are only there."""
    told = dict.fromkeys(list(claims)[:_MOST_CLAIMS], "")
    for name in (*_TELLING, *(f"{CLAIM}{short}" for short in _TELLING_LTI)):
        if name in claims:
            told[name] = _value(claims[name])
    target = claims.get(f"{CLAIM}target_link_uri")
    if isinstance(target, str):
        told[f"{CLAIM}target_link_uri"] = _place(target)
    scores = claims.get(SCORES)
    if isinstance(scores, Mapping):
        told[SCORES] = _value(sorted(str(name) for name in scores))
    return {shown(name): value for name, value in told.items()}


def _value(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return shown(", ".join(str(part) for part in parts[:20]))


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        return shown(f"{parts.scheme}://{parts.hostname}{parts.path}")
    except ValueError:
        return ""


def _entry(row: Mapping[str, Any], language: str) -> LaunchEntry:
    wrong, remedy = told(row["check"], row["found"], language) if row["check"] else ("", "")
    return LaunchEntry(
        datetime.fromtimestamp(row["at"], UTC), row["check"], wrong, remedy, row["who"], dict(row["claims"])
    )
