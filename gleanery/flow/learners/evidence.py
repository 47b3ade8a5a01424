"""Evidence: how well it is known that a learner did an item, and when that completes it.

The best evidence is kept. What completes an item is a setting of the house by its kind; an item with a question is
completed by the right answer. With the evidence go, in one transaction, what the gradebook is owed and what is said
in the record. A teacher who looks at an item leaves no trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.config.learning import LearningSettings
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.learners import scoring
from gleanery.flow.learners.saying import Saying
from gleanery.flow.learners.sources import is_played_here
from gleanery.model.learners import ItemQuestion, QuestionKind, Reached, Visit
from gleanery.model.people import Handle
from gleanery.ports import LearningCollection, LearningItem, LearningStep
from xapi.grades import Grade


@dataclass(frozen=True)
class Goal:
    """What completes an item: evidence of at least this grade, and a reflection where `asks_words`."""

    grade: Grade
    asks_words: bool = False

    def is_met(self, row: Reached) -> bool:
        """Whether a learner's evidence is enough."""
        known = row.evidence is not None and Grade.of(row.evidence) >= self.grade
        return known and (row.wrote or not self.asks_words)


def goal_of(settings: LearningSettings, item: LearningItem, question: ItemQuestion | None) -> Goal:
    """What completes an item here; evidence that cannot be had of it is replaced by what can."""
    if question is not None and question.kind is QuestionKind.CHOICE:
        return Goal(Grade.QUESTION_PASSED)
    wanted = Grade.of(settings.completes_by.get(item.kind, settings.otherwise))  # type: ignore[call-overload]
    for grade in (wanted, Grade.of(settings.otherwise), Grade.OPENED):
        if grade is Grade.QUESTION_PASSED or (grade is Grade.VIDEO_THRESHOLD and not is_played_here(item)):
            continue
        return Goal(grade, asks_words=question is not None)
    raise AssertionError("an item can always be opened")


def question_of(session: Session, item: UUID) -> ItemQuestion | None:
    """What is asked at the end of an item."""
    return session.get(ItemQuestion, item)


def reached(session: Session, handle: UUID, items: Sequence[UUID]) -> dict[UUID, Reached]:
    """By item: how far a learner got; those that were not opened are absent."""
    query = select(Reached).where(Reached.handle_id == handle, col(Reached.item_id).in_(items))
    return {row.item_id: row for row in session.exec(query)}


def locked(change: Change, visit: Visit, item: UUID) -> Reached:
    """How far the learner of a visit got in an item, locked; made where nothing was known."""
    handle = select(Handle.id).where(Handle.id == visit.handle_id).with_for_update()
    change.session.exec(handle).one_or_none()  # of two requests of one learner the second waits
    query = select(Reached).where(Reached.handle_id == visit.handle_id, Reached.item_id == item)
    row = change.session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    return row or Reached(handle_id=visit.handle_id, item_id=item, changed_at=change.at)


# --------------------------------------------------------------------------- what is done


