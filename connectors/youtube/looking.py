"""Looking videos and comments up by their ids: the only way to learn of edits and removals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from connectors._values import complaint, moment
from connectors.youtube.client import IDS, LONG_IDS, Client, Json
from connectors.youtube.drafts import COMMENT, comment_post, is_awaited, is_private, vanished, video_post
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Context, Fault, KnownPost

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Found:
    """What a look-up found. `awaited`: broadcasts held back, and when to ask again; `missing`: ids not there."""

    posts: list[PostDraft] = field(default_factory=list)
    gone: list[Vanished] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    awaited: dict[str, datetime] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, where: str, draft: Callable[[], PostDraft]) -> None:
        """Take a post in; a record that is none becomes a fault."""
        try:
            self.posts.append(draft())
        except ValidationError as error:
            self.faults.append(Fault(where, complaint(error)))
        except (KeyError, TypeError, ValueError) as error:
            self.faults.append(Fault(where, f"the record lacks what a post needs ({type(error).__name__})"))


class Looking:
    """Looks up what a source knows, or may get to know."""

    def __init__(self, client: Client, ctx: Context) -> None:
        self._client, self._ctx = client, ctx

    def videos(self, ids: Iterable[str]) -> Found:
        """Videos by id, any number. Those that are known and not there any more are gone, with all beneath them."""
        found = Found()
        for part in _parts(list(dict.fromkeys(ids)), IDS):
            there = {str(one.get("id")): one for one in self._client.videos(part)}
            for video in part:
                self._take(found, video, there.get(video))
        return found

    def _take(self, found: Found, video: str, record: Json | None) -> None:
        if record is None or is_private(record):
            found.missing.append(video)
            known = self._known(video)
            found.gone += [] if known is None else self.with_all_beneath(known)
        elif is_awaited(record):
            found.awaited[video] = self._ask_again(record)
        else:
            found.add(f"video {video}", lambda: video_post(record))

    def standing(self, videos: Sequence[str]) -> dict[str, bool]:
        """By id: whether everybody may see the video; 50 for a unit. What was removed is missing in the answer."""
        found: dict[str, bool] = {}
        for part in _parts(list(dict.fromkeys(videos)), IDS):
            there = {str(one.get("id")): one for one in self._client.videos(part)}
            found |= {one: one in there and not is_private(there[one]) for one in part}
        return found

    def comments(self, known: Sequence[KnownPost]) -> Found:
        """Known comments and replies; those that are not there any more are gone, with the replies to them."""
        found = Found()
        for part in _parts(known, LONG_IDS):
            by_id = {one.external_id.removeprefix(COMMENT): one for one in part}
            there = {str(one.get("id")): one for one in self._client.comments(list(by_id))}
            for comment, post in by_id.items():
                record = there.get(comment)
                if record is None:
                    found.gone += self.with_all_beneath(post)
                else:
                    self._add_comment(found, post, record)
        return found

    def _add_comment(self, found: Found, post: KnownPost, record: Json) -> None:
        """Looked up by id, a comment does not name its video, nor always its thread: those are known."""
        parent = post.parent_external_id or ""
        if parent.startswith(COMMENT):
            above = self._known(parent)
            video = (above.parent_external_id if above else None) or ""
            thread = {"parentId": parent.removeprefix(COMMENT)}
            record = {**record, "snippet": {**record.get("snippet", {}), **thread}}
        else:
            video = parent
        found.add(post.external_id, lambda: comment_post(record, video, post.realm))

    def with_all_beneath(self, post: KnownPost) -> list[Vanished]:
        """The post, its comments or captions, and the replies to those."""
        is_leaf = (post.parent_external_id or "").startswith(COMMENT)
        beneath = () if is_leaf else self._ctx.known.posts(parent=post.external_id)
        deeper = [one for child in beneath for one in self.with_all_beneath(child)]
        return [vanished(post.realm, post.external_id), *deeper]

    def _known(self, external_id: str) -> KnownPost | None:
        near = self._ctx.known.posts(prefix=external_id)
        return next((one for one in near if one.external_id == external_id), None)

    def is_known(self, external_id: str) -> bool:
        """Whether the post stands."""
        return self._known(external_id) is not None

    def _ask_again(self, record: Json) -> datetime:
        """At the hour it is to begin, at least daily; hourly from then on; daily if it never began."""
        now = self._ctx.now()
        live = record.get("liveStreamingDetails") or {}
        starts = _moment(live.get("scheduledStartTime"))
        if starts is None or live.get("actualStartTime"):
            return now + HOUR
        if starts > now:
            return min(starts, now + DAY)
        return now + (HOUR if now - starts < DAY else DAY)


def _moment(value: object) -> datetime | None:
    try:
        return moment(str(value)) if value else None
    except ValueError:
        return None


_One = TypeVar("_One")


def _parts(values: Sequence[_One], size: int) -> Iterator[Sequence[_One]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
