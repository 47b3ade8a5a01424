"""Foreign text: where it is kept, how it is sealed, and when it is emptied."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.judging import FAILED, findings_on
from gleanery.flow.quarantine.lifting import kinds_in, released_in
from gleanery.model.posts import Content, GoneWhy, PostDraft, PostVersion
from gleanery.model.types import derived_id
from gleanery.ports import Policy, Subject

_WORDS = {
    "title",
    "text",
    "url",
    "author",
    "links",
    "tags",
    "licence",
    "seconds",
    "language",
    "thumbnail",
    "cues",
}


_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False)

Row = dict[str, Any]
"""A row of a table, by column."""


def body_of(draft: PostDraft) -> dict[str, Any]:
    """The words of a draft: what may have to be purged."""
    body = draft.model_dump(mode="json", include=_WORDS)
    if draft.author is not None and not draft.author.is_outside:
        del body["author"]["is_outside"]  # so that words kept before anybody could be a guest are the same
    for part in (body, *body["links"]):  # likewise those kept before there were pictures and cues
        for name in ("thumbnail", "cues"):
            if not part.get(name, True):
                del part[name]
    return body


def keep(house: House, post_id: UUID, number: int, draft: PostDraft, fetching: Fetching) -> tuple[Row, Row]:
    """The rows of content and post_version for a new version; words that a guard step blocks are sealed."""
    content_id = derived_id("content", str(house.organisation.id), str(post_id), number)
    body = body_of(draft)
    kept = body if fetching.policy.may_store_text else {**body, "text": "", "author": None, "cues": []}
    content = {
        "id": content_id,
        "hash_key": os.urandom(32),
        **fetching.row,
        **_guarded(house, content_id, body, kept),
        "gone": None,
        "gone_at": None,
    }
    version = {
        "post_id": post_id,
        "number": number,
        "content_id": content_id,
        "content_hash": _mark(house, body),
        "seen_at": fetching.at,
    }
    return content, version


@dataclass(frozen=True)
class Fetching:
    """When words were fetched, and under which policy."""

    policy: Policy
    at: datetime

    @cached_property
    def row(self) -> Row:
        """What of a content says so."""
        purge_at = self.at + self.policy.max_age if self.policy.max_age is not None else None
        return {"fetched_at": self.at, "policy": _plain_policy(self.policy), "purge_at": purge_at}


def is_unchanged(house: House, content_hash: bytes, draft: PostDraft) -> bool:
    """Whether the draft has the words of the version with this hash, also where those were purged since."""
    return hmac.compare_digest(content_hash, _mark(house, body_of(draft)))


def _mark(house: House, body: Mapping[str, Any]) -> bytes:
    return house.vault.mark(_canonical.encode(body))


# --------------------------------------------------------------------------- guards


def guard_again(house: House, session: Session, contents: Iterable[Content]) -> None:
    """Have the guards of today look at kept words again: what they block now is sealed, what they allow opened."""
    for content in contents:
        if content.guarded_as != house.guarded_as and (body := words(house, content)) is not None:
            released = released_in(session, [content.id])
            for name, value in _guarded(house, content.id, body, body, released).items():
                setattr(content, name, value)
            session.add(content)


def mask(house: House, content: Content, body: dict[str, Any]) -> None:
    """Keep these words in the place of those that are there; sealed again if a guard blocks them even so."""
    for name, value in _guarded(house, content.id, body, body).items():
        setattr(content, name, value)


def _guarded(
    house: House,
    content_id: UUID,
    judged: Mapping[str, Any],
    kept: dict[str, Any],
    released: frozenset[str] = frozenset(),
) -> Row:
    """What of a content holds the words: in clear, or sealed where a guard blocks any of them.

    `released`: the kinds that a person let out of these very words.
    """
    withheld = _blocked_kinds(house, judged)
    if released.issuperset(kinds_in(withheld)):
        withheld = []
    return {
        "withheld": withheld,
        "guarded_as": "" if FAILED in withheld else house.guarded_as,  # a guard that failed looks again
        "body": None if withheld else kept,
        "sealed": house.vault.seal(content_id, json.dumps(kept).encode()) if withheld else None,
    }


def _blocked_kinds(house: House, body: Mapping[str, Any]) -> list[str]:
    """The kinds of sensitive data for which a guard blocks these words, those of shared links included."""
    links = body.get("links") or ()
    remarks = [link[part] for link in links for part in ("title", "summary") if link.get(part)]
    author = (body.get("author") or {}).get("name")
    subject = Subject(
        item_id=house.organisation.id,
        kind="",
        title=body.get("title", ""),
        text=body.get("text", ""),
        url=body.get("url"),
        language=body.get("language"),
        platforms=(),
        links=tuple(link["url"] for link in links),
        replies=(*remarks, *([author] if author else [])),
        tags=tuple(body.get("tags", ())),
    )
    guards = [judge for judge in house.steps if getattr(judge.plugin, "guards", False)]
    blocking = [one.finding for one in findings_on(guards, subject) if one.finding.verdict == "block"]
    return sorted({kind for finding in blocking for kind in finding.flags or (finding.reason,)})


# --------------------------------------------------------------------------- reading and emptying


def words(house: House, content: Content) -> dict[str, Any] | None:
    """The kept words, unsealed; None once they are gone."""
    if content.sealed is not None:
        opened: dict[str, Any] = json.loads(house.vault.open(content.id, content.sealed))
        return opened
    return content.body


def policy_of(content: Content) -> Policy:
    """The policy in force when these words were fetched."""
    values = dict(content.policy)
    for name in ("max_age", "refresh_by"):
        values[name] = timedelta(seconds=values[name]) if values[name] is not None else None
    return Policy(**values)


def _plain_policy(policy: Policy) -> dict[str, Any]:
    values = asdict(policy)
    for name in ("max_age", "refresh_by"):
        values[name] = values[name].total_seconds() if values[name] is not None else None
    return values


def empty(content: Content, why: GoneWhy, at: datetime) -> None:
    """Take the words away for good; the row stays and says why and when."""
    content.body = content.sealed = content.hash_key = None
    content.gone, content.gone_at = why, at


def contents_of(session: Session, post_ids: Sequence[UUID]) -> dict[UUID, Content]:
    """The newest content of each post."""
    if not post_ids:
        return {}
    rows = session.exec(
        select(PostVersion.post_id, PostVersion.number, Content)
        .join(Content, col(Content.id) == col(PostVersion.content_id))
        .where(col(PostVersion.post_id).in_(post_ids))
        .order_by(col(PostVersion.number))
    )
    return {post_id: content for post_id, _, content in rows}
