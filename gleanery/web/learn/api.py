"""/api/learners: what learners say, the questions of items, and the scores of gradebooks, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.errors import ConfigError
from gleanery.flow.house import House
from gleanery.flow.learners import asking, noting, scoring
from gleanery.flow.learners.asking import Wanted
from gleanery.flow.learners.noting import NoNote
from gleanery.flow.learners.scoring import NoScore
from gleanery.flow.rights import Right
from gleanery.model.destinations import DeliveryState
from gleanery.model.learners import NoteKind, QuestionKind
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.given import Given
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting

Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str, Query(max_length=80)]


class _Told(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NoteTold(_Told):
    """What a learner said; who that is stays here."""

    id: UUID
    destination: str
    item_id: UUID | None
    kind: NoteKind
    reason: str
    words: str
    url: str | None
    at: datetime
    settled_at: datetime | None


class NoteList(BaseModel):
    """Notes, the latest first; `next` leads on."""

    items: list[NoteTold]
    next: str | None


class ScoreTold(_Told):
    """A score; whose it is stays here."""

    id: UUID
    destination: str
    place: str
    thing: UUID
    progress: str
    share: float | None
    at: datetime
    state: DeliveryState
    attempts: int
    next_try_at: datetime
    reason: str
    delivered_at: datetime | None


class ScoreList(BaseModel):
    """Scores by the time of their next try, the latest first; `next` leads on."""

    items: list[ScoreTold]
    next: str | None


class QuestionTold(_Told):
    """What is asked at the end of an item; `right` are places in `options`, from 0."""

    kind: QuestionKind
    words: str
    options: list[str]
    right: list[int]


class LearnedTold(BaseModel):
    """What learners do with an item: counts of them, the mean of their ratings (1 to 5), and what they are asked."""

    opened: int
    completed: int
    rating: float | None
    ratings: int
    question: QuestionTold | None


class QuestionWanted(Given):
    """A question for the end of an item."""

    kind: QuestionKind
    words: str = Field(min_length=1, max_length=asking.MOST_WORDS)
    options: list[Annotated[str, Field(max_length=asking.MOST_WORDS)]] = Field(
        default=[], max_length=asking.MOST_OPTIONS
    )
    right: list[Annotated[int, Field(ge=0, le=asking.MOST_OPTIONS)]] = Field(
        default=[], max_length=asking.MOST_OPTIONS
    )


class RetryWanted(Given):
    """Which destination's scores; left out: those of all."""

    destination: str | None = Field(default=None, max_length=63)


class Retried(BaseModel):
    """How many are tried again."""

    retried: int


class LearnersApi:
    """The addresses about learners."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """Every address with its policy."""
        see, edits, item = Right.SEE_QUEUE, Right.EDIT_ITEMS, "/learners/items/{item:uuid}"
        routes.api("GET", "/learners/notes", see, self.notes, response_model=NoteList)
        routes.api(
            "POST", "/learners/notes/{note:uuid}/settle", edits, self.settle, does="learner-note.settle",
            status_code=204, errors=(404,),
        )  # fmt: skip
        routes.api("GET", item, see, self.learned, response_model=LearnedTold, errors=(404,))
        routes.api(
            "PUT", f"{item}/question", edits, self.put_question, does="item.set-question",
            response_model=LearnedTold, errors=(404,),
        )  # fmt: skip
        routes.api(
            "DELETE", f"{item}/question", edits, self.remove_question, does="item.remove-question",
            response_model=LearnedTold, errors=(404,),
        )  # fmt: skip
        manage = Right.MANAGE_DESTINATIONS
        routes.api("GET", "/learners/scores", Right.SEE_DESTINATIONS, self.scores, response_model=ScoreList)
        routes.api(
            "POST", "/learners/scores/retry", manage, self.retry_all, does="score.retry-all",
            response_model=Retried, errors=(404,),
        )  # fmt: skip
        routes.api(
            "POST", "/learners/scores/{score:uuid}/retry", manage, self.retry, does="score.retry",
            status_code=204, errors=(404, 409),
        )  # fmt: skip

    def notes(
        self,
        settled: bool = False,
        item: Annotated[UUID | None, Query()] = None,
        limit: Limit = 50,
        after: After = "",
    ) -> NoteList:
        """What learners reported, suggested and asked."""
        found = noting.listed(self._house, settled=settled, item=item, after=cursor(after), limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        told = [NoteTold.model_validate(one) for one in found[:limit]]
        return NoteList(items=told, next=cursor_of(last.at, last.id) if last else None)

    def settle(self, visitor: Visiting, note: UUID) -> Response:
        """Say that it was taken care of."""
        try:
            noting.settle(self._house, visitor.account, note)
        except NoNote as error:
            raise HTTPException(404, error.message) from error
        return Response(status_code=204)

    def learned(self, item: UUID) -> LearnedTold:
        """What learners do with an item, and what they are asked at its end."""
        require_item(self._house, item)
        with self._house.store.read() as session:
            use, ratings = noting.use_of(session, item), noting.ratings(session, item)
        question = asking.of_item(self._house, item)
        return LearnedTold(
            opened=use[0], completed=use[1], rating=ratings[0], ratings=ratings[1],
            question=QuestionTold.model_validate(question) if question is not None else None,
        )  # fmt: skip

    def put_question(self, visitor: Visiting, item: UUID, asked: QuestionWanted) -> LearnedTold:
        """Ask a question at the end of an item."""
        require_item(self._house, item)
        question = Wanted(asked.kind, asked.words, tuple(asked.options), tuple(asked.right))
        asking.put(self._house, visitor.account, str(item), question)
        return self.learned(item)

    def remove_question(self, visitor: Visiting, item: UUID) -> LearnedTold:
        """Ask nothing there any more."""
        require_item(self._house, item)
        asking.remove(self._house, visitor.account, str(item))
        return self.learned(item)

    def scores(
        self,
        state: DeliveryState = DeliveryState.OWED,
        destination: Annotated[str | None, Query(max_length=63)] = None,
        limit: Limit = 50,
        after: After = "",
    ) -> ScoreList:
        """The scores in a state, of one destination or of all."""
        found = scoring.listed(self._house, state, destination, after=cursor(after), limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        told = [ScoreTold.model_validate(one) for one in found[:limit]]
        return ScoreList(items=told, next=cursor_of(last.next_try_at, last.id) if last else None)

    def retry(self, visitor: Visiting, score: UUID) -> Response:
        """Try one again now."""
        try:
            scoring.retry(self._house, visitor.account, score)
        except NoScore as error:
            raise HTTPException(404, error.message) from error
        return Response(status_code=204)

    def retry_all(self, visitor: Visiting, wanted: RetryWanted) -> Retried:
        """Try everything again that was given up."""
        try:
            number = scoring.retry_dead(self._house, visitor.account, wanted.destination)
        except ConfigError as error:
            raise HTTPException(404, error.message) from error
        return Retried(retried=number)
