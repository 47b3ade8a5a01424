"""The how-tos show settings that are accepted and name every function that is called."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from ruamel.yaml import YAML

from lms_adapters import cartridge, moodle
from lms_adapters.moodle.activity import FIND_BY_NAME, FUNCTIONS
from lms_adapters.moodle.form import ROLES
from tests.conftest import ROOT


def how_to(name: str) -> str:
    return (ROOT / "docs" / "how-to" / f"{name}.md").read_text("utf-8")


def configured(name: str) -> dict[str, Any]:
    """The settings of the destination in the how-to's example."""
    block = re.search(r"```yaml\n(.*?)```", how_to(name), re.DOTALL)
    assert block
    (destination,) = YAML(typ="safe").load(block[1])["destinations"]
    assert destination["adapter"] == name
    settings: dict[str, Any] = destination["settings"]
    return settings


def test_the_example_of_the_cartridge_is_accepted_and_shows_every_setting() -> None:
    settings = configured("cartridge")
    cartridge.Settings.model_validate(settings)
    assert set(settings) == set(cartridge.Settings.model_fields)


def test_the_example_of_moodle_is_accepted_and_the_defaults_are_the_fields_shown() -> None:
    settings = configured("moodle") | {"token": secrets.token_hex(16)}
    made = moodle.Settings.model_validate(settings)
    assert made.fields.model_dump() == moodle.FieldNames().model_dump()
    assert set(settings["fields"]) == set(ROLES)


@pytest.mark.parametrize("setting", sorted(moodle.Settings.model_fields))
def test_the_how_to_of_moodle_names_every_setting(setting: str) -> None:
    assert re.search(rf"\b{setting}:", how_to("moodle"))


def test_the_how_to_of_moodle_lists_the_functions_that_are_needed() -> None:
    lists = re.findall(r"```text\n(.*?)```", how_to("moodle"), re.DOTALL)
    assert [set(listed.split()) for listed in lists] == [
        {"core_webservice_get_site_info", *FUNCTIONS},
        {FIND_BY_NAME},
    ]


@pytest.mark.parametrize("field", [name for name in moodle.FieldNames().model_dump().values() if name])
def test_the_how_to_of_moodle_describes_every_field(field: str) -> None:
    assert f"| `{field}` |" in how_to("moodle")
