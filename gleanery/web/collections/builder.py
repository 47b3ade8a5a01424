"""The page on which one collection is built: what is in it and in which order, for whom, and what was just done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.errors import GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.collections import showing
from gleanery.flow.collections.editing import NoCollection
from gleanery.flow.house import House
from gleanery.flow.items.concepts import find_concepts
from gleanery.flow.rights import Right
from gleanery.web.collections.forms import AboutForm, Here, StepForm, about
from gleanery.web.pages import Pages, language_of
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

_EDIT = Right.EDIT_COLLECTIONS

DID = {
    "made": N_("The draft is made. Add items, then publish it."),
    "saved": N_("Saved."),
    "undone": N_("The last change is undone."),
    "published": N_("Published. It is brought to its destinations now."),
    "retired": N_("Retired. It is taken back from its destinations."),
}
"""What was just done and is shown, by its name in the address."""


@dataclass(frozen=True)
class Refused:
    """Why a form was refused, and the form."""

    error: GleaneryError
    form: AboutForm | None = None
    step: UUID | None = None
    step_form: StepForm | None = None


class Builder:
    """The page of one collection."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """The page with its policy."""
        routes.page("/collections/{collection}", Right.SEE_COLLECTIONS, self.build)

    def build(
        self, request: Request, visitor: Visiting, collection: UUID, here: Annotated[Here, Query()]
    ) -> Response:
        """The builder of one collection."""
        return self.show(request, visitor, collection, here)

    def show(
        self, request: Request, visitor: Visitor, collection: UUID, here: Here, refused: Refused | None = None
    ) -> Response:
        """The page, with the form that was refused where one was. Raises: HTTPException 404."""
        language = language_of(request, visitor)
        try:
            shown = showing.show(self._house, collection, language)
        except NoCollection:
            raise HTTPException(404) from None
        looked = here.looks or bool(here.find)
        return self._pages.page(
            request, "collections/build.html", status=_status(refused),
            shown=shown, here=here, may_edit=visitor.may(_EDIT), refused=refused,
            form=(refused.form if refused else None) or about(shown.content, shown.revision),
            said=DID.get(here.did), moved=_moved(shown, here),
            found=showing.candidates(self._house, here.find) if looked else None,
            concepts=find_concepts(self._house, here.competency, language, 10) if here.competency else (),
            titles=self._titles(shown),
            **offered(self._house),
        )  # fmt: skip

    def _titles(self, shown: showing.Shown) -> dict[UUID, str]:
        """By item: the titles of those in it, and of those that were taken out since a delivery."""
        titles = {one.step.item: one.row.title for one in shown.steps if one.row is not None}
        gone = {item for place in shown.places for item in place.changes.removed} - titles.keys()
        return titles | (showing.titles(self._house, sorted(gone)) if gone else {})


def offered(house: House) -> dict[str, Any]:
    """What a collection can serve and where it can go, for the pages that let one choose."""
    return {"goals": house.config.goals, "destinations": house.config.destinations}


def _status(refused: Refused | None) -> int:
    return 409 if refused else 200


def _moved(shown: showing.Shown, here: Here) -> dict[str, Any]:
    """What to say aloud of the item that was just moved, added or removed."""
    places = [step.step.item for step in shown.steps]
    place = places.index(here.item) + 1 if here.item in places else None
    return {"did": here.did, "place": place, "of": len(places)}
