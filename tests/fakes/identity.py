"""An identity provider (OpenID Connect) that checks what it is sent, and lies where a test tells it to."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from gleanery.testing import Asked, Fake, Reply

_KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
_OTHER = RSAKey.generate_key(2048, parameters={"kid": "one"})


class Identity(Fake):
    """Signs in whoever `claims` says; `lie` changes the claims of the identity it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.client_id, self.client_secret = "gleanery", secrets.token_hex(16)
        self.claims: dict[str, Any] = {"sub": "u-1", "preferred_username": "analyst"}
        self.lie: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.metadata: dict[str, Any] = {}
        self.signs_with, self.algorithm = _KEY, "RS256"
        self.now: Callable[[], float] = time.time
        self.codes: dict[str, Mapping[str, str]] = {}
        self.raw_token: str | None = None

    def answer(self, asked: Asked) -> Reply:
        """By path: the discovery document, the keys, the exchange of a code."""
        if asked.path == "/.well-known/openid-configuration":
            return Reply(200, self._described())
        if asked.path == "/keys":
            return Reply(200, {"keys": [_KEY.as_dict(private=False)]})
        if asked.path == "/token":
            return self._token(asked)
        return Reply(404)

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **self.metadata,
        }

    def consent(self, address: str) -> str:
        """What the browser is sent back to, once somebody signed in at the address it was sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _token(self, asked: Asked) -> Reply:
        form, wanted = asked.form, self.codes.pop(asked.form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        is_good = (
            wanted is not None
            and wanted["code_challenge"] == challenge
            and wanted["redirect_uri"] == form.get("redirect_uri")
            and asked.headers.get("authorization") == f"Basic {pair}"
        )
        if wanted is None or not is_good:
            return Reply(400, {"error": "invalid_grant"})
        return Reply(200, {"token_type": "Bearer", "access_token": "a", "id_token": self._identity(wanted)})

    def _identity(self, wanted: Mapping[str, str]) -> str:
        if self.raw_token is not None:
            return self.raw_token
        now = int(self.now())
        claims = {
            "iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": wanted["nonce"],
            **self.claims,
        }  # fmt: skip
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, self.lie(claims), self.signs_with)

    def sign_with_another_key(self) -> None:
        """From now on identities are signed by a key that it does not show."""
        self.signs_with = _OTHER
