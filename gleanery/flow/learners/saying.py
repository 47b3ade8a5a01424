"""What a learner did, as statements: only of an account that is linked to a person with a basis for it.

Of everybody else nothing is written; they learn all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.items.finding import platform_of
from gleanery.flow.learners.telling import PLATFORM
from gleanery.flow.people.asking import Origin
from gleanery.flow.people.stating import Deed, state
from gleanery.flow.recording import object_of
from gleanery.model.bases import Purpose, Stated
from gleanery.model.items import Item
from gleanery.model.learners import Visit
from gleanery.model.people import Handle
from gleanery.model.types import derived_id
from xapi import statements
from xapi.model import Actor, Score
from xapi.segments import Segments
from xapi.statements import Act, Assignment, Built, Grade, Viewing

Say = Callable[[statements.Item, Act], Built]
"""The statement about a thing, for an act that says who, when and by which event."""


class Saying:
    """Says in one transaction what the learner of a visit did."""

    def __init__(self, house: House, change: Change, visit: Visit) -> None:
        self._house, self._change, self._visit = house, change, visit

    @property
    def _path(self) -> Assignment | None:
        """The path that the learner is on, with the place where it stands as what assigned it."""
        if self._visit.thing is None:
            return None
        place = derived_id("place", self._visit.destination, self._visit.place)
        return Assignment(place, path=self._change.bridge.path(self._visit.thing))

    def _within(self, item: UUID | None) -> Assignment | None:
        return None if item == self._visit.thing else self._path

    def launched(self, item: UUID) -> None:
        """The learner opened the item's page, once in a visit."""
        self._of_item(
            item, f"{self._visit.id}/{item}/launched",
            lambda thing, act: statements.launched(
                self._change.bridge, thing, assignment=self._within(item), **act
            ),
        )  # fmt: skip

    def viewed(self, item: UUID) -> None:
        """The learner saw the thing itself, once in a visit."""
        self._of_item(
            item, f"{self._visit.id}/{item}/viewed",
            lambda thing, act: statements.viewed(
                self._change.bridge, thing, evidence=Grade.OPENED, assignment=self._within(item), **act
            ),
        )  # fmt: skip

    def completed(self, item: UUID, grade: Grade) -> None:
        """The learner completed the item, once and for all."""
        self._of_item(
            item, f"{self._visit.handle_id}/{item}/completed",
            lambda thing, act: statements.completed(
                self._change.bridge, thing, evidence=grade, assignment=self._within(item), **act
            ),
        )  # fmt: skip

    def rated(self, item: UUID, stars: int) -> None:
        """The learner said how good it is, of one to five; each number is said once in a visit."""
        self._of_item(
            item, f"{self._visit.id}/{item}/rated/{stars}",
            lambda thing, act: statements.bookmarked(
                self._change.bridge, thing, rating=Score(raw=stars, min=1, max=5), **act
            ),
        )  # fmt: skip

    def path_progressed(self, path: UUID, share: float) -> None:
        """The learner came further on a path, or completed it."""
        thing, hundredths = self._plan(path), int(share * 100)
        self._say(
            f"{self._visit.handle_id}/{path}/progressed/{hundredths}",
            lambda act: statements.progressed(
                self._change.bridge, thing, progress=hundredths, assignment=self._path, **act
            ),
        )

    def path_completed(self, path: UUID, grade: Grade) -> None:
        """The learner completed a path; `grade` is that of its weakest step."""
        thing = self._plan(path)
        self._say(
            f"{self._visit.handle_id}/{path}/completed",
            lambda act: statements.completed(
                self._change.bridge, thing, evidence=grade, assignment=self._path, **act
            ),
        )

    # ------------------------------------------------------------------ recordings

    def _recorded(
        self, item: UUID, length: float, event: str, say: Callable[..., Built], **told: Any
    ) -> None:
        threshold = self._house.config.learning.video_threshold
        viewing = Viewing(self._visit.id, length, threshold, self._within(item))
        self._of_item(item, event, lambda thing, act: say(self._change.bridge, thing, viewing, **told, **act))

    def initialized(self, item: UUID, length: float, event: str) -> None:
        """The recording is ready to be played."""
        self._recorded(item, length, event, statements.initialized)

    def played(self, item: UUID, length: float, event: str, time: float) -> None:
        """It began to play."""
        self._recorded(item, length, event, statements.played, time=time)

    def paused(self, item: UUID, length: float, event: str, time: float, segments: Segments) -> None:
        """It was halted."""
        self._recorded(item, length, event, statements.paused, time=time, segments=segments)

    def seeked(self, item: UUID, length: float, event: str, left: float, reached: float) -> None:
        """The learner jumped."""
        self._recorded(item, length, event, statements.seeked, left=left, reached=reached)

    def ended(self, item: UUID, length: float, event: str, time: float, segments: Segments) -> None:
        """The sitting before it is over."""
        self._recorded(item, length, event, statements.terminated, time=time, segments=segments)

    def watched(self, item: UUID, length: float, time: float, segments: Segments, lasted: timedelta) -> None:
        """The learner completed it by the part that was played."""
        event, told = f"{self._visit.handle_id}/{item}/completed", {"time": time, "segments": segments}
        self._recorded(item, length, event, statements.watched, lasted=lasted, **told)

    # ------------------------------------------------------------------ the one way

    def _plan(self, path: UUID) -> statements.Item:
        return statements.Item(self._change.bridge.path(path), "gleanery")

    def _of_item(self, item: UUID, event: str, build: Say) -> None:
        row = self._change.session.exec(select(Item).where(Item.id == item)).one()
        thing = object_of(self._change.bridge, row, platform_of(self._change.session, row))
        self._say(event, lambda act: build(thing, act))

    def _say(self, event: str, build: Callable[[Act], Built]) -> None:
        session, at = self._change.session, self._change.at
        query = select(Handle).where(Handle.id == self._visit.handle_id).with_for_update()
        handle = session.exec(query).one_or_none()
        if handle is None or handle.person_id is None or self._is_stated(handle, event):
            return  # nobody's, or erased since they came, or said before

        def built(actor: Actor, revision: int) -> Built:
            return build({"event": event, "by": actor, "at": at, "revision": revision})

        origin = Origin(PLATFORM, self._visit.destination)
        state(self._change, Deed(handle, Purpose.LEARNING_RECORD, origin, event, at), built)

    def _is_stated(self, handle: Handle, event: str) -> bool:
        query = select(Stated.statement_id).where(
            Stated.handle_id == handle.id, Stated.event == event, col(Stated.voided_at).is_(None)
        )
        return self._change.session.exec(query.limit(1)).first() is not None
