"""A person is erased: what is theirs is nowhere any more, what is others' stands without the mention."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlmodel import col, func, select

from gleanery.errors import BadInput, Denied, Unreachable
from gleanery.flow import run
from gleanery.flow.erasing import cases, planning, receipts
from gleanery.flow.erasing.planning import Plan
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.house import House
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.flow.record import driver
from gleanery.flow.verifying import summary, verdicts
from gleanery.leases import held
from gleanery.model.bases import Basis, BasisEnd, Stated
from gleanery.model.erasures import ErasedHandle, ErasureCase, ErasureState
from gleanery.model.people import Handle, HandleLink, LinkedBy, Person
from gleanery.model.posts import Content, GoneWhy, Post
from gleanery.model.record import Entry, Kept
from gleanery.model.sources import Partition, Source
from gleanery.testing import Clock
from gleanery.worker import work
from tests.flow.erasing.planted import (
    LMS,
    TARGET,
    Planted,
    agent,
    dump_of,
    found_in_files,
    found_in_record,
    ordinary,
    plant,
)
from tests.flow.people import deeds
from tests.house import items_of
from xapi.forwarding.ledger import Ledger
from xapi.lrs.documents import Documents, Place
from xapi.lrs.store import StatementStore, Stored, prepare
from xapi.vocabulary import adl


@pytest.fixture
def planted(tmp_path: Path, clock: Clock) -> Iterator[Planted]:
    made = plant(tmp_path, clock)
    yield made
    made.house.store.close()


@dataclass(frozen=True)
class Erased:
    """A house in which the person was erased, with what was there, and planned, before."""

    planted: Planted
    in_files: list[str]
    in_record: int
    statements: dict[UUID, Stored | None]
    plan: Plan
    others: list[Any]
    receipt: dict[str, Any]


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erased]:
    """One house for all tests that only look at what an erasure left."""
    made = plant(tmp_path_factory.mktemp("house"), Clock())
    with made.house.store.read() as session:
        person = session.get_one(Person, made.person)
        before = all_statements(made)
    deeds.link(made.house, "claimed", person, verified=False)
    others = rows_of_another(made.house)
    planned = planning.plan(made.house, made.asked, "lead")
    files, count = found_in_files(made), len(found_in_record(made))
    yield Erased(made, files, count, before, planned, others, erase(made))
    made.house.store.close()


def all_statements(planted: Planted) -> dict[UUID, Stored | None]:
    keys = [*planted.own.values(), *planted.others.values(), *planted.untouched.values()]
    with planted.house.store.read() as session:
        statements = StatementStore(driver(session))
        return {key: statements.get(key) for key in keys}


def rows_of_another(house: House) -> list[Any]:
    """What the house keeps of the other person."""
    with house.store.read() as session:
        handle = session.exec(select(Handle).where(Handle.external_id == "another")).one()
        person = session.get_one(Person, handle.person_id)
        bases = session.exec(select(Basis).where(Basis.person_id == person.id)).all()
        stated = session.exec(select(Stated).where(Stated.person_id == person.id)).all()
    return [handle, person, bases, stated]


def erase(planted: Planted, asked: Asked | None = None) -> dict[str, Any]:
    """Ask, and carry out."""
    case = cases.ask(planted.house, asked or planted.asked, "lead")
    return cases.finish(planted.house, case.id)


def raw(planted: Planted, name: str) -> dict[str, Any]:
    """A statement of somebody else as it stands."""
    with planted.house.store.read() as session:
        stored = StatementStore(driver(session)).get(planted.others[name])
    assert stored is not None
    return json.loads(stored.raw)  # type: ignore[no-any-return]


def verified(house: House) -> bool:
    house.checkpoint()
    return summary(verdicts(house)) == "verified"


# --------------------------------------------------------------------------- the whole


def test_after_an_erasure_the_name_is_in_no_file_and_no_statement(erased: Erased) -> None:
    assert {"gleanery.imscc", "all.jsonl", "copy.zip", "service.log"} <= set(erased.in_files)
    assert erased.in_record == 13
    assert found_in_record(erased.planted) == []
    assert found_in_files(erased.planted) == []
    assert verified(erased.planted.house)


def test_on_postgresql_the_name_is_in_no_dump(
    tmp_path: Path, clock: Clock, prepared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", prepared_url)
    planted = plant(tmp_path, clock, database={"env": "DATABASE"})
    sign = planted.canary.encode()
    assert sign in dump_of(prepared_url)
    told = erase(planted)
    assert sign not in dump_of(prepared_url).lower()
    assert found_in_record(planted) == []
    assert found_in_files(planted) == []
    assert told["counts"]["statements-erased"] == len(planted.own)
    assert verified(planted.house)
    planted.house.store.close()


# --------------------------------------------------------------------------- by role


def test_what_is_theirs_is_emptied_and_what_is_others_is_still_there(erased: Erased) -> None:
    planted, now = erased.planted, all_statements(erased.planted)
    assert {name for name, key in planted.own.items() if now[key] is not None} == set()
    kept = planted.others | planted.untouched
    assert {name for name, key in kept.items() if now[key] is None} == set()


def test_a_statement_of_others_loses_the_mention_and_nothing_else(erased: Erased) -> None:
    stored = erased.statements[erased.planted.others["instructor"]]
    assert stored is not None
    before, after = json.loads(stored.raw), raw(erased.planted, "instructor")
    stand_in = {"homePage": "https://gleanery.example.org", "name": "erased"}
    assert after["context"] == {"instructor": {"objectType": "Agent", "account": stand_in}}
    extensions = {f"{LMS}/ext/note": "certificate of erased", f"{LMS}/n": 1.5}
    assert after["result"]["extensions"] == extensions
    for name in ("id", "actor", "verb", "object"):
        assert after[name] == before[name]


def test_others_in_a_group_stay(erased: Erased) -> None:
    for members in (
        raw(erased.planted, "group-member")["actor"]["member"],
        raw(erased.planted, "team-member")["context"]["team"]["member"],
        raw(erased.planted, "context-group")["context"]["contextGroups"][0]["group"]["member"],
    ):
        assert [one.get("name") for one in members] == [None, "Another"]


def test_a_statement_that_never_named_them_keeps_its_bytes(erased: Erased) -> None:
    now = all_statements(erased.planted)
    for key in erased.planted.untouched.values():
        assert now[key] == erased.statements[key]


def test_every_erasure_and_redaction_is_told_by_a_chained_statement(erased: Erased) -> None:
    planted, told = erased.planted, erased.receipt["statements"]
    assert {one["id"] for one in told} == {
        str(one) for one in (*planted.own.values(), *planted.others.values())
    }
    with planted.house.store.read() as session:
        statements = StatementStore(driver(session))
        assert all(statements.get(UUID(one["told_by"])) for one in told)


# --------------------------------------------------------------------------- documents, targets


def test_documents_about_them_go_and_those_of_others_lose_the_name(erased: Erased) -> None:
    with erased.planted.house.store.read() as session:
        kept = Documents(driver(session))
        shared = kept.get(Place("activity", f"{LMS}/c"), "about")
        others = kept.get(Place("state", f"{LMS}/c", "mbox mailto:learner@example.org"), "resume")
    assert shared is not None
    assert shared.content == b'{"coach":"erased","n":1.50}'
    assert others is not None


def test_targets_are_told_and_named_and_forget_what_they_answered(erased: Erased) -> None:
    planted = erased.planted
    [holder] = erased.receipt["targets"]
    counts = {"voided": len(planted.own) - 1, "unredacted": len(planted.others)}  # one of them never left
    assert holder == {"target": TARGET, **counts, "can_delete": False}
    with planted.house.store.read() as session:
        dead = Ledger(driver(session), "main", TARGET).dead()
        voidings = StatementStore(driver(session)).query(verb=adl.VOIDED.id)
    assert [(one.status, one.reason) for one in dead] == [(400, "")]
    voided = {json.loads(one.raw)["object"]["id"] for one in voidings}
    assert voided == {str(key) for name, key in planted.own.items() if name != "object"}


# --------------------------------------------------------------------------- the house


def test_their_posts_are_emptied_and_others_posts_lose_the_name(erased: Erased) -> None:
    with erased.planted.house.store.read() as session:
        posts = session.exec(select(Post).order_by(col(Post.seq))).all()
        bodies = [one.body for one in session.exec(select(Content)) if one.body is not None]
    assert [post.gone for post in posts] == [GoneWhy.ERASED, None, None]
    assert len(bodies) == 2
    assert any("As erased said before" in body["text"] for body in bodies)


def test_what_stood_at_a_destination_is_taken_back(erased: Erased) -> None:
    states = {title: item.state.value for title, item in items_of(erased.planted.house).items()}
    assert "dropped" in states.values()
    assert not any("anary" in title for title in states)


def test_a_source_that_still_shows_their_posts_brings_nothing_back(planted: Planted, clock: Clock) -> None:
    erase(planted)
    path = planted.house.config.folder / "records.jsonl"
    changed = path.read_text().replace("explains", "explains more")
    path.write_text(changed + changed.splitlines()[0].replace('"a0"', '"a9"') + "\n")
    report = run(planted.house)
    assert report.counts()["new_posts"] == 0
    with planted.house.store.read() as session:
        assert session.exec(select(func.count()).select_from(Post)).one() == 3
    assert found_in_files(planted) == []


def test_an_account_that_is_linked_anew_is_read_again(planted: Planted) -> None:
    erase(planted)
    other = deeds.new_person(planted.house)
    with planted.house.change() as change:
        account = Account("file", "test", f"canary-{planted.canary}")
        handle = handles.ensure_handle(change.session, planted.house.organisation.id, account)
        handles.link(change, handle, other, LinkedBy.ADMINISTRATOR, "person:lead", verified=True)
    path = planted.house.config.folder / "records.jsonl"
    path.write_text(path.read_text() + path.read_text().splitlines()[0].replace('"a0"', '"a9"') + "\n")
    assert run(planted.house).counts()["new_posts"] == 1


def test_rows_that_join_them_to_anything_go_and_the_basis_stays_as_proof(erased: Erased) -> None:
    person = erased.planted.person
    with erased.planted.house.store.read() as session:
        assert session.get(Person, person) is None
        assert session.exec(select(Stated).where(Stated.person_id == person)).all() == []
        assert session.exec(select(HandleLink).where(HandleLink.person_id == person)).all() == []
        assert session.exec(select(func.count()).select_from(ErasedHandle)).one() == 1
        assert session.exec(select(Kept).where(Kept.plugin == "web")).all() == []
        [proof] = session.exec(select(Basis).where(Basis.ended_why == BasisEnd.ERASED)).all()
    assert proof.person_id != person
    assert (proof.purpose.value, proof.text_id is not None, proof.reference) == ("learning-record", True, "")
    assert erased.receipt["counts"]["bases"] == 1


def test_another_person_loses_nothing(erased: Erased) -> None:
    assert rows_of_another(erased.planted.house) == erased.others


def test_an_account_only_claimed_for_them_is_left_alone_and_named(erased: Erased) -> None:
    assert erased.plan.unverified == ["slack:T1:claimed"]
    with erased.planted.house.store.read() as session:
        claimed = session.exec(select(Handle).where(Handle.external_id == "claimed")).one()
    assert claimed.person_id is None


def test_numbers_of_a_redacted_statement_keep_their_digits(planted: Planted) -> None:
    digits = b"0.12345678901234567890123456789"
    told = {"result": {"score": {"raw": msgspec.Raw(digits)}}}
    planted.put("digits", planted.others, context={"instructor": {"mbox": planted.mbox}}, **told)
    erase(planted)
    with planted.house.store.read() as session:
        stored = StatementStore(driver(session)).get(planted.others["digits"])
    assert stored is not None
    assert digits in stored.raw


def test_of_an_account_that_changed_hands_only_their_time_goes(planted: Planted, clock: Clock) -> None:
    """The account is another's now: what the other posts from it stays, and so does the account."""
    heir = deeds.new_person(planted.house)
    account = Account("file", "test", f"canary-{planted.canary}")
    clock.move(timedelta(days=1))
    with planted.house.change() as change:
        handle = handles.ensure_handle(change.session, planted.house.organisation.id, account)
        handles.link(change, handle, heir, LinkedBy.ADMINISTRATOR, "person:lead", verified=True, move=True)
    path = planted.house.config.folder / "records.jsonl"
    path.write_text(path.read_text() + path.read_text().splitlines()[0].replace('"a0"', '"a9"') + "\n")
    run(planted.house)
    erase(planted, Asked(str(planted.person)))
    with planted.house.store.read() as session:
        posts = session.exec(select(Post).order_by(col(Post.seq))).all()
        assert session.get(Handle, handle.id) is not None
    assert [post.gone for post in posts] == [GoneWhy.ERASED, None, None, None]
    assert posts[-1].handle_id == handle.id


