"""What is known of an item, as the fields of conditions give it: its words, where it comes from, what the steps found.

Passages that a guard marked stand behind bars here too, so that no rule can be used to guess them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.flow.goals import goals_of
from gleanery.flow.house import House
from gleanery.flow.items.redacting import Marked, marked_in
from gleanery.flow.rules.fields import SCORE
from gleanery.flow.rules.patterns import folded, visible
from gleanery.flow.sighted import sources_of_items
from gleanery.flow.subjects import ItemWords
from gleanery.model.items import CompetencyLabel
from gleanery.ports import Subject

Values = tuple[Any, ...]
Tagged = tuple[str, str]
"""A framework and the IRI of a concept."""


class Told(NamedTuple):
    """What one step found, from its finding or from the row of it."""

    step: str
    verdict: str
    reason: str
    flags: Sequence[str]
    scores: Mapping[str, float]
    spans: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Case:
    """One item to be judged by rules, as of `at`; `tags` are what tags are called, beside their IRIs."""

    words: ItemWords
    subject: Subject
    told: tuple[Told, ...]
    marked: Marked
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    goals: tuple[str, ...]
    at: datetime
    _texts: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_blocked(self) -> bool:
        """Whether a guard closes every exit: then no rule is asked."""
        return bool(self.words.withheld) or any(one.verdict == "block" for one in self.told)

    @property
    def may_score(self) -> bool:
        """Whether the terms of every source let its content be rated."""
        return all(one.policy.may_score for one in self.words.tellings)

    def values(self, name: str) -> Values:
        """The values of a field; none where they are not known."""
        if name.startswith(SCORE):
            score = name.removeprefix(SCORE)
            return tuple(one.scores[score] for one in self.told if self.may_score and score in one.scores)
        found: list[Any] = list(_GIVE[name](self))
        return tuple(one for one in found if one is not None and one != "")

    def texts(self, name: str, *, fold: bool) -> tuple[str, ...]:
        """The values of a field as texts that are compared: folded, or as a reader sees them."""
        if (name, fold) not in self._texts:
            make = folded if fold else visible
            self._texts[name, fold] = tuple(make(str(one)) for one in self.values(name))
        return self._texts[name, fold]


# --------------------------------------------------------------------------- the values of each field


def _hosts(case: Case) -> Iterable[str]:
    """The host of the address and the domains above it: `docs.example.org`, `example.org`."""
    address = case.marked.address(case.words.chosen.url)
    try:
        host = (urlsplit(address).hostname or "") if address else ""
    except ValueError:
        return ()
    names = host.split(".")
    return (".".join(names[place:]) for place in range(max(len(names) - 1, 1)))


def _languages(case: Case) -> Iterable[str | None]:
    language = case.words.item.language
    return (language, language.partition("-")[0]) if language else ()


def _minutes(case: Case) -> Iterable[float | None]:
    seconds = case.subject.standing.seconds or case.words.chosen.body.get("seconds")
    return (seconds / 60,) if seconds else ()


def _age(case: Case) -> Iterable[int | None]:
    published = case.words.published_at
    if case.subject.standing.age_days is not None or published is None:
        return (case.subject.standing.age_days,)
    return ((case.at - published).days,)


def _is_outside(case: Case) -> bool:
    told = case.words.chosen
    return told.link is None and bool((told.body.get("author") or {}).get("is_outside"))


_GIVE: Mapping[str, Callable[[Case], Iterable[Any]]] = {
    "title": lambda case: (case.marked.title(case.words.title),),
    "text": lambda case: (case.marked.text(case.words.text),),
    "words": lambda case: (case.marked.title(case.words.title), case.marked.text(case.words.text)),
    "remarks": lambda case: map(case.marked.remark, case.words.remarks),
    "url": lambda case: (case.marked.address(case.words.chosen.url),),
    "host": _hosts,
    "platform": lambda case: case.words.platforms,
    "source": lambda case: case.sources,
    "channel": lambda case: dict.fromkeys(told.post.channel for told in case.words.tellings),
    "kind": lambda case: (case.words.item.kind.value,),
    "language": _languages,
    "hashtag": lambda case: case.words.chosen.body.get("tags", ()) if case.words.chosen.link is None else (),
    "tag": lambda case: case.tags,
    "goal": lambda case: case.goals,
    "verdict": lambda case: (f"{one.step}:{one.verdict}" for one in case.told),
    "reason": lambda case: (one.reason for one in case.told),
    "flag": lambda case: (flag for one in case.told for flag in one.flags),
    "licence": lambda case: (case.subject.standing.licence or case.words.chosen.body.get("licence"),),
    "link": lambda case: (case.subject.standing.link,),
    "author_is_bot": lambda case: (case.words.chosen.post.by_bot,),
    "author_is_outside": lambda case: (_is_outside(case),),
    "internal": lambda case: (case.words.chosen.is_internal,),
    "may_embed": lambda case: (case.subject.standing.may_embed or case.words.chosen.policy.may_embed,),
    "published": lambda case: (case.words.published_at,),
    "age_days": _age,
    "characters": lambda case: (len(case.words.text),),
    "minutes": _minutes,
    "posts": lambda case: (len(case.words.tellings),),
    "answers": lambda case: (case.words.replies,),
    "engagement": lambda case: (case.subject.standing.engagement if case.may_score else None,),
    "reputation": lambda case: (case.subject.standing.reputation if case.may_score else None,),
}


# --------------------------------------------------------------------------- gathered


def cases_of(
    house: House,
    session: Session,
    found: Mapping[UUID, tuple[ItemWords, Subject, Sequence[Told]]],
    tags: Mapping[UUID, Sequence[Tagged]],
    at: datetime,
) -> dict[UUID, Case]:
    """The cases of items from their words, what the steps found and their tags; in as many queries as for one."""
    sources = sources_of_items(session, list(found))
    labels = _labels(session, {iri for some in tags.values() for _, iri in some})
    return {
        item_id: Case(
            words,
            subject,
            tuple(told),
            marked_in(house, told, is_stale=False),
            tuple(sources[item_id]),
            tuple(name for tag in tags.get(item_id, ()) for name in (tag[1], ":".join(tag), *labels[tag])),
            tuple(_goals(house, tags.get(item_id, ()), subject)),
            at,
        )
        for item_id, (words, subject, told) in found.items()
    }


def _goals(house: House, tags: Sequence[Tagged], subject: Subject) -> Iterable[str]:
    return (goal for goal, _, _ in goals_of(house.config.goals, [iri for _, iri in tags], subject))


def _labels(session: Session, iris: Iterable[str]) -> Mapping[Tagged, list[str]]:
    """By concept: what it is called, in every language."""
    wanted = list(iris)
    named: dict[Tagged, list[str]] = defaultdict(list)
    if wanted:
        label = CompetencyLabel
        query = select(label.framework, label.iri, label.label).where(col(label.iri).in_(wanted))
        for framework, iri, text in session.exec(query):
            named[framework, iri].append(text)
    return named
