"""The Ed25519 key that signs checkpoints.

It lives outside the data folder, so that whoever can rewrite the record cannot also sign for it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from xapi.errors import UnsafeKey


def sync_folder(folder: Path) -> None:
    """Makes a new or renamed name in `folder` survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def key_id_of(public_key: bytes) -> str:
    """The short name of a public key: 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def fingerprint_of(public_key: bytes) -> str:
    """The whole SHA-256 of a public key, hex: what people compare, since half of it could be forged one day."""
    return hashlib.sha256(public_key).hexdigest()


def public_key_in(pem: bytes) -> bytes:
    """The raw public key of a PEM text. Raises UnsafeKey if it holds another thing."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnsafeKey("this is no public key in PEM form") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UnsafeKey("this public key is no Ed25519 key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def signed_by(public_keys: Sequence[bytes], key_id: str, signature: bytes, message: bytes) -> bool:
    """Says whether the key of this id is among `public_keys` (raw, 32 bytes) and signed the message."""
    for public_key in public_keys:
        if key_id_of(public_key) != key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True
    return False


class Signer:
    """Signs with one Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.key_id = key_id_of(self.public_bytes())

    @classmethod
    def load_or_create(cls, path: Path) -> Signer:
        """The signer of the PEM file at `path`, which is made (mode 0600, synced) if there is none.

        Raises:
            UnsafeKey: the file is readable by others, unreadable for us, or no Ed25519 key.
        """
        if not path.exists():
            _create(path)
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Signer:
        """The signer of an existing PEM file. Raises UnsafeKey as `load_or_create` does."""
        try:
            mode = path.stat().st_mode & 0o777
            pem = path.read_bytes()
        except OSError as error:
            raise UnsafeKey(f"signing key {path} cannot be read: {error.strerror}") from error
        if mode & 0o077:
            raise UnsafeKey(f"signing key {path} is open to others (mode {mode:04o}): chmod 600 {path}")
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise UnsafeKey(
                f"signing key {path} is no unencrypted PEM key: restore it from a backup"
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise UnsafeKey(f"signing key {path} is not an Ed25519 key: restore it or choose another file")
        return cls(key)

    def public_bytes(self) -> bytes:
        """The raw public key, 32 bytes: what a verifier needs."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def public_pem(self) -> bytes:
        """The public key as a PEM text, to give away."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(message)


def _create(path: Path) -> None:
    """Writes a new key under a passing name and links it to `path`; of two makers the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    passing = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(passing, path)
        except FileExistsError:
            return
    finally:
        passing.unlink()
    sync_folder(path.parent)