# --------------------------------------------------------------------------- dry run, repetition, kill


def everything(house: House) -> dict[str, Any]:
    """Every row of every table but of the audit log, in which the looking is entered."""
    with house.store.read() as session:
        connection = session.connection()
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%'"
        ).scalars()
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}").all()))
            for name in names.all()
        }


def test_a_dry_run_counts_by_role_and_place_and_changes_nothing(planted: Planted) -> None:
    with planted.house.change() as change:
        planted.house.person(change.session, "lead")  # who looks is known
    before = everything(planted.house)
    planned = planning.plan(planted.house, planted.asked, "lead")
    assert everything(planted.house) == before
    assert planned.erased["actor"] == len(planted.own) - 1
    assert planned.erased["object"] == 1
    for role in ("instructor", "team-member", "sub-statement", "context-agent", "authority", "mention"):
        assert planned.redacted[role] == 1, role
    assert planned.redacted["group-member"] == 1
    assert planned.places["posts"] == planned.places["accounts"] == planned.places["persons"] == 1
    assert planned.places["documents"] == 2
    assert sorted(planned.files) == ["all.jsonl", "copy.zip", "gleanery.imscc", "service.log"]
    assert planned.targets == {TARGET: len(planted.own) - 1 + len(planted.others)}
    assert planned.stays == {"exports-handed-out": 1}


