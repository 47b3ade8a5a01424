"""Signing in and out: by a one-time link, by name and password, and the way to those who vouch for people.

A one-time link lets in whoever can read the terminal of `gleanery serve`. Opening it only shows a button, because
scanners open links too. Somebody whose session ended in the middle of something gets what they typed back.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import Denied
from gleanery.flow.accounts import entering, sessions, tries
from gleanery.flow.accounts.links import account_of_link, new_link, use_link
from gleanery.flow.accounts.visitors import visitor_of_session
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.guards import Front
from gleanery.web.navigation import first_desk
from gleanery.web.pages import Pages, is_partial
from gleanery.web.routes import Routes
from gleanery.web.words import N_

__all__ = ["USED", "Entrance", "new_link", "own_path", "use_link"]

USED = N_("This sign-in link was used before, or its time is over. `gleanery signin` prints a new one.")
ENDED = N_(
    "Your session has ended. Sign in in another tab, then press again here: what you typed is still here."
)
WRONG = N_("Name or password is wrong.")
MANY = N_("Too many sign-ins failed. Wait fifteen minutes, then try again.")

MAX_KEPT = 200_000
"""Characters of a form that are carried through a sign-in."""

_SECRET = ("password", "former", "secret", "token")


def own_path(path: str) -> str:
    """A path of ours to go on to, empty where it is none or leads elsewhere."""
    is_ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if is_ours and not path.startswith(("/signin", "/signout", "/password")) else ""


class Entrance:
    """The pages of signing in and out."""

    def __init__(self, house: House, pages: Pages, front: Front) -> None:
        self.house, self._pages, self._tls = house, pages, front.tls
        # cookies do not know ports: two houses on one machine must not take each other's
        name = f"gleanery-{house.organisation.id.hex[:8]}"
        self.cookie = f"__Host-{name}" if front.tls else name

    def router(self) -> APIRouter:
        """The routes of signing in and out."""
        routes = Routes("sign-in")
        routes.page("/signin", None, self.ask)
        routes.act("/signin", None, self.sign_in, does="session.begin")
        routes.act("/signout", Right.OWN, self.sign_out, does="session.end")
        return routes.router

    # ------------------------------------------------------------------ pages

    def closed(self, request: Request, form: FormData | None = None) -> Response:
        """The page for those without a session; it keeps what a form of theirs held."""
        if is_partial(request):
            return self._pages.message(request, 401, ENDED)
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        kept = [
            (name, value)
            for name, value in (form.multi_items() if form else ())
            if isinstance(value, str) and not any(word in name for word in _SECRET)
        ]
        again = request.url.path if request.method == "POST" and kept else ""
        return self._form(request, 401, to=address if request.method == "GET" else "", again=again, kept=kept)

    def _form(
        self,
        request: Request,
        status: int = 200,
        *,
        wrong: str = "",
        name: str = "",
        to: str = "",
        again: str = "",
        kept: list[tuple[str, str]] | None = None,
    ) -> Response:
        packed = urlencode(kept or [])
        settings = self.house.config.signing_in
        return self._pages.page(
            request, "signin.html", status=status, link=None, who=None, wrong=wrong, name=name,
            to=own_path(to), again=own_path(again), kept=kept or [],
            packed=packed if len(packed) <= MAX_KEPT else "",
            passwords=settings.passwords, providers=settings.providers, asked=request.url.path != "/signin",
        )  # fmt: skip

    def ask(
        self,
        request: Request,
        link: Annotated[str, Query(max_length=200)] = "",
        to: Annotated[str, Query(max_length=2000)] = "",
    ) -> Response:
        """Show whom the link signs in, with a button, or the ways to sign in; nothing is used up."""
        if not link:
            return self._form(request, to=to)
        who = account_of_link(self.house, link)
        if who is None:
            return self._pages.message(request, 403, USED)
        return self._pages.page(request, "signin.html", link=link, who=who)

    # ------------------------------------------------------------------ acts

    def sign_in(
        self,
        request: Request,
        link: Annotated[str, Form(max_length=200)] = "",
        name: Annotated[str, Form(max_length=100)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        to: Annotated[str, Form(max_length=2000)] = "",
        again: Annotated[str, Form(max_length=2000)] = "",
        kept: Annotated[str, Form(max_length=MAX_KEPT)] = "",
    ) -> Response:
        """Begin a session by a link, or by name and password, and go on to where they wanted to be."""
        if link or not self.house.config.signing_in.passwords or not (name or password):
            session = use_link(self.house, link)
            return self.let_in(request, session) if session else self._pages.message(request, 403, USED)
        pairs = _unpacked(kept)
        try:
            session = entering.by_password(self.house, name, password, address_of(request))
        except (entering.NotLetIn, tries.TooMany) as error:
            many = isinstance(error, tries.TooMany)
            return self._form(
                request, 429 if many else 403, wrong=MANY if many else WRONG, name=name, to=to, again=again,
                kept=pairs,
            )  # fmt: skip
        if own_path(again) and pairs:
            answer = self._pages.page(request, "again.html", again=own_path(again), kept=pairs)
            return self.give(answer, session)
        return self.let_in(request, session, to)

    def let_in(self, request: Request, session: str, to: str = "") -> Response:
        """Give the browser its session and go on: to where they wanted to be, else to their first desk."""
        return self.give(RedirectResponse(own_path(to) or self.home(session), 303), session)

    def home(self, session: str) -> str:
        """The first desk of whoever holds a session."""
        visitor = visitor_of_session(self.house, session)
        if visitor is None:
            raise Denied("Your account here is disabled.", remedy="Ask an administrator.")
        return first_desk(visitor)

    def give(self, answer: Response, session: str) -> Response:
        """The answer with the session's cookie."""
        answer.set_cookie(
            self.cookie,
            session,
            max_age=int(sessions.LIVES.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=self._tls,
        )
        return answer

    def sign_out(self, request: Request) -> Response:
        """End the session here and in the browser."""
        sessions.end(self.house, request.cookies.get(self.cookie, ""))
        answer = RedirectResponse("/signin", 303)
        answer.delete_cookie(self.cookie, secure=self._tls, httponly=True, samesite="strict")
        return answer


def _unpacked(kept: str) -> list[tuple[str, str]]:
    """The fields of a form that was carried along. Raises: HTTPException 422 for more than a form may have."""
    try:
        return parse_qsl(kept, keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:
        raise HTTPException(422) from error


def address_of(request: Request) -> str:
    """From where a request comes, as the socket says."""
    return request.client.host if request.client else ""
