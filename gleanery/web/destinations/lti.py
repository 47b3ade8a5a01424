"""/destinations/NAME/lms: registering at an LMS, approving where it uses us, looking at launches; and the API's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import ConfigError, GleaneryError
from gleanery.flow.destinations import registering, trying
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web import words
from gleanery.web.destinations import wording
from gleanery.web.destinations.desk import Name
from gleanery.web.destinations.lti_shapes import (
    Decided,
    InvitationWanted,
    Invited,
    LaunchList,
    MemberList,
    RegistrationShape,
    Rotated,
)
from gleanery.web.pages import Pages, language_of
from gleanery.web.routes import Routes, Visiting, visitor_of
from gleanery.web.words import N_

_SEE, _MANAGE = Right.SEE_DESTINATIONS, Right.MANAGE_DESTINATIONS
_INVITE, _DECIDE, _ROTATE = "destination.invite", "destination.decide-deployment", "destination.rotate-keys"
_ROSTER = "destination.read-roster"
SAID = {
    "approved": N_("Approved: launches from there are let in now."),
    "refused": N_("Refused: launches from there are kept out."),
    "rotated": N_("A new key is published; it signs from tomorrow on."),
}
"""What was just done, by its name in the address."""


class LtiDesk:
    """The page of a registration."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def router(self) -> APIRouter:
        """The page and its forms, each with its policy."""
        routes, one = Routes("destinations"), "/destinations/{name}/lms"
        routes.page(one, _SEE, self.show)
        routes.act(f"{one}/invite", _MANAGE, self.invite, does=_INVITE)
        routes.act(f"{one}/deployment", _MANAGE, self.decide, does=_DECIDE)
        routes.act(f"{one}/rotate-keys", _MANAGE, self.rotate, does=_ROTATE)
        routes.act(f"{one}/test", _MANAGE, self.test, does="destination.test")
        return routes.router

    def show(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        said: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        """How it is registered, what waits, and the last launches."""
        return self._page(request, name, said=SAID.get(said))

    def _page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
        found, visitor = _found(self._house, name), visitor_of(request)
        language = language_of(request, visitor)
        shown = {"invitation": "", "problem": None, "said": None, **values}
        return self._pages.page(
            request, "destinations/lms.html", status=status, name=name, found=found, wording=wording,
            launches=registering.launches(self._house, name, language),
            trial=trying.last_trial(self._house, name), places=wording.ADDRESSES, guides=wording.GUIDES,
            may_manage=visitor is not None and visitor.may(_MANAGE), **shown,
        )  # fmt: skip

    def invite(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        replaces: Annotated[str, Form(max_length=5)] = "",
    ) -> Response:
        """Make the address for the LMS and show it, this once."""
        _found(self._house, name)
        try:
            address = registering.invite(self._house, name, visitor.account, replaces=bool(replaces))
        except GleaneryError as error:
            return self._page(request, name, status=422, problem=error)
        return self._page(request, name, invitation=address)

    def decide(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        deployment: Annotated[str, Form(min_length=1, max_length=255)],
        state: Annotated[Literal["approved", "refused"], Form()],
    ) -> Response:
        """Approve or refuse a deployment."""
        _found(self._house, name)
        try:
            registering.decide(self._house, name, visitor.account, deployment, state)
        except GleaneryError as error:
            return self._page(request, name, status=422, problem=error)
        return RedirectResponse(f"/destinations/{name}/lms?said={state}", 303)

    def rotate(self, visitor: Visiting, name: Name) -> Response:
        """Publish a new key."""
        _found(self._house, name)
        registering.rotate_keys(self._house, name, visitor.account)
        return RedirectResponse(f"/destinations/{name}/lms?said=rotated", 303)

    def test(self, name: Name) -> Response:
        """Run the self test and show what it says."""
        _found(self._house, name)
        trying.test(self._house, name)
        return RedirectResponse(f"/destinations/{name}/lms#self-test", 303)


class LtiApi:
    """The same for programs."""

    def __init__(self, house: House) -> None:
        self._house = house

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, one = Routes("destinations"), "/destinations/{name}/lms"
        routes.api("GET", one, _SEE, self.show, errors=(404,), response_model=RegistrationShape)
        routes.api("GET", f"{one}/launches", _SEE, self.launches, errors=(404,), response_model=LaunchList)
        routes.api(
            "POST", f"{one}/invite", _MANAGE, self.invite, does=_INVITE, status_code=201,
            errors=(404, 409), response_model=Invited,
        )  # fmt: skip
        routes.api(
            "POST", f"{one}/deployment", _MANAGE, self.decide, does=_DECIDE, errors=(404, 410),
            response_model=RegistrationShape,
        )  # fmt: skip
        routes.api(
            "POST",
            f"{one}/rotate-keys",
            _MANAGE,
            self.rotate,
            does=_ROTATE,
            errors=(404,),
            response_model=Rotated,
        )
        routes.api(
            "POST", f"{one}/roster/{{course}}", _MANAGE, self.roster, does=_ROSTER, errors=(404, 410, 503),
            response_model=MemberList,
        )  # fmt: skip
        return routes.router

    def show(self, name: Name) -> RegistrationShape:
        """How a destination is registered at its LMS."""
        return RegistrationShape.of(_found(self._house, name))

    def launches(self, name: Name) -> LaunchList:
        """The last launches with the check that failed."""
        _found(self._house, name)
        return LaunchList.of(registering.launches(self._house, name))

    def invite(self, visitor: Visiting, name: Name, wanted: InvitationWanted) -> Invited:
        """Make an address by which one LMS registers itself."""
        _found(self._house, name)
        return Invited(
            address=registering.invite(self._house, name, visitor.account, replaces=wanted.replaces)
        )

    def decide(self, visitor: Visiting, name: Name, decided: Decided) -> RegistrationShape:
        """Approve or refuse a deployment that launches came from."""
        _found(self._house, name)
        registering.decide(self._house, name, visitor.account, decided.deployment, decided.state)
        return self.show(name)

    def rotate(self, visitor: Visiting, name: Name) -> Rotated:
        """Publish a new key beside the old ones."""
        _found(self._house, name)
        return Rotated(published=registering.rotate_keys(self._house, name, visitor.account))

    def roster(self, visitor: Visiting, name: Name, course: str) -> MemberList:
        """Ask the LMS who is in a course: its ids and roles only."""
        _found(self._house, name)
        return MemberList.of(registering.roster(self._house, name, visitor.account, course))


def _found(house: House, name: str) -> registering.Standing:
    """How it is registered. Raises: HTTPException 404 for a destination that is not."""
    try:
        return registering.standing(house, name)
    except ConfigError as error:
        with words.speaking("en"):
            raise HTTPException(404, error.message) from error
