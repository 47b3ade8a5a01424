"""Bluesky, public posts by account, list and search, as the AppView shows them to anybody: https://docs.bsky.app/

A post's realm is the network, its id `did/key`, the same in every place that shows it. Who asked not to be shown to
the signed-out (`!no-unauthenticated`) is not read. Deletions are told by nobody here: `again` looks at what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from pydantic import Field, ValidationError, model_validator

from connectors import _cards
from connectors._errors import Rule, refusal
from connectors._text import shortened, tidy
from connectors._turns import Seen, Turns
from connectors._values import complaint, labels, language_code, moment, web_address
from connectors._web import Site, iso, json_of, json_or_none, records_in, wait_of
from gleanery import ports
from gleanery.errors import BadInput, GleaneryError
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink, Vanished
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, Fault, Page, Policy, Settings

AGAIN = "again"
"""The partition in which what is known is looked at again."""

REALM = "bsky.app"

BEHIND = timedelta(days=1)
"""How far a reading goes back behind the newest it knows: posts are dated by their authors."""

_NEVER = frozenset({"!no-unauthenticated", "!hide", "!takedown", "!suspend"})
_POST = "/app.bsky.feed.post/"
_PAGE, _BATCH, _MAX_LINKS = 100, 25, 50

ERRORS = (
    Rule("unreachable", "Bluesky asks for fewer requests.", statuses=(429,), next="after the time it names"),
    Rule(
        "gone",
        "Bluesky has no account or list {what}, or does not show it.",
        "Correct `accounts` or `lists`.",
        codes=("AccountDeactivated", "AccountTakedown", "RepoTakendown", "UnknownList", "ActorNotFound"),
        whole=False,
    ),
    Rule(
        "config",
        "Bluesky does not take what was asked of {what} ({code}).",
        "Correct the entry in `accounts`, `lists` or `searches`.",
        statuses=(400,),
        whole=False,
    ),
    Rule(
        "denied",
        "This server answers {what} to signed-in people only ({status}).",
        "Leave out `searches`, or set `base_url` to a server that lets anybody search.",
        statuses=(401, 403),
        whole=False,
    ),
    Rule("gone", "There is no Bluesky at this address.", "Correct `base_url`.", statuses=(404,)),
    Rule("unreachable", "Bluesky answers {status}."),
)


class BlueskySettings(Settings):
    """Which accounts, lists and searches are read, and what may be done with the words."""

    base_url: Site = Field(default="https://public.api.bsky.app", description="The server that is asked.")
    accounts: tuple[str, ...] = Field(default=(), description="Accounts by handle or DID.")
    lists: tuple[str, ...] = Field(default=(), description="Lists by their at:// addresses.")
    searches: tuple[str, ...] = Field(default=(), description="Words to search for, as on the site.")
    left_out: tuple[str, ...] = Field(
        default=("porn", "sexual", "nudity", "graphic-media", "spam"),
        description="Posts and authors with one of these labels are not read.",
    )
    first_days: int = Field(default=90, ge=1, le=36_500, description="Days that the first reading goes back.")
    again_hours: int = Field(
        default=24, ge=1, le=8_760, description="Hours between looks for deletions of known posts."
    )
    again_posts: int = Field(
        default=10_000,
        ge=1,
        le=100_000,
        description="Known posts looked at each time, in turn; 25 a request.",
    )
    pass_text_on: bool = Field(
        default=False, description="Whether the authors let their words be passed on to an LMS."
    )
    attribution: str = Field(default="", max_length=500, description="What must be shown with every item.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.accounts and not self.lists and not self.searches:
            raise ValueError("give at least one entry in `accounts`, `lists` or `searches`")
        return self


class Bluesky:
    """Reads accounts, lists and searches, one partition each, and looks again at what it knows."""

    name: ClassVar[str] = "bluesky"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = BlueskySettings
    about: ClassVar[ConnectorCard] = _cards.BLUESKY
    errors: ClassVar[tuple[Rule, ...]] = ERRORS

    def __init__(self, settings: BlueskySettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self.policy = Policy(
            may_store_text=True,
            may_pass_text_on=settings.pass_text_on,
            attribution=settings.attribution,
        )

    def check(self) -> Sequence[Check]:
        """Whether each entry can be read; one request each, of 3,000 in five minutes."""
        lines = []
        for partition in self.partitions()[:-1]:
            try:
                found = len(self._page(partition, "", "")[0])
                lines.append(Check(partition, True, f"{found} posts on the first page."))
            except GleaneryError as error:
                lines.append(Check(partition, False, error.message, error.remedy))
        text = "only what anybody may see is read; reposts and likes are not."
        return [*lines, Check("visibility", True, text)]

    def partitions(self) -> Sequence[str]:
        """The accounts, the lists, the searches, `again`."""
        kinds = {
            "account": self._settings.accounts,
            "list": self._settings.lists,
            "search": self._settings.searches,
        }
        return [*(f"{kind}:{one.lstrip('@')}" for kind, some in kinds.items() for one in some), AGAIN]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new since `state`, newest first; in `again` what became of what is known.

        The state holds the time of the newest post read (`newest`); while a window is open how far back it goes
        (`since`), the newest it saw (`top`), and the place to go on from (`cursor`).
        """
        if partition == AGAIN:
            turns = Turns(timedelta(hours=self._settings.again_hours), self._settings.again_posts, _BATCH)
            yield from turns.pages(self._known, self._look, state, self._ctx.now())
            return
        since, top, cursor = (
            state.get("since") or self._since(state),
            state.get("top", ""),
            state.get("cursor", ""),
        )
        while True:
            try:
                records, reached, cursor = self._page(partition, cursor, since)
            except _Stale:
                records, reached, cursor = self._page(partition, "", since)
            top = max([top, *map(_time, records)])
            found = self._seen([one for one in records if (_time(one) or since) >= since])
            if not cursor or (reached and reached < since):
                yield Page(found.posts, {"newest": top or since}, complete=True, faults=found.faults)
                return
            under = {**state, "since": since, "top": top, "cursor": cursor}
            yield Page(found.posts, under, complete=False, faults=found.faults)

    def _since(self, state: Mapping[str, Any]) -> str:
        if state.get("newest"):
            return iso(datetime.fromisoformat(state["newest"]) - BEHIND)
        return iso(self._ctx.now() - timedelta(days=self._settings.first_days))

    def _known(self) -> Iterable[str]:
        return (one.external_id for one in self._ctx.known.posts(realm=REALM))

    def _look(self, ids: Sequence[str]) -> Seen:
        """Several posts by id; one that is not in the answer, or asks not to be shown, is gone."""
        asked = [("uris", "at://" + one.replace("/", _POST)) for one in ids]
        records = records_in(self._get("getPosts", asked, "getPosts"), "Bluesky", "posts")
        found = self._seen(records)
        there = {_id(str(one.get("uri"))) for one in records if not self._is_left_out(one)}
        gone = [Vanished(platform=self.name, realm=REALM, external_id=one) for one in ids if one not in there]
        return found._replace(gone=gone)

    # ------------------------------------------------------------------ posts

    def _seen(self, records: Sequence[Mapping[str, Any]]) -> Seen:
        posts, faults = [], []
        for record in records:
            try:
                if not self._is_left_out(record):
                    posts.append(_draft(record))
            except (ValidationError, ValueError, LookupError, TypeError, AttributeError) as error:
                words = (
                    complaint(error) if isinstance(error, ValidationError) else f"lacks or garbles {error}"
                )
                faults.append(Fault(f"post {_id(str(record.get('uri')))}", words))
        return Seen(posts, (), faults)

    def _is_left_out(self, view: Mapping[str, Any]) -> bool:
        """Whether a label that stands now, of post or author, says that it is not for us."""
        own = ((view.get("record") or {}).get("labels") or {}).get("values")
        given = [*_labels(view.get("labels")), *_labels((view.get("author") or {}).get("labels"))]
        now = iso(self._ctx.now())
        standing = [one for one in given if not one.get("neg") and (one.get("exp") or now) >= now]
        told = {one.get("val") for one in [*standing, *_labels(own)]}
        return bool(told & (_NEVER | set(self._settings.left_out)))

    # ------------------------------------------------------------------ requests

    def _page(self, partition: str, cursor: str, since: str) -> tuple[list[dict[str, Any]], str, str]:
        """A page of posts, newest first, the time of its last entry, and where the next begins; "" at the end.

        A search is gone on with by time: the server gives its further pages to signed-in people only.
        """
        kind, _, which = partition.partition(":")
        limit = ("limit", str(_PAGE))
        if kind == "search":
            bounds = [(name, one) for name, one in (("since", since), ("until", cursor)) if one]
            body = self._get("searchPosts", [("q", which), ("sort", "latest"), limit, *bounds], partition)
            records = records_in(body, "Bluesky", "posts")
            return records, "", _earlier(records, cursor)
        name, what = ("getAuthorFeed", "actor") if kind == "account" else ("getListFeed", "list")
        going_on = [("cursor", cursor)] if cursor else []
        body = self._get(name, [(what, which), limit, *going_on], partition, going_on=bool(cursor))
        items = [one for one in records_in(body, "Bluesky", "feed") if isinstance(one.get("post"), dict)]
        reached = _time(items[-1].get("reason") or items[-1]["post"]) if items else ""
        posts = [one["post"] for one in items if not one.get("reason")]
        return posts, reached, str(body.get("cursor") or "") if items else ""

    def _get(
        self, name: str, query: Sequence[tuple[str, str]], what: str, *, going_on: bool = False
    ) -> dict[str, Any]:
        """The object that a method gives. Raises: by ERRORS; _Stale where a place to go on from is refused."""
        url = f"{self._settings.base_url}/xrpc/app.bsky.feed.{name}?{urlencode(query)}"
        response = self._ctx.http.get(url, headers={"Accept": "application/json"})
        if response.status_code == 200:
            body = json_of(response, "Bluesky")
            return body if isinstance(body, dict) else {}
        if response.status_code == 400 and going_on:
            raise _Stale("the place to go on from is refused")
        told = json_or_none(response)
        code = str(told.get("error", "")) if isinstance(told, dict) else ""
        wait = wait_of(response, self._ctx.now())
        raise refusal(ERRORS, response.status_code, code, retry_after=wait, what=what)


