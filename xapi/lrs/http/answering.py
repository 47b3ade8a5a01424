"""Answers on the wire: the headers that every one carries, errors as JSON, bodies in pieces."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec
from starlette.types import Send

from xapi.lrs.http.asking import Asked
from xapi.lrs.http.body import Body, ClientGone
from xapi.lrs.http.exchange import Answer, Refused
from xapi.lrs.http.waiting import Threads

_EXPOSED = (
    "ETag, Last-Modified, Content-Location, Location, Retry-After, WWW-Authenticate, "
    "X-Experience-API-Version, X-Experience-API-Consistent-Through"
)
_ALLOWED = (
    "Authorization, Content-Type, Content-Length, Content-Transfer-Encoding, Accept, Accept-Language, "
    "If-Match, If-None-Match, X-Experience-API-Version, X-Experience-API-Hash, X-Requested-With"
)
_ALWAYS = {
    "access-control-expose-headers": _EXPOSED,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "vary": "Origin, X-Experience-API-Version",
    "x-content-type-options": "nosniff",
}


def told(refused: Refused) -> Answer:
    """The answer that says why: error, path and rule."""
    said = {"error": refused.message, "path": refused.path, "rule": refused.rule}
    return Answer(refused.status, msgspec.json.encode(said), refused.headers)


def preflight(methods: tuple[str, ...]) -> Answer:
    """What a browser is told before it lets a page of another site call."""
    headers = {
        "access-control-allow-methods": ", ".join(methods),
        "access-control-allow-headers": _ALLOWED,
        "access-control-max-age": "86400",
        "allow": ", ".join(methods),
    }
    return Answer(204, b"", headers)


def cross_origin(origins: tuple[str, ...], origin: str | None) -> dict[str, str]:
    """The header that lets a page of this origin read the answer, where it may. No cookies are in play."""
    if "*" in origins:
        return {"access-control-allow-origin": "*"}
    return {"access-control-allow-origin": origin} if origin in origins and origin else {}


def tagged(answer: Answer) -> Answer:
    """The answer to one who reads, with an ETag where it has none of its own and does not come in pieces."""
    if answer.status != 200 or not isinstance(answer.body, bytes) or "etag" in answer.headers:
        return answer
    digest = hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()
    return replace(answer, headers={**answer.headers, "etag": f'"{digest}"'})


def complete(answer: Answer, request: Asked, more: Mapping[str, str]) -> Answer:
    """The answer with the headers that belong to every one; its own come first."""
    headers = {"x-experience-api-version": request.version, **_ALWAYS, **more, **answer.headers}
    if _is_known(answer, request):
        headers.pop("content-type", None)
        return Answer(304, b"", headers)
    if isinstance(answer.body, bytes) and (answer.body or answer.status != 204):
        headers.setdefault("content-type", "application/json")
        headers["content-length"] = str(len(answer.body))
    return replace(answer, headers=headers)


def _is_known(answer: Answer, request: Asked) -> bool:
    """Whether one who reads has this very answer already (RFC 9110, 13.1.2)."""
    if answer.status != 200 or request.method not in ("GET", "HEAD") or "etag" not in answer.headers:
        return False
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in known or answer.headers["etag"] in known


async def send_head(send: Send, answer: Answer, *, close: bool) -> None:
    """Sends status and headers."""
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def send_body(send: Send, answer: Answer, threads: Threads, asked: Body) -> None:
    """Sends the body, all but the sign of its end; pieces are fetched in threads, while anybody is there."""
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        return
    pieces = iter(answer.body)
    gone = asyncio.ensure_future(asked.hung_up())
    try:
        while (piece := await threads.do(lambda: _next(pieces))) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if gone.done():
                raise ClientGone
    finally:
        gone.cancel()


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
