"""The contract of the statement store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid5

import msgspec
import pytest

from tests.xapi.records import (
    AUTHORITY,
    BRIDGE,
    CURATOR,
    NAMESPACE,
    NOW,
    Database,
    SqliteFile,
    approval,
    approvals,
    reading,
    record,
    uuid_of,
    writing,
)
from xapi import chain
from xapi import statements as say
from xapi.chain import CheckpointFile, Signer
from xapi.errors import Conflict, InvalidStatement, XapiError
from xapi.lrs.schema import TABLES, VERSION, migrate
from xapi.lrs.store import StatementStore
from xapi.model import Actor
from xapi.statements import Built
from xapi.vocabulary import activity_streams, own


def test_what_was_stored_comes_back_byte_for_byte(database: Database) -> None:
    built = approval(1)
    record(database, [built])
    with reading(database) as store:
        found = store.get(built.id)
    assert found is not None
    assert (found.raw, found.seq, found.voided) == (built.raw, 1, False)
    assert found.stored == NOW
    assert found.authority == msgspec.json.encode(AUTHORITY).decode()


def test_an_unknown_statement_is_none(database: Database) -> None:
    with reading(database) as store:
        assert store.get(uuid_of("nobody")) is None
        assert store.query() == []
        assert store.count() == 0


def test_insert_tells_new_from_known(database: Database) -> None:
    one, two, three = approvals(3)
    record(database, [one, two])
    with writing(database) as connection:
        inserted = StatementStore(connection).insert([two, three], AUTHORITY, NOW)
    assert inserted == ((three.id,), (two.id,))
    with reading(database) as store:
        assert store.count() == 3


def test_a_repeat_within_one_batch_is_known(database: Database) -> None:
    one = approval(1)
    with writing(database) as connection:
        assert StatementStore(connection).insert([one, one], AUTHORITY, NOW) == ((one.id,), (one.id,))


def test_the_same_id_with_other_content_is_a_conflict_and_the_transaction_goes_on(database: Database) -> None:
    one, two = approvals(2)
    record(database, [one])
    changed = Built(one.id, approval(1, quality=0.9).raw)
    with writing(database) as connection:
        store = StatementStore(connection)
        with pytest.raises(Conflict) as caught:
            store.insert([two, changed], AUTHORITY, NOW)
        assert caught.value.statement_id == one.id
        assert store.insert([two], AUTHORITY, NOW).new == (two.id,)
    with reading(database) as read:
        assert [row.raw for row in read.query()] == [two.raw, one.raw]


def test_a_conflict_within_one_batch_stores_nothing(database: Database) -> None:
    one = approval(1)
    changed = Built(one.id, approval(1, quality=0.9).raw)
    with writing(database) as connection:
        store = StatementStore(connection)
        with pytest.raises(Conflict):
            store.insert([one, changed], AUTHORITY, NOW)
        assert store.count() == 0


def test_a_resend_in_another_spelling_is_known(database: Database) -> None:
    one = approval(1)
    record(database, [one])
    document = msgspec.json.decode(one.raw)
    document["timestamp"] = "2024-05-01T12:00:01.123456+02:00"
    document["verb"]["display"] = {"de": "genehmigt"}
    document["actor"]["objectType"] = "Agent"
    respelled = msgspec.json.encode(document)
    with writing(database) as connection:
        assert StatementStore(connection).insert([respelled], AUTHORITY, NOW).known == (one.id,)


def test_received_bytes_are_validated_and_kept_verbatim(database: Database) -> None:
    received = b'{ "version" : "1.0.3",' + approval(1).raw[1:]
    with writing(database) as connection:
        StatementStore(connection).insert([received], AUTHORITY, NOW)
    with reading(database) as store:
        assert store.query()[0].raw == received


def test_an_invalid_statement_is_refused_and_the_transaction_goes_on(database: Database) -> None:
    one = approval(1)
    broken = one.raw.replace(b'"scaled":0.5', b'"scaled":1.5')
    with writing(database) as connection:
        store = StatementStore(connection)
        with pytest.raises(InvalidStatement, match="score-range"):
            store.insert([one, broken], AUTHORITY, NOW)
        assert store.insert([one], AUTHORITY, NOW).new == (one.id,)


def test_received_bytes_carry_their_id(database: Database) -> None:
    document = msgspec.json.decode(approval(1).raw)
    del document["id"]
    with writing(database) as connection, pytest.raises(InvalidStatement, match="id-required"):
        StatementStore(connection).insert([msgspec.json.encode(document)], AUTHORITY, NOW)


def test_a_rollback_leaves_no_trace(database: Database) -> None:
    connection = database.connect()
    database.begin(connection)
    StatementStore(connection).insert(approvals(3), AUTHORITY, NOW)
    connection.rollback()
    connection.close()
    record(database, [approval(2)])
    with reading(database) as store:
        assert store.count() == 1
        assert [entry.seq for entry in store.entries()] == [1]


def test_stored_rises_though_the_clock_stands_still_or_goes_back(database: Database) -> None:
    record(database, approvals(3))
    record(database, approvals(2, first=4), now=NOW - timedelta(hours=1))
    record(database, [approval(6)], now=NOW + timedelta(hours=1))
    with reading(database) as store:
        times = [row.stored for row in store.query(ascending=True)]
    assert times[:5] == [NOW + timedelta(microseconds=step) for step in range(5)]
    assert times[5] == NOW + timedelta(hours=1)


def test_a_naive_time_is_refused(database: Database) -> None:
    with writing(database) as connection, pytest.raises(XapiError, match="aware"):
        StatementStore(connection).insert([approval(1)], AUTHORITY, NOW.replace(tzinfo=None))


def test_statements_are_found_by_verb_activity_and_agent(database: Database) -> None:
    other = BRIDGE.person(uuid5(NAMESPACE, "another curator"))
    item = BRIDGE.item(uuid_of("item 1"), "video", "YouTube")
    rejection = say.rejected(
        BRIDGE, item, decision=uuid_of("no"), by=other, at=NOW, method="human", reason="outdated"
    )
    one, two = approvals(2)
    record(database, [one, two, rejection])
    approve, reject = activity_streams.APPROVED.id, activity_streams.REJECTED.id
    video = item.activity.id
    with reading(database) as store:
        assert _ids(store, verb=approve) == [two.id, one.id]
        assert _ids(store, activity=video) == [rejection.id, one.id]
        assert _ids(store, agent=other) == [rejection.id]
        assert _ids(store, agent=CURATOR, verb=approve) == [two.id, one.id]
        assert _ids(store, activity=video, agent=CURATOR) == [one.id]
        assert _ids(store, activity=video, agent=other, verb=reject) == [rejection.id]
        assert _ids(store, activity=video, verb=reject, ascending=True) == [rejection.id]
        assert _ids(store, agent=other, verb=approve) == []
        assert _ids(store, verb="http://example.org/never") == []


def test_related_activities_are_found_only_when_asked_for(database: Database) -> None:
    one = approval(1)
    record(database, [one])
    competency = BRIDGE.competency("c-1").id
    with reading(database) as store:
        assert _ids(store, activity=competency) == []
        assert _ids(store, activity=competency, related=True) == [one.id]
        assert _ids(store, activity=own.PROFILE, related=True) == [one.id]


def test_members_of_a_group_are_found_as_the_group_is(database: Database) -> None:
    member = {"account": {"homePage": "https://people.example.org", "name": "1"}}
    document = msgspec.json.decode(approval(1).raw)
    document["actor"] = {"objectType": "Group", "member": [member, {"mbox": "mailto:a@example.org"}]}
    document["context"]["instructor"] = {"mbox_sha1sum": "0" * 40}
    with writing(database) as connection:
        StatementStore(connection).insert([msgspec.json.encode(document)], AUTHORITY, NOW)
    with reading(database) as store:
        assert len(_ids(store, agent=msgspec.convert(member, Actor))) == 1
        assert len(_ids(store, agent=Actor(mbox="mailto:a@example.org"))) == 1
        assert _ids(store, agent=Actor(mbox_sha1sum="0" * 40)) == []
        assert len(_ids(store, agent=Actor(mbox_sha1sum="0" * 40), related=True)) == 1


def test_an_agent_is_not_mistaken_for_one_with_another_identifier(database: Database) -> None:
    document = msgspec.json.decode(approval(1).raw)
    document["actor"] = {"openid": "https://people.example.org/1"}
    with writing(database) as connection:
        StatementStore(connection).insert([msgspec.json.encode(document)], AUTHORITY, NOW)
    with reading(database) as store:
        assert len(_ids(store, agent=Actor(openid="https://people.example.org/1"))) == 1
        assert _ids(store, agent=Actor(mbox="https://people.example.org/1")) == []


def test_pages_follow_one_another_without_gap_or_repeat(database: Database) -> None:
    built = approvals(25)
    record(database, built)
    seen = []
    before = None
    with reading(database) as store:
        while page := store.query(verb=activity_streams.APPROVED.id, limit=10, before_seq=before):
            seen += [row.id for row in page]
            before = page[-1].seq
        after = store.query(after_seq=20, ascending=True)
    assert seen == [one.id for one in reversed(built)]
    assert [row.seq for row in after] == [21, 22, 23, 24, 25]


def test_since_is_exclusive_and_until_inclusive(database: Database) -> None:
    for day in range(1, 6):
        record(database, [approval(day)], now=NOW + timedelta(days=day))
    with reading(database) as store:
        between = store.query(since=NOW + timedelta(days=2), until=NOW + timedelta(days=4))
        assert [row.seq for row in between] == [4, 3]
        assert store.query(since=NOW + timedelta(days=5)) == []
        assert store.query(until=NOW) == []
        assert len(store.query(since=NOW, until=NOW + timedelta(days=9))) == 5


def test_a_voided_statement_is_hidden_from_queries_and_found_by_its_id(database: Database) -> None:
    one, two = approvals(2)
    void = say.voided(BRIDGE, one.id, event="undo", by=CURATOR, at=NOW)
    record(database, [one, two])
    record(database, [void])
    with reading(database) as store:
        assert _ids(store) == [void.id, two.id]
        assert [(row.id, row.voided) for row in store.query(voided=True, ascending=True)] == [
            (one.id, True),
            (two.id, False),
            (void.id, False),
        ]
        found = store.get(one.id)
        assert found is not None
        assert found.voided


def test_a_void_that_comes_first_takes_effect_when_its_target_arrives(database: Database) -> None:
    one = approval(1)
    void = say.voided(BRIDGE, one.id, event="undo", by=CURATOR, at=NOW)
    record(database, [void])
    record(database, [one])
    with reading(database) as store:
        assert _ids(store) == [void.id]


def test_a_voiding_statement_cannot_be_voided(database: Database) -> None:
    one = approval(1)
    void = say.voided(BRIDGE, one.id, event="undo", by=CURATOR, at=NOW)
    again = say.voided(BRIDGE, void.id, event="undo the undo", by=CURATOR, at=NOW)
    record(database, [again, void, one])
    with reading(database) as store:
        assert _ids(store) == [void.id, again.id]


def test_stores_share_a_database_and_nothing_else(database: Database) -> None:
    one = approval(1)
    record(database, [one, approval(2)])
    record(database, [Built(one.id, approval(1, quality=0.9).raw)], store="practice")
    with reading(database) as main, reading(database, "practice") as practice:
        assert (main.count(), practice.count()) == (2, 1)
        assert practice.query(agent=CURATOR)[0].raw != one.raw
        assert main.head().hash != practice.head().hash
        assert {entry.hash for entry in main.entries()}.isdisjoint(entry.hash for entry in practice.entries())


def test_many_statements_go_in_at_once(database: Database) -> None:
    built = approvals(1200)
    with writing(database) as connection:
        inserted = StatementStore(connection).insert(built, AUTHORITY, NOW)
        assert inserted.new == tuple(one.id for one in built)
        assert StatementStore(connection).insert(built, AUTHORITY, NOW).known == inserted.new
    with reading(database) as store:
        assert [entry.seq for entry in store.entries()] == list(range(1, 1201))


def test_writers_at_the_same_time_make_one_chain_in_the_order_of_commits(
    database: Database, tmp_path: Path
) -> None:
    gate = threading.Barrier(4)
    faults: list[BaseException] = []

    def write(first: int) -> None:
        gate.wait()
        try:
            for number in range(first, first + 10):
                record(database, [approval(number), approval(1)])
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with reading(database) as store:
        assert store.count() == 41
        verdict = chain.verify(
            store, organisation="one", public_key=b"", local=CheckpointFile(tmp_path / "none.jsonl")
        )
    assert (verdict.ok, verdict.entries) == (True, 41)


def test_seq_is_the_order_of_commits_and_nobody_sees_a_later_one_first(database: Database) -> None:
    first = database.connect()
    database.begin(first)
    StatementStore(first).insert([approval(1)], AUTHORITY, NOW)
    is_done = threading.Event()

    def write_second() -> None:
        record(database, [approval(2)], now=NOW - timedelta(hours=1))
        is_done.set()

    second = threading.Thread(target=write_second)
    second.start()
    with reading(database) as store:
        assert store.count() == 0
    assert not is_done.is_set()
    first.commit()
    first.close()
    second.join()
    with reading(database) as store:
        rows = store.query(ascending=True)
    assert [row.id for row in rows] == [approval(1).id, approval(2).id]
    assert rows[0].stored < rows[1].stored


def test_of_writers_with_one_id_and_different_contents_one_wins(database: Database) -> None:
    gate = threading.Barrier(6)
    outcomes: list[str] = []

    def write(number: int) -> None:
        built = Built(uuid_of("contested"), approval(number).raw)
        gate.wait()
        try:
            record(database, [built])
            outcomes.append("stored")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 5 + ["stored"]


def test_a_new_store_is_opened_once_by_writers_at_the_same_time(database: Database) -> None:
    gate = threading.Barrier(4)
    faults: list[BaseException] = []

    def write(name: str) -> None:
        gate.wait()
        try:
            record(database, [approval(1)], store=name)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    for name in "abc":
        with reading(database, name) as store:
            assert store.count() == 1


def test_a_checkpoint_before_the_commit_is_refused(database: Database, tmp_path: Path) -> None:
    signer = Signer.load_or_create(tmp_path / "signing.pem")
    with writing(database) as connection:
        store = StatementStore(connection)
        store.insert([approval(1)], AUTHORITY, NOW)
        with pytest.raises(XapiError, match="commit first"):
            store.checkpoint(signer, organisation="one", at=NOW)


def test_a_checkpoint_tells_the_committed_head(database: Database, tmp_path: Path) -> None:
    signer = Signer.load_or_create(tmp_path / "signing.pem")
    record(database, approvals(3))
    with reading(database) as store:
        made = store.checkpoint(signer, organisation="one", at=NOW)
        assert (made.log, made.seq, made.head) == ("statements:main", 3, store.head().hash.hex())
    assert made.is_signed_by([signer.public_bytes()])


def test_migrating_twice_changes_nothing(database: Database) -> None:
    record(database, [approval(1)])
    with writing(database) as connection:
        assert migrate(connection) == VERSION
    with reading(database) as store:
        assert store.count() == 1


def test_tables_of_a_newer_release_are_left_alone(database: Database) -> None:
    with writing(database) as connection:
        connection.execute(f"INSERT INTO lrs_version (version) VALUES ({VERSION + 1})")
    with writing(database) as connection, pytest.raises(XapiError, match="install the newer release"):
        migrate(connection)


def test_every_table_is_listed_and_begins_with_its_store(database: Database) -> None:
    connection = database.connect()
    if database.kind == "sqlite":
        found = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    else:
        found = {}
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        ):
            found.setdefault(table, []).append(column)
    connection.close()
    assert set(found) == set(TABLES)
    assert {columns[0] for table, columns in found.items() if table != "lrs_version"} == {"store"}


def test_every_filter_walks_an_index_that_ends_in_seq(tmp_path: Path) -> None:
    database = SqliteFile(tmp_path / "record.db")
    connection = database.connect()
    migrate(connection)
    asked: list[str] = []
    connection.execute("BEGIN IMMEDIATE")
    StatementStore(connection).insert(approvals(3), AUTHORITY, NOW)
    connection.set_trace_callback(asked.append)
    store = StatementStore(connection)
    verb, video = activity_streams.APPROVED.id, BRIDGE.item(uuid_of("item 1"), "video", "YouTube").activity.id
    one = uuid_of("registration")
    for filters in (
        {"verb": verb},
        {"activity": video},
        {"agent": CURATOR},
        {"agent": CURATOR, "verb": verb},
        {"agent": CURATOR, "activity": video, "verb": verb},
        {"registration": one},
        {"agent": CURATOR, "activity": video, "verb": verb, "registration": one},
        {"authority": AUTHORITY},
        {"agent": AUTHORITY, "related_agents": True, "activity": video},
        {"since": NOW, "until": NOW + timedelta(days=1), "after_seq": 1, "before_seq": 3},
        {},
    ):
        store.query(**filters)
        store.query(**filters, voided=True, ascending=True)
    connection.set_trace_callback(None)
    walks = [sql for sql in asked if sql.startswith("SELECT DISTINCT l.seq")]
    assert len(walks) == 2 * 12
    for sql in [sql for sql in asked if "lrs_statement" in sql]:
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert "SCAN" not in plan.replace("SCAN halve", ""), plan
        assert "TEMP B-TREE" not in plan, plan
    connection.close()


def test_without_a_transaction_nothing_is_stored(tmp_path: Path) -> None:
    database = SqliteFile(tmp_path / "record.db")
    connection = database.connect()
    migrate(connection)
    with pytest.raises(XapiError, match="BEGIN IMMEDIATE"):
        StatementStore(connection).insert([approval(1)], AUTHORITY, NOW)
    connection.close()


def test_a_connection_of_another_driver_is_refused() -> None:
    with pytest.raises(XapiError, match="sqlite3 or psycopg"):
        StatementStore(object())


def test_the_default_transactions_of_sqlite3_work_too(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "record.db")
    migrate(connection)
    connection.commit()
    connection.execute("BEGIN IMMEDIATE")
    StatementStore(connection).insert([approval(1)], AUTHORITY, NOW)
    connection.commit()
    assert StatementStore(connection).count() == 1
    connection.close()


def _ids(store: StatementStore, **filters: object) -> list[object]:
    return [row.id for row in store.query(**filters)]  # type: ignore[arg-type]
