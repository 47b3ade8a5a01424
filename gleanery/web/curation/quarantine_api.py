"""/api/quarantine: what is held back and the ways out of it, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from gleanery.flow import deciding
from gleanery.flow.house import House
from gleanery.flow.quarantine.listing import PER_PAGE, listed, preview
from gleanery.flow.quarantine.releasing import release_as_is, release_masked
from gleanery.flow.rights import Right
from gleanery.model.items import DecisionVerdict
from gleanery.model.quarantine import MAX_REASON
from gleanery.web.given import Given
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class QuarantinedTold(_Answer):
    """An item in quarantine: what it is and for which kinds, never what it says."""

    id: UUID
    kind: str
    platforms: list[str]
    kinds: list[str]
    revision: int
    language: str | None
    made_at: datetime
    changed_at: datetime | None


class QuarantineTold(BaseModel):
    """A page of quarantine, oldest first. `after`: what to ask for the next one; null on the last."""

    items: list[QuarantinedTold]
    total: int
    by_kind: dict[str, int]
    after: int | None


class PassageTold(_Answer):
    """A field of a post's words, masked."""

    platform: str
    field: str
    words: str


class PreviewTold(BaseModel):
    """An item as it would be with its passages masked; `places` are (field, kind) of what is masked."""

    item: QuarantinedTold
    passages: list[PassageTold]
    places: list[tuple[str, str]]
    can_mask: bool


class MaskAsked(Given):
    """The revision that was looked at; left out: whatever it is now."""

    seen: Count | None = None


class ReleaseAsked(MaskAsked):
    """And why."""

    reason: str = Field(min_length=1, max_length=MAX_REASON)


class RejectAsked(MaskAsked):
    """And why, if there is anything to say."""

    reason: str = Field(default="", max_length=500)


class Done(BaseModel):
    """The item that was let out or rejected."""

    item: UUID


class QuarantineApi:
    """What the pages of quarantine do, for a token."""

    def __init__(self, house: House) -> None:
        self._house = house

    def declare(self, routes: Routes) -> None:
        """The addresses of quarantine."""
        one = "/quarantine/{item:uuid}"
        routes.api("GET", "/quarantine", Right.SEE_QUEUE, self.list, response_model=QuarantineTold)
        routes.api("GET", one, Right.DECIDE, self.show, response_model=PreviewTold, errors=(404, 409))
        for path, right, endpoint, does in (
            ("mask", Right.DECIDE, self.mask, "item.mask"),
            ("release", Right.RELEASE, self.release, "item.release"),
            ("reject", Right.DECIDE, self.reject, "quarantine.reject"),
        ):
            routes.api(
                "POST", f"{one}/{path}", right, endpoint, does=does, response_model=Done, errors=(404, 409)
            )

    def list(
        self,
        kind: Annotated[str, Query(max_length=40)] = "",
        after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = PER_PAGE,
    ) -> QuarantineTold:
        """What is in quarantine, of a kind or all; no foreign word."""
        found = listed(self._house, kind, after=after, limit=limit)
        return QuarantineTold(
            items=[QuarantinedTold.model_validate(row) for row in found.rows],
            total=found.total,
            by_kind=dict(found.by_kind),
            after=found.rows[-1].seq if found.more else None,
        )

    def show(self, item: UUID) -> PreviewTold:
        """One item, masked."""
        require_item(self._house, item)
        seen = preview(self._house, str(item))
        return PreviewTold(
            item=QuarantinedTold.model_validate(seen.row),
            passages=[PassageTold.model_validate(one) for one in seen.passages],
            places=list(seen.places),
            can_mask=seen.can_mask,
        )

    def mask(self, visitor: Visiting, item: UUID, asked: MaskAsked) -> Done:
        """Let it into the queue with its passages masked; they are gone from the house then."""
        require_item(self._house, item)
        return Done(item=release_masked(self._house, str(item), visitor.account, seen=asked.seen))

    def release(self, visitor: Visiting, item: UUID, asked: ReleaseAsked) -> Done:
        """Let it into the queue with all its words, for a reason."""
        require_item(self._house, item)
        done = release_as_is(self._house, str(item), visitor.account, asked.reason, seen=asked.seen)
        return Done(item=done)

    def reject(self, visitor: Visiting, item: UUID, asked: RejectAsked) -> Done:
        """Reject it."""
        require_item(self._house, item)
        verdict = DecisionVerdict.REJECT
        done = deciding.decide(
            self._house, str(item), verdict, visitor.account, asked.reason, seen=asked.seen
        )
        return Done(item=done.item_id)
