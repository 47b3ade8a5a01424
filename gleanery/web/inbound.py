"""/in/…: the addresses that configured plugins offer to other programs, such as a platform that sends events.

A connector or adapter that has `endpoints()` gets them at /in/<kind>-<name>/<endpoint>, where kind is `source`
or `destination` and name the one in the configuration. The plugin itself checks who is speaking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.config import Config
from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.ports import Endpoint
from gleanery.web.guards import INBOUND
from gleanery.web.routes import Policy

log = structlog.get_logger()
METHODS = ("GET", "POST", "PUT", "DELETE")


def router(house: House) -> APIRouter:
    """One route for all of them: which there are follows the configuration, without a restart."""
    routes = APIRouter()
    routes.add_api_route(
        f"{INBOUND}{{place}}/{{name:path}}", Inbound(house).answer, methods=list(METHODS), name="inbound",
        dependencies=[Depends(Policy(None, "inbound"))], include_in_schema=False,
    )  # fmt: skip
    return routes


class Inbound:
    """Passes a request on to the plugin that offers its address."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._looked: Config | None = None
        self._offered: Mapping[tuple[str, str], Endpoint] = {}

    async def answer(self, request: Request, place: str, name: str) -> Response:
        """What the plugin answers. Raises: HTTPException 404, 405."""
        endpoint = (await run_in_threadpool(self._now)).get((place, name))
        if endpoint is None:
            raise HTTPException(404)
        if request.method not in endpoint.methods:
            raise HTTPException(405, headers={"Allow": ", ".join(endpoint.methods)})
        body = await request.body()
        status, headers, answer = await run_in_threadpool(
            endpoint.answer, request.method, request.url.query, dict(request.headers), body
        )
        return Response(answer, status, dict(headers))

    def _now(self) -> Mapping[tuple[str, str], Endpoint]:
        """The endpoints of the configuration as it is; asked for again when that changes."""
        config = self._house.config
        if config is not self._looked:
            self._offered = {(place, one.name): one for place, one in endpoints(self._house)}
            self._looked = config
        return self._offered


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
