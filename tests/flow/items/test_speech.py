"""What is said in an item, and its chapters: shown to curators, and to learners where the words may leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from gleanery.flow import desk, run, screen
from gleanery.flow.house import House
from gleanery.flow.items.speech import NOTHING, address_at, chapters_of
from gleanery.flow.queue import listing
from gleanery.flow.queue.filters import Filter
from gleanery.model.items import ItemPost, ItemState, Role
from gleanery.model.posts import Post
from tests.connectors.test_speech import SRT
from tests.house import article, file_source, items_of, make_house, records

LISTED = "All about forks.\n\n0:00 Welcome\n(1:05) The forks\n1:02:03 - Questions\nBye."


def talk(folder: Path, said: str = SRT, **changes: Any) -> House:
    rows = [article(1, text=LISTED, said=said, url="https://www.youtube.com/watch?v=abcdefghijk", **changes)]
    fields = {"external_id": "id", "title": "title", "url": "url", "text": "text", "transcript": "said"}
    house = make_house(folder, sources=[file_source(records(folder, rows), fields=fields, kind="video")])
    run(house)
    return house


def test_a_transcript_and_chapters_are_shown_with_their_item_and_its_words_are_found(tmp_path: Path) -> None:
    house = talk(tmp_path)
    [row] = desk.queue(house).rows
    spoken = desk.show(house, str(row.id)).spoken
    assert [(one.at, one.words) for one in spoken.passages] == [
        (1.0, "Check the forks first."),
        (70.25, "Then the brakes."),
    ]
    assert [(one.at, one.words) for one in spoken.chapters] == [
        (0.0, "Welcome"),
        (65.0, "The forks"),
        (3_723.0, "Questions"),
    ]
    found = listing.listed(house, Filter(words="brakes"), None, limit=5)
    assert [one.id for one in found.rows] == [row.id]


def test_what_is_said_is_guarded_like_all_words(tmp_path: Path) -> None:
    house = talk(tmp_path, SRT.replace("Then the brakes.", "Ring +49 170 5550123 now."))
    [item] = items_of(house).values()
    detail = desk.show(house, str(item.id))
    assert item.state is ItemState.WAITING, "what is said about it is sealed; the item itself is harmless"
    assert "5550123" not in repr(detail)
    assert "5550123" not in repr(listing.listed(house, Filter(words="ring"), None, limit=5))
    stored = (house.config.data / "gleanery.db").read_bytes()
    assert b"5550123" not in stored, "it is sealed before it is kept"


def test_no_transcript_and_no_chapters_are_nothing(tmp_path: Path) -> None:
    house = make_house(tmp_path, sources=[file_source(records(tmp_path, [article(1)]))])
    run(house)
    [row] = desk.queue(house).rows
    assert desk.show(house, str(row.id)).spoken == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0:00 one\n1:00 two",
        "1:00 one\n2:00 two\n3:00 three",
        "We meet at 10:00\n11:00\n12:00",
        "0:00 a\n0:00 b\n0:00 c",
    ],
    ids=["nothing", "two only", "no beginning", "times of day", "all at once"],
)
def test_lines_that_are_no_chapters_are_none(text: str) -> None:
    assert chapters_of(text) == []


def test_an_address_leads_to_the_second() -> None:
    assert address_at("https://www.youtube.com/watch?v=abcdefghijk&t=3s", 65.7) == (
        "https://www.youtube.com/watch?v=abcdefghijk&t=65s"
    )
    assert address_at("https://example.org/a.mp3", 65) == "https://example.org/a.mp3#t=65"
    assert address_at(None, 1) is None


def test_a_transcript_that_was_read_before_its_recording_waits_for_it(tmp_path: Path) -> None:
    house = talk(tmp_path)
    with house.store.write() as session:
        for tie in session.exec(select(ItemPost).where(ItemPost.role == Role.REPLY)):
            session.delete(tie)
        post = session.exec(select(Post).where(Post.external_id == "a1")).one()
        post.screened_version = 0
        session.add(post)
    [row] = desk.queue(house).rows
    assert desk.show(house, str(row.id)).spoken.passages == ()
    screen(house)
    assert len(items_of(house)) == 1
    assert len(desk.show(house, str(row.id)).spoken.passages) == 2
