"""The faults of a database in words, each with what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from gleanery.errors import ConfigError, GleaneryError, Unreachable


class Overtaken(Unreachable):
    """Another worker wrote the same at the same moment; nothing of ours was written."""


_FAULTS = (
    (
        "database or disk is full",
        "The disk is full",
        "Free some room; nothing was half written, run the same again.",
    ),
    (
        "readonly database",
        "The database cannot be written",
        "Give this account write access to the data folder.",
    ),
    (
        "unable to open database file",
        "The database cannot be opened",
        "Check that the data folder exists and may be written.",
    ),
    ("database is locked", "Another program holds the database", "Run the same again when it has ended."),
    ("disk i/o error", "The disk refused to read or write", "Check the disk; nothing was half written."),
    (
        "disk image is malformed",
        "The database is damaged",
        "Stop gleanery, keep the damaged file aside and restore a backup; see docs/how-to/backup.md.",
    ),
    (
        "file is not a database",
        "The database's file holds no database",
        "Check `data` and `database`; if the file was overwritten, restore a backup (docs/how-to/backup.md).",
    ),
    (
        "connection refused",
        "The database server does not answer",
        "Check the address in `database` and that it runs.",
    ),
    (
        "password authentication failed",
        "The database refused the sign-in",
        "Check the user and the secret in `database`.",
    ),
)


_COLLISIONS = ("23505", "40001", "40P01")
"""PostgreSQL's codes for a key written twice, a failed serialization and a deadlock."""


@contextmanager
def told_in_words() -> Iterator[None]:
    """Turn the faults a person can put right into a ConfigError with the remedy."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _COLLISIONS:
            raise Overtaken(
                "Another worker wrote the same at the same moment.", remedy="It is tried again by itself."
            ) from None  # the server's words quote the values
        said = str(error.orig).lower()
        for sign, message, remedy in _FAULTS:
            if sign in said:
                raise ConfigError(f"{message}.", remedy=remedy) from error
        if not isinstance(error, OperationalError):
            raise
        raise GleaneryError("The database gave up an operation.", remedy=f"It said: {error.orig}") from error
