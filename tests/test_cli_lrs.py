"""The commands of the record store: its keys, and the store served alone."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.model.record import Entry
from tests.house import write_config
from tests.test_cli import gleanery, refused, terminal, told
from xapi.errors import KeyRefused
from xapi.lrs.database import Database
from xapi.lrs.keys import Keys

__all__ = ["terminal"]
AGENT = '{"mbox":"mailto:courses@example.org"}'


@pytest.fixture
def founded(tmp_path: Path) -> Path:
    """The folder of a founded house."""
    write_config(tmp_path, lrs={"public_url": "https://learning.example.org/xapi"})
    told("init", cwd=tmp_path)
    return tmp_path


@pytest.fixture
def alone(tmp_path: Path) -> str:
    """The file of an empty record store."""
    path = tmp_path / "alone.db"
    database = Database(str(path))
    database.migrate()
    database.close()
    return str(path)


def opens(file: Path | str, name: str, secret: str) -> bool:
    """Whether the key opens the store in this file."""
    database = Database(str(file))
    try:
        with database.read() as connection:
            Keys(connection).check(name, secret)
    except KeyRefused:
        return False
    finally:
        database.close()
    return True


def test_a_key_is_added_listed_and_revoked_in_the_house(founded: Path) -> None:
    added = told("lrs", "keys", "add", "course", cwd=founded)
    assert added["scopes"] == ["statements/read/mine", "statements/write"]
    assert (added["tenant"], added["revoked_at"]) == ("main", None)
    home = "https://learning.example.org/xapi"
    assert json.loads(added["authority"])["account"] == {"homePage": home, "name": "course"}
    assert opens(founded / "data" / "gleanery.db", "course", added["secret"])
    listed = told("lrs", "keys", "list", cwd=founded)
    assert listed == [{name: value for name, value in added.items() if name != "secret"}]
    assert told("lrs", "keys", "revoke", "course", cwd=founded)["revoked_at"] is not None
    assert not opens(founded / "data" / "gleanery.db", "course", added["secret"])
    assert told("lrs", "keys", "list", cwd=founded)[0]["revoked_at"] is not None


def test_adding_and_revoking_are_entries_of_the_audit_log_by_who_did_it(founded: Path) -> None:
    told("lrs", "keys", "add", "course", "--scope", "state", "--by", "lead", cwd=founded)
    for _ in range(2):
        told("lrs", "keys", "revoke", "course", "--by", "lead", cwd=founded)
    house = open_house(load(founded / "config.yaml"))
    with house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.subject == "key:course").order_by("seq")).all()
        lead = house.person(session, "lead")
    house.close()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("key.added", f"person:{lead}"),
        ("key.revoked", f"person:{lead}"),
    ]
    assert "state" in str(entries[0].detail)
    assert told("audit", "verify", cwd=founded)


def test_the_secret_is_told_once_and_is_nowhere_in_the_house(founded: Path) -> None:
    done = gleanery("lrs", "keys", "add", "course", cwd=founded)
    secret = next(line.split()[1] for line in done.stdout.splitlines() if line.startswith("secret"))
    assert opens(founded / "data" / "gleanery.db", "course", secret)
    assert secret not in gleanery("lrs", "keys", "list", cwd=founded).stdout
    files = [path for path in founded.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if secret.encode() in path.read_bytes()]


WRONG = (
    ("add", "a:b"),
    ("add", "course", "--scope", "root"),
    ("add", "course", "--tenant", "A B"),
    ("add", "course", "--authority", "nobody"),
    ("add", "course", "--authority", '{"objectType":"Group","mbox":"mailto:team@example.org"}'),
    ("revoke", "course"),
)


def test_what_cannot_be_done_says_what_to_do(founded: Path, alone: str) -> None:
    for words in WRONG:
        refused("lrs", "keys", *words, cwd=founded, code=5)
        refused("lrs", "keys", *words, "--store", alone, cwd=founded, code=5)
    assert told("lrs", "keys", "list", cwd=founded) == []


def test_a_name_is_given_once(founded: Path) -> None:
    told("lrs", "keys", "add", "course", cwd=founded)
    assert "choose another name" in refused("lrs", "keys", "add", "course", cwd=founded, code=5)


def test_the_keys_of_a_store_alone_need_no_house(tmp_path: Path, alone: str) -> None:
    words = ("--store", alone, "--tenant", "academy", "--scope", "all", "--authority", AGENT)
    added = told("lrs", "keys", "add", "course", *words, cwd=tmp_path)
    assert (added["tenant"], added["scopes"], added["authority"]) == ("academy", ["all"], AGENT)
    assert opens(alone, "course", added["secret"])
    assert [key["name"] for key in told("lrs", "keys", "list", "--store", alone, cwd=tmp_path)] == ["course"]
    told("lrs", "keys", "revoke", "course", "--store", alone, cwd=tmp_path)
    assert not opens(alone, "course", added["secret"])


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    refused("lrs", "keys", "list", "--store", "absent.db", cwd=tmp_path, code=7)
    assert not (tmp_path / "absent.db").exists()


# --------------------------------------------------------------------------- serving


@contextmanager
def served(folder: Path, *words: str, **environment: str) -> Iterator[tuple[str, list[str]]]:
    """A store served alone: its address and the lines that it announced; ended as a service is ended."""
    program = Path(sys.executable).parent / "gleanery"
    variables = {**os.environ, "HOME": str(folder / "home"), **environment}
    command = [str(program), "lrs", "serve", "--port", "0", "--store", "records.db", *words]
    with subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip()]
        try:
            yield lines[0].rpartition(" ")[2], lines
        finally:
            process.send_signal(signal.SIGTERM)
            lines += process.stdout.read().splitlines()
    assert process.returncode == 0


def asked(address: str, key: str, version: str | None = "1.0.3") -> tuple[int, Any, str]:
    """The status of a question for statements, the answer and the version it is in."""
    headers = {"Authorization": "Basic " + base64.b64encode(key.encode()).decode()}
    if version is not None:
        headers["X-Experience-API-Version"] = version
    try:
        with urlopen(Request(f"{address}/statements", headers=headers), timeout=20) as answer:
            return answer.status, json.load(answer), answer.headers["X-Experience-API-Version"]
    except HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers["X-Experience-API-Version"]


def test_a_store_is_served_alone_with_the_keys_it_is_given(tmp_path: Path) -> None:
    key, other = (f"{name}:{os.urandom(12).hex()}" for name in ("lead", "other"))
    for _ in range(2):
        with served(tmp_path, "--key", key, "--default-version", "2.0.0") as (address, _):
            assert address.endswith("/xapi")
            assert asked(address, key) == (200, {"statements": [], "more": ""}, "1.0.3")
            assert asked(address, key, None)[::2] == (400, "2.0.0")
            assert asked(address, other)[0] == 401
    with served(tmp_path, GLEANERY_LRS_KEY=other) as (address, _):
        assert [asked(address, one)[0] for one in (key, other)] == [200, 200]


def test_a_store_without_keys_gets_one_that_is_shown_once(tmp_path: Path) -> None:
    with served(tmp_path) as (address, lines):
        assert asked(address, "lead:guessed")[0] == 401
    shown = [line for line in lines if line.startswith("Key")]
    assert len(shown) == 1
    with served(tmp_path) as (address, lines):
        assert asked(address, shown[0].rpartition(" ")[2])[0] == 200
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--key", "SECRET"), 2),
        (("--key", "name:"), 2),
        (("--default-version", "0.9"), 2),
        (("--key", "a b:SECRET"), 3),
        (("--store", "absent/records.db"), 3),
        (("--host", "192.0.2.1"), 3),
    ],
)
def test_what_cannot_be_served_says_why_and_never_the_secret(
    tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    secret = os.urandom(12).hex()
    given = [word.replace("SECRET", secret) for word in words]
    store = [] if "--store" in words else ["--store", "records.db"]
    done = gleanery("lrs", "serve", "--port", "0", *store, *given, cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stderr
    assert secret not in done.stdout + done.stderr
