"""The commands as a person meets them: help, JSON, exit codes, and bad input with its message."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gleanery import __version__
from gleanery.cli import main
from tests.house import article, file_source, records, slack_source, write_config


@dataclass(frozen=True)
class Done:
    """What a command printed and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def gleanery(*words: str, cwd: Path) -> Done:
    """Run a command in `cwd` through the program's own entry, in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err):
        sys.argv = ["gleanery", *words]
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def told(*words: str, cwd: Path) -> Any:
    """What a command prints with --json; it must end well."""
    done = gleanery(*words, "--json", cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def refused(*words: str, cwd: Path, code: int) -> str:
    """The message of a command that must fail with this exit code and say what to do."""
    done = gleanery(*words, cwd=cwd)
    assert done.returncode == code, done.stdout + done.stderr
    assert "What to do:" in done.stderr
    return done.stderr


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal wide enough for every table."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["gleanery"])


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A founded house with three articles waiting."""
    source = file_source(records(tmp_path, map(article, range(3))))
    write_config(tmp_path, sources=[source], destinations=[{"name": "cartridge", "adapter": "cartridge"}])
    told("init", cwd=tmp_path)
    told("run", cwd=tmp_path)
    return tmp_path


HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "pydantic",
    "fastapi",
    "requests",
    "numpy",
    "lxml",
    "cryptography",
    "ruamel",
)


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """What keeps `gleanery --help` quick; benchmarks/help.py measures it."""
    program = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from gleanery.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


ELSEWHERE = (
    "alembic",
    "apscheduler",
    "fastapi",
    "feedparser",
    "googleapiclient",
    "httptools",
    "jinja2",
    "lxml",
    "numpy",
    "psycopg",
    "py3langid",
    "requests",
    "slack_sdk",
    "tweepy",
    "urllib3",
    "uvicorn",
    "connectors",
    "lms_adapters",
    "gleanery.doctor",
    "gleanery.flow.delivering",
    "gleanery.flow.reading",
    "gleanery.flow.running",
    "gleanery.http",
    "xapi.forwarding",
    "xapi.lrs.http.app",
)
"""What reads, compares, sends or serves: a command that shows what is there wants none of it."""


