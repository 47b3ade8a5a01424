"""Passages behind bars (gleanery.flow.items.redacting)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from gleanery.errors import Denied
from gleanery.flow import desk, exporting, read, screen
from gleanery.flow.house import House
from gleanery.flow.items import editing
from gleanery.flow.items.editing import Wording
from gleanery.flow.items.redacting import BAR, Marked, reveal
from gleanery.model.items import Item
from gleanery.model.record import Kept
from tests.flow.items.conftest import with_items
from tests.house import article, records

NUMBER = "+49 170 5550123"


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[House]:
    text = f"The ladder course is booked by telephone: ring {NUMBER} before Friday, and bring your own boots."
    made = with_items(tmp_path, article(7, title=f"Ring {NUMBER}", text=text))
    yield made
    made.close()


def the_item(house: House) -> str:
    return str(next(row.id for row in desk.queue(house).rows if row.hidden is not None))


def person(house: House, account: str) -> UUID:
    with house.store.write() as session:
        return house.person(session, account)


def test_what_a_step_marks_stands_behind_bars_in_list_and_reader(marked: House) -> None:
    item = the_item(marked)
    told = repr((desk.queue(marked), desk.show(marked, item)))
    assert "5550123" not in told
    shown = desk.show(marked, item)
    assert shown.row.title == f"Ring {BAR}"
    assert f"ring {BAR} before Friday" in shown.text
    assert shown.row.hidden == ("phone",)


def test_who_asks_sees_them_for_a_while_and_nobody_else_does(marked: House) -> None:
    item, curator = the_item(marked), person(marked, "curator")
    reveal(marked, item, "curator")
    seen = desk.show(marked, item, curator)
    assert seen.row.title == f"Ring {NUMBER}"
    assert NUMBER in seen.text
    assert seen.row.hidden is None
    assert "5550123" not in repr(desk.show(marked, item, person(marked, "lead")))
    assert "5550123" not in repr(desk.show(marked, item))
    with marked.store.write() as session:
        session.execute(update(Kept).values(expires_at=marked.now() - timedelta(seconds=1)))
    assert "5550123" not in repr(desk.show(marked, item, curator))


def test_the_log_says_who_looked_and_not_at_what(marked: House) -> None:
    reveal(marked, the_item(marked), "curator")
    told = "\n".join(exporting.lines(marked, "lead", exporting.Selection()))
    assert '"item.revealed"' in told
    assert "5550123" not in told


def test_new_words_are_hidden_again_and_words_nobody_judged_are_hidden_whole(marked: House) -> None:
    item, curator = the_item(marked), person(marked, "curator")
    reveal(marked, item, "curator")
    with marked.store.write() as session:
        session.execute(update(Item).values(revision=Item.revision + 1))
    assert "5550123" not in repr(desk.show(marked, item, curator))
    with marked.store.write() as session:
        session.execute(update(Item).values(screened_as=""))
    shown = desk.show(marked, item)
    assert (shown.row.title, shown.text) == (BAR, BAR)


def test_words_that_changed_at_the_source_are_hidden_whole_until_they_are_judged(
    marked: House, tmp_path: Path
) -> None:
    item = the_item(marked)
    text = f"{NUMBER} is to be rung before the ladder course, and bring your own boots on Friday morning."
    records(tmp_path, [*map(article, range(3)), article(7, text=text)])
    read(marked, "catalogue")
    assert "5550123" not in repr((desk.queue(marked), desk.show(marked, item)))
    screen(marked)
    assert desk.show(marked, item).text.startswith(f"{BAR} is to be rung")


def test_what_an_item_was_called_stands_behind_the_same_bars(marked: House) -> None:
    item, curator = the_item(marked), person(marked, "curator")
    editing.edit(marked, item, "curator", Wording(f"Call {NUMBER} today", "For all."))
    [edit] = desk.show(marked, item).known.edits
    assert (edit.before, edit.after) == (Wording(), Wording(BAR, BAR))
    reveal(marked, item, "curator")
    assert NUMBER in repr(desk.show(marked, item, curator).known.edits)


def test_where_nothing_is_hidden_there_is_nothing_to_ask_for(marked: House) -> None:
    plain = str(next(row.id for row in desk.queue(marked).rows if row.hidden is None))
    with pytest.raises(Denied, match="Nothing is hidden"):
        reveal(marked, plain, "curator")


def test_bars_fall_on_the_right_places_of_each_part() -> None:
    marks = Marked((("text", 0, 3, "a"), ("text", 8, 12, "b"), ("title", 1, 2, "a")))
    whole = "one two\n\nthree five"
    assert marks.text(whole) == f"{BAR} two\n{BAR}ee five"
    assert marks.text(whole[9:], 9) == f"{BAR}ee five"
    assert marks.title("abc") == f"a{BAR}c"
    beside = Marked((), frozenset({"url", "replies"}))
    assert beside.address("https://example.org/x") is None
    assert beside.remark("words") == BAR
    assert beside.text("words") == "words"
