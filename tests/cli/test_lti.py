"""gleanery lti: the registration at an LMS on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import make_house
from tests.test_cli import Done, gleanery

Run = Callable[..., Done]

TOOL = "https://gleanery.example.org/in/destination-academy"


@pytest.fixture
def run(tmp_path: Path) -> object:
    make_house(
        tmp_path,
        serve={"address": "https://gleanery.example.org"},
        destinations=[{"name": "academy", "adapter": "lti"}, {"name": "file", "adapter": "cartridge"}],
    ).close()
    return lambda *arguments: gleanery("lti", *arguments, cwd=tmp_path)


def _json(done: Done) -> object:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_way_from_the_first_look_to_a_new_key(run: Run) -> None:
    shown = run("show", "academy")
    assert "Not registered at an LMS yet." in shown.stdout
    told = _json(run("show", "academy", "--json"))
    assert isinstance(told, dict)
    assert told["addresses"]["login"] == f"{TOOL}/login"
    assert run("invite", "academy").stdout.startswith(f"{TOOL}/register?token=")
    again = _json(run("invite", "academy", "--json"))
    assert isinstance(again, dict)
    assert again["address"].startswith(TOOL)
    assert "2 keys are published" in run("rotate-keys", "academy").stdout
    assert _json(run("rotate-keys", "academy", "--json")) == {"published": 3}
    assert "No launch came yet." in run("log", "academy").stdout
    assert _json(run("log", "academy", "--json")) == []
    assert _json(run("roster", "academy", "--json")) == []
    checks = _json(run("test", "academy", "--json"))
    assert isinstance(checks, list)
    assert [check["name"] for check in checks] == ["address", "registered"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("approve", "academy", "7"), 7, "no launch came"),
        (("refuse", "academy", "7"), 7, "no launch came"),
        (("roster", "academy", "2"), 3, "no LMS is registered"),
        (("show", "file"), 3, "not registered at an LMS"),
        (("invite", "nowhere"), 3, "nowhere"),
    ],
)
def test_what_cannot_be_done_says_why(run: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, words in done.stderr + done.stdout) == (code, True), done.stderr
