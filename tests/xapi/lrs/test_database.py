"""The database that stands alone: its connections, its two openings, and how its faults are told."""

from __future__ import annotations

import secrets
import threading
import traceback
from pathlib import Path

import pytest

from tests.servers import Postgres, free_port
from tests.xapi.lrs.plain import AUTHORITY, ready
from tests.xapi.records import NOW
from xapi.errors import Busy, XapiError
from xapi.lrs.database import Database
from xapi.lrs.schema import VERSION
from xapi.lrs.store import StatementStore


def count(database: Database) -> int:
    with database.read() as connection:
        return StatementStore(connection).count()


def test_a_path_and_an_address_of_a_file_are_the_same_database(tmp_path: Path) -> None:
    by_path, by_address = Database(str(tmp_path / "a.db")), Database(f"sqlite:///{tmp_path / 'a.db'}")
    assert by_path.migrate() == VERSION
    with by_path.write() as connection:
        StatementStore(connection).insert([ready("a")], AUTHORITY, NOW)
    assert count(by_address) == 1
    by_path.close()
    by_address.close()


@pytest.mark.parametrize(
    "address",
    ["postgresql://me:{}@[::1/db", "postgresql://me:%zz{}@127.0.0.1/db", "mysql://me:{}@127.0.0.1/db"],
)
def test_an_address_that_cannot_be_read_is_told_without_its_password(address: str) -> None:
    password = secrets.token_hex(8)
    with pytest.raises(XapiError, match="postgresql://USER@HOST/NAME") as caught:
        Database(address.format(password)).migrate()
    assert password not in "".join(traceback.format_exception(caught.value))


def test_writing_is_committed_at_the_end_or_not_at_all(opened: Database) -> None:
    def fail() -> None:
        with opened.write() as connection:
            StatementStore(connection).insert([ready("a")], AUTHORITY, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(opened) == 0
    with opened.write() as connection:
        StatementStore(connection).insert([ready("a")], AUTHORITY, NOW)
    assert count(opened) == 1


def test_many_threads_read_and_write(opened: Database) -> None:
    faults: list[BaseException] = []

    def work(place: int) -> None:
        try:
            for number in range(5):
                with opened.write() as connection:
                    StatementStore(connection).insert([ready(f"{place} {number}")], AUTHORITY, NOW)
                assert count(opened) > number
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert count(opened) == 40


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(XapiError, match="its folder exists"):
        Database(str(tmp_path / "missing" / "a.db")).migrate()


def test_a_closed_database_is_refused(opened: Database) -> None:
    opened.close()
    with pytest.raises(XapiError, match="closed"):
        count(opened)


def test_a_server_that_does_not_answer_is_busy() -> None:
    database = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none?connect_timeout=2")
    with pytest.raises(Busy, match="does not answer"):
        count(database)


def test_connections_that_the_server_dropped_are_replaced(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    database.migrate()
    assert count(database) == 0
    for asked in (lambda: count(database) == 0, lambda: database.is_quiet("main")):
        with database.read(), database.read():
            pass  # now two connections are idle
        with other.write() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert asked()
    database.close()
    other.close()


def test_a_transaction_whose_connection_is_dropped_is_busy_and_the_next_one_works(
    postgres_url: str,
) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    database.migrate()

    def lose() -> None:
        with database.write() as connection:
            with other.write() as killing:
                killing.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
            StatementStore(connection).insert([ready("a")], AUTHORITY, NOW)

    with pytest.raises(Busy):
        lose()
    with database.write() as connection:
        StatementStore(connection).insert([ready("a")], AUTHORITY, NOW)
    assert count(database) == 1
    database.close()
    other.close()


def test_the_server_is_asked_for_the_time(postgres: Postgres, postgres_url: str) -> None:
    database = Database(postgres_url)
    one, other = database.now(), database.now()
    assert one < other
    assert one.utcoffset() is not None
    database.close()
