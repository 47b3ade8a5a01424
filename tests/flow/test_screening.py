"""screen(): one item for one thing, findings with reasons, and what may not leave does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from gleanery.errors import Denied
from gleanery.flow import deciding, desk, grouping, run, screen
from gleanery.flow.house import House
from gleanery.flow.leaving import learning_items
from gleanery.model.items import Alike, DecisionVerdict, FindingRow, Item, ItemState
from tests.house import (
    article,
    file_source,
    items_of,
    make_house,
    message,
    records,
    slack_export,
    slack_source,
)

WORDS = (
    "A cut axis, a missing baseline, two scales in one picture: five habits of careful people who draw charts, "
    "each of them shown before and after, with the numbers behind the picture and a note on colours for print."
)


def house_over(folder: Path, *rows: dict[str, Any], **changes: Any) -> House:
    house = make_house(folder, sources=[file_source(records(folder, rows))], **changes)
    run(house)
    return house


def test_one_address_in_many_forms_is_one_item_with_every_provenance(tmp_path: Path) -> None:
    house = house_over(
        tmp_path,
        article(1, url="https://youtu.be/gLnTest0001?si=x"),
        article(2, url="https://m.youtube.com/watch?v=gLnTest0001&feature=share"),
        article(3, url="https://www.youtube.com/embed/gLnTest0001?utm_source=a"),
    )
    [row] = desk.queue(house).rows
    assert row.provenances == 3


def test_nearly_equal_words_at_two_addresses_are_grouped_and_alike_ones_suggested(tmp_path: Path) -> None:
    house = house_over(
        tmp_path,
        article(1, title="Charts", text=WORDS),
        article(2, title="Charts", text=WORDS.replace("print", "paper")),
        article(
            3,
            title="Charts",
            text=WORDS[: int(len(WORDS) * 0.62)] + " And now to something else, which is soup.",
        ),
    )
    rows = desk.queue(house).rows
    assert sorted(row.provenances for row in rows) == [1, 2]
    with house.store.read() as session:
        [alike] = session.exec(select(Alike)).all()
    assert 0.5 <= alike.likeness < 0.8


def test_merge_and_split_by_a_person_are_remembered(tmp_path: Path) -> None:
    house = house_over(tmp_path, article(1), article(2))
    first, second = desk.queue(house).rows
    assert grouping.merge(house, str(second.id), str(first.id), "curator").id == first.id
    screen(house)
    [merged] = desk.queue(house).rows
    assert (merged.id, merged.provenances) == (first.id, 2)
    assert desk.show(house, str(second.id)).row.id == first.id
    other = next(p for p in desk.show(house, str(first.id)).provenance if p.role != "founding")
    assert grouping.split(house, str(first.id), str(other.post_id), "curator").id == second.id
    run(house)
    assert [row.provenances for row in desk.queue(house).rows] == [1, 1]


def test_sensitive_words_quarantine_the_item_and_no_one_can_let_it_out(tmp_path: Path) -> None:
    house = house_over(
        tmp_path, article(1, text="Call the trainer, the number is +49 30 23125 987, in the afternoon.")
    )
    [row] = desk.queue(house, (ItemState.QUARANTINED,)).rows
    assert (row.title, row.excerpt, row.url) == ("", "", None)
    assert any(reason.verdict == "block" and reason.words for reason in row.reasons)
    with pytest.raises(Denied, match="sensitive"):
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")


def test_a_remark_with_a_secret_is_withheld_and_the_item_it_is_about_is_not_blocked(tmp_path: Path) -> None:
    day = [
        message(
            "1.000100",
            "How we load the monthly table: filter in the query and not afterwards, it is much faster.",
        ),
        message("1.000200", "Call me: +49 30 23125 987", thread_ts="1.000100", parent_user_id="U1"),
    ]
    export = slack_export(tmp_path / "e.zip", {"learning/2026-02-16.json": day})
    house = make_house(tmp_path, sources=[slack_source(export)])
    run(house)
    [row] = desk.queue(house).rows
    [_, reply] = desk.show(house, str(row.id)).provenance
    assert (reply.role, reply.text) == ("reply", "")
    assert reply.withheld


def test_a_late_reply_reopens_an_approved_item(tmp_path: Path) -> None:
    tip = message(
        "1.000100", "How we load the monthly table: read it whole and filter afterwards, it is much faster."
    )
    day = {"learning/2026-02-16.json": [tip]}
    export = slack_export(tmp_path / "e.zip", day)
    house = make_house(tmp_path, sources=[slack_source(export)])
    run(house)
    [row] = desk.queue(house).rows
    deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    late = message("9.000100", "Correction: filter in the query.", thread_ts="1.000100", parent_user_id="U1")
    slack_export(tmp_path / "e.zip", {**day, "learning/2026-03-20.json": [late]})
    run(house)
    [again] = desk.queue(house).rows
    assert (again.id, again.reason) == (row.id, "changed.since_approval")


def test_an_internal_post_yields_the_link_it_shares_and_not_its_words(tmp_path: Path) -> None:
    shared = {"from_url": "https://learning.example.org/a", "title_link": "https://learning.example.org/a"}
    text = "Our team really needs this: <https://learning.example.org/a>"
    day = [
        message(
            "1.000100",
            text,
            attachments=[{**shared, "title": "Ten checks", "text": "Ten checks before you send."}],
        )
    ]
    export = slack_export(tmp_path / "e.zip", {"learning/2026-02-16.json": day})
    house = make_house(tmp_path, sources=[slack_source(export)], curation={"auto_approve": "keep"})
    run(house)
    with house.store.read() as session:
        item = session.exec(select(Item)).one()
        leaving = learning_items(house, session, [item])[item.id]
    assert (leaving.title, leaving.url, leaving.html) == ("Ten checks", "https://learning.example.org/a", "")


def test_a_greeting_is_dropped_with_a_reason_a_person_understands(tmp_path: Path) -> None:
    export = slack_export(
        tmp_path / "e.zip", {"general/2026-02-16.json": [message("1.000100", "Good morning everyone!")]}
    )
    house = make_house(tmp_path, sources=[slack_source(export)])
    run(house)
    [row] = desk.queue(house, (ItemState.DROPPED,)).rows
    assert [reason.words for reason in row.reasons if reason.verdict == "drop"]


def test_a_policy_approves_up_to_its_limit_and_never_against_a_person(tmp_path: Path) -> None:
    changes = {"curation": {"auto_approve": "keep", "auto_approve_limit": 2, "policy_name": "test"}}
    house = house_over(tmp_path, *map(article, range(5)), **changes)
    assert desk.counts(house) == {"approved": 2, "waiting": 3}
    approved = desk.queue(house, (ItemState.APPROVED,)).rows[0]
    deciding.undo(house, "curator", str(approved.id))
    with house.store.write() as session:
        for item in session.exec(select(Item)):
            item.screened_as = ""
            session.add(item)
    screen(house)
    assert items_of(house)[approved.title].state is ItemState.WAITING


def test_other_settings_of_a_step_judge_every_item_again_and_equal_ones_none(tmp_path: Path) -> None:
    house = house_over(tmp_path, *map(article, range(4)))
    with house.store.read() as session:
        before = session.exec(select(func.count()).select_from(FindingRow)).one()
    assert screen(house).judged == 0
    steps = [{"step": name} for name in ("canonical", "duplicates", "language", "sensitive", "substance")]
    steps += [{"step": "words", "settings": {"blocked": ["ladders"]}}]
    steps += [{"step": name} for name in ("quality", "aids", "tags")]
    house.close()
    house = make_house(tmp_path, sources=[file_source(tmp_path / "records.jsonl")], curation={"steps": steps})
    assert screen(house).judged == 4
    with house.store.read() as session:
        rows = session.exec(select(FindingRow)).all()
    assert len(rows) == before + 4
    assert sum(row.current for row in rows) == before
    assert [row.title for row in desk.queue(house, (ItemState.DROPPED,)).rows] == [
        "Working with ladders, part 1"
    ]


def test_an_item_shows_which_goal_it_serves_and_why(tmp_path: Path) -> None:
    goals = [{"name": "safe", "title": "Nobody falls", "words": ["ladders"]}]
    house = house_over(tmp_path, article(1), article(2), goals=goals)
    shown = {row.title: [(goal.title, goal.why) for goal in row.goals] for row in desk.queue(house).rows}
    assert shown == {
        "Working with ladders, part 1": [("Nobody falls", "word: ladders")],
        "Working with feedback, part 2": [],
    }


def test_the_queue_makes_as_many_queries_for_fifty_items_as_for_five(tmp_path: Path) -> None:
    house = house_over(tmp_path, *map(article, range(60)))
    asked: list[str] = []
    event.listen(house.store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    numbers = []
    for limit in (5, 50):
        asked.clear()
        desk.queue(house, limit=limit)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
