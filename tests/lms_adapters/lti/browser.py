"""A browser before our endpoints: keeps cookies by name, follows what it is told, and posts what the LMS gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from lms_adapters.lti import Lti
from tests.lti_platforms.lms import Lms, claims_named, query_of


@dataclass
class Seen:
    """An answer."""

    status: int
    headers: Mapping[str, Any]
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()

    @property
    def location(self) -> str:
        """Where it leads."""
        return str(self.headers["location"])


class Browser:
    """One browser. `keeps_cookies` False: it forgets them at once."""

    def __init__(
        self,
        adapter: Lti,
        address: str,
        headers: Mapping[str, str] | None = None,
        *,
        keeps_cookies: bool = True,
    ) -> None:
        self._doors = {one.name: one for one in adapter.endpoints()}
        self._address, self._keeps = address, keeps_cookies
        self.cookies: dict[str, str] = {}
        self.headers = dict(headers or {})

    def get(self, url: str) -> Seen:
        """Open an address of ours."""
        return self._ask("GET", url, b"")

    def post(self, name: str, fields: Mapping[str, str]) -> Seen:
        """Post a form to an endpoint of ours."""
        return self._ask("POST", f"{self._address}/{name}", urlencode(fields).encode())

    def _ask(self, method: str, url: str, body: bytes) -> Seen:
        assert url.startswith(f"{self._address}/"), url
        door = self._doors[urlsplit(url).path.rpartition("/")[2]]
        assert method in door.methods
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**self.headers, **({"cookie": told} if told else {})}
        seen = Seen(*door.answer(method, urlsplit(url).query, headers, body))
        self._keep(seen.headers.get("set-cookie"))
        return seen

    def _keep(self, told: Any) -> None:
        if not told or not self._keeps:
            return
        pair, *attributes = str(told).split("; ")
        name, _, value = pair.partition("=")
        assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(attributes)
        assert name.startswith("__Host-")
        self.cookies.pop(name, None)
        if "Max-Age=0" not in attributes:
            self.cookies[name] = value

    def login(self, lms: Lms, **changes: str) -> dict[str, str]:
        """Begin as the LMS has it begun; what the LMS is then asked."""
        fields = {
            "iss": lms.url,
            "target_link_uri": f"{lms.tool}/launch",
            "login_hint": "5",
            "lti_message_hint": '{"cmid":11,"launchid":"ltilaunch3_1356955735"}',
            "client_id": lms.client_id,
            "lti_deployment_id": "3",
            **changes,
        }
        seen = self.get(self.post("login", fields).location)
        assert seen.location.startswith(f"{lms.url}/mod/lti/auth.php?")
        return query_of(seen.location)

    def launch(self, state: str, token: str, **more: str) -> Seen:
        """Bring the LMS's answer."""
        return self.post("launch", {"state": state, "id_token": token, **more})

    def open(self, lms: Lms, thing: UUID, **claims: Any) -> Seen:
        """A learner's whole way to an item."""
        asked = self.login(lms)
        custom = claims_named(custom={"gleanery": str(thing)})
        return self.launch(asked["state"], lms.signed(lms.claims(asked["nonce"], **{**custom, **claims})))