def test_what_was_planned_is_what_is_done(erased: Erased) -> None:
    counts = erased.receipt["counts"]
    assert counts["statements-erased"] + counts["statements-redacted"] == erased.plan.statements
    for name, count in erased.plan.places.items():
        assert counts[name] == count, name


def test_the_looking_is_an_audit_entry(erased: Erased) -> None:
    with erased.planted.house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.action == "record.read")).all()
    about = [(entry.subject, json.loads(entry.detail)) for entry in entries]
    assert (f"person:{erased.planted.person}", {"what": "erasure-plan"}) in about


def test_a_repetition_changes_nothing(planted: Planted) -> None:
    case = cases.ask(planted.house, planted.asked, "lead")
    first = cases.finish(planted.house, case.id)
    before = everything(planted.house)
    assert cases.finish(planted.house, case.id) == first
    after = everything(planted.house)
    assert {name for name in before if before[name] != after[name]} <= {"lease"}


# --------------------------------------------------------------------------- two who must agree


def test_where_two_must_agree_the_second_is_another_account(tmp_path: Path, clock: Clock) -> None:
    planted = plant(tmp_path, clock, people={"erasure_needs_two": True})
    house = planted.house
    case = cases.ask(house, planted.asked, "lead")
    with pytest.raises(Denied, match="waits for a second account"):
        cases.finish(house, case.id)
    with pytest.raises(Denied, match="cannot approve it"):
        cases.approve(house, str(case.id)[:8], "lead")
    assert found_in_record(planted)
    told = cases.finish(house, cases.approve(house, str(case.id)[:8], "officer").id)
    assert told["asked"]["by"] != told["approved"]["by"]
    assert found_in_files(planted) == []
    with house.store.read() as session:
        actions = [one.action for one in session.exec(select(Entry)) if one.action.startswith("erasure")]
    assert actions == ["erasure.asked", "erasure.approved", "erasure.begun", "erasure.done"]
    house.store.close()


