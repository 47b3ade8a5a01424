"""What is said in an item's recording and when, and its chapters: out of the posts about it.

A transcript stands in a post beside the recording's (or is one itself), so its words are guarded, purged and erased as
all others are. Chapters are lines that begin with a time, as people write them below a video: three or more of them,
the first at the very beginning, each later than the one before
(https://support.google.com/youtube/answer/9884579).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlmodel import Session, col, select

from gleanery.flow.contents import contents_of, policy_of, words
from gleanery.flow.house import House
from gleanery.flow.subjects import ItemWords
from gleanery.model.items import ItemPost
from gleanery.model.posts import CHAPTERS, Post, PostKind

PASSAGE = 30.0
"""Seconds that stand together in one passage."""

_LINE = re.compile(r"^\W{0,3}((?:\d{1,2}:)?\d{1,2}:\d{2})\b[\s)\]\-–—:|.]*(\S.*)$", re.MULTILINE)
_YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be")


@dataclass(frozen=True)
class Passage:
    """Something that begins at a second: a chapter, or a stretch of what is said."""

    at: float
    words: str


@dataclass(frozen=True)
class Spoken:
    """The speech of an item. `language`: of its words, where it is known."""

    passages: tuple[Passage, ...] = ()
    chapters: tuple[Passage, ...] = ()
    language: str | None = None


NOTHING = Spoken()


def spoken_in(
    house: House,
    session: Session,
    told: ItemWords | None,
    *,
    may_show: Callable[[Post, Any], bool] = lambda _post, _policy: True,
    hide: Callable[[str], str] = lambda text: text,
) -> Spoken:
    """What is said in the item. `may_show`: of a post and the policy of its words; `hide`: puts bars over words."""
    if told is None or told.withheld:
        return NOTHING
    found, own = NOTHING, {one.post.id for one in told.tellings if one.link is None and not one.is_internal}
    for post, body in _posts(house, session, told, may_show):
        text, cues = str(body.get("text") or ""), body.get("cues") or ()
        if cues and not found.passages:
            passages = tuple(Passage(one.at, hide(one.words)) for one in _passages(text, cues))
            found = Spoken(passages, found.chapters, body.get("language"))
        if not cues and not found.chapters and (post.id in own or post.external_id.startswith(CHAPTERS)):
            chapters = tuple(Passage(one.at, hide(one.words)) for one in chapters_of(text))
            found = Spoken(found.passages, chapters, found.language)
    return found


def _posts(
    house: House, session: Session, told: ItemWords, may_show: Callable[[Post, Any], bool]
) -> list[tuple[Post, dict[str, Any]]]:
    """The posts about the item whose words may be shown, oldest first, the chosen one before all others."""
    rows = session.exec(
        select(Post)
        .join(ItemPost, col(ItemPost.post_id) == col(Post.id))
        .where(ItemPost.item_id == told.item.id, col(Post.gone).is_(None))
        .order_by(col(Post.seq))
    ).all()
    posts = [post for post in rows if post.kind in _SPEAKING]
    contents = contents_of(session, [post.id for post in posts])
    found = []
    for post in sorted(posts, key=lambda one: one.id != told.chosen.post.id):
        content = contents.get(post.id)
        if content is None or content.withheld or not may_show(post, policy_of(content)):
            continue
        body = words(house, content)
        if body is not None:
            found.append((post, body))
    return found


_SPEAKING = (PostKind.ARTICLE, PostKind.VIDEO, PostKind.AUDIO, PostKind.COURSE)
"""Kinds of posts that may hold speech or chapters: messages are left alone, of which there may be many."""


def _passages(text: str, cues: Sequence[dict[str, Any]]) -> list[Passage]:
    """The text cut where half a minute is over."""
    starts: list[tuple[float, int]] = []
    for cue in cues:
        if not starts or cue["at"] - starts[-1][0] >= PASSAGE:
            starts.append((cue["at"], cue["place"]))
    ends = [place for _, place in starts[1:]] + [len(text)]
    return [Passage(at, text[place:end].strip()) for (at, place), end in zip(starts, ends, strict=True)]


def chapters_of(text: str) -> list[Passage]:
    """The chapters that a text lists; none where it lists fewer than three, or not from the beginning on."""
    found: list[Passage] = []
    for time, title in _LINE.findall(text):
        at = _seconds(time)
        if found and at <= found[-1].at:
            continue
        found.append(Passage(at, title.strip()[:300]))
    return found if len(found) >= 3 and found[0].at == 0 else []


def _seconds(time: str) -> float:
    total = 0
    for part in time.split(":"):
        total = total * 60 + int(part)
    return float(total)


def clock(seconds: float) -> str:
    """A time as people write it: 1:02:03, 4:05."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def address_at(url: str | None, seconds: float) -> str | None:
    """The address at which a recording begins at a second: of YouTube's, else a media fragment.

    https://www.w3.org/TR/media-frags/
    """
    if not url:
        return None
    parts, at = urlsplit(url), int(seconds)
    if (parts.hostname or "") in _YOUTUBE:
        query = [(name, value) for name, value in parse_qsl(parts.query) if name != "t"]
        return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{at}s")])))
    return urlunsplit(parts._replace(fragment=f"t={at}"))
