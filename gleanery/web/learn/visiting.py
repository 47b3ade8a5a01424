"""Who is visiting: the key in a cookie of the one visit, or in the page itself, and the headers of its answers.

Such a page stands in a frame of another site, so its forms carry a token besides the cookie, and its policy names the
LMS that may frame it. A browser that blocks cookies there gets a page that holds the key; each of its requests
carries it, and nothing of it lies in an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.learners import arriving
from gleanery.flow.learners.arriving import Guest, NoVisit, VisitOver
from gleanery.web import words
from gleanery.web.guards import Front
from gleanery.web.pages import Pages
from gleanery.web.words import N_

NOBODY = "'none'"
KEY = "x-visit-key"
"""The header in which the player's own requests carry the page's token."""

TOLD = (
    N_("Open it again from the course."),
    N_("This page was opened before."),
    N_("There is no such visit."),
    N_("Your visit ended, for nothing happened for long."),
    N_("This course is no longer connected."),
    N_("This is no longer offered."),
    N_("You wrote enough for one visit."),
    N_("Come again from the course later."),
    N_("Say what is wrong."),
    N_("Choose one of the reasons."),
    N_("The question is empty."),
    N_("Write it first."),
    N_("This is no web address."),
    N_("Give one that begins with https://."),
    N_("You tried often enough."),
    N_("Ask your teacher to talk it through with you."),
    N_("You wrote nothing."),
    N_("Write a sentence, then send it."),
    N_("A rating is of one to five."),
    N_("Choose one of them."),
    N_("Choose something, but not everything."),
    N_("Some of it is no longer offered."),
    N_("Look at the list again."),
)
"""What the house tells learners and teachers that cannot go on, marked to be translated."""

_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'"
)


async def _typed(request: Request) -> FormData:
    return await request.form(max_files=0) if request.method == "POST" else FormData()


Typed = Annotated[FormData, Depends(_typed)]
"""What a form of the page brings; nothing for an address that is only opened."""


def policy(
    frames: Iterable[str], *, form_to: str = "", framed: str = "", media: str = ""
) -> Mapping[str, str]:
    """The headers of a page: who may frame it, and what besides ours it may post to, frame or play."""
    parts = [
        _OWN,
        f"frame-ancestors {' '.join(frames) or NOBODY}",
        f"form-action 'self'{' ' + form_to if form_to else ''}",
        f"frame-src {framed or NOBODY}",
        f"media-src {media or NOBODY}",
    ]
    return {"content-security-policy": "; ".join(parts)}


class Visiting:
    """Lets guests in and renders what they see."""

    def __init__(self, house: House, pages: Pages, front: Front) -> None:
        self.house, self._pages = house, pages
        address = house.config.serve.address or ""
        self._is_encrypted = front.tls or address.startswith("https:")

    # ------------------------------------------------------------------ admitting

    def enter(self, request: Request, ticket: str) -> tuple[Guest, str]:
        """Let the browser in by its ticket. Raises: VisitOver, NoVisit."""
        request.state.visitor = None
        guest, key = arriving.enter(self.house, ticket)
        self._speak(request, guest)
        return guest, key

    def guest(self, request: Request, visit: UUID, typed: FormData | None = None) -> Guest:
        """Whoever shows the key of this visit. Raises: NoVisit, VisitOver."""
        request.state.visitor = None
        token = request.headers.get(KEY) or _text(typed, "key")
        guest = arriving.admitted(
            self.house, visit, cookie=request.cookies.get(self._cookie(visit)), token=token,
            changes=request.method == "POST",
        )  # fmt: skip
        self._speak(request, guest)
        return guest

    def _speak(self, request: Request, guest: Guest) -> None:
        told = str(guest.visit.arrived["language"] or "").replace("_", "-").partition("-")[0].lower()
        request.state.language = told if told in words.LANGUAGES else None

    # ------------------------------------------------------------------ the cookie

    def _cookie(self, visit: UUID) -> str:
        """One name for each visit, so that two launched side by side do not take each other's."""
        return f"{'__Host-' if self._is_encrypted else ''}learn-{visit.hex}"

    def hand_over(self, answer: Response, guest: Guest, key: str) -> Response:
        """The answer with the key in a cookie that is kept apart for the site that frames us.

        The header is written out: `set_cookie` knows `Partitioned` from Python 3.14 on only.
        """
        how = (
            "Secure; HttpOnly; SameSite=None; Partitioned" if self._is_encrypted else "HttpOnly; SameSite=Lax"
        )
        seconds = int(self.house.config.learning.visit_hours * 3600)
        answer.headers.append(
            "set-cookie", f"{self._cookie(guest.visit.id)}={key}; Path=/; Max-Age={seconds}; {how}"
        )
        return answer

    # ------------------------------------------------------------------ answering

    def page(
        self,
        request: Request,
        guest: Guest,
        template: str,
        *,
        status: int = 200,
        may: Mapping[str, str] = {},
        **values: Any,
    ) -> HTMLResponse:
        """A page for a guest; `may`: what its policy lets in besides ours (see `policy`)."""
        headers = policy(guest.frames, **may)
        return self._pages.page(
            request, f"learn/{template}.html", status=status, headers=headers, guest=guest,
            base=f"/learn/v/{guest.visit.id}", **values,
        )  # fmt: skip

    def on(self, request: Request, guest: Guest, path: str = "", said: str = "") -> Response | None:
        """A way on to another page of the visit, None where the browser keeps no cookie: it is shown at once."""
        if not guest.by_cookie:
            return None
        query = f"?said={said}" if said else ""
        return RedirectResponse(f"/learn/v/{guest.visit.id}{path}{query}", 303)

    def refused(self, request: Request, error: GleaneryError) -> Response:
        """The page that says why not, in the frame of the LMS where we know which."""
        request.state.visitor = None
        frames = error.frames if isinstance(error, VisitOver | NoVisit) else ()
        status = 410 if isinstance(error, VisitOver) else 404
        return self._pages.page(
            request, "learn/over.html", status=status, headers=policy(frames), told=error.message,
            remedy=error.remedy,
        )  # fmt: skip


def _text(typed: FormData | None, name: str) -> str | None:
    value = typed.get(name) if typed is not None else None
    return value if isinstance(value, str) else None


def text(typed: FormData, name: str, longest: int) -> str:
    """What was typed into a field, cut at `longest` characters."""
    return (_text(typed, name) or "").strip()[:longest]


def origin_of(url: str) -> str:
    """The origin of an address, as a policy names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
