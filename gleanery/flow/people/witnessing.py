"""What a page tells of people who have a basis becomes statements; what it takes back is voided.

The reading calls `witness` in the transaction that takes a page in. Of everybody else nothing is written.

Only news is stated: a post that this source shows for the first time or with other words, a sign below it that is
not stated yet. So what was read before somebody had a basis stays unstated, also when it is shown again. The news
may tell of something done earlier; whose the account was then is asked of the day it was done (`asking.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from gleanery.config import SourceSettings
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.people import concerning
from gleanery.flow.people.acting import Seen, Told, handles_of, parent_of, reacted, written
from gleanery.flow.people.asking import Origin
from gleanery.flow.people.learning import learned, learner, thing
from gleanery.flow.people.stating import Deed, state
from gleanery.flow.people.withdrawing import void
from gleanery.model.bases import Stated
from gleanery.model.types import derived_id
from gleanery.ports import Connector, Page


def witness(house: House, change: Change, source: SourceSettings, page: Page, connector: Connector) -> None:
    """State what linked accounts with a basis did by a page that was just taken in; void what it takes back.

    The same page once more changes nothing. Raises: Conflict as `stating.state`.
    """
    whom = concerning.concerned(change.session, house.organisation.id, page)
    if not whom:
        return
    seen = _seen(house, change, page, whom, only_address=connector.policy.only_address)
    _state(
        change, source, [*_social(house, change, source, seen, whom), *_learning(house, change, page, whom)]
    )
    taken_back = _taken_back(change, seen, concerning.gone(house.organisation.id, page) & whom)
    if taken_back:
        machine = f"connector:{connector.name}:{source.name}"
        void(change, taken_back, "taken back at the source", machine)
        change.audit("statements.voided", machine, f"source:{source.name}", count=len(taken_back))


def _seen(
    house: House, change: Change, page: Page, whom: set[UUID], *, only_address: bool
) -> dict[UUID, Seen]:
    """By id: the posts of the page that are kept and concern somebody."""
    organisation = house.organisation.id
    drafts = {
        key: draft
        for key, draft in concerning.shown(organisation, page).items()
        if key in whom or any(handle in whom for handle in handles_of(organisation, draft))
    }
    rows = concerning.posts_there(change.session, drafts)
    passing = {key for key in rows if drafts[key].act in ("shared", "commented")}
    abouts = passing | {one for key in passing if (one := parent_of(organisation, drafts[key])) is not None}
    items = concerning.items_about(change.session, abouts) if abouts else {}
    return {key: Seen(house.bridge, drafts[key], row, items, only_address) for key, row in rows.items()}


# --------------------------------------------------------------------------- told


def _social(
    house: House, change: Change, source: SourceSettings, seen: Mapping[UUID, Seen], whom: set[UUID]
) -> Iterator[Told]:
    """What linked accounts wrote, as far as it is news, and the signs they gave."""
    source_id = derived_id("source", str(house.organisation.id), source.name)
    news = concerning.news(change.session, change.at, source_id, seen) if seen else set()
    for key, one in seen.items():
        author = one.author
        if author in whom and key in news and not one.post.by_bot:
            yield from written(one, author)
        for event, reaction in one.reactions.items():
            if (handle := one.account(reaction.account)) in whom:
                yield reacted(one, event, reaction, handle, change.at)


def _learning(house: House, change: Change, page: Page, whom: set[UUID]) -> Iterator[Told]:
    """What a learning platform reports of linked accounts."""
    deeds = [one for one in page.deeds if learner(house.organisation.id, one) in whom]
    if deeds:
        things = {thing(house.organisation.id, one) for one in deeds}
        items = concerning.items_about(change.session, things)
        yield from (learned(house.bridge, one, items) for one in deeds)


def _state(change: Change, source: SourceSettings, told: Sequence[Told]) -> None:
    """State what is not stated yet, account by account: two writers then never wait for each other crosswise."""
    known = concerning.stated(change.session, {one.event: one.post_id for one in told}) if told else set()
    new = [one for one in told if one.event not in known]
    handles = concerning.handles(change.session, {one.handle_id for one in new})
    for one in sorted(new, key=lambda one: (one.handle_id, one.at, one.event)):
        origin = Origin(one.platform, source.name)
        deed = Deed(handles[one.handle_id], one.purpose, origin, one.event, one.at, one.post_id)
        state(change, deed, one.build)


# --------------------------------------------------------------------------- taken back


def _taken_back(change: Change, seen: Mapping[UUID, Seen], gone: set[UUID]) -> list[Stated]:
    """The statements that rest on posts that are gone, or on signs that are no longer there."""
    telling = {key for key, one in seen.items() if one.draft.reactions is not None}
    rows = concerning.standing(change.session, telling | gone) if telling or gone else []
    return [row for row in rows if row.post_id in gone or _is_sign_of_the_past(row, seen)]


def _is_sign_of_the_past(row: Stated, seen: Mapping[UUID, Seen]) -> bool:
    """Whether a statement tells of a sign that its post no longer bears."""
    post = seen.get(row.post_id) if row.post_id else None
    event = row.event or ""
    return post is not None and event.startswith(post.sign_prefix) and event not in post.reactions
