"""The index of words that the queue is searched by: SQLite's FTS5, PostgreSQL's tsvector with GIN.

Words are cut out here, in the same way for both, so that neither parser decides what is found: letters and digits,
folded to lower case without accents. A word that is looked for stands for all that begin with it. The index holds
what a list shows to everybody: nothing that is withheld, gone or behind a bar, also for those who may look behind it.
It is written in the transaction in which that changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Session, SQLModel, col, select

from gleanery.flow.house import House
from gleanery.flow.items.redacting import findings_of, marked_in
from gleanery.flow.judging import Row
from gleanery.flow.keeping import PluginStore
from gleanery.flow.subjects import ItemWords, words_of_many
from gleanery.model.items import FindingRow, Item, ItemState

INDEX = sa.table("item_search", sa.column("rowid", sa.BigInteger), sa.column("words", sa.Text))
MAX_INDEXED = 50_000
"""Characters of an item that are indexed."""

MAX_WORD = 60
MAX_ASKED = 12
"""Words of a search that count."""

BATCH = 200
_FILLED = "filled"
_word = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """The text in lower case, without accents and ligatures."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def words_in(text: str) -> list[str]:
    """The words of a text as they are indexed and looked for: letters and digits only."""
    return [word[:MAX_WORD] for word in _word.findall(folded(text))]


def matching(session: Session, text: str) -> ColumnElement[bool]:
    """The condition that an item holds all these words, or begins of words; signs alone are found nowhere."""
    if not words_in(text):
        return sa.false()
    return col(Item.seq).in_(sa.select(INDEX.c.rowid).where(_is_hit(session, text)))


def _is_hit(session: Session, text: str) -> ColumnElement[bool]:
    """The condition in the words of the database's own index."""
    asked = list(dict.fromkeys(words_in(text)))[:MAX_ASKED]
    if _is_sqlite(session):
        wanted = " ".join(f'"{word}"*' for word in asked)
        return sa.literal_column("item_search").op("MATCH", is_comparison=True)(wanted)
    lexemes = sa.cast(" & ".join(f"'{word}':*" for word in asked), TSQUERY)
    return INDEX.c.words.op("@@", is_comparison=True)(lexemes)


class _Walked(sa.sql.selectable.Join):
    """A join that SQLite walks from left to right: left to itself it asks the index of words for each item."""

    inherit_cache = True


@compiles(_Walked, "sqlite")
def _walk(element: _Walked, compiler: Any, **options: Any) -> str:
    return str(compiler.visit_join(element, **options)).replace(" JOIN ", " CROSS JOIN ", 1)


def numbers(session: Session, text: str) -> tuple[Any, Any]:
    """A statement that gives the numbers of the items that hold all these words, of all items for no words.

    And the column of numbers: where it orders the statement, nothing is sorted, and a page ends when it is full.
    """
    number: Any = col(Item.seq)
    if not text.strip():
        return select(number), number
    where = matching(session, text)
    if not _is_sqlite(session) or not words_in(text):
        return select(number).where(where), number
    number = INDEX.c.rowid
    walked = _Walked(INDEX, SQLModel.metadata.tables[str(Item.__tablename__)], number == col(Item.seq))
    return sa.select(number).select_from(walked).where(_is_hit(session, text)), number


# --------------------------------------------------------------------------- writing


Shown = tuple[ItemWords, Sequence[FindingRow | Row]]
"""The words of an item, and what was found on them."""


def put(house: House, session: Session, shown: Sequence[Shown]) -> None:
    """Index the words of items as a list shows them after these findings."""
    drop(session, [words.item.seq for words, _ in shown])
    _insert(session, [(words.item.seq, _shown(house, words, findings)) for words, findings in shown])


def drop(session: Session, seqs: Iterable[int | None]) -> None:
    """Take items out of the index."""
    session.execute(sa.delete(INDEX).where(INDEX.c.rowid.in_([seq for seq in seqs if seq is not None])))


def drop_where(session: Session, condition: ColumnElement[bool]) -> None:
    """Take the items that meet a condition out of the index."""
    session.execute(sa.delete(INDEX).where(INDEX.c.rowid.in_(sa.select(col(Item.seq)).where(condition))))


def _insert(session: Session, told: Iterable[tuple[int | None, list[str]]]) -> int:
    """Add items that are not in the index; how many have words."""
    found = [(seq, cut) for seq, cut in told if cut]
    if not found:
        return 0
    if _is_sqlite(session):
        insert = "INSERT INTO item_search (rowid, words) VALUES (:seq, :words)"
        rows: list[dict[str, Any]] = [{"seq": seq, "words": " ".join(cut)} for seq, cut in found]
    else:
        insert = (
            "INSERT INTO item_search (rowid, words) VALUES (:seq, array_to_tsvector(CAST(:words AS text[])))"
        )
        rows = [{"seq": seq, "words": cut} for seq, cut in found]
    session.connection().execute(sa.text(insert), rows)
    return len(found)


def _shown(house: House, words: ItemWords, findings: Sequence[FindingRow | Row]) -> list[str]:
    """Each word of an item once; none that is withheld or stands behind a bar."""
    if words.withheld or any(row.verdict == "block" for row in findings):
        return []
    bars = marked_in(house, findings, is_stale=False)
    said = "\n".join(map(bars.remark, words.said))
    text = f"{bars.title(words.title)}\n{bars.text(words.text)}\n{said}"
    return list(dict.fromkeys(words_in(text[:MAX_INDEXED])))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


# --------------------------------------------------------------------------- filling


Progress = Callable[[int, int], None]


def rebuild(house: House, progress: Progress = lambda _done, _all: None) -> int:
    """Index every item anew, some at a time; how many are in the index. May be stopped and run again."""
    kept = _kept(house)
    kept.put(_FILLED, 0)
    with house.store.write() as session:
        session.execute(sa.delete(INDEX))
    return _fill(house, 0, progress)


def fill_if_due(house: House) -> int:
    """Index what was there before there was an index; goes on where it stopped. How many were indexed."""
    seen = _kept(house).get(_FILLED)
    return 0 if seen == "all" else _fill(house, int(seen or 0), lambda _done, _all: None)


def _fill(house: House, after: int, progress: Progress) -> int:
    kept, indexed, done = _kept(house), 0, 0
    with house.store.read() as session:
        total = session.exec(select(sa.func.count()).select_from(Item).where(col(Item.seq) > after)).one()
    while batch := _fill_some(house, after):
        after, count, some = batch
        indexed, done = indexed + some, done + count
        kept.put(_FILLED, after)
        progress(done, total)
    kept.put(_FILLED, "all")
    return indexed


def _fill_some(house: House, after: int) -> tuple[int, int, int] | None:
    """Index the next items: the last one's number, how many were looked at and how many indexed."""
    with house.store.write() as session:
        query = select(Item).where(col(Item.seq) > after).order_by(col(Item.seq)).limit(BATCH)
        items = session.exec(
            query.with_for_update()
        ).all()  # whoever judges one of them comes before or after
        if not items:
            return None
        drop(session, [item.seq for item in items])
        showable = [item for item in items if _may_be_found(item)]
        findings = findings_of(session, showable)
        told = words_of_many(house, session, showable)
        indexed = _insert(
            session, [(one.item.seq, _shown(house, one, findings[key])) for key, one in told.items()]
        )
        return items[-1].seq or 0, len(items), indexed


def _may_be_found(item: Item) -> bool:
    """Whether its words were judged as they are; those that were not are indexed when they are."""
    return item.merged_into is None and item.screened_as != "" and item.state is not ItemState.QUARANTINED


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, "search", house.now)
