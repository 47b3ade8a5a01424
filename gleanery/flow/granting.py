"""What a token endpoint grants, renews and takes back: RFC 6749 with PKCE (RFC 7636), RFC 7009."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Unreachable, keep_secret
from gleanery.ports import Http, OAuthApp

if TYPE_CHECKING:
    import requests

MARGIN = timedelta(minutes=5)
"""A token that runs out sooner is renewed before it is used; a short-lived one in its last quarter."""

LONGEST = timedelta(days=3650)

_USED_UP = frozenset(
    {
        "invalid_grant",
        "invalid_request",  # what X answers for a code or token that is used or too old
        "invalid_code",  # Slack's own words, here and below (https://docs.slack.dev/reference/methods/oauth.v2.access)
        "code_already_used",
        "code_expired",
        "invalid_refresh_token",
        "token_revoked",
        "token_expired",
    }
)
"""Refusals that are about the code or the refresh token, not about the app."""

_TOKEN = re.compile(r"[\x20-\x7e]{1,65536}")
"""A token (RFC 6749, A.12), of a length that somebody means; what else is sent along could not be sent back."""

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,500}")
"""A scope (RFC 6749, A.4)."""

_ERROR = re.compile(r"[A-Za-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, what renews it, when it runs out (None: it does not, or nobody said), and what it allows."""

    access: SecretStr
    got_at: datetime
    refresh: SecretStr | None = None
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for secret in filter(None, (self.access, self.refresh)):
            keep_secret(secret.get_secret_value())

    def is_good_at(self, now: datetime) -> bool:
        """Whether the token lasts for some time yet."""
        if self.expires_at is None:
            return True
        return now < self.expires_at - min(MARGIN, (self.expires_at - self.got_at) / 4)

    def as_json(self) -> dict[str, Any]:
        """As it is encrypted: in clear."""
        return {
            "access": self.access.get_secret_value(),
            "got_at": self.got_at.isoformat(),
            "refresh": self.refresh.get_secret_value() if self.refresh else None,
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "scopes": list(self.scopes),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Grant:
        """The grant that `as_json` gave."""
        return cls(
            SecretStr(kept["access"]),
            datetime.fromisoformat(kept["got_at"]),
            SecretStr(kept["refresh"]) if kept["refresh"] else None,
            datetime.fromisoformat(kept["expires_at"]) if kept["expires_at"] else None,
            tuple(kept["scopes"]),
        )


def exchange(http: Http, app: OAuthApp, code: str, verifier: str, redirect: str, now: datetime) -> Grant:
    """The grant for an authorisation code (RFC 6749, 4.1.3).

    Raises: Denied where the code was used before or is too old; ConfigError; Unreachable.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        **({"code_verifier": verifier} if verifier else {}),
    }
    return _granted(_ask(http, app, form), now, None)


def renew(http: Http, app: OAuthApp, old: Grant, now: datetime) -> Grant:
    """A new token for the old one (RFC 6749, 6); the old refresh token stays where no new one comes.

    Raises: Denied where the platform takes it no longer; ConfigError; Unreachable, `in_doubt` where the platform
    may have used up the refresh token.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": old.refresh.get_secret_value() if old.refresh else "",
    }
    return _granted(_ask(http, app, form), now, old)


def ask_as_app(http: Http, app: OAuthApp, now: datetime) -> Grant:
    """A token for the app itself (RFC 6749, 4.4). Raises: ConfigError, Unreachable."""
    form = {"grant_type": "client_credentials"}
    if app.scopes:
        form["scope"] = " ".join(app.scopes)
    return _granted(_ask(http, app, form), now, None)


def revoke(http: Http, app: OAuthApp, grant: Grant) -> bool:
    """Have the platform end the grant (RFC 7009); False where it names no address for that, or did not do it."""
    if not app.revoke_url:
        return False
    kinds = {"refresh_token": grant.refresh, "access_token": grant.access}
    tokens = {kind: token.get_secret_value() for kind, token in kinds.items() if token is not None}
    try:
        answers = [
            _sent(http, app, app.revoke_url, {"token": token, "token_type_hint": kind}).status_code
            for kind, token in tokens.items()
        ]
    except GleaneryError:
        return False
    # The first ends the whole grant at most platforms, and the second is then refused as unknown.
    return answers[0] in (200, 204)


