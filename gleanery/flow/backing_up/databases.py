"""A consistent copy of the database out of a running house, and back into an empty place.

SQLite copies itself page by page (https://www.sqlite.org/backup.html): one snapshot, writers go on meanwhile.
PostgreSQL has its own tools for it, which know every version: pg_dump and pg_restore.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from gleanery.errors import BadInput, ConfigError
from gleanery.store import Store
from xapi.signer import sync_folder


def copy_out(store: Store, target: Path) -> None:
    """Write a copy of the database as it was at one moment after the call. Raises: ConfigError."""
    if store.path is None:
        _run(
            "pg_dump",
            store.engine.url,
            ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"],
        )
        return
    try:
        with (
            closing(sqlite3.connect(store.path, timeout=10)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise ConfigError(
            f"The database cannot be copied: {error}.",
            remedy="Free some room, or choose another place with --out.",
        ) from error


def put_back(copy: Path, store: Store) -> None:
    """Move the copy to where an empty store has its database. Raises: BadInput where it is not empty; ConfigError."""
    require_empty(store)
    if store.path is None:
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(copy)]
        _run("pg_restore", store.engine.url, options)
        return
    store.path.parent.mkdir(parents=True, exist_ok=True)
    passing = store.path.with_name(f".{store.path.name}.part")
    shutil.move(copy, passing)
    with passing.open("rb+") as file:
        os.fsync(file.fileno())
    passing.replace(store.path)
    sync_folder(store.path.parent)


def require_empty(store: Store) -> None:
    """Raises: BadInput where the store holds a database already."""
    if store.path is not None and not store.path.exists():
        return
    if store.path is None and store.version() is None:
        return
    place = store.path or store.engine.url.database
    raise BadInput(
        f"{place} holds a database; a backup is never written over one.",
        remedy="Stop gleanery and move the database aside, or restore elsewhere with --into.",
    )


def require_sound(copy: Path) -> None:
    """Raises: BadInput where SQLite finds its pages damaged."""
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
            told = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        told = str(error)
    if told != "ok":
        raise BadInput("The database in the backup is damaged.", remedy="Use another backup.")


def _run(program: str, address: URL, options: Sequence[str]) -> None:
    """Run a program of PostgreSQL on a database; the password goes by the environment, where nobody lists it."""
    found = shutil.which(program)
    if found is None:
        raise ConfigError(
            f"{program} is not installed here; a PostgreSQL database is saved and put back with it.",
            remedy="Install PostgreSQL's client programs (Debian: postgresql-client), as new as the server.",
        )
    bare = address._replace(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [found, "--dbname", bare, "--no-password", *options],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        first = next(iter(done.stderr.splitlines()), "it gave no reason")
        raise ConfigError(
            f"{program} failed: {first}", remedy="Check the address in `database` and the versions."
        )
