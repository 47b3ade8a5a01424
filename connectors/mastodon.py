"""Mastodon, public statuses by hashtag and account: https://docs.joinmastodon.org/api/

A post's realm is the server it is read at, its id that server's. Only what is public is read, and what is no longer
is gone. Statuses of other servers may arrive late, under ids by which they stand far behind the newest: once a day
a reading goes back further. Edits and deletions are told by nobody: `again` looks at what is known, in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator

from connectors import _cards
from connectors._errors import Rule, refusal
from connectors._text import hrefs, one_line, plain_text, shortened
from connectors._turns import Seen, Turns
from connectors._values import complaint, labels, language_code, moment, web_address
from connectors._web import Site, encryption, iso, json_of, records_in, wait_of
from gleanery import ports
from gleanery.errors import GleaneryError
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink, Vanished
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, Fault, Page, Policy, Settings

AGAIN = "again"
"""The partition in which what is known is looked at again."""

LATE = timedelta(days=2)
"""How far behind the newest a late status is looked for, once a day."""

_PAGE, _BATCH, _MAX_LINKS = 40, 20, 50

ERRORS = (
    Rule("unreachable", "Mastodon asks for fewer requests.", statuses=(429,), next="after the time it names"),
    Rule(
        "denied",
        "Mastodon refuses us ({status}).",
        "Check `token`; some servers show their timelines to members only.",
        statuses=(401, 403, 422),
    ),
    Rule(
        "gone",
        "Mastodon does not know {what}.",
        "Correct `accounts`; looking again needs Mastodon 4.3.",
        statuses=(404, 410),
        whole=False,
    ),
    Rule("unreachable", "Mastodon answers {status}."),
)


class MastodonSettings(Settings):
    """Which server is asked for which hashtags and accounts, and what may be done with the words."""

    base_url: Site = Field(description="The server's address, for instance https://social.example.org.")
    tags: tuple[str, ...] = Field(default=(), description="Hashtags, without #.")
    accounts: tuple[str, ...] = Field(
        default=(), description="Accounts as name, or name@server for one of another server."
    )
    boosts: bool = Field(
        default=False, description="Also read what the accounts boosted, as a link they shared."
    )
    token: SecretStr | None = Field(
        default=None, description="An access token (scope read:statuses), where the server wants one."
    )
    first_days: int = Field(default=90, ge=1, le=36_500, description="Days that the first reading goes back.")
    again_hours: int = Field(
        default=24, ge=1, le=8_760, description="Hours between looks for edits and deletions of known posts."
    )
    again_posts: int = Field(
        default=4_000, ge=1, le=100_000, description="Known posts looked at each time, in turn; 20 a request."
    )
    pass_text_on: bool = Field(
        default=False, description="Whether the authors let their words be passed on to an LMS."
    )
    attribution: str = Field(default="", max_length=500, description="What must be shown with every item.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.tags and not self.accounts:
            raise ValueError("give at least one hashtag in `tags` or account in `accounts`")
        return self


class Mastodon:
    """Reads hashtags and accounts, one partition each, and looks again at what it knows."""

    name: ClassVar[str] = "mastodon"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = MastodonSettings
    about: ClassVar[ConnectorCard] = _cards.MASTODON
    errors: ClassVar[tuple[Rule, ...]] = ERRORS

    def __init__(self, settings: MastodonSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self._realm = urlsplit(settings.base_url).netloc
        self.policy = Policy(
            may_store_text=True,
            may_pass_text_on=settings.pass_text_on,
            attribution=settings.attribution,
        )

    def check(self) -> Sequence[Check]:
        """Whether each hashtag and account can be read; one or two requests each, of 300 in five minutes."""
        lines = encryption(self._settings.base_url, self._settings.token)
        for partition in self.partitions()[:-1]:
            try:
                found = len(self._page(self._place(partition), {}))
                lines.append(Check(partition, True, f"{found} statuses on the first page."))
            except GleaneryError as error:
                lines.append(Check(partition, False, error.message, error.remedy))
        return [
            *lines,
            Check("visibility", True, "only public statuses are read; who favours one is not told."),
        ]

    def partitions(self) -> Sequence[str]:
        """The hashtags, the accounts, `again`."""
        tags = [f"tag:{one.lstrip('#')}" for one in self._settings.tags]
        return [*tags, *(f"account:{one.lstrip('@')}" for one in self._settings.accounts), AGAIN]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new since `state`, newest first; in `again` what became of what is known.

        The state holds the newest id read (`newest`) and when a reading last looked for late ones (`late`); while
        a window is open, its bounds (`window`: since_id, since, top) and the id to go on below (`below`).
        """
        if partition == AGAIN:
            turns = Turns(timedelta(hours=self._settings.again_hours), self._settings.again_posts, _BATCH)
            yield from turns.pages(self._known, self._look, state, self._ctx.now())
            return
        place = self._place(partition)
        window = dict(state.get("window") or self._window(state))
        below = state.get("below", "")
        while True:
            asked = {"max_id": below, "since_id": window["since_id"]}
            records = self._page(place, {name: value for name, value in asked.items() if value})
            window["top"] = window["top"] or (str(records[0]["id"]) if records else state.get("newest", ""))
            fresh = [one for one in records if _since(one, window["since"])]
            found = self._seen(fresh)
            if len(fresh) < len(records) or not records:
                late = window["late"] or state.get("late")
                after = {"newest": window["top"], "late": late}
                yield Page(found.posts, after, complete=True, faults=found.faults)
                return
            below = str(records[-1]["id"])
            under = {**state, "window": window, "below": below}
            yield Page(found.posts, under, complete=False, faults=found.faults)

    def _window(self, state: Mapping[str, Any]) -> dict[str, str]:
        """The bounds of a new window: from the newest id known on, or back to a time, looking for late ones."""
        now, newest = self._ctx.now(), state.get("newest", "")
        if not newest:
            since = now - timedelta(days=self._settings.first_days)
            return {"since_id": "", "since": iso(since), "top": "", "late": now.isoformat()}
        if now - datetime.fromisoformat(state["late"]) < timedelta(days=1):
            return {"since_id": newest, "since": "", "top": "", "late": ""}
        since = datetime.fromisoformat(state["late"]) - LATE
        return {"since_id": "", "since": iso(since), "top": "", "late": now.isoformat()}

    def _known(self) -> Iterable[str]:
        return (one.external_id for one in self._ctx.known.posts(realm=self._realm))

    def _look(self, ids: Sequence[str]) -> Seen:
        """Several statuses by id; one that is not in the answer is not there any more, or not for us."""
        records = records_in(self._get("/api/v1/statuses", [("id[]", one) for one in ids]), "Mastodon")
        shown = {str(one.get("id")) for one in records if _is_public(one)}
        gone = [
            Vanished(platform=self.name, realm=self._realm, external_id=one)
            for one in ids
            if one not in shown
        ]
        return self._seen(records)._replace(gone=gone)

    # ------------------------------------------------------------------ statuses

    def _seen(self, records: Sequence[Mapping[str, Any]]) -> Seen:
        posts, faults = [], []
        for record in records:
            try:
                if _is_public(record):
                    posts.append(self._draft(record))
            except (ValidationError, ValueError, LookupError, TypeError, AttributeError) as error:
                words = (
                    complaint(error) if isinstance(error, ValidationError) else f"lacks or garbles {error}"
                )
                faults.append(Fault(f"status {record.get('id')}", words))
        return Seen(posts, (), faults)

    def _draft(self, record: Mapping[str, Any]) -> PostDraft:
        """A status, or a boost as a link to what was boosted. Raises for a record that is none."""
        boosted = record.get("reblog")
        about = boosted or record
        words = "\n\n".join(filter(None, (record.get("spoiler_text"), plain_text(record["content"]))))
        url = web_address(about.get("url")) or web_address(about.get("uri"))
        account = record["account"]
        return PostDraft(
            platform=self.name,
            realm=self._realm,
            external_id=str(record["id"]),
            kind=PostKind.LINK if boosted else PostKind.MESSAGE,
            url=url,
            text="" if boosted else shortened(words, MAX_TEXT),
            author=Author(
                external_id=self._address(account["acct"]),
                name=one_line(account.get("display_name") or account["username"])[:500],
                is_bot=bool(account.get("bot")),
            ),
            published_at=moment(record["created_at"]),
            edited_at=moment(record["edited_at"]) if record.get("edited_at") else None,
            parent_external_id=record.get("in_reply_to_id") or None,
            links=((SharedLink(url=url),) if url else ()) if boosted else _links(record),
            tags=labels(one["name"] for one in about.get("tags", ())),
            language=language_code(record.get("language") or ""),
            act="shared" if boosted else None,
        )

    def _address(self, acct: str) -> str:
        """name@server; the server leaves its own name out for its own members."""
        return acct if "@" in acct else f"{acct}@{self._realm}"

    # ------------------------------------------------------------------ requests

    def _place(self, partition: str) -> str:
        """The path of a timeline; an account's number is asked for once and remembered."""
        kind, _, which = partition.partition(":")
        if kind == "tag":
            return f"/api/v1/timelines/tag/{quote(which, safe='')}"
        number = self._ctx.store.get(partition)
        if number is None:
            number = str(self._get("/api/v1/accounts/lookup", [("acct", which)])["id"])
            self._ctx.store.put(partition, number, expires_in=timedelta(days=7))
        return f"/api/v1/accounts/{number}/statuses"

    def _page(self, place: str, bounds: Mapping[str, str]) -> list[dict[str, Any]]:
        query = [("limit", str(_PAGE)), *bounds.items()]
        if place.endswith("/statuses"):
            query.append(("exclude_reblogs", str(not self._settings.boosts).lower()))
        return [one for one in records_in(self._get(place, query), "Mastodon") if one.get("id")]

    def _get(self, path: str, query: Sequence[tuple[str, str]]) -> Any:
        """The JSON at a path. Raises: by ERRORS."""
        token = self._settings.token
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        url = f"{self._settings.base_url}{path}?{urlencode(query)}"
        response = self._ctx.http.get(url, headers={"Accept": "application/json", **headers})
        if response.status_code == 200:
            return json_of(response, "Mastodon")
        wait = wait_of(response, self._ctx.now())
        raise refusal(ERRORS, response.status_code, "", retry_after=wait, what=path)


