"""The picker: a teacher looks for items and paths and takes one, many or a whole path back to the course.

Each page is a form that carries what was ticked before, so that it works by keyboard and without scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.learners import choosing
from gleanery.flow.learners.arriving import Guest, NoVisit, VisitOver
from gleanery.model.posts import PostKind
from gleanery.web import words
from gleanery.web.addresses import href
from gleanery.web.learn.visiting import Typed, Visiting, origin_of
from gleanery.web.routes import Routes
from gleanery.web.words import N_

KINDS = {
    PostKind.VIDEO: N_("Video"),
    PostKind.AUDIO: N_("Audio"),
    PostKind.ARTICLE: N_("Article"),
    PostKind.COURSE: N_("Course"),
    PostKind.MESSAGE: N_("Message"),
    PostKind.LINK: N_("Link"),
}
MINUTES = (5, 15, 30, 60)


class Asked(BaseModel):
    """What the form of the picker says; what is odd in it counts as not said."""

    words: str = Field(default="", max_length=400)
    competency: str = Field(default="", max_length=500)
    kind: str = Field(default="", max_length=20)
    language: str = Field(default="", max_length=40)
    platform: str = Field(default="", max_length=100)
    minutes: int | None = Field(default=None, ge=1, le=10_000)
    before: int = Field(default=0, ge=0, le=2**53)

    @property
    def search(self) -> choosing.Search:
        """The same for the house."""
        return choosing.Search(**self.model_dump())


class PickerPages:
    """The pages on which a teacher chooses."""

    def __init__(self, house: House, visiting: Visiting) -> None:
        self._house, self._visiting = house, visiting

    def declare(self, routes: Routes) -> None:
        """The page and its form."""
        routes.page("/learn/v/{visit}/pick", None, self.show)
        routes.act("/learn/v/{visit}/pick", None, self.show, does="visit.show")
        routes.act("/learn/v/{visit}/picked", None, self.picked, does="visit.pick")

    def show(self, request: Request, visit: UUID, typed: Typed) -> Response:
        """What is offered."""
        try:
            guest = self._visiting.guest(request, visit, typed)
        except (NoVisit, VisitOver) as error:
            return self._visiting.refused(request, error)
        return self.page(request, guest, typed)

    def page(
        self, request: Request, guest: Guest, typed: FormData, problem: GleaneryError | None = None
    ) -> Response:
        """The list, with what was ticked on the pages before."""
        if guest.visit.arrived["picks"] is None or not guest.visit.is_teacher:
            return self._visiting.refused(request, NoVisit(guest.frames))
        asked, chosen = _asked(typed), _chosen(typed)
        language = getattr(request.state, "language", None) or "en"
        found = choosing.find(self._house, guest.visit, asked.search, language)
        here = {*(one.id for one in found.items), *(one.id for one in found.collections)}
        return self._visiting.page(
            request, guest, "pick", status=422 if problem else 200, asked=asked, found=found, problem=problem,
            chosen=set(chosen), elsewhere=[one for one in chosen if one not in here], kinds=KINDS,
            minutes=MINUTES, spoken=_language,
        )  # fmt: skip

    def picked(self, request: Request, visit: UUID, typed: Typed) -> Response:
        """Hand the choice to the LMS: a form that goes there by itself, with a button where it does not."""
        try:
            guest = self._visiting.guest(request, visit, typed)
        except (NoVisit, VisitOver) as error:
            return self._visiting.refused(request, error)
        try:
            form = choosing.choose(self._house, guest.visit, _chosen(typed))
            if not href(form.url):
                raise GleaneryError(
                    "The course gave no address to go back to.", remedy="Open the choice again."
                )
        except GleaneryError as error:
            return self.page(request, guest, typed, error)
        return self._visiting.page(
            request,
            guest,
            "picked",
            may={"form_to": origin_of(form.url)},
            form=form,
            number=len(_chosen(typed)),
        )


def _asked(typed: FormData) -> Asked:
    told = {name: value for name, value in typed.items() if isinstance(value, str) and value}
    known = {name: told[name] for name in Asked.model_fields if name in told}
    try:
        return Asked.model_validate(known)
    except ValidationError as error:
        odd = {place for one in error.errors() for place in one["loc"]}
        return Asked.model_validate({name: value for name, value in known.items() if name not in odd})


def _chosen(typed: FormData) -> Sequence[UUID]:
    found = []
    for one in typed.getlist("chosen")[: 4 * choosing.MOST_CHOSEN]:
        try:
            found.append(UUID(str(one)))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _language(tag: str) -> str:
    """The name of a language in the language spoken now."""
    name = words.locale().languages.get(tag.partition("-")[0])
    return str(name) if name else tag
