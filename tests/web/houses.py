"""Houses with items, served by a real server on loopback."""

from __future__ import annotations

import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from typing import Any
from uuid import uuid4

import requests
import uvicorn
from sqlalchemy import update

from gleanery.config import load
from gleanery.flow import import_frameworks, read, screen
from gleanery.flow.accounts.staff import FIRST_ROLES, ensure_account, give, roles_of
from gleanery.flow.accounts.tokens import make as make_token
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.founding import open_house
from gleanery.flow.house import House, utc_now
from gleanery.flow.rights import Right, Role, rights_of
from gleanery.model.posts import PostDraft, PostKind
from gleanery.model.sources import Source
from gleanery.web.app import create_app
from gleanery.web.record import record_app
from gleanery.web.signin import new_link
from tests.house import TOPICS, make_house

_METADATA = "Metadata-Version: 2.1\nName: drafts-of-posts\nVersion: 1.0\n"
_ENTRY_POINTS = (
    "[gleanery.connectors]\ndrafts = tests.web.drafts:Drafts\n"
    "[gleanery.lms_adapters]\nseats = tests.gradebook:Course\n"
)


@contextmanager
def told_installed(folder: Path) -> Iterator[None]:
    """The connector `drafts` and the adapter `seats`, declared the way an installed package does."""
    dist = folder / "drafts_of_posts-1.0.dist-info"
    dist.mkdir(parents=True)
    (dist / "METADATA").write_text(_METADATA, "utf-8")
    (dist / "entry_points.txt").write_text(_ENTRY_POINTS, "utf-8")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


def post(number: int, **changes: Any) -> PostDraft:
    """A harmless post about a workplace topic, unlike every other one."""
    topic = TOPICS[number % len(TOPICS)]
    words = " ".join(f"{topic[:3]}{number}{chr(97 + place)}" for place in range(12))
    values: dict[str, Any] = {
        "platform": "forum",
        "realm": "test",
        "external_id": f"p{number}",
        "kind": PostKind.ARTICLE,
        "url": f"https://learning.example.org/{number}",
        "title": f"Working with {topic}, part {number}",
        "text": f"What a beginner should know about {topic} before the first day: {words}.",
        "published_at": datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    }
    return PostDraft(**(values | changes))


def house_with(
    folder: Path, posts: Iterable[PostDraft], now: Callable[[], datetime] = utc_now, **changes: Any
) -> House:
    """A house that has read and screened these posts; its folder can be copied and opened again."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "posts.jsonl"
    file.write_text("".join(one.model_dump_json() + "\n" for one in posts), "utf-8")
    source = {"name": "forum", "connector": "drafts", "first_items": 10_000, "settings": {"posts": file.name}}
    house = make_house(folder, now, **({"sources": [source]} | changes))
    import_frameworks(house)
    for one in house.config.sources:
        report = read(house, one.name)
        assert not report.faults, report.faults
    screen(house)
    return house


def not_read_since(house: House, at: datetime) -> None:
    """Have every source look as if it was last read then."""
    with house.store.write() as session:
        session.execute(update(Source).values(last_success_at=at, message="The token is refused."))


def copied(template: Path, folder: Path) -> House:
    """A copy of a closed house, opened."""
    shutil.copytree(template, folder)
    return open_house(load(folder / "config.yaml"))


def filled(path: str) -> str:
    """The path of a route with something in its places: an id that nobody has."""
    return re.sub(r"\{\w+(:\w+)?\}", str(uuid4()), path)


@dataclass(frozen=True)
class Site:
    """The pages of a house at an address."""

    house: House
    url: str

    def link(self, account: str = "curator", roles: Sequence[Role] = FIRST_ROLES) -> str:
        """A fresh one-time sign-in link; an account that is new gets these roles by it."""
        return self.url + new_link(self.house, account, roles)

    def browser(
        self, account: str | None = "curator", roles: Sequence[Role] = FIRST_ROLES
    ) -> requests.Session:
        """A client that behaves like a browser on our own page, signed in unless `account` is None.

        An account that is new gets these roles.
        """
        client = requests.Session()
        client.headers["Sec-Fetch-Site"] = "same-origin"
        if account is not None:
            token = self.link(account, roles).partition("=")[2]
            client.post(f"{self.url}/signin", data={"link": token}).raise_for_status()
        return client

    def token(
        self,
        account: str = "curator",
        rights: Iterable[Right] | None = None,
        roles: Sequence[Role] = FIRST_ROLES,
    ) -> str:
        """A token of the API with these rights of the account, all it has unless told."""
        with self.house.change() as change:
            person_id = ensure_account(self.house, change, account).person_id
            if not roles_of(change.session, person_id):
                give(change, person_id, roles, "system")
            held = rights_of(roles_of(change.session, person_id))
            visitor = Visitor(person_id, account, frozenset(), held)
            wanted = held if rights is None else rights
            return make_token(change, visitor, "test", wanted, timedelta(days=1))[1]

    def program(
        self,
        account: str = "curator",
        rights: Iterable[Right] | None = None,
        roles: Sequence[Role] = FIRST_ROLES,
    ) -> requests.Session:
        """A client of the API with a token of that kind."""
        client = requests.Session()
        client.headers["Authorization"] = f"Bearer {self.token(account, rights, roles)}"
        return client


@contextmanager
def moved_in(stage: Site, house: House) -> Iterator[Site]:
    """The pages of `stage` over another house, closed at the end: an application is slow to make, a house is not.

    What an application takes from its configuration when it is made stays: addresses, incoming hooks, the record.
    """
    before = stage.house.__dict__
    stage.house.__dict__ = house.__dict__
    try:
        yield stage
    finally:
        stage.house.close()
        stage.house.__dict__ = before


@contextmanager
def served(house: House, listening: socket | None = None) -> Iterator[Site]:
    """The pages of this house and its record on a free loopback port, until the end of the block.

    `listening`: the socket to serve on, over TLS where the house has a certificate, at the address it names.
    """
    ready = threading.Event()
    with record_app(house) as record:
        server = _Told(ready, create_app(house, record), house)
        sockets = [listening] if listening else None
        thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
        thread.start()
        assert ready.wait(10)
        port = server.servers[0].sockets[0].getsockname()[1]
        address = house.config.serve.address if listening else None
        try:
            yield Site(house, address or f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join(10)


class _Told(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, ready: threading.Event, app: Any, house: House) -> None:
        tls = house.config.serve
        super().__init__(
            uvicorn.Config(
                app, "127.0.0.1", 0, log_config=None, access_log=False, lifespan="off", ws="none",
                ssl_certfile=tls.tls_certificate, ssl_keyfile=tls.tls_key,
            )
        )  # fmt: skip
        self._ready = ready

    async def startup(self, *arguments: Any, **named: Any) -> None:
        await super().startup(*arguments, **named)
        self._ready.set()
