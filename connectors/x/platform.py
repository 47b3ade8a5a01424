"""X's API through tweepy, kept thin: tweepy knows paths and parameters, everything else is ours.

tweepy has its host built in, no timeout, waits where it should say so, quotes tokens in its debug lines and knows
one of X's two vocabularies. So its session gets a transport of ours: there the address is replaced, the token
added, the words turned, limits noted, and every refusal becomes an error before tweepy sees it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from connectors.x.budget import USER, Budget
from connectors.x.refusals import LostAnswer, Misunderstood, NoMorePosts, TokenRefused, refused, reset_of
from connectors.x.settings import XSettings
from connectors.x.words import Answer, Record, Words, in_post_words, normal, other, speaks_of
from gleanery.errors import QuotaExhausted, Unreachable
from gleanery.ports import Context, OAuthApp

if TYPE_CHECKING:
    from tweepy import Client

POST_FIELDS = (
    "author_id",
    "community_id",
    "created_at",
    "edit_history_tweet_ids",
    "entities",
    "lang",
    "note_tweet",
    "referenced_tweets",
)
_HOSTS = ("https://api.twitter.com", "https://api.x.com")
_WORDS = "words"


class Carrier(BaseAdapter):
    """Carries tweepy's requests to where X is, in the words it takes; raises what it refuses."""

    def __init__(self, settings: XSettings, ctx: Context) -> None:
        super().__init__()
        self._base = settings.base_url
        self._now: Callable[[], datetime] = ctx.now
        self._transport = ctx.http.transport()
        self._limited: dict[str, datetime] = {}
        self.words: Words = "tweet"
        self.token = ""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer. Raises: the errors of `refusals`, QuotaExhausted before a request that a limit forbids."""
        parts = urlsplit(str(request.url))
        url = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        request.url = in_post_words(url) if self.words == "post" else url
        request.headers["Authorization"] = f"Bearer {self.token}"
        kind = _kind(parts.path)
        self._check_limit(kind)
        try:
            response = self._transport.send(request)
        except Unreachable as error:
            if not error.in_doubt:
                raise
            raise LostAnswer(error.message, remedy=error.remedy, retry_after=error.retry_after) from error
        if reset := reset_of(response):
            self._limited[kind] = reset
        if not 200 <= response.status_code < 300:
            raise refused(response, self._now())
        return response

    def close(self) -> None:
        """Nothing is kept open."""

    def _check_limit(self, kind: str) -> None:
        until = self._limited.get(kind)
        if until is not None and until > self._now():
            text = f"x: the limit of requests of one kind is reached until {until:%H:%M} UTC."
            raise QuotaExhausted(text, until=until, stops_source=False)


class Platform:
    """What is asked of X. Whatever gives posts is within the budget, which is noted before it is sent."""

    def __init__(self, settings: XSettings, ctx: Context, app: OAuthApp | None) -> None:
        self._settings, self._ctx, self.app = settings, ctx, app
        self.budget = Budget(settings, ctx)
        self._closed: NoMorePosts | None = None

    def search(self, query: str, most: int, **limits: str | None) -> Answer:
        """One page of the last 7 days, newest first. https://docs.x.com/x-api/posts/search-recent-posts"""
        return self._posts(
            most, lambda x, told: x.search_recent_tweets(query, max_results=most, **limits, **told)
        )

    def timeline(self, user_id: str, most: int, **limits: Any) -> Answer:
        """One page of an account's posts, newest first. https://docs.x.com/x-api/users/get-posts"""
        return self._posts(
            most, lambda x, told: x.get_users_tweets(user_id, max_results=most, **limits, **told)
        )

    def list_posts(self, list_id: str, most: int, **limits: str | None) -> Answer:
        """One page of a list's posts, newest first. https://docs.x.com/x-api/lists/get-list-posts"""
        return self._posts(
            most, lambda x, told: x.get_list_tweets(list_id, max_results=most, **limits, **told)
        )

    def look_up(self, ids: Sequence[str], *, authors: bool = True) -> Answer:
        """At most 100 posts by id; what is missing is among the errors. https://docs.x.com/x-api/posts/get-posts-by-ids"""
        return self._posts(len(ids), lambda x, told: x.get_tweets(list(ids), **told), authors=authors)

    def users(self, handles: Sequence[str]) -> Mapping[str, str]:
        """Ids by handle in lower case, at most 100; unknown ones are left out."""
        self.budget.check_money(len(handles) * USER)
        with self.budget.reserved(0, users=len(handles)) as bill:
            answer = self._ask(lambda x: x.get_users(usernames=list(handles)))
            found = {
                str(one["username"]).lower(): str(one["id"])
                for one in answer.posts
                if one.get("username") and one.get("id")
            }
            bill.charge([], list(found.values()))
        return found

    def count(self, query: str, **limits: str | None) -> int:
        """How many posts a search would find; free. https://docs.x.com/x-api/posts/get-count-of-recent-posts"""
        answer = self._ask(
            lambda x: x.get_recent_tweets_count(query, granularity="day", **limits), as_app=True
        )
        return int(answer.meta.get("total_post_count") or 0)

    def usage(self) -> Record:
        """What the project has read this month; free. https://docs.x.com/x-api/usage/get-usage"""
        params = {"usage.fields": "cap_reset_day,project_cap,project_usage"}
        answer = self._ask(lambda x: x.request("GET", "/2/usage/tweets", params=params).json(), as_app=True)
        return answer.posts[0] if answer.posts else {}

    def order_job(self) -> Record:
        """A new compliance job for posts; free. https://docs.x.com/x-api/compliance/create-compliance-job"""
        answer = self._ask(lambda x: x.create_compliance_job("tweets", name="gleanery"), as_app=True)
        return _only(answer)

    def job(self, job_id: str) -> Record:
        """A compliance job as it stands now; free."""
        return _only(self._ask(lambda x: x.get_compliance_job(job_id), as_app=True))

    def _posts(
        self, most: int, call: Callable[[Client, Mapping[str, Any]], Any], *, authors: bool = True
    ) -> Answer:
        """Posts with what is needed of them; once the credits are used up, nothing is asked any more."""
        if self._closed is not None:
            raise self._closed
        told: dict[str, Any] = {"tweet_fields": list(POST_FIELDS)}
        named = authors and self._settings.author_names
        if named:
            told |= {"expansions": ["author_id"], "user_fields": ["name", "username"]}
        try:
            with self.budget.reserved(most, users=most if named else 0) as bill:
                answer = self._ask(lambda x: call(x, told))
                bill.charge([str(post.get("id")) for post in answer.posts], list(answer.users))
        except NoMorePosts as error:
            self._closed = error
            raise
        return answer

    def _ask(self, call: Callable[[Client], Any], *, as_app: bool = False) -> Answer:
        """The answer; asked once more in the other words, or with a renewed token, where X refuses these."""
        token = self._token(as_app)
        try:
            return self._ask_once(call, token)
        except Misunderstood as error:
            if self._settings.vocabulary != "auto" or not speaks_of(self._carrier.words, error.complaint):
                raise
            self._carrier.words = other(self._carrier.words)
            answer = self._ask_once(call, token)
            self._ctx.store.put(_WORDS, self._carrier.words)
            return answer
        except TokenRefused:
            if as_app or self.app is None:
                raise
            return self._ask_once(call, self._ctx.tokens.access(self.app, refused=token).get_secret_value())

    def _ask_once(self, call: Callable[[Client], Any], token: str) -> Answer:
        self._carrier.token = token
        try:
            return normal(call(self._client))
        except ValueError as error:  # requests.JSONDecodeError is one
            raise LostAnswer("x: the answer is broken off or no JSON.") from error

    def _token(self, as_app: bool) -> str:
        bearer = self._settings.bearer_token
        if self.app is not None and not (as_app and bearer):
            return self._ctx.tokens.access(self.app).get_secret_value()
        return bearer.get_secret_value() if bearer else ""

    @cached_property
    def _carrier(self) -> Carrier:
        carrier = Carrier(self._settings, self._ctx)
        wanted = self._settings.vocabulary
        carrier.words = cast(Words, (self._ctx.store.get(_WORDS) or "tweet") if wanted == "auto" else wanted)
        return carrier

    @cached_property
    def _client(self) -> Client:
        import tweepy  # half a second; not for `gleanery --help`

        logging.getLogger("tweepy").setLevel(logging.INFO)  # its debug lines quote whole answers
        client = tweepy.Client("added by the carrier", return_type=dict, wait_on_rate_limit=False)
        client.session.trust_env = False  # a .netrc would replace the token
        for host in _HOSTS:
            client.session.mount(host, self._carrier)
        return client


def _kind(path: str) -> str:
    """Requests that share a limit: the path without its ids."""
    return "/".join("" if part.isdecimal() else part for part in path.split("/"))


def _only(answer: Answer) -> Record:
    if not answer.posts:
        raise Unreachable("x: the answer says nothing of the job that was asked for.")
    return answer.posts[0]
