"""The page on which somebody chooses a digest, and the one that ends it for whoever has the link of a mail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.digests import choosing
from gleanery.flow.digests.sending import letter_for
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.reports import Digest, DigestWay, Rhythm
from gleanery.web.given import Given
from gleanery.web.pages import Pages
from gleanery.web.reports.letters import letters
from gleanery.web.routes import Routes, Visiting

Word = Annotated[str, Field(max_length=320)]


class Choice(Given):
    """How often, by which way, and to which mailbox or member id of Slack."""

    every: Rhythm = Rhythm.WEEK
    way: DigestWay = DigestWay.MAIL
    address: Word = ""


class DigestShape(BaseModel):
    """What somebody chose, when they were last written to, and why the last try failed."""

    every: Rhythm
    way: DigestWay
    address: str
    last_sent_at: datetime | None
    reason: str


class DigestAnswer(BaseModel):
    """The digest of whoever asks, none where they want none, and the ways there are."""

    digest: DigestShape | None
    ways: list[str]


class Leaving(BaseModel):
    """The link of a mail: whose digest, and what proves that the mail was theirs."""

    person: UUID
    key: str = Field(max_length=200)


class DigestDesk:
    """The pages and addresses of digests."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages, self._render = house, pages, letters(house)

    def router(self) -> APIRouter:
        """Every route with its policy."""
        routes = Routes("digest")
        routes.page("/me/digest", Right.OWN, self.show)
        routes.act("/me/digest", Right.OWN, self.choose, does="digest.choose")
        routes.act("/me/digest/leave", Right.OWN, self.leave, does="digest.leave")
        routes.page("/digest/leave", None, self.ask)
        routes.act("/digest/leave", None, self.leave_by_link, does="digest.leave")
        routes.api("GET", "/digest", Right.OWN, self.get, response_model=DigestAnswer)
        routes.api("PUT", "/digest", Right.OWN, self.put, does="digest.choose", response_model=DigestAnswer)
        routes.api(
            "DELETE", "/digest", Right.OWN, self.delete, does="digest.leave", response_model=DigestAnswer
        )
        return routes.router

    # ------------------------------------------------------------------ pages

    def show(
        self, request: Request, visitor: Visiting, done: Annotated[str, Query(max_length=10)] = ""
    ) -> Response:
        """What was chosen, and the digest as it would be sent now."""
        row = choosing.chosen(self._house, visitor.person_id)
        choice = (
            Choice(every=row.every, way=row.way, address=row.address)
            if row
            else Choice(way=self._first_way())
        )
        return self._page(request, visitor.person_id, row, choice, done=done)

    def _first_way(self) -> DigestWay:
        return DigestWay(next(iter(self._house.config.digests.ways), DigestWay.MAIL))

    def _page(
        self,
        request: Request,
        person_id: UUID,
        row: Digest | None,
        choice: Choice,
        *,
        done: str = "",
        wrong: str = "",
    ) -> Response:
        return self._pages.page(
            request, "digests/digest.html", status=422 if wrong else 200, row=row, choice=choice, done=done,
            wrong=wrong, ways=self._house.config.digests.ways, rhythms=[one.value for one in Rhythm],
            letter=letter_for(self._house, self._render, person_id),
        )  # fmt: skip

    def choose(self, request: Request, visitor: Visiting, form: Annotated[Choice, Form()]) -> Response:
        """Have it sent; what cannot be used comes back with what was typed."""
        try:
            choosing.choose(self._house, visitor.person_id, form.every, form.way, form.address)
        except BadInput as error:
            row = choosing.chosen(self._house, visitor.person_id)
            return self._page(request, visitor.person_id, row, form, wrong=str(error))
        return RedirectResponse("/me/digest?done=chosen", 303)

    def leave(self, visitor: Visiting) -> Response:
        """Want it no more."""
        choosing.leave(self._house, visitor.person_id)
        return RedirectResponse("/me/digest?done=left", 303)

    def ask(self, request: Request, link: Annotated[Leaving, Query()]) -> Response:
        """Ask whether to end it: opening a link changes nothing."""
        self._require(link)
        return self._pages.page(request, "digests/leave.html", link=link, left=False)

    def leave_by_link(self, request: Request, link: Annotated[Leaving, Form()]) -> Response:
        """End the digest of whoever got the mail."""
        self._require(link)
        choosing.leave(self._house, link.person)
        return self._pages.page(request, "digests/leave.html", link=link, left=True)

    def _require(self, link: Leaving) -> None:
        """Raises: HTTPException 404 for a link that is none of ours."""
        if not choosing.may_leave(self._house, link.person, link.key):
            raise HTTPException(404)

    # ------------------------------------------------------------------ for programs

    def get(self, visitor: Visiting) -> DigestAnswer:
        """What was chosen."""
        row = choosing.chosen(self._house, visitor.person_id)
        return DigestAnswer(digest=_shape(row) if row else None, ways=list(self._house.config.digests.ways))

    def put(self, visitor: Visiting, choice: Choice) -> DigestAnswer:
        """Have a digest sent; the first one comes with the next day or week."""
        choosing.choose(self._house, visitor.person_id, choice.every, choice.way, choice.address)
        return self.get(visitor)

    def delete(self, visitor: Visiting) -> DigestAnswer:
        """Want it no more; nothing happens where there was none."""
        choosing.leave(self._house, visitor.person_id)
        return self.get(visitor)


def _shape(row: Digest) -> DigestShape:
    return DigestShape(**row.model_dump(include=set(DigestShape.model_fields)))
