"""The record store as a server of its own: one process, one port, until a signal ends it."""

from __future__ import annotations

import hashlib
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from xapi import chain
from xapi.lrs.database import Database
from xapi.lrs.http.app import create_app
from xapi.lrs.http.lrs import STORE, Lrs, Settings
from xapi.lrs.http.protocol import protocol
from xapi.lrs.http.sealing import Regularly, seal
from xapi.lrs.keys import Keys, authority
from xapi.lrs.scopes import ALL

GRACE_SECONDS = 10
"""How long answers under way may take once the end was asked for."""

HEAD_SECONDS = 10.0
"""How long a request may take to send its headers."""


class NamedSecret(NamedTuple):
    """A key as it is given on the command line."""

    name: str
    secret: str


@dataclass(frozen=True)
class Server:
    """Where to serve, and what. `store` is a SQLite file or a postgresql:// address.

    `home` names the system of the keys in the authority of statements. The signing key lies apart from the
    data by default; the checkpoints beside it.
    """

    store: str
    host: str = "127.0.0.1"
    port: int = 8080
    keys: Sequence[NamedSecret] = ()
    home: str = "http://localhost/xapi"
    key_file: Path | None = None
    checkpoints: Path | None = None
    settings: Settings = field(default_factory=Settings)


def run(server: Server, announce: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT; then takes nothing in any more, writes what it has, and seals it.

    `announce` is given a line with the address, and one with a key where the store had none.

    Raises:
        XapiError: the store, the signing key or a key cannot be used; the message says which and why.
        OSError: the address is taken or not ours.
    """
    signer = chain.Signer.load_or_create(server.key_file or _key_file(server.store))
    settings = replace(server.settings, cursor_key=cursor_key(signer))
    checkpoints = server.checkpoints or _checkpoints(server.store)
    database = Database(server.store)
    try:
        database.migrate()
        made = _keys(database, server)
        family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
        with (
            socket.create_server((server.host, server.port), family=family, backlog=256) as listener,
            Regularly(partial(seal, database, signer, [chain.CheckpointFile(checkpoints)])),
            _opened(database, settings) as lrs,
        ):
            announce(f"xAPI at http://{server.host}:{listener.getsockname()[1]}{settings.endpoint}")
            for key in made:
                announce(f"Key, shown once: {key.name}:{key.secret}")
            _serve(web(create_app(lrs), settings), listener)
    finally:
        database.close()


def web(app: ASGIApp, settings: Settings) -> Starlette:
    """The application under its endpoint, and nothing beside it."""
    return Starlette(routes=[Mount(settings.endpoint, app)])


def cursor_key(signer: chain.Signer) -> bytes:
    """The key of cursors, derived from the signing key: it lasts as long and is kept nowhere."""
    return hashlib.sha256(signer.sign(b"gleanery cursor key 1\n")).digest()


@contextmanager
def _opened(database: Database, settings: Settings) -> Iterator[Lrs]:
    lrs = Lrs.of(database, settings)
    try:
        yield lrs
    finally:
        lrs.close()


def _serve(app: ASGIApp, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        http=protocol(HEAD_SECONDS),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    before = {one: signal.signal(one, server.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[listener])
    finally:
        for one, way in before.items():
            signal.signal(one, way)


def _keys(database: Database, server: Server) -> list[NamedSecret]:
    """Adds the keys that are given; where there is none at all, makes one and returns it."""
    now = datetime.now(UTC)
    with database.write() as connection:
        keys = Keys(connection)
        for key in server.keys:
            keys.ensure(key.name, authority(server.home, key.name), now, key.secret)
        if keys.list():
            return []
        secret = keys.add("default", authority(server.home, "default"), now, STORE, [ALL])
        return [NamedSecret("default", secret)]


def _key_file(store: str) -> Path:
    """Apart from the data: whoever can rewrite the record must not also sign for it."""
    name = hashlib.sha256(_place(store).encode()).hexdigest()[:16]
    return Path.home() / ".config" / "xapi-lrs" / f"{name}.pem"


def _checkpoints(store: str) -> Path:
    if "://" in store:
        return _key_file(store).with_suffix(".checkpoints.jsonl")
    return Path(f"{store}.checkpoints.jsonl")


def _place(store: str) -> str:
    """The store's name without a password that may change."""
    if "://" in store:
        return store.rpartition("@")[2]
    return str(Path(store).resolve())
