"""A Discourse forum on loopback: topics, posts, edits and deletions as https://docs.discourse.org/ tells them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gleanery.testing import Asked, Clock, Fake, Reply

PAGE, CHUNK = 30, 20


@dataclass
class Said:
    """A post of a topic; `number` is its place in it."""

    id: int
    number: int
    text: str
    at: datetime
    edited: datetime | None = None
    version: int = 1
    answers: int | None = None
    hidden: bool = False
    type: int = 1
    user: int = 1


@dataclass
class Topic:
    """A topic: its posts that are not deleted, in order."""

    id: int
    title: str
    bumped: datetime
    posts: list[Said] = field(default_factory=list)
    category: int = 7
    tags: tuple[str, ...] = ()
    pinned: bool = False
    highest: int = 0


class DiscourseWorld(Fake):
    """The forum. `key`, if set, must be sent; `truth` is what a complete reading holds."""

    CONNECTOR = "discourse"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.topics: dict[int, Topic] = {}
        self.key = ""
        self.restricted: set[int] = set()
        self._last_id, self._last_time = 0, clock() - timedelta(days=1)

    # ------------------------------------------------------------------ what a test driver needs

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {"base_url": self.url}

    def set_env(self) -> dict[str, str]:
        """Environment variables that the settings refer to."""
        return {}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """The times to let pass, reading after each, until everything is known."""
        return [timedelta(0), timedelta(hours=25)]

    def truth(self) -> dict[str, str]:
        """External id to text."""
        return {
            f"{topic.id}:{said.id}": said.text
            for topic in self.topics.values()
            if topic.id not in self.restricted
            for said in topic.posts
            if not said.hidden and said.type == 1
        }

    def change(self, rng: random.Random) -> None:
        """One random thing that happens in the forum."""
        if not self.topics or rng.random() < 0.2:
            self.open_topic(f"Topic {rng.randrange(10**6)}")
            return
        topic = rng.choice(list(self.topics.values()))
        said = rng.choice(topic.posts)
        words = f"Words {rng.randrange(10**6)}"
        changes: list[Callable[[], object]] = [
            lambda: self.reply(topic, words),
            lambda: self.reply(topic, words, answers=said.number),
            lambda: self.edit(topic, said, words),
            lambda: self.delete(topic, said),
            lambda: setattr(said, "hidden", not said.hidden),
            lambda: self.note(topic),
        ]
        if rng.random() < 0.05:
            self.topics.pop(topic.id)
        else:
            rng.choice(changes)()

    # ------------------------------------------------------------------ what happens in it

    def open_topic(self, title: str, text: str = "Where do I begin?", **about: Any) -> Topic:
        """Somebody opens a topic."""
        topic = Topic(self._next_id(), title, self._now(), **about)
        self.topics[topic.id] = topic
        self._add(topic, text)
        return topic

    def reply(self, topic: Topic, text: str, answers: int | None = None) -> Said:
        """Somebody answers in it."""
        return self._add(topic, text, answers=answers)

    def note(self, topic: Topic) -> Said:
        """The forum itself notes something in the topic, such as that it was closed."""
        return self._add(topic, "closed", type=3)

    def edit(self, topic: Topic, said: Said, text: str) -> None:
        """The words change; only an edit of the last post bumps the topic."""
        said.text, said.edited, said.version = text, self._now(), said.version + 1
        if said is topic.posts[-1]:
            topic.bumped = said.edited

    def delete(self, topic: Topic, said: Said) -> None:
        """A post is deleted; with its first post the whole topic is."""
        if said.number == 1:
            self.topics.pop(topic.id, None)
        else:
            topic.posts.remove(said)

    def _add(self, topic: Topic, text: str, **about: Any) -> Said:
        topic.highest += 1
        said = Said(self._next_id(), topic.highest, text, self._now(), **about)
        topic.posts.append(said)
        topic.bumped = said.at
        return said

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _now(self) -> datetime:
        """No two things happen in one millisecond."""
        self._last_time = max(self.clock(), self._last_time + timedelta(milliseconds=1))
        return self._last_time

    # ------------------------------------------------------------------ what it answers

    def answer(self, asked: Asked) -> Reply:
        """One request."""
        if self.key and asked.headers.get("api-key") != self.key:
            return _error(403, "invalid_access")
        if found := re.fullmatch(r"/t/(\d+)\.json", asked.path):
            return self._of_topic(int(found[1]), self._topic_body)
        if found := re.fullmatch(r"/t/(\d+)/posts\.json", asked.path):
            return self._of_topic(int(found[1]), lambda topic: self._some(topic, asked.values("post_ids[]")))
        if found := re.fullmatch(r"/posts/by_number/(\d+)/(\d+)\.json", asked.path):
            number = int(found[2])
            return self._of_topic(int(found[1]), lambda topic: self._numbered(topic, number))
        return self._list(asked)

    def _list(self, asked: Asked) -> Reply:
        topics = [one for one in self.topics.values() if one.id not in self.restricted]
        if found := re.fullmatch(r"/c/.*/(\d+)\.json", asked.path):
            topics = [one for one in topics if one.category == int(found[1])]
            known = found[1] == "7" or bool(topics)
        elif found := re.fullmatch(r"/tag/(.+)\.json", asked.path):
            topics = [one for one in topics if found[1] in one.tags]
            known = True
        else:
            known = asked.path == "/latest.json"
        if not known:
            return _error(404, "not_found")
        topics.sort(key=lambda one: (one.pinned, one.bumped), reverse=True)
        start = int(asked.query.get("page", "0")) * PAGE
        shown = list(map(_listed, topics[start : start + PAGE]))
        return Reply(body={"users": [], "topic_list": {"per_page": PAGE, "topics": shown}})

    def _of_topic(self, topic_id: int, told: Callable[[Topic], Any]) -> Reply:
        if topic_id not in self.topics:
            return _error(404, "not_found")
        if topic_id in self.restricted:
            return _error(403, "invalid_access")
        body = told(self.topics[topic_id])
        return Reply(body=body) if body else _error(404, "not_found")

    def _topic_body(self, topic: Topic) -> dict[str, Any]:
        posts = [_post(topic, one) for one in topic.posts]
        stream = {"posts": posts[:CHUNK], "stream": [one.id for one in topic.posts]}
        return {**_listed(topic), "post_stream": stream, "chunk_size": CHUNK}

    def _some(self, topic: Topic, ids: Sequence[str]) -> dict[str, Any]:
        posts = [_post(topic, one) for one in topic.posts if str(one.id) in ids]
        return {"post_stream": {"posts": posts}, "id": topic.id}

    def _numbered(self, topic: Topic, number: int) -> dict[str, Any]:
        return next((_post(topic, one) for one in topic.posts if one.number == number), {})


def _error(status: int, kind: str) -> Reply:
    return Reply(status, {"errors": ["Words for a person."], "error_type": kind})


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _listed(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "title": topic.title,
        "slug": re.sub(r"\W+", "-", topic.title.lower()),
        "posts_count": len(topic.posts),
        "created_at": _time(topic.posts[0].at),
        "bumped_at": _time(topic.bumped),
        "pinned": topic.pinned,
        "category_id": topic.category,
        "tags": [{"id": number, "name": tag, "slug": tag} for number, tag in enumerate(topic.tags)],
        "featured_link": None,
    }


def _post(topic: Topic, said: Said) -> dict[str, Any]:
    return {
        "id": said.id,
        "name": None,
        "username": f"member{said.user}",
        "user_id": said.user,
        "created_at": _time(said.at),
        "updated_at": _time(said.edited or said.at),
        "version": said.version,
        "cooked": f"<p>{said.text}</p>",
        "post_number": said.number,
        "post_type": said.type,
        "reply_to_post_number": said.answers,
        "topic_id": topic.id,
        "topic_slug": "topic",
        "hidden": said.hidden,
        "deleted_at": None,
        "user_deleted": False,
    }
