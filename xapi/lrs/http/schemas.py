"""What goes over the wire, as JSON Schema: the pieces of the OpenAPI document."""

from __future__ import annotations

from typing import Any

_IRI = {"schema": {"type": "string", "format": "uri"}}
_ID = {"schema": {"type": "string", "format": "uuid"}}
_TIME = {"schema": {"type": "string", "format": "date-time"}}
_TEXT = {"schema": {"type": "string", "minLength": 1, "maxLength": 200}}
_FLAG = {"schema": {"type": "boolean", "default": False}}
_AGENT = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Agent"}}}}

PARAMETERS: dict[str, dict[str, Any]] = {
    "statementId": _ID,
    "voidedStatementId": _ID,
    "registration": _ID,
    "agent": _AGENT,
    "verb": _IRI,
    "activity": _IRI,
    "activityId": _IRI,
    "stateId": _TEXT,
    "profileId": _TEXT,
    "related_activities": _FLAG,
    "related_agents": _FLAG,
    "attachments": _FLAG,
    "ascending": _FLAG,
    "since": _TIME,
    "until": _TIME,
    "limit": {"schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999}},
    "format": {"schema": {"type": "string", "enum": ["ids", "exact", "canonical"]}},
    "cursor": {"schema": {"type": "string"}, "description": "as it stands in `more`, with the same question"},
}

SECURITY = {
    "key": {"type": "http", "scheme": "basic"},
    "token": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "extensions/oauth2/token", "scopes": {}}},
    },
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_ACCOUNT = {
    "type": "object",
    "required": ["homePage", "name"],
    "additionalProperties": False,
    "properties": {
        "homePage": {"type": "string", "format": "uri"},
        "name": {"type": "string", "minLength": 1},
    },
}

SCHEMAS: dict[str, Any] = {
    "Agent": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "objectType": {"const": "Agent"},
            "name": {"type": "string"},
            "mbox": {"type": "string", "format": "uri"},
            "mbox_sha1sum": {"type": "string", "pattern": "^[0-9a-fA-F]{40}$"},
            "openid": {"type": "string", "format": "uri"},
            "account": _ACCOUNT,
        },
        "oneOf": [{"required": [name]} for name in ("mbox", "mbox_sha1sum", "openid", "account")],
    },
    "Verb": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "format": "uri"}, "display": _ref("LanguageMap")},
    },
    "LanguageMap": {"type": "object", "additionalProperties": {"type": "string"}},
    "Statement": {
        "type": "object",
        "required": ["actor", "verb", "object"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "actor": {"type": "object"},
            "verb": _ref("Verb"),
            "object": {"type": "object"},
            "result": {"type": "object"},
            "context": {"type": "object"},
            "timestamp": {"type": "string", "format": "date-time"},
            "stored": {"type": "string", "format": "date-time"},
            "authority": {"type": "object"},
            "version": {"type": "string"},
            "attachments": {"type": "array", "items": {"type": "object"}},
        },
    },
    "PlainStatement": {
        "description": "an agent did something with an activity: the plainest of statements",
        "type": "object",
        "required": ["actor", "verb", "object"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "actor": _ref("Agent"),
            "verb": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": False,
                "properties": {"id": {"type": "string", "format": "uri"}},
            },
            "object": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": False,
                "properties": {"id": {"type": "string", "format": "uri"}},
            },
            "result": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "success": {"type": "boolean"},
                    "completion": {"type": "boolean"},
                    "response": {"type": "string"},
                },
            },
            "timestamp": {"type": "string", "format": "date-time"},
        },
    },
    "StatementResult": {
        "type": "object",
        "required": ["statements", "more"],
        "properties": {
            "statements": {"type": "array", "items": _ref("Statement")},
            "more": {"type": "string"},
        },
    },
    "Ids": {"type": "array", "items": {"type": "string"}},
    "Person": {
        "type": "object",
        "required": ["objectType"],
        "properties": {"objectType": {"const": "Person"}},
    },
    "Activity": {
        "type": "object",
        "required": ["objectType", "id"],
        "properties": {"objectType": {"const": "Activity"}, "id": {"type": "string"}},
    },
    "About": {
        "type": "object",
        "required": ["version"],
        "additionalProperties": False,
        "properties": {
            "version": {"type": "array", "items": {"type": "string"}},
            "extensions": {"type": "object"},
        },
    },
    "Token": {
        "type": "object",
        "required": ["access_token", "token_type", "expires_in"],
        "properties": {
            "access_token": {"type": "string"},
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer"},
        },
    },
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}, "path": {"type": "string"}, "rule": {"type": "string"}},
    },
}