class _Stale(BadInput):
    """A cursor of an earlier reading that the server no longer takes."""


def _draft(view: Mapping[str, Any]) -> PostDraft:
    """A post as the AppView shows it. Raises for a record that is none."""
    record, author = view["record"], view["author"]
    reply = (record.get("reply") or {}).get("parent") or {}
    where = _id(view["uri"])
    account, _, key = where.partition("/")
    labelled = {one.get("val") for one in _labels(author.get("labels"))}
    return PostDraft(
        platform="bluesky",
        realm=REALM,
        external_id=where,
        kind=PostKind.MESSAGE,
        url=_address(view["uri"]) if key else None,
        text=shortened(tidy(record["text"]), MAX_TEXT),
        author=Author(
            external_id=account,
            name=str(author.get("displayName") or author.get("handle") or "")[:500],
            is_bot="bot" in labelled,
        ),
        published_at=moment(_time(view) or record["createdAt"]),
        parent_external_id=_id(reply["uri"]) if reply else None,
        links=_links(record),
        tags=labels([*(record.get("tags") or ()), *_features(record, "tag")]),
        language=language_code(next(iter(record.get("langs") or ()), "")),
    )


def _links(record: Mapping[str, Any]) -> tuple[SharedLink, ...]:
    """The page it shows a card of, the addresses in its text, the post it quotes."""
    embed = record.get("embed") or {}
    card = embed.get("external") or (embed.get("media") or {}).get("external") or {}
    quoted = embed.get("record") or {}
    found = {}
    if address := web_address(card.get("uri")):
        title, summary = str(card.get("title") or ""), str(card.get("description") or "")
        found[address] = SharedLink(url=address, title=title[:2_000], summary=summary[:20_000])
    for url in [*_features(record, "uri"), _address(str((quoted.get("record") or quoted).get("uri", "")))]:
        if address := web_address(url):
            found.setdefault(address, SharedLink(url=address))
    return tuple(found.values())[:_MAX_LINKS]


