"""Single sign-on in the browser: to the provider, and back from it.

The way back is a request that another site caused, so the session's own cookie (SameSite=Strict) would not be sent
along with a redirect that follows it. Therefore the answer is a page of ours, which goes on by itself.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import ConfigError
from gleanery.flow.accounts.admitting import enter
from gleanery.flow.accounts.providers import WAY_LIVES, SingleSignOn
from gleanery.flow.house import House
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes
from gleanery.web.signin import Entrance


class Vouching:
    """The pages between us and the providers."""

    def __init__(self, house: House, pages: Pages, entrance: Entrance) -> None:
        self._house, self._pages, self._entrance = house, pages, entrance
        self._sign_on = SingleSignOn(house)
        self._cookie = f"{entrance.cookie}-way"

    def router(self) -> APIRouter:
        """The routes to the providers and back."""
        routes = Routes("sign-in")
        routes.page("/signin/with/{provider}", None, self.go)
        routes.page("/signin/from/{provider}", None, self.come_back)
        return routes.router

    def go(self, provider: str) -> Response:
        """Send the browser to the provider; what must be remembered is sealed into its cookie."""
        self._require(provider)
        address, way = self._sign_on.begin(provider)
        answer = RedirectResponse(address, 303)
        answer.set_cookie(
            self._cookie,
            way,
            max_age=int(WAY_LIVES.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._cookie.startswith("__Host-"),
        )
        return answer

    def come_back(
        self,
        request: Request,
        provider: str,
        code: Annotated[str | None, Query(max_length=4000)] = None,
        state: Annotated[str, Query(max_length=200)] = "",
        iss: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """Begin the session of whom the provider vouches for, or say that an administrator must admit them."""
        self._require(provider)
        told = {"state": state} | {name: value for name, value in (("code", code), ("iss", iss)) if value}
        vouched = self._sign_on.finish(provider, request.cookies.get(self._cookie), told)
        session = enter(self._house, vouched)
        if session is None:
            answer: Response = self._pages.page(request, "pending.html", status=403)
        else:
            home = self._entrance.home(session)
            answer = self._entrance.give(self._pages.page(request, "entered.html", home=home), session)
        answer.delete_cookie(
            self._cookie, httponly=True, samesite="lax", secure=self._cookie.startswith("__Host-")
        )
        return answer

    def _require(self, provider: str) -> None:
        """Raises: HTTPException 404 for a provider that is not configured."""
        try:
            self._sign_on.provider(provider)
        except ConfigError as error:
            raise HTTPException(404) from error