@pytest.fixture
def agreeing(tmp_path: Path, clock: Clock) -> Iterator[Planted]:
    """The same where two must agree."""
    made = plant(tmp_path, clock, people={"erasure_needs_two": True})
    yield made
    made.house.store.close()


def test_whoever_is_merged_with_the_person_after_the_approval_is_not_erased_with_them(
    agreeing: Planted,
) -> None:
    house = agreeing.house
    case = cases.approve(house, str(cases.ask(house, agreeing.asked, "lead").id), "officer")
    other = deeds.new_person(house)
    with house.store.read() as session:
        person = session.get_one(Person, agreeing.person)
    deeds.merge(house, person, other)
    cases.finish(house, case.id)
    with house.store.read() as session:
        assert session.get(Person, agreeing.person) is None
        assert session.get_one(Person, other.id).merged_into is None


def test_who_agreed_to_another_preview_agrees_anew(agreeing: Planted) -> None:
    house = agreeing.house
    seen = planning.plan(house, agreeing.asked, "officer").told() | {"counts": {}}
    case = cases.ask(house, agreeing.asked, "lead", seen)
    with house.store.read() as session:
        person = session.get_one(Person, agreeing.person)
    deeds.merge(house, person, deeds.new_person(house))
    with pytest.raises(Denied, match="Since the preview"):
        cases.approve(house, str(case.id), "officer", seen)
    with pytest.raises(Denied, match="Since the preview"):
        cases.ask(house, agreeing.asked, "lead", seen)
    again = planning.plan(house, agreeing.asked, "officer").told()
    assert cases.approve(house, str(case.id), "officer", again).decided_by is not None


