"""/in/…: the addresses that configured plugins offer to other programs, such as a platform that sends events.

A connector or adapter that has `endpoints()` gets them at /in/<kind>-<name>/<endpoint>, where kind is `source`
or `destination` and name the one in the configuration. The plugin itself checks who is speaking.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.ports import Endpoint
from gleanery.web.guards import INBOUND
from gleanery.web.routes import Policy

log = structlog.get_logger()


def router(house: House) -> APIRouter:
    """A route for every endpoint found now."""
    routes = APIRouter()
    for place, endpoint in endpoints(house):
        path = f"{INBOUND}{place}/{endpoint.name}"
        for method in endpoint.methods:
            routes.add_api_route(
                path, _answering(endpoint), methods=[method], name=f"{place} {endpoint.name}",
                dependencies=[Depends(Policy(None, "inbound"))], include_in_schema=False,
            )  # fmt: skip
    return routes


def _answering(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def inbound(request: Request) -> Response:
        body = await request.body()
        status, headers, answer = await run_in_threadpool(
            endpoint.answer, request.method, request.url.query, dict(request.headers), body
        )
        return Response(answer, status, dict(headers))

    return inbound


def endpoints(house: House) -> Iterator[tuple[str, Endpoint]]:
    """Every endpoint with its place; a plugin that cannot be made is told in the log and left out."""
    for source in house.config.sources:
        yield from _of(f"source-{source.name}", lambda part=source: house.connector(part))
    for destination in house.config.destinations:
        yield from _of(f"destination-{destination.name}", lambda part=destination: house.adapter(part))


def _of(place: str, make: Any) -> Iterator[tuple[str, Endpoint]]:
    try:
        offered: Sequence[Endpoint] = getattr(make(), "endpoints", tuple)()
    except GleaneryError as error:
        log.warning("web.endpoints", place=place, error=str(error))
        return
    yield from ((place, endpoint) for endpoint in offered)
