"""Houses with a course on loopback: items that are offered there, and a path of some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from gleanery.flow import deciding, deliver, desk
from gleanery.flow.collections import editing, publishing
from gleanery.flow.house import House, utc_now
from gleanery.model.collections import Content, Step
from gleanery.model.items import DecisionVerdict, Item
from gleanery.model.posts import PostDraft
from tests.gradebook import Gradebook, arrival
from tests.web.houses import house_with, post

COURSE = "course"


def course_house(
    folder: Path,
    gradebook: Gradebook,
    now: Callable[[], datetime] = utc_now,
    posts: Sequence[PostDraft] | None = None,
    **changes: Any,
) -> House:
    """A house whose items, three unless told, are approved and offered in the course."""
    place = {"name": COURSE, "adapter": "seats", "settings": {"url": gradebook.url}}
    source = {
        "name": "forum", "connector": "drafts", "first_items": 10_000,
        "settings": {"posts": "posts.jsonl", "may_embed": True},
    }  # fmt: skip
    made = house_with(
        folder, posts if posts is not None else [post(number) for number in range(3)], now,
        **({"sources": [source], "destinations": [place], "curation": {"steps": [{"step": "language"}]}} | changes),
    )  # fmt: skip
    for row in desk.queue(made, limit=10_000).rows:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    report = deliver(made, COURSE)
    assert not report.faults, report.faults
    return made


def offered_items(house: House) -> list[UUID]:
    """The items of the course, oldest first."""
    with house.store.read() as session:
        return list(session.exec(select(Item.id).order_by(col(Item.seq))))


def path_of(house: House, items: Sequence[UUID], **changes: Any) -> UUID:
    """A path of these items, published to the course."""
    steps = tuple(Step(item=item) for item in items)
    content = Content(**({"title": "First days", "steps": steps, "destinations": (COURSE,)} | changes))
    made = editing.make(house, "curator", content)
    publishing.publish(house, "curator", made.id)
    report = deliver(house, COURSE)
    assert not report.faults, report.faults
    return made.id


def sent(house: House, wants: UUID | None, **changes: Any) -> str:
    """The address that the course sends somebody to."""
    return house.context("destination", COURSE).learners.arrive(arrival(wants, **changes))
