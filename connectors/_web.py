"""What connectors of JSON interfaces share: the address of a site, its JSON answers, how long it asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

import requests
from pydantic import AfterValidator, SecretStr

from connectors._values import moment, web_address
from gleanery.errors import Unreachable
from gleanery.ports import Check

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_WAIT = 7 * 24 * 3600.0


def _site(value: str) -> str:
    if web_address(value) is None or "@" in urlsplit(value).netloc or urlsplit(value).query:
        raise ValueError("give the site's address, https:// and the host, without a password or a query")
    return value.strip().rstrip("/")


Site = Annotated[str, AfterValidator(_site)]
"""The address of a site or interface, without a slash at its end."""


def json_of(response: requests.Response, platform: str) -> Any:
    """The JSON of an answer. Raises: Unreachable where it is none, as when it was cut or a proxy answered."""
    try:
        return response.json()
    except ValueError as error:
        raise Unreachable(
            f"{platform} gave an answer that is no JSON.",
            remedy="If it stays so, check `base_url`.",
            stops_source=True,
        ) from error


def list_in(body: Any, platform: str, *path: str) -> list[Any]:
    """The list at `path` of an answer. Raises: Unreachable where there is none."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    if not isinstance(body, list):
        text = f"{platform} gave an answer without the list {'.'.join(path)}".rstrip() + "."
        raise Unreachable(text, remedy="If it stays so, check `base_url`.", stops_source=True)
    return body


def records_in(body: Any, platform: str, *path: str) -> list[dict[str, Any]]:
    """The objects in the list at `path` of an answer. Raises as `list_in`."""
    return [one for one in list_in(body, platform, *path) if isinstance(one, dict)]


def json_or_none(response: requests.Response) -> Any:
    """The JSON of a refusal, None where it is none: some are plain text."""
    try:
        return response.json()
    except ValueError:
        return None


def wait_of(response: requests.Response, now: datetime) -> float | None:
    """The seconds that an answer asks us to wait, None where it does not say.

    `Retry-After` (RFC 9110, 10.2.3) counts first, then `RateLimit-Reset` and `X-RateLimit-Reset`: a time, seconds
    since 1970, or seconds from now.
    """
    for name in ("Retry-After", "RateLimit-Reset", "X-RateLimit-Reset"):
        told = response.headers.get(name, "").strip()
        if told:
            return _seconds(told, now)
    return None


def _seconds(told: str, now: datetime) -> float | None:
    try:
        seconds = float(told) if told.isdigit() and len(told) < 9 else (moment(told) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 1.0), _LONGEST_WAIT)


def encryption(base_url: str, *secrets: SecretStr | None) -> list[Check]:
    """One line where a secret would travel in clear; none where all is well."""
    parts = urlsplit(base_url)
    if parts.scheme == "https" or parts.hostname in _LOOPBACK or not any(secrets):
        return []
    return [
        Check("encryption", False, "the key travels unencrypted.", "Use an https:// address in `base_url`.")
    ]


def iso(at: datetime) -> str:
    """The time as it stands in a state or a query: ISO 8601, UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