_JSON_ANSWERS: dict[tuple[str, str], dict[str, Any]] = {
    ("statements", "GET"): {"anyOf": [_ref("StatementResult"), _ref("Statement")]},
    ("statements", "POST"): _ref("Ids"),
    ("agents", "GET"): _ref("Person"),
    ("activities", "GET"): _ref("Activity"),
    ("about", "GET"): _ref("About"),
    ("extensions/oauth2/token", "POST"): _ref("Token"),
    ("extensions/openapi", "GET"): {"type": "object"},
}
_WHY = {
    400: "the request is malformed; `path` and `rule` name the fault",
    401: "no such key with such a secret",
    403: "the key may not do this",
    404: "there is no such thing",
    405: "the resource does not know this method",
    408: "the body came too slowly",
    409: "there is something else under this id",
    412: "the precondition does not hold",
    413: "the body is too large",
    429: "too many requests or failed attempts",
    503: "not now; try again",
    505: "the files are too large for an answer to HTTP/1.0",
    507: "the disk is full",
}
_ALWAYS = {
    "X-Experience-API-Version": {"schema": {"type": "string", "enum": ["1.0.3", "2.0.0"]}, "required": True}
}
_THROUGH = {
    "X-Experience-API-Consistent-Through": {
        "schema": {"type": "string", "format": "date-time"},
        "required": True,
    }
}


def request_body(path: str, method: str) -> dict[str, Any] | None:
    """What is sent, where something is."""
    if method not in ("PUT", "POST"):
        return None
    if path == "statements":
        one = {"anyOf": [_ref("PlainStatement"), _ref("Statement")]}
        schema = one if method == "PUT" else {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
        return {"required": True, "content": {"application/json": {"schema": schema}}}
    if path.startswith("extensions/"):
        form = {"type": "object", "properties": {"grant_type": {"const": "client_credentials"}}}
        return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}


def responses(path: str, method: str, *, is_open: bool) -> dict[str, Any]:
    """Every answer there can be, by status."""
    headers = _ALWAYS | (_THROUGH if path == "statements" else {})
    found: dict[str, Any] = dict([_good(path, method, headers)])
    if method == "GET":
        found["304"] = {"description": "this is what If-None-Match names", "headers": headers}
    for status in _statuses(path, method, is_open=is_open):
        content = {"application/json": {"schema": _ref("Error")}}
        found[str(status)] = {"description": _WHY[status], "headers": headers, "content": content}
    return found


def _good(path: str, method: str, headers: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    schema = _JSON_ANSWERS.get((path, method))
    if schema is None and method != "GET":
        return "204", {"description": "done", "headers": headers}
    content: dict[str, Any] = {"application/json": {"schema": schema or {}}}
    if schema is None:
        content = {"*/*": {"schema": {}}}  # a document has the type it was sent with
    elif (path, method) == ("statements", "GET"):
        content["multipart/mixed"] = {"schema": {"type": "string"}}
    return "200", {"description": "done", "headers": headers, "content": content}


def _statuses(path: str, method: str, *, is_open: bool) -> list[int]:
    found = [400, 408, 413, 429, 503]
    if path == "extensions/oauth2/token":
        return [*found, 401, 507]
    if not is_open:
        found += [401, 403]
    if method in ("PUT", "POST", "DELETE"):
        found += [409, 507]
    if method in ("PUT", "POST", "DELETE") and path != "statements":
        found.append(412)
    if method == "GET" and (path == "statements" or "/" in path):
        found.append(404)
    if (path, method) == ("statements", "GET"):
        found.append(505)
    return found
