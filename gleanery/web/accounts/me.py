"""/me: everybody's own page: settings, password, sessions, tokens, and what is kept about oneself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.accounts import entering, own, sessions, staff, tokens
from gleanery.flow.accounts.visitors import mark_of
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.accounts.explained import RIGHT_NAMES, ROLE_MEANINGS, ROLE_NAMES, WAYS
from gleanery.web.accounts.me_api import own_data
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting
from gleanery.web.signin import Entrance, address_of
from gleanery.web.words import LANGUAGES, N_

DIFFERENT = N_("The two are not the same.")
DONE = {
    "settings": N_("Your settings are kept."),
    "password": N_("Your password is set. Your other sessions have ended."),
    "revoked": N_("The token is revoked."),
    "ended": N_("The session has ended."),
    "all-ended": N_("All your other sessions have ended."),
}


class OwnPage:
    """The page of whoever is signed in."""

    def __init__(self, house: House, pages: Pages, entrance: Entrance) -> None:
        self._house, self._pages, self._entrance = house, pages, entrance

    def router(self) -> APIRouter:
        """The page and its forms."""
        routes, right = Routes("me"), Right.OWN
        routes.page("/me", right, self.show)
        routes.page("/me/data", right, self.data)
        routes.act("/me/settings", right, self.set, does="me.set")
        routes.act("/me/password", right, self.set_password, does="me.set-password")
        routes.act("/me/tokens", right, self.make_token, does="token.make")
        routes.act("/me/tokens/{token}/revoke", right, self.revoke_token, does="token.revoke")
        routes.act("/me/sessions/end", right, self.end_all, does="session.end-all")
        routes.act("/me/sessions/{mark}/end", right, self.end_one, does="session.end")
        return routes.router

    def show(
        self, request: Request, visitor: Visiting, done: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        """The page."""
        return self._show(request, visitor, said=DONE.get(done, ""))

    def _show(self, request: Request, visitor: Visiting, **more: Any) -> Response:
        told: Mapping[str, Any] = {
            "said": "", "status": 200, "wrong": {}, "token": "", "label": "", "ticked": (), "days": 90, **more,
        }  # fmt: skip
        person = visitor.person_id
        return self._pages.page(
            request, "accounts/me.html", row=staff.listed(self._house, person),
            sessions=sessions.of(self._house, person), here=mark_of(self._own_cookie(request)),
            tokens=tokens.of(self._house, person), rows_offered=own.ROWS, language_names=LANGUAGES,
            role_names=ROLE_NAMES, role_meanings=ROLE_MEANINGS, right_names=RIGHT_NAMES, ways=WAYS,
            settings=visitor.settings, **told,
        )  # fmt: skip

    def data(self, visitor: Visiting) -> Response:
        """All that is kept about oneself, as JSON to keep."""
        return own_data(self._house, visitor)

    def set(
        self,
        visitor: Visiting,
        locale: Annotated[str, Form(pattern="^(en|de)?$")] = "",
        theme: Annotated[str, Form(pattern="^(light|dark)?$")] = "",
        keys: Annotated[bool, Form()] = False,
        rows: Annotated[int, Form(ge=1, le=200)] = own.ROWS[0],
    ) -> Response:
        """Keep the settings."""
        wanted = {"locale": locale or None, "theme": theme or None, "keys": keys, "rows": rows}
        with self._house.change() as change:
            own.set_settings(change, visitor.person_id, wanted, visitor.actor)
        return _done("settings")

    def set_password(
        self,
        request: Request,
        visitor: Visiting,
        former: Annotated[str, Form(max_length=1000)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        repeated: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        """Set one's password; all other sessions end."""
        try:
            if password != repeated:
                raise BadInput(DIFFERENT)
            entering.change_password(
                self._house,
                visitor.person_id,
                former,
                password,
                address_of(request),
                self._own_cookie(request),
            )
        except GleaneryError as error:
            return self._show(request, visitor, status=422, wrong={"password": str(error)})
        return _done("password")

    def make_token(
        self,
        request: Request,
        visitor: Visiting,
        rights: Annotated[list[str], Form(default_factory=list, max_length=len(Right))],
        label: Annotated[str, Form(max_length=100)] = "",
        days: Annotated[int, Form(ge=1, le=365)] = 90,
    ) -> Response:
        """Make a token and show its text, this once."""
        try:
            wanted = [Right(one) for one in rights if one in set(Right)]
            with self._house.change() as change:
                _, text = tokens.make(change, visitor, label, wanted, timedelta(days=days))
        except GleaneryError as error:
            told = {"wrong": {"token": str(error)}, "label": label, "ticked": rights, "days": days}
            return self._show(request, visitor, status=422, **told)
        return self._show(request, visitor, token=text)

    def revoke_token(self, visitor: Visiting, token: UUID) -> Response:
        """Make a token of one's own worthless."""
        with self._house.change() as change:
            tokens.revoke(change, visitor.person_id, token, visitor.actor)
        return _done("revoked")

    def end_one(self, visitor: Visiting, mark: str) -> Response:
        """End a session of one's own."""
        with self._house.change() as change:
            sessions.end_one(change, visitor.person_id, mark, visitor.actor)
        return _done("ended")

    def end_all(self, request: Request, visitor: Visiting) -> Response:
        """Sign out everywhere else."""
        with self._house.change() as change:
            staff.end_sessions(change, visitor.person_id, visitor.actor, self._own_cookie(request))
        return _done("all-ended")

    def _own_cookie(self, request: Request) -> str:
        return request.cookies.get(self._entrance.cookie, "")


def _done(what: str) -> Response:
    return RedirectResponse(f"/me?done={what}", 303)
