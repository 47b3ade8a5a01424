"""A real server of the record store on loopback, and a client that sends exactly what it is told."""

from __future__ import annotations

import base64
import http.client
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import uvicorn

from tests.servers import Postgres
from xapi.lrs.database import Database
from xapi.lrs.dialect import dialect_of
from xapi.lrs.http.app import create_app
from xapi.lrs.http.lrs import Lrs, Settings
from xapi.lrs.http.protocol import protocol
from xapi.lrs.http.serve import web
from xapi.lrs.keys import Keys, authority
from xapi.lrs.scopes import ALL

HOME = "https://lrs.example.org"
MBOX = "mailto:learner@example.org"
VERB = "http://adlnet.gov/expapi/verbs/experienced"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
ACTIVITY = "https://example.org/course"


@dataclass(frozen=True)
class Reply:
    """What came back; `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Speaks as one key, in one version."""

    address: tuple[str, int]
    authorization: str | None
    version: str | None = "1.0.3"
    endpoint: str = "/xapi"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        **parameters: str,
    ) -> Reply:
        """Sends one request on a connection of its own. A header of None is left out."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        target = path if path.startswith("/") else f"{self.endpoint}/{path}"
        given = {"X-Experience-API-Version": self.version, "Authorization": self.authorization}
        if body is not None and method in ("PUT", "POST"):
            given["Content-Type"] = "application/json"
        wanted = {name: value for name, value in {**given, **(headers or {})}.items() if value is not None}
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        try:
            connection.request(method, target + query, body, wanted)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read())
        finally:
            connection.close()

    def get(self, path: str = "statements", **parameters: str) -> Reply:
        """GET."""
        return self.ask("GET", path, **parameters)

    def post(self, what: Any, **headers: str) -> Reply:
        """POST of statements."""
        return self.ask("POST", "statements", encoded(what), headers)

    def put(self, what: Any, key: str) -> Reply:
        """PUT of one statement."""
        return self.ask("PUT", "statements", encoded(what), statementId=key)

    def speaking(self, version: str | None) -> Client:
        """The same key in another version."""
        return replace(self, version=version)

    def client_without_key(self) -> Client:
        """The same, saying nothing of who it is."""
        return replace(self, authorization=None)

    def raw(self, head: str) -> socket.socket:
        """A connection on which these lines were sent as they are."""
        connection = socket.create_connection(self.address, timeout=20)
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1"))
        return connection


@dataclass
class Running:
    """A running server: its address, its store and its database."""

    address: tuple[str, int]
    lrs: Lrs
    secrets: dict[str, str] = field(default_factory=dict)

    def key(self, name: str = "lead", *scopes: str, store: str = "main") -> Client:
        """A client with a new key of these scopes (all unless told)."""
        with self.lrs.database.write() as connection:
            vouching, now = authority(HOME, name), datetime.now(UTC)
            secret = Keys(connection).add(name, vouching, now, store, scopes or [ALL])
        self.secrets[name] = secret
        return self.client(name, secret)

    def move(self, name: str, store: str) -> None:
        """Lets a key open another store: cheaper than a new key, whose secret takes long to verify."""
        with self.lrs.database.write() as connection:
            dialect_of(connection).execute("UPDATE lrs_key SET store = ? WHERE name = ?", [store, name])

    def client(self, name: str | None, secret: str = "") -> Client:
        """A client with this name and secret; with none at all for None."""
        return Client(self.address, None if name is None else basic(name, secret))

    def revoke(self, name: str) -> None:
        """Ends a key."""
        with self.lrs.database.write() as connection:
            Keys(connection).revoke(name, datetime.now(UTC))


@contextmanager
def running(
    database: Database, settings: Settings, head_seconds: float = 10, stalled_seconds: float = 30
) -> Iterator[Running]:
    """A server in a thread, closed at the end."""
    lrs = Lrs.of(database, settings)
    config = uvicorn.Config(
        web(create_app(lrs), settings),
        http=protocol(head_seconds, stalled_seconds),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Running(listener.getsockname()[:2], lrs)
        finally:
            server.should_exit = True
            thread.join()
            lrs.close()


@contextmanager
def alone(
    folder: Path, settings: Settings, head_seconds: float = 10, stalled_seconds: float = 30
) -> Iterator[Running]:
    """A server of one test's own, on an empty SQLite file."""
    database = Database(str(folder / "record.db"))
    database.migrate()
    with running(database, settings, head_seconds, stalled_seconds) as server:
        yield server
    database.close()


def basic(name: str, secret: str) -> str:
    """The Authorization header of a key."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def encoded(what: Any) -> bytes:
    """JSON; bytes stay as they are."""
    return what if isinstance(what, bytes) else json.dumps(what).encode()


def statement(**changes: Any) -> dict[str, Any]:
    """A valid statement with an id; a change to None takes a member away."""
    made = {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "mbox": MBOX},
        "verb": {"id": VERB, "display": {"en-US": "experienced"}},
        "object": {"objectType": "Activity", "id": ACTIVITY},
    }
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def voiding(target: str, **changes: Any) -> dict[str, Any]:
    """The statement that voids another."""
    void = {"verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": target}}
    return statement(**{**void, **changes})


def a_boundary() -> str:
    """A boundary for a multipart body."""
    return secrets.token_hex(8)


def multipart(boundary: str, document: Any, *parts: tuple[Mapping[str, str], bytes]) -> bytes:
    """A multipart/mixed body of JSON and further parts with exactly these headers."""
    delimiter = b"--" + boundary.encode()
    pieces = [delimiter + b"\r\nContent-Type: application/json\r\n\r\n" + encoded(document)]
    for headers, body in parts:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        pieces.append(delimiter + b"\r\n" + lines.encode() + b"\r\n" + body)
    return b"\r\n".join([*pieces, delimiter + b"--\r\n"])


@contextmanager
def running_on(
    kind: str, folder: Path, postgres: Callable[[], Postgres], settings: Settings
) -> Iterator[Running]:
    """A server on an empty database of a kind; on PostgreSQL one that is dropped at the end."""
    if kind == "sqlite":
        with _served(str(folder / "record.db"), settings) as made:
            yield made
        return
    server = postgres()
    name = server.create_database()
    with _served(server.url(name), settings) as made:
        yield made
    server.drop_database(name)


@contextmanager
def _served(address: str, settings: Settings) -> Iterator[Running]:
    with closing(Database(address)) as database:
        database.migrate()
        with running(database, settings) as made:
            yield made
