"""The servers that are measured beside each other, each a process of its own on loopback.

    python benchmarks/_lrs_servers.py ours|plain ADDRESS COMMITS_FILE [COMMIT_MILLISECONDS]

It prints the port it listens on, and at its end writes the number of its commits to the file.

`ours` is the record store; `plain` is what is quickly written: FastAPI, pydantic models, one INSERT a row.
Ralph is used where `make proof` has fetched it (.venv-peers/ralph); the others' results stand without it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
RALPH = ROOT / ".venv-peers" / "ralph"
KEY, SECRET = "bench", secrets.token_urlsafe(16)


class Place(NamedTuple):
    """Where a server listens, and the path of its statements."""

    port: int
    path: str
    authorization: str = ""

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=120)

    def headers(self) -> dict[str, str]:
        told = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}
        return told | ({"Authorization": self.authorization} if self.authorization else {})


def basic(secret: str) -> str:
    return "Basic " + base64.b64encode(f"{KEY}:{secret}".encode()).decode()


@contextlib.contextmanager
def served(kind: str, address: str, folder: Path, commit_milliseconds: float = 0) -> Iterator[Place]:
    """One of our two servers, until the end of the block."""
    counted = folder / f"{secrets.token_hex(4)}.commits"
    environment = os.environ | {"BENCH_SECRET": SECRET}
    command = [sys.executable, __file__, kind, address, str(counted), str(commit_milliseconds)]
    with _process(command, environment) as process:
        yield Place(int(process.stdout.readline()), "/xapi/statements", basic(SECRET))


@contextlib.contextmanager
def ralph(folder: Path) -> Iterator[Place]:
    """Ralph with its file backend, set to keep what it has (as it comes, it fails at the second write)."""
    from tests.story import peers

    with peers.ralph(folder) as peer:
        token = base64.b64encode(f"{peer.key}:{peer.secret}".encode()).decode()
        yield Place(int(peer.endpoint.split(":")[2].split("/")[0]), "/xAPI/statements/", f"Basic {token}")


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            process.terminate()


# ------------------------------------------------------------------ in the server's own process


CREATE_PLAIN = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    """CREATE TABLE IF NOT EXISTS plain (id TEXT PRIMARY KEY, seq INTEGER, stored TEXT, timestamp TEXT, verb TEXT,
    actor TEXT, activity TEXT, registration TEXT, raw TEXT)""",
    *(
        f"CREATE INDEX IF NOT EXISTS plain_{name} ON plain ({name})"
        for name in ("stored", "verb", "actor", "activity", "registration")
    ),
)
INSERT_PLAIN = "INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _plain_row(one: dict[str, Any], seq: int = 0) -> tuple[Any, ...]:
    account = one["actor"]["account"]
    return (
        one["id"],
        seq,
        "2024-05-01T10:00:00.000000Z",
        one["timestamp"],
        one["verb"]["id"],
        f"{account['homePage']} {account['name']}",
        one["object"]["id"],
        one["context"]["registration"],
        json.dumps(one),
    )


def plain_rows(statements: list[bytes]) -> list[tuple[Any, ...]]:
    """The statements as rows of the plain table."""
    return [_plain_row(json.loads(one), seq) for seq, one in enumerate(statements)]


def _our_app(address: str, commit_milliseconds: float, counted: Path) -> tuple[Any, Callable[[], None]]:
    """The record store; `counted` gets the number of commits at the end."""
    from xapi.lrs.committing import Committer
    from xapi.lrs.database import Database
    from xapi.lrs.http.app import create_app
    from xapi.lrs.http.authentication import Gate
    from xapi.lrs.http.lrs import Lrs, Settings
    from xapi.lrs.http.serve import web
    from xapi.lrs.keys import Keys, authority

    commits = 0

    def before_commit() -> None:
        nonlocal commits
        commits += 1
        if commit_milliseconds:
            time.sleep(commit_milliseconds / 1000)

    database = Database(address)
    database.migrate()
    with database.write() as connection:
        agent = authority("https://lrs.example.org", KEY)
        Keys(connection).ensure(KEY, agent, datetime.now(UTC), os.environ["BENCH_SECRET"])
    committer = Committer(database, before_commit=before_commit)
    settings = Settings()
    lrs = Lrs(database, committer, Gate(database, None), settings)

    def end() -> None:
        committer.close()
        database.close()
        counted.write_text(str(commits))

    return web(create_app(lrs), settings), end


def _plain_app(address: str) -> tuple[Any, Callable[[], None]]:
    """What is quickly written, and nothing to do at the end."""
    from _lrs_plain import plain_app

    with contextlib.closing(sqlite3.connect(address)) as connection:
        for statement in CREATE_PLAIN:
            connection.execute(statement)
    return plain_app(address, INSERT_PLAIN, _plain_row), lambda: None


def _run(kind: str, address: str, counted: Path, commit_milliseconds: float) -> None:
    import uvicorn

    from xapi.lrs.http.protocol import protocol
    from xapi.lrs.http.serve import HEAD_SECONDS

    if kind == "plain":
        app, end = _plain_app(address)
    else:
        app, end = _our_app(address, commit_milliseconds, counted)
    # uvicorn raises the signal that ended it once more; what comes after the end is to be done then.
    signal.signal(signal.SIGTERM, lambda *_: None)
    http = protocol(HEAD_SECONDS) if kind == "ours" else "auto"
    config = uvicorn.Config(app, http=http, log_config=None, access_log=False, lifespan="off", ws="none")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listener])
    end()


if __name__ == "__main__":
    _run(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]))
