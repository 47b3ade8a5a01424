"""The organisation's own app at Slack: how it is made, how somebody signs in through it, and its token.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

from importlib.resources import files

from pydantic import SecretStr

from connectors.slack.checks import PRIVATE, SCOPES
from connectors.slack.settings import SlackSettings
from gleanery.ports import Context, OAuthApp

_SCOPES_BEGIN = "oauth_config:\n"


def app_of(settings: SlackSettings) -> OAuthApp | None:
    """The app by its client id; None where there is none. Slack's own site is beside the address of its API."""
    if settings.client_id is None:
        return None
    site = settings.base_url.rstrip("/").removesuffix("/api")
    wanted = SCOPES if settings.include_private else tuple(one for one in SCOPES if one not in PRIVATE)
    return OAuthApp(
        token_url=f"{site}/api/oauth.v2.access",
        authorize_url=f"{site}/oauth/v2/authorize",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=wanted,
        scope_separator=",",
        pkce=False,
    )


def token_of(settings: SlackSettings, ctx: Context) -> SecretStr:
    """The token to read with: the one of the settings, or that of the sign-in. Raises: Denied, Unreachable."""
    app = app_of(settings)
    if app is not None:
        return ctx.tokens.access(app)
    if settings.token is None:
        raise LookupError("the settings make sure that there is one of the two")
    return settings.token


def manifest(redirect: str) -> str:
    """The manifest of such an app, with the address to which people come back after they allowed it."""
    text = files("connectors.slack").joinpath("manifest.yaml").read_text("utf-8")
    return text.replace(_SCOPES_BEGIN, f"{_SCOPES_BEGIN}  redirect_urls:\n    - {redirect}\n")
