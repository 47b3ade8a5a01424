"""/healthz: whether the house answers and its sources are read, for monitors.

It needs no sign-in, so it tells no names. Status 503 means that the house itself is down: a monitor may then start it
anew. Sources that were not read for too long are told by the word `stale` at status 200: a new start mends nothing.
"""

from __future__ import annotations

import structlog
from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import JSONResponse

from gleanery import __version__
from gleanery.flow.house import House
from gleanery.flow.standing import alarms
from gleanery.web.routes import Routes

log = structlog.get_logger()


def router(house: House) -> APIRouter:
    """The route of the health check."""
    routes = Routes("health")

    def healthz() -> JSONResponse:
        is_up = answers(house)
        stale = len(alarms(house)) if is_up else 0
        said = ("stale" if stale else "ok") if is_up else "down"
        body = {"status": said, "database": is_up, "stale_sources": stale, "version": __version__}
        return JSONResponse(body, 200 if is_up else 503)

    routes.page("/healthz", None, healthz)
    return routes.router


def answers(house: House) -> bool:
    """Whether the database answers a query."""
    try:
        with house.store.read() as session:
            found = session.connection().execute(text("SELECT count(*) FROM organisation"))
            return bool(found.scalar_one() == 1)
    except Exception as error:  # whatever a database may raise, the answer is "down"
        log.warning("web.database_down", error=type(error).__name__)
        return False
