"""read(source): pages of posts into the house, posts and cursor committed together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlmodel import Session, col, select

from gleanery.config import SourceSettings
from gleanery.errors import ConfigError, Denied, GleaneryError, QuotaExhausted, Unreachable
from gleanery.flow.change import Change
from gleanery.flow.contents import contents_of, empty, is_unchanged, keep
from gleanery.flow.house import House
from gleanery.leases import Held, held
from gleanery.model.items import Item, ItemPost, MatchKey
from gleanery.model.people import Handle
from gleanery.model.posts import Content, GoneWhy, Post, PostDraft, PostVersion, Sighting, Vanished
from gleanery.model.sources import Partition, ReadFault, Source, SourceStatus
from gleanery.model.types import derived_id
from gleanery.ports import Connector, Fault, Page

log = structlog.get_logger()
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
        connector = house.connector(settings)
        partitions = connector.partitions()
    except GleaneryError as error:
        report.faults.append((settings.name, str(error)))
        _settle(house, settings, source_id, error)
        return
    for partition in partitions:
        try:
            for page in connector.pages(partition, _state(house, source_id, partition)):
                _take_page(house, settings, source_id, partition, page, connector, lease, report)
                progress(settings.name, len(page.posts))
        except GleaneryError as error:
            report.faults.append((f"{settings.name}/{partition}", str(error)))
            _note_partition(house, source_id, partition, str(error))
            worst = _graver(worst, error)
    _settle(house, settings, source_id, worst)


def _state(house: House, source_id: UUID, partition: str) -> dict[str, object]:
    with house.store.read() as session:
        row = session.get(Partition, (source_id, partition))
        return dict(row.state) if row else {}


def _take_page(
    house: House,
    settings: SourceSettings,
    source_id: UUID,
    partition: str,
    page: Page,
    connector: Connector,
    lease: Held,
    report: ReadReport,
) -> None:
    """Commit one page: posts, disappearances, faults and the state to go on from."""
    with house.change() as change:
        lease.confirm(change.session, house.now())
        _ensure_source(change.session, settings, source_id)
        new, changed = _take_posts(house, change, source_id, page.posts, connector)
        gone = sum(_take_gone(house, change, one) for one in page.gone)
        _keep_faults(change, source_id, partition, page.faults)
        row = change.session.get(Partition, (source_id, partition)) or Partition(
            source_id=source_id, name=partition
        )
        moved = row.state != dict(page.state)
        row.state, row.complete, row.message, row.read_at = dict(page.state), page.complete, "", change.at
        change.session.add(row)
        if new or changed or gone or moved:
            change.audit(
                "source.read", f"connector:{settings.connector}", f"source:{settings.name}",
                partition=hashlib.sha256(partition.encode()).hexdigest()[:16], new=new, changed=changed, gone=gone,
            )  # fmt: skip
    report.new_posts += new
    report.changed_posts += changed
    report.gone_posts += gone
    report.faults.extend((f"{settings.name}/{fault.where}", fault.message) for fault in page.faults)


def _ensure_source(session: Session, settings: SourceSettings, source_id: UUID) -> None:
    if session.get(Source, source_id) is None:
        session.add(Source(id=source_id, name=settings.name, connector=settings.connector))
        session.flush()


# --------------------------------------------------------------------------- posts


def stored_external_id(external_id: str) -> str:
    """The id as kept: one that is an address with a query or a sign-in in it may hold secrets and is hashed."""
    if "://" in external_id and ("?" in external_id or "@" in external_id):
        return "sha256:" + hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()
    return external_id


def post_id_of(house: House, platform: str, realm: str, external_id: str) -> UUID:
    """The derived id of a post: the same whichever source saw it."""
    return derived_id("post", str(house.organisation.id), platform, realm, stored_external_id(external_id))


def _take_posts(
    house: House, change: Change, source_id: UUID, drafts: Iterable[PostDraft], connector: Connector
) -> tuple[int, int]:
    """Insert new posts, add versions to changed ones, note who saw them; (new, changed)."""
    wanted = {post_id_of(house, d.platform, d.realm, d.external_id): d for d in drafts}
    known = {post.id: post for post in _chunked(change.session, wanted)}
    contents = contents_of(change.session, list(known))
    versions = _last_versions(change.session, known.values())
    seen = set(
        change.session.exec(
            select(Sighting.post_id).where(
                Sighting.source_id == source_id, col(Sighting.post_id).in_(list(wanted))
            )
        )
    )
    new = changed = 0
    for post_id, draft in wanted.items():
        post = known.get(post_id)
        if post is None:
            _insert_post(house, change, post_id, draft, connector)
            new += 1
        elif post.gone is not None or not is_unchanged(house, versions[post_id], draft):
            _add_version(house, change, post, draft, connector)
            changed += 1
        if post_id not in seen:
            change.session.add(Sighting(post_id=post_id, source_id=source_id, first_seen_at=change.at))
    change.session.flush()
    return new, changed


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
            realm=draft.realm,
            external_id=stored_external_id(draft.external_id),
            kind=draft.kind,
            internal=draft.internal,
            by_bot=draft.author.is_bot if draft.author else False,
            handle_id=_handle(house, change, draft),
            parent_external_id=stored_external_id(draft.parent_external_id)
            if draft.parent_external_id
            else None,
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
    author = draft.author.external_id
    handle_id = derived_id("handle", str(house.organisation.id), draft.platform, draft.realm, author)
    if change.session.get(Handle, handle_id) is None:
        change.session.add(
            Handle(id=handle_id, platform=draft.platform, realm=draft.realm, external_id=author)
        )
        change.session.flush()
    return handle_id


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
    for item in session.exec(select(Item).where(col(Item.id).in_(items))):
        item.screened_as = ""
        session.add(item)


# --------------------------------------------------------------------------- how the source is doing


def _keep_faults(change: Change, source_id: UUID, partition: str, faults: Iterable[Fault]) -> None:
    for fault in faults:
        row = ReadFault(
            source_id=source_id,
            partition=partition,
            place=fault.where,
            message=fault.message,
            seen_at=change.at,
        )
        change.session.merge(row)


def _note_partition(house: House, source_id: UUID, partition: str, message: str) -> None:
    with house.store.write() as session:
        row = session.get(Partition, (source_id, partition)) or Partition(source_id=source_id, name=partition)
        row.message, row.read_at = message, house.now()
        session.add(row)


def _graver(one: GleaneryError | None, other: GleaneryError) -> GleaneryError:
    """Of two errors the one a person must act on."""
    return other if one is None or isinstance(other, ConfigError | Denied) else one


def _settle(house: House, settings: SourceSettings, source_id: UUID, error: GleaneryError | None) -> None:
    """Say how the source is doing and when it is due again: retrying is not failed."""
    now = house.now()
    with house.store.write() as session:
        source = session.get(Source, source_id) or Source(
            id=source_id, name=settings.name, connector=settings.connector
        )
        source.next_due_at = now + timedelta(minutes=settings.every_minutes)
        if error is None:
            source.status, source.message, source.failures = SourceStatus.HEALTHY, "", 0
            source.last_success_at = now
        else:
            source.failures += 1
            source.message = str(error)
            acts = isinstance(error, ConfigError | Denied)
            source.status = SourceStatus.ACTION_REQUIRED if acts else SourceStatus.RETRYING
            source.next_due_at = _retry_at(error, now, source.next_due_at)
        session.add(source)
    if error is not None:
        log.warning("source.fault", source=settings.name, error=str(error))


def _retry_at(error: GleaneryError, now: datetime, regular: datetime) -> datetime:
    """When a source that failed is due again: when the other side says, else as usual."""
    if isinstance(error, QuotaExhausted):
        return error.until
    if isinstance(error, Unreachable) and error.retry_after is not None:
        return now + timedelta(seconds=error.retry_after)
    return regular
