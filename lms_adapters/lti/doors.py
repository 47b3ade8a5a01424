"""The endpoints that browsers come to: login, the look whether this browser keeps cookies, and the launch.

OpenID Connect third-party initiated login (https://www.imsglobal.org/spec/security/v1p0/, 5.1.1). Between login and
the LMS stands one step of our own, `go`: it sees at once whether the cookie came back, while a browser that keeps
none can still be helped, by the LMS's storage or by a tab of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from gleanery.errors import GleaneryError
from gleanery.ports import Arrival, Context, Endpoint
from lms_adapters.lti import pages
from lms_adapters.lti.claims import Launch, launch_of, require_ours
from lms_adapters.lti.deployments import Deployments
from lms_adapters.lti.flows import Flow, Flows
from lms_adapters.lti.jwks import PlatformKeys
from lms_adapters.lti.launches import Launches
from lms_adapters.lti.pages import Answer
from lms_adapters.lti.platform import Platform
from lms_adapters.lti.refusals import Refused, told
from lms_adapters.lti.tokens import claims_of
from lms_adapters.lti.words import language_of, said

_LONGEST = 4_000
_FIELDS = 30
_SCRIPT = Path(__file__).with_name("storage.js")
_PASSED_ON = ("login_hint", "lti_message_hint")

Fields = Mapping[str, str]
Headers = Mapping[str, str]


class Doors:
    """What a browser meets on its way from the LMS to us."""

    def __init__(
        self,
        ctx: Context,
        platform: Callable[[], Platform | None],
        deployments: Deployments,
        launches: Launches,
        arrival: Callable[[Launch, Platform], Arrival],
    ) -> None:
        self._ctx, self._platform, self._arrival = ctx, platform, arrival
        self._deployments, self._launches, self._flows = deployments, launches, Flows(ctx)
        self._keys: dict[str, PlatformKeys] = {}

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Their addresses."""
        return (
            Endpoint("login", ("GET", "POST"), self.login),
            Endpoint("go", ("GET",), self.go),
            Endpoint("launch", ("GET", "POST"), self.launch),
            Endpoint("storage.js", ("GET",), self.script),
        )

    # ------------------------------------------------------------------ the sign-in begins

    def login(self, method: str, query: str, headers: Headers, body: bytes) -> Answer:
        """Begin a flow and give this browser its cookie."""
        try:
            platform = self._registered()
            fields = fields_of(query) | fields_of(body if method == "POST" else b"")
            self._require_for_us(fields, platform)
            flow = self._flows.begin(fields.get("lti_storage_target", ""))
        except GleaneryError as error:
            return self._refuse(error, headers, None)
        kept = {name: fields[name] for name in (*_PASSED_ON, "iss", "target_link_uri") if fields.get(name)}
        return pages.moved(self._at("go", {"state": flow.state, **kept}), platform, flow.cookie)

    def _require_for_us(self, fields: Fields, platform: Platform) -> None:
        if not fields.get("login_hint"):
            raise Refused("login", what="login_hint")
        if fields.get("iss") != platform.issuer:
            raise Refused("issuer", found=fields.get("iss"), expected=platform.issuer)
        if fields.get("client_id", platform.client_id) != platform.client_id:
            raise Refused("client", found=fields["client_id"], expected=platform.client_id)
        if "target_link_uri" in fields:
            require_ours(fields["target_link_uri"], self._ctx.address)

    def go(self, method: str, query: str, headers: Headers, body: bytes) -> Answer:
        """On to the LMS where the cookie came back; else by its storage, or in a tab of its own."""
        try:
            platform, fields = self._registered(), fields_of(query)
            flow = self._flows.of(fields.get("state", ""))
            self._require_for_us(fields, platform)
        except GleaneryError as error:
            return self._refuse(error, headers, None)
        onward, language = self._onward(platform, flow, fields), language_of(headers)
        if flow.is_of(headers):
            return pages.moved(onward, platform)
        again = self._at("login", {name: value for name, value in fields.items() if name != "state"})
        if flow.storage:
            asked = {**self._asked(platform, flow), "does": "put", "value": flow.proof, "next": onward}
            return pages.storing(platform, self._at("storage.js"), asked, again, language)
        if headers.get("sec-fetch-dest") == "document":
            return self._refuse(Refused("cookies"), headers, None)
        return pages.new_tab(platform, again, language)

    def _onward(self, platform: Platform, flow: Flow, fields: Fields) -> str:
        asked = {
            "response_type": "id_token",
            "response_mode": "form_post",
            "scope": "openid",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": self._at("launch"),
            "state": flow.state,
            "nonce": flow.nonce,
            **{name: fields[name] for name in _PASSED_ON if fields.get(name)},
        }
        joint = "&" if urlsplit(platform.auth_url).query else "?"
        return f"{platform.auth_url}{joint}{urlencode(asked)}"

    def _asked(self, platform: Platform, flow: Flow) -> dict[str, str]:
        return {"target": flow.storage, "origin": platform.auth_origin, "key": f"gleanery_{flow.mark}"}

    # ------------------------------------------------------------------ the launch

    def launch(self, method: str, query: str, headers: Headers, body: bytes) -> Answer:
        """Take the LMS's message, and send whoever came on to what they came for."""
        language = language_of(headers)
        if method == "GET":
            line = "This is where your LMS sends you when you open a link there."
            lines = [said(line, language)]
            return pages.message(200, None, "Open this from your LMS", lines, language)
        claims: Mapping[str, Any] | None = None
        try:
            platform, fields = self._registered(), fields_of(body)
            if fields.get("error"):
                raise Refused("platform-error", found=fields["error"])
            flow = self._flows.of(fields.get("state", ""))
            cookies = flow.is_of(headers)
            if not cookies and not flow.is_proven(fields.get("proof", "")):
                return self._fetch_proof(platform, flow, fields, headers)
            claims = claims_of(fields.get("id_token", ""), self._keys_of(platform).key)
            return self._taken(claims, platform, flow, cookies)
        except GleaneryError as error:
            return self._refuse(error, headers, claims)

    def _fetch_proof(self, platform: Platform, flow: Flow, fields: Fields, headers: Headers) -> Answer:
        """Ask the LMS's storage for what the cookie should have said. Raises: Refused where there is none."""
        if not flow.storage or "proof" in fields:
            raise Refused("browser")
        language = language_of(headers)
        hidden = {"state": flow.state, "id_token": fields.get("id_token", ""), "proof": ""}
        asked = {**self._asked(platform, flow), "does": "get"}
        failed = told("browser", {}, language)
        return pages.fetching(platform, self._at("storage.js"), asked, hidden, failed, language)

    def _taken(self, claims: Mapping[str, Any], platform: Platform, flow: Flow, cookies: bool) -> Answer:
        launch = launch_of(claims, platform, flow, self._ctx.now(), self._ctx.address)
        self._flows.end(flow)
        self._deployments.require(launch.deployment)
        arrival = self._arrival(launch, platform)
        address = self._ctx.learners.arrive(_with_cookies(arrival, cookies))
        self._launches.note(claims, None)
        return pages.moved(address, platform, flow.no_cookie if cookies else "", 303)

    def _refuse(self, error: GleaneryError, headers: Headers, claims: Mapping[str, Any] | None) -> Answer:
        refused = error if isinstance(error, Refused) else Refused("house", found=error.message)
        self._launches.note(claims, refused)
        self._ctx.log.warning("lti.refused", check=refused.check)
        language = language_of(headers)
        lines = told(refused.check, refused.found, language)
        return pages.message(refused.status, self._platform(), "This link cannot be opened", lines, language)

    # ------------------------------------------------------------------ besides

    def script(self, method: str, query: str, headers: Headers, body: bytes) -> Answer:
        """The script of the pages that use the LMS's storage."""
        told = {"content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=3600"}
        return 200, told, _SCRIPT.read_bytes()

    def _registered(self) -> Platform:
        platform = self._platform()
        if platform is None:
            raise Refused("unregistered")
        return platform

    def _keys_of(self, platform: Platform) -> PlatformKeys:
        return self._keys.setdefault(platform.jwks_url, PlatformKeys(self._ctx, platform.jwks_url))

    def _at(self, name: str, query: Mapping[str, str] | None = None) -> str:
        return f"{self._ctx.address}/{name}" + (f"?{urlencode(query)}" if query else "")


def _with_cookies(arrival: Arrival, cookies: bool) -> Arrival:
    return replace(arrival, cookies=cookies)


def fields_of(raw: str | bytes) -> dict[str, str]:
    """The fields of a form or a query, each once. Raises: Refused where one comes twice, or is beyond measure."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise Refused("login", what="a readable form") from error
    fields = dict(pairs)
    long = any(len(value) > _LONGEST and name != "id_token" for name, value in pairs)
    if len(fields) != len(pairs) or long:
        raise Refused("login", what="a readable form")
    return fields
