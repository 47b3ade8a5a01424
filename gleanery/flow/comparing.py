"""What a page shows beside what is kept: which posts are new, which say something else, which are shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.contents import is_unchanged
from gleanery.flow.house import House
from gleanery.flow.naming import handle_id, post_id
from gleanery.model.erasures import ErasedHandle
from gleanery.model.people import Handle
from gleanery.model.posts import Content, GoneWhy, Post, PostDraft, PostVersion, Sighting
from gleanery.model.types import derived_id


@dataclass(frozen=True)
class KeptPost:
    """A post as it is kept: its newest version, whose words they are, and where it stands.

    `lapsed`: the time its words may be kept without being fetched anew ran out, so they were emptied.
    """

    id: UUID
    version: int
    gone: GoneWhy | None
    channel: str | None
    act: str | None
    content_hash: bytes
    content_id: UUID
    lapsed: bool | None


@dataclass
class Compared:
    """Drafts by post id beside what is kept: those never seen, those with other words, those shown again.

    `unsighted` are those that this source sees for the first time, new or not.
    """

    drafts: Mapping[UUID, PostDraft]
    handles: Mapping[UUID, UUID]
    kept: Mapping[UUID, KeptPost]
    new: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    again: list[UUID] = field(default_factory=list)
    unsighted: list[UUID] = field(default_factory=list)


def by_id(house: House, drafts: Iterable[PostDraft]) -> dict[UUID, PostDraft]:
    """The drafts by the ids of their posts; of two for one post the later counts."""
    organisation = house.organisation.id
    return {post_id(organisation, one.platform, one.realm, one.external_id): one for one in drafts}


def compare(house: House, session: Session, source_id: UUID, drafts: Mapping[UUID, PostDraft]) -> Compared:
    """The drafts beside what is kept; those of erased persons are left out. Writes nothing."""
    handles = _handles(house, drafts)
    erased = _erased(session, set(handles.values()))
    wanted = {one: draft for one, draft in drafts.items() if handles.get(one) not in erased}
    kept = _kept(session, wanted)
    compared = Compared(wanted, handles, kept)
    seen, leading = _sightings(house, session, source_id, kept)
    for one, draft in wanted.items():
        known = kept.get(one)
        if known is None:
            compared.new.append(one)
        elif leading.get(one, source_id) == source_id:
            (compared.changed if _is_news(house, known, draft) else compared.again).append(one)
        if one not in seen:
            compared.unsighted.append(one)
    return compared


def _handles(house: House, drafts: Mapping[UUID, PostDraft]) -> dict[UUID, UUID]:
    """By post: the account it is from."""
    organisation = house.organisation.id
    return {
        one: handle_id(organisation, draft.platform, draft.realm, draft.author.external_id)
        for one, draft in drafts.items()
        if draft.author is not None
    }


def _erased(session: Session, handles: set[UUID]) -> set[UUID]:
    """Those of the accounts whose holder was erased and that nobody has linked since."""
    if not handles:
        return set()
    known = select(Handle.id).where(col(Handle.id) == col(ErasedHandle.handle_id)).exists()
    query = select(ErasedHandle.handle_id).where(col(ErasedHandle.handle_id).in_(handles), ~known)
    return set(session.exec(query))


_KEPT = (
    col(Post.id),
    col(Post.version),
    col(Post.gone),
    col(Post.channel),
    col(Post.act),
    col(PostVersion.content_hash),
    col(PostVersion.content_id),
    ((col(Content.gone) == GoneWhy.PURGED) & (col(Content.gone_at) >= col(Content.purge_at))).label("lapsed"),
)


def _kept(session: Session, post_ids: Iterable[UUID]) -> dict[UUID, KeptPost]:
    newest = (col(PostVersion.post_id) == col(Post.id)) & (col(PostVersion.number) == col(Post.version))
    words = col(Content.id) == col(PostVersion.content_id)
    query = select(*_KEPT).join(PostVersion, newest).join(Content, words)  # type: ignore[call-overload]
    rows = session.execute(query.where(col(Post.id).in_(list(post_ids))))
    return {row.id: KeptPost(*row) for row in rows}


def _sightings(
    house: House, session: Session, source_id: UUID, post_ids: Iterable[UUID]
) -> tuple[set[UUID], dict[UUID, UUID]]:
    """The posts that this source saw before, and by post the source whose words count.

    That is the configured source that saw it first: were every source to be followed, two that give one post
    in different words would make new versions of it for ever.
    """
    wanted = list(post_ids)
    if not wanted:
        return set(), {}
    organisation = str(house.organisation.id)
    configured = {derived_id("source", organisation, source.name) for source in house.config.sources}
    rows = session.execute(
        select(col(Sighting.post_id), col(Sighting.source_id))
        .where(col(Sighting.post_id).in_(wanted))
        .order_by(col(Sighting.first_seen_at), col(Sighting.source_id))
    ).all()
    leading: dict[UUID, UUID] = {}
    for post, source in rows:
        if source in configured:
            leading.setdefault(post, source)
    return {post for post, source in rows if source == source_id}, leading


def _is_news(house: House, known: KeptPost, draft: PostDraft) -> bool:
    """Whether the draft says something else than what is kept, or brings back what was gone; never what was erased.

    Words whose time ran out come back too: the platform shows them now, and fetched anew they may be kept anew. What
    the house itself let go of (retention) stays away.
    """
    if known.gone is GoneWhy.ERASED:
        return False
    return known.gone is not None or known.lapsed or not is_unchanged(house, known.content_hash, draft)
