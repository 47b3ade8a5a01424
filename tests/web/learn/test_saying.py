"""gleanery.web.learn.saying: questions, ratings, and what learners tell the curators."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from gleanery import worker
from gleanery.errors import BadInput
from gleanery.flow import inbox
from gleanery.flow.house import House
from gleanery.flow.learners import asking, noting
from gleanery.flow.learners.asking import Wanted
from gleanery.model.learners import NoteKind, QuestionKind, Reached
from tests.courses import course_house, offered_items
from tests.gradebook import Gradebook
from tests.web.houses import Site, served
from tests.web.learn.guests import Guest

CHOICE = Wanted(QuestionKind.CHOICE, "Which one holds?", ("The rope", "The hook", "Both of them"), (0, 2))


def row(house: House) -> Reached:
    with house.store.read() as session:
        return session.exec(select(Reached)).one()


def test_a_question_completes_the_item_by_just_its_right_answers(site: Site, gradebook: Gradebook) -> None:
    item, *_ = offered_items(site.house)
    asking.put(site.house, "curator", str(item), CHOICE)
    guest = Guest(site, item)
    assert "Which one holds?" in guest.first.text
    assert "right" not in guest.first.text.lower().split("one question")[1].split("</section>")[0]
    guest.open_source()
    assert row(site.house).completed_at is None, "opening it is no longer enough"
    for chosen in (["0"], ["0", "1", "2"], [], ["9", "x"]):
        assert "That is not right yet" in guest.post(f"/answer/{item}", chosen=chosen).text
    assert "That is right." in guest.post(f"/answer/{item}", chosen=["2", "0"]).text
    kept = row(site.house)
    assert (kept.evidence, kept.tries) == ("question-passed", 4)
    worker.work(site.house)
    assert gradebook.scores["c1", "u1"]["progress"] == "completed"


def test_guessing_ends(site: Site) -> None:
    item, *_ = offered_items(site.house)
    asking.put(site.house, "curator", str(item), CHOICE)
    guest = Guest(site, item)
    for _ in range(asking.MOST_TRIES):
        guest.post(f"/answer/{item}", chosen=["1"])
    last = guest.post(f"/answer/{item}", chosen=["0", "2"])
    assert last.status_code == 422
    assert "You tried often enough." in last.text
    assert row(site.house).completed_at is None


def test_of_a_reflection_only_that_it_was_written_is_kept(site: Site) -> None:
    item, *_ = offered_items(site.house)
    asking.put(site.house, "curator", str(item), Wanted(QuestionKind.REFLECTION, "What will you try?"))
    guest = Guest(site, item)
    guest.open_source()
    assert row(site.house).completed_at is None
    assert guest.post(f"/answer/{item}", words="  ").status_code == 422
    guest.post(f"/answer/{item}", words="I will count the rungs.")
    kept = row(site.house)
    assert (kept.wrote, kept.reflection) == (True, "")
    assert kept.completed_at is not None


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(QuestionKind.CHOICE, "", ("a", "b"), (0,)),
        Wanted(QuestionKind.CHOICE, "Which?", ("a",), (0,)),
        Wanted(QuestionKind.CHOICE, "Which?", ("a", "b"), ()),
        Wanted(QuestionKind.CHOICE, "Which?", ("a", "b"), (2,)),
        Wanted(QuestionKind.CHOICE, "Which?", ("a", " "), (0,)),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(site: Site, wanted: Wanted) -> None:
    with pytest.raises(BadInput):
        asking.put(site.house, "curator", str(offered_items(site.house)[0]), wanted)


def test_the_last_rating_counts(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item)
    for stars in ("4", "2"):
        assert "Thank you." in guest.post(f"/rate/{item}", stars=stars).text
    Guest(site, item, account="u2").post(f"/rate/{item}", stars="5")
    assert guest.post(f"/rate/{item}", stars="9").status_code == 422
    with site.house.store.read() as session:
        assert noting.ratings(session, item) == (3.5, 2)


def test_what_learners_say_waits_for_the_curators_and_is_bounded(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item)
    guest.post(f"/note/{item}", kind="report", reason="wrong", words="Step 2 is missing.")
    guest.post(f"/note/{item}", kind="question", words="Who may do this?")
    for odd in (
        {"kind": "report"},
        {"kind": "question"},
        {"kind": "other"},
        {"kind": "link", "url": "javascript:1"},
    ):
        assert guest.post(f"/note/{item}", **odd).status_code == 422
    kept = noting.listed(site.house)
    assert [(one.kind, one.reason) for one in kept] == [
        (NoteKind.QUESTION, ""),
        (NoteKind.REPORT, "wrong"),
    ]
    for _ in range(site.house.config.learning.notes_per_visit - 2):
        assert guest.post(f"/note/{item}", kind="question", words="And then?").status_code == 200
    assert "You wrote enough for one visit." in guest.post(f"/note/{item}", kind="question", words="?").text


def test_a_suggested_link_goes_to_the_queue_where_shares_are_taken_in(
    tmp_path: Path, gradebook: Gradebook
) -> None:
    drafts = {"posts": "posts.jsonl"}
    folder = tmp_path / "house"
    (folder / "mail").mkdir(parents=True)
    sources = [
        {"name": "forum", "connector": "drafts", "settings": drafts},
        {"name": "shares", "connector": "share", "settings": {"folder": "mail", "senders": ["example.org"]}},
    ]
    house = course_house(folder, gradebook, sources=sources)
    with served(house) as site:
        item, *_ = offered_items(house)
        Guest(site, item).post(f"/note/{item}", kind="link", url="https://ladders.example.org/rungs")
        assert inbox.waiting(house.store) == {"shares": 1}
        worker.work(house)
        assert inbox.waiting(house.store) == {}
        assert noting.listed(house)[0].url == "https://ladders.example.org/rungs"
    assert len(offered_items(house)) == 4
    house.close()
