"""/thumb: small pictures of items from our own address, so that no browser asks a platform for them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.flow.house import House
from gleanery.flow.pictures.keeping import picture
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes

_HEADERS = {
    "Cache-Control": "private, max-age=86400",
    "Content-Disposition": "inline",
}


def router(house: House, _: Pages) -> APIRouter:
    """The one route: whoever was given the address may see the picture, in an LMS's frame too."""

    def thumb(item: UUID, sign: Annotated[str, Path(pattern=r"^[0-9a-f]{40}$")]) -> Response:
        found = picture(house, item, sign)
        if found is None:
            raise HTTPException(404)
        return Response(found.data, media_type=found.media_type, headers=_HEADERS)

    routes = Routes("pictures")
    routes.page("/thumb/{item:uuid}/{sign}", None, thumb)
    return routes.router
