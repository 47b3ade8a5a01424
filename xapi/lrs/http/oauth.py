"""Tokens: a key and its secret for a token that holds an hour (OAuth 2.0, client credentials).

The key's name is the client id. Errors are told as OAuth tells them, not as xAPI does.
Source: RFC 6749, 2.3.1, 4.4, 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import msgspec

from xapi.errors import KeyRefused
from xapi.lrs.http import parameters
from xapi.lrs.http.authentication import basic, refused_key
from xapi.lrs.http.exchange import Answer, Call, Refused
from xapi.lrs.http.lrs import Lrs
from xapi.lrs.keys import TOKEN_SECONDS, Key, Keys
from xapi.lrs.scopes import DEFAULT, narrowed, scopes_in, spelled

_NEVER_KEPT = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}


class _Denied(Exception):
    """A token is not given; `code` is OAuth's word for why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def token(lrs: Lrs, call: Call) -> Answer:
    """A new token, or why there is none."""
    try:
        form = _form(call)
        key = lrs.gate.key(*_credentials(call, form), call.address)
        scopes = _scopes(key, form.get("scope"))
        given = _issued(lrs, key, scopes)
    except _Denied as denied:
        return _told(400, {"error": denied.code, "error_description": str(denied)})
    except Refused as refused:
        code = "invalid_client" if refused.status == 401 else "temporarily_unavailable"
        return _told(refused.status, {"error": code, "error_description": refused.message}, refused.headers)
    told = {"access_token": given, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return _told(200, {**told, "scope": _spelled(scopes, form.get("scope", ""))})


def _issued(lrs: Lrs, key: Key, scopes: frozenset[str]) -> str:
    """A new token. Raises: Refused (401) where the key was revoked since it was looked at."""

    def issue(connection: Any, at: datetime) -> str:
        return Keys(connection).issue(key, scopes, at)

    try:
        return lrs.committer.do(issue).result()
    except KeyRefused as error:
        raise refused_key() from error


def _form(call: Call) -> Mapping[str, str]:
    """What the form says; a parameter without a value is none (RFC 6749, 3.2)."""
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not media_type.endswith("x-www-form-urlencoded"):
        raise _Denied("invalid_request", "send the form as application/x-www-form-urlencoded")
    try:
        form = {name: value for name, value in parameters.parse(call.body).items() if value}
    except Refused as refused:
        raise _Denied("invalid_request", refused.message) from refused
    if "grant_type" not in form:
        raise _Denied("invalid_request", "grant_type is missing: send client_credentials")
    if form["grant_type"] != "client_credentials":
        raise _Denied("unsupported_grant_type", "the only grant_type here is client_credentials")
    return form


def _credentials(call: Call, form: Mapping[str, str]) -> tuple[str, str]:
    """Name and secret, from the header or from the form, never from both."""
    in_form = "client_id" in form or "client_secret" in form
    if not call.headers.get("authorization"):
        if not in_form:
            raise _Denied("invalid_request", "client_id and client_secret are missing")
        return form.get("client_id", ""), form.get("client_secret", "")
    if "client_secret" in form:
        raise _Denied("invalid_request", "send the secret in the form or by HTTP Basic, not both")
    name, secret = basic(call.headers)
    return unquote(name), unquote(secret)


def _scopes(key: Key, asked: str | None) -> frozenset[str]:
    """What the token may do: what is asked for, as far as the key may; unasked, what the specification says."""
    try:
        wanted = scopes_in(asked.split()) if asked is not None else DEFAULT
    except ValueError as error:
        raise _Denied("invalid_scope", str(error)) from error
    granted = narrowed(key.scopes, wanted)
    if not granted:
        raise _Denied("invalid_scope", f"this key has only the scopes {spelled(key.scopes)}")
    return granted


def _spelled(granted: frozenset[str], asked: str) -> str:
    """The scopes granted, in the words they were asked for in where those mean the same."""
    words = asked.split()
    return " ".join(words) if words and scopes_in(words) == granted else spelled(granted)


def _told(status: int, said: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, msgspec.json.encode(said), {**_NEVER_KEPT, **(headers or {})})
