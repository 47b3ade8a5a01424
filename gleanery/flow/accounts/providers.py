"""Single sign-on: an identity provider is asked who somebody is, and believed only where everything fits.

OpenID Connect Core 1.0, code flow with PKCE (openid.net/specs/openid-connect-core-1_0.html). What has to be
remembered between going and coming back is sealed in a cookie of the browser that went: nobody else can come back
in its place, and nothing is kept for somebody who never does.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from authlib.integrations.base_client.errors import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gleanery.config import ProviderSettings, secret
from gleanery.config.names import named
from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Unreachable
from gleanery.flow.accounts.visitors import mark_of
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore

WAY_LIVES = timedelta(minutes=10)
"""How long somebody may take at the provider."""

FRESH = timedelta(minutes=5)
"""How long what a provider says of itself is believed without asking again."""

LEEWAY = 60
"""Seconds by which its clock may differ from ours."""

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key pair; `none` and those by a shared secret are never taken."""

_ROW = uuid5(NAMESPACE_URL, "gleanery:way-to-a-provider")


class NotVouched(Denied):
    """The provider's answer does not show who somebody is."""


@dataclass(frozen=True)
class Vouched:
    """Whom a provider vouches for; `claims` is what it says of them."""

    provider: ProviderSettings
    issuer: str
    subject: str
    claims: Mapping[str, Any]


