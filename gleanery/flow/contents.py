"""Foreign text: where it is kept, how it is sealed, and when it is emptied."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.model.posts import Content, GoneWhy, PostDraft, PostVersion
from gleanery.model.types import derived_id
from gleanery.ports import Policy, Step, Subject

_WORDS = {"title", "text", "url", "author", "links", "tags", "licence", "seconds", "language"}


def body_of(draft: PostDraft) -> dict[str, Any]:
    """The words of a draft: what may have to be purged."""
    return draft.model_dump(mode="json", include=_WORDS)


def fingerprint(key: bytes, body: dict[str, Any]) -> bytes:
    """HMAC of the words under a key that is erased with them (short texts could be guessed from a bare hash)."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key, text.encode(), hashlib.sha256)


def keep(
    house: House, post_id: UUID, number: int, draft: PostDraft, policy: Policy
) -> tuple[Content, PostVersion]:
    """The rows for a new version of a post; words that a guard step blocks are sealed."""
    now = house.now()
    content_id = derived_id("content", str(house.organisation.id), str(post_id), number)
    body, key = body_of(draft), os.urandom(32)
    withheld = blocked_kinds(house, draft)
    content = Content(
        id=content_id,
        hash_key=key,
        policy=_plain_policy(policy),
        fetched_at=now,
        purge_at=now + policy.max_age if policy.max_age is not None else None,
        withheld=withheld,
    )
    if not policy.may_store_text:
        body = {**body, "text": "", "author": None}
    if withheld:
        content.sealed = house.vault.seal(content_id, json.dumps(body).encode())
    else:
        content.body = body
    version = PostVersion(
        post_id=post_id,
        number=number,
        content_id=content_id,
        content_hash=fingerprint(key, body_of(draft)),
        seen_at=now,
    )
    return content, version


def blocked_kinds(house: House, draft: PostDraft) -> list[str]:
    """The kinds of sensitive data for which a configured step blocks these words; empty where none does."""
    subject = Subject(
        item_id=house.organisation.id,
        kind=draft.kind.value,
        title=draft.title,
        text=draft.text,
        url=draft.url,
        language=draft.language,
        platforms=(draft.platform,),
        links=tuple(text for link in draft.links for text in (link.url, link.title, link.summary) if text),
        tags=draft.tags,
        internal=draft.internal,
    )
    guards: list[Step] = [judge.plugin for judge in house.steps if getattr(judge.plugin, "guards", False)]
    findings = [guard.judge(subject) for guard in guards]
    kinds = {
        kind
        for finding in findings
        if finding.verdict == "block"
        for kind in finding.flags or (finding.reason,)
    }
    return sorted(kinds)


def is_unchanged(version: PostVersion, content: Content, draft: PostDraft) -> bool:
    """Whether the draft has the words already kept; purged words count as known if the version is the last."""
    if content.hash_key is None:
        return True
    return hmac.compare_digest(version.content_hash, fingerprint(content.hash_key, body_of(draft)))


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
