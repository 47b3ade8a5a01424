"""What an administrator sets for one course of one Canvas site."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from gleanery import ports


def _site(url: str) -> str:
    """The site's root without its closing slash."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the site's address must start with https://")
    if parts.query or parts.fragment or "@" in parts.netloc or parts.path.strip("/"):
        raise ValueError("the site's address must be its root, without a path, a query or a user name")
    return url.rstrip("/")


def _launch(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise ValueError("the tool's launch address must start with https:// and have no `#`")
    return url


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(ports.Settings):
    """The site, the account's token, the course, and in which form items stand there."""

    url: Annotated[str, AfterValidator(_site)] = Field(
        title="Address", description="root address of the Canvas site"
    )
    token: SecretStr = Field(description="access token of the service account")
    course: int = Field(
        gt=0, title="Number of the course", description="id of the course: the number in its address"
    )
    module: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)] = Field(
        "Learning items", title="Module", description="name of the module for what is in no path"
    )
    deliver_as: Literal["url", "tool"] = Field(
        "url",
        title="Deliver as",
        description="url: links to the source; tool: launches of our LTI tool, which report completion",
    )
    tool: int | None = Field(
        None, gt=0, title="Number of the tool", description="id of the external tool, for `deliver_as: tool`"
    )
    launch: Annotated[str, AfterValidator(_launch)] | None = Field(
        None, title="Launch address", description="launch address of the tool, for `deliver_as: tool`"
    )
    published: bool = Field(False, description="show new entries at once; otherwise a teacher publishes them")
    sequential: bool = Field(
        True, title="Step by step", description="open the required steps of a path one after the other"
    )
    language: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = Field(
        "en",
        title="Language of our few words",
        description="language of our few words in the entries of collections",
    )
    allow_http: bool = Field(False, description="let the token travel unencrypted to a site without https")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.deliver_as == "tool") is not (self.tool is not None and self.launch is not None):
            raise ValueError("`tool` and `launch` go with `deliver_as: tool`, and only with it")
        if self.url.startswith("http://") and not (self.allow_http or _is_loopback(self.url)):
            raise ValueError(
                "http:// would send the token unencrypted: use https://, or set allow_http: true"
            )
        return self
