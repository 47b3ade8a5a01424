"""One YAML file, unknown keys refused, secrets only by reference."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from gleanery.config import load, plugin_settings
from gleanery.errors import ConfigError
from gleanery.plugins import plugin
from gleanery.ports import Settings


class Example(Settings):
    url: str
    token: SecretStr
    folder: Path | None = None


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def test_an_empty_file_gives_the_defaults_and_paths_are_taken_from_its_folder(tmp_path: Path) -> None:
    config = load(write(tmp_path, ""))
    assert config.data == tmp_path / "data"
    assert config.curation.auto_approve == "off"
    assert config.serve.host == "127.0.0.1"


def test_the_environment_moves_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANERY_DATA", str(tmp_path / "other"))
    assert load(write(tmp_path, "data: here")).data == tmp_path / "other"


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("sorces: []", "sorces", "'sources'"),
        ("delivery: {undo_second: 3}", "delivery.undo_second", "'undo_seconds'"),
        ("sources: [{name: a, connector: feeds, setings: {}}]", "sources.0.setings", "'settings'"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_valid_name(
    tmp_path: Path, text: str, key: str, near: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text))
    assert f"'{key}'" in str(caught.value)
    assert near in str(caught.value)


def test_a_wrong_value_is_named_by_its_key_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"delivery\.undo_seconds") as caught:
        load(write(tmp_path, "delivery: {undo_seconds: hunter2}"))
    assert "hunter2" not in str(caught.value)


def test_yaml_that_does_not_parse_is_told_by_line_without_its_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="line 2") as caught:
        load(write(tmp_path, "data: x\n  token: [hunter2\n"))
    assert "hunter2" not in str(caught.value)


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gleanery init"):
        load(tmp_path / "config.yaml")


def test_a_secret_written_into_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"places\.lms\.token") as caught:
        plugin_settings(Example, {"url": "https://x.example", "token": "hunter2"}, "places.lms", tmp_path)
    assert "hunter2" not in str(caught.value)
    assert "{env: NAME}" in str(caught.value)


def test_a_secret_comes_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_TOKEN", "from-env")
    (tmp_path / "token").write_text("from-file\n")
    for reference, expected in (({"env": "LMS_TOKEN"}, "from-env"), ({"file": "token"}, "from-file")):
        settings = plugin_settings(Example, {"url": "u", "token": reference}, "places.lms", tmp_path)
        assert settings.token.get_secret_value() == expected
        assert expected not in repr(settings)


@pytest.mark.parametrize("reference", [{"env": "NOT_SET_ANYWHERE"}, {"file": "absent"}])
def test_a_reference_that_leads_nowhere_is_named(tmp_path: Path, reference: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(reference.values()))):
        plugin_settings(Example, {"url": "u", "token": reference}, "places.lms", tmp_path)


def test_a_relative_path_of_a_plugin_is_taken_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T", "t")
    settings = plugin_settings(Example, {"url": "u", "token": {"env": "T"}, "folder": "in"}, "p", tmp_path)
    assert settings.folder == tmp_path / "in"


def test_a_database_address_with_a_password_is_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="database") as caught:
        load(write(tmp_path, "database: postgresql://me:hunter2@127.0.0.1/x"))
    assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("DATABASE", "postgresql://me:hunter2@127.0.0.1/x")
    assert "hunter2" in load(write(tmp_path, "database: {env: DATABASE}")).database_url


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me@127.0.0.1/x?password=hunter2",
        "postgresql://me@127.0.0.1/x?sslmode=require&PassWord=hunter2",
        "postgresql://me@127.0.0.1/x?pass%77ord=hunter2",
        "postgresql://me@127.0.0.1/x?sslpassword=hunter2",
        "host=127.0.0.1 password=hunter2",
        "postgresql://me:hunter2@[127.0.0.1/x",
    ],
)
def test_a_password_anywhere_in_a_database_address_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="database") as caught:
        load(write(tmp_path, f"database: {address!r}"))
    assert "hunter2" not in str(caught.value)


def test_a_database_address_without_password_may_stand_in_the_file(tmp_path: Path) -> None:
    address = "postgresql://me@127.0.0.1/x?sslmode=require&passfile=/etc/pass"
    assert load(write(tmp_path, f"database: {address}")).database_url == address


def test_a_key_that_stands_twice_is_told_by_line_without_its_values(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 3.*a key stands twice") as caught:
        load(write(tmp_path, "data: x\nserve: {}\ndata: hunter2\n"))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "one"),
    [
        ("sources", "{name: twin, connector: feeds}"),
        ("destinations", "{name: twin, adapter: cartridge}"),
        ("goals", "{name: twin, title: A goal}"),
        ("frameworks", "{name: twin, path: f.csv}"),
    ],
)
def test_two_parts_of_one_name_are_refused_by_name(tmp_path: Path, section: str, one: str) -> None:
    with pytest.raises(ConfigError, match=f"'{section}'.*'twin'"):
        load(write(tmp_path, f"{section}: [{one}, {one}]"))


def test_a_plugin_name_that_two_packages_offer_is_refused_where_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("first", "second"):
        folder = tmp_path / f"{package}_reader-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}-reader\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text("[gleanery.connectors]\ntwin = connectors.file:File\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match="two installed packages offer this name"):
        plugin("connector", "twin")