class SingleSignOn:
    """The way to the providers and back."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[str, tuple[datetime, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def provider(self, name: str) -> ProviderSettings:
        """The provider of this name. Raises: ConfigError naming the nearest."""
        return named("provider", name, {one.name: one for one in self._house.config.signing_in.providers})

    def redirect_address(self, provider: ProviderSettings) -> str:
        """Where a provider sends people back to; it comes from the configuration, never from a request."""
        base = self._house.config.serve.address
        if base is None:
            raise ConfigError(
                "Single sign-on needs to know the address of these pages.", remedy="Set serve.address."
            )
        return f"{base}/signin/from/{provider.name}"

    def begin(self, name: str) -> tuple[str, str]:
        """Where to send the browser, and what to seal into its cookie. Raises: ConfigError, Unreachable."""
        provider = self.provider(name)
        way = {
            "provider": name,
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "until": int((self._house.now() + WAY_LIVES).timestamp()),
        }
        with self._client(provider) as client:
            address, _ = client.create_authorization_url(
                self._metadata(provider)["authorization_endpoint"],
                state=way["state"], nonce=way["nonce"], code_verifier=way["verifier"],
            )  # fmt: skip
        sealed = self._house.vault.seal(_ROW, json.dumps(way).encode())
        return address, base64.urlsafe_b64encode(sealed).decode()

    def finish(self, name: str, cookie: str | None, query: Mapping[str, str]) -> Vouched:
        """Whom the provider sent back. Raises: NotVouched, Unreachable, ConfigError."""
        provider, way = self.provider(name), self._way(name, cookie)
        if not secrets.compare_digest(way["state"].encode(), query.get("state", "").encode()):
            raise _not_vouched("the answer is not to what was asked")
        if not self._is_first(way["state"]):
            raise _not_vouched("this answer was used before")
        metadata = self._metadata(provider)
        if query.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise _not_vouched("the answer is from another provider")
        if "code" not in query:
            raise _not_vouched("it did not sign anybody in")
        token = self._token(provider, query["code"], way["verifier"])
        claims = self._claims(provider, token, way["nonce"])
        if not _is_allowed(provider, claims):
            raise NotVouched(
                "Your account at the provider is not one that may come in.",
                remedy="Ask an administrator; signing_in.providers.allowed says who may.",
            )
        return Vouched(provider, str(metadata["issuer"]), str(claims["sub"]), claims)

    def _way(self, name: str, cookie: str | None) -> dict[str, Any]:
        """What was sealed for this browser. Raises: NotVouched."""
        try:
            sealed = base64.urlsafe_b64decode((cookie or "").encode())
            way: dict[str, Any] = json.loads(self._house.vault.open(_ROW, sealed))
        except (ValueError, ConfigError) as error:
            raise _not_vouched("this browser did not ask for it") from error
        if way["provider"] != name or way["until"] < self._house.now().timestamp():
            raise _not_vouched("it took too long")
        return way

    def _is_first(self, state: str) -> bool:
        kept = PluginStore(self._house.store, "web", self._house.now)
        return kept.lease(f"way:{mark_of(state).hex()}", 2 * WAY_LIVES.total_seconds())

    # ------------------------------------------------------------------ asking the provider

    def _client(self, provider: ProviderSettings) -> OAuth2Session:
        key = provider.client_secret
        where = f"signing_in.providers.{provider.name}.client_secret"
        given = secret(key, where, self._house.config.folder).get_secret_value() if key else None
        client = OAuth2Session(
            client_id=provider.client_id,
            client_secret=given,
            scope=" ".join(provider.scopes),
            redirect_uri=self.redirect_address(provider),
            token_endpoint_auth_method="client_secret_basic" if given else "none",
            code_challenge_method="S256",
        )
        client.trust_env = False
        for scheme in ("https://", "http://"):
            client.mount(scheme, self._house.http.transport())
        return client

    def _metadata(self, provider: ProviderSettings) -> Mapping[str, Any]:
        """What the provider says of itself (openid.net/specs/openid-connect-discovery-1_0.html, 4.3)."""
        now = self._house.now()
        with self._lock:
            until, known = self._known.get(provider.name, (now, {}))
        if known and until > now:
            return known
        found = self._json(f"{provider.issuer}/.well-known/openid-configuration", provider)
        if str(found.get("issuer", "")).rstrip("/") != provider.issuer:
            raise ConfigError(
                f"The provider {provider.name} names itself otherwise than signing_in.providers.issuer.",
                remedy="Enter the issuer exactly as its discovery document names it.",
            )
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _refuse_open(provider, str(found.get(name, "")))
        with self._lock:
            self._known[provider.name] = (now + FRESH, found)
        return found

    def _json(self, address: str, provider: ProviderSettings) -> Mapping[str, Any]:
        answer = self._house.http.get(address)
        try:
            told = answer.json() if answer.status_code == 200 else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise Unreachable(
                f"The provider {provider.name} does not answer as one.",
                remedy="Check signing_in.providers.issuer, and that the provider works.",
            )
        return told

    def _token(self, provider: ProviderSettings, code: str, verifier: str) -> Mapping[str, Any]:
        with self._client(provider) as client:
            try:
                token = client.fetch_token(
                    self._metadata(provider)["token_endpoint"],
                    grant_type="authorization_code", code=code, code_verifier=verifier,
                )  # fmt: skip
            except OAuthError as error:
                raise _not_vouched("it does not take its own code back") from error
            except GleaneryError:
                raise
            except (ValueError, KeyError, TypeError) as error:
                raise _not_vouched("its answer cannot be read") from error
        if not isinstance(token.get("id_token"), str):
            raise _not_vouched("it sent no identity")
        return dict(token)

    def _claims(self, provider: ProviderSettings, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """The identity's claims, everything checked (Core 1.0, 3.1.3.7). Raises: NotVouched."""
        metadata = self._metadata(provider)
        keys = self._json(metadata["jwks_uri"], provider)
        needed = {"essential": True}
        try:
            read = jwt.decode(token["id_token"], KeySet.import_key_set(dict(keys)), list(_ALGORITHMS))  # type: ignore[arg-type]
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {**needed, "value": metadata["issuer"]},
                    "aud": {**needed, "value": provider.client_id},
                },
                {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._house.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _not_vouched("its identity does not hold") from error
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise _not_vouched("it names nobody")
        return dict(claims)


def _not_vouched(why: str) -> NotVouched:
    return NotVouched(
        f"The provider's answer was not taken: {why}.", remedy="Begin anew from the sign-in page."
    )


def _refuse_open(provider: ProviderSettings, address: str) -> None:
    """Raises: BadInput for an address that is none, or unencrypted where the provider itself is not."""
    parts = urlsplit(address)
    schemes = ("https", "http") if provider.issuer.startswith("http:") else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise BadInput(
            f"The provider {provider.name} names an address that cannot be used.",
            remedy="Have its administrator look at its discovery document.",
        )


def _is_allowed(provider: ProviderSettings, claims: Mapping[str, Any]) -> bool:
    return all(not values_of(claims, claim).isdisjoint(wanted) for claim, wanted in provider.allowed.items())


def values_of(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The texts of a claim, which is one or a list."""
    told = claims.get(claim)
    return frozenset(one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str))
