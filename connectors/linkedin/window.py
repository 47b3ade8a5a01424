"""Reading the posts of one author: what changed lately, and from time to time everything.

LinkedIn knows no time filter. Posts come last changed first, so a reading ends where nothing newer than the last
one follows (a day is read twice, as LinkedIn may tell of a change late). Deletions are told by nobody: every few
days all posts are read again, and what was known and did not come is asked for by itself; 404 is the proof. A list
by position moves under the reader when a post is deleted, so each page begins with the last post of the one before.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal

from connectors.linkedin.api import Answer, Api, Record, millis
from connectors.linkedin.posts import PLATFORM, last_change, post_urn, read_post
from connectors.linkedin.records import Found, checked, look_up, read_records
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Context, Page

LOOK_BACK = timedelta(days=1)
_ASKED_AT_ONCE = 20
_MOST_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Work:
    """A reading under way: where its next page begins (`start`), the post it must begin with (`tail`, empty: any).

    `bound` and `top` are milliseconds: how far back it goes (None: to the end), the newest change on its first page.
    """

    kind: Literal["lately", "everything", "missing"]
    began: str
    bound: int | None
    start: int = 0
    tail: str = ""
    top: int | None = None
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """The state of an author: how far the first reading went (`floor`), the newest change read to its end (`mark`),
    when everything was read last (`swept`), the reading under way.
    """

    floor: int | None = None
    mark: int | None = None
    swept: str = ""
    work: Work | None = None

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Kept:
        """From the state as kept."""
        work = state.get("work")
        return cls(
            state.get("floor"), state.get("mark"), state.get("swept", ""), Work(**work) if work else None
        )

    def as_state(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


class Window:
    """The posts of one author that are new, changed or gone."""

    def __init__(self, api: Api, author: str, *, first_days: int, every: timedelta, page_size: int) -> None:
        self._api, self._author = api, author
        self._first_days, self._every, self._count = first_days, every, page_size
        self._shown: set[str] = set()

    @property
    def _ctx(self) -> Context:
        return self._api.ctx

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """Pages from `state` on; the mark moves with the last. Raises: what the table of refusals says."""
        kept = Kept.of(state)
        work = kept.work or self._begun(kept)
        kept = replace(kept, work=work)
        if work.kind != "missing":
            kept = yield from self._listed(kept, work)
        if kept.work is not None:
            yield from self._missing(kept)

    def _begun(self, kept: Kept) -> Work:
        """Everything the first time and when it is due, else what changed lately."""
        now = self._ctx.now()
        if not kept.swept or now >= datetime.fromisoformat(kept.swept) + self._every:
            return Work("everything", now.isoformat(), self._floor(kept, now))
        bound = kept.mark - LOOK_BACK // timedelta(milliseconds=1) if kept.mark else kept.floor
        return Work("lately", now.isoformat(), bound)

    def _floor(self, kept: Kept, now: datetime) -> int | None:
        """How far back everything goes: as far as the first time, further where the setting says so now."""
        if not self._first_days:
            return None
        wanted = millis(now - timedelta(days=self._first_days))
        return min(kept.floor, wanted) if kept.swept and kept.floor is not None else wanted

    def _listed(self, kept: Kept, work: Work) -> Generator[Page, None, Kept]:
        """The list page by page; returns what is kept after the last."""
        while True:
            answer = self._asked(work.start)
            if work.tail and work.restarts < _MOST_RESTARTS and work.tail not in _urns(answer.elements):
                work = replace(work, start=0, tail="", restarts=work.restarts + 1)
                continue
            work = replace(work, top=_newest(answer.elements)) if work.start == 0 else work
            is_last = self._ends(answer, work.bound)
            following = self._next(work, answer)
            kept = self._after(kept, work) if is_last else replace(kept, work=following)
            found = self._read(answer.elements, work.bound)
            self._shown.update(post.external_id for post in found.posts)
            yield found.page(kept.as_state(), complete=kept.work is None)
            if is_last:
                return kept
            work = following

    def _asked(self, start: int) -> Answer:
        params = {
            "q": "author",
            "author": self._author,
            "count": str(self._count),
            "start": str(start),
            "sortBy": "LAST_MODIFIED",
        }
        return self._api.page("/rest/posts", params, f"posts of {self._author}")

    def _ends(self, answer: Answer, bound: int | None) -> bool:
        """At a short page without a next one, at an empty one, and where nothing looked for can follow.

        That is after an older post, if the page is in order; else after a page on which all are older.
        """
        elements = answer.elements
        if len(elements) < self._count and not (answer.has_next and elements):
            return True
        older = [_is_older(one, bound) for one in elements]
        return all(older) or (older[-1] and _is_in_order(elements))

    def _next(self, work: Work, answer: Answer) -> Work:
        """A full page is overlapped by one post, a short one that has a next is not."""
        urns = _urns(answer.elements)
        if len(answer.elements) == self._count and urns and _urns(answer.elements[-1:]):
            return replace(work, start=work.start + self._count - 1, tail=urns[-1])
        return replace(work, start=work.start + self._count, tail="")

    def _after(self, kept: Kept, work: Work) -> Kept:
        """What is kept after the last page: after everything, what is missing still has to be asked for."""
        marks = [mark for mark in (kept.mark, work.top) if mark is not None]
        mark = min(max(marks), millis(self._ctx.now())) if marks else None  # not of a change of tomorrow
        kept = replace(kept, mark=mark, work=None)
        if work.kind == "lately":
            return kept
        return replace(kept, floor=work.bound, work=Work("missing", work.began, work.bound))

    def _missing(self, kept: Kept) -> Iterator[Page]:
        """Ask one by one for known posts that reading everything did not show."""
        began = kept.work.began if kept.work else self._ctx.now().isoformat()
        known = self._ctx.known.posts(realm=self._author, fetched_before=datetime.fromisoformat(began))
        urns = iter([post.external_id for post in known if post.external_id not in self._shown])
        done = replace(kept, swept=began, work=None)
        while asked := list(islice(urns, _ASKED_AT_ONCE)):
            found = look_up(self._api, "/rest/posts", {}, asked, self._post, PLATFORM, self._author)
            yield found.page(kept.as_state(), complete=False)
        yield Page((), done.as_state(), complete=True)

    def _read(self, elements: Sequence[Any], bound: int | None) -> Found:
        return read_records([one for one in elements if not _is_older(one, bound)], self._post, "id")

    def _post(self, record: Record) -> PostDraft | Vanished | None:
        return read_post(record, self._author)


def _urns(elements: Sequence[Any]) -> list[str]:
    found = []
    for record in elements:
        try:
            found.append(post_urn(checked(record)))
        except ValueError:
            continue  # told as a fault where the record is read
    return found


def _newest(elements: Sequence[Any]) -> int | None:
    changes = [last_change(one) for one in elements if isinstance(one, dict)]
    return max((at for at in changes if at is not None), default=None)


def _is_older(record: Any, bound: int | None) -> bool:
    """Whether it changed before the bound; one that does not tell when is read."""
    at = last_change(record) if isinstance(record, dict) else None
    return bound is not None and at is not None and at < bound


def _is_in_order(elements: Sequence[Any]) -> bool:
    """Whether LinkedIn kept to LAST_MODIFIED on this page."""
    changes = [last_change(one) for one in elements if isinstance(one, dict)]
    known = [at for at in changes if at is not None]
    return len(known) == len(elements) and known == sorted(known, reverse=True)
