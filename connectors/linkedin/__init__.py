"""LinkedIn: posts of the organisation's own pages (Posts API), or of a member who gives us their data export.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
Nothing else can be read lawfully: no groups, no feeds of members, no other companies' pages, no search. `check`
says so, with the reasons. Comments and who wrote them are never read.

A post's realm is its author, its id the URN. Words are kept for a time only: those of a page six weeks, or six
months where the organisation itself authorised the app, those of members 48 hours
(https://learn.microsoft.com/en-us/linkedin/marketing/data-storage-requirements); reading them again renews that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from connectors import _cards
from connectors._errors import Rule
from connectors.linkedin.api import Api
from connectors.linkedin.checking import check_export, check_pages
from connectors.linkedin.export import Export
from connectors.linkedin.refusals import PAGES
from connectors.linkedin.settings import LinkedInSettings
from connectors.linkedin.window import Window
from gleanery import ports
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, OAuthApp, Page, Policy

SCOPES = ("r_organization_social", "r_organization_admin")
EXPORT = "export"
PAGE_WORDS, AUTHENTICATED_WORDS, MEMBER_WORDS = timedelta(weeks=6), timedelta(days=182), timedelta(hours=48)


class LinkedIn:
    """Reads own pages, one partition each, or one member's export."""

    name: ClassVar[str] = "linkedin"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = LinkedInSettings
    about: ClassVar[ConnectorCard] = _cards.LINKEDIN
    errors: ClassVar[tuple[Rule, ...]] = PAGES

    def __init__(self, settings: LinkedInSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        max_age = kept_for(settings)
        self.policy = Policy(
            may_store_text=True,
            may_pass_text_on=settings.words_may_leave,
            only_address=not settings.words_may_leave,
            max_age=max_age,
            refresh_by=max_age * 5 / 6 if max_age else None,
            attribution="LinkedIn",
        )

    def check(self) -> Sequence[Check]:
        """Token, roles, version, calls of today, what is kept how long, what is impossible.

        Takes one request, and one more a page where LinkedIn does not tell the roles.
        """
        if self._settings.export is not None:
            return check_export(self._export, self._settings)
        return check_pages(self._api, self._settings, self.policy.max_age)

    def partitions(self) -> Sequence[str]:
        """URNs of the authors, or `export`."""
        return list(self._settings.authors) or [EXPORT]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new, changed or gone since `state`. Raises: see `errors`; BadInput for a broken export."""
        if self._settings.export is not None:
            return self._export.pages(state)
        settings = self._settings
        every = timedelta(days=settings.sweep_days)
        window = Window(
            self._api,
            partition,
            first_days=settings.first_days,
            every=min(every, self.policy.max_age / 2) if self.policy.max_age else every,
            page_size=settings.page_size,
        )
        return window.pages(state)

    def oauth(self) -> OAuthApp | None:
        """The organisation's app; None where a token or an export is set.

        LinkedIn refuses a client with a secret that sends a `code_verifier`, so there is no PKCE. A refresh token
        lasts a year, however often it is used.
        https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
        https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
        """
        settings = self._settings
        if settings.export is not None or settings.token is not None:
            return None
        return OAuthApp(
            token_url=f"{settings.login_url}/oauth/v2/accessToken",
            authorize_url=f"{settings.login_url}/oauth/v2/authorization",
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            scopes=("r_member_social",) if settings.are_members else SCOPES,
            pkce=False,
            rotates=False,
        )

    @cached_property
    def _api(self) -> Api:
        settings = self._settings
        headers = {"LinkedIn-Version": settings.version, "X-Restli-Protocol-Version": "2.0.0"}
        return Api(
            self._ctx, settings.base_url, self.oauth(), PAGES, settings.token, settings.version, headers
        )

    @cached_property
    def _export(self) -> Export:
        if self._settings.export is None:
            raise LookupError("no export is set")
        return Export(self._settings.export.expanduser(), self._settings.member, self._ctx)


def kept_for(settings: LinkedInSettings) -> timedelta | None:
    """How long LinkedIn lets words be kept; None for a member's own export, to which its API terms do not apply."""
    if settings.export is not None:
        return None
    if settings.are_members:
        return MEMBER_WORDS
    return AUTHENTICATED_WORDS if settings.own_organisation_authenticated else PAGE_WORDS
