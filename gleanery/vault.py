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
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                _write_new(path, AESGCM.generate_key(bit_length=256))
        except OSError as error:
            raise ConfigError(
                f"The key folder {path.parent} cannot be made or written: {error.strerror}.",
                remedy="Set record.key_folder to a folder that this account may write.",
            ) from error
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Vault:
        """The vault whose key is in `path`. Raises: ConfigError where it is absent, damaged or open to others."""
        try:
            key, mode = path.read_bytes(), path.stat().st_mode & 0o777
        except OSError as error:
            raise ConfigError(
                f"The key {path} cannot be read: {error.strerror}.",
                remedy="Restore the key folder from your backup of keys, or set record.key_folder to where it is.",
            ) from error
        if mode & 0o077:
            raise ConfigError(f"The key {path} can be read by others.", remedy=f"Run: chmod 600 {path}")
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


def _write_new(path: Path, key: bytes) -> None:
    """Write under a passing name and link: of two makers at once the first wins, and none sees half a key."""
    passing = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            os.link(passing, path)
    except FileExistsError:
        return  # another maker was first; its key counts
    finally:
        passing.unlink()