@dataclass(frozen=True)
class Doing:
    """A learner of a visit before an item that the visit is for, or that is a step of what it is for."""

    house: House
    visit: Visit
    thing: LearningItem | LearningCollection
    item: LearningItem

    def open_page(self) -> None:
        """They opened its page; where that shows all there is, they saw the thing."""
        if self.visit.is_teacher:
            return
        with self.house.change() as change:
            row = locked(change, self.visit, self.item.id)
            Saying(self.house, change, self.visit).launched(self.item.id)
            row.opened_at = row.opened_at or change.at
            if self.item.url is None:
                self._note(change, row, Grade.OPENED)
            owed = self._settle(change, row)
        if owed:
            self.house.wake()

    def open_source(self) -> None:
        """They went to the thing itself."""
        self.show(Grade.OPENED)

    def declare(self) -> None:
        """They say that they did it."""
        self.show(Grade.SELF_DECLARED)

    def show(self, grade: Grade) -> None:
        """There is evidence of this grade."""
        if self.visit.is_teacher:
            return
        with self.house.change() as change:
            row = locked(change, self.visit, self.item.id)
            row.opened_at = row.opened_at or change.at
            self._note(change, row, grade)
            owed = self._settle(change, row)
        if owed:
            self.house.wake()

    def rate(self, stars: int) -> None:
        """They say how good it is, of one to five."""
        if self.visit.is_teacher:
            return
        with self.house.change() as change:
            row = locked(change, self.visit, self.item.id)
            if row.rating != stars:
                row.rating, row.changed_at = stars, change.at
                change.session.add(row)
                Saying(self.house, change, self.visit).rated(self.item.id, stars)

    def note(self, change: Change, row: Reached, grade: Grade | None) -> None:
        """The same for whoever holds the row already; None: something else about the row changed."""
        if grade is not None:
            self._note(change, row, grade)
        self._settle(change, row)

    def _note(self, change: Change, row: Reached, grade: Grade) -> None:
        if grade is Grade.OPENED:
            Saying(self.house, change, self.visit).viewed(self.item.id)
        if row.evidence is None or Grade.of(row.evidence) < grade:
            row.evidence = grade.text

    def _settle(self, change: Change, row: Reached) -> bool:
        """Complete the item where there is enough evidence now; whether the gradebook is owed anything new."""
        goal = goal_of(self.house.config.learning, self.item, question_of(change.session, self.item.id))
        newly = row.completed_at is None and goal.is_met(row)
        if newly:
            row.completed_at = change.at
            grade = Grade.of(row.evidence or "")
            Saying(self.house, change, self.visit).completed(self.item.id, grade)
            machine = f"destination:{self.visit.destination}"
            change.audit("item.completed", machine, f"item:{self.item.id}", evidence=grade.text)
        row.changed_at = change.at
        change.session.add(row)
        change.session.flush()
        if isinstance(self.thing, LearningCollection):
            return self._owe_path(change, self.thing, newly=newly)
        if row.completed_at is not None:
            return scoring.owe(change, self.visit, "completed", 1.0)
        return scoring.owe(change, self.visit, "started", None)

    def _owe_path(self, change: Change, path: LearningCollection, *, newly: bool) -> bool:
        standing = standing_of(change.session, self.visit.handle_id, path)
        if newly:
            said = Saying(self.house, change, self.visit)
            if standing.weakest is not None:
                said.path_completed(path.id, standing.weakest)
            else:
                said.path_progressed(path.id, standing.share)
        if standing.is_done:
            return scoring.owe(change, self.visit, "completed", 1.0)
        if standing.share:
            return scoring.owe(change, self.visit, "in-progress", standing.share)
        return scoring.owe(change, self.visit, "started", None)


# --------------------------------------------------------------------------- paths


@dataclass(frozen=True)
class Standing:
    """How far a learner got on a path: the items they completed, and the part of what is required.

    `weakest`: the lowest grade of evidence among the required steps, None while any is open.
    """

    done: dict[UUID, datetime]
    share: float
    is_done: bool
    weakest: Grade | None


def standing_of(session: Session, handle: UUID, path: LearningCollection) -> Standing:
    """How far a learner got on a path; where no step is required, all of them count."""
    rows = reached(session, handle, [step.item.id for step in path.steps])
    done = {item: row.completed_at for item, row in rows.items() if row.completed_at is not None}
    counted = [step.item.id for step in path.steps if step.required] or [s.item.id for s in path.steps]
    grades = [Grade.of(rows[item].evidence or "") for item in counted if item in done]
    is_done = len(grades) == len(counted)
    share = len(grades) / len(counted) if counted else 1.0
    return Standing(done, share, is_done, min(grades) if is_done and grades else None)


def is_locked(step: LearningStep, done: dict[UUID, datetime]) -> bool:
    """Whether a step still waits for the one that must be done before it; what is done stays open."""
    return step.after is not None and step.after not in done and step.item.id not in done
