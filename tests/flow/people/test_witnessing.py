"""What people with a basis do is stated, in its place; what is taken back is voided; of nobody else a word."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import UNSET
from sqlalchemy import event
from sqlmodel import select

from gleanery.flow import read, record, screen
from gleanery.flow.house import House
from gleanery.flow.naming import post_id
from gleanery.flow.people import handles
from gleanery.flow.people.acting import sign_of
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.handles import Account
from gleanery.model.bases import Purpose, Stated
from gleanery.model.items import Item
from gleanery.model.people import LinkedBy, Person
from gleanery.model.posts import (
    Author,
    DeedDraft,
    PostDraft,
    PostKind,
    Reaction,
    SharedLink,
    Vanished,
)
from gleanery.testing import NOON, Clock
from tests.flow.people.deeds import (
    RECORD,
    SOCIAL,
    agreement,
    consent,
    link,
    new_handle,
    new_person,
    rows,
    standing_about,
    unlink,
    withdraw,
)
from tests.house import make_house
from tests.told import Teller, install
from xapi.model import Activity, Statement
from xapi.validate import read as read_statement
from xapi.vocabulary import acrossx, adl, dod_isd, own, tincan_registry


@pytest.fixture
def teller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Teller:
    install(tmp_path / "installed", monkeypatch)
    return Teller(tmp_path / "pages.jsonl")


@pytest.fixture
def house(
    request: pytest.FixtureRequest,
    teller: Teller,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """A house that reads what the teller tells; on PostgreSQL where a test asks for it."""
    changes: dict[str, Any] = {"sources": [teller.source()]}
    if getattr(request, "param", "sqlite") == "postgresql":
        monkeypatch.setenv("DATABASE", request.getfixturevalue("prepared_url"))
        changes["database"] = {"env": "DATABASE"}
    made = make_house(tmp_path, clock, **changes)
    yield made
    made.store.close()


on_each_database = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def person(house: House) -> Person:
    """U1, with whom it was agreed that what is done socially may be stated."""
    made = new_person(house, "U1")
    agreement(house, SOCIAL, Scope(person=made.id))
    return made


def post(number: int = 1, by: str = "U1", **changes: Any) -> PostDraft:
    """A message of the workplace."""
    values: dict[str, Any] = {
        "platform": "slack",
        "realm": "T1",
        "external_id": f"C1:{number}",
        "kind": PostKind.MESSAGE,
        "text": f"What was said as number {number}, in words of its own.",
        "author": Author(external_id=by),
        "published_at": NOON - timedelta(hours=2) + timedelta(minutes=number),
        "internal": True,
        "channel": "C1",
    }
    return PostDraft.model_validate({**values, **changes})


def gone(number: int = 1) -> Vanished:
    return Vanished(platform="slack", realm="T1", external_id=f"C1:{number}")


def key(house: House, number: int = 1, platform: str = "slack", realm: str = "T1") -> UUID:
    return post_id(house.organisation.id, platform, realm, f"C1:{number}")


def statements_about(house: House, who: Person) -> list[Statement[Any]]:
    """What stands about a person, the oldest act first."""
    actor = house.bridge.person(who.id)
    with record.record(house.store) as kept:
        found = [read_statement(one.raw) for one in kept.query(agent=actor, limit=1000)]
    return sorted((one for one in found if one.actor == actor), key=lambda one: str(one.timestamp))


def only(house: House, who: Person) -> Statement[Any]:
    [found] = statements_about(house, who)
    return found


def ids(activities: Any) -> list[str]:
    return [] if activities is UNSET else [one.id for one in activities]


def context(statement: Statement[Any], where: str) -> list[str]:
    assert statement.context is not UNSET
    assert statement.context.context_activities is not UNSET
    return ids(getattr(statement.context.context_activities, where))


def kind_of(statement: Statement[Any]) -> str:
    assert isinstance(statement.object, Activity)
    assert statement.object.definition is not UNSET
    return str(statement.object.definition.type)


def post_iri(house: House, number: int = 1) -> str:
    return f"{house.bridge.bridge_home}/posts/{key(house, number)}"


# --------------------------------------------------------------------------- who


def test_of_people_without_a_basis_nothing_is_written_at_all(house: House, teller: Teller) -> None:
    new_person(house, "U2")
    teller.tell(
        post(1, "U1", reactions=[Reaction(name="eyes", account="U2")]),
        post(2, "U2", parent_external_id="C1:1"),
        deeds=[deed("U2")],
    )
    before = record.count(house.store)
    assert read(house, "workspace").new_posts == 2
    assert (rows(house), record.count(house.store)) == (0, before)


@on_each_database
def test_a_page_that_names_nobody_linked_costs_one_query_however_long_it_is(
    house: House, teller: Teller, person: Person
) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "stated" in statement or "handle_link" in statement or "basis" in statement:
            asked.append(statement)

    many = [post(n, f"X{n}", reactions=[Reaction(name="eyes", account=f"Y{n}")]) for n in range(2, 150)]
    teller.tell(*many)
    event.listen(house.store.engine, "after_cursor_execute", note)
    assert read(house, "workspace").new_posts == 148
    assert len(asked) == 1


def test_a_bot_is_nobody_whoever_its_account_was_linked_to(
    house: House, teller: Teller, person: Person
) -> None:
    teller.tell(post(author=Author(external_id="U1", is_bot=True)))
    read(house, "workspace")
    assert rows(house) == 0


def test_a_basis_for_another_source_or_purpose_carries_nothing(house: House, teller: Teller) -> None:
    one, other = new_person(house, "U1"), new_person(house, "U2")
    agreement(house, RECORD, Scope(person=one.id))
    agreement(house, SOCIAL, Scope(person=other.id, source="elsewhere"))
    teller.tell(post(1, "U1"), post(2, "U2"))
    read(house, "workspace")
    assert rows(house) == 0


# --------------------------------------------------------------------------- what


def test_a_message_is_posted_in_its_channel_at_its_own_time_and_without_its_words(
    house: House, teller: Teller, person: Person
) -> None:
    teller.tell(post())
    read(house, "workspace")
    told = only(house, person)
    assert (told.verb.id, kind_of(told)) == (acrossx.POSTED.id, tincan_registry.CHAT_MESSAGE)
    assert told.object.id == post_iri(house)
    assert told.timestamp == post().published_at
    assert context(told, "grouping") == [house.bridge.channel("Slack", "T1/C1").id]
    with record.record(house.store) as kept:
        [raw] = [one.raw for one in kept.query(agent=house.bridge.person(person.id))]
    assert b"number 1" not in raw
    assert b"U1" not in raw


def test_a_reply_stands_below_what_it_answers(house: House, teller: Teller, person: Person) -> None:
    teller.tell(post(2, parent_external_id="C1:1"))
    read(house, "workspace")
    told = only(house, person)
    assert (told.verb.id, told.object.id) == (tincan_registry.REPLIED.id, post_iri(house, 2))
    assert context(told, "parent") == [post_iri(house, 1)]
    assert context(told, "grouping") == [house.bridge.channel("Slack", "T1/C1").id]


def test_a_comment_is_on_the_thing_and_stands_beside_it(house: House, teller: Teller, person: Person) -> None:
    video = post(1, "X1", kind=PostKind.VIDEO, internal=False, title="How to lift", channel=None)
    teller.tell(video)
    read(house, "workspace")
    screen(house)
    comment = post(2, act="commented", parent_external_id="C1:1", internal=False, channel=None)
    teller.tell(comment)
    read(house, "workspace")
    told = only(house, person)
    with house.store.read() as session:
        item = session.exec(select(Item)).one()
    assert (told.verb.id, told.object.id) == (
        adl.COMMENTED.id,
        f"{house.bridge.bridge_home}/items/{item.id}",
    )
    assert context(told, "other") == [post_iri(house, 2)]


def test_a_post_that_passes_another_on_shares_it(house: House, teller: Teller, person: Person) -> None:
    teller.tell(post(2, act="shared", parent_external_id="C1:1"))
    read(house, "workspace")
    told = only(house, person)
    assert (told.verb.id, told.object.id) == (adl.SHARED.id, post_iri(house, 1))
    assert context(told, "parent") == [post_iri(house, 2)]


def test_a_shared_link_is_the_item_about_it_where_there_is_one_and_a_post_before(
    house: House, teller: Teller, person: Person, clock: Clock
) -> None:
    address = SharedLink(url="https://learning.example.org/ladders", title="Ladders")
    teller.tell(post(act="shared", links=[address]))
    read(house, "workspace")
    assert only(house, person).verb.id == acrossx.POSTED.id
    screen(house)
    clock.move(timedelta(hours=1))
    teller.tell(post(act="shared", links=[address], text="Look.", edited_at=clock()))
    read(house, "workspace")
    _, told = statements_about(house, person)
    with house.store.read() as session:
        item = session.exec(select(Item)).one()
    assert (told.verb.id, told.object.id) == (adl.SHARED.id, f"{house.bridge.bridge_home}/items/{item.id}")


def test_questions_are_asked_and_answered(house: House, teller: Teller, person: Person) -> None:
    teller.tell(post(1, act="asked"), post(2, act="answered", parent_external_id="C1:1"))
    read(house, "workspace")
    asked, answered = statements_about(house, person)
    assert (asked.verb.id, kind_of(asked)) == (adl.ASKED.id, adl.QUESTION)
    assert (answered.verb.id, kind_of(answered)) == (adl.ANSWERED.id, adl.QUESTION)
    assert asked.object.id == answered.object.id == post_iri(house, 1)
    assert context(answered, "other") == [post_iri(house, 2)]


def test_tags_of_the_open_web_are_named_and_those_of_a_workplace_are_not(
    house: House, teller: Teller, person: Person
) -> None:
    teller.tell(post(1, tags=["Safety"]), post(2, tags=["Safety", " ", "x" * 101], internal=False))
    read(house, "workspace")
    inside, outside = statements_about(house, person)
    assert context(inside, "other") == []
    assert context(outside, "other") == [house.bridge.tag("safety").id]


SIGNS = {
    "+1": (acrossx.LIKED.id, "plus-1"),
    "+1::skin-tone-3": (acrossx.LIKED.id, "plus-1"),
    "like": (acrossx.LIKED.id, "like"),
    "-1": (acrossx.DISLIKED.id, "minus-1"),
    "white_check_mark": (dod_isd.REACTED.id, "white-check-mark"),
    "\U0001f440": (dod_isd.REACTED.id, "u+1f440"),
    "ça": (dod_isd.REACTED.id, "u+e7+u+61"),
    "::skin-tone-2": (dod_isd.REACTED.id, "u+3a+u+3a+u+73+u+6b+u+69+u+6e+u+2d+u+74+u+6f+u+6e+u+65+u+2d+u+32"),
}


def test_a_sign_is_a_like_a_dislike_or_a_reaction(house: House, teller: Teller, person: Person) -> None:
    given = [Reaction(name=name, account="U1") for name in SIGNS]
    teller.tell(*(post(number, "X1", reactions=[one]) for number, one in enumerate(given)))
    read(house, "workspace")
    told = {one.object.id: one for one in statements_about(house, person)}
    for number, (verb, sign) in enumerate(SIGNS.values()):
        one = told[post_iri(house, number)]
        assert one.context is not UNSET
        assert (one.verb.id, one.context.extensions) == (verb, {own.REACTION: sign})
        assert context(one, "grouping") == [house.bridge.channel("Slack", "T1/C1").id]


def test_any_name_of_a_sign_gives_a_code() -> None:
    drawn = random.Random(5)
    for _ in range(500):
        name = "".join(
            chr(drawn.choice([drawn.randrange(33, 127), drawn.randrange(0x4E00, 0x1F9FF)])) for _ in range(9)
        )
        assert 1 <= len(sign_of(name)) <= 200


# --------------------------------------------------------------------------- once


@on_each_database
def test_shown_again_a_page_states_nothing_more(
    house: House, teller: Teller, person: Person, clock: Clock
) -> None:
    shown = post(reactions=[Reaction(name="eyes", account="U1")])
    teller.tell(shown)
    read(house, "workspace")
    before = record.count(house.store)
    first_seen = statements_about(house, person)[-1].timestamp
    for _ in range(3):
        clock.move(timedelta(minutes=5))
        teller.tell(shown)
        read(house, "workspace")
    assert (rows(house), record.count(house.store)) == (2, before)
    assert statements_about(house, person)[-1].timestamp == first_seen == NOON


def test_an_edit_is_an_act_of_its_own(house: House, teller: Teller, person: Person, clock: Clock) -> None:
    teller.tell(post())
    read(house, "workspace")
    clock.move(timedelta(hours=1))
    edited_at = NOON + timedelta(minutes=30)
    for _ in range(2):
        teller.tell(post(text="Other words than before.", edited_at=edited_at))
        read(house, "workspace")
    first, edit = statements_about(house, person)
    assert (first.object.id, edit.timestamp) == (edit.object.id, edited_at)
    assert edit.verb.id == acrossx.POSTED.id


def test_what_was_read_before_there_was_a_basis_stays_unstated(
    house: House, teller: Teller, clock: Clock
) -> None:
    teller.tell(post(1))
    read(house, "workspace")
    person = new_person(house, "U1")
    agreement(house, SOCIAL)
    clock.move(timedelta(minutes=5))
    teller.tell(post(1), post(2))
    read(house, "workspace")
    assert only(house, person).object.id == post_iri(house, 2)


def test_what_is_read_later_counts_by_whose_the_account_was_when_it_was_done(
    house: House, teller: Teller, clock: Clock
) -> None:
    """A post from the time of the earlier holder is nobody's by now."""
    agreement(house, SOCIAL)
    earlier, later = new_person(house, "U1"), new_person(house)
    clock.move(timedelta(days=1))
    link(house, "U1", later, move=True)
    clock.move(timedelta(days=1))
    teller.tell(post(1), post(2, published_at=clock()))
    read(house, "workspace")
    assert only(house, later).object.id == post_iri(house, 2)
    assert statements_about(house, earlier) == []


