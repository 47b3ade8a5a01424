"""The OpenAPI 3.1 document of the API: what the routing table says, in the words that tools read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from xapi.lrs.http import routes, schemas
from xapi.lrs.http.exchange import Answer, Call
from xapi.lrs.http.lrs import Lrs

_VERSION = {
    "name": "X-Experience-API-Version",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": ["1.0.3", "2.0.0"]},
}
_KNOWN = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
_TAGS = [
    {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
    for name in ("If-Match", "If-None-Match")
]
_REQUIRED = {
    ("statements", "PUT"): ("statementId",),
    ("activities/state", ""): ("activityId", "agent"),
    ("agents/profile", ""): ("agent",),
    ("activities/profile", ""): ("activityId",),
    ("agents", ""): ("agent",),
    ("activities", ""): ("activityId",),
}


def get(lrs: Lrs, call: Call) -> Answer:
    """The document; open to everybody, as what it tells is."""
    return Answer(200, _encoded(lrs.settings.endpoint))


def document(endpoint: str) -> dict[str, Any]:
    """The document for an API mounted at this path."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "xAPI learning record store",
            "version": "1.0.3, 2.0.0",
            "description": "xAPI 1.0.3 and 2.0 (IEEE 9274.1.1); the header X-Experience-API-Version chooses.",
        },
        "servers": [{"url": endpoint}],
        "security": [{"key": []}, {"token": []}],
        "paths": {f"/{path}": _path(path, route) for path, route in routes.ROUTES.items()},
        "components": {"securitySchemes": schemas.SECURITY, "schemas": schemas.SCHEMAS},
    }


@lru_cache(maxsize=4)
def _encoded(endpoint: str) -> bytes:
    return msgspec.json.encode(document(endpoint))


def _path(path: str, route: routes.Route) -> dict[str, Any]:
    return {method.lower(): _operation(path, route, method) for method in route.actions}


def _operation(path: str, route: routes.Route, method: str) -> dict[str, Any]:
    action = route.actions[method]
    needed = _REQUIRED.get((path, method), _REQUIRED.get((path, ""), ()))
    if method in ("PUT", "POST") or (method == "DELETE" and "profile" in path):
        needed = (*needed, *(name for name in action.parameters if name in ("stateId", "profileId")))
    given = [_parameter(name, name in needed) for name in action.parameters]
    headers: list[dict[str, Any]] = [] if route.any_version else [_VERSION]
    if method in ("PUT", "POST", "DELETE") and "/" in path and not route.any_version:
        headers = [*headers, *_TAGS]
    if method == "GET":
        headers = [*headers, _KNOWN]
    described: dict[str, Any] = {
        "operationId": f"{method.lower()}_{path.replace('/', '_')}",
        "summary": (action.resource.__doc__ or "").partition("\n")[0],
        "parameters": [*headers, *given],
        "responses": schemas.responses(path, method, is_open=not action.scopes),
    }
    body = schemas.request_body(path, method)
    if body is not None:
        described["requestBody"] = body
    if not action.scopes:
        described["security"] = []
    return described


def _parameter(name: str, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, **schemas.PARAMETERS[name]}
