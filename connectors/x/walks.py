"""Searches, timelines and lists, walked from the newest post down to what is known.

A walk keeps its place in the state of each page: its bounds, the token of the next page, the newest id that it
showed. Only its end makes that id the mark (`newest`) from which the next one starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors._values import digest
from connectors.x.ids import is_id, made_at
from connectors.x.platform import Platform
from connectors.x.reading import haul
from connectors.x.refusals import Misunderstood, problem
from connectors.x.settings import XSettings
from connectors.x.words import Answer, Record
from gleanery.ports import Context, Fault, Page

REACH = timedelta(days=7)
"""How far recent search goes back; an older `since_id` is refused."""

_MARGIN = timedelta(hours=1)
_OVERLAP = timedelta(minutes=5)
_PAGE = 100

State = Mapping[str, Any]


class Walk:
    """One partition, walked page by page; the kinds of partition say how X is asked.

    The state: `newest`, `read_at` (when the last whole walk began), and while one is under way `walk` with its
    `bounds`, `token`, `newest` and `began`.
    """

    least = 10

    def __init__(self, settings: XSettings, ctx: Context, platform: Platform) -> None:
        self._settings, self._ctx, self._platform = settings, ctx, platform

    def ask(self, most: int, bounds: Mapping[str, str], token: str | None) -> Answer:
        """One page."""
        raise NotImplementedError

    def bounds(self, state: State) -> tuple[dict[str, str], list[Fault]]:
        """What limits a new walk, and what has to be said of it."""
        raise NotImplementedError

    def news(self, answer: Answer, state: State) -> Sequence[Record]:
        """The posts of a page that are wanted; where it has others besides, the walk ends with it."""
        return answer.posts

    def size(self, state: State, token: str | None) -> int:
        """How many posts are asked for."""
        return _PAGE

    def pages(self, state: State) -> Iterator[Page]:
        """The posts that are new since `state`."""
        faults: list[Fault] = []
        may_begin_again = True
        if "walk" not in state:
            state, faults = self._begun(state)
        while True:
            try:
                answer = self._asked(state)
            except Misunderstood as error:
                if not may_begin_again:
                    raise
                state, may_begin_again = self.begun_again(state, error), False
                continue
            page = self._page(answer, state, faults)
            yield page
            if page.complete:
                return
            state, faults = page.state, []

    def _begun(self, state: State) -> tuple[State, list[Fault]]:
        bounds, faults = self.bounds(state)
        return {**state, "walk": {"bounds": bounds, "began": self._ctx.now().isoformat()}}, faults

    def begun_again(self, state: State, error: Misunderstood) -> State:
        """The walk from its top, where X does not know the place any more. Raises: the error where that is not it."""
        walk = state["walk"]
        if "token" in walk and "_token" in error.complaint:
            return {**state, "walk": {key: walk[key] for key in ("bounds", "began")}}
        raise error

    def _asked(self, state: State) -> Answer:
        walk = state["walk"]
        token = walk.get("token")
        each = 2 if self._settings.reposts else 1
        most = self._platform.budget.room(self.size(state, token), self.least, each)
        answer = self.ask(most, walk["bounds"], token)
        if answer.errors and not answer.posts and not answer.meta:
            raise problem(answer.errors[0], self._ctx.now())
        return answer

    def _page(self, answer: Answer, state: State, faults: list[Fault]) -> Page:
        walk = state["walk"]
        news = replace(answer, posts=self.news(answer, state))
        found = haul(self._platform, news, with_reposts=self._settings.reposts)
        newest = _newest_of([walk.get("newest"), _highest(answer), state.get("newest")])
        token = answer.next_token if len(news.posts) == len(answer.posts) else None
        if token is None:
            after = {"newest": newest, "read_at": walk["began"], **self.kept(state)}
        else:
            after = {**state, "walk": {**walk, "token": token, "newest": newest}}
        return Page(
            found.posts, after, complete=token is None, gone=found.gone, faults=[*faults, *found.faults]
        )

    def kept(self, state: State) -> dict[str, str]:
        """What else of the state stays when a walk ends."""
        return {}

    def _first_start(self) -> datetime:
        return self._ctx.now() - timedelta(days=self._settings.first_days)


class Search(Walk):
    """One query of recent search. https://docs.x.com/x-api/posts/search/introduction

    The mark is an id as long as X takes it. After that it is a time, and where that is out of reach too, the gap
    is told. The state also holds a fingerprint of the query: another one begins anew.
    """

    def __init__(self, settings: XSettings, ctx: Context, platform: Platform, query: str) -> None:
        super().__init__(settings, ctx, platform)
        self._query = query

    def pages(self, state: State) -> Iterator[Page]:
        """The posts that the query finds, new since `state`."""
        yield from super().pages(self._usable(state))

    def _usable(self, state: State) -> State:
        """The state, but nothing of another query, nor of a walk that rested so long that its pages are gone."""
        if state.get("query") != digest(self._query):
            return {"query": digest(self._query)}
        walk = state.get("walk")
        if walk and self._ctx.now() - datetime.fromisoformat(walk["began"]) > REACH:
            return {"read_at": walk["began"], **{key: state[key] for key in state if key != "walk"}}
        return state

    def ask(self, most: int, bounds: Mapping[str, str], token: str | None) -> Answer:
        """One page."""
        return self._platform.search(self._query, most, next_token=token, **bounds)

    def bounds(self, state: State) -> tuple[dict[str, str], list[Fault]]:
        """By the newest known id; by time where X would refuse it; by nothing for all of the seven days."""
        now = self._ctx.now()
        oldest = now - REACH + _MARGIN
        newest, read_at = state.get("newest"), state.get("read_at")
        if newest and (made_at(newest) or oldest) > oldest:
            return {"since_id": newest}, []
        start = datetime.fromisoformat(read_at) - _OVERLAP if read_at else self._first_start()
        if start > oldest:
            return {"start_time": _instant(start)}, []
        if read_at and now - datetime.fromisoformat(read_at) > REACH:
            gap = f"not read since {read_at[:10]}; X's search reaches 7 days back, what came between is not found"
            return {}, [Fault("search", gap)]
        return {}, []

    def begun_again(self, state: State, error: Misunderstood) -> State:
        """As every walk; where X finds a bound too old, by its own clock, without any: seven days are all there is."""
        walk = state["walk"]
        if any(name in error.complaint for name in walk["bounds"]):
            return {**state, "walk": {"bounds": {}, "began": walk["began"]}}
        return super().begun_again(state, error)

    def kept(self, state: State) -> dict[str, str]:
        """The fingerprint of the query."""
        return {"query": digest(self._query)}

    def estimate(self, state: State) -> int:
        """How many posts a reading would bring; asks X once, and for nothing that is charged."""
        mine = self._usable(state)
        bounds = mine["walk"]["bounds"] if "walk" in mine else self.bounds(mine)[0]
        return self._platform.count(self._query, **bounds)


class Timeline(Walk):
    """An account's own posts; X shows the latest 3,200. https://docs.x.com/x-api/posts/timelines/introduction"""

    least = 5

    def __init__(self, settings: XSettings, ctx: Context, platform: Platform, user_id: str) -> None:
        super().__init__(settings, ctx, platform)
        self._user_id = user_id

    def ask(self, most: int, bounds: Mapping[str, str], token: str | None) -> Answer:
        """One page."""
        left_out = [
            kind
            for kind, wanted in (("replies", self._settings.replies), ("retweets", self._settings.reposts))
            if not wanted
        ]
        return self._platform.timeline(
            self._user_id, most, pagination_token=token, exclude=left_out or None, **bounds
        )

    def bounds(self, state: State) -> tuple[dict[str, str], list[Fault]]:
        """By the newest known id, or the days of a first reading."""
        if state.get("newest"):
            return {"since_id": state["newest"]}, []
        return {"start_time": _instant(self._first_start())}, []


