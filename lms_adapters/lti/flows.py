"""One sign-in from its beginning at our login address to its end at the launch.

Nothing is kept for somebody who never comes back: the state that goes through the LMS carries its time and is signed
with a key of ours, and what must belong to it (the nonce, the browser's secret, the proof for platform storage) is
derived from it. So a token of one flow cannot be used with the state of another. Each flow has a cookie of its own
name, so that two may run side by side in one browser, and ends once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie

from gleanery.ports import Context
from lms_adapters.lti.kept import kept_secret
from lms_adapters.lti.refusals import Refused

LIVES = timedelta(minutes=10)
"""How long somebody may take at the LMS."""

_LONGEST = 2_000
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
"""Written by hand: a partitioned cookie is refused by Starlette below Python 3.14."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in. `storage`: the frame of the LMS that keeps things for us, empty where it offers none."""

    state: str
    storage: str
    began: datetime
    key: bytes

    def _derived(self, what: str) -> str:
        made = hmac.new(self.key, f"{what}:{self.state}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    @property
    def nonce(self) -> str:
        """What the LMS's answer must repeat."""
        return self._derived("nonce")

    @property
    def mark(self) -> str:
        """A short name of the flow; tells nothing of its secrets."""
        return hashlib.sha256(self.state.encode()).hexdigest()[:20]

    @property
    def proof(self) -> str:
        """What is laid into the LMS's storage for this browser."""
        return self._derived("storage")

    @property
    def cookie(self) -> str:
        """The header that gives this browser its secret."""
        return (
            f"{self._cookie}={self._derived('cookie')}; Max-Age={int(LIVES.total_seconds())}; {_ATTRIBUTES}"
        )

    @property
    def no_cookie(self) -> str:
        """The header that takes it away."""
        return f"{self._cookie}=; Max-Age=0; {_ATTRIBUTES}"

    @property
    def _cookie(self) -> str:
        return f"__Host-lti-{self.mark}"

    def is_of(self, headers: Mapping[str, str]) -> bool:
        """Whether the browser that asks is the one that began."""
        return hmac.compare_digest(_cookies(headers).get(self._cookie, ""), self._derived("cookie"))

    def is_proven(self, given: str) -> bool:
        """Whether this was read from the LMS's storage in the browser that began."""
        return hmac.compare_digest(given.encode(), self.proof.encode())


def _cookies(headers: Mapping[str, str]) -> Mapping[str, str]:
    jar = SimpleCookie()
    for part in headers.get("cookie", "").split(";"):
        if part.strip().startswith("__Host-lti-"):
            try:
                jar.load(part.strip())
            except CookieError:
                continue
    return {name: one.value for name, one in jar.items() if one.value.isascii()}


class Flows:
    """Begins flows and knows them again."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._kept = b""

    def begin(self, storage: str = "") -> Flow:
        """A new flow."""
        now = self._ctx.now()
        told = json.dumps([int(now.timestamp()), secrets.token_urlsafe(16), storage[:100]]).encode()
        body = base64.urlsafe_b64encode(told).decode().rstrip("=")
        return Flow(f"{body}.{self._signed(body)}", storage[:100], now, self._key())

    def of(self, state: str) -> Flow:
        """The flow that bears this state. Raises: Refused where it did not begin here, or too long ago."""
        body, _, signature = state.partition(".")
        if len(state) > _LONGEST or not hmac.compare_digest(self._signed(body).encode(), signature.encode()):
            raise Refused("state")
        try:
            began, _random, storage = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error) as error:
            raise Refused("state") from error
        flow = Flow(state, storage, datetime.fromtimestamp(began, UTC), self._key())
        if not timedelta(0) <= self._ctx.now() - flow.began + timedelta(seconds=1) <= LIVES:
            raise Refused("state")
        return flow

    def end(self, flow: Flow) -> None:
        """End it, once. Raises: Refused where it ended before."""
        if not self._ctx.store.lease(f"flow:{flow.mark}", LIVES.total_seconds() * 2):
            raise Refused("used")

    def _signed(self, body: str) -> str:
        made = hmac.new(self._key(), f"state:{body}".encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def _key(self) -> bytes:
        self._kept = self._kept or kept_secret(self._ctx, "flows", lambda: secrets.token_bytes(32))
        return self._kept
