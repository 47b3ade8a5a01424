"""What every page of the desk of privacy needs: the house, the looks it starts, and its words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gleanery.errors import BadInput, Conflict, Denied, GleaneryError
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.house import House
from gleanery.flow.inquiries import work
from gleanery.flow.people.listing import Place
from gleanery.flow.people.wording import KINDS, PURPOSES, USES
from gleanery.flow.rights import Right
from gleanery.model.runs import Run, RunState
from gleanery.model.types import micros
from gleanery.web import words
from gleanery.web.pages import Pages, language_of
from gleanery.web.privacy.errands import Errands
from gleanery.web.privacy.wording import doing, told

Language = Literal["en", "de"]


class Office:
    """The desk's house and pages, and the looks that are under way."""

    def __init__(self, house: House, pages: Pages) -> None:
        self.house, self._pages = house, pages
        self._errands = Errands(house)

    def page(self, request: Request, template: str, visitor: Visitor, **values: Any) -> HTMLResponse:
        """A page of the desk; `error` is why a form was refused: its status follows from it."""
        language = spoken(request, visitor)
        error: GleaneryError | None = values.pop("error", None)
        values.setdefault("status", status_of(error) if error else 200)
        return self._pages.page(
            request, f"privacy/{template}.html", told=told, doing=doing, problem=error, purposes=PURPOSES[language],
            kinds=KINDS[language], uses=USES[language], at=at, may_erase=visitor.may(Right.ERASE),
            may_change=visitor.may(Right.MANAGE_PEOPLE), **values,
        )  # fmt: skip

    def message(self, request: Request, error: GleaneryError, status: int = 0) -> Response:
        """A page that only says why not."""
        return self._pages.message(request, status or status_of(error), error.message, remedy=error.remedy)

    def begin(self, kind: str, subject: UUID, visitor: Visitor) -> Run:
        """Have a longer look taken."""
        return self._errands.begin(kind, subject, visitor.actor)

    def looks(self, subject: UUID) -> dict[str, Look]:
        """By kind: how the looks on an inquiry or an erasure stand."""
        return {kind: Look(self.house, run) for kind, run in work.latest(self.house, subject).items()}


def at(text: str) -> str:
    """A time as it stands in a signed certificate or a kept look, as pages write times."""
    return words.moment(datetime.fromisoformat(text))


class Look:
    """A run as a page shows it."""

    def __init__(self, house: House, run: Run) -> None:
        self.done, self.most, self.words = run.done, run.total or 0, run.words
        self.is_open = run.state in (RunState.WAITING, RunState.RUNNING)
        self.is_silent = run.state is RunState.RUNNING and work.is_free(house, run)
        self.failed = run.state in (RunState.FAILED, RunState.CANCELLED)

    @property
    def goes_on(self) -> bool:
        """Whether somebody is at it, so that it is worth asking again."""
        return self.is_open and not self.is_silent


def spoken(request: Request, visitor: Visitor) -> Language:
    """The language of texts that do not come from the catalogs."""
    return "de" if language_of(request, visitor) == "de" else "en"


_STATUS: tuple[tuple[type[GleaneryError], int], ...] = ((BadInput, 422), (Denied, 409), (Conflict, 409))


def status_of(error: GleaneryError) -> int:
    """The status of a refusal."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 503)


@contextmanager
def known() -> Iterator[None]:
    """Within, what is not there is a page that does not exist."""
    try:
        yield
    except BadInput as error:
        raise HTTPException(404, f"{error.message} {error.remedy}") from error


LATEST = 253_402_300_799 * 10**6
"""The last microsecond that a calendar here knows."""


def moment_of(at: int) -> datetime:
    """The time of so many microseconds since 1970. Raises: ValueError, OverflowError for none of ours."""
    return datetime.fromtimestamp(at // 10**6, UTC).replace(microsecond=at % 10**6)


def mark(place: Place | None) -> str | None:
    """Where the next page of a list begins, as it stands in an address."""
    return f"{micros(place[0])}.{place[1]}" if place else None


def place_of(text: str | None) -> Place | None:
    """The place that such a mark means. Raises: BadInput."""
    if not text:
        return None
    at, _, key = text.partition(".")
    try:
        return moment_of(int(at)), UUID(key)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput("This is no place in a list.", remedy="Follow the link to the next page.") from error