# --------------------------------------------------------------------------- taken back


def test_a_sign_that_is_taken_back_is_voided_and_may_be_given_again(
    house: House, teller: Teller, person: Person, clock: Clock
) -> None:
    eyes = [Reaction(name="eyes", account="U1")]
    others = [Reaction(name="eyes", account="X9")]
    seen: list[int] = []
    for reactions in (eyes + others, others, None, eyes + others, ()):
        teller.tell(post(by="X1", reactions=reactions))
        clock.move(timedelta(minutes=5))
        read(house, "workspace")
        seen.append(len(standing_about(house, person.id)))
    assert seen == [1, 0, 0, 1, 0]
    assert rows(house) == 2


def test_a_source_that_does_not_tell_signs_takes_none_back(
    house: House, teller: Teller, person: Person
) -> None:
    teller.tell(post(by="X1", reactions=[Reaction(name="eyes", account="U1")]))
    teller.tell(post(by="X1", reactions=None))
    read(house, "workspace")
    assert len(standing_about(house, person.id)) == 1


@on_each_database
def test_a_deleted_post_voids_what_was_done_by_it_and_to_it_and_nothing_else(
    house: House, teller: Teller, person: Person, clock: Clock
) -> None:
    other = new_person(house, "U2")
    agreement(house, SOCIAL)
    teller.tell(
        post(1, "U1", reactions=[Reaction(name="heart", account="U2")]),
        post(2, "U2", parent_external_id="C1:1"),
    )
    read(house, "workspace")
    assert (len(standing_about(house, person.id)), len(standing_about(house, other.id))) == (1, 2)
    for _ in range(2):
        clock.move(timedelta(minutes=5))
        teller.tell(gone=[gone(1)])
        read(house, "workspace")
    assert standing_about(house, person.id) == set()
    assert [one.object.id for one in standing(house, other)] == [post_iri(house, 2)]
    assert voided_by(house) == {house.bridge.machine("connector:told:workspace")}


