"""A small LMS on loopback that speaks LTI 1.3 as Moodle 4.5 was recorded to (data/recordings/moodle-4.5.6).

Signs what it is told to, so that a test can have it lie; keeps columns, scores and a roster; registers tools.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from gleanery.testing import Fake
from gleanery.testing.fakes import Asked, Reply

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
SCOPES = [f"{AGS}scope/{one}" for one in ("lineitem", "lineitem.readonly", "result.readonly", "score")] + [
    f"{NRPS}scope/contextmembership.readonly"
]
CLIENT, DEPLOYMENT = "NiSNe5SYFyys52f", "3"


def claims_named(**named: Any) -> dict[str, Any]:
    """Claims of LTI by their short names: `deployment_id` of …/claim/deployment_id."""
    return {f"{CLAIM}{name}": value for name, value in named.items()}


@cache
def key_pair(number: int) -> RSAKey:
    """A key pair, the same for a number as long as the tests run."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)


class Lms(Fake):
    """The LMS. `tool` is where our endpoints are, `tool_keys` reads our key set."""

    def __init__(self, now: Callable[[], datetime], tool: str, tool_keys: Callable[[], Any]) -> None:
        super().__init__()
        self.now, self.tool, self._tool_keys = now, tool, tool_keys
        self.keys = [key_pair(0)]
        self.client_id = CLIENT
        self.lines: dict[str, dict[str, Any]] = {}
        self.scores: list[tuple[str, dict[str, Any]]] = []
        self.members = [self._member(str(number)) for number in range(5, 12)]
        self.per_page = 50
        self.jwks: Callable[[], Reply] | None = None
        self.registered: dict[str, Any] | None = None
        self.registration_tokens: set[str] = set()
        self.configuration_says: dict[str, Any] = {}
        self._tokens: set[str] = set()
        self._number = 6

    # ------------------------------------------------------------------ the message

    def claims(self, nonce: str, **changes: Any) -> dict[str, Any]:
        """The claims of a learner's launch; a change to None takes one away."""
        at = int(self.now().timestamp())
        told = {
            "nonce": nonce,
            "iat": at,
            "exp": at + 60,
            "iss": self.url,
            "aud": self.client_id,
            "sub": "5",
            "name": "Stan Student",
            "email": "learner@example.org",
            **claims_named(
                deployment_id=DEPLOYMENT,
                target_link_uri=f"{self.tool}/launch",
                roles=["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
                context={"id": "2", "label": "SOC101", "title": "Social learning 101"},
                message_type="LtiResourceLinkRequest",
                version="1.3.0",
                resource_link={"id": "3", "title": "A link"},
                launch_presentation={"locale": "en", "return_url": f"{self.url}/mod/lti/return.php?course=2"},
                tool_platform={"product_family_code": "moodle", "version": "2024100706"},
            ),
            f"{AGS}claim/endpoint": {
                "scope": SCOPES,
                "lineitems": f"{self.url}/mod/lti/services.php/2/lineitems?type_id=3",
            },
            f"{NRPS}claim/namesroleservice": {
                "context_memberships_url": f"{self.url}/mod/lti/services.php/CourseSection/2/bindings/3/memberships",
                "service_versions": ["1.0", "2.0"],
            },
            **changes,
        }
        return {name: value for name, value in told.items() if value is not None}

    def choice(self, nonce: str, **settings: Any) -> dict[str, Any]:
        """The claims of a teacher who chooses content."""
        asked = {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_multiple": True,
            "auto_create": False,
            "deep_link_return_url": f"{self.url}/mod/lti/contentitem_return.php?course=2&id=3",
            **settings,
        }
        told = self.claims(
            nonce, sub="4",
            **claims_named(
                message_type="LtiDeepLinkingRequest",
                roles=["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
            ),
        )  # fmt: skip
        del told[f"{CLAIM}resource_link"]
        return told | {f"{DL}deep_linking_settings": asked}

    def signed(self, claims: Mapping[str, Any], **header: Any) -> str:
        """A token of the LMS; `key` signs with another key."""
        key = header.pop("key", self.keys[-1])
        return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, dict(claims), key, algorithms=["RS256"])

    # ------------------------------------------------------------------ what it answers

    def answer(self, asked: Asked) -> Reply:
        """One request."""
        place = asked.path.removeprefix("/mod/lti/")
        if place == "certs.php":
            return self.jwks() if self.jwks else Reply(body=self.key_set())
        if place == "token.php":
            return self._token(asked)
        if place == "openid-configuration.php":
            return Reply(body=self.configuration() | self.configuration_says)
        if place == "openid-registration.php":
            return self._register(asked)
        if place.startswith("services.php/"):
            return self._service(asked, place.removeprefix("services.php"))
        return Reply(404, b"<!DOCTYPE html><title>Error | lab</title>")

    def key_set(self) -> dict[str, Any]:
        """The public keys."""
        return {"keys": [dict(key.as_dict(private=False)) for key in self.keys]}

    def configuration(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.url,
            "token_endpoint": f"{self.url}/mod/lti/token.php",
            "jwks_uri": f"{self.url}/mod/lti/certs.php",
            "authorization_endpoint": f"{self.url}/mod/lti/auth.php",
            "registration_endpoint": f"{self.url}/mod/lti/openid-registration.php",
            "scopes_supported": [*SCOPES, "openid"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "moodle",
                "version": "4.5.6 (Build: 20250811)",
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
                ],
            },
        }

    def _register(self, asked: Asked) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.registration_tokens:
            return Reply(404, b"<!DOCTYPE html><title>Error | lab</title>", {"Content-Type": "text/html"})
        self.registration_tokens.discard(token)
        self.registered = asked.json
        tool = asked.json[TOOL] | {"version": "1.3.0", "deployment_id": DEPLOYMENT}
        return Reply(body=asked.json | {"client_id": self.client_id, TOOL: tool})

    def _token(self, asked: Asked) -> Reply:
        form = asked.form
        try:
            keys = KeySet.import_key_set(self._tool_keys())
            told = jwt.decode(form["client_assertion"], keys, algorithms=["RS256"]).claims
        except (JoseError, KeyError, ValueError):
            return Reply(400, {"error": "invalid_request"})
        if told["aud"] != f"{self.url}/mod/lti/token.php" or told["sub"] != self.client_id:
            return Reply(400, {"error": "invalid_client"})
        if not set(form["scope"].split()) <= set(SCOPES):
            return Reply(400, {"error": "invalid_scope"})
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return Reply(
            body={"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": form["scope"]}
        )

    def forget_tokens(self) -> None:
        """Take back every access token."""
        self._tokens.clear()

    # ------------------------------------------------------------------ columns and rosters

    def _service(self, asked: Asked, place: str) -> Reply:
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return Reply(401, {"status": 401, "reason": "Unauthorized"})
        if place.endswith("/memberships"):
            return self._memberships(asked)
        if place == "/2/lineitems":
            return self._columns(asked)
        line = place.partition("/lineitem/")[0].removesuffix("/lineitem")
        if asked.query.get("type_id") != "3":
            return Reply(400, {"reason": "No handler found"})
        if line not in self.lines:
            return Reply(404, {"reason": "Not Found"})
        if place.endswith("/scores"):
            return self._score(line, asked.json)
        if place.endswith("/results"):
            return Reply(body=self._results(line))
        return (
            Reply(body=self.lines[line])
            if place.endswith("/lineitem")
            else Reply(400, {"reason": "No handler found"})
        )

    def add_column(self, **more: Any) -> str:
        """A column of the gradebook; its address."""
        self._number += 1
        line = f"/2/lineitems/{self._number}"
        url = f"{self.url}/mod/lti/services.php{line}/lineitem?type_id=3"
        self.lines[line] = {"id": url, "scoreMaximum": 100, "label": "A link", **more}
        return url

    def _columns(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            url = self.add_column(**asked.json)
            return Reply(201, next(line for line in self.lines.values() if line["id"] == url))
        link = asked.query.get("resource_link_id")
        found = [one for one in self.lines.values() if link is None or one.get("resourceLinkId") == link]
        return Reply(body=found)

    def _score(self, line: str, told: Mapping[str, Any]) -> Reply:
        """As Moodle: times by the second, and one that is not later than the last is refused."""
        if told["userId"] not in {one["user_id"] for one in self.members}:
            return Reply(400, [])
        at = datetime.fromisoformat(told["timestamp"]).replace(microsecond=0)
        before = [
            datetime.fromisoformat(one["timestamp"]).replace(microsecond=0)
            for where, one in self.scores
            if where == line and one["userId"] == told["userId"]
        ]
        if before and at <= max(before):
            return Reply(409, [])
        self.scores.append((line, dict(told)))
        return Reply(200, b"")

    def grade(self, url: str, user: str, given: float, at: datetime) -> None:
        """What a teacher enters by hand."""
        line = next(name for name, one in self.lines.items() if one["id"] == url)
        row = {"userId": user, "scoreGiven": given, "scoreMaximum": 100, "timestamp": at.isoformat()}
        self.scores.append((line, row))

    def _results(self, line: str) -> list[dict[str, Any]]:
        last = {told["userId"]: told for where, told in self.scores if where == line and "scoreGiven" in told}
        url = self.lines[line]["id"]
        return [
            {
                "id": f"{url}&user_id={user}", "userId": user, "resultScore": told["scoreGiven"],
                "resultMaximum": told["scoreMaximum"], "scoreOf": url, "timestamp": told["timestamp"],
            }
            for user, told in last.items()
        ]  # fmt: skip

    def _memberships(self, asked: Asked) -> Reply:
        limit = int(asked.query.get("limit", self.per_page))
        start = int(asked.query.get("from", 0))
        url = f"{self.url}{asked.path}"
        here = self.members[start : start + limit]
        more = start + limit < len(self.members)
        onward = urlencode({"limit": limit, "from": start + limit})
        return Reply(
            body={"id": url, "context": {"id": "2"}, "members": here},
            headers={"Link": f'<{url}?{onward}>; rel="next"'} if more else {},
        )

    def _member(self, user: str) -> dict[str, Any]:
        return {
            "status": "Active", "roles": ["Learner"], "user_id": user, "name": f"Learner {user}",
            "email": f"learner{user}@example.org",
        }  # fmt: skip


def query_of(url: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def later(at: datetime, seconds: float) -> datetime:
    """A moment after."""
    return at + timedelta(seconds=seconds)


def compact(told: Any) -> str:
    """JSON as it goes into a token."""
    return json.dumps(told, separators=(",", ":"))
