"""Seals words that must not stand in clear anywhere: those a guard step blocks.

AES-256-GCM under a key in the key folder, outside the data folder; the row's id is bound in, so a sealed
text moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gleanery.errors import ConfigError

_NONCE = 12


class Vault:
    """Seals and opens bytes for a row."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._mark_key = hashlib.sha256(b"gleanery mark 1" + key).digest()

    @classmethod
    def create(cls, path: Path) -> Vault:
        """The vault whose key is in `path`, made (mode 0600) where absent. Raises: ConfigError."""
        write_key(path, AESGCM.generate_key(bit_length=256))
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Vault:
        """The vault whose key is in `path`. Raises: ConfigError where it is absent, damaged or open to others."""
        key = read_key(path)
        if len(key) != 32:
            raise ConfigError(f"The key {path} is damaged.", remedy="Restore it from your backup of keys.")
        return cls(key)

    def mark(self, text: str) -> bytes:
        """A keyed hash of 32 bytes: equal texts have equal marks, and a mark tells nothing without the key."""
        return hmac.digest(self._mark_key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def seal(self, row: UUID, clear: bytes) -> bytes:
        """The sealed form: nonce, then ciphertext bound to `row`."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, clear, row.bytes)

    def open(self, row: UUID, sealed: bytes) -> bytes:
        """The clear bytes. Raises: ConfigError where key and row do not fit."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], row.bytes)
        except InvalidTag as error:
            raise ConfigError(
                f"The sealed text {row} does not open with this key.",
                remedy="Restore the key folder that belongs to this database.",
            ) from error


def write_key(path: Path, key: bytes) -> None:
    """Keep a new key (mode 0600) unless there is one. Raises: ConfigError where the folder cannot be written."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_new(path, key)
    except OSError as error:
        raise ConfigError(
            f"The key folder {path.parent} cannot be made or written: {error.strerror}.",
            remedy="Set record.key_folder to a folder that this account may write.",
        ) from error


def read_key(path: Path) -> bytes:
    """The bytes of a key file. Raises: ConfigError where it is absent or open to others."""
    try:
        key, mode = path.read_bytes(), path.stat().st_mode & 0o777
    except OSError as error:
        raise ConfigError(
            f"The key {path} cannot be read: {error.strerror}.",
            remedy="Restore the key folder from your backup of keys, or set record.key_folder to where it is.",
        ) from error
    if mode & 0o077:
        raise ConfigError(f"The key {path} can be read by others.", remedy=f"Run: chmod 600 {path}")
    return key


def replace_key(path: Path, key: bytes) -> None:
    """Have the file hold another key (mode 0600): after a crash it holds the old one or the new one, whole.

    One caller at a time: what an earlier one left that was killed is removed. Raises: ConfigError where the folder
    cannot be written.
    """
    passing = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        for left in path.parent.glob(f".{path.name}.*"):
            left.unlink()
        _write_through(passing, key)
        passing.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        passing.unlink(missing_ok=True)
        raise ConfigError(
            f"The key {path} cannot be written: {error.strerror}.",
            remedy="Give this account write access to the key folder.",
        ) from error


def _write_through(path: Path, key: bytes) -> None:
    """Make a file for its owner alone, and return when it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(path: Path, key: bytes) -> None:
    """Write under a passing name and link: of two makers at once the first wins, and none sees half a key."""
    passing = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        _write_through(passing, key)
        if not path.exists():
            os.link(passing, path)
            _flush_folder(path.parent)
    except FileExistsError:
        return  # another maker was first; its key counts
    finally:
        passing.unlink(missing_ok=True)
