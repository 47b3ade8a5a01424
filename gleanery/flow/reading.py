"""read(source): pages of posts into the house, posts and cursor committed together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from gleanery.config import SourceSettings
from gleanery.errors import GleaneryError
from gleanery.flow.blaming import blaming
from gleanery.flow.change import Change
from gleanery.flow.contents import contents_of, empty, is_unchanged, keep, renew
from gleanery.flow.house import House
from gleanery.flow.sources import forget_faults, graver, keep_faults, note_partition, settle
from gleanery.leases import Held, held
from gleanery.model.erasures import ErasedHandle
from gleanery.model.items import Item, ItemPost, MatchKey
from gleanery.model.people import Handle
from gleanery.model.posts import Content, GoneWhy, Post, PostDraft, PostVersion, Sighting, Vanished
from gleanery.model.sources import Partition, Source
from gleanery.model.types import derived_id
from gleanery.ports import Connector, Page
from gleanery.store import Overtaken

Progress = Callable[[str, int], None]


@dataclass
class ReadReport:
    """What reading one source brought; `faults` are (place, message)."""

    source: str
    new_posts: int = 0
    changed_posts: int = 0
    gone_posts: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    busy: bool = False


def read(house: House, name: str, progress: Progress = lambda _name, _count: None) -> ReadReport:
    """Read one source to the end of its window; a broken partition is told and the others go on."""
    settings = house.config.source(name)
    report = ReadReport(name)
    with held(house.store, f"read:{name}", house.now) as lease:
        if lease is None:
            report.busy = True
            return report
        _read_source(house, settings, lease, report, progress)
    return report


def _read_source(
    house: House, settings: SourceSettings, lease: Held, report: ReadReport, progress: Progress
) -> None:
    source_id = derived_id("source", str(house.organisation.id), settings.name)
    worst: GleaneryError | None = None
    try:
        with blaming("connector", settings.connector):
            connector = house.connector(settings)
            partitions = connector.partitions()
    except GleaneryError as error:
        report.faults.append((settings.name, str(error)))
        settle(house, settings, source_id, error)
        return
    for partition in partitions:
        reading = _Reading(house, settings, source_id, partition, connector, lease)
        try:
            for page in _pages(connector, partition, _state(house, source_id, partition)):
                reading.take(page, report)
                progress(settings.name, len(page.posts))
        except GleaneryError as error:
            report.faults.append((f"{settings.name}/{partition}", str(error)))
            note_partition(house, source_id, partition, str(error))
            worst = graver(worst, error)
    settle(house, settings, source_id, worst)


def _pages(connector: Connector, partition: str, state: Mapping[str, object]) -> Iterator[Page]:
    """The connector's pages; what it raises besides deliberate errors is its fault, by name."""
    pages = iter(connector.pages(partition, state))
    while True:
        with blaming("connector", connector.name):
            page = next(pages, None)
        if page is None:
            return
        yield page


def _state(house: House, source_id: UUID, partition: str) -> dict[str, object]:
    with house.store.read() as session:
        row = session.get(Partition, (source_id, partition))
        return dict(row.state) if row else {}


@dataclass
class _Reading:
    """One partition being read, page by page."""

    house: House
    settings: SourceSettings
    source_id: UUID
    partition: str
    connector: Connector
    lease: Held
    is_first: bool = True

    def take(self, page: Page, report: ReadReport) -> None:
        """Commit one page; once more where another source wrote one of its posts at the same moment."""
        try:
            new, changed, gone = self._commit(page)
        except Overtaken:
            new, changed, gone = self._commit(page)
        self.is_first = False
        report.new_posts += new
        report.changed_posts += changed
        report.gone_posts += gone
        report.faults.extend((f"{self.settings.name}/{fault.where}", fault.message) for fault in page.faults)

    def _commit(self, page: Page) -> tuple[int, int, int]:
        """Posts, disappearances, faults and the state to go on from, together: (new, changed, gone)."""
        house, source_id = self.house, self.source_id
        with house.change() as change:
            self.lease.confirm(change.session, house.now())
            _ensure_source(change.session, self.settings, source_id)
            new, changed = _take_posts(house, change, source_id, page.posts, self.connector)
            gone = sum(_take_gone(house, change, one) for one in page.gone)
            row = change.session.get(Partition, (source_id, self.partition)) or Partition(
                source_id=source_id, name=self.partition
            )
            moved = row.state != dict(page.state)
            if self.is_first and row.complete and (moved or page.posts or page.faults):
                forget_faults(change, source_id, self.partition)
            keep_faults(change, source_id, self.partition, page.faults)
            row.state, row.complete, row.message, row.read_at = dict(page.state), page.complete, "", change.at
            change.session.add(row)
            if new or changed or gone or moved:
                self._tell(change, new=new, changed=changed, gone=gone)
        return new, changed, gone

    def _tell(self, change: Change, **counts: int) -> None:
        mark = hashlib.sha256(self.partition.encode("utf-8", "replace")).hexdigest()[:16]
        actor = f"connector:{self.settings.connector}"
        change.audit("source.read", actor, f"source:{self.settings.name}", partition=mark, **counts)


