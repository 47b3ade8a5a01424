"""/in/…: the addresses that configured plugins offer to other programs, such as a platform that sends events.

A connector or adapter that has `endpoints()` gets them at /in/<kind>-<name>/<endpoint>, where kind is `source`
or `destination` and name the one in the configuration. The plugin itself checks who is speaking.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        self._offered: dict[str, Mapping[str, Endpoint]] = {}

    async def answer(self, request: Request, place: str, name: str) -> Response:
        """What the plugin answers. Raises: HTTPException 404, 405, 503 where the plugin cannot be used as it is."""
        endpoint = (await run_in_threadpool(self._at, place)).get(name)
        if endpoint is None:
            raise HTTPException(404)
        if request.method not in endpoint.methods:
            raise HTTPException(405, headers={"Allow": ", ".join(endpoint.methods)})
        body = await request.body()
        status, headers, answer = await run_in_threadpool(
            endpoint.answer, request.method, request.url.query, dict(request.headers), body
        )
        told = Response(answer, status)
        for header, value in headers.items():
            for one in (value,) if isinstance(value, str) else value:
                told.headers.append(header, one)
        return told

    def _at(self, place: str) -> Mapping[str, Endpoint]:
        """What is offered at a place, made once as long as the configuration stays; a fault is tried again."""
        config = self._house.config
        if config is not self._looked:
            self._offered, self._looked = {}, config
        if place not in self._offered:
            try:
                found = offered(self._house, place)
            except GleaneryError as error:
                log.warning("web.endpoints", place=place, error=str(error))
                raise HTTPException(503) from error
            if not found:
                return found  # anybody may ask for any name: those are not remembered
            self._offered[place] = found
        return self._offered[place]


def offered(house: House, place: str) -> Mapping[str, Endpoint]:
    """The endpoints of the plugin at a place, by name; none where there is no such place. Raises: GleaneryError."""
    for source in house.config.sources:
        if place == f"source-{source.name}":
            return _endpoints(house.connector(source))
    for destination in house.config.destinations:
        if place == f"destination-{destination.name}":
            return _endpoints(house.adapter(destination))
    return {}


def _endpoints(made: Any) -> Mapping[str, Endpoint]:
    return {one.name: one for one in getattr(made, "endpoints", tuple)()}
