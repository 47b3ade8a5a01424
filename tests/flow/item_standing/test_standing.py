"""The standing of items: counted as posts come in, kept with what rests on it, and looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select

from gleanery.flow import deciding, desk, run, screen
from gleanery.flow.house import House
from gleanery.flow.item_standing import engagement, refreshing, replaying
from gleanery.flow.item_standing.background import Background, inputs_of
from gleanery.flow.item_standing.licences import code_of
from gleanery.flow.leaving import learning_items
from gleanery.flow.reports import keeping
from gleanery.flow.sources import source_id_of
from gleanery.flow.subjects import words_of_many
from gleanery.flow.taking import take_posts
from gleanery.model.engagement import Engagement, EngagementBucket
from gleanery.model.items import DecisionVerdict, FindingRow, Item, ItemState
from gleanery.model.links import ItemLink, LinkLook, LinkState
from gleanery.model.posts import PostDraft, PostKind, Reaction
from gleanery.ports import Policy, Standing
from gleanery.testing import NOON, Clock
from tests.house import article, file_source, make_house, records

STEPS = [{"step": name} for name in ("canonical", "language", "substance", "quality", "aids")]
OPEN = Policy(may_store_text=True, may_score=True, may_pass_text_on=True)
TEXT = (
    "Slow queries usually have a plan that reads too many rows. An index lets the database find the rows at once. "
    "The planner decides by statistics whether an index is worth using. Lunch was served in the yard. "
    "When statistics are stale, the planner reads the whole table although an index would be faster."
)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = make_house(
        tmp_path,
        clock,
        curation={"steps": STEPS},
        sources=[file_source(records(tmp_path, []), pass_text_on=True)],
    )
    run(made)
    yield made
    made.close()


def draft(number: int, reactions: int | None = None, **changes: Any) -> PostDraft:
    values: dict[str, Any] = {
        "platform": "forum",
        "realm": "test",
        "external_id": f"p{number}",
        "kind": PostKind.ARTICLE,
        "url": f"https://forum.example.org/{number}",
        "title": f"About planning number {number}",
        "text": f"{TEXT} Number {number}.",
        "published_at": NOON - timedelta(days=3),
        "licence": "CC BY 4.0",
        "reactions": None
        if reactions is None
        else [Reaction(name="up", account=f"u{n}") for n in range(reactions)],
    }
    return PostDraft(**{**values, **changes})


def take(house: House, *drafts: PostDraft, policy: Policy = OPEN) -> None:
    with house.change() as change:
        take_posts(house, change, source_id_of(house, "catalogue"), drafts, policy)


def screened(house: House, *drafts: PostDraft, policy: Policy = OPEN) -> dict[str, Standing]:
    """By title: the standing of every item after these posts came in."""
    take(house, *drafts, policy=policy)
    screen(house)
    return standings(house)


def standings(house: House) -> dict[str, Standing]:
    with house.store.read() as session:
        items = session.exec(select(Item)).all()
        background, told = Background.of(session, items), words_of_many(house, session, items)
        return {words.title: background.standing(words, house.now()) for words in told.values()}


def findings(house: House, step: str = "quality") -> Sequence[FindingRow]:
    with house.store.read() as session:
        return session.exec(select(FindingRow).where(FindingRow.step == step, FindingRow.current)).all()


# --------------------------------------------------------------------------- engagement


def test_a_post_ranks_by_reactions_and_answers_among_those_of_its_source(house: House) -> None:
    found = screened(house, *(draft(number, reactions=number) for number in range(30)))
    quiet, middle, loud = (found[f"About planning number {number}"].engagement for number in (0, 15, 29))
    assert quiet is not None
    assert middle is not None
    assert loud is not None
    assert quiet < 0.1 < middle < loud
    assert loud > 0.8


def test_a_source_that_tells_nothing_or_has_few_posts_ranks_nobody(house: House) -> None:
    silent = screened(house, *(draft(number) for number in range(30)))
    assert {one.engagement for one in silent.values()} == {None}


def test_answers_count_once_however_often_they_are_shown_also_before_what_they_answer(house: House) -> None:
    answers = [draft(100 + n, text=f"I agree with part {n}.", parent_external_id="p1") for n in range(4)]
    take(house, *answers)
    take(house, *(draft(number) for number in range(25)), *answers)
    with house.store.read() as session:
        rows = {row.post_id: row for row in session.exec(select(Engagement))}
        assert sorted((row.replies, row.bucket) for row in rows.values())[-1] == (4, engagement.bucket_of(4))
        assert len(rows) == 25
    assert standings_of_number(house, 1) == 1.0


def standings_of_number(house: House, number: int) -> float | None:
    screen(house)
    return standings(house)[f"About planning number {number}"].engagement


def test_the_buckets_always_hold_as_many_posts_as_there_are(house: House) -> None:
    take(house, *(draft(number, reactions=number % 5) for number in range(40)))
    take(house, *(draft(number, reactions=number) for number in range(40)))
    take(house, *(draft(number, reactions=0) for number in range(10)))
    with house.store.read() as session:
        counted = dict(
            session.exec(select(Engagement.bucket, func.count()).group_by(col(Engagement.bucket))).all()
        )
        kept = {row.bucket: row.posts for row in session.exec(select(EngagementBucket)) if row.posts}
    assert kept == counted
    assert sum(kept.values()) == 40


def test_buckets_grow_with_the_logarithm_and_end() -> None:
    found = [engagement.bucket_of(number) for number in (0, 1, 2, 3, 4, 100, 10**9)]
    assert found == sorted(found)
    assert (found[0], found[1], found[-1]) == (0, 1, engagement.HIGHEST)


def test_where_the_terms_forbid_scores_nothing_is_counted_ranked_or_scored(house: House) -> None:
    found = screened(house, *(draft(n, reactions=n) for n in range(25)), policy=Policy(may_store_text=True))
    assert {(one.engagement, one.reputation, one.may_score) for one in found.values()} == {
        (None, None, False)
    }
    with house.store.read() as session:
        assert session.exec(select(func.count()).select_from(Engagement)).one() == 0
        assert {item.level for item in session.exec(select(Item))} == {""}
    assert {(row.reason, str(row.scores)) for row in findings(house)} == {("quality.unscored", "{}")}


# --------------------------------------------------------------------------- reputation and the rest


def test_the_reputation_of_a_source_is_what_persons_said_of_its_items_drawn_towards_a_half(
    house: House,
) -> None:
    screened(house, *(draft(number) for number in range(6)))
    rows = desk.queue(house).rows
    for row, verdict in zip(rows[:4], ("approve", "approve", "approve", "reject"), strict=True):
        deciding.decide(house, str(row.id), DecisionVerdict(verdict), "curator")
    keeping.bring_up_to_date(house)
    [one] = set(standings(house).values())
    assert (one.reputation, one.decided) == (round(50 * (3 + 5) / 14) / 50, 2)
    deciding.undo(house, "curator", str(rows[3].id))
    keeping.bring_up_to_date(house)
    [one] = set(standings(house).values())
    assert (one.reputation, one.decided) == (round(50 * 8 / 13) / 50, 2)


def test_what_a_policy_approved_is_no_merit_of_the_source(tmp_path: Path, clock: Clock) -> None:
    curation = {"steps": STEPS, "auto_approve": "keep"}
    house = make_house(tmp_path, clock, curation=curation, sources=[file_source(records(tmp_path, []))])
    run(house)
    screened(house, draft(1), draft(2))
    assert desk.counts(house) == {"approved": 2}
    keeping.bring_up_to_date(house)
    assert {one.reputation for one in standings(house).values()} == {None}
    house.close()


def test_standing_holds_age_length_licence_and_player_rights_as_numbers_and_codes(house: House) -> None:
    film = draft(1, kind=PostKind.VIDEO, seconds=600)
    [one] = screened(house, film, policy=Policy(may_store_text=True, may_score=True, may_embed=True)).values()
    assert one == Standing(age_days=3, seconds=600, licence="cc-by", may_embed=True)
    assert inputs_of(one) == {"age_days": 3, "seconds": 600, "licence": "cc-by", "may_embed": True}


def test_the_last_look_at_its_address_is_part_of_the_standing(house: House, clock: Clock) -> None:
    screened(house, draft(1), draft(2))
    with house.store.write() as session:
        [first, _] = session.exec(select(Item).order_by(col(Item.seq))).all()
        session.merge(ItemLink(item_id=first.id, revision=1, mark=b"m"))
        look = LinkLook(mark=b"m", state=LinkState.GONE, since=clock(), next_look_at=clock())
        session.add(look)
        seen = first.id
    assert {one.link for one in standings(house).values()} == {"gone", ""}
    assert refreshing.refresh_if_due(house) == 1
    screen(house)
    found = {row.item_id: row.scores.get("link_health") for row in findings(house)}
    assert found.pop(seen) == 0.0
    assert list(found.values()) == [None]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("CC BY-NC-SA 4.0", "cc-by-nc-sa"),
        ("https://creativecommons.org/licenses/by-sa/3.0/", "cc-by-sa"),
        ("Creative Commons Attribution-NonCommercial-NoDerivatives", "cc-by-nc-nd"),
        ("creativeCommon", "cc-by"),
        ("CC0 1.0", "cc0"),
        ("Public Domain", "pd"),
        ("MIT", "free"),
        ("All rights reserved by the committee", "other"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_licence_is_kept_as_a_code(written: str | None, code: str) -> None:
    assert code_of(written) == code


def test_the_number_of_queries_does_not_grow_with_the_items(house: House) -> None:
    screened(house, *(draft(number, reactions=number) for number in range(30)))

    def asked(many: int) -> int:
        times = 0

        def count(*_: object) -> None:
            nonlocal times
            times += 1

        with house.store.read() as session:
            items = session.exec(select(Item).limit(many)).all()
            engine = session.get_bind()
            event.listen(engine, "before_cursor_execute", count)
            Background.of(session, items)
            event.remove(engine, "before_cursor_execute", count)
        return times

    assert asked(2) == asked(30) <= 6


# --------------------------------------------------------------------------- again, and replayed


def test_what_a_finding_rests_on_is_kept_with_it_and_gives_the_same_finding_again(
    house: House, clock: Clock
) -> None:
    screened(house, *(draft(number, reactions=number) for number in range(30)))
    row = findings(house)[20]
    assert set(row.inputs) == {"age_days", "engagement", "licence"}
    clock.move(timedelta(days=400))
    take(house, *(draft(number, reactions=0) for number in range(30)))
    found = replaying.replay(house, str(row.item_id))
    assert {(one.step, one.outcome) for one in found} >= {("quality", "same"), ("aids", "same")}
    assert next(one for one in found if one.step == "quality").inputs == row.inputs


def test_a_finding_that_does_not_come_out_the_same_is_told(house: House) -> None:
    screened(house, draft(1))
    [row] = findings(house)
    with house.store.write() as session:
        kept = session.get(FindingRow, row.id)
        assert kept is not None
        kept.inputs = {**kept.inputs, "age_days": 3_000}
        other = session.exec(select(FindingRow).where(FindingRow.step == "aids")).one()
        other.step_version = "0"
        ruled = session.exec(select(FindingRow).where(FindingRow.step == "language")).one()
        ruled.step = "somebody's rule"
        session.add_all([kept, other, ruled])
    found = {one.step: one.outcome for one in replaying.replay(house, str(row.item_id))}
    assert (found["quality"], found["aids"], found["substance"]) == ("different", "other step", "same")
    assert found["somebody's rule"] == "no step"
    take(house, draft(1, text="Other words now, quite a few of them in fact, about something else."))
    assert {one.outcome for one in replaying.replay(house, str(row.item_id))} == {
        "other words", "other step", "no step",
    }  # fmt: skip


def test_waiting_items_are_judged_again_once_a_day_where_their_standing_changed(
    house: House, clock: Clock
) -> None:
    screened(house, draft(1), draft(2, published_at=NOON - timedelta(days=1_500)))
    before = {row.item_id: row.scores["freshness"] for row in findings(house)}
    assert refreshing.refresh_if_due(house) == 0
    clock.move(timedelta(hours=23))
    assert refreshing.refresh_if_due(house) == 0
    clock.move(timedelta(days=2))
    assert refreshing.refresh_if_due(house) == 1  # the old one is as old as before, in years
    assert screen(house).judged == 1
    after = {row.item_id: row.scores["freshness"] for row in findings(house)}
    assert sum(after[one] < before[one] for one in before) == 1
    with house.store.read() as session:
        assert {item.revision for item in session.exec(select(Item))} == {1}


def test_what_a_person_decided_on_is_left_alone(house: House, clock: Clock) -> None:
    screened(house, draft(1), draft(2))
    [first, second] = desk.queue(house).rows
    deciding.decide(house, str(first.id), DecisionVerdict.APPROVE, "curator")
    clock.move(timedelta(days=30))
    assert refreshing.refresh_if_due(house) == 1
    assert screen(house).judged == 1
    assert desk.show(house, str(first.id)).row.state == "approved"
    assert desk.show(house, str(second.id)).row.state == "waiting"


def test_a_round_goes_in_bounded_steps_and_rests(house: House, clock: Clock) -> None:
    screened(house, *(draft(number) for number in range(12)))
    clock.move(timedelta(days=20))
    assert [refreshing.refresh_if_due(house, 10) for _ in range(3)] == [10, 2, 0]


# --------------------------------------------------------------------------- what follows


def test_nothing_is_dropped_by_a_score_unless_an_administrator_says_so(tmp_path: Path, clock: Clock) -> None:
    rows = [article(1, text="Some few words that say not much.")]
    source = file_source(records(tmp_path, rows))
    house = make_house(tmp_path, clock, curation={"steps": STEPS}, sources=[source])
    run(house)
    assert desk.counts(house) == {"waiting": 1}
    house.close()
    strict = [*STEPS[:-2], {"step": "quality", "settings": {"drop_below": 0.95}}]
    house = make_house(tmp_path, clock, curation={"steps": strict}, sources=[source])
    screen(house)
    assert desk.counts(house) == {"dropped": 1}
    house.close()


def test_minutes_and_level_reach_the_desk_and_the_learning_system(house: House) -> None:
    screened(house, draft(1, text=TEXT * 12))
    [row] = desk.queue(house).rows
    assert (row.minutes, row.level in ("easy", "medium", "hard")) == (3, True)
    assert row.quality is not None
    assert set(row.quality.parts) >= {"substance", "freshness", "readability", "rights"}
    with house.store.read() as session:
        items = session.exec(select(Item)).all()
        [told] = learning_items(house, session, items).values()
    assert told.minutes == 3


def test_the_marks_point_into_the_source_text_below_a_curators_summary(house: House) -> None:
    from gleanery.flow.items import editing

    screened(house, draft(1))
    [row] = desk.queue(house).rows
    before = desk.show(house, str(row.id))
    sentences = [before.text[start:end] for start, end, kind in before.aids.marks if kind == "summary"]
    assert sentences
    assert before.aids.offered == " ".join(sentences)
    wording = editing.Wording.typed("", "What we think of it, in our own words.")
    editing.edit(house, str(row.id), "curator", wording)
    after = desk.show(house, str(row.id))
    told = {after.text[start:end] for start, end, kind in after.aids.marks if kind == "summary"}
    assert told <= {one for one in after.text.split("\n") for one in _sentences(one)}
    assert after.aids.offered == ""


def _sentences(text: str) -> list[str]:
    from curation.text.sentences import sentences

    return [text[start:end] for start, end in sentences(text)]


def test_sentences_that_may_not_leave_are_marked_and_not_offered(house: House) -> None:
    screened(house, draft(1), policy=Policy(may_store_text=True, may_score=True))
    [row] = desk.queue(house, (ItemState.WAITING,)).rows
    found = desk.show(house, str(row.id)).aids
    assert any(kind == "summary" for *_, kind in found.marks)
    assert found.offered == ""
