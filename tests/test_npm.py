"""What tests need from npm is there, or they fail and say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import npm


def test_versions_are_pinned_by_hash_and_no_address_stands_in_the_lock() -> None:
    lock = (npm.HERE / "package-lock.json").read_text("utf-8")
    packages = {name: one for name, one in json.loads(lock)["packages"].items() if name}
    assert packages
    assert "://" not in lock
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())


def test_without_npm_it_says_that_npm_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"install Node\.js with npm"):
        npm.node_modules()
    assert not list((tmp_path / "gleanery-tests").iterdir())


@pytest.mark.proof
def test_without_a_registry_it_says_that_npm_must_reach_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name, value in (
        ("registry", "http://127.0.0.1:9/"),
        ("fetch_retries", "0"),
        ("cache", str(tmp_path / "npm")),
    ):
        monkeypatch.setenv(f"npm_config_{name}", value)
    with pytest.raises(RuntimeError, match="let it reach its registry"):
        npm.node_modules()
    assert not list((tmp_path / "gleanery-tests").iterdir())
