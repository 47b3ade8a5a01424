"""From a request on the wire to a question that is understood: path, version, method, parameters.

The alternate request syntax of 1.0.3, a POST whose form carries the real request, is undone here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Receive, Scope

from xapi.lrs.http import parameters, versions
from xapi.lrs.http.body import SMALL, Body
from xapi.lrs.http.exchange import Refused, Version
from xapi.lrs.http.lrs import STORE, Settings
from xapi.lrs.http.routes import ROUTES, Action, Route

_FORM_HEADERS = frozenset(
    {
        "authorization",
        "x-experience-api-version",
        "content-type",
        "content-length",
        "if-match",
        "if-none-match",
    }
)


@dataclass
class Asked:
    """A request as it came. `headers` have lower-case names; one that was repeated is joined by commas.

    `version` is the one to answer in; `store` is known once the key is. `is_chunkable`: whether the answer may come
    without a length, which HTTP/1.0 does not know.
    """

    method: str
    path: str
    query: bytes
    headers: Mapping[str, str]
    body: Body
    address: str
    version: Version
    is_chunkable: bool
    store: str = STORE


@dataclass(frozen=True)
class Question:
    """What is asked; `content` is None while the body is still to be read."""

    action: Action
    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes | None
    version: Version


def asked(scope: Scope, receive: Receive, settings: Settings) -> Asked:
    """The request of an ASGI scope, its path taken from behind the mount."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
    body = Body(receive, headers, settings)
    address = str((scope.get("client") or ("",))[0])
    version = versions.spoken(headers, settings.default_version)
    is_chunkable = scope["http_version"] != "1.0"
    return Asked(scope["method"], path, scope["query_string"], headers, body, address, version, is_chunkable)


async def understand(request: Asked, settings: Settings) -> Question:
    """The question that a request puts. Raises: Refused (400, 404, 405, 408, 413), ClientGone."""
    route = ROUTES.get(request.path)
    if route is None:
        raise Refused(404, "there is no such resource")
    _check_encodings(request.headers)
    content = await request.body.read_small()
    given = parameters.parse(request.query)
    if request.method == "POST" and "method" in given:
        return _alternate(request, route, given, content, settings)
    return _question(request, route, given, content)


def _question(request: Asked, route: Route, given: Mapping[str, str], content: bytes | None) -> Question:
    if not route.any_version:
        versions.required(request.headers)
    action = route.actions.get("GET" if request.method == "HEAD" else request.method)
    if action is None:
        raise _unknown_method(route)
    parameters.check(given, action.parameters)
    return Question(action, request.method, request.path, given, request.headers, content, request.version)


def _unknown_method(route: Route) -> Refused:
    allowed = ", ".join(route.methods)
    return Refused(405, f"this resource knows {allowed}", headers={"allow": allowed})


def _check_encodings(headers: Mapping[str, str]) -> None:
    is_plain = headers.get("content-encoding", "identity").lower() == "identity"
    if not is_plain or headers.get("transfer-encoding", "chunked").lower() != "chunked":
        raise Refused(400, "encoded bodies are not read: send it as it is")


def _alternate(
    request: Asked, route: Route, given: Mapping[str, str], content: bytes | None, settings: Settings
) -> Question:
    """The request within a form. Its key may be in there too, so no more is read than from strangers."""
    parameters.check(given, ("method",))
    if content is None:
        raise Refused(413, f"a form may have {SMALL} bytes: use the method itself", rule="size")
    form = parameters.parse(content)
    told = {name.lower(): value for name, value in form.items() if name.lower() in _FORM_HEADERS}
    inner = {name: value for name, value in form.items() if name.lower() not in _FORM_HEADERS}
    told_content = inner.pop("content", "").encode()
    request.headers = {**request.headers, "content-type": "application/json", **told}
    request.version = versions.spoken(request.headers, settings.default_version)
    if versions.required(request.headers) == "2.0.0":
        raise Refused(400, "xAPI 2.0 has no alternate request syntax: use the method itself")
    if given["method"] not in route.actions:
        raise _unknown_method(route)
    request.method = given["method"]
    return _question(request, route, inner, told_content)
