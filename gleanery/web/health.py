"""/healthz: whether the house answers, for monitors. It needs no sign-in and tells nothing else."""

from __future__ import annotations

import structlog
from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import JSONResponse

from gleanery import __version__
from gleanery.flow.house import House

log = structlog.get_logger()


def router(house: House) -> APIRouter:
    """The route of the health check."""
    routes = APIRouter()

    @routes.get("/healthz")
    def healthz() -> JSONResponse:
        is_up = answers(house)
        body = {"status": "ok" if is_up else "down", "database": is_up, "version": __version__}
        return JSONResponse(body, 200 if is_up else 503)

    return routes


def answers(house: House) -> bool:
    """Whether the database answers a query."""
    try:
        with house.store.read() as session:
            found = session.connection().execute(text("SELECT count(*) FROM organisation"))
            return bool(found.scalar_one() == 1)
    except Exception as error:  # whatever a database may raise, the answer is "down"
        log.warning("web.database_down", error=type(error).__name__)
        return False
