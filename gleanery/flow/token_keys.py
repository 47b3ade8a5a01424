"""The keys that tokens are encrypted with: a ring, newest first (https://cryptography.io/en/latest/fernet/).

The first key encrypts and every key decrypts, so keys change without a moment in which a token cannot be read.
Nothing of the ring is remembered: another process may change it at any time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text
from sqlmodel import Session

from gleanery.errors import ConfigError
from gleanery.vault import read_key, replace_key, write_key

VARIABLE = "GLEANERY_TOKEN_KEYS"
_ADVISORY = 0x746F6B656E73
"""The number of PostgreSQL's lock over the ring: the letters of "tokens"."""


class TokenKeys:
    """The keys in the environment variable (comma between), else in the file (one a line)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def in_environment(self) -> bool:
        """Whether the variable counts, which only an administrator changes."""
        return bool(os.environ.get(VARIABLE))

    @property
    def place(self) -> str:
        """Where the keys are, in words."""
        return VARIABLE if self.in_environment else str(self.path)

    def listed(self) -> list[str]:
        """The keys, newest first. Raises: ConfigError where they are lost, are none, or others can read them."""
        told = os.environ.get(VARIABLE)
        kept = told.split(",") if told else read_key(self.path).decode("ascii", "replace").split()
        return _checked([key.strip() for key in kept if key.strip()], self.place)

    def ring(self) -> MultiFernet:
        """The ring as it is now. Raises as `listed`."""
        return MultiFernet([Fernet(key) for key in self.listed()])

    def make(self) -> None:
        """Make the file with a first key where there is neither file nor variable. Raises: ConfigError."""
        if not self.in_environment:
            write_key(self.path, new_key().encode() + b"\n")

    def replace(self, keys: Sequence[str]) -> None:
        """Have the file hold these keys, newest first; whole or not at all. Raises: ConfigError."""
        replace_key(self.path, "".join(f"{key}\n" for key in keys).encode())


def new_key() -> str:
    """A key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def hold_ring(session: Session, *, alone: bool = False) -> None:
    """Keep the ring from being changed until the transaction ends; `alone`: also from being used.

    A write transaction of SQLite is alone anyway.
    """
    if session.connection().dialect.name == "postgresql":
        shared = "" if alone else "_shared"
        session.execute(text(f"SELECT pg_advisory_xact_lock{shared}({_ADVISORY})"))


def _checked(keys: list[str], place: str) -> list[str]:
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise _improper(place) from error
    if not keys:
        raise _improper(place)
    return keys


def _improper(place: str) -> ConfigError:
    return ConfigError(
        f"{place} holds no proper keys.",
        remedy="Each is 32 random bytes in URL-safe base64; restore them from your backup of keys, "
        "or make one with `gleanery keys new-token-key` and sign in again.",
        stops_source=True,
    )
