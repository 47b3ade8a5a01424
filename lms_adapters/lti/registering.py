"""Dynamic Registration: the LMS is shown one address of ours, and both write down each other's.

https://www.imsglobal.org/spec/lti-dr/v1p0. The address carries a token that an administrator made: it is good for one
registration and for a day. What the LMS says of itself is believed only of its own hosts, and a registration that
stands is replaced only where the administrator said so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from gleanery.errors import BadInput, ConfigError, Conflict, Denied, GleaneryError, Unreachable
from gleanery.ports import Context
from lms_adapters.lti import pages
from lms_adapters.lti.deployments import Deployments
from lms_adapters.lti.doors import fields_of
from lms_adapters.lti.pages import Answer
from lms_adapters.lti.platform import Platform, hostname, is_web, keep, speaks_for
from lms_adapters.lti.settings import Settings, is_loopback
from lms_adapters.lti.words import language_of

SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"

_INVITATION = "invitation"
_LARGEST = 256 * 1024
_TRYING = 60
_PICKS = "LtiDeepLinkingRequest"


class Registering:
    """Invites an LMS and takes its registration."""

    def __init__(
        self,
        ctx: Context,
        settings: Settings,
        platform: Callable[[], Platform | None],
        deployments: Deployments,
    ) -> None:
        self._ctx, self._settings = ctx, settings
        self._platform, self._deployments = platform, deployments

    def invite(self, *, replaces: bool, lives: timedelta) -> str:
        """The address for the LMS; the one made before is good no more. Raises: Conflict, ConfigError."""
        self._require_free(replaces)
        token, until = secrets.token_urlsafe(32), self._ctx.now() + lives
        row = {"hash": _hash(token), "until": until.timestamp(), "replaces": replaces}
        self._ctx.store.put(_INVITATION, row, expires_in=lives)
        return f"{self._ctx.address}/register?{urlencode({'token': token})}"

    def _require_free(self, replaces: bool) -> None:
        if self._settings.issuer:
            raise Conflict(
                "lti: the LMS is registered by the settings of this destination.",
                remedy="Empty `issuer` and what belongs to it in the settings, then let the LMS register itself.",
            )
        if self._platform() is not None and not replaces:
            raise Conflict(
                "lti: an LMS is registered here already.",
                remedy="Say that it is to be replaced, or set up another destination for another LMS.",
            )

    # ------------------------------------------------------------------ the endpoint

    def register(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What the LMS opens for its administrator."""
        language = language_of(headers)
        try:
            platform = self._registered(fields_of(query))
        except GleaneryError as error:
            self._ctx.log.warning("lti.registration_refused", error=error.message)
            lines = [error.message, error.remedy]
            return pages.message(_status(error), None, "The LMS was not registered", lines, language)
        self._ctx.log.info("lti.registered", issuer=platform.issuer)
        return pages.closing(platform, f"{self._ctx.address}/storage.js", language)

    def _registered(self, fields: Mapping[str, str]) -> Platform:
        invitation = self._invitation(fields.get("token", ""))
        self._require_free(bool(invitation["replaces"]))
        if not self._ctx.store.lease(f"registering:{invitation['hash']}", _TRYING):
            raise Unreachable(
                "lti: a registration with this address is under way.",
                remedy="Wait a minute and try it again.",
            )
        told = self._configuration(fields.get("openid_configuration", ""))
        answer = self._sent(told, fields.get("registration_token", ""))
        if self._ctx.store.get(_INVITATION) != invitation:
            raise _not_invited()
        self._ctx.store.put(_INVITATION, {})
        platform = _platform(told, answer)
        keep(platform, self._ctx.store)
        if deployment := _deployment(answer):
            self._deployments.approve_first(deployment)
        return platform

    def _invitation(self, token: str) -> Mapping[str, Any]:
        kept: Mapping[str, Any] | None = self._ctx.store.get(_INVITATION)
        if not kept or not hmac.compare_digest(kept["hash"], _hash(token)):
            raise _not_invited()
        if datetime.fromtimestamp(kept["until"], UTC) <= self._ctx.now():
            raise _not_invited()
        return kept

    # ------------------------------------------------------------------ the LMS's side

    def _configuration(self, url: str) -> Mapping[str, Any]:
        """What the LMS says of itself, every address of it on hosts that are its own. Raises: GleaneryError."""
        self._require_address(url, "openid_configuration")
        if self._settings.url and hostname(url) != hostname(self._settings.url):
            raise Denied(
                f"lti: {hostname(url)} wants to register, but this destination is for {hostname(self._settings.url)}.",
                remedy="Use the address in the LMS it was made for, or change `url` in the settings.",
            )
        told = self._fetched(url)
        issuer, family = told.get("issuer"), _family(told)
        if not is_web(issuer) or not speaks_for(url, str(issuer)):
            raise Denied(
                f"lti: {hostname(url)} speaks for the issuer {_short(issuer)}, which is another host.",
                remedy="Have the LMS publish its own configuration; the issuer must be of the same host.",
            )
        for name in ("registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._require_address(told.get(name), name)
            if not speaks_for(
                str(told[name]), str(issuer), family if name != "registration_endpoint" else ""
            ):
                raise Denied(
                    f"lti: the LMS's {name} lies on {hostname(str(told[name]))}, which is not its own host.",
                    remedy="Correct the LMS's public address, or set the destination up by hand.",
                )
        return told

    def _require_address(self, url: Any, name: str) -> None:
        if not is_web(url):
            raise BadInput(
                f"lti: the LMS names no web address as its {name}.",
                remedy="Open the address from the LMS's own page for registering tools.",
            )
        if str(url).startswith("http://") and not (self._settings.allow_http or is_loopback(str(url))):
            raise Denied(
                f"lti: the LMS's {name} is not encrypted (http).",
                remedy="Give the LMS an https address, or set allow_http: true.",
            )

    def _fetched(self, url: str) -> Mapping[str, Any]:
        answer = self._ctx.http.get(url, headers={"Accept": "application/json"})
        if hostname(str(answer.url)) != hostname(url):
            raise Denied(
                f"lti: {hostname(url)} sends us on to {hostname(str(answer.url))} for its configuration.",
                remedy="Open the address from the LMS under its final address.",
            )
        if answer.status_code != 200:
            raise Unreachable(
                f"lti: {hostname(url)} answers {answer.status_code} instead of its configuration.",
                remedy="See that the LMS can be reached from this machine, then try it again.",
            )
        return _object(answer.content, f"{hostname(url)} answers its configuration", "")

    def _sent(self, told: Mapping[str, Any], token: str) -> Mapping[str, Any]:
        """The LMS's answer to our registration. Raises: GleaneryError."""
        endpoint = str(told["registration_endpoint"])
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            if len(token) > 4_000 or not token.isascii() or not token.isprintable() or " " in token:
                raise BadInput(
                    "lti: the LMS's registration token is none.", remedy="Begin the registration anew."
                )
            headers["Authorization"] = f"Bearer {token}"
        data = json.dumps(self.card(told)).encode()
        answer = self._ctx.http.send("POST", endpoint, data=data, headers=headers)
        if answer.status_code not in (200, 201):
            raise Denied(
                f"lti: the LMS refused the registration ({answer.status_code}).",
                remedy="Its registration token may be used or too old: begin anew in the LMS, within the hour.",
            )
        response = _object(answer.content, "the LMS answers the registration", "")
        client = response.get("client_id")
        if not isinstance(client, str) or not 0 < len(client) <= 255:
            raise BadInput(
                "lti: the LMS's answer to the registration names no client id.",
                remedy="Set the destination up by hand with the values that the LMS shows.",
            )
        return response

    def card(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """What we tell the LMS of ourselves."""
        address, title = self._ctx.address, self._settings.title
        offered = told.get("scopes_supported")
        scopes = [one for one in SCOPES if not isinstance(offered, list) or one in offered]
        return {
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": f"{address}/login",
            "redirect_uris": [f"{address}/launch"],
            "client_name": title,
            "jwks_uri": f"{address}/jwks",
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": " ".join(scopes),
            TOOL: {
                "domain": hostname(address),
                "target_link_uri": f"{address}/launch",
                "description": title,
                "claims": ["iss", "sub"],
                "messages": [
                    {"type": "LtiResourceLinkRequest", "target_link_uri": f"{address}/launch"},
                    {
                        "type": _PICKS,
                        "target_link_uri": f"{address}/launch",
                        "label": title,
                        **_placements(told),
                    },
                ],
            },
        }


def _placements(told: Mapping[str, Any]) -> dict[str, Any]:
    """Where the LMS lets content be chosen, in its own words."""
    offered = _mapping(told.get(PLATFORM)).get("messages_supported")
    for message in offered if isinstance(offered, list) else []:
        places = _mapping(message).get("placements")
        if _mapping(message).get("type") == _PICKS and isinstance(places, list) and places:
            return {"placements": [one for one in places[:20] if isinstance(one, str)]}
    return {}


def _platform(told: Mapping[str, Any], answer: Mapping[str, Any]) -> Platform:
    audience = told.get("authorization_server")
    return Platform(
        issuer=str(told["issuer"]),
        client_id=str(answer["client_id"]),
        auth_url=str(told["authorization_endpoint"]),
        token_url=str(told["token_endpoint"]),
        jwks_url=str(told["jwks_uri"]),
        audience=audience if isinstance(audience, str) and audience else str(told["token_endpoint"]),
        family=_family(told),
    )


def _deployment(answer: Mapping[str, Any]) -> str:
    """Moodle gives the deployment within the tool configuration."""
    found = _mapping(answer.get(TOOL)).get("deployment_id", answer.get("deployment_id"))
    return found if isinstance(found, str) and len(found) <= 255 else ""


def _family(told: Mapping[str, Any]) -> str:
    return str(_mapping(told.get(PLATFORM)).get("product_family_code", ""))[:50]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _object(content: bytes, what: str, remedy: str) -> Mapping[str, Any]:
    try:
        told = json.loads(content) if len(content) <= _LARGEST else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping):
        raise BadInput(
            f"lti: {what} with something other than the JSON it has to be.",
            remedy=remedy
            or "A sign-in page or an error page of the LMS may stand in between: open it in a browser.",
        )
    return told


def _short(value: Any) -> str:
    text = "".join(one for one in str(value)[:100] if one.isprintable())
    return text or "(none)"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _not_invited() -> GleaneryError:
    return Denied(
        "lti: this registration address was used, replaced by a newer one, or is too old.",
        remedy="An administrator makes a new one on the page of this destination in gleanery.",
    )


def _status(error: GleaneryError) -> int:
    if isinstance(error, Denied):
        return 403
    if isinstance(error, Conflict):
        return 409
    return (
        503 if isinstance(error, Unreachable) else 502 if isinstance(error, BadInput | ConfigError) else 500
    )
