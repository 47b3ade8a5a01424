"""The index of words that the queue is searched by: SQLite's FTS5, PostgreSQL's tsvector with GIN.

Words are cut out here, in the same way for both, so that neither parser decides what is found: letters and digits,
folded to lower case without accents. A word that is looked for stands for all that begin with it. The index holds
only what is neither withheld nor gone; it is written in the transaction in which that changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, select

from gleanery.flow.house import House
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


def matching(session: Session, text: str) -> ColumnElement[bool] | None:
    """The condition that an item holds all these words, or begins of words; None where there is no word in `text`."""
    asked = list(dict.fromkeys(words_in(text)))[:MAX_ASKED]
    if not asked:
        return None
    if _is_sqlite(session):
        wanted = " ".join(f'"{word}"*' for word in asked)
        is_hit = sa.literal_column("item_search").op("MATCH", is_comparison=True)(wanted)
    else:
        lexemes = sa.cast(" & ".join(f"'{word}':*" for word in asked), TSQUERY)
        is_hit = INDEX.c.words.op("@@", is_comparison=True)(lexemes)
    hits = sa.select(INDEX.c.rowid).where(is_hit)
    return col(Item.seq).in_(hits)


# --------------------------------------------------------------------------- writing


def put(session: Session, item: Item, words: ItemWords) -> None:
    """Index the words of an item as they are now; what is withheld is not."""
    drop(session, [item.seq])
    _insert(session, [(item.seq, words)])


def drop(session: Session, seqs: Iterable[int | None]) -> None:
    """Take items out of the index."""
    session.execute(sa.delete(INDEX).where(INDEX.c.rowid.in_([seq for seq in seqs if seq is not None])))


def drop_where(session: Session, condition: ColumnElement[bool]) -> None:
    """Take the items that meet a condition out of the index."""
    session.execute(sa.delete(INDEX).where(INDEX.c.rowid.in_(sa.select(col(Item.seq)).where(condition))))


def _insert(session: Session, told: Iterable[tuple[int | None, ItemWords]]) -> None:
    """Add items that are not in the index."""
    found = [(seq, cut) for seq, words in told if (cut := _words_of(words))]
    if not found:
        return
    if _is_sqlite(session):
        insert = "INSERT INTO item_search (rowid, words) VALUES (:seq, :words)"
        rows: list[dict[str, Any]] = [{"seq": seq, "words": " ".join(cut)} for seq, cut in found]
    else:
        insert = (
            "INSERT INTO item_search (rowid, words) VALUES (:seq, array_to_tsvector(CAST(:words AS text[])))"
        )
        rows = [{"seq": seq, "words": cut} for seq, cut in found]
    session.connection().execute(sa.text(insert), rows)


def _words_of(words: ItemWords) -> list[str]:
    """Each word of an item once; none of what is withheld."""
    if words.withheld:
        return []
    return list(dict.fromkeys(words_in(f"{words.title}\n{words.text}"[:MAX_INDEXED])))


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
        items = session.exec(
            select(Item).where(col(Item.seq) > after).order_by(col(Item.seq)).limit(BATCH)
        ).all()
        if not items:
            return None
        drop(session, [item.seq for item in items])
        showable = [item for item in items if _may_be_found(item)]
        blocked = _blocked(session, showable)
        told = words_of_many(house, session, [item for item in showable if item.id not in blocked])
        _insert(session, [(words.item.seq, words) for words in told.values()])
        return items[-1].seq or 0, len(items), len(told)


def _may_be_found(item: Item) -> bool:
    return (
        item.merged_into is None and item.words_mark is not None and item.state is not ItemState.QUARANTINED
    )


def _blocked(session: Session, items: Sequence[Item]) -> set[Any]:
    """The items whose words a step blocks."""
    ids = [item.id for item in items]
    query = select(FindingRow.item_id).where(
        col(FindingRow.item_id).in_(ids), FindingRow.verdict == "block", FindingRow.current
    )
    return set(session.exec(query))


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, "search", house.now)
