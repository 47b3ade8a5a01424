"""The how-tos show settings that are accepted and name every function that is called."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from ruamel.yaml import YAML

from lms_adapters import canvas, cartridge, feed, moodle, table
from lms_adapters.canvas.refusals import SCOPES
from lms_adapters.moodle.activity import FIND_BY_NAME, FUNCTIONS
from lms_adapters.moodle.adapter import SITE_INFO
from lms_adapters.moodle.client import BATCH
from lms_adapters.moodle.entries import LIST
from lms_adapters.moodle.form import ROLES
from lms_adapters.moodle.plugin_zip import FOLDER
from lms_adapters.moodle.reading_back import FUNCTIONS as FUNCTIONS_READ
from lms_adapters.moodle.tier_activities import FUNCTIONS as PLUGIN
from tests.conftest import ROOT

KINDS = ("url", "page", "label")


def how_to(name: str) -> str:
    return (ROOT / "docs" / "how-to" / f"{name}.md").read_text("utf-8")


def configured(name: str) -> dict[str, Any]:
    """The settings of the destination in the how-to's example."""
    return examples(name, name)[0]


def examples(page: str, adapter: str) -> list[dict[str, Any]]:
    """The settings of each destination that the how-to shows."""
    found = []
    for block in re.findall(r"```yaml\n(.*?)```", how_to(page), re.DOTALL):
        (destination,) = YAML(typ="safe").load(block)["destinations"]
        assert destination["adapter"] == adapter
        found.append(destination["settings"])
    return found


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
        {LIST},
        {*FUNCTIONS_READ, BATCH},
    ]


def test_the_service_that_the_plugin_brings_holds_what_the_adapter_calls() -> None:
    declared = (FOLDER / "db" / "services.php").read_text("utf-8")
    missing = [name for name in (*FUNCTIONS_READ, BATCH, SITE_INFO, *PLUGIN) if f"'{name}'" not in declared]
    assert missing == []


def test_the_how_to_of_the_plugin_names_every_capability_that_it_asks_for() -> None:
    code = "".join(path.read_text("utf-8") for path in (FOLDER / "classes" / "external").glob("*.php"))
    asked = set(re.findall(r"'((?:local|moodle|mod)/\w+:\w+)'", code)) | {
        f"mod/{kind}:addinstance" for kind in KINDS
    }
    pages = how_to("moodle-plugin"), (FOLDER / "README.md").read_text("utf-8")
    for page in pages:
        assert [one for one in sorted(asked) if f"`{one}`" not in page] == []


@pytest.mark.parametrize("field", [name for name in moodle.FieldNames().model_dump().values() if name])
def test_the_how_to_of_moodle_describes_every_field(field: str) -> None:
    assert f"| `{field}` |" in how_to("moodle")


def test_the_examples_of_canvas_are_accepted_and_show_every_setting() -> None:
    shown = examples("canvas", "canvas")
    for settings in shown:
        canvas.Settings.model_validate(settings | {"token": secrets.token_hex(16)})
    assert {"allow_http"} | {name for settings in shown for name in settings} == set(
        canvas.Settings.model_fields
    )


def test_the_how_to_of_canvas_lists_the_scopes_that_are_needed() -> None:
    (listed,) = re.findall(r"```text\n(.*?)```", how_to("canvas"), re.DOTALL)
    assert tuple(listed.split()) == SCOPES


@pytest.mark.parametrize(
    ("page", "adapter", "settings"), [("feed", "feed", feed.Settings), ("csv", "table", table.Settings)]
)
def test_the_examples_of_feeds_and_tables_are_accepted_and_show_every_setting(
    page: str, adapter: str, settings: Any
) -> None:
    (shown,) = examples(page, adapter)
    settings.model_validate(shown)
    assert set(shown) == set(settings.model_fields)


def test_the_how_to_of_tables_describes_every_column_in_its_order() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", how_to("csv"), re.MULTILINE)) == table.COLUMNS
