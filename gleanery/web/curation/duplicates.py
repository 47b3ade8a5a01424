"""/curation/duplicates: what looks alike, side by side; what was put together; and the same for programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError
from gleanery.flow import grouping
from gleanery.flow.house import House
from gleanery.flow.items import duplicates
from gleanery.flow.items.duplicates import Group, Half, Pair, Told
from gleanery.flow.rights import Right
from gleanery.web.given import Given
from gleanery.web.pages import Pages
from gleanery.web.queue.looking import require_item
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_, gettext

PAGE = "/curation/duplicates"
_SEE, _EDIT = Right.SEE_QUEUE, Right.EDIT_ITEMS
After = Annotated[str, Query(max_length=120)]


class Shown(StrEnum):
    """Which list is shown."""

    ALIKE = "alike"
    GROUPS = "groups"
    APART = "apart"


TABS = {
    Shown.ALIKE: N_("Look alike"),
    Shown.GROUPS: N_("Put together"),
    Shown.APART: N_("Kept apart"),
}
SAID = {
    "merged": N_("The items are one now."),
    "apart": N_("Noted: these are different things."),
    "split": N_("The post is an item of its own now."),
    "undone": N_("The merge or split is undone."),
    "again": N_("Somebody is asked about them again."),
}


class Listed(BaseModel):
    """The list that a form stood in, and where it was."""

    show: Shown = Shown.ALIKE
    after: str = Field(default="", max_length=120)


class PairNamed(Listed):
    """Two items."""

    item: UUID
    other: UUID


class PostOf(Listed):
    """A post of an item."""

    item: UUID
    post: UUID


class ItemNamed(Listed):
    """An item."""

    item: UUID


class HalfShape(BaseModel):
    """One of a pair; words that are withheld are not in it."""

    id: UUID
    state: str
    title: str
    excerpt: str
    url: str | None
    sources: list[str]
    made_at: datetime

    @classmethod
    def of(cls, half: Half) -> HalfShape:
        """The shape of a half."""
        row = half.row
        return cls(
            id=row.id, state=row.state, title=row.title, excerpt=row.excerpt, url=row.url,
            sources=list(half.sources), made_at=row.made_at,
        )  # fmt: skip


class PairShape(BaseModel):
    """Two items that look alike, the older first."""

    older: HalfShape
    younger: HalfShape
    likeness: float

    @classmethod
    def of(cls, pair: Pair) -> PairShape:
        """The shape of a pair."""
        return cls(older=HalfShape.of(pair.older), younger=HalfShape.of(pair.younger), likeness=pair.likeness)


class PairList(BaseModel):
    """A page of pairs, most alike first; `next` goes into `after`."""

    pairs: list[PairShape]
    next: str | None


class PostShape(BaseModel):
    """A post of a group."""

    post: UUID
    platform: str
    role: str
    title: str
    url: str | None
    sources: list[str]
    published_at: datetime | None
    can_leave: bool

    @classmethod
    def of(cls, told: Told) -> PostShape:
        """The shape of a post."""
        return cls.model_validate(told, from_attributes=True)


class GroupShape(BaseModel):
    """An item that several posts are about; `more`: how many beyond those shown."""

    id: UUID
    state: str
    title: str
    posts: list[PostShape]
    more: int

    @classmethod
    def of(cls, group: Group) -> GroupShape:
        """The shape of a group."""
        row, posts = group.row, [PostShape.of(one) for one in group.posts]
        return cls(id=row.id, state=row.state, title=row.title, posts=posts, more=group.more)


class GroupList(BaseModel):
    """A page of groups, the newest first; `next` goes into `after`."""

    groups: list[GroupShape]
    next: str | None


class Other(Given):
    """The other item."""

    other: UUID


def router(house: House, pages: Pages) -> APIRouter:
    """The routes of duplicates."""
    routes = Routes("duplicates")
    Duplicates(house, pages).declare(routes)
    return routes.router


class Duplicates:
    """The page and its forms, and the addresses of the API that the item's own do not have."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def declare(self, routes: Routes) -> None:
        """Every route with its policy."""
        routes.page(PAGE, _SEE, self.page)
        routes.act(f"{PAGE}/merge", _EDIT, self.merge, does="item.merge")
        routes.act(f"{PAGE}/apart", _EDIT, self.keep_apart, does="item.keep-apart")
        routes.act(f"{PAGE}/split", _EDIT, self.split, does="item.split")
        routes.act(f"{PAGE}/undo", _EDIT, self.undo, does="item.undo-regrouping")
        routes.act(f"{PAGE}/again", _EDIT, self.ask_again, does="item.ask-again")
        routes.api("GET", "/duplicates", _SEE, self.pairs, response_model=PairList)
        routes.api("GET", "/duplicates/groups", _SEE, self.groups, response_model=GroupList)
        routes.api(
            "POST", "/items/{item}/ask-again", _EDIT, self.ask_again_of, does="item.ask-again", errors=(404, 409),
            response_model=PairList,
        )  # fmt: skip

    # ------------------------------------------------------------------ the page

    def page(
        self,
        request: Request,
        show: Shown = Shown.ALIKE,
        after: After = "",
        said: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        """Pairs or groups, and what was done last."""
        return self._page(request, Listed(show=show, after=after), said)

    def _page(
        self, request: Request, at: Listed, said: str = "", problem: GleaneryError | None = None
    ) -> Response:
        is_groups, is_apart = at.show is Shown.GROUPS, at.show is Shown.APART
        found: Any = (
            duplicates.groups(self._house, after=at.after)
            if is_groups
            else duplicates.pairs(self._house, apart=is_apart, after=at.after)
        )
        return self._pages.page(
            request, "curation/duplicates.html", status=409 if problem else 200, found=found, at=at, tabs=TABS,
            done=duplicates.done(self._house), said=gettext(SAID[said]) if said in SAID else "", problem=problem,
        )  # fmt: skip

    def merge(self, request: Request, visitor: Visiting, form: Annotated[PairNamed, Form()]) -> Response:
        """Make the two one: the older survives."""
        return self._after(request, form, "merged", grouping.merge, *self._both(form), visitor.account)

    def keep_apart(self, request: Request, visitor: Visiting, form: Annotated[PairNamed, Form()]) -> Response:
        """Say that the two are different."""
        return self._after(request, form, "apart", grouping.keep_apart, *self._both(form), visitor.account)

    def ask_again(self, request: Request, visitor: Visiting, form: Annotated[PairNamed, Form()]) -> Response:
        """Take back that they are different."""
        return self._after(request, form, "again", grouping.ask_again, *self._both(form), visitor.account)

    def split(self, request: Request, visitor: Visiting, form: Annotated[PostOf, Form()]) -> Response:
        """Give one of the posts an item of its own."""
        require_item(self._house, form.item)
        return self._after(
            request, form, "split", grouping.split, str(form.item), str(form.post), visitor.account
        )

    def undo(self, request: Request, visitor: Visiting, form: Annotated[ItemNamed, Form()]) -> Response:
        """Take back the last merge or split of an item."""
        require_item(self._house, form.item)
        return self._after(request, form, "undone", grouping.undo_regrouping, str(form.item), visitor.account)

    def _both(self, form: PairNamed) -> tuple[str, str]:
        require_item(self._house, form.item)
        require_item(self._house, form.other)
        return str(form.item), str(form.other)

    def _after(
        self, request: Request, at: Listed, said: str, act: Callable[..., Any], *values: str
    ) -> Response:
        """The same list after an act, from its beginning: what was decided is no longer in it."""
        try:
            act(self._house, *values)
        except GleaneryError as error:
            return self._page(request, Listed(show=at.show), problem=error)
        self._house.wake()
        return RedirectResponse(f"{PAGE}?show={at.show.value}&said={said}", 303)

    # ------------------------------------------------------------------ for programs

    def pairs(
        self, apart: bool = False, after: After = "", limit: Annotated[int, Query(ge=1, le=100)] = 20
    ) -> PairList:
        """Pairs that nobody spoke of yet, most alike first; or those that were kept apart."""
        found = duplicates.pairs(self._house, apart=apart, after=after, limit=limit)
        return PairList(pairs=[PairShape.of(one) for one in found.rows], next=found.after)

    def groups(self, after: After = "", limit: Annotated[int, Query(ge=1, le=100)] = 20) -> GroupList:
        """Items that several posts are about, the newest first."""
        found = duplicates.groups(self._house, after=after, limit=limit)
        return GroupList(groups=[GroupShape.of(one) for one in found.rows], next=found.after)

    def ask_again_of(self, visitor: Visiting, item: UUID, wanted: Other) -> PairList:
        """Take back that two items were kept apart; the pairs that are open then."""
        require_item(self._house, item)
        require_item(self._house, wanted.other)
        grouping.ask_again(self._house, str(item), str(wanted.other), visitor.account)
        return self.pairs()
