"""Databases with every table and no row: made once, then copied for each test that does not ask how they are made."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gleanery.flow.record import prepare_record
from gleanery.store import Store


def prepare(url: str) -> None:
    """Make the tables of the house and of the record in an empty database."""
    store = Store(url)
    store.upgrade()
    prepare_record(store)
    store.close()


@cache
def _empty_file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        prepare(f"sqlite:///{path}")
        return path.read_bytes()


def put_database(path: Path) -> None:
    """Write a prepared SQLite file where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(_empty_file())
