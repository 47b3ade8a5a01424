"""Small real servers on loopback, for tests: an HTTP server that replays, and a PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from socket import socket
from urllib.parse import urlsplit

import psycopg


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Received:
    """One request as the server saw it; `headers` have lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Reply | Callable[[Received], Reply]


class WebServer:
    """A threaded HTTP server on 127.0.0.1 that answers by path and keeps what it was asked.

    `reply(path, body, ...)` sets a fixed answer, `answer(path, function)` a computed one; unknown paths get 404.
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self._answers: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reply(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Set a fixed answer for `path`; returns its full address."""
        raw = body.encode() if isinstance(body, str) else body
        self._answers[path] = Reply(status, raw, headers or {})
        return self.url + path

    def answer(self, path: str, function: Callable[[Received], Reply]) -> str:
        """Compute the answer for `path`; returns its full address."""
        self._answers[path] = function
        return self.url + path

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(self.command, parts.path, parts.query, headers, self.rfile.read(length))
                owner.requests.append(received)
                answer = owner._answers.get(parts.path, Reply(404))
                reply = answer if isinstance(answer, Reply) else answer(received)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test output clean."""

        return Handler


def _postgres_programs() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if folders:
        return folders[-1]
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("no PostgreSQL found: run `make test`, which installs it, or install postgresql")
    return Path(found).parent


class Postgres:
    """A PostgreSQL server in a temporary folder, started and stopped by the test run."""

    def __init__(self, folder: Path, port: int, programs: Path) -> None:
        self.folder, self.port, self._programs = folder, port, programs
        self._numbers = count(1)

    @classmethod
    def start(cls) -> Postgres:
        """Create a cluster and start it; as root it runs as the user postgres, which it insists on."""
        folder = Path(tempfile.mkdtemp(prefix="gleanery-pg-"))
        server = cls(folder, free_port(), _postgres_programs())
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        server._run(
            "initdb", "-D", f"{folder}/db", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"
        )
        options = f"-h 127.0.0.1 -p {server.port} -k {folder} -c fsync=off -c max_connections=60"
        server._run("pg_ctl", "-D", f"{folder}/db", "-w", "-o", options, "-l", f"{folder}/log", "start")
        return server

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/db", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template1") -> str:
        """An empty database, or a copy of one to which nobody is connected."""
        name = f"test_{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout.decode(errors='replace')}")
