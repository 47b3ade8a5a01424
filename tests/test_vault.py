"""Words that must not stand in clear are sealed to their row."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from gleanery.errors import ConfigError
from gleanery.vault import Vault


def test_what_is_sealed_opens_again_and_shows_nothing(tmp_path: Path) -> None:
    vault, row = Vault.create(tmp_path / "keys" / "vault.key"), uuid4()
    sealed = vault.seal(row, b"the words")
    assert b"words" not in sealed
    assert Vault.load(tmp_path / "keys" / "vault.key").open(row, sealed) == b"the words"


def test_a_sealed_text_moved_to_another_row_does_not_open(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path / "vault.key")
    with pytest.raises(ConfigError, match="does not open"):
        vault.open(uuid4(), vault.seal(uuid4(), b"the words"))


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault.key")
    (tmp_path / "vault.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        Vault.create(tmp_path / "vault.key")


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault.key")
    (tmp_path / "vault.key").write_bytes(b"short")
    with pytest.raises(ConfigError, match="damaged"):
        Vault.create(tmp_path / "vault.key")


def test_a_lost_key_is_told_and_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"record\.key_folder"):
        Vault.load(tmp_path / "vault.key")
    assert not (tmp_path / "vault.key").exists()


def test_a_key_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands here")
    with pytest.raises(ConfigError, match=r"record\.key_folder") as caught:
        Vault.create(tmp_path / "taken" / "vault.key")
    assert str(tmp_path / "taken") in str(caught.value)


def test_making_a_key_that_is_there_keeps_it(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault.key")
    before = (tmp_path / "vault.key").read_bytes()
    Vault.create(tmp_path / "vault.key")
    assert (tmp_path / "vault.key").read_bytes() == before
