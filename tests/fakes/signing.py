"""A platform at which people sign in (RFC 6749, 7636, 7009), and a connector `signing` that reads it.

The connector comes in by the same door as anybody's: `installed` makes a distribution of it in a folder.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import SecretStr

from gleanery import ports
from gleanery.errors import Denied
from gleanery.model.posts import Author, PostDraft, PostKind
from gleanery.ports import Check, Context, OAuthApp, Page, Policy
from gleanery.testing import Asked, Fake, Reply

SCOPES = ("posts.read", "profile.read")
HOUR = 3600


@dataclass
class Family:
    """What came of one sign-in: refresh tokens in order, and whether it was ended."""

    refresh: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    ended: bool = False


class SignIn(Fake):
    """Codes are good once; a refresh token too, and one that is sent again ends all that came of its sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.client_id, self.client_secret = f"app-{secrets.token_hex(4)}", secrets.token_hex(24)
        self.granted: tuple[str, ...] = SCOPES
        self.lasts = HOUR
        self.rotates = True
        self.refuses = ""
        self.posts: dict[str, str] = {"1": "What a beginner should know about ladders before the first day."}
        self.families: list[Family] = []
        self.codes: dict[str, str] = {}
        self.spent_codes: list[str] = []
        self.echo = False

    @property
    def renewals(self) -> list[str]:
        """The refresh tokens that were sent, in order."""
        forms = [one.form for one in self.asked if one.path == "/token"]
        return [form["refresh_token"] for form in forms if form.get("grant_type") == "refresh_token"]

    @property
    def secrets(self) -> set[str]:
        """Every secret there was."""
        tokens = {token for family in self.families for token in (*family.refresh, *family.access)}
        return {self.client_secret, *self.codes, *self.spent_codes, *tokens}

    def answer(self, asked: Asked) -> Reply:
        """By path: /authorize, /token, /revoke, /posts."""
        answers = {"/authorize": self._authorize, "/token": self._token, "/revoke": self._revoke}
        return answers.get(asked.path, self._posts)(asked)

    def _authorize(self, asked: Asked) -> Reply:
        told = {"state": asked.query["state"]}
        if self.refuses:
            told["error"] = self.refuses
        else:
            assert asked.query["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe(24)
            self.codes[code] = asked.query["code_challenge"]
            told["code"] = code
        return Reply(302, headers={"Location": f"{asked.query['redirect_uri']}?{urlencode(told)}"})

    def _token(self, asked: Asked) -> Reply:
        form = asked.form
        if not secrets.compare_digest(form.get("client_secret", ""), self.client_secret):
            return self._refusal("invalid_client", 401)
        kinds: dict[str, Callable[[Mapping[str, str]], Reply]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "client_credentials": lambda _form: self._issued(Family(), with_refresh=False),
        }
        return kinds[form["grant_type"]](form)

    def _by_code(self, form: Mapping[str, str]) -> Reply:
        challenge = self.codes.pop(form["code"], None)
        self.spent_codes.append(form["code"])
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return self._refusal("invalid_grant")
        return self._issued(Family())

    def _by_refresh(self, form: Mapping[str, str]) -> Reply:
        sent = form["refresh_token"]
        family = next((one for one in self.families if sent in one.refresh), None)
        if family is None or family.ended:
            return self._refusal("invalid_grant")
        if self.rotates and sent != family.refresh[-1]:
            family.ended = True
            return self._refusal("invalid_grant")
        return self._issued(family, with_refresh=self.rotates)

    def _issued(self, family: Family, *, with_refresh: bool = True) -> Reply:
        if family not in self.families:
            self.families.append(family)
        family.access.append(secrets.token_urlsafe(30))
        told: dict[str, Any] = {
            "access_token": family.access[-1],
            "token_type": "Bearer",
            "expires_in": self.lasts,
            "scope": " ".join(self.granted),
        }
        if with_refresh:
            family.refresh.append(secrets.token_urlsafe(30))
            told["refresh_token"] = family.refresh[-1]
        return Reply(200, told)

    def _refusal(self, code: str, status: int = 400) -> Reply:
        return Reply(status, {"error": code, "error_description": "said with words of the platform's own"})

    def _revoke(self, asked: Asked) -> Reply:
        token = asked.form["token"]
        for family in self.families:
            family.ended = family.ended or token in (*family.refresh, *family.access)
        return Reply(200)

    def _posts(self, asked: Asked) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        known = any(not one.ended and one.access and token == one.access[-1] for one in self.families)
        if self.echo:
            return Reply(500, {"error": f"cannot serve Bearer {token}"})
        return Reply(200, self.posts) if known else Reply(401, {"error": f"unknown {token}"})


class Crash(BaseException):
    """What nobody expects."""


class Settings(ports.Settings):
    """The platform's address, the app, and what its terms say."""

    base_url: str
    client_id: str
    client_secret: SecretStr
    rotates: bool = True
    as_app: bool = False
    deletes: bool = True
    clumsy: Literal["", "raises", "crashes"] = ""
    max_age_days: int | None = None
    terms: Literal["open", "address"] = "open"


class Signing:
    """Reads a platform at which somebody signed in."""

    name: ClassVar[str] = "signing"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        is_open, days = self._settings.terms == "open", self._settings.max_age_days
        self.policy = Policy(
            max_age=timedelta(days=days) if days else None,
            may_store_text=True,
            may_pass_text_on=is_open,
            may_score=is_open,
            only_address=not is_open,
            attribution="Signing",
            delete_on_disconnect=self._settings.deletes,
        )

    def oauth(self) -> OAuthApp:
        """The app at the platform."""
        own = self._settings
        return OAuthApp(
            token_url=f"{own.base_url}/token",
            authorize_url=f"{own.base_url}/authorize?theme=plain",
            revoke_url=f"{own.base_url}/revoke",
            client_id=own.client_id,
            client_secret=own.client_secret,
            scopes=SCOPES,
            rotates=own.rotates,
            client_credentials=own.as_app,
        )

    def check(self) -> Sequence[Check]:
        """That a token can be had."""
        self._ctx.tokens.access(self.oauth())
        return [Check("token", True, "there is one")]

    def partitions(self) -> Sequence[str]:
        """One."""
        return ["posts"]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """All posts; a refused token is renewed once. A clumsy one raises what it was sent, token and all."""
        found = self._asked(self._ctx.tokens.access(self.oauth()).get_secret_value(), again=True)
        yield Page([self._draft(key, text) for key, text in found.items()], {}, True)

    def _asked(self, token: str, *, again: bool) -> Mapping[str, str]:
        headers = {"Authorization": f"Bearer {token}"}
        response = self._ctx.http.get(f"{self._settings.base_url}/posts", headers=headers)
        if response.status_code == 401 and again:
            renewed = self._ctx.tokens.access(self.oauth(), refused=token)
            return self._asked(renewed.get_secret_value(), again=False)
        if response.status_code != 200:
            if self._settings.clumsy:
                kind = RuntimeError if self._settings.clumsy == "raises" else Crash
                raise kind(f"{response.status_code}: {response.text} for {headers}")
            raise Denied(f"The platform says {response.text}.", remedy="Ask it.")
        found: Mapping[str, str] = response.json()
        return found

    def _draft(self, key: str, text: str) -> PostDraft:
        return PostDraft(
            platform="signing",
            realm="signing",
            external_id=key,
            kind=PostKind.ARTICLE,
            url=f"https://posts.example.org/{key}",
            title=f"{text.split('.')[0][:60]} ({key})",
            text=text,
            author=Author(external_id=f"author-{key}", name="Author of the post"),
        )


def installed(folder: Path) -> Path:
    """A folder for the search path that holds the connector as a distribution of its own."""
    info = folder / "site" / "signing_example-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: signing-example\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gleanery.connectors]\nsigning = tests.fakes.signing:Signing\n")
    return info.parent


def source(platform: SignIn, name: str = "signed", **settings: Any) -> dict[str, Any]:
    """The configuration of a source that reads the platform; its secret comes from SIGNING_SECRET."""
    own = {
        "base_url": platform.url,
        "client_id": platform.client_id,
        "client_secret": {"env": "SIGNING_SECRET"},
        **settings,
    }
    return {"name": name, "connector": "signing", "settings": own}
