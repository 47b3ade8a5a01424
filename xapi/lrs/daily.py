"""Counts by day, for reports that are brought up to date: what is new since a number of the chain, and of which day.

A statement is of the UTC day on which it was stored. `stored` rises with `seq`, so a day is a range of numbers.
Voided and erased statements do not count; a reference counts once, for itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from xapi.lrs import codec, rows
from xapi.lrs.dialect import dialect_of
from xapi.lrs.links import AS_ACTOR, AS_OBJECT, identity_of
from xapi.lrs.terms import ACTIVITY, AGENT, VERB, Terms
from xapi.model import Activity
from xapi.validate import read
from xapi.vocabulary import adl, own

_DAY = timedelta(days=1)


class News(NamedTuple):
    """What changed since a number: the days whose counts did, and the activities that certain verbs were said of.

    `erased`: a content was taken away, and nobody can say any more what it counted for.
    """

    days: frozenset[date]
    activities: frozenset[str]
    erased: bool


class Daily:
    """The days of one store."""

    def __init__(self, connection: Any, store: str = "main") -> None:
        self._dialect = dialect_of(connection)
        self._store = rows.number_of(self._dialect, store) or 0
        self._terms = Terms(self._dialect, self._store)
        self._void_verb = self._terms.number_of(VERB, adl.VOIDED.id)

    def head(self) -> int:
        """The number of the last statement."""
        found = self._dialect.execute("SELECT seq FROM lrs_head WHERE store = ?", [self._store])
        return int(found[0][0]) if found else 0

    def days(self) -> tuple[date, date] | None:
        """The days of the first and of the last statement, None before the first."""
        head = self.head()
        return (self._day_of(1), self._day_of(head)) if head else None

    # ------------------------------------------------------------------ counts

    def by_day(self, first: date, last: date, after: int = 0) -> dict[tuple[date, str], int]:
        """How often each verb was used on each of these days; days without any are absent. `after`: from there on."""
        days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
        starts = [self._first_from(one) for one in (*days, last + _DAY)]
        bounds = [max(start, after + 1) for start in starts]
        low, high = bounds[0], bounds[-1]
        voided = self._voided(low, high)
        found: dict[tuple[date, str], int] = {}
        for number, verb in self._names(VERB).items():
            hidden = sorted(seq for seq, of in voided if of == number)
            for day, begin, end in zip(days, bounds, bounds[1:], strict=False):
                count = (
                    self._count(number, begin, end) - bisect_left(hidden, end) + bisect_left(hidden, begin)
                )
                if count:
                    found[day, verb] = count
        return found

    def actors(self, verbs: Collection[str], first: date, last: date, home: str) -> set[str]:
        """The account names, at `home`, of whoever did one of these things on these days.

        One look into an index for each actor and verb, however often they did it.
        """
        low, high = self._range(first, last)
        begins = f"account {home} "
        numbers = sorted(filter(None, (self._terms.number_of(VERB, verb) for verb in verbs)))
        if not numbers:
            return set()
        names = self._dialect.execute(
            _ACTED.format(verbs=", ".join("?" * len(numbers))),
            [self._store, AGENT, len(begins), begins, *numbers, low, high, self._void_verb, self._store],
        )
        return {name.removeprefix(begins) for (name,) in names}

    def reached(
        self, activity: str, verbs: Collection[str], enough: int, member: Callable[[str], str] = str
    ) -> bool:
        """Whether at least `enough` different members did one of these things with an activity.

        `member` maps an actor's identity to the human behind it. Nothing is read where there are too few statements.
        """
        number = self._terms.number_of(ACTIVITY, activity)
        wanted = {self._terms.number_of(VERB, verb) for verb in verbs}
        found = (
            self._dialect.execute(_ABOUT, [self._store, number, self._store, self._void_verb])
            if number
            else []
        )
        seqs = [seq for seq, verb in found if verb in wanted]
        members: set[str] = set()
        if len(seqs) >= enough:
            for actor in self._actors_of(seqs):
                members.add(member(actor))
                if len(members) >= enough:
                    return True
        return False

    # ------------------------------------------------------------------ what is new

    def since(self, after: int, verbs: Collection[str]) -> News:
        """What changed by the statements after a number; `activities` are those that these verbs were said of."""
        head = self.head()
        if head <= after:
            return News(frozenset(), frozenset(), False)
        begin, end = self._day_of(after + 1), self._day_of(head)
        days = {begin + timedelta(days=place) for place in range((end - begin).days + 1)}
        voided = self._voided_since(after)
        days.update(self._day_of(seq) for seq in voided)
        numbers = [self._terms.number_of(VERB, verb) for verb in verbs]
        told = [*voided, *self._seqs(numbers, after)]
        return News(frozenset(days), frozenset(self._objects_of(told)), self._has_erased(after))

    def only_grew(self, after: int) -> bool:
        """Whether all that counted up to a number still does: nothing was voided or erased since."""
        return not self._has_erased(after) and not self._voided_since(after)

    def _seqs(self, verbs: Sequence[int], after: int) -> list[int]:
        sql = "SELECT seq FROM lrs_statement_verb WHERE store = ? AND verb = ? AND seq > ? AND via = 0"
        return [
            seq for verb in verbs if verb for (seq,) in self._dialect.execute(sql, [self._store, verb, after])
        ]

    def _voided_since(self, after: int) -> list[int]:
        found = self._dialect.rows_among(_SEQS, [self._store], self._targets(after))
        return [seq for (seq,) in found]

    def _has_erased(self, after: int) -> bool:
        return bool(self._seqs([self._terms.number_of(VERB, own.ERASED.id)], after))

    # ------------------------------------------------------------------ days and numbers

    def _day_of(self, seq: int) -> date:
        sql = "SELECT stored FROM lrs_statement WHERE store = ? AND seq = ?"
        return rows.moment(self._dialect.execute(sql, [self._store, seq])[0][0]).date()

    def _range(self, first: date, last: date) -> tuple[int, int]:
        """The first number of the days, and that after the last one."""
        return self._first_from(first), self._first_from(last + _DAY)

    def _first_from(self, day: date) -> int:
        """The number of the first statement of a day or of a later one: a binary search, since seq has no gaps."""
        at = rows.micros(datetime.combine(day, datetime.min.time(), UTC))
        low, high = 1, self.head() + 1
        while low < high:
            middle = (low + high) // 2
            sql = "SELECT stored FROM lrs_statement WHERE store = ? AND seq = ?"
            if self._dialect.execute(sql, [self._store, middle])[0][0] < at:
                low = middle + 1
            else:
                high = middle
        return low

    def _count(self, verb: int, low: int, high: int) -> int:
        return int(self._dialect.execute(_COUNTED, [self._store, verb, low, high])[0][0])

    def _voided(self, low: int, high: int) -> list[tuple[int, int]]:
        """Number and verb of the voided statements of a range."""
        found = self._dialect.rows_among(_VOIDED, [self._store, self._void_verb], self._targets())
        return [(seq, verb) for seq, verb in found if low <= seq < high]

    def _targets(self, after: int = 0) -> list[bytes]:
        """The ids of the statements that were voided after a number."""
        found = self._dialect.execute(_TARGETS, [self._store, after])
        return [bytes(target) for (target,) in found]

    def _names(self, kind: int) -> dict[int, str]:
        sql = "SELECT term, COALESCE(text, value) FROM lrs_term WHERE store = ? AND kind = ?"
        return dict(self._dialect.execute(sql, [self._store, kind]))

    # ------------------------------------------------------------------ contents

    def _actors_of(self, seqs: Sequence[int]) -> Iterator[str]:
        for raw in self._raws(seqs):
            if identity := identity_of(read(raw).actor):
                yield identity

    def _objects_of(self, seqs: Sequence[int]) -> Iterator[str]:
        for raw in self._raws(seqs):
            thing = read(raw).object
            if isinstance(thing, Activity):
                yield thing.id

    def _raws(self, seqs: Sequence[int]) -> Iterator[bytes]:
        """The received bytes of those statements that still have a content, some at a time."""
        for start in range(0, len(seqs), _AT_ONCE):
            found = self._dialect.rows_among(
                "SELECT dictionary, raw FROM lrs_statement WHERE store = ? AND raw IS NOT NULL AND seq IN",
                [self._store],
                seqs[start : start + _AT_ONCE],
            )
            for dictionary, raw in found:
                yield codec.unpack(dictionary, bytes(raw))


_AT_ONCE = 50

_COUNTED = """SELECT count(*) FROM lrs_statement_verb
WHERE store = ? AND verb = ? AND seq >= ? AND seq < ? AND via = 0"""

_NOT_VOIDED = """NOT EXISTS (
    SELECT 1 FROM lrs_statement s JOIN lrs_reference r ON r.store = s.store AND r.target = s.id AND r.voids = 1
    WHERE s.store = ? AND s.seq = l.seq AND s.verb <> ?)"""

# The voided ones are looked up once: there are few of them, and many statements.
_ACTED = f"""SELECT t.value FROM lrs_term t
WHERE t.store = ? AND t.kind = ? AND substr(t.value, 1, CAST(? AS INTEGER)) = ? AND EXISTS (
    SELECT 1 FROM lrs_statement_agent l WHERE l.store = t.store AND l.agent = t.term AND l.verb IN ({{verbs}})
    AND l.seq >= ? AND l.seq < ? AND l.via = 0 AND (l.roles & {AS_ACTOR}) <> 0 AND l.seq NOT IN (
        SELECT s.seq FROM lrs_reference r
        JOIN lrs_statement s ON s.store = r.store AND s.id = r.target AND s.verb <> ?
        WHERE r.store = ? AND r.voids = 1))"""  # noqa: S608

_ABOUT = f"""SELECT l.seq, l.verb FROM lrs_statement_activity l
WHERE l.store = ? AND l.activity = ? AND l.via = 0 AND (l.roles & {AS_OBJECT}) <> 0 AND {_NOT_VOIDED}
ORDER BY l.seq DESC"""  # noqa: S608

# Two steps: in one, SQLite walks every statement of the range instead of the references, which are few.
_TARGETS = "SELECT DISTINCT target FROM lrs_reference WHERE store = ? AND voids = 1 AND seq > ?"

_VOIDED = """SELECT seq, verb FROM lrs_statement s WHERE store = ? AND verb <> ? AND EXISTS (
    SELECT 1 FROM lrs_statement_verb l WHERE l.store = s.store AND l.verb = s.verb AND l.seq = s.seq AND l.via = 0)
AND id IN"""

_SEQS = "SELECT seq FROM lrs_statement WHERE store = ? AND id IN"
