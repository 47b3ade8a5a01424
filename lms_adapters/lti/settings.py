"""What an administrator sets for one LMS; an LMS that registers by itself needs none of it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gleanery import ports


def _address(url: str) -> str:
    """A web address without user name and fragment."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address of an LMS must start with https://")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("an address of an LMS has neither a user name nor a fragment")
    return url


def is_loopback(url: str) -> bool:
    """Whether an address is of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Address = Annotated[str, AfterValidator(_address), StringConstraints(max_length=2_000)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


class Settings(ports.Settings):
    """The LMS's root address alone, for one that registers by itself; else the five that it names."""

    url: Address | None = Field(
        None,
        title="Address of the LMS",
        description="root address of the LMS; where it is set, no other may register",
    )
    title: Word = Field(
        "Curated learning items",
        title="Name in the LMS",
        description="what the LMS calls us when it registers us",
    )
    issuer: Address | None = Field(
        None, title="Issuer", description="for a manual set-up: the LMS's issuer (platform id), to the letter"
    )
    client_id: Word | None = Field(
        None, title="Client id", description="for a manual set-up: our client id there"
    )
    auth_url: Address | None = Field(
        None,
        title="Authentication address",
        description="for a manual set-up: where the LMS authenticates (OIDC)",
    )
    token_url: Address | None = Field(
        None, title="Token address", description="for a manual set-up: where the LMS issues access tokens"
    )
    jwks_url: Address | None = Field(
        None,
        title="Key set address",
        description="for a manual set-up: where the LMS publishes its keys (JWKS)",
    )
    audience: Word | None = Field(
        None, title="Audience of our tokens", description="where the LMS wants another than its token address"
    )
    deployments: tuple[Word, ...] = Field(
        (), title="Deployments", description="deployment ids that are approved from the start"
    )
    frames: tuple[Address, ...] = Field(
        (), title="Further addresses of the LMS", description="other origins under which its pages are shown"
    )
    links: Literal["auto", "custom", "address"] = Field(
        "auto",
        title="How links name their item",
        description="by a custom parameter, or by an address of its own too; auto follows the LMS",
    )
    allow_http: bool = Field(False, description="let launches and tokens travel unencrypted")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        manual = (self.issuer, self.client_id, self.auth_url, self.token_url, self.jwks_url)
        if any(manual) and not all(manual):
            raise ValueError(
                "a manual set-up needs all of `issuer`, `client_id`, `auth_url`, `token_url` and `jwks_url`"
            )
        plain = [url for url in (self.url, *manual, *self.frames) if url and url.startswith("http://")]
        if any(not is_loopback(url) for url in plain) and not self.allow_http:
            raise ValueError(
                "http:// would send learners and tokens unencrypted: use https://, or set allow_http: true"
            )
        return self
