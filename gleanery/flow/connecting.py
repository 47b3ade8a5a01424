"""A source is given access: a person signs in at the platform and allows what the connector asks for.

Authorisation code with PKCE and state (RFC 6749, 7636; for the command line RFC 8252). `begin` gives the address to
open; the platform sends the person on to the redirect address, and what stands there goes to `finish`, once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlmodel import select

from gleanery.errors import BadInput, ConfigError, Denied, keep_secret
from gleanery.flow.granting import Grant, ask_as_app, exchange
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.model.record import Kept
from gleanery.model.sources import Source
from gleanery.model.types import derived_id
from gleanery.ports import OAuthApp, SignsIn

PATIENCE = timedelta(minutes=10)
"""How long a person may take to sign in."""

_PENDING = "connecting"
"""Under this name what was begun is kept, by the hash of its state."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that waits for a person: the address to open, and until when."""

    source: str
    address: str
    state: str
    until: datetime


@dataclass(frozen=True)
class Connected:
    """What was allowed. `missing`: scopes that were wanted and not granted; `renews`: without a new sign-in."""

    source: str
    scopes: tuple[str, ...]
    missing: tuple[str, ...]
    expires_at: datetime | None
    renews: bool


def app_of(house: House, name: str) -> OAuthApp:
    """The app through which a source is given access. Raises: ConfigError where it needs none."""
    connector = house.connector(house.config.source(name))
    app = connector.oauth() if isinstance(connector, SignsIn) else None
    if app is None:
        raise ConfigError(
            f"The source {name!r} is not signed in for: its settings hold all it needs.",
            remedy=f"Run: gleanery sources check {name}",
        )
    return app


# --------------------------------------------------------------------------- with a person


def begin(house: House, name: str, redirect: str, by: str) -> Begun:
    """A new sign-in for the source, begun by the account `by`. Raises: ConfigError."""
    app = app_of(house, name)
    if app.client_credentials or not app.authorize_url:
        raise ConfigError(
            f"For {name!r} nobody signs in: the app asks for itself.",
            remedy=f"Run: gleanery sources connect {name}",
        )
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    _keep(house, state, {"source": name, "redirect": redirect, "verifier": verifier, "by": by})
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect,
        "scope": app.scope_separator.join(app.scopes),
        "state": state,
        **app.extra,
    }
    if app.pkce:
        asked |= {"code_challenge": _challenge(verifier), "code_challenge_method": "S256"}
    return Begun(name, _with(app.authorize_url, asked), state, house.now() + PATIENCE)


def answered(house: House, redirected: str, by: str) -> Connected:
    """The sign-in finished by the whole address to which the platform sent the person. Raises as `finish`."""
    before, mark, behind = redirected.strip().partition("#")[0].partition("?")
    told = dict(parse_qsl(behind if mark else before))
    if "error" in told:
        raise refused(house, told.get("state", ""), told["error"])
    if "code" not in told:
        raise BadInput(
            "The address holds no code.",
            remedy="Give the whole address that the browser shows after the sign-in, with all behind the `?`.",
        )
    return finish(house, told.get("state", ""), told["code"], by, issuer=told.get("iss", ""))


def finish(house: House, state: str, code: str, by: str, *, issuer: str = "") -> Connected:
    """Exchange the code for a token and keep it; whoever began has to finish. `issuer`: who says he gave the code.

    Raises: BadInput for a state that nobody began, that was used or is too old; Denied where the platform does
    not take the code, or another one gave it; ConfigError; Unreachable.
    """
    keep_secret(code)
    begun = _taken(house, state)
    if not hmac.compare_digest(begun["by"].encode(), by.encode()):
        raise Denied(
            "Somebody else began this sign-in.", remedy="Begin one of your own: gleanery sources connect NAME"
        )
    name = begun["source"]
    app = app_of(house, name)
    if issuer and app.issuer and issuer != app.issuer:  # a code of one platform is never sent to another
        raise Denied(
            f"The answer is not from the platform of {name!r}.",
            remedy=f"Begin anew: gleanery sources connect {name}",
        )
    try:
        verifier = begun["verifier"] if app.pkce else ""
        grant = exchange(house.metered(name), app, code, verifier, begun["redirect"], house.now())
    except Denied as error:
        raise Denied(
            f"{error.message} A code is good once, and for a short time.",
            remedy=f"Begin anew: gleanery sources connect {name}",
        ) from error
    return _connected(house, name, app, grant, by)