def test_two_accounts_of_one_human_do_not_agree(agreeing: Planted) -> None:
    house = agreeing.house
    case = cases.approve(house, str(cases.ask(house, agreeing.asked, "lead").id), "officer")
    with house.store.read() as session:
        pair = [session.get_one(Person, house.person(session, one)) for one in ("lead", "officer")]
    deeds.merge(house, *pair)
    with pytest.raises(Denied, match="waits for a second account"):
        cases.finish(house, case.id)
    with pytest.raises(Denied, match="cannot approve it"):
        cases.approve(house, str(case.id), "officer")


def test_whom_an_erasure_is_about_is_never_in_clear_and_is_forgotten_with_it(planted: Planted) -> None:
    case = cases.ask(planted.house, planted.asked, "lead")
    assert case.sealed is not None
    assert planted.canary.encode() not in case.sealed
    cases.finish(planted.house, case.id)
    with planted.house.store.read() as session:
        done = session.get_one(ErasureCase, case.id)
    assert (done.state, done.sealed) == (ErasureState.DONE, None)


def test_what_was_refused_is_forgotten_and_not_carried_out(planted: Planted) -> None:
    case = cases.ask(planted.house, planted.asked, "lead")
    refused = cases.refuse(planted.house, str(case.id), "officer")
    assert (refused.state, refused.sealed) == (ErasureState.REFUSED, None)
    with pytest.raises(Denied, match="was refused"):
        cases.finish(planted.house, case.id)
    assert found_in_record(planted)


