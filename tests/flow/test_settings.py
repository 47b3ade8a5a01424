"""Settings changed while the house is open: comments kept, whole or not at all, followed by every house."""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path
from typing import Any

import pytest

from gleanery.audit import AuditLog
from gleanery.config import load
from gleanery.errors import BadInput, ConfigError, Denied
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.settings import change_settings, forget_secret, secret_file
from tests.house import make_house

COMMENT = "# chosen by the works council\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = make_house(tmp_path)
    path = tmp_path / "config.yaml"
    path.write_text(COMMENT + path.read_text("utf-8"), "utf-8")
    path.chmod(0o600)
    made.notice_settings()
    return made


def goal(name: str) -> Any:
    def edit(document: Any) -> None:
        document.setdefault("goals", []).append({"name": name, "title": name})

    return edit


def goals(house: House) -> list[str]:
    return [one.name for one in house.config.goals]


def actions(house: House) -> list[str]:
    return [line.action for line in AuditLog(house.store).lines()]


def text(house: House) -> str:
    assert house.config.file is not None
    return house.config.file.read_text("utf-8")


def test_a_change_keeps_comments_and_mode_and_counts_at_once(house: House) -> None:
    change_settings(house, "curator", goal("safe"))
    assert goals(house) == ["safe"]
    assert text(house).startswith(COMMENT)
    assert house.config.file is not None
    assert house.config.file.stat().st_mode & 0o777 == 0o600
    assert actions(house)[-1] == "settings.changed"


def test_what_would_be_no_configuration_changes_nothing(house: House) -> None:
    before = text(house)

    def edit(document: Any) -> None:
        document["sorces"] = []

    with pytest.raises(ConfigError, match="sorces"):
        change_settings(house, "curator", edit)
    assert (text(house), actions(house).count("settings.changed")) == (before, 0)
    assert [path.name for path in house.config.folder.glob(".config*")] == []


def test_an_edit_that_changes_nothing_is_not_told(house: House) -> None:
    change_settings(house, "curator", lambda document: None)
    assert "settings.changed" not in actions(house)


def test_another_house_of_the_same_file_follows(house: House, tmp_path: Path) -> None:
    other = open_house(load(tmp_path / "config.yaml"))
    change_settings(house, "curator", goal("safe"))
    assert goals(other) == []
    other.notice_settings()
    assert goals(other) == ["safe"]
    other.close()


def test_what_derives_from_the_settings_is_made_anew(house: House) -> None:
    before = house.screened_as
    change_settings(house, "curator", goal("safe"))
    assert house.screened_as != before


def test_a_broken_edit_by_hand_is_told_and_what_was_before_counts_on(house: House) -> None:
    change_settings(house, "curator", goal("safe"))
    good = text(house)
    assert house.config.file is not None
    house.config.file.write_text(good + "nonsense: [", "utf-8")
    house.notice_settings()
    assert goals(house) == ["safe"]
    assert "not valid YAML" in house.settings_fault
    house.config.file.write_text(good.replace("safe", "sure"), "utf-8")
    house.notice_settings()
    assert (goals(house), house.settings_fault) == (["sure"], "")


def test_changes_at_the_same_time_are_all_kept(house: House) -> None:
    names = [f"goal{number}" for number in range(6)]
    threads = [threading.Thread(target=change_settings, args=(house, "curator", goal(one))) for one in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(goals(house)) == names


def test_what_somebody_writes_by_hand_at_the_same_moment_is_not_lost(house: House) -> None:
    assert house.config.file is not None
    path, by_hand = house.config.file, text(house) + "goals: [{name: by-hand, title: By hand}]\n"

    def edit(document: Any) -> None:
        goal("safe")(document)
        path.write_text(by_hand, "utf-8")

    with pytest.raises(Denied, match="changed by hand"):
        change_settings(house, "curator", edit)
    assert (text(house), "settings.changed" in actions(house)) == (by_hand, False)
    change_settings(house, "curator", goal("safe"))
    assert goals(house) == ["by-hand", "safe"]


def test_a_file_that_is_no_configuration_is_told_before_it_is_changed(house: House) -> None:
    assert house.config.file is not None
    house.config.file.write_text("- a list\n", "utf-8")
    with pytest.raises(ConfigError, match="must hold keys"):
        change_settings(house, "curator", goal("safe"))
    assert text(house) == "- a list\n"


def test_where_it_listens_and_its_data_stay(house: House) -> None:
    def edit(document: Any) -> None:
        document["serve"] = {"port": 9999, "address": "https://learn.example.org"}
        document["data"] = "elsewhere-data"

    before = house.config
    change_settings(house, "curator", edit)
    assert (house.config.serve.port, house.config.data) == (before.serve.port, before.data)
    assert house.config.serve.address == "https://learn.example.org"


def test_a_secret_stands_in_a_file_of_its_own_for_its_owner_alone(house: House) -> None:
    value = secrets.token_hex(16)
    reference = secret_file(house, "source-team.token", f" {value}\n")
    path = Path(reference["file"])
    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == (value, 0o600)
    assert path.is_relative_to(house.keys)
    other = secrets.token_hex(16)
    assert secret_file(house, "source-team.token", other) == reference
    assert path.read_text("utf-8") == other
    assert forget_secret(house, reference)
    assert not path.exists()


@pytest.mark.parametrize("name", ["../outside", "a/b", "", "Ü", ".hidden"])
def test_a_secret_has_a_plain_name(house: House, name: str) -> None:
    with pytest.raises(BadInput):
        secret_file(house, name, secrets.token_hex(16))


@pytest.mark.parametrize("value", ["", "  ", "a\x00b", "x" * 20_001])
def test_what_is_no_secret_is_refused(house: House, value: str) -> None:
    with pytest.raises(BadInput):
        secret_file(house, "source-team.token", value)


def test_a_file_of_another_place_is_left_alone(house: House, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text(secrets.token_hex(16), "utf-8")
    assert not forget_secret(house, {"file": str(mine)})
    assert not forget_secret(house, {"env": "NAME"})
    assert os.path.exists(mine)
