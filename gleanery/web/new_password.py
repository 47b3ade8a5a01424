"""/password: where somebody sets a password by a one-time link, invited or because they forgot the old one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput
from gleanery.flow.accounts import entering, links, passwords, sessions
from gleanery.flow.house import House
from gleanery.model.accounts import SignInWay
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes
from gleanery.web.signin import Entrance
from gleanery.web.words import N_

USED = N_("This link was used before or is older than three days. Ask an administrator for a new one.")
DIFFERENT = N_("The two are not the same.")


class NewPassword:
    """The page behind a password link."""

    def __init__(self, house: House, pages: Pages, entrance: Entrance) -> None:
        self._house, self._pages, self._entrance = house, pages, entrance

    def router(self) -> APIRouter:
        """The routes of the page."""
        routes = Routes("sign-in")
        routes.page("/password", None, self.ask)
        routes.act("/password", None, self.set, does="password.set-by-link")
        return routes.router

    def ask(self, request: Request, link: Annotated[str, Query(max_length=200)] = "") -> Response:
        """The form; nothing is used up."""
        return self._form(request, link)

    def set(
        self,
        request: Request,
        link: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        repeated: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        """Set the password, end every other session, and sign in. A password that will not do leaves the link good."""
        name = links.named_by_password_link(self._house, link)
        if name is None or password != repeated:
            return self._form(request, link, wrong=DIFFERENT)
        try:
            passwords.refuse_weak(password, [name, self._house.organisation.name, "gleanery"])
        except BadInput as error:
            return self._form(request, link, wrong=str(error))
        person_id = links.use_password_link(self._house, link)
        if person_id is None:
            return self._pages.message(request, 403, USED)
        with self._house.change() as change:
            entering.set_password(self._house, change, person_id, password, f"person:{person_id}")
            session = sessions.begin(change, person_id, SignInWay.PASSWORD)
        return self._entrance.give(RedirectResponse(self._entrance.home(session), 303), session)

    def _form(self, request: Request, link: str, *, wrong: str = "") -> Response:
        name = links.named_by_password_link(self._house, link)
        if name is None:
            return self._pages.message(request, 403, USED)
        return self._pages.page(
            request, "password.html", status=422 if wrong else 200, link=link, who=name, wrong=wrong
        )
