"""Foreign text: where it is kept, how it is sealed, and when it is emptied."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.judging import FAILED, findings_on
from gleanery.model.posts import Content, GoneWhy, PostDraft, PostVersion
from gleanery.model.types import derived_id
from gleanery.ports import Policy, Subject

_WORDS = {"title", "text", "url", "author", "links", "tags", "licence", "seconds", "language"}


def body_of(draft: PostDraft) -> dict[str, Any]:
    """The words of a draft: what may have to be purged."""
    return draft.model_dump(mode="json", include=_WORDS)


def keep(
    house: House, post_id: UUID, number: int, draft: PostDraft, policy: Policy
) -> tuple[Content, PostVersion]:
    """The rows for a new version of a post; words that a guard step blocks are sealed."""
    now = house.now()
    content_id = derived_id("content", str(house.organisation.id), str(post_id), number)
    content = Content(
        id=content_id,
        hash_key=os.urandom(32),
        policy=_plain_policy(policy),
        fetched_at=now,
        purge_at=now + policy.max_age if policy.max_age is not None else None,
    )
    body = body_of(draft)
    _guard(house, content, body, {**body, "text": "", "author": None} if not policy.may_store_text else body)
    version = PostVersion(
        post_id=post_id, number=number, content_id=content_id, content_hash=_mark(house, draft), seen_at=now
    )
    return content, version


def is_unchanged(house: House, version: PostVersion, draft: PostDraft) -> bool:
    """Whether the draft has the words of this version, also where those were purged since."""
    return hmac.compare_digest(version.content_hash, _mark(house, draft))


def _mark(house: House, draft: PostDraft) -> bytes:
    return house.vault.mark(json.dumps(body_of(draft), sort_keys=True, ensure_ascii=False))


# --------------------------------------------------------------------------- guards


def guard_again(house: House, session: Session, contents: Iterable[Content]) -> None:
    """Have the guards of today look at kept words again: what they block now is sealed, what they allow opened."""
    for content in contents:
        if content.guarded_as != house.guarded_as and (body := words(house, content)) is not None:
            _guard(house, content, body, body)
            session.add(content)


def _guard(house: House, content: Content, judged: Mapping[str, Any], kept: dict[str, Any]) -> None:
    """Put the words into the row: in clear, or sealed where a guard blocks any of them."""
    content.withheld = _blocked_kinds(house, judged)
    content.guarded_as = (
        "" if FAILED in content.withheld else house.guarded_as
    )  # a guard that failed looks again
    sealing = bool(content.withheld)
    content.body = None if sealing else kept
    content.sealed = house.vault.seal(content.id, json.dumps(kept).encode()) if sealing else None


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


def renew(content: Content, policy: Policy, at: datetime) -> None:
    """The source showed the same words again: they count as fetched now, under its policy of now."""
    if content.gone is None:
        content.fetched_at, content.policy = at, _plain_policy(policy)
        content.purge_at = at + policy.max_age if policy.max_age is not None else None


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