@pytest.mark.parametrize("words", [("queue",), ("audit", "verify"), ("sources", "list")])
def test_a_command_that_only_shows_loads_nothing_that_reads_or_sends(
    house: Path, words: tuple[str, ...]
) -> None:
    program = (
        "import sys\n"
        "from gleanery.cli import app\n"
        f"app({list(words)!r}, standalone_mode=False)\n"
        f"print([name for name in {ELSEWHERE!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=house, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "[]\n"), done.stdout


def test_the_version_needs_no_command(tmp_path: Path) -> None:
    assert gleanery("--version", cwd=tmp_path).stdout.strip() == __version__


def test_an_empty_start_lets_nothing_leave_and_names_the_next_step(tmp_path: Path) -> None:
    first = told("init", cwd=tmp_path)
    assert first["config_written"]
    assert "sources add" in first["next"]
    run = told("run", cwd=tmp_path)
    assert (run["new_posts"], run["new_deliveries"], run["audit"]) == (0, 0, "verified")
    assert "Next: gleanery sources add" in gleanery("queue", cwd=tmp_path).stdout
    assert not list((tmp_path / "data").rglob("*.imscc"))


def test_the_whole_way_by_commands(house: Path) -> None:
    queue = told("queue", cwd=house)
    assert queue["total"] == 3
    item = queue["items"][0]["id"]
    assert (
        told("decide", item[:8], "approve", "--by", "curator", "--reason", "good", cwd=house)["by"]
        == "curator"
    )
    assert told("show", item, cwd=house)["decisions"][0]["by"] == "curator"
    assert told("deliver", cwd=house)["destinations"][0]["delivered"] == 1
    notes = told("decide", item, "retract", cwd=house)["notes"]
    assert "cannot be recalled" in notes[0]
    assert told("undo", item, cwd=house)["undone"] == "retract"
    assert told("audit", "verify", cwd=house)["audit"] == "verified"
    lines = gleanery("audit", "export", cwd=house).stdout.splitlines()
    assert any(json.loads(line)["who"] == "curator" for line in lines)


def test_an_item_shows_its_score_with_the_parts_and_is_judged_again_alike(house: Path) -> None:
    item = told("queue", cwd=house)["items"][0]["id"]
    scores = {
        name: one
        for found in told("show", item, cwd=house)["row"]["reasons"]
        for name, one in found["scores"].items()
    }
    assert {"quality", "substance"} <= scores.keys()
    assert "Quality 0." in gleanery("show", item, cwd=house).stdout
    outcomes = {one["outcome"] for one in told("replay", item, cwd=house)["findings"]}
    assert outcomes == {"same"}
    assert "same" in gleanery("replay", item, cwd=house).stdout


def test_a_second_run_adds_nothing(house: Path) -> None:
    again = told("run", cwd=house)
    assert {
        key: value for key, value in again.items() if key not in ("audit", "fault_list", "notes") and value
    } == {}


def test_every_table_has_its_human_form(house: Path) -> None:
    for words in (
        ["queue"],
        ["sources", "list"],
        ["sources", "check"],
        ["plugins"],
        ["doctor"],
        ["run"],
        ["deliver"],
    ):
        done = gleanery(*words, cwd=house)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.strip()


def test_sources_add_checks_writes_and_keeps_comments(house: Path) -> None:
    config = house / "config.yaml"
    config.write_text("# keep me\n" + config.read_text())
    path = records(house, [article(9)], "more.jsonl")
    words = [
        "--set",
        f"path={path}",
        "--set",
        "realm=test",
        "--set",
        "fields={external_id: id, title: title, url: url}",
    ]
    told("sources", "add", "more", "file", *words, cwd=house)
    assert config.read_text().startswith("# keep me")
    assert told("run", cwd=house)["new_posts"] == 1
    assert "already" in refused("sources", "add", "more", "file", *words, cwd=house, code=5)


# --------------------------------------------------------------------------- bad input, each with its message


def test_an_unknown_key_is_refused_with_the_nearest_name(house: Path) -> None:
    (house / "config.yaml").write_text("destinatons: []\n")
    assert "'destinations'" in refused("run", cwd=house, code=3)


def test_a_secret_in_the_file_is_refused_and_not_repeated(house: Path) -> None:
    settings = {"url": "https://moodle.example.org", "token": "hunter2hunter2", "database": 1}
    write_config(house, destinations=[{"name": "lms", "adapter": "moodle", "settings": settings}])
    done = gleanery("doctor", cwd=house)
    assert done.returncode == 3
    assert "destinations.lms.settings.token" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_a_missing_configuration_names_init(tmp_path: Path) -> None:
    assert "gleanery init" in refused("run", cwd=tmp_path, code=3)


def test_a_house_that_was_never_founded_names_init(tmp_path: Path) -> None:
    write_config(tmp_path)
    assert "gleanery init" in refused("run", cwd=tmp_path, code=3)


def test_a_zip_that_is_no_slack_export_says_what_is_missing(house: Path) -> None:
    with zipfile.ZipFile(house / "photos.zip", "w") as archive:
        archive.writestr("holiday.txt", "sun")
    write_config(house, sources=[slack_source(house / "photos.zip")])
    [fault] = told("run", cwd=house)["fault_list"]
    assert "photos.zip" in fault["message"]
    assert "channels.json" in fault["message"]


def test_truncated_json_names_file_and_place(house: Path) -> None:
    (house / "cut.json").write_text('[{"id": "1", "title": "One"}, {"id": "2", "ti')
    write_config(house, sources=[file_source(house / "cut.json")])
    [fault] = told("run", cwd=house)["fault_list"]
    assert "cut.json" in fault["message"]


def test_a_framework_with_a_broken_header_names_the_column(house: Path) -> None:
    (house / "skills.csv").write_text("id,lable,alt_labels,parent\n1,Ladders,,\n")
    write_config(house, frameworks=[{"name": "ours", "path": "skills.csv"}])
    [fault] = told("run", cwd=house)["fault_list"]
    assert "label" in fault["message"]


def test_an_unknown_item_is_named(house: Path) -> None:
    assert "deadbeef" in refused("decide", "deadbeef", "approve", cwd=house, code=5)
    assert "deadbeef" in refused("show", "deadbeef", cwd=house, code=5)


def test_a_database_of_a_newer_version_is_left_alone(house: Path) -> None:
    with sqlite3.connect(house / "data" / "gleanery.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for words in (["run"], ["init"], ["db", "upgrade"]):
        assert "newer version of gleanery" in refused(*words, cwd=house, code=3)


def test_a_data_folder_that_cannot_be_written_is_named(house: Path) -> None:
    for path in (house / "data", house / "data" / "gleanery.db"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    command = [sys.executable, "-m", "gleanery", "run", "--config", str(house / "config.yaml")]
    if os.geteuid() == 0:
        command = [
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--bounding-set=-all",
            *command,
        ]
        for folder in (house, *house.parents[:2]):
            folder.chmod(0o755)
    done = subprocess.run(command, cwd=house, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "What to do:" in done.stderr


def test_errors_are_told_as_json_when_asked(house: Path) -> None:
    done = gleanery("show", "deadbeef", "--json", cwd=house)
    assert json.loads(done.stdout)["exit_code"] == done.returncode == 5