def _ensure_source(session: Session, settings: SourceSettings, source_id: UUID) -> None:
    if session.get(Source, source_id) is None:
        session.add(Source(id=source_id, name=settings.name, connector=settings.connector))
        session.flush()


# --------------------------------------------------------------------------- posts


LONGEST_ID = 200
"""Bytes of an id that are kept as they are; three of them still fit an index of PostgreSQL."""


def stored_id(value: str) -> str:
    """The id of a post or realm as kept: one that is an address may hold a secret (in its path too) and is hashed."""
    return _hashed(value) if "://" in value else short_id(value)


def short_id(value: str) -> str:
    """An id as kept: one that is too long for an index is hashed."""
    return _hashed(value) if len(value.encode("utf-8", "replace")) > LONGEST_ID else value


def _hashed(value: str) -> str:
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def post_id_of(house: House, platform: str, realm: str, external_id: str) -> UUID:
    """The derived id of a post: the same whichever source saw it."""
    return derived_id("post", str(house.organisation.id), platform, stored_id(realm), stored_id(external_id))


def _take_posts(
    house: House, change: Change, source_id: UUID, drafts: Iterable[PostDraft], connector: Connector
) -> tuple[int, int]:
    """Insert new posts, add versions to changed ones, note who saw them; (new, changed)."""
    kept = _without_erased(house, change.session, list(drafts))
    wanted = {post_id_of(house, d.platform, d.realm, d.external_id): d for d in kept}
    known = {post.id: post for post in _chunked(change.session, wanted)}
    versions = _last_versions(change.session, known.values())
    seen, leading = _sightings(house, change.session, source_id, list(wanted))
    new = changed = 0
    for post_id, draft in wanted.items():
        post = known.get(post_id)
        if post is None:
            _insert_post(house, change, post_id, draft, connector)
            new += 1
        elif leading.get(post_id, source_id) == source_id and _is_news(house, post, versions[post_id], draft):
            _add_version(house, change, post, draft, connector)
            changed += 1
        elif connector.policy.max_age is not None and leading.get(post_id, source_id) == source_id:
            _renew(change, post, connector)
        if post_id not in seen:
            change.session.add(Sighting(post_id=post_id, source_id=source_id, first_seen_at=change.at))
    change.session.flush()
    return new, changed


def _without_erased(house: House, session: Session, drafts: Sequence[PostDraft]) -> Iterator[PostDraft]:
    """The drafts but for those from accounts whose holder was erased and that nobody has linked since."""
    handles = {
        place: handle_row(house.organisation.id, one.platform, one.realm, one.author.external_id).id
        for place, one in enumerate(drafts)
        if one.author is not None
    }
    known = select(Handle.id).where(col(Handle.id) == col(ErasedHandle.handle_id)).exists()
    query = select(ErasedHandle.handle_id).where(
        col(ErasedHandle.handle_id).in_(set(handles.values())), ~known
    )
    erased = set(session.exec(query))
    return (one for place, one in enumerate(drafts) if handles.get(place) not in erased)


def _renew(change: Change, post: Post, connector: Connector) -> None:
    """The source showed words again that may be kept for a time only: the time begins anew."""
    for content in contents_of(change.session, [post.id]).values():
        renew(content, connector.policy, change.at)
        change.session.add(content)


def _is_news(house: House, post: Post, last: PostVersion, draft: PostDraft) -> bool:
    """Whether the draft says something else than what is kept, or brings back what was gone; never what was erased."""
    if post.gone is GoneWhy.ERASED:
        return False
    return post.gone is not None or not is_unchanged(house, last, draft)