class ListPosts(Walk):
    """The posts of a list's members. https://docs.x.com/x-api/lists/list-posts/introduction

    A list cannot be asked for what is new: it is walked until a page shows a known id, and as known posts are
    charged again, the first page is a small one. What a new member posted before is not found.
    """

    least = 1

    def __init__(self, settings: XSettings, ctx: Context, platform: Platform, list_id: str) -> None:
        super().__init__(settings, ctx, platform)
        self._list_id = list_id

    def ask(self, most: int, bounds: Mapping[str, str], token: str | None) -> Answer:
        """One page."""
        return self._platform.list_posts(self._list_id, most, pagination_token=token)

    def bounds(self, state: State) -> tuple[dict[str, str], list[Fault]]:
        """None that X would take."""
        return {}, []

    def size(self, state: State, token: str | None) -> int:
        """Ten to look whether there is anything new, then full pages."""
        return _PAGE if token or not state.get("newest") else 10

    def news(self, answer: Answer, state: State) -> Sequence[Record]:
        """Those above the mark; at the first reading those of its days. A broken record is told, so it is news."""
        return [post for post in answer.posts if not _is_id(post) or self._is_new(str(post["id"]), state)]

    def _is_new(self, post_id: str, state: State) -> bool:
        if state.get("newest"):
            return int(post_id) > int(state["newest"])
        made = made_at(post_id)
        return made is not None and made >= self._first_start()


def _is_id(post: Record) -> bool:
    return is_id(post.get("id"))


def _highest(answer: Answer) -> str | None:
    """The newest id of a page: as X tells it, or of its posts."""
    told = answer.meta.get("newest_id")
    return told if is_id(told) else _newest_of(post.get("id") for post in answer.posts)


def _newest_of(ids: Iterable[object]) -> str | None:
    return max((str(one) for one in ids if is_id(one)), key=int, default=None)


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
