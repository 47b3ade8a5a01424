"""The index of words: what it finds, what it must never hold, and that it follows every change of an item's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text, update
from sqlmodel import select

from gleanery.flow import desk, grouping, purge, read, run, screen
from gleanery.flow.house import House
from gleanery.flow.items import editing, redacting
from gleanery.flow.items.editing import Wording
from gleanery.flow.items.redacting import BAR
from gleanery.flow.queue import listing, search
from gleanery.flow.queue.filters import Filter
from gleanery.model.items import Item
from gleanery.model.posts import Content
from gleanery.testing import Clock
from tests.flow.queue.conftest import filled
from tests.house import article, file_source, make_house, records


def found(house: House, words: str) -> list[str]:
    """The titles that a search lists in every state."""
    states = ("waiting", "quarantined", "dropped")
    pages = [listing.listed(house, Filter.model_validate({"state": one, "words": words})) for one in states]
    return [row.title for page in pages for row in page.rows]


def indexed(house: House) -> int:
    with house.store.read() as session:
        return int(session.execute(text("SELECT count(*) FROM item_search")).scalar_one())


@pytest.mark.parametrize(
    "asked", ["LADDERS", "ladd", "ladders 1", "lad1a lad1b", "lädders", "part-1, ladders!"]
)
def test_words_are_found_by_their_beginnings_without_case_and_accents(each_house: House, asked: str) -> None:
    assert "Working with ladders, part 1" in found(each_house, asked)


def test_every_word_must_be_there(each_house: House) -> None:
    assert found(each_house, "ladders spreadsheets") == []


HOSTILE = [
    '"', "'", "''", "*", "ladders*", 'ladders" OR "1', "ladders AND", "NEAR(a b)", "words:ladders", "(", ")", "^a",
    "-ladders", "a & b | !c", "ladders:*", "\\", "%", "_", ";--", "'; DROP TABLE item; --", "\x00", "\u202e", "😀",
    "a" * 200, " ".join(["ab"] * 60), "ﬁ", "½", "İ", "\ud7ff", "<->", "ladders <-> x", "𝔩𝔞𝔡",
]  # fmt: skip


def test_no_search_is_an_error(each_house: House) -> None:
    for words in HOSTILE:
        assert listing.listed(each_house, Filter(words=words[:200]), limit=1).total.number <= 12, words
    assert indexed(each_house) == 12


def test_withheld_words_are_never_indexed(tmp_path: Path, clock: Clock) -> None:
    rows = [article(1), article(2, text="Ring +49 170 5550123 to have the zebracrossing opened for you.")]
    source = file_source(records(tmp_path, rows))
    house = make_house(
        tmp_path, clock, sources=[source], curation={"steps": [{"step": "sensitive"}, {"step": "language"}]}
    )
    run(house)
    assert found(house, "zebracrossing") == []
    assert indexed(house) == 1
    assert search.rebuild(house) == 1
    assert found(house, "zebracrossing") == []


NUMBER = "+49 170 5550123"
SENSITIVE: dict[str, Any] = {"steps": [{"step": "sensitive", "settings": {"kinds": {"phone": "ask"}}}]}


@pytest.fixture(params=["sqlite", "postgresql"])
def marked(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A house on each kind of database, with an item in whose title and text a guard marks a number."""
    changes: dict[str, Any] = {"curation": SENSITIVE}
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE", request.getfixturevalue("postgres_url"))
        changes["database"] = {"env": "DATABASE"}
    text = f"The zebracrossing is opened by telephone: ring {NUMBER} before Friday, in working hours."
    rows = [article(1), article(2, title=f"Ring {NUMBER}", text=text)]
    made = make_house(tmp_path, clock, sources=[file_source(records(tmp_path, rows))], **changes)
    run(made)
    yield made
    made.close()