def refused(house: House, state: str, error: str) -> Denied | ConfigError:
    """The error to raise where the platform sent the person back with one; what was begun is over.

    Raises: BadInput for a state that nobody began.
    """
    name = _taken(house, state)["source"]
    code = error if error.replace("_", "").isalnum() and len(error) <= 40 else "unknown error"
    if code in ("access_denied", "user_cancelled_login", "user_cancelled_authorize"):
        return Denied(
            f"Access for {name!r} was not allowed ({code}).",
            remedy=f"Sign in with an account that may allow it: gleanery sources connect {name}",
        )
    return ConfigError(
        f"The platform refused to begin a sign-in for {name!r} ({code}).",
        remedy="Check the client id, the scopes and the redirect address in the app's settings at the platform.",
    )


def connect_as_app(house: House, name: str, by: str) -> Connected:
    """Have the app ask for itself, where nobody signs in (RFC 6749, 4.4). Raises: ConfigError, Unreachable."""
    app = app_of(house, name)
    return _connected(house, name, app, ask_as_app(house.metered(name), app, house.now()), by)


def _connected(house: House, name: str, app: OAuthApp, grant: Grant, by: str) -> Connected:
    """Keep the grant, in place of any before it, and have the source read."""
    scopes = grant.scopes or app.scopes  # none told: what was asked for was granted (RFC 6749, 5.1)
    missing = tuple(scope for scope in app.scopes if scope not in scopes)
    with house.tokens(name).untouched(), house.change() as change:
        house.tokens(name).keep(change.session, grant)
        source_id = derived_id("source", str(house.organisation.id), name)
        source = change.session.exec(select(Source).where(Source.id == source_id)).one_or_none()
        if source is not None:
            source.paused_at = source.next_due_at = source.failing_since = None
            change.session.add(source)
        actor = f"person:{house.person(change.session, by)}"
        change.audit("source.connected", actor, f"source:{name}", scopes=len(scopes), missing=len(missing))
    renews = grant.refresh is not None or app.client_credentials
    return Connected(name, scopes, missing, grant.expires_at, renews)


# --------------------------------------------------------------------------- what was begun


def _keep(house: House, state: str, begun: Mapping[str, str]) -> None:
    key = _key(state)
    sealed = house.vault.seal(derived_id("sign-in", key), json.dumps(dict(begun)).encode())
    store = PluginStore(house.store, _PENDING, house.now)
    store.put(key, base64.b64encode(sealed).decode(), expires_in=PATIENCE)


def _taken(house: House, state: str) -> dict[str, Any]:
    """What was begun with this state; it can be taken once.

    It is found by the hash of the state, so that neither the time an answer takes nor a look into the database
    tells a state that is waiting.
    """
    key = _key(state)
    with house.store.write() as session:
        row = session.exec(
            select(Kept).where(Kept.plugin == _PENDING, Kept.key == key).with_for_update()
        ).one_or_none()
        if row is not None:
            session.delete(row)
    if row is None or row.expires_at is None or row.expires_at <= house.now():
        raise BadInput(
            "No sign-in waits for this answer: its state is not one that was begun here, was used, or is too old.",
            remedy="Begin anew: gleanery sources connect NAME",
        )
    opened: dict[str, Any] = json.loads(
        house.vault.open(derived_id("sign-in", key), base64.b64decode(row.value))
    )
    return opened


def _key(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636, 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _with(address: str, asked: Mapping[str, str]) -> str:
    """The address with these parameters besides its own."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *((name, value) for name, value in asked.items() if value)])
    return urlunsplit(parts._replace(query=query))
