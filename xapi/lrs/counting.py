"""Counts for reports, on the columns of the link tables alone: no statement is read.

Voided and erased statements do not count; a reference counts once, for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from xapi.lrs import rows
from xapi.lrs.dialect import dialect_of
from xapi.lrs.links import AS_ACTOR, AS_OBJECT, identity_of
from xapi.lrs.terms import ACTIVITY, AGENT, VERB, Terms
from xapi.model import Actor
from xapi.vocabulary import adl

FEWEST = 5
"""A group is shown only if at least so many different actors of it did something."""


class Weekly(NamedTuple):
    """How often a verb was used in an ISO week (`2024-W18`, UTC), by the time of the event."""

    verb: str
    week: str
    statements: int


class Group(NamedTuple):
    """What the members of a group did: how many statements, by how many members."""

    statements: int
    actors: int


class Counts:
    """The counts of one store."""

    def __init__(self, connection: Any, store: str = "main") -> None:
        self._dialect = dialect_of(connection)
        self._store = rows.number_of(self._dialect, store) or 0
        self._terms = Terms(self._dialect, self._store)
        self._void_verb = self._terms.number_of(VERB, adl.VOIDED.id)

    def by_verb(self) -> dict[str, int]:
        """How often each verb was used, the most frequent first."""
        sql = "SELECT verb, count(*) FROM lrs_statement_verb WHERE store = ? AND via = 0 GROUP BY verb"
        counts: Counter[int] = Counter(dict(self._dialect.execute(sql, [self._store])))
        counts.subtract(verb for verb, _ in self._voided())
        return _named(self._verbs(), counts)

    def by_week(self, verb: str | None = None) -> list[Weekly]:
        """How often each verb, or this one, was used in each week; by verb and then by week."""
        names = self._verbs() if verb is None else {self._terms.number_of(VERB, verb): verb}
        counts: Counter[tuple[int, int]] = Counter()
        for number in names:  # one by one: a verb's rows lie together, and nearly in the order of weeks
            found = self._dialect.execute(_WEEKS, [self._store, number])
            counts.update({(number, week): count for week, count in found})
        counts.subtract(pair for pair in self._voided() if pair in counts)
        return sorted(
            Weekly(names[number], iso_week(week), count)
            for (number, week), count in counts.items()
            if count > 0
        )

    def by_activity(self, limit: int = 20) -> dict[str, int]:
        """How many statements are about each activity, the most frequent first."""
        found = self._dialect.execute(
            "SELECT activity, count(*) AS count FROM lrs_statement_activity l "  # noqa: S608 - our own words
            f"WHERE store = ? AND via = 0 AND (roles & {AS_OBJECT}) <> 0 AND {_NOT_VOIDED} "
            "GROUP BY activity ORDER BY count DESC, activity LIMIT ?",
            [self._store, self._store, self._void_verb, limit],
        )
        return _named(self._activities([number for number, _ in found]), Counter(dict(found)))

    def by_group(
        self, groups: Mapping[str, Iterable[Collection[Actor]]], k: int = FEWEST
    ) -> dict[str, Group]:
        """What the members of each group did; groups of whom fewer than `k` did anything are left out.

        A member is one human: all the actors under which its statements stand.
        """
        shown = {}
        for name, members in groups.items():
            member_of = self._members(members)
            found = self._dialect.rows_among(
                "SELECT agent, seq FROM lrs_statement_agent l "  # noqa: S608 - our own words
                f"WHERE store = ? AND via = 0 AND (roles & {AS_ACTOR}) <> 0 AND {_NOT_VOIDED} AND agent IN",
                [self._store, self._store, self._void_verb],
                list(member_of),
            )
            actors = len({member_of[agent] for agent, _ in found})
            if actors >= k:
                shown[name] = Group(len({seq for _, seq in found}), actors)
        return shown

    def _members(self, members: Iterable[Collection[Actor]]) -> dict[int, int]:
        """Which member each known actor's number stands for, by position."""
        position = {identity_of(actor): place for place, actors in enumerate(members) for actor in actors}
        numbers = self._terms.known(AGENT, position.keys() - {""})
        return {number: position[identity] for identity, number in numbers.items()}

    def _voided(self) -> list[tuple[int, int]]:
        """Verb and week of every voided statement."""
        found = self._dialect.execute(
            "SELECT DISTINCT l.seq, l.verb, l.week FROM lrs_reference r "
            "JOIN lrs_statement s ON s.store = r.store AND s.id = r.target AND s.verb <> ? "
            "JOIN lrs_statement_verb l ON l.store = s.store AND l.verb = s.verb AND l.seq = s.seq AND l.via = 0 "
            "WHERE r.store = ? AND r.voids = 1",
            [self._void_verb, self._store],
        )
        return [(verb, week) for _, verb, week in found]

    def _verbs(self) -> dict[int, str]:
        """All verbs by their number; they are few."""
        sql = "SELECT term, COALESCE(text, value) FROM lrs_term WHERE store = ? AND kind = ?"
        return dict(self._dialect.execute(sql, [self._store, VERB]))

    def _activities(self, numbers: list[int]) -> dict[int, str]:
        """These activities by their number, in one walk over all: few are asked for at a time."""
        marks = ",".join("?" * len(numbers))
        sql = (
            "SELECT term, COALESCE(text, value) FROM lrs_term "  # noqa: S608 - our own words
            f"WHERE store = ? AND kind = ? AND term IN ({marks})"
        )
        return dict(self._dialect.execute(sql, [self._store, ACTIVITY, *numbers])) if numbers else {}


_WEEKS = """SELECT week, count(*) FROM lrs_statement_verb
WHERE store = ? AND verb = ? AND via = 0 GROUP BY week"""


def _named(names: Mapping[int, str], counts: Counter[int]) -> dict[str, int]:
    return {names[number]: count for number, count in counts.most_common() if count > 0}


def iso_week(number: int) -> str:
    """The name of a week that is counted from Monday 0001-01-01."""
    return "{}-W{:02}".format(*date.fromordinal(number * 7 + 1).isocalendar())


_NOT_VOIDED = """l.seq NOT IN (
    SELECT s.seq FROM lrs_reference r JOIN lrs_statement s ON s.store = r.store AND s.id = r.target
    WHERE r.store = ? AND r.voids = 1 AND s.verb <> ?)"""
