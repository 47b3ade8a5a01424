"""X: https://docs.x.com/x-api/introduction

Searches, timelines, lists and single posts through the API, which charges for each post; an account's own archive
as the way that costs nothing. A post's realm is x.com, as ids are unique in all of it.

X's terms let us keep posts as long as they stand there, and pass on to others only ids and addresses, never in a
frame: https://docs.x.com/developer-terms/policy. So what is kept is checked every day (`compliance`), and what can
be edited is looked at again (`refresh`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from connectors import _cards
from connectors._errors import Rule
from connectors.x.accounts import Accounts
from connectors.x.archive import pages as archive_pages
from connectors.x.budget import POST, POSTS, USER, USERS, Budget
from connectors.x.checking import checks
from connectors.x.ids import REALM
from connectors.x.jobs import Jobs
from connectors.x.look_ups import LookUps, is_due
from connectors.x.platform import Platform
from connectors.x.refusals import ERRORS
from connectors.x.settings import XSettings
from connectors.x.walks import ListPosts, Search, Timeline
from gleanery import ports
from gleanery.errors import ConfigError
from gleanery.ports import (
    API_VERSION,
    Allowance,
    Check,
    ConnectorCard,
    Context,
    Estimate,
    OAuthApp,
    Page,
    Policy,
)

_AUTHORIZE = "https://x.com/i/oauth2/authorize"
_SCOPES = ("tweet.read", "users.read", "list.read", "offline.access")


class X:
    """Reads posts of X within a budget, and finds out which of them are edited or gone."""

    name: ClassVar[str] = "x"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = XSettings
    about: ClassVar[ConnectorCard] = _cards.X
    errors: ClassVar[tuple[Rule, ...]] = ERRORS

    def __init__(self, settings: XSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self._platform = Platform(settings, ctx, self.oauth())
        self._accounts = Accounts(settings.users, ctx, self._platform)
        self.policy = Policy(
            refresh_by=timedelta(hours=24) if settings.is_live else None,
            may_store_text=True,
            only_address=True,
            attribution="X",
            delete_on_disconnect=True,
        )

    def oauth(self) -> OAuthApp | None:
        """The app by which an account signs in. https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code"""
        settings = self._settings
        if settings.client_id is None:
            return None
        return OAuthApp(
            token_url=f"{settings.base_url}/2/oauth2/token",
            client_id=settings.client_id,
            authorize_url=_AUTHORIZE,
            client_secret=settings.client_secret,
            scopes=_SCOPES,
            client_auth="basic" if settings.client_secret else "post",
        )

    def check(self) -> Sequence[Check]:
        """The token, what X and the budget have left, how deletions are found, what X does not give; free."""
        return checks(self._settings, self._ctx, self._platform)

    def partitions(self) -> Sequence[str]:
        """Searches by number, accounts and lists by id, then what is looked up, and the duties."""
        settings = self._settings
        live = [
            *(f"search:{number}" for number, _ in enumerate(settings.queries, 1)),
            *(f"user:{user}" for user in self._accounts.ids),
            *(f"list:{one}" for one in settings.lists),
            *(["lookup"] if settings.posts else []),
        ]
        archive = ["archive"] if settings.archive else []
        return [*archive, *live, "refresh", "compliance"] if live else archive

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new, edited or gone since `state`; see `refusals.ERRORS` for what X may refuse."""
        kind, _, which = partition.partition(":")
        look_ups = LookUps(self._ctx, self._platform)
        if kind == "archive" and self._settings.archive:
            alone = not self._settings.is_live
            return archive_pages(self._settings.archive, self._ctx, state, alone=alone)
        if kind == "lookup":
            return look_ups.single(self._settings.posts, state)
        if kind == "refresh":
            return look_ups.young(state)
        if kind == "compliance":
            if self._settings.runs_jobs:
                return Jobs(self._ctx, self._platform).pages(state)
            return look_ups.all_kept(state)
        return self._walk(kind, which).pages(state)

    def estimate(self, partition: str, state: Mapping[str, Any]) -> Estimate:
        """What a search would bring, what a daily look-up would cost; of the others X tells nothing before."""
        kind, _, which = partition.partition(":")
        if kind == "compliance" and not self._settings.runs_jobs:
            known = (
                sum(1 for _ in self._ctx.known.posts(realm=REALM)) if is_due(state, self._ctx.now()) else 0
            )
            return replace(self._cost(known), posts=0)
        if kind in ("refresh", "compliance", "archive"):
            return Estimate(posts=0 if kind != "archive" else None, requests=0)
        if kind != "search" or self._settings.bearer_token is None:
            return Estimate()
        return self._cost(self._search(which).estimate(state))

    def allowances(self) -> Sequence[Allowance]:
        """Posts and US dollars of the billing month."""
        return Budget(self._settings, self._ctx).allowances() if self._settings.is_live else ()

    def _cost(self, posts: int) -> Estimate:
        """Of so many posts, at most: each by another author, none read before on this day."""
        users = posts if self._settings.author_names else 0
        return Estimate(
            posts=posts,
            requests=max(1, -(-posts // 100)),
            units={POSTS: posts, USERS: users},
            money=posts * POST + users * USER,
        )

    def _walk(self, kind: str, which: str) -> Search | Timeline | ListPosts:
        if kind == "search":
            return self._search(which)
        if kind == "user" and which.startswith("#"):
            raise self._accounts.why(which)
        if kind == "user":
            return Timeline(self._settings, self._ctx, self._platform, which)
        if kind == "list":
            return ListPosts(self._settings, self._ctx, self._platform, which)
        raise ConfigError(f"x: there is no partition {kind}.")

    def _search(self, which: str) -> Search:
        return Search(self._settings, self._ctx, self._platform, self._settings.queries[int(which) - 1])
