"""Signing in by a one-time link: whoever can read the terminal of `gleanery serve` gets in, nobody else.

Opening the link only shows a button, because scanners open links too. Of links and sessions only hashes are
kept, in the plugins' store under the name `web`.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.web.guards import Front
from gleanery.web.pages import Pages

LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(hours=12)

USED = "This sign-in link was used before or is older than 15 minutes. `gleanery signin` prints a new one."


class SignedOut(Exception):
    """No session: the page that says how to get a link is shown instead."""


def new_link(house: House, account: str) -> str:
    """The path of a sign-in link for this account, good once and for 15 minutes."""
    token = secrets.token_urlsafe(32)
    _kept(house).put(f"link:{_hash(token)}", {"account": account}, expires_in=LINK_LIVES)
    return f"/signin?link={token}"


def account_of_link(house: House, token: str) -> str | None:
    """Whom an unused link signs in; None for any other."""
    value = _kept(house).get(f"link:{_hash(token)}")
    return str(value["account"]) if value else None


def use_link(house: House, token: str) -> str | None:
    """Use up a link and begin a session: its token, None where the link is no longer good."""
    kept, key = _kept(house), f"link:{_hash(token)}"
    account = account_of_link(house, token)
    if account is None or not kept.lease(key, 2 * LINK_LIVES.total_seconds()):
        return None
    kept.put(key, None, expires_in=timedelta(0))
    session = secrets.token_urlsafe(32)
    kept.put(f"session:{_hash(session)}", {"account": account}, expires_in=SESSION_LIVES)
    return session


def account_of_session(house: House, session: str | None) -> str | None:
    """Who holds this session; None where there is none or it has ended."""
    value = _kept(house).get(f"session:{_hash(session)}") if session else None
    return str(value["account"]) if value else None


def end_session(house: House, session: str) -> None:
    """End a session on our side, whatever the browser keeps."""
    _kept(house).put(f"session:{_hash(session)}", None, expires_in=timedelta(0))


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, "web", house.now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def signed_in(request: Request) -> str:
    """The account of the session. Raises: SignedOut."""
    entrance: Entrance = request.app.state.entrance
    account = account_of_session(entrance.house, request.cookies.get(entrance.cookie))
    if account is None:
        raise SignedOut
    return account


Account = Annotated[str, Depends(signed_in)]


class Entrance:
    """The pages of signing in and out."""

    def __init__(self, house: House, pages: Pages, front: Front) -> None:
        self.house, self._pages, self._tls = house, pages, front.tls
        # cookies do not know ports: two houses on one machine must not take each other's
        name = f"gleanery-{house.organisation.id.hex[:8]}"
        self.cookie = f"__Host-{name}" if front.tls else name

    def router(self) -> APIRouter:
        """The routes of signing in and out."""
        routes = APIRouter()
        routes.add_api_route("/signin", self.ask, methods=["GET"])
        routes.add_api_route("/signin", self.sign_in, methods=["POST"])
        routes.add_api_route("/signout", self.sign_out, methods=["POST"])
        return routes

    def closed(self) -> Response:
        """The page for those without a session."""
        return self._pages.page("signin.html", status=401, link=None, who=None)

    def ask(self, link: Annotated[str, Query(max_length=200)] = "") -> Response:
        """Show whom the link signs in, with a button; nothing is used up."""
        who = account_of_link(self.house, link)
        if who is None:
            return self._pages.message(403, USED) if link else self.closed()
        return self._pages.page("signin.html", link=link, who=who)

    def sign_in(self, link: Annotated[str, Form(max_length=200)] = "") -> Response:
        """Use up the link, begin a session and go to the queue."""
        session = use_link(self.house, link)
        if session is None:
            return self._pages.message(403, USED)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            self.cookie,
            session,
            max_age=int(SESSION_LIVES.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self._tls,
        )
        return answer

    def sign_out(self, request: Request, account: Account) -> Response:
        """End the session here and in the browser."""
        end_session(self.house, request.cookies[self.cookie])
        answer = RedirectResponse("/signin", 303)
        answer.delete_cookie(self.cookie, secure=self._tls, httponly=True, samesite="strict")
        return answer
