"""Coming back from a platform at which somebody signed in.

The session's cookie is not sent along when another site leads here. So the address only shows a button (a script
presses it), and the form that it sends, from our own page, is who finishes the sign-in: looking changes nothing.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow import drafts
from gleanery.flow.rights import Right
from gleanery.web.routes import Routes, Visiting
from gleanery.web.sources.shared import BACK, Desk, Name, redirect_address


class SigningIn(Desk):
    """Signing in at a platform, for a source that there is and for one that is being set up."""

    def add_to(self, routes: Routes) -> None:
        """The routes of signing in."""
        routes.page(BACK, None, self.back)
        routes.act(BACK, Right.MANAGE_SOURCES, self.finish, does="source.connect")
        routes.page("/sources/{name}/sign-in", Right.MANAGE_SOURCES, self.ask)
        routes.act("/sources/{name}/sign-in", Right.MANAGE_SOURCES, self.begin, does="source.sign-in")

    def back(
        self,
        request: Request,
        state: Annotated[str, Query(max_length=500)] = "",
        code: Annotated[str, Query(max_length=5_000)] = "",
        error: Annotated[str, Query(max_length=200)] = "",
        iss: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        """What the platform said, to be sent on; nothing is used up."""
        told = {"state": state, "code": code, "error": error, "iss": iss}
        return self.page(request, "back", told={name: value for name, value in told.items() if value})

    def finish(
        self,
        request: Request,
        visitor: Visiting,
        state: Annotated[str, Form(max_length=500)] = "",
        code: Annotated[str, Form(max_length=5_000)] = "",
        error: Annotated[str, Form(max_length=200)] = "",
        iss: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """Exchange the code for a token, for whoever began."""
        told = {"state": state, "code": code, "error": error, "iss": iss}
        answer = f"{redirect_address(self.house)}?{urlencode({k: v for k, v in told.items() if v})}"
        try:
            done, draft = drafts.finish(self.house, answer, visitor.person_id, visitor.account)
        except GleaneryError as fault:
            mine = drafts.drafts_of(self.house, visitor.person_id)
            return self.page(request, "refused", status=409, fault=fault, drafts=mine)
        if draft is not None:
            return RedirectResponse(f"/sources/new/{draft.id}/sign-in", 303)
        return RedirectResponse(f"/sources/{done.source}?said=signed-in", 303)

    # ------------------------------------------------------------------ again

    def ask(self, request: Request, visitor: Visiting, name: Name) -> Response:
        """The sign-in of a source that there is: what is asked for, and where it goes on."""
        source = self.source(name)
        mine = drafts.drafts_of(self.house, visitor.person_id)
        draft = next((one for one in mine if one.is_sign_in and one.name == name), None)
        waits = draft is not None and draft.waits_for_platform(self.house.now())
        return self.page(
            request, "sign_in_again", source=source, opens=draft.opens if draft and waits else "",
            redirect=redirect_address(self.house),
        )  # fmt: skip

    def begin(self, visitor: Visiting, name: Name) -> Response:
        """Begin a sign-in for a source that there is."""
        self.source(name)
        redirect = redirect_address(self.house)
        drafts.ask_again(self.house, name, visitor.person_id, redirect, visitor.account)
        return RedirectResponse(f"/sources/{name}/sign-in", 303)