def test_a_post_that_comes_back_is_stated_again(
    house: House, teller: Teller, person: Person, clock: Clock
) -> None:
    for page in ([post()], [], [post()]):
        teller.tell(*page, gone=[] if page else [gone()])
        clock.move(timedelta(minutes=5))
        read(house, "workspace")
    assert len(standing_about(house, person.id)) == 1
    assert rows(house) == 2


def test_a_sign_goes_also_when_its_giver_is_linked_to_nobody_any_more(
    house: House, teller: Teller, person: Person, clock: Clock
) -> None:
    teller.tell(post(by="X1", reactions=[Reaction(name="eyes", account="U1")]))
    read(house, "workspace")
    unlink(house, new_handle(house, "U1"))
    clock.move(timedelta(minutes=5))
    teller.tell(post(by="X1", reactions=[]))
    read(house, "workspace")
    assert standing_about(house, person.id) == set()


def test_a_consent_withdrawn_voids_and_showing_the_post_again_does_not_bring_it_back(
    house: House, teller: Teller, clock: Clock
) -> None:
    person = new_person(house, "U1")
    agreement(house, SOCIAL, needs_consent=True)
    given = consent(house, person, SOCIAL)
    teller.tell(post())
    read(house, "workspace")
    assert withdraw(house, given) == 1
    clock.move(timedelta(minutes=5))
    consent(house, person, SOCIAL)
    teller.tell(post())
    read(house, "workspace")
    assert standing_about(house, person.id) == set()


