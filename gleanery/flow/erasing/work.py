"""One erasure being carried out: whom it is about, how far it is told, and what it has to leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from gleanery.flow.change import Change
from gleanery.flow.erasing.finding import Progress
from gleanery.flow.erasing.subject import Subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House
from gleanery.leases import Held
from gleanery.model.erasures import ErasureCase

POLICY = "policy:erasure"

T = TypeVar("T")


@dataclass
class Work:
    """One erasure being carried out; `at` is when it was begun."""

    house: House
    id: UUID
    at: datetime
    subject: Subject
    traces: Traces
    progress: Progress = lambda _what, _done, _all: None
    lease: Held | None = None
    left: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def change(self) -> Iterator[Change]:
        """One transaction of the work. Raises: LeaseLost where another worker took it over."""
        with self.house.change() as change:
            if self.lease is not None:
                self.lease.confirm(change.session, self.house.now())
            yield change

    @property
    def reason(self) -> str:
        """The code under which statements are erased."""
        return f"erasure:{self.id}"

    def count(self, session: Session, **counts: int) -> None:
        """Add to what was done, in the transaction that does it."""
        case = session.get(ErasureCase, self.id)
        if case is not None:
            names = {**case.counts, **counts}
            case.counts = {name: case.counts.get(name, 0) + counts.get(name, 0) for name in names}
            session.add(case)

    def leave(self, what: str, count: int = 1) -> None:
        """Note what could not be erased, by a code."""
        if count:
            self.left[what] = self.left.get(what, 0) + count


def batches(several: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Parts of a sequence that fit one transaction each."""
    for start in range(0, len(several), size):
        yield several[start : start + size]