def _features(record: Mapping[str, Any], name: str) -> list[str]:
    """The values of a kind of feature in its text: `uri` of links, `tag` of hashtags."""
    facets = record.get("facets") or ()
    return [str(one[name]) for facet in facets for one in facet.get("features") or () if name in one]


def _labels(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _id(uri: str) -> str:
    """did/key of a post's at:// address."""
    return uri.removeprefix("at://").replace(_POST, "/", 1)


def _address(uri: str) -> str | None:
    """Where a post is seen in a browser."""
    account, _, key = _id(uri).partition("/")
    return f"https://bsky.app/profile/{account}/post/{key}" if key and "/" not in key else None


def _time(view: Mapping[str, Any]) -> str:
    """When it was posted: as its author says, but not later than it was seen. "" where neither can be read."""
    times = []
    for value in ((view.get("record") or {}).get("createdAt"), view.get("indexedAt")):
        try:
            times.append(iso(moment(str(value))))
        except (ValueError, TypeError):
            continue
    return min(times, default="")


def _earlier(records: Sequence[Mapping[str, Any]], until: str) -> str:
    """The time before which a search goes on; "" where it has come to its end."""
    oldest = min(filter(None, map(_time, records)), default="")
    if not oldest:
        return ""
    after = iso(moment(oldest) + timedelta(milliseconds=1))  # others may be of the same moment
    return after if not until or after < until else ("" if oldest >= until else oldest)