def standing(house: House, who: Person) -> list[Statement[Any]]:
    stand = standing_about(house, who.id)
    return [one for one in statements_about(house, who) if one.id in stand]


def voided_by(house: House) -> set[Any]:
    with house.store.read() as session:
        ids = session.exec(select(Stated.voided_by).where(Stated.voided_by != None)).all()  # noqa: E711
    with record.record(house.store) as kept:
        found = [kept.get(one) for one in ids if one is not None]
    return {read_statement(one.raw).actor for one in found if one is not None}


# --------------------------------------------------------------------------- learning


def deed(account: str = "U1", **changes: Any) -> DeedDraft:
    values: dict[str, Any] = {
        "platform": "linkedin-learning",
        "realm": "T1",
        "account": account,
        "did": "completed",
        "about": "urn:li:lyndaCourse:7",
        "event": f"{account}/7/completed",
        "at": NOON - timedelta(days=1),
        "seconds": 1800,
    }
    return DeedDraft.model_validate({**values, **changes})


@pytest.fixture
def learner(house: House) -> Person:
    made = new_person(house)
    with house.change() as change:
        handle = handles.ensure_handle(
            change.session, house.organisation.id, Account("linkedin-learning", "T1", "U1")
        )
        handles.link(change, handle, made, LinkedBy.HR_LIST, "person:lead", verified=True)
    agreement(house, RECORD, Scope(person=made.id))
    return made


