"""One transaction and what it tells: the change of state, its audit entries, its statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from gleanery.audit import Told, append
from gleanery.flow.record import Emptied, Removal, erase, insert
from xapi.statements import Bridge, Built

Heed = Callable[[list[Emptied]], None]
"""Learns what was taken out of the record."""


class Change:
    """Collects what a transaction tells and writes it as its last act, the audit entries first.

    That order is the same everywhere, so that two writers never wait for each other crosswise.
    """

    def __init__(
        self, session: Session, at: datetime, bridge: Bridge, clock: Callable[[], datetime] | None = None
    ) -> None:
        """`clock` is read under the record's lock: by `at` a statement might be older than what was promised."""
        self.session = session
        self.at = at
        self.bridge = bridge
        self._clock = clock or (lambda: at)
        self.new_statements = 0
        self._told: list[Told] = []
        self._statements: list[Built] = []
        self._removals: list[tuple[Removal, Heed]] = []

    def audit(self, action: str, actor: str, subject: str, /, **detail: Any) -> None:
        """Tell a change: ids and codes only."""
        self._told.append(Told(action, actor, subject, detail))

    def state(self, statements: Sequence[Built]) -> None:
        """Record statements of the change."""
        self._statements.extend(statements)

    def erase(self, removal: Removal, heed: Heed = lambda _: None) -> None:
        """Take the content of statements away for good; `heed` learns what was, in the same transaction."""
        self._removals.append((removal, heed))

    def tell(self) -> None:
        """Write everything told; called once, before the commit."""
        self.session.flush()
        append(self.session, self.at, self._told)
        self.new_statements = insert(self.session, self._statements, self.bridge, self._clock)
        for removal, heed in self._removals:
            heed(erase(self.session, removal, self.bridge, self.at, self._clock))