def _ask(http: Http, app: OAuthApp, form: dict[str, str]) -> Mapping[str, Any]:
    return _told(_sent(http, app, app.token_url, form))


def _sent(http: Http, app: OAuthApp, url: str, form: dict[str, str]) -> requests.Response:
    """The answer to a form that says which app asks (RFC 6749, 2.3.1)."""
    _require_tls(url)
    headers = {"Accept": "application/json"}
    secret = app.client_secret.get_secret_value() if app.client_secret else ""
    if secret and app.client_auth == "basic":
        pair = f"{quote(app.client_id, safe='')}:{quote(secret, safe='')}"
        token = base64.b64encode(pair.encode()).decode()
        keep_secret(token)
        headers["Authorization"] = f"Basic {token}"
    else:
        form = {**form, "client_id": app.client_id, **({"client_secret": secret} if secret else {})}
    try:
        return http.post(url, data=form, headers=headers)
    except BadInput as error:  # it answered, so it may have done what was asked
        text = f"The token endpoint cannot be understood: {error.message}"
        raise Unreachable(text, remedy=error.remedy, stops_source=True) from error


def _require_tls(url: str) -> None:
    """Raises: ConfigError where secrets would travel in clear (RFC 6749, 1.6)."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ConfigError(
            f"The token endpoint at {parts.hostname} would be sent secrets unencrypted.",
            remedy="Write its address with https://.",
            stops_source=True,
        )


def _told(response: requests.Response) -> Mapping[str, Any]:
    """The answer's object. The platform's own words are left out: they may repeat what was sent."""
    status = response.status_code
    if status == 429 or status >= 500:
        wait = response.headers.get("Retry-After", "")
        raise Unreachable(
            f"The token endpoint answered {status}.",
            retry_after=min(int(wait[:9]), 86_400) if wait.isascii() and wait.isdigit() else None,
            stops_source=True,
            in_doubt=False,
        )
    told, is_good = _object(response), 200 <= status < 300
    if is_good and _token(told, "access_token"):
        return told
    code = told.get("error")
    if is_good and not code:
        raise Unreachable("The token endpoint's answer holds no token.", stops_source=True)
    raise _refusal(code if isinstance(code, str) and _ERROR.fullmatch(code) else str(status))


def _token(told: Mapping[str, Any], name: str) -> str | None:
    """A token of an answer; None where it holds none, or something that cannot be one."""
    value = told.get(name)
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None


def _object(response: requests.Response) -> Mapping[str, Any]:
    """The JSON object of an answer; an empty one where there is none."""
    try:
        told = response.json()
    except (ValueError, RecursionError):  # no JSON, or nested so deep that nobody means it
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(code: str) -> GleaneryError:
    if code in _USED_UP:
        return Denied(f"The platform does not take the sign-in ({code}).", stops_source=True)
    return ConfigError(
        f"The token endpoint refused the app ({code}).",
        remedy="Check client_id, client_secret and the redirect address in the app's settings.",
        stops_source=True,
    )


def _granted(told: Mapping[str, Any], now: datetime, old: Grant | None) -> Grant:
    refresh = _token(told, "refresh_token")
    return Grant(
        access=SecretStr(str(told["access_token"])),
        got_at=now,
        refresh=SecretStr(refresh) if refresh else (old.refresh if old else None),
        expires_at=_end(told.get("expires_in"), now),
        scopes=_scopes(told.get("scope"), old.scopes if old else ()),
    )


def _scopes(told: object, before: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(told, str):
        return before
    return tuple(one for one in told.replace(",", " ").split() if _SCOPE.fullmatch(one))


def _end(seconds: object, now: datetime) -> datetime | None:
    """When a token runs out that lasts so many seconds; None where that is no sensible number."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
        seconds = int(seconds[:12])
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds != seconds:
        return None
    return now + timedelta(seconds=max(0, min(seconds, LONGEST.total_seconds())))
