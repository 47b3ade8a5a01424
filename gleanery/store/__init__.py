"""The database and its two openings: `read()` and `write()`.

SQLite: a reader begins plainly, a writer takes the lock at once (BEGIN IMMEDIATE) and waits up to ten
seconds for it; a deferred writer would fail as soon as another had written. PostgreSQL needs neither.

engines.py  the connections, and how each begins
faults.py   what a database says, in words with the remedy
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from gleanery.errors import ConfigError
from gleanery.store.engines import PATIENCE_MS, engine_of, reading_engine
from gleanery.store.faults import told_in_words

_MIGRATIONS = Path(__file__).parent.with_name("migrations")
_ADVISORY = 0x676C65616E657279
"""The number under which PostgreSQL keeps our lock: the letters of the name."""


class Store:
    """One database: SQLite by default, PostgreSQL by address."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        """Open the database at `url` (an SQLAlchemy address). Nothing is read or written yet.

        `read_only`: nothing can be written through it, and a file and folder without write access will do.
        """
        self.engine = reading_engine(url) if read_only else engine_of(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database, None for any other."""
        name = self.engine.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; always rolled back."""
        with self._opened(writing=False) as session:
            yield session
            session.expunge_all()  # what was read stays usable after the rollback
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction that holds the writer's lock; committed at the end, or not at all."""
        with self._opened(writing=True) as session:
            yield session
            session.commit()

    @contextmanager
    def note(self) -> Iterator[Session]:
        """As `write`, without waiting for the disk: no kill undoes it, a power cut may until the next `write`."""
        with self._opened(writing=True, waits=False) as session:
            if not self.is_sqlite:
                session.execute(text("SET LOCAL synchronous_commit TO off"))
            yield session
            session.commit()

    @contextmanager
    def note_if_free(self) -> Iterator[Session]:
        """As `note`, for what may be left out: where another writer is at work nothing is written and nobody waits."""
        with self.engine.connect() as connection, self._impatient(connection):
            chosen = connection.execution_options(gleanery_writing=True, gleanery_waits=False)
            with Session(chosen) as session, suppress(OperationalError):
                if not self.is_sqlite:
                    session.execute(text("SET LOCAL lock_timeout = '20ms'"))
                yield session
                session.commit()

    @contextmanager
    def _impatient(self, connection: Connection) -> Iterator[None]:
        """Have an SQLite connection wait for nobody meanwhile; it is used again, so it is put back."""
        driver: Any = connection.connection.driver_connection
        if not self.is_sqlite:
            yield
            return
        driver.execute("PRAGMA busy_timeout=0")
        try:
            yield
        finally:
            driver.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")

    @contextmanager
    def _opened(self, *, writing: bool, waits: bool = True) -> Iterator[Session]:
        with told_in_words(), self.engine.connect() as connection, self._discarded_after_fault(connection):
            chosen = connection.execution_options(gleanery_writing=writing, gleanery_waits=waits)
            with Session(chosen, expire_on_commit=False) as session:
                yield session

    @contextmanager
    def _discarded_after_fault(self, connection: Connection) -> Iterator[None]:
        """Use an SQLite connection no more once something was raised amid its work.

        A result that the error's traceback keeps alive keeps the connection at its moment of the past, also after
        the rollback: whoever got it next would not see what was written since, and could not write.
        """
        try:
            yield
        except BaseException:
            if self.is_sqlite:
                connection.invalidate()
            raise

    def forget_log(self) -> None:
        """Empty SQLite's write-ahead log, which may still hold words that were just purged, and its index of words."""
        if self.is_sqlite:
            self._clear_index()
            with self.engine.connect() as connection:
                driver = connection.connection.driver_connection
                if driver is not None:
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _clear_index(self) -> None:
        """Write the index of words anew: the words of what was taken out stand in its older parts until then."""
        with self.write() as session:
            if session.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'item_search'")).first():
                session.execute(text("INSERT INTO item_search(item_search) VALUES ('optimize')"))

    def compact(self) -> bool:
        """Write the database anew without what was deleted, and empty the write-ahead log.

        False where another program that is reading keeps the log from being emptied. On PostgreSQL the room is
        only freed for new rows.
        """
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
                return True
            self._clear_index()
            driver: Any = connection.connection.driver_connection
            try:
                driver.execute("VACUUM")
                return not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError:
                return False

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process from founding or upgrading this database meanwhile; waits for its turn."""
        if not self.is_sqlite:
            with told_in_words(), self.engine.connect() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY})")
                yield
                connection.rollback()
        elif self.path is None:
            yield
        else:
            with _locked(self.path.with_name(self.path.name + ".lock")):
                yield

    # ------------------------------------------------------------------ versions

    def upgrade(self) -> None:
        """Bring the tables to the newest version; those of the record are its own and are left alone."""
        with told_in_words(), self.engine.begin() as connection:
            _migrate(connection)

    def version(self) -> str | None:
        """The version of the tables, None for an empty database."""
        with told_in_words(), self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def require_current(self) -> None:
        """Raises: ConfigError if the tables are missing, older or newer than this program."""
        found = self.version()
        if found == max(_known_versions()):
            return
        if found is None:
            raise ConfigError("The database is empty.", remedy="Run `gleanery init`.")
        self.refuse_newer()
        raise ConfigError(f"The database has older tables ({found}).", remedy="Run `gleanery db upgrade`.")

    def refuse_newer(self) -> None:
        """Raises: ConfigError if the tables are of a version this program does not know."""
        found = self.version()
        if found is not None and found not in _known_versions():
            raise ConfigError(
                f"The database was written by a newer version of gleanery (tables {found}).",
                remedy="Install that version or a newer one; this one leaves the database as it is.",
            )


def _known_versions() -> set[str]:
    """The versions this program can read: each migration's file begins with m and its number."""
    return {path.name[1:5] for path in (_MIGRATIONS / "versions").glob("m*.py")}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock on a file, which is made where absent and stays."""
    try:
        file = path.open("a")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}.",
            remedy="Give this account write access to the folder of the database.",
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(connection: Connection) -> None:
    """Run the migrations; alembic is imported here, where it is needed, for it takes its time."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