def test_what_a_learning_platform_reports_is_stated_once_under_the_learning_record(
    house: House, teller: Teller, learner: Person, clock: Clock
) -> None:
    told = [
        deed(),
        deed(did="progressed", event="p", progress=0.4),
        deed(did="progressed", event="s", seconds=90),
        deed(did="viewed", event="v"),
        deed("U2"),
    ]
    for _ in range(2):
        teller.tell(deeds=told)
        clock.move(timedelta(days=1))
        read(house, "workspace")
    found = statements_about(house, learner)
    assert sorted(one.verb.id for one in found) == sorted(
        [adl.COMPLETED.id, adl.PROGRESSED.id, tincan_registry.VIEWED.id, tincan_registry.VIEWED.id]
    )
    with house.store.read() as session:
        assert {row.purpose for row in session.exec(select(Stated))} == {Purpose.LEARNING_RECORD}
    assert rows(house) == 4


def test_a_report_told_again_with_other_figures_is_no_conflict(
    house: House, teller: Teller, learner: Person, clock: Clock
) -> None:
    for seconds in (1800, 1900):
        teller.tell(deeds=[deed(seconds=seconds, at=NOON - timedelta(seconds=seconds))])
        clock.move(timedelta(days=1))
        assert read(house, "workspace").faults == []
    assert len(statements_about(house, learner)) == 1


def test_a_completion_is_of_the_item_and_outlives_its_course(
    house: House, teller: Teller, learner: Person, clock: Clock
) -> None:
    course = post(
        external_id="urn:li:lyndaCourse:7",
        platform="linkedin-learning",
        kind=PostKind.COURSE,
        title="Lifting",
        internal=False,
        author=None,
        channel=None,
    )
    teller.tell(course, deeds=[deed()])
    read(house, "workspace")
    screen(house)
    with house.store.read() as session:
        item = session.exec(select(Item)).one()
    assert only(house, learner).object.id == f"{house.bridge.bridge_home}/items/{item.id}"
    teller.tell(gone=[Vanished(platform="linkedin-learning", realm="T1", external_id="urn:li:lyndaCourse:7")])
    clock.move(timedelta(minutes=5))
    assert read(house, "workspace").gone_posts == 1
    assert len(standing_about(house, learner.id)) == 1
