"""The curators' desk of learners and its API: what learners say, questions, scores."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from gleanery.flow.learners import asking, scoring
from gleanery.flow.rights import Role
from gleanery.model.learners import QuestionKind
from tests.courses import COURSE, offered_items
from tests.gradebook import Gradebook
from tests.test_cli import gleanery
from tests.web.houses import Site
from tests.web.learn.guests import Guest


def test_a_curator_reads_and_settles_what_learners_say(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item)
    guest.post(f"/note/{item}", kind="report", reason="broken-link", words="It says 404.")
    guest.post(f"/note/{item}", kind="link", url="https://better.example.org/x")
    browser, program = site.browser(), site.program()
    page = browser.get(f"{site.url}/learners", timeout=10).text
    assert "The link does not work" in page
    assert "It says 404." in page
    assert "u1" not in page, "who said it stays out"
    listed = program.get(f"{site.url}/api/learners/notes", params={"limit": 1}, timeout=10).json()
    assert [one["kind"] for one in listed["items"]] == ["link"]
    more = {"limit": 1, "after": listed["next"]}
    (report,) = program.get(f"{site.url}/api/learners/notes", params=more, timeout=10).json()["items"]
    assert "handle_id" not in report
    browser.post(
        f"{site.url}/learners/notes/{report['id']}/settle", data={"back": str(item)}, timeout=10
    ).raise_for_status()
    for _ in range(2):
        link = f"{site.url}/api/learners/notes/{listed['items'][0]['id']}/settle"
        assert program.post(link, timeout=10).status_code == 204
    assert "Nothing here" in browser.get(f"{site.url}/learners", timeout=10).text
    assert "It says 404." in browser.get(f"{site.url}/learners?settled=true", timeout=10).text
    assert program.post(f"{site.url}/api/learners/notes/{uuid4()}/settle", timeout=10).status_code == 404


def test_a_question_is_set_and_taken_away_by_page_and_by_program(site: Site) -> None:
    item, *_ = offered_items(site.house)
    browser, program = site.browser(), site.program()
    page, api = f"{site.url}/learners/items/{item}", f"{site.url}/api/learners/items/{item}"
    form = {"kind": "choice", "words": "Which holds?", "answers": "* the rope\nair\n\n* both"}
    browser.post(f"{page}/question", data=form, timeout=10).raise_for_status()
    question = asking.of_item(site.house, item)
    assert question is not None
    assert (question.options, question.right) == (["the rope", "air", "both"], [0, 2])
    wrong = browser.post(f"{page}/question", data={**form, "answers": "rope\nair"}, timeout=10)
    assert wrong.status_code == 422
    assert "rope\nair</textarea>" in wrong.text
    told = program.put(f"{api}/question", json={"kind": "reflection", "words": "And you?"}, timeout=10).json()
    assert told["question"] == {"kind": "reflection", "words": "And you?", "options": [], "right": []}
    assert program.delete(f"{api}/question", timeout=10).json()["question"] is None
    browser.post(f"{page}/question/remove", timeout=10).raise_for_status()
    assert program.get(f"{site.url}/api/learners/items/{uuid4()}", timeout=10).status_code == 404
    bad = {"kind": "choice", "words": "Which?", "options": ["a", "b"], "right": [7]}
    assert program.put(f"{api}/question", json=bad, timeout=10).status_code == 422


def test_the_right_answers_are_on_no_page_of_a_learner(site: Site) -> None:
    item, *_ = offered_items(site.house)
    wanted = asking.Wanted(QuestionKind.CHOICE, "Which holds?", ("rope", "air"), (0,))
    asking.put(site.house, "curator", str(item), wanted)
    guest = Guest(site, item)
    shown = re.findall(r'<label class="tick"><input[^>]* name="chosen"[^>]*>.*?</label>', guest.first.text)
    assert len(shown) == 2
    assert shown[0].replace("rope", "air").replace('"0"', '"1"') == shown[1], (
        "but for the words they are alike"
    )


@pytest.mark.parametrize("by_program", [False, True])
def test_a_score_that_was_given_up_says_why_and_is_tried_again(
    site: Site, gradebook: Gradebook, by_program: bool
) -> None:
    gradebook.columns.clear()
    Guest(site, offered_items(site.house)[0]).open_source()
    scoring.send(site.house, COURSE)
    office = site.browser("office", [Role.ADMINISTRATOR])
    assert "0 on their way, 1 given up" in office.get(f"{site.url}/destinations/{COURSE}", timeout=10).text
    page = office.get(f"{site.url}/learners/scores?state=dead&destination={COURSE}", timeout=10).text
    assert "A teacher removed it; add the item to the course again." in page
    gradebook.columns.add("c1")
    if by_program:
        program = site.program("office", roles=[Role.ADMINISTRATOR])
        (row,) = program.get(f"{site.url}/api/learners/scores?state=dead", timeout=10).json()["items"]
        assert row["state"] == "dead"
        link = f"{site.url}/api/learners/scores/{row['id']}/retry"
        assert program.post(link, timeout=10).status_code == 204
        assert program.post(f"{site.url}/api/learners/scores/retry", json={}, timeout=10).json() == {
            "retried": 0
        }
    else:
        form = {"name": COURSE}
        office.post(f"{site.url}/learners/scores/retry", data=form, timeout=10).raise_for_status()
    assert scoring.send(site.house, COURSE).sent == 1


def test_the_command_line_says_why_and_tries_again(site: Site, gradebook: Gradebook) -> None:
    gradebook.unknown.add("u1")
    Guest(site, offered_items(site.house)[0]).open_source()
    folder = site.house.config.folder
    for _ in range(2):
        told = " ".join(gleanery("deliver", "--json", cwd=folder).stdout.split())
        assert "the course does not know the learner. Enrol them again." in told
    assert "given up" in " ".join(gleanery("deliver", cwd=folder).stdout.split())
    gradebook.unknown.clear()
    assert gleanery("deliver", "--retry", "--by", "lead", cwd=folder).returncode == 0
    assert gradebook.scores["c1", "u1"]["progress"] == "completed"
