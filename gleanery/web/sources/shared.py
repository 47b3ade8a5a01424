"""What the pages of the desk of connectors share: words, a form's fields, the address to come back to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from gleanery.config import SourceSettings
from gleanery.errors import ConfigError
from gleanery.flow.house import House
from gleanery.web.pages import Pages
from gleanery.web.sources import wording

BACK = "/sources/oauth"
"""Where the platform sends people after they signed in there."""

RESERVED = ("new", "oauth")
"""Names that a source cannot have: pages of the desk stand there."""


async def _typed(request: Request) -> FormData:
    return await request.form(max_files=0)


Typed = Annotated[FormData, Depends(_typed)]
"""The parameter of a route that takes a form whose fields a connector decides."""

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
"""A source's name in an address."""


class Desk:
    """A part of the desk: the house and its templates."""

    def __init__(self, house: House, pages: Pages) -> None:
        self.house, self.pages = house, pages

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of the desk."""
        return self.pages.page(request, f"sources/{template}.html", status=status, wording=wording, **values)

    def source(self, name: str) -> SourceSettings:
        """A configured source. Raises: HTTPException 404."""
        return configured(self.house, name)


def configured(house: House, name: str) -> SourceSettings:
    """A configured source. Raises: HTTPException 404."""
    try:
        return house.config.source(name)
    except ConfigError as error:
        raise HTTPException(404, error.message) from error


def redirect_address(house: House) -> str:
    """The address to enter in the app at a platform: the one of the configuration, never what a request says."""
    from gleanery.web.serving import address  # it puts the pages together, these among them

    settings = house.config.serve
    return f"{settings.address or address(settings)}{BACK}"


def is_encrypted(address: str) -> bool:
    """Whether platforms will take it: https, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")


def texts(form: FormData) -> Mapping[str, str]:
    """The fields of a form by name."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