def _sightings(
    house: House, session: Session, source_id: UUID, post_ids: Sequence[UUID]
) -> tuple[set[UUID], dict[UUID, UUID]]:
    """The posts that this source saw before, and by post the source whose words count.

    That is the configured source that saw it first: were every source to be followed, two that give one post
    in different words would make new versions of it for ever.
    """
    organisation = str(house.organisation.id)
    configured = {derived_id("source", organisation, source.name) for source in house.config.sources}
    rows = session.exec(
        select(Sighting)
        .where(col(Sighting.post_id).in_(post_ids))
        .order_by(col(Sighting.first_seen_at), col(Sighting.source_id))
    ).all()
    leading: dict[UUID, UUID] = {}
    for row in rows:
        if row.source_id in configured:
            leading.setdefault(row.post_id, row.source_id)
    return {row.post_id for row in rows if row.source_id == source_id}, leading


def _chunked(session: Session, ids: Iterable[UUID]) -> Iterator[Post]:
    everything = list(ids)
    for start in range(0, len(everything), 500):
        yield from session.exec(select(Post).where(col(Post.id).in_(everything[start : start + 500])))


def _last_versions(session: Session, posts: Iterable[Post]) -> dict[UUID, PostVersion]:
    rows = session.exec(
        select(PostVersion)
        .where(col(PostVersion.post_id).in_([post.id for post in posts]))
        .order_by(col(PostVersion.number))
    )
    return {row.post_id: row for row in rows}


def _insert_post(house: House, change: Change, post_id: UUID, draft: PostDraft, connector: Connector) -> None:
    content, version = keep(house, post_id, 1, draft, connector.policy)
    change.session.add(
        Post(
            id=post_id,
            platform=draft.platform,
            realm=stored_id(draft.realm),
            external_id=stored_id(draft.external_id),
            kind=draft.kind,
            internal=draft.internal,
            by_bot=draft.author.is_bot if draft.author else False,
            handle_id=_handle(house, change, draft),
            parent_external_id=stored_id(draft.parent_external_id) if draft.parent_external_id else None,
            published_at=draft.published_at,
            edited_at=draft.edited_at,
            first_seen_at=change.at,
            version=1,
        )
    )
    change.session.add_all([content, version])
    change.session.flush()  # one by one: `seq` is the order of reading


def _add_version(house: House, change: Change, post: Post, draft: PostDraft, connector: Connector) -> None:
    content, version = keep(house, post.id, post.version + 1, draft, connector.policy)
    for row in change.session.exec(
        select(Content)
        .join(PostVersion, col(PostVersion.content_id) == col(Content.id))
        .where(PostVersion.post_id == post.id, col(Content.gone).is_(None))
    ):
        empty(row, GoneWhy.TOMBSTONED, change.at)  # the author took the earlier words back
    post.version, post.edited_at, post.gone, post.gone_at = post.version + 1, draft.edited_at, None, None
    change.session.add_all([post, content, version])


def _handle(house: House, change: Change, draft: PostDraft) -> UUID | None:
    if draft.author is None:
        return None
    made = handle_row(house.organisation.id, draft.platform, draft.realm, draft.author.external_id)
    if change.session.get(Handle, made.id) is None:
        change.session.add(made)
        change.session.flush()
    return made.id


def handle_row(organisation: UUID, platform: str, realm: str, external_id: str) -> Handle:
    """The row of an account on a platform: the same id and the same stored parts whoever names it."""
    realm, account = stored_id(realm), short_id(external_id)
    handle_id = derived_id("handle", str(organisation), platform, realm, account)
    return Handle(id=handle_id, platform=platform, realm=realm, external_id=account)


def _take_gone(house: House, change: Change, vanished: Vanished) -> bool:
    """Tombstone a post that the source says is gone: its words and what derives from them are emptied."""
    post_id = post_id_of(house, vanished.platform, vanished.realm, vanished.external_id)
    post = change.session.exec(select(Post).where(Post.id == post_id)).one_or_none()
    if post is None or post.gone is not None:
        return False
    post.gone, post.gone_at = GoneWhy.TOMBSTONED, change.at
    for content in contents_of(change.session, [post.id]).values():
        empty(content, GoneWhy.TOMBSTONED, change.at)
        change.session.add(content)
    forget(change.session, post.id)
    change.session.add(post)
    change.audit("post.tombstoned", "source", f"post:{post.id}")
    return True


def forget(session: Session, post_id: UUID) -> None:
    """Empty what derives from a post's words, and have its items judged again."""
    for key in session.exec(select(MatchKey).where(MatchKey.post_id == post_id)):
        session.delete(key)
    items = select(ItemPost.item_id).where(ItemPost.post_id == post_id)
    session.execute(update(Item).where(col(Item.id).in_(items)).values(screened_as=""))
