"""The same store tests on SQLite and PostgreSQL."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import select

from gleanery.errors import ConfigError, Unreachable
from gleanery.leases import Held, LeaseLost, held
from gleanery.model.people import Person
from gleanery.model.record import Lease
from gleanery.model.tables import metadata
from gleanery.store import Store
from gleanery.store.faults import Overtaken
from gleanery.testing import NOON, Clock


def test_the_migrations_make_exactly_the_tables_of_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        opts = {"compare_type": False, "include_name": _is_of_the_house}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []


def _is_of_the_house(name: str | None, _kind: str, _of: object) -> bool:
    return not str(name).startswith(("lrs_", "item_search"))


def test_what_is_written_is_read_and_what_fails_is_not_written(store: Store) -> None:
    person = Person(id=uuid4(), account="kept", made_at=NOON)
    with store.write() as session:
        session.add(person)

    def write_then_fail() -> None:
        with store.write() as session:
            session.add(Person(id=uuid4(), account="lost", made_at=NOON))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_then_fail()
    with store.read() as session:
        assert session.exec(select(Person.account)).all() == ["kept"]


def test_times_come_back_aware_to_the_microsecond_and_naive_ones_are_refused(store: Store) -> None:
    made_at = datetime(2026, 3, 29, 2, 30, 0, 123457, tzinfo=timezone(timedelta(hours=2)))
    with store.write() as session:
        session.add(Person(id=uuid4(), account="a", made_at=made_at))
    with store.read() as session:
        found = session.exec(select(Person.made_at)).one()
    assert found == made_at
    assert found.tzinfo is UTC
    with pytest.raises(Exception, match="without zone"), store.write() as session:
        session.add(Person(id=uuid4(), account="b", made_at=datetime(2026, 1, 1)))


def test_many_writers_at_once_lose_no_update(store: Store) -> None:
    """Read, then write, from six threads: with deferred transactions most would fail or overwrite each other."""
    with store.write() as session:
        session.add(Lease(name="counter", holder="", fence=0, until=NOON))

    def count_up() -> None:
        for _ in range(20):
            with store.write() as session:
                row = session.exec(select(Lease).where(Lease.name == "counter").with_for_update()).one()
                row.fence += 1
                session.add(row)

    threads = [threading.Thread(target=count_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert session.exec(select(Lease.fence)).one() == 120


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.write() as writer:
        writer.add(Person(id=uuid4(), account="unseen", made_at=NOON))
        writer.flush()
        with store.read() as reader:
            assert reader.exec(select(Person)).all() == []


def test_a_database_of_a_newer_version_is_left_alone(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer version of gleanery"):
        store.require_current()
    with pytest.raises(ConfigError, match="newer version of gleanery"):
        store.refuse_newer()


def test_an_empty_database_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gleanery init"):
        Store(f"sqlite:///{tmp_path / 'empty.db'}").require_current()


def test_a_lease_is_held_by_one_and_freed_at_the_end(store: Store) -> None:
    clock = Clock()
    with held(store, "read:blog", clock) as mine:
        assert mine is not None
        with held(store, "read:blog", clock) as other:
            assert other is None
    with held(store, "read:blog", clock) as again:
        assert again is not None
        assert again.fence > mine.fence


def test_a_worker_whose_lease_ran_out_writes_nothing(store: Store) -> None:
    clock = Clock()
    with held(store, "screen", clock) as late:
        assert late is not None
        clock.move(timedelta(hours=1))
        with held(store, "screen", clock) as quick:
            assert quick is not None
            with pytest.raises(LeaseLost):
                write_under(store, late, clock)
    with store.read() as session:
        assert session.exec(select(Person)).all() == []


def write_under(store: Store, lease: Held, clock: Clock) -> None:
    with store.write() as session:
        session.add(Person(id=uuid4(), account="late", made_at=NOON))
        lease.confirm(session, clock())


def test_the_lease_of_a_killed_process_is_taken_over_at_once(store: Store) -> None:
    import socket

    with store.write() as session:
        dead = f"{socket.gethostname()}:4194303:x"
        session.add(Lease(name="screen", holder=dead, fence=7, until=NOON + timedelta(hours=1)))
    with held(store, "screen", Clock()) as lease:
        assert lease is not None
        assert lease.fence == 8


def test_a_full_disk_is_told_in_words_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'small.db'}")
    store.upgrade()

    def fill() -> None:
        with store.write() as session:
            session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
            for number in range(4_000):
                session.add(Person(id=uuid4(), account=f"{number:0200}", made_at=NOON))

    with pytest.raises(ConfigError, match="disk is full"):
        fill()
    with store.write() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1000000")
        session.add(Person(id=uuid4(), account="after", made_at=NOON))
    with store.read() as session:
        assert session.exec(select(Person.account)).all() == ["after"]


def test_an_error_of_the_database_shows_no_value_of_a_statement(store: Store) -> None:
    """Values are words of people and secrets; an error may end in a log."""
    token = secrets.token_hex(16)
    with pytest.raises(Exception, match="no_such_table") as caught, store.write() as session:
        session.execute(text("INSERT INTO no_such_table VALUES (:value)"), {"value": token})
    told = "".join(traceback.format_exception(caught.value))
    assert "no_such_table" in told
    assert token not in told


def test_a_key_written_twice_at_the_same_moment_is_a_passing_fault_without_values(postgres_url: str) -> None:
    """The second writer waits for the first, who commits."""
    store, account = Store(postgres_url), secrets.token_hex(8)
    store.upgrade()
    errors: list[Exception] = []

    def second() -> None:
        try:
            with store.write() as session:
                session.add(Person(id=uuid4(), account=account, made_at=NOON))
        except Exception as error:
            errors.append(error)

    with store.write() as session:
        session.add(Person(id=uuid4(), account=account, made_at=NOON))
        session.flush()
        thread = threading.Thread(target=second)
        thread.start()
        wait_until_blocked(store)
    thread.join()
    [error] = errors
    assert isinstance(error, Overtaken)
    assert isinstance(error, Unreachable)
    assert account not in "".join(traceback.format_exception(error))
    store.close()


def wait_until_blocked(store: Store) -> None:
    """Return when a transaction of this database waits for another; at most half a minute."""
    end = time.monotonic() + 30
    waiting = text(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with store.engine.connect() as connection:
        while connection.execute(waiting).first() is None:
            assert time.monotonic() < end, "nobody waits"
            connection.rollback()  # the view stands still within a transaction


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda raw: b"no database at all" * 400, "holds no database"),
        (lambda raw: raw[:100] + b"\xff" * (len(raw) - 100), "damaged"),
    ],
)
def test_a_damaged_database_is_told_with_the_remedy(
    tmp_path: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "house.db"
    made = Store(f"sqlite:///{path}")
    made.upgrade()
    made.forget_log()
    made.close()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ConfigError, match=message) as caught:
        Store(f"sqlite:///{path}").require_current()
    assert "backup" in caught.value.remedy


def test_what_is_no_database_address_is_told_and_not_repeated() -> None:
    for address in ("host=127.0.0.1 hunter2", "oracle9://hunter2", "postgresql://h:hunter2/x"):
        with pytest.raises(ConfigError, match="database") as caught:
            Store(address)
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_of_two_that_want_a_database_alone_the_second_waits(store: Store) -> None:
    inside, order = threading.Event(), []

    def second() -> None:
        inside.wait()
        with store.alone():
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with store.alone():
        inside.set()
        with store.write() as session:
            session.add(Person(id=uuid4(), account="a", made_at=NOON))
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


NOTING = """
import os, sys
from sqlalchemy import text
from gleanery.store import Store

store = Store(sys.argv[1])
with store.note() as session:
    session.execute(text("INSERT INTO lease (name, holder, fence, until) VALUES ('noted', '', 0, 0)"))
os._exit(9)
"""


def test_a_note_outlives_a_kill(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'house.db'}")
    store.upgrade()
    killed = subprocess.run([sys.executable, "-c", NOTING, str(store.engine.url)], check=False)
    assert killed.returncode == 9
    with store.read() as session:
        assert session.exec(select(Lease.name)).all() == ["noted"]
    store.close()


def test_after_a_note_the_next_write_waits_for_the_disk_again(store: Store) -> None:
    asked = "PRAGMA synchronous" if store.is_sqlite else "SHOW synchronous_commit"
    with store.note() as session:
        assert session.execute(text(asked)).scalar() in (1, "off")
    with store.write() as session:
        assert session.execute(text(asked)).scalar() in (2, "on")