def test_what_stands_behind_a_bar_is_never_indexed(marked: House) -> None:
    [item] = [str(row.id) for row in desk.queue(marked).rows if row.hidden]

    def nobody_finds_it() -> None:
        for words in ("5550123", "555", "170", "zebracrossing 49"):
            assert found(marked, words) == [], words
        assert len(found(marked, "zebracrossing friday")) == 1

    nobody_finds_it()
    redacting.reveal(marked, item, "curator")
    nobody_finds_it()
    assert search.rebuild(marked) == 2
    nobody_finds_it()
    editing.edit(marked, item, "curator", Wording(f"Call {NUMBER} today", f"Or {NUMBER}."))
    nobody_finds_it()
    assert found(marked, "call today") == [f"Call {BAR} today"]


def test_signs_alone_are_found_nowhere_and_blanks_leave_nothing_out(each_house: House) -> None:
    assert found(each_house, "?!…") == []
    assert len(found(each_house, "  ")) == 12


def test_filling_waits_for_whoever_changes_an_item(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or words that are forgotten meanwhile would come back."""
    monkeypatch.setenv("DATABASE", request.getfixturevalue("postgres_url"))
    house = filled(tmp_path, clock, 2, database={"env": "DATABASE"})

    def change(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "item_post" in statement:  # the words are being read
            with house.store.note_if_free() as session:
                session.execute(update(Item).values(reason="changed"))

    event.listen(house.store.engine, "before_cursor_execute", change)
    search.rebuild(house)
    event.remove(house.store.engine, "before_cursor_execute", change)
    assert "changed" not in {row.reason for row in desk.queue(house).rows}
    house.close()


def test_changed_words_replace_the_former_ones(tmp_path: Path, clock: Clock) -> None:
    house = filled(tmp_path, clock, 2)
    records(tmp_path, [article(0, title="A walrus is no spreadsheet"), article(1)])
    clock.move(timedelta(hours=2))
    read(house, "catalogue")
    assert found(house, "part 0") == []
    screen(house)
    assert found(house, "walrus") == ["A walrus is no spreadsheet"]
    assert found(house, "working part 0") == []


def test_merged_items_leave_the_index(each_house: House) -> None:
    rows = desk.queue(each_house).rows
    grouping.merge(each_house, str(rows[0].id), str(rows[1].id), "curator")
    assert indexed(each_house) == 11


def test_purged_words_are_nowhere_left_in_the_files(tmp_path: Path, clock: Clock) -> None:
    house = filled(tmp_path, clock)
    assert b"fee2a" in _bytes(tmp_path)
    with house.store.write() as session:
        for content in session.exec(select(Content)):
            content.purge_at = clock()
            session.add(content)
    clock.move(timedelta(minutes=1))
    (tmp_path / "records.jsonl").unlink()
    purge(house)
    assert indexed(house) == 0
    assert b"fee2a" not in _bytes(tmp_path)
    screen(house)
    assert indexed(house) == 0


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_index_is_filled_for_a_house_that_had_none(each_house: House) -> None:
    with each_house.store.write() as session:
        session.execute(text("DELETE FROM item_search"))
    assert found(each_house, "ladders") == []
    assert search.fill_if_due(each_house) == 12
    assert search.fill_if_due(each_house) == 0
    assert len(found(each_house, "ladders")) == 2


def test_filling_goes_on_where_it_was_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BATCH", 5)

    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done == 10:
            raise Stopped

    with pytest.raises(Stopped):
        search.rebuild(house, stop)
    assert indexed(house) == 10
    assert search.fill_if_due(house) == 2
    assert indexed(house) == 12


def test_the_index_of_an_older_sqlite_can_be_read_by_every_other(house: House) -> None:
    """No option is used that ties the file to a newer version."""
    with sqlite3.connect(str(house.store.path)) as connection:
        told = dict(connection.execute("SELECT k, v FROM item_search_config").fetchall())
    assert told == {"version": 4}


def test_items_without_words_do_no_harm(house: House) -> None:
    with house.store.write() as session:
        item = session.exec(select(Item).where(Item.seq == 1)).one()
        search.drop(session, [item.seq, None])
    assert indexed(house) == 11
