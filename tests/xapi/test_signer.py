"""The signing key and its file."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from xapi.errors import UnsafeKey
from xapi.signer import Signer, key_id_of, signed_by


def test_a_new_key_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing.pem"
    Signer.load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["signing.pem"]


def test_the_key_is_the_same_when_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    first, second = Signer.load_or_create(path), Signer.load_or_create(path)
    assert first.public_bytes() == second.public_bytes()
    assert first.key_id == second.key_id == key_id_of(first.public_bytes())


def test_makers_at_the_same_time_end_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    gate = threading.Barrier(8)
    found: list[str] = []

    def make() -> None:
        gate.wait()
        found.append(Signer.load_or_create(path).key_id)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_reach_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "signing.pem"
    Signer.load_or_create(path)
    os.chmod(path, mode)
    with pytest.raises(UnsafeKey, match="chmod 600"):
        Signer.load_or_create(path)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    path.touch(mode=0o600)
    with pytest.raises(UnsafeKey, match="no unencrypted PEM key"):
        Signer.load(path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    path.touch(mode=0o600)
    key = generate_private_key(public_exponent=65537, key_size=2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(UnsafeKey, match="not an Ed25519 key"):
        Signer.load(path)


def test_a_missing_key_is_not_made_by_a_mere_load(tmp_path: Path) -> None:
    with pytest.raises(UnsafeKey, match="cannot be read"):
        Signer.load(tmp_path / "signing.pem")
    assert not list(tmp_path.iterdir())


def test_a_signature_holds_for_its_message_and_its_key_only(tmp_path: Path) -> None:
    one, two = Signer.load_or_create(tmp_path / "one.pem"), Signer.load_or_create(tmp_path / "two.pem")
    signature = one.sign(b"message")
    keys = [two.public_bytes(), one.public_bytes()]
    assert signed_by(keys, one.key_id, signature, b"message")
    assert not signed_by(keys, one.key_id, signature, b"another")
    assert not signed_by(keys, two.key_id, signature, b"message")
    assert not signed_by([two.public_bytes()], one.key_id, signature, b"message")
