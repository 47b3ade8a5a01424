"""What the page of a visit shows: the item or path that it is for, and how far its learner got."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session, select

from gleanery.flow.house import House
from gleanery.flow.items.speech import NOTHING, Spoken, spoken_in
from gleanery.flow.learners.evidence import (
    Doing,
    Goal,
    Standing,
    goal_of,
    is_locked,
    question_of,
    reached,
    standing_of,
)
from gleanery.flow.learners.offering import offered
from gleanery.flow.learners.sources import Player, player_of
from gleanery.flow.leaving import passing_on
from gleanery.flow.pictures.keeping import path_for
from gleanery.flow.recording import platform_name
from gleanery.flow.subjects import Telling, item_words
from gleanery.model.items import Item
from gleanery.model.learners import ItemQuestion, Reached, Visit
from gleanery.model.posts import Post
from gleanery.ports import LearningCollection, LearningItem, LearningStep, Policy
from xapi.grades import Grade


@dataclass(frozen=True)
class Conversation:
    """Where an item came up."""

    url: str
    platform: str


@dataclass(frozen=True)
class StepShown:
    """A step of a path for one learner. `number` counts from 1."""

    step: LearningStep
    number: int
    is_done: bool
    is_locked: bool


@dataclass(frozen=True)
class PathShown:
    """A path for one learner."""

    path: LearningCollection
    steps: tuple[StepShown, ...]
    standing: Standing

    def step(self, item: UUID) -> StepShown | None:
        """The step of an item."""
        return next((one for one in self.steps if one.step.item.id == item), None)

    def title_of(self, item: UUID) -> str:
        """What the item of a step is called."""
        found = self.step(item)
        return found.step.item.title if found is not None else ""

    def beside(self, item: UUID) -> tuple[StepShown | None, StepShown | None]:
        """The steps before and after that of an item, as far as they are open."""
        place = next((at for at, one in enumerate(self.steps) if one.step.item.id == item), None)
        if place is None:
            return None, None
        before = self.steps[place - 1] if place else None
        after = self.steps[place + 1] if place + 1 < len(self.steps) else None
        return before, after if after is not None and not after.is_locked else None


@dataclass(frozen=True)
class ItemShown:
    """An item for one learner. `goal` is what completes it; `needs`, in words of `xapi.grades`."""

    item: LearningItem
    row: Reached | None
    goal: Goal
    player: Player | None
    question: ItemQuestion | None
    conversation: Conversation | None
    thumbnail: str | None = None
    spoken: Spoken = NOTHING

    @property
    def is_done(self) -> bool:
        """Whether the learner completed it."""
        return self.row is not None and self.row.completed_at is not None

    @property
    def may_declare(self) -> bool:
        """Whether the learner's own word completes it."""
        return self.goal.grade is Grade.SELF_DECLARED and not self.is_done

    @property
    def progress(self) -> float:
        """The part of a recording that was played."""
        return self.row.progress if self.row is not None else 0.0


@dataclass(frozen=True)
class Shown:
    """All that a page shows. Both None: what the visit is for is no longer offered, or stands nowhere yet."""

    path: PathShown | None = None
    item: ItemShown | None = None
    doing: Doing | None = None


def look(house: House, visit: Visit, step: UUID | None = None) -> Shown:
    """What a visit's page shows, at a step of its path where one is named.

    A step that is locked or is none of the path shows the path alone.
    """
    with house.store.read() as session:
        thing = offered(house, session, visit.destination, visit.thing) if visit.thing else None
        if isinstance(thing, LearningItem):
            if step not in (None, thing.id, visit.thing):
                return Shown()
            return Shown(item=_item(house, session, visit, thing), doing=Doing(house, visit, thing, thing))
        if thing is None:
            return Shown()
        path = _path(session, visit, thing)
        at = path.step(step) if step is not None else None
        if at is None or (at.is_locked and not visit.is_teacher):
            return Shown(path)
        shown = _item(house, session, visit, at.step.item)
        return Shown(path, shown, Doing(house, visit, thing, at.step.item))


def _path(session: Session, visit: Visit, path: LearningCollection) -> PathShown:
    standing = standing_of(session, visit.handle_id, path)
    steps = tuple(
        StepShown(step, number, step.item.id in standing.done, is_locked(step, standing.done))
        for number, step in enumerate(path.steps, 1)
    )
    return PathShown(path, steps, standing)


def _item(house: House, session: Session, visit: Visit, item: LearningItem) -> ItemShown:
    question = question_of(session, item.id)
    return ItemShown(
        item=item,
        row=reached(session, visit.handle_id, [item.id]).get(item.id),
        goal=goal_of(house.config.learning, item, question),
        player=player_of(item),
        question=question,
        conversation=conversation_of(house, session, item),
        thumbnail=path_for(house, item.id, for_learners=True),
        spoken=_spoken(house, session, item),
    )


def _spoken(house: House, session: Session, item: LearningItem) -> Spoken:
    """What is said in an item, as far as the words of each post may leave."""
    row = session.exec(select(Item).where(Item.id == item.id)).one()

    def may_leave(post: Post, policy: Policy) -> bool:
        allowed = policy.may_pass_text_on and not policy.only_address and not post.internal
        return allowed and passing_on(house, session, [post.id])[post.id]

    return spoken_in(house, session, item_words(house, session, row), may_show=may_leave)


def conversation_of(house: House, session: Session, item: LearningItem) -> Conversation | None:
    """Where the item came up, if the policy of that post lets its words leave, and so its address."""
    row = session.exec(select(Item).where(Item.id == item.id)).one()
    words = item_words(house, session, row)
    if words is None:
        return None
    lets = passing_on(house, session, [one.post.id for one in words.tellings])
    for told in words.tellings:
        url = told.body.get("url")
        if url and url != item.url and lets[told.post.id] and _may_lead_there(told, url):
            return Conversation(url, platform_name(told.post.platform))
    return None


def _may_lead_there(told: Telling, url: str) -> bool:
    policy = told.policy
    return policy.may_pass_text_on and not policy.only_address and urlsplit(url).scheme in ("http", "https")
