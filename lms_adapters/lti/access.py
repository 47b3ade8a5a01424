"""The LMS's services: an access token for our signed assertion, and requests with it.

Client credentials with a signed assertion (https://www.imsglobal.org/spec/security/v1p0/, 4.1). A token is kept in
memory for as long as it lives, by what it allows; a 401 has it made anew, once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import requests

from gleanery.errors import BadInput, ConfigError, Denied, Unreachable, keep_secret
from gleanery.ports import Context
from lms_adapters.lti.keys import OwnKeys
from lms_adapters.lti.platform import Platform

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_EARLY = timedelta(seconds=30)
_LARGEST = 8 * 1024 * 1024


class Access:
    """Speaks to one LMS as the tool that it registered."""

    def __init__(self, ctx: Context, keys: OwnKeys, platform: Platform) -> None:
        self._ctx, self._keys, self._platform = ctx, keys, platform
        self._tokens: dict[tuple[str, ...], tuple[str, datetime]] = {}
        self._asking = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        scopes: Sequence[str],
        *,
        body: Any = None,
        sends: str = "",
        accept: str = "",
    ) -> requests.Response:
        """An answer of a service below 500 and neither 401 nor 429. Raises: Denied, Unreachable, ConfigError."""
        if not self._platform.owns(url):
            raise Denied(
                "lti: the LMS names a service on a host that is not its own.",
                remedy="If it is, add its address to `frames` in the settings of the destination.",
            )
        data = b"" if body is None else json.dumps(body).encode()
        answer = self._sent(method, url, self.token(scopes), data, sends, accept)
        if answer.status_code == 401:
            answer = self._sent(method, url, self.token(scopes, anew=True), data, sends, accept)
        if answer.status_code == 401:
            raise ConfigError(
                "lti: the LMS does not take its own access token (401).",
                remedy="See that the tool is switched on in the LMS and its services are allowed.",
            )
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unreachable(f"lti: the LMS answered {answer.status_code}.", retry_after=_seconds(answer))
        return answer

    def _sent(
        self, method: str, url: str, token: str, data: bytes, sends: str, accept: str
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": accept or "application/json"}
        if sends:
            headers["Content-Type"] = sends
        return self._ctx.http.send(method, url, data=data, headers=headers)

    def token(self, scopes: Sequence[str], *, anew: bool = False) -> str:
        """An access token for these scopes. Raises: ConfigError, Unreachable, BadInput."""
        wanted = tuple(sorted(scopes))
        with self._asking:
            token, until = self._tokens.get(wanted, ("", self._ctx.now()))
            if anew or until <= self._ctx.now():
                token, lives = self.fresh(wanted)
                self._tokens[wanted] = token, self._ctx.now() + lives - _EARLY
            return token

    def fresh(self, scopes: Sequence[str]) -> tuple[str, timedelta]:
        """A new token and how long it lives. Raises as `token`."""
        platform = self._platform
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.audience,
            "jti": str(uuid4()),
        }
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._keys.signed(claims),
            "scope": " ".join(scopes),
        }
        answer = self._ctx.http.post(platform.token_url, data=form, headers={"Accept": "application/json"})
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unreachable(
                f"lti: the LMS's token address answered {answer.status_code}.", retry_after=_seconds(answer)
            )
        if answer.status_code != 200:
            raise ConfigError(
                f"lti: the LMS issues no access token ({answer.status_code}{_error(answer)}).",
                remedy="See that the tool is switched on there, that its services are allowed, and that the LMS "
                "can read our key set address.",
            )
        told = decoded(answer)
        token = told.get("access_token") if isinstance(told, Mapping) else None
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise BadInput("lti: the LMS's token address answers no token.", remedy="Compare `token_url`.")
        keep_secret(token)
        lives = told.get("expires_in")
        return token, timedelta(seconds=min(lives, 86_400) if isinstance(lives, int) and lives > 0 else 300)


def decoded(answer: requests.Response) -> Any:
    """The JSON of an answer. Raises: BadInput."""
    try:
        if len(answer.content) > _LARGEST:
            raise ValueError("too large")
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        kind = answer.headers.get("content-type", "nothing declared").split(";")[0][:50]
        raise BadInput(
            f"lti: the LMS answered something other than JSON ({kind}).",
            remedy="A sign-in or error page of the LMS may stand in between: ask who runs it.",
        ) from error


def _error(answer: requests.Response) -> str:
    """The error code of RFC 6749, 5.2, where one is given."""
    try:
        told = json.loads(answer.content[:4_000])
    except (ValueError, RecursionError):
        return ""
    code = told.get("error") if isinstance(told, Mapping) else None
    return f", {code}" if isinstance(code, str) and code.replace("_", "").isalpha() and len(code) < 40 else ""


def _seconds(answer: requests.Response) -> float | None:
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() else None
