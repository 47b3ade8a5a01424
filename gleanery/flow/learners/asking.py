"""What is asked at the end of an item: a curator sets it, learners answer. The right answers never leave the house."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow.house import House
from gleanery.flow.items.finding import find_item
from gleanery.flow.learners.evidence import Doing, locked, question_of
from gleanery.model.learners import ItemQuestion, QuestionKind
from gleanery.model.posts import storable
from xapi.grades import Grade

MOST_WORDS = 1_000
MOST_OPTIONS = 8
MOST_TRIES = 20
"""Wrong answers after which a learner's answers to an item count no more."""

MOST_REFLECTION = 10_000


@dataclass(frozen=True)
class Wanted:
    """A question as a curator wrote it; `options` and the places of the `right` ones are of a choice."""

    kind: QuestionKind
    words: str
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()


def put(house: House, account: str, item: str, wanted: Wanted) -> ItemQuestion:
    """Ask this at the end of an item from now on. Raises: BadInput."""
    _require_sound(wanted)
    with house.change() as change:
        actor, row = f"person:{house.person(change.session, account)}", find_item(change.session, item)
        question = change.session.get(ItemQuestion, row.id) or ItemQuestion(
            item_id=row.id, kind=wanted.kind, words="", changed_at=change.at, changed_by=actor
        )
        is_choice = wanted.kind is QuestionKind.CHOICE
        question.kind, question.words = wanted.kind, _line(wanted.words)
        question.options = [_line(one) for one in wanted.options] if is_choice else []
        question.right = sorted(set(wanted.right)) if is_choice else []
        question.changed_at, question.changed_by = change.at, actor
        change.session.add(question)
        change.audit("item.question-set", actor, f"item:{row.id}", kind=wanted.kind)
        change.session.flush()
        change.session.expunge(question)
        return question


def remove(house: House, account: str, item: str) -> None:
    """Ask nothing there any more; where nothing was asked, nothing changes. Raises: BadInput."""
    with house.change() as change:
        row = find_item(change.session, item)
        question = change.session.get(ItemQuestion, row.id)
        if question is not None:
            change.session.delete(question)
            actor = f"person:{house.person(change.session, account)}"
            change.audit("item.question-removed", actor, f"item:{row.id}")


def of_item(house: House, item: UUID) -> ItemQuestion | None:
    """What is asked at the end of an item."""
    with house.store.read() as session:
        return session.exec(select(ItemQuestion).where(ItemQuestion.item_id == item)).one_or_none()


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in storable(text)).split())


def _require_sound(wanted: Wanted) -> None:
    words = [wanted.words, *wanted.options]
    if not all(_line(one) for one in words) or any(len(one) > MOST_WORDS for one in words):
        raise BadInput(
            "The question or an answer is empty, or too long.",
            remedy=f"Each has 1 to {MOST_WORDS} characters.",
        )
    if wanted.kind is QuestionKind.REFLECTION:
        return
    if not 2 <= len(wanted.options) <= MOST_OPTIONS or not _are_places(wanted.right, wanted.options):
        raise BadInput(
            f"A choice has 2 to {MOST_OPTIONS} answers of which at least one is right.",
            remedy="Write one answer a line, and mark those that are right.",
        )


def _are_places(right: Sequence[int], options: Sequence[str]) -> bool:
    return bool(right) and all(0 <= one < len(options) for one in right)


# --------------------------------------------------------------------------- answering


def answer(doing: Doing, chosen: Iterable[int]) -> bool:
    """Whether a learner's choice is right: just those options that are. A teacher's answer leaves no trace.

    Raises: BadInput where there is no such question; Denied after too many wrong answers.
    """
    with doing.house.change() as change:
        question = question_of(change.session, doing.item.id)
        if question is None or question.kind is not QuestionKind.CHOICE:
            raise BadInput("There is no question here.", remedy="Open the page again.")
        is_right = sorted(set(chosen)) == list(question.right)
        if doing.visit.is_teacher:
            return is_right
        row = locked(change, doing.visit, doing.item.id)
        if row.tries >= MOST_TRIES:
            raise Denied("You tried often enough.", remedy="Ask your teacher to talk it through with you.")
        row.tries += not is_right
        doing.note(change, row, Grade.QUESTION_PASSED if is_right else None)
    doing.house.wake()
    return is_right


def reflect(doing: Doing, words: str) -> None:
    """A learner wrote what they think; it is kept only where the house says so. Raises: BadInput."""
    text = storable(words).strip()
    if not text:
        raise BadInput("You wrote nothing.", remedy="Write a sentence, then send it.")
    if doing.visit.is_teacher:
        return
    with doing.house.change() as change:
        question = question_of(change.session, doing.item.id)
        if question is None or question.kind is not QuestionKind.REFLECTION:
            raise BadInput("There is no question here.", remedy="Open the page again.")
        row = locked(change, doing.visit, doing.item.id)
        row.wrote = True
        row.reflection = text[:MOST_REFLECTION] if doing.house.config.learning.keep_reflections else ""
        doing.note(change, row, Grade.SELF_DECLARED)
    doing.house.wake()


def rate(doing: Doing, stars: int) -> None:
    """A learner says how good the item is, of one to five; the last word counts. Raises: BadInput."""
    if not 1 <= stars <= 5:
        raise BadInput("A rating is of one to five.", remedy="Choose one of them.")
    doing.rate(stars)
