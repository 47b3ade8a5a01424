"""python -m xapi.lrs serve: a process of its own, from its first line to its last checkpoint."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from tests.xapi.http.running import Client, basic, encoded, statement
from xapi import chain
from xapi.lrs.__main__ import main
from xapi.lrs.database import Database
from xapi.lrs.http.sealing import ORGANISATION, Regularly, StoreLog, seal
from xapi.lrs.http.serve import cursor_key
from xapi.lrs.keys import Keys, authority
from xapi.lrs.prepared import prepare
from xapi.lrs.store import StatementStore

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def serving(folder: Path, *more: str, store: str = "") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The process and the lines it has announced; ended by SIGTERM."""
    command = [
        sys.executable,
        "-m",
        "xapi.lrs",
        "serve",
        "--port",
        "0",
        "--store",
        store or str(folder / "r.db"),
        *more,
    ]
    environment = {**os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().strip()]
    if "--key" not in more:
        lines.append(process.stdout.readline().strip())
    try:
        yield process, lines
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def client_of(lines: list[str], name: str, secret: str) -> Client:
    """A client of the announced address."""
    address = urlsplit(lines[0].rpartition(" ")[2])
    assert address.path == "/xapi"
    assert address.hostname is not None
    assert address.port is not None
    return Client((address.hostname, address.port), basic(name, secret))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that does not exist yet, or an empty database."""
    return str(tmp_path / "r.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def test_it_makes_and_shows_a_key_once_and_seals_what_it_took_in_at_its_end(
    tmp_path: Path, store: str
) -> None:
    with serving(tmp_path, store=store) as (process, lines):
        name, secret = lines[1].removeprefix("Key, shown once: ").split(":")
        client = client_of(lines, name, secret)
        first, second = client.post([statement(), statement()]).json
        more = client.get(limit="1").json["more"]
    assert process.returncode == 0
    verdict = verified(tmp_path, store)
    assert (verdict.ok, verdict.entries, verdict.unprotected) == (True, 2, 0)

    with serving(tmp_path, "--key", "lead:another", "--default-version", "2.0.0", store=store) as (_, lines):
        again = client_of(lines, name, secret)
        assert [one["id"] for one in again.ask("GET", more).json["statements"]] == [first]
        other = client_of(lines, "lead", "another")
        assert other.get(statementId=second).status == 200
        assert other.speaking(None).get().headers["x-experience-api-version"] == "2.0.0"


def test_whoever_was_answered_before_the_end_finds_it_stored_after_it(tmp_path: Path) -> None:
    told: list[str] = []
    statuses: set[int] = set()
    enough = threading.Event()

    def write(client: Client) -> None:
        try:
            while True:
                reply = client.post([statement() for _ in range(5)])
                statuses.add(reply.status)
                told.extend(reply.json)
                if len(told) > 200:
                    enough.set()
        except (OSError, HTTPException):
            return  # nobody is there any more

    with serving(tmp_path) as (process, lines):
        client = client_of(lines, *lines[1].removeprefix("Key, shown once: ").split(":"))
        writers = [threading.Thread(target=write, args=[client]) for _ in range(8)]
        for writer in writers:
            writer.start()
        assert enough.wait(20)
    for writer in writers:
        writer.join()
    assert (process.returncode, statuses) == (0, {200})
    database = Database(str(tmp_path / "r.db"))
    with database.read() as connection:
        store = StatementStore(connection)
        assert not [key for key in told if store.get(UUID(key)) is None]
        assert store.count() == len(told)
    database.close()


def verified(folder: Path, store: str) -> chain.Verdict:
    """The store held against its checkpoints, as an auditor does it."""
    keys = folder / ".config" / "xapi-lrs"
    (key_file,) = keys.glob("*.pem")
    assert key_file.stat().st_mode & 0o777 == 0o600
    (checkpoints,) = [*folder.glob("*.checkpoints.jsonl"), *keys.glob("*.checkpoints.jsonl")]
    database = Database(store)
    try:
        return chain.verify(
            StoreLog(database, "main"),
            organisation=ORGANISATION,
            public_key=chain.Signer.load(key_file).public_bytes(),
            local=chain.CheckpointFile(checkpoints),
        )
    finally:
        database.close()


def test_a_known_key_with_another_secret_ends_it_with_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    database = Database(str(tmp_path / "r.db"))
    database.migrate()
    with database.write() as connection:
        Keys(connection).add("lead", authority("https://lrs.example.org", "lead"), datetime.now(UTC))
    database.close()
    command = ["serve", "--port", "0", "--store", str(tmp_path / "r.db"), "--key", "lead:chosen"]
    assert main(command) == 1
    words = capsys.readouterr().err
    assert "another secret" in words
    assert "chosen" not in words


@pytest.mark.parametrize(
    "arguments",
    [
        ["--store", "no/such/folder/r.db"],
        ["--store", "r.db", "--host", "192.0.2.1"],
        ["--store", "r.db", "--key", "nocolon"],
        ["--store", "postgresql://127.0.0.1:1/none"],
    ],
)
def test_what_cannot_be_served_is_told_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["serve", "--port", "0", *arguments]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_key_of_cursors_follows_from_the_signing_key_and_is_not_it(tmp_path: Path) -> None:
    one, other = (chain.Signer.load_or_create(tmp_path / name) for name in ("one.pem", "other.pem"))
    assert cursor_key(one) == cursor_key(chain.Signer.load(tmp_path / "one.pem"))
    assert cursor_key(one) != cursor_key(other)
    assert len(cursor_key(one)) == 32


def test_every_store_of_a_database_is_sealed(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "r.db"))
    database.migrate()
    for name in ("main", "second"):
        with database.write() as connection:
            ready = prepare(encoded(statement()))
            vouching = authority("https://lrs.example.org", "lead")
            StatementStore(connection, name).insert([ready], vouching, datetime.now(UTC))
    file = chain.CheckpointFile(tmp_path / "c.jsonl")
    signer = chain.Signer.load_or_create(tmp_path / "k.pem")
    seal(database, signer, [file])
    seal(database, signer, [file])
    assert sorted(one.log for one in file.read().checkpoints) == ["statements:main", "statements:second"]
    database.close()


def test_what_is_done_regularly_goes_on_after_a_fault_and_is_done_once_more_at_the_end() -> None:
    done: list[int] = []
    enough = threading.Event()

    def act() -> None:
        done.append(len(done))
        if len(done) == 3:
            enough.set()
        if len(done) == 1:
            raise ValueError("a fault")

    with Regularly(act, 0.001):
        assert enough.wait(10)
    before = len(done)
    assert before >= 4
