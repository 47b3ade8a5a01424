"""The pages put together: the guard, the entrance, the desks, and the API that does what they do."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from gleanery import __version__
from gleanery.errors import BadInput, Conflict, Denied, GleaneryError, Gone
from gleanery.flow.house import House
from gleanery.web import accounts, desks, health, inbound, learn
from gleanery.web.guards import RECORD, Front, Guard
from gleanery.web.new_password import NewPassword
from gleanery.web.pages import HERE, Pages, language_of
from gleanery.web.routes import API, ASKS_AGAIN, SignedOut, visitor_of
from gleanery.web.signin import Entrance
from gleanery.web.vouching import Vouching
from gleanery.web.words import N_, gettext, speaking

_WORDS = {
    403: N_("Your account may not do this. Ask an administrator if you should."),
    404: N_("There is no such page."),
    405: N_("This address does not take that kind of request."),
    422: N_("The address or form is not one of ours."),
}
_CHOICES = {"verdict": N_("Go back and choose a verdict.")}
_AGAIN = N_("Go back to where you were and choose again.")
_STATUS: tuple[tuple[type[GleaneryError], int], ...] = (
    (BadInput, 422),
    (Gone, 410),
    (Denied, 409),
    (Conflict, 409),
)


class Problem(BaseModel):
    """Why the API did not do it (RFC 9457); `remedy` says what to do."""

    title: str
    status: int
    detail: str
    remedy: str = ""


def create_app(house: House, record: ASGIApp | None = None) -> FastAPI:
    """The pages of this house as an ASGI application, with the record store where one is given."""
    app = FastAPI(
        title="gleanery",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
    )
    pages = Pages(house.organisation.name)
    front = Front.of(house.config.serve)
    entrance = Entrance(house, pages, front)
    app.state.house, app.state.entrance, app.state.cookie = house, entrance, entrance.cookie
    app.add_middleware(Guard, front=front, page=lambda scope, *told: _told(pages, Request(scope), *told))
    for part in (
        health.router(house),
        entrance.router(),
        Vouching(house, pages, entrance).router(),
        NewPassword(house, pages, entrance).router(),
        *accounts.routers(house, pages, entrance),
        *desks.routers(house, pages),
        inbound.router(house),
        learn.router(house, pages, front),
    ):
        app.router.routes.extend(part.routes)  # as they are, so that each can be looked at with its policy
    if record is not None:
        app.mount(RECORD, record)
    app.mount("/static", _Static(directory=HERE / "static"), name="static")
    _tell_errors(app, pages, entrance)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Have OpenAPI know the shape of a refusal and how a program signs in."""
    plain = app.openapi

    def openapi() -> dict[str, object]:
        schema = plain()
        parts = schema.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


class _Static(StaticFiles):
    """Our own files; the browser asks each time whether they changed, so an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        return answer


def _tell_errors(app: FastAPI, pages: Pages, entrance: Entrance) -> None:
    """Errors as pages with words, or as problems of the API; what is not foreseen here is the guard's."""

    @app.exception_handler(SignedOut)
    async def _signed_out(request: Request, _: SignedOut) -> Response:
        if _is_api(request):
            told = _told(pages, request, 401, "Nobody is signed in. Send a token of the API.")
            told.headers["www-authenticate"] = "Bearer"
            return told
        answer = await run_in_threadpool(entrance.closed, request, await _typed(request))
        if ASKS_AGAIN in request.headers:
            answer.headers["hx-reswap"] = "none"
        return answer

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        # 400 is what FastAPI says to bytes that are no body at all
        status = 422 if error.status_code == 400 else error.status_code
        words = _WORDS.get(status, error.detail)
        if _is_api(request) and error.detail != HTTPStatus(error.status_code).phrase:
            words = error.detail
        answer = _told(pages, request, status, words)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        places = sorted({".".join(str(part) for part in one["loc"][1:]) for one in error.errors()} - {""})
        if not _is_api(request):
            return _not_ours(pages, request, error, places)
        return _told(pages, request, 422, _WORDS[422], f"Look at: {', '.join(places)}." if places else "")

    @app.exception_handler(GleaneryError)
    def _deliberate(request: Request, error: GleaneryError) -> Response:
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 503)
        return _told(pages, request, status, error.message, error.remedy)


def _not_ours(
    pages: Pages, request: Request, error: RequestValidationError, places: Sequence[str]
) -> Response:
    """A page about a form that cannot be read, or about an address that cannot be: then with what to do instead."""
    parts = {one["loc"][0] for one in error.errors()}
    if not parts & {"path", "query"}:
        return pages.message(request, 422, _WORDS[422], places=places)
    lacking = (_CHOICES[one] for one in places if one in _CHOICES)
    with speaking(language_of(request, visitor_of(request))):
        return pages.message(request, 422, _WORDS[422], remedy=gettext(next(lacking, _AGAIN)))


async def _typed(request: Request) -> FormData | None:
    """The form of a request, None where it brings none that can be read."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    try:
        return await request.form()
    except HTTPException:
        return None


def _told(pages: Pages, request: Request, status: int, words: str, remedy: str = "") -> Response:
    if _is_api(request):
        title = HTTPStatus(status).phrase
        problem = Problem(title=title, status=status, detail=words, remedy=remedy)
        return JSONResponse(problem.model_dump(), status, media_type="application/problem+json")
    return pages.message(request, status, words, remedy=remedy)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(f"{API}/")
