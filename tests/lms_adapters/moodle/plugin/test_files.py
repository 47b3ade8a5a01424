"""The plugin as files: PHP that parses, Moodle's conventions, its licence, and the zip that is installed."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gleanery.cli import app
from lms_adapters.moodle import Moodle
from lms_adapters.moodle.plugin_zip import FOLDER
from lms_adapters.moodle.refusals import PLUGIN_REFUSALS
from lms_adapters.moodle.tier_activities import FUNCTIONS
from tests.conftest import ROOT

PHP = sorted(FOLDER.rglob("*.php"))
NAMES = [str(path.relative_to(FOLDER)) for path in PHP]
FROM_CORE = {"moduledisable"}


def run_php(code: str) -> str:
    """What a piece of PHP prints; any warning is an error."""
    strict = "set_error_handler(function ($no, $text) { throw new ErrorException($text); });"
    done = subprocess.run(["php", "-r", strict + code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_file_passes_php_lint() -> None:
    """PHP before 8.3 looks at the first file only, so each gets a run of its own."""
    for path in PHP:
        done = subprocess.run(["php", "-l", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "No syntax errors" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_whose_it_is_and_under_which_licence(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    assert text.startswith("<?php\n// This file is part of Moodle - https://moodle.org/\n")
    assert "either version 3 of the License, or\n// (at your option) any later version" in text
    assert "@package    local_gleanery\n" in text
    assert "@license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later" in text
    assert max(len(line) for line in text.splitlines()) <= 132


def test_the_plugin_brings_the_whole_gpl_and_nothing_else_of_the_project_is_under_it() -> None:
    licence = (FOLDER / "LICENSE").read_text("utf-8")
    assert licence.lstrip().startswith("GNU GENERAL PUBLIC LICENSE\n                       Version 3")
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
    assert not [path for path in (ROOT / "lms_adapters").rglob("*.php") if FOLDER not in path.parents]


def test_both_languages_have_the_same_strings_and_every_refusal_is_one_of_them() -> None:
    read = "define('MOODLE_INTERNAL', 1); $string = []; require '{}'; echo json_encode($string);"
    english, german = (
        json.loads(run_php(read.format(FOLDER / "lang" / code / "local_gleanery.php")))
        for code in ("en", "de")
    )
    assert set(english) == set(german)
    told = "".join(path.read_text("utf-8") for path in (FOLDER / "classes").rglob("*.php"))
    reasons = set(re.findall(r"(?:new refused\(|moodle_exception\()'(\w+)'", told))
    assert reasons <= set(english)
    assert reasons == set(PLUGIN_REFUSALS) - FROM_CORE
    assert {"pluginname", "privacy:metadata", "gleanery:manage"} <= set(english)


def test_each_function_has_its_class_and_the_service_is_for_chosen_accounts_only() -> None:
    code = (
        f"define('MOODLE_INTERNAL', 1); require '{FOLDER / 'db' / 'services.php'}';"
        "echo json_encode([$functions, $services]);"
    )
    functions, services = json.loads(run_php(code))
    assert set(functions) == set(FUNCTIONS)
    for name, declared in functions.items():
        assert (FOLDER / "classes" / "external" / f"{name.removeprefix('local_gleanery_')}.php").exists()
        assert declared["ajax"] is False
        assert "local/gleanery:manage" in declared["capabilities"]
    (service,) = services.values()
    assert service["restrictedusers"] == 1
    assert set(FUNCTIONS) < set(service["functions"])


def test_the_capability_is_given_to_nobody_by_itself_and_warns_of_its_risk() -> None:
    constants = "define('MOODLE_INTERNAL', 1); const RISK_XSS = 4, RISK_SPAM = 16, CONTEXT_COURSE = 50;"
    code = f"{constants} require '{FOLDER / 'db' / 'access.php'}'; echo json_encode($capabilities);"
    (capability,) = json.loads(run_php(code)).values()
    assert capability["archetypes"] == []
    assert capability["riskbitmask"] & 4
    assert capability["contextlevel"] == 50


def test_the_zip_has_the_same_bytes_each_time_and_all_files_in_the_folder_that_moodle_wants() -> None:
    name, content = Moodle.shipped()
    assert Moodle.shipped() == (name, content)
    assert re.fullmatch(r"local_gleanery-\d+\.\d+\.\d+\.zip", name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        inside = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    files = {
        f"gleanery/{path.relative_to(FOLDER).as_posix()}": path
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    assert inside == {name: path.read_bytes() for name, path in files.items()}
    assert {"gleanery/version.php", "gleanery/LICENSE", "gleanery/README.md"} <= set(inside)


def test_the_command_writes_the_zip_and_says_where_it_goes(tmp_path: Path) -> None:
    target = tmp_path / "plugin.zip"
    done = CliRunner().invoke(app, ["destinations", "moodle-plugin", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert target.read_bytes() == Moodle.shipped()[1]
    assert "Install plugins" in done.output


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["destinations", "moodle-plugin", "--out", str(tmp_path / "no" / "x.zip")])
    assert done.exit_code != 0
    assert "cannot be written" in str(done.exception)


def test_the_functions_load_in_moodle_4_1_which_has_their_parents_without_a_namespace(tmp_path: Path) -> None:
    parents = ("value", "single_structure", "multiple_structure")
    library = "".join(
        f"class external_{name} {{ public function __construct(...$of) {{}} }}" for name in parents
    )
    library += "class external_function_parameters extends external_single_structure {} class external_api {}"
    (tmp_path / "externallib.php").write_text("<?php " + library)
    types = [
        "INT",
        "BOOL",
        "ALPHA",
        "ALPHANUM",
        "ALPHANUMEXT",
        "TEXT",
        "RAW",
        "RAW_TRIMMED",
        "URL",
        "CAPABILITY",
    ]
    constants = "".join(f"const PARAM_{name} = '{name}';" for name in types)
    code = f"""
        {constants} const VALUE_DEFAULT = 0;
        $CFG = (object) ['libdir' => '{tmp_path}'];
        spl_autoload_register(function ($class) {{
            if (str_starts_with($class, 'local_gleanery')) {{
                require '{FOLDER}/classes/' . str_replace('\\\\', '/', substr($class, 15)) . '.php';
            }}
        }});
        foreach (['upsert_item', 'upsert_section', 'delete_item', 'get_items'] as $name) {{
            $class = 'local_gleanery\\\\external\\\\' . $name;
            $class::execute_returns();
            echo get_class($class::execute_parameters()), ' ';
        }}"""
    assert run_php(code) == "external_function_parameters " * 4
