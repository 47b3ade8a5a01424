"""Link rows: what a statement is found by, as rows of the link tables, each of which ends in `seq`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from xapi.lrs.dialect import Dialect
from xapi.lrs.links import Links
from xapi.lrs.terms import ACTIVITY, AGENT, VERB, Terms


class Numbers(NamedTuple):
    """The numbers of the terms that some statements use."""

    verbs: dict[str, int]
    agents: dict[str, int]
    activities: dict[str, int]


def numbers_of(terms: Terms, links: Iterable[Links]) -> Numbers:
    """The numbers of all terms of these links; new ones are stored. Call it under the head's lock."""
    several = list(links)
    return Numbers(
        terms.numbers_of(VERB, {one.verb for one in several}),
        terms.numbers_of(AGENT, set().union(*[one.agents for one in several])),
        terms.numbers_of(ACTIVITY, set().union(*[one.activities for one in several])),
    )


def numbers_of_one(terms: Terms, links: Links) -> Numbers:
    """The numbers of all terms of these links; new ones are stored."""
    return numbers_of(terms, [links])


def known_numbers(terms: Terms, links: Links) -> Numbers:
    """The numbers of the terms of these links, 0 for one that no row has; nothing is stored."""
    return Numbers(
        {links.verb: terms.number_of(VERB, links.verb)},
        {agent: terms.number_of(AGENT, agent) for agent in links.agents},
        {iri: terms.number_of(ACTIVITY, iri) for iri in links.activities},
    )


class LinkRows:
    """Rows of one store on their way to or from the four link tables."""

    def __init__(self, store: int) -> None:
        self._store = store
        self.verbs: list[tuple[int, ...]] = []
        self.agents: list[tuple[int, ...]] = []
        self.activities: list[tuple[int, ...]] = []
        self.registrations: list[tuple[int | bytes, ...]] = []

    def add(self, seq: int, via: int, links: Links, numbers: Numbers, week: int) -> None:
        """Adds the rows by which statement `seq` is found: its own, or those of `via`, which it refers to."""
        store, verb = self._store, numbers.verbs[links.verb]
        self.verbs.append((store, verb, seq, via, week))
        for identity, roles in links.agents.items():
            self.agents.append((store, numbers.agents[identity], seq, via, verb, roles))
        for iri, roles in links.activities.items():
            self.activities.append((store, numbers.activities[iri], seq, via, verb, roles))
        if links.registration is not None:
            self.registrations.append((store, links.registration, seq, via, verb))

    def write(self, dialect: Dialect) -> None:
        """Writes the rows, in the order of the tables: those of a term lie there in the order of arrival."""
        dialect.insert("lrs_statement_verb", _VERB, sorted(self.verbs, key=_term))
        dialect.insert("lrs_statement_agent", _AGENT, sorted(self.agents, key=_term))
        dialect.insert("lrs_statement_activity", _ACTIVITY, sorted(self.activities, key=_term))
        dialect.insert("lrs_statement_registration", _REGISTRATION, sorted(self.registrations, key=_term))

    def delete(self, dialect: Dialect) -> None:
        """Deletes the rows."""
        for table, column, rows in (
            ("verb", "verb", self.verbs),
            ("agent", "agent", self.agents),
            ("activity", "activity", self.activities),
            ("registration", "registration", self.registrations),
        ):
            for store, term, seq, via, *_ in rows:
                dialect.execute(
                    f"DELETE FROM lrs_statement_{table} "  # noqa: S608 - our own names
                    f"WHERE store = ? AND {column} = ? AND seq = ? AND via = ?",
                    [store, term, seq, via],
                )


_term = itemgetter(1)
_VERB = ("store", "verb", "seq", "via", "week")
_AGENT = ("store", "agent", "seq", "via", "verb", "roles")
_ACTIVITY = ("store", "activity", "seq", "via", "verb", "roles")
_REGISTRATION = ("store", "registration", "seq", "via", "verb")
