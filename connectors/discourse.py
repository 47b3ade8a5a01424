"""Discourse forums: https://docs.discourse.org/

A post's realm is the forum's host, its id `topic:post`, so that one look at a topic's stream of ids tells what of
it is gone. A reading follows the topics that were bumped since the last one; new posts bump, edits and deletions
mostly do not, so `again` looks at the known topics in turn. Private messages are in no list that is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode, urljoin, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator

from connectors import _cards
from connectors._errors import Rule, refusal
from connectors._text import hrefs, plain_text, shortened
from connectors._turns import Seen, Turns
from connectors._values import complaint, labels, moment, web_address
from connectors._web import Site, encryption, iso, json_of, json_or_none, list_in, records_in, wait_of
from gleanery import ports
from gleanery.errors import Denied, GleaneryError, Gone
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink, Vanished
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, Fault, Page, Policy, Settings

BATCH = 20
"""Posts in one request: what Discourse itself asks for at once."""

AGAIN = "again"
"""The partition in which what is known is looked at again."""

HIDDEN = "hidden"
"""Where the posts are remembered that were taken from view: they may come back, and no list says so."""

_REGULAR = 1
_MOST_HIDDEN = 1_000
_END = "end"
_MAX_LINKS = 50

ERRORS = (
    Rule("unreachable", "Discourse wants fewer requests.", statuses=(429,), next="after the time it names"),
    Rule(
        "denied",
        "Discourse refuses the key, or the forum is for members only.",
        "Check `api_key` and `api_user`, or `user_api_key`; a members' forum needs one.",
        codes=("invalid_access", "not_logged_in"),
    ),
    Rule("denied", "Discourse refuses us ({status}).", "Check the key.", statuses=(401, 403)),
    Rule(
        "gone",
        "Discourse does not know {what}, or we may not see it.",
        "Correct `categories` or `tags`.",
        statuses=(404, 410),
        whole=False,
    ),
    Rule("unreachable", "Discourse answers {status}."),
)


class DiscourseSettings(Settings):
    """Which forum is read, what of it, and what may be done with its words."""

    base_url: Site = Field(description="The forum's address, for instance https://forum.example.org.")
    categories: tuple[str, ...] = Field(
        default=(),
        description="Categories as in their addresses behind /c/, for instance welding/7. No categories and no"
        " tags: all topics.",
    )
    tags: tuple[str, ...] = Field(default=(), description="Tags whose topics are read.")
    api_key: SecretStr | None = Field(default=None, description="A key made by the forum's administrators.")
    api_user: str = Field(default="system", description="The account that `api_key` acts for.")
    user_api_key: SecretStr | None = Field(default=None, description="Instead: a key that an account gave.")
    first_days: int = Field(default=90, ge=1, le=36_500, description="Days that the first reading goes back.")
    again_hours: int = Field(
        default=24, ge=1, le=8_760, description="Hours between looks for edits and deletions at known topics."
    )
    again_topics: int = Field(
        default=500, ge=1, le=100_000, description="Known topics looked at each time, in turn."
    )
    internal: bool = Field(
        default=False, description="True for a closed forum: of its posts only the links they share count."
    )
    pass_text_on: bool = Field(
        default=False, description="Whether the forum's terms let its words be passed on to an LMS."
    )
    attribution: str = Field(default="", max_length=500, description="What must be shown with every item.")
    licence: str | None = Field(default=None, max_length=500, description="The licence of the forum's posts.")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.api_key and self.user_api_key:
            raise ValueError("give `api_key` or `user_api_key`, not both")
        return self


class Discourse:
    """Reads topics by category, by tag or all of them, and looks again at those it knows."""

    name: ClassVar[str] = "discourse"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = DiscourseSettings
    about: ClassVar[ConnectorCard] = _cards.DISCOURSE
    errors: ClassVar[tuple[Rule, ...]] = ERRORS

    def __init__(self, settings: DiscourseSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self._realm = urlsplit(settings.base_url).netloc
        self.policy = Policy(
            may_store_text=True,
            may_pass_text_on=settings.pass_text_on,
            attribution=settings.attribution,
        )

    def check(self) -> Sequence[Check]:
        """Whether each list can be read, as whom; one request each."""
        settings = self._settings
        lines = encryption(settings.base_url, settings.api_key, settings.user_api_key)
        for partition in self.partitions()[:-1]:
            try:
                found = len(self._topics(partition, 0)[0])
                lines.append(Check(partition, True, f"{found} topics on the first page."))
            except GleaneryError as error:
                lines.append(Check(partition, False, error.message, error.remedy))
        who = (
            "with a key"
            if settings.api_key or settings.user_api_key
            else "as any visitor, 200 requests a minute"
        )
        return [*lines, Check("access", True, f"reads {who}; likes are counted by Discourse, not named.")]

    def partitions(self) -> Sequence[str]:
        """The categories and tags, or `latest`; `again` last."""
        wanted = [f"category:{one.strip('/')}" for one in self._settings.categories]
        wanted += [f"tag:{one}" for one in self._settings.tags]
        return [*(wanted or ["latest"]), AGAIN]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The posts of topics bumped since `state`; in `again` what became of known ones.

        Topics come in the order they were bumped in, so the state is the time of the last one read (`mark`), the
        topics of just that time (`done`), how far back posts are wanted at all (`first`), and in the midst of a
        long topic the last post read of it (`under`).
        """
        if partition == AGAIN:
            turns = Turns(timedelta(hours=self._settings.again_hours), self._settings.again_topics, batch=1)
            yield from turns.pages(self._known_topics, self._look, state, self._ctx.now())
            return
        first = state.get("first") or iso(self._ctx.now() - timedelta(days=self._settings.first_days))
        state = {"mark": first, "done": [], **state, "first": first}
        faults: list[Fault] = []
        listed = self._listed(partition, state["mark"], faults)
        for topic_id, at in sorted(listed.items(), key=lambda one: (one[1], one[0])):
            if at == state["mark"] and topic_id in state["done"]:
                continue
            done = [*(state["done"] if at == state["mark"] else ()), topic_id]
            after = {"first": first, "mark": at, "done": done}
            begun: Any = state.get("under", {})
            below = begun["below"] if begun.get("topic") == topic_id and begun["at"] == at else None
            for found, reached in self._read(topic_id, first, below):
                under = {**state, "under": {"topic": topic_id, "at": at, "below": reached}}
                now = under if reached else after
                yield Page(found.posts, now, complete=False, gone=found.gone, faults=found.faults)
            state = after
        yield Page((), state, complete=True, faults=faults)

    # ------------------------------------------------------------------ topics

    def _listed(self, partition: str, since: str, faults: list[Fault]) -> dict[str, str]:
        """Topics bumped at `since` or later, and when; a list of several pages is gone through twice.

        A topic that is deleted meanwhile moves others to the page before, where the first pass has been.
        """
        found: dict[str, str] = {}
        for _ in range(2):
            for number in range(10_000):
                topics, is_last = self._topics(partition, number)
                times = [(one, _time(one, "bumped_at") or _time(one, "created_at")) for one in topics]
                found.update((str(one["id"]), at) for one, at in times if at and at >= since)
                if is_last or any(at and at < since and not one.get("pinned") for one, at in times):
                    break
            if number == 0:
                break
        faults += [Fault(f"{partition}: topic {one.get('id')}", "has no time") for one, at in times if not at]
        return found

    def _topics(self, partition: str, number: int) -> tuple[list[dict[str, Any]], bool]:
        """A page of a list, the latest bumped topics first but for pinned ones; and whether it is the last."""
        kind, _, which = partition.partition(":")
        path = {"category": f"/c/{quote(which)}.json", "tag": f"/tag/{quote(which, safe='')}.json"}.get(kind)
        body = self._get(path or "/latest.json", [("order", "activity"), ("page", str(number))])
        topics = [one for one in records_in(body, "Discourse", "topic_list", "topics") if one.get("id")]
        return topics, len(topics) < int(body["topic_list"].get("per_page") or 1)

    def _read(self, topic_id: str, first: str, below: str | None) -> Iterator[tuple[Seen, str | None]]:
        """The posts of a topic that we do not know, newest first, as far back as `first`, and what is gone.

        With each batch the last post of it, None with the last batch; reading goes on `below` such a post.
        """
        topic = self._topic(topic_id)
        last = topic.stream[-1:]  # its edits bump the topic
        wanted = topic.stream[: topic.stream.index(below)] if below in topic.stream else topic.stream
        unknown = [one for one in reversed(wanted) if not topic.knows(one) or one in last]
        batches = _batches([one for one in unknown if one not in topic.at_hand])
        if below is None:
            yield self._seen(topic, topic.posts, first, topic.gone), (_END if batches else None)
        for number, batch in enumerate(batches, 1):
            records = self._posts(topic_id, batch)
            if records and not any(_is_since(one, first) for one in records):
                return
            yield self._seen(topic, records, first), (batch[-1] if number < len(batches) else None)

    def _look(self, topic_ids: Sequence[str]) -> Seen:
        """What is known of one topic, as it is now."""
        topic = self._topic(topic_ids[0])
        records = list(topic.posts)
        known = topic.known.keys() | self._hidden
        wanted = [one for one in topic.stream if one not in topic.at_hand and topic.id_of(one) in known]
        for batch in _batches(wanted):
            records += self._posts(topic.id, batch)
        since = iso(self._ctx.now() - timedelta(days=self._settings.first_days))
        return self._seen(topic, records, since, topic.gone)

    def _topic(self, topic_id: str) -> _Topic:
        """A topic as it is now; an empty one where it is not there any more, or not for us."""
        posts = self._ctx.known.posts(realm=self._realm, prefix=f"{topic_id}:")
        known = {one.external_id: one.parent_external_id for one in posts}
        try:
            return _Topic(topic_id, self._get(f"/t/{topic_id}.json"), known)
        except (Gone, Denied):
            self._topics("latest", 0)  # raises where it is not the topic but we that are refused
            return _Topic(topic_id, {}, known)

    def _known_topics(self) -> Iterator[str]:
        known = (one.external_id for one in self._ctx.known.posts(realm=self._realm))
        return (one.partition(":")[0] for one in (*known, *self._hidden))

    @property
    def _hidden(self) -> set[str]:
        return set(self._ctx.store.get(HIDDEN) or ())

    def _remember(self, topic: _Topic, records: Sequence[Mapping[str, Any]]) -> None:
        """Keep in mind which posts are hidden, for as long as they are."""
        before = self._hidden
        hidden = {topic.id_of(one["id"]) for one in records if one.get("hidden") and "id" in one}
        after = before - {topic.id_of(one["id"]) for one in records if "id" in one} | hidden
        if after != before:
            self._ctx.store.put(HIDDEN, sorted(after)[-_MOST_HIDDEN:])

    # ------------------------------------------------------------------ posts

    def _posts(self, topic_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        body = self._get(f"/t/{topic_id}/posts.json", [("post_ids[]", one) for one in ids])
        return records_in(body, "Discourse", "post_stream", "posts")

    def _seen(
        self, topic: _Topic, records: Sequence[dict[str, Any]], since: str, gone: Iterable[str] = ()
    ) -> Seen:
        """Records made into posts, without old ones that nobody asked for; what is hidden or withdrawn is gone."""
        topic.take(records)
        self._remember(topic, records)
        posts, faults, away = [], [], set(gone)
        for record in records:
            try:
                if not _is_shown(record):
                    away.add(topic.id_of(record["id"]))
                elif topic.knows(record["id"]) or record["post_number"] == 1 or _is_since(record, since):
                    posts.append(self._draft(topic, record))
            except (ValidationError, ValueError, LookupError, TypeError) as error:
                words = (
                    complaint(error) if isinstance(error, ValidationError) else f"lacks or garbles {error}"
                )
                faults.append(Fault(f"topic {topic.id}, post {record.get('id')}", words))
        told = [Vanished(platform=self.name, realm=self._realm, external_id=one) for one in sorted(away)]
        return Seen(posts, [one for one in told if one.external_id in topic.known], faults)

    def _draft(self, topic: _Topic, record: Mapping[str, Any]) -> PostDraft:
        """Raises: ValidationError, ValueError, LookupError, TypeError for a record that is none."""
        settings, number = self._settings, int(record["post_number"])
        is_first = number == 1
        words = str(record["cooked"])
        account = record.get("user_id") or record["username"]
        return PostDraft(
            platform=self.name,
            realm=self._realm,
            external_id=topic.id_of(record["id"]),
            kind=PostKind.ARTICLE if is_first else PostKind.MESSAGE,
            url=f"{settings.base_url}/t/{topic.about.get('slug') or '-'}/{topic.id}/{number}",
            title=shortened(str(topic.about.get("title", "")), 2_000) if is_first else "",
            text=shortened(plain_text(words), MAX_TEXT),
            author=Author(external_id=str(account), name=str(record.get("name") or record["username"])[:500]),
            published_at=moment(record["created_at"]),
            edited_at=moment(record["updated_at"]) if int(record.get("version") or 1) > 1 else None,
            parent_external_id=None if is_first else self._parent(topic, record),
            links=self._links(words, topic.about.get("featured_link") if is_first else None),
            tags=labels(
                one.get("name") if isinstance(one, dict) else one for one in topic.about.get("tags", ())
            ),
            licence=settings.licence,
            internal=settings.internal,
            channel=str(topic.about["category_id"]) if topic.about.get("category_id") else None,
        )

    def _parent(self, topic: _Topic, record: Mapping[str, Any]) -> str:
        """The post that it answers: as known, as at hand, or by one request; else the topic's first."""
        known, number = topic.known.get(topic.id_of(record["id"])), record.get("reply_to_post_number")
        if known:
            return known
        if number and int(number) not in topic.numbers:
            try:
                topic.take([self._get(f"/posts/by_number/{topic.id}/{number}.json")])
            except (Gone, Denied):
                topic.numbers[int(number)] = topic.stream[0]
        return topic.id_of(topic.numbers[int(number)] if number else topic.stream[0])

    def _links(self, html: str, featured: str | None) -> tuple[SharedLink, ...]:
        """What the post links to, without mentions of members and quotes of categories."""
        found = [urljoin(self._settings.base_url, one) for one in hrefs(html)]
        own = tuple(f"{self._settings.base_url}/{one}/" for one in ("u", "c", "tag", "tags", "groups"))
        addresses = [web_address(one) for one in [featured or "", *found] if not one.startswith(own)]
        return tuple(SharedLink(url=one) for one in dict.fromkeys(addresses) if one)[:_MAX_LINKS]

    # ------------------------------------------------------------------ requests

    def _get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """The object at a path. Raises: by ERRORS."""
        url = f"{self._settings.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        response = self._ctx.http.get(url, headers={"Accept": "application/json", **self._keys()})
        if response.status_code == 200:
            body = json_of(response, "Discourse")
            return body if isinstance(body, dict) else {}
        refused = json_or_none(response)
        told = refused if isinstance(refused, dict) else {}
        wait = (told.get("extras") or {}).get("wait_seconds") or wait_of(response, self._ctx.now())
        code = str(told.get("error_type", ""))
        raise refusal(ERRORS, response.status_code, code, retry_after=wait, what=path)

    def _keys(self) -> dict[str, str]:
        """The headers that say who asks: https://docs.discourse.org/#section/Authentication"""
        settings = self._settings
        if settings.user_api_key:
            return {"User-Api-Key": settings.user_api_key.get_secret_value()}
        if settings.api_key:
            return {"Api-Key": settings.api_key.get_secret_value(), "Api-Username": settings.api_user}
        return {}


class _Topic:
    """A topic while it is read: the ids of its posts (`stream`), which we know, and the ids by post number."""

    def __init__(self, topic_id: str, about: Mapping[str, Any], known: Mapping[str, str | None]) -> None:
        self.id, self.about, self.known = topic_id, about, known
        self.posts = records_in(about, "Discourse", "post_stream", "posts") if about else []
        self.stream = (
            [str(one) for one in list_in(about, "Discourse", "post_stream", "stream")] if about else []
        )
        self.at_hand = {str(one.get("id")) for one in self.posts}
        self.numbers: dict[int, str] = {}

    def take(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Learn which id has which number in the topic."""
        known = [one for one in records if isinstance(one.get("post_number"), int) and one.get("id")]
        self.numbers.update({one["post_number"]: str(one["id"]) for one in known})

    def id_of(self, post_id: Any) -> str:
        """The id of a post in this house."""
        return f"{self.id}:{post_id}"

    def knows(self, post_id: Any) -> bool:
        """Whether we have the post."""
        return self.id_of(post_id) in self.known

    @property
    def gone(self) -> set[str]:
        """What we know and the topic no longer holds."""
        return set(self.known) - {self.id_of(one) for one in self.stream}


def _batches(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _is_shown(record: Mapping[str, Any]) -> bool:
    """Whether it is a member's post that everybody may read; no note of the forum's own, no whisper."""
    taken = record.get("deleted_at") or record.get("user_deleted") or record.get("hidden")
    return not taken and record.get("post_type", _REGULAR) == _REGULAR


def _is_since(record: Mapping[str, Any], since: str) -> bool:
    return (_time(record, "created_at") or since) >= since


def _time(record: Mapping[str, Any], name: str) -> str | None:
    """A time of a record as it stands in a state, None where it cannot be read."""
    try:
        return iso(moment(record[name]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