def _is_public(record: Mapping[str, Any]) -> bool:
    """Whether everybody may read it, and what it boosts too."""
    boosted = record.get("reblog")
    return record.get("visibility") == "public" and (not boosted or boosted.get("visibility") == "public")


def _since(record: Mapping[str, Any], since: str) -> bool:
    """Whether it is of that time or later; one without a readable time is."""
    try:
        return not since or iso(moment(record["created_at"])) >= since
    except (ValueError, KeyError, TypeError):
        return True


def _links(record: Mapping[str, Any]) -> tuple[SharedLink, ...]:
    """What a status links to: the page it shows a card of first, without mentions and hashtags; what it quotes."""
    found: dict[str, SharedLink] = {}
    if (card := record.get("card")) and (address := web_address(card.get("url"))):
        title, summary = str(card.get("title") or ""), str(card.get("description") or "")
        found[address] = SharedLink(
            url=address,
            title=title[:2_000],
            summary=summary[:20_000],
            thumbnail=web_address(card.get("image")),
        )
    html = re.sub(r"<a\b[^>]*>", _without_mention, record["content"])
    quoted = ((record.get("quote") or {}).get("quoted_status") or {}).get("url")
    for url in [*hrefs(html), quoted]:
        if address := web_address(url):
            found.setdefault(address, SharedLink(url=address))
    return tuple(found.values())[:_MAX_LINKS]


def _without_mention(tag: re.Match[str]) -> str:
    return "<a>" if re.search(r"class=[\"'][^\"']*\b(mention|hashtag)\b", tag[0]) else tag[0]