def test_nobody_erases_themselves(planted: Planted) -> None:
    with pytest.raises(Denied, match="Nobody erases themselves"):
        cases.ask(planted.house, planted.asked, f"canary-{planted.canary}")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(), "Nobody was named"),
        (Asked("ffff"), "There is no person"),
        (Asked(None, ("no account",)), "no account"),
        (Asked(None, (), ("nonsense",)), "no identity"),
        (Asked(None, (), ('{"mbox": 1}',)), "no Agent"),
        (Asked(None, (), ("learner@example.org",), ("a",)), "3 letters"),
    ],
)
def test_who_is_not_known_or_not_said_is_refused(planted: Planted, asked: Asked, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        cases.ask(planted.house, asked, "lead")


def test_the_worker_goes_on_with_what_was_cut_off(planted: Planted) -> None:
    case = cases.ask(planted.house, planted.asked, "lead")
    told: list[str] = []

    def stop(what: str, _done: int, _all: int | None) -> None:
        told.append(what)
        if what == "erase posts":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cases.finish(planted.house, case.id, stop)
    assert found_in_files(planted)
    work(planted.house)
    assert found_in_files(planted) == []
    with planted.house.store.read() as session:
        assert session.get_one(ErasureCase, case.id).state is ErasureState.DONE


def test_while_one_worker_is_at_it_another_leaves_it_alone(planted: Planted) -> None:
    case = cases.ask(planted.house, planted.asked, "lead")
    with held(planted.house.store, cases.LEASE, planted.house.now), pytest.raises(Unreachable):
        cases.finish(planted.house, case.id)
    assert found_in_record(planted)


def test_every_store_of_the_record_is_looked_through(planted: Planted) -> None:
    """Keys may write into stores side by side; one person may be in several."""
    key = UUID(int=7)
    raw_told = {"id": str(key), **ordinary("tenant"), "actor": {"mbox": planted.mbox}}
    with planted.house.store.write() as session:
        tenant = StatementStore(driver(session), "tenant")
        tenant.insert([prepare(msgspec.json.encode(raw_told))], agent("machine"), planted.house.now())
        kept = Documents(driver(session), "tenant")
        place = Place("agent", agent=f"mbox {planted.mbox}")
        kept.put(place, "profile", b"{}", "application/json", planted.house.now())
    told = erase(planted)
    assert {one["store"] for one in told["statements"]} == {"main", "tenant"}
    with planted.house.store.read() as session:
        tenant = StatementStore(driver(session), "tenant")
        assert tenant.get(key) is None
        assert tenant.index_fault() is None
        assert Documents(driver(session), "tenant").get(place, "profile") is None


def test_where_the_name_is_part_of_something_else_the_receipt_says_so(planted: Planted) -> None:
    with planted.house.store.write() as session:
        source = session.exec(select(Source)).one()
        session.add(Partition(source_id=source.id, name=f"channel of {planted.name}"))
    assert erase(planted)["left"]["database-holds-name"] == 1


# --------------------------------------------------------------------------- somebody who is no person here


def test_somebody_known_by_identities_alone_is_erased_too(planted: Planted) -> None:
    told = erase(planted, Asked(None, (), (planted.mbox,), (planted.name,)))
    with planted.house.store.read() as session:
        statements = StatementStore(driver(session))
        assert statements.get(planted.own["actor"]) is None
        assert statements.get(planted.own["house"]) is not None
    assert told["counts"]["persons"] == 0


def test_an_author_nobody_knows_is_erased_by_the_account(planted: Planted) -> None:
    erase(planted, Asked(None, ("file:test:somebody",)))
    with planted.house.store.read() as session:
        gone = [post.gone for post in session.exec(select(Post).order_by(col(Post.seq)))]
    assert gone == [None, GoneWhy.ERASED, GoneWhy.ERASED]


def test_agents_with_the_name_of_one_of_their_accounts_are_pointed_out(planted: Planted) -> None:
    planned = planning.plan(planted.house, Asked(str(planted.person)), "lead")
    assert planned.perhaps == [f"{LMS} canary-{planted.canary}"]


# --------------------------------------------------------------------------- the receipt


def test_the_receipt_is_signed_names_nobody_and_agrees_with_the_record(
    erased: Erased, tmp_path: Path
) -> None:
    house, told = erased.planted.house, erased.receipt
    receipts.write(told, tmp_path / "receipt.json")
    text = (tmp_path / "receipt.json").read_text() + (tmp_path / "receipt.txt").read_text()
    assert erased.planted.canary not in text
    assert str(erased.planted.person) not in text
    assert receipts.read(house, (tmp_path / "receipt.json").read_bytes()) == told
    assert receipts.agreeing(house, told) == len(told["statements"])
    assert "cannot be made to delete" in text


@pytest.mark.parametrize("change", [{"counts": {"posts": 0}}, {"statements": []}, {"done": None}])
def test_a_receipt_that_was_changed_is_refused(erased: Erased, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="not signed"):
        receipts.read(erased.planted.house, json.dumps({**erased.receipt, **change}))


def test_a_receipt_of_what_is_not_erased_does_not_agree(erased: Erased) -> None:
    one = {**erased.receipt["statements"][0], "digest": "00" * 32}
    assert receipts.agreeing(erased.planted.house, {"statements": [one]}) == 0
