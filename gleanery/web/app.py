"""The pages put together: the guard, the entrance, the desks."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.web import health, inbound
from gleanery.web.guards import RECORD, Front, Guard
from gleanery.web.pages import HERE, Pages
from gleanery.web.queue import QueueDesk
from gleanery.web.signin import Entrance, SignedOut

_WORDS = {
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
    422: "The address or form is not one of ours.",
}


def create_app(house: House, record: ASGIApp | None = None) -> FastAPI:
    """The pages of this house as an ASGI application, with the record store where one is given."""
    app = FastAPI(title="gleanery", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(house.organisation.name)
    front = Front.of(house.config.serve)
    entrance = Entrance(house, pages, front)
    app.state.entrance = entrance
    app.add_middleware(Guard, front=front, page=lambda scope, *told: _told(pages, Request(scope), *told))
    for router in (health.router(house), entrance.router(), QueueDesk(house, pages).router()):
        app.include_router(router)
    app.include_router(inbound.router(house))
    if record is not None:
        app.mount(RECORD, record)
    app.mount("/static", _Static(directory=HERE / "static"), name="static")
    _tell_errors(app, pages, entrance)
    return app


class _Static(StaticFiles):
    """Our own files; the browser asks each time whether they changed, so an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        return answer


def _tell_errors(app: FastAPI, pages: Pages, entrance: Entrance) -> None:
    """Errors as pages with words; what is not foreseen here is the guard's."""

    @app.exception_handler(SignedOut)
    def _signed_out(request: Request, _: SignedOut) -> Response:
        answer = entrance.closed()
        if _is_partial(request):
            answer.headers["hx-refresh"] = "true"
        return answer

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        answer = _told(pages, request, error.status_code, _WORDS.get(error.status_code, error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, _: RequestValidationError) -> Response:
        return _told(pages, request, 422, _WORDS[422])

    @app.exception_handler(GleaneryError)
    def _deliberate(request: Request, error: GleaneryError) -> Response:
        return _told(pages, request, 503, str(error))


def _told(pages: Pages, request: Request, status: int, words: str) -> Response:
    return pages.message(status, words, partial=_is_partial(request))


def _is_partial(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"
