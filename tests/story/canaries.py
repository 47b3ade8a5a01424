"""Canaries: words of every sensitive kind in every field of posts, and every way out of the house, driven and kept.

Each post also has plain words of its own beside what is sensitive: what is quarantined stays whole behind.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import string
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from ahocorasick_rs import BytesAhoCorasick

from gleanery.errors import GleaneryError
from gleanery.flow import deciding, deliver, desk, exporting, run
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.model.posts import Author, PostDraft, SharedLink
from tests.canvas_server import CanvasServer
from tests.curation.secret_forms import account, card, private_key, token
from tests.flow.sending.mailbox import Mailbox
from tests.house import make_house
from tests.moodle_server import MoodleServer
from tests.test_cli import gleanery
from tests.web.houses import Site, post, served

CONFIDENTIAL = "Projekt Nachtigall"
KINDS = (
    "private_key", "token", "password", "card", "iban", "national_id", "confidential", "email", "phone", "health",
    "address",
)  # fmt: skip
FIELDS = ("title", "text", "url", "link", "link_title", "tag", "reply", "author")
PARTIAL = ("token", "email")
"""The kinds that every field is tried with; every kind is tried in the text."""


@dataclass
class Planted:
    """Posts with canaries: the secrets that come out nowhere, and the words beside them, which a preview shows."""

    posts: list[PostDraft] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def plain(self, rng: random.Random) -> str:
        """A new word that nothing marks, which goes with the rest of its post."""
        word = "zq" + "".join(rng.choices(string.ascii_lowercase, k=12))
        self.words.append(word)
        return word


def planted(rng: random.Random, *, is_thorough: bool) -> Planted:
    """Every kind in the text, a kind in every field (thoroughly: two), and three harmless posts."""
    made = Planted(posts=[post(number) for number in range(3)])
    wanted = [(kind, "text") for kind in KINDS]
    partial = PARTIAL if is_thorough else PARTIAL[:1]
    wanted += [(kind, place) for kind in partial for place in FIELDS if place != "text"]
    for number, (kind, place) in enumerate(wanted, 10):
        secret, core = _secret(kind, rng)
        made.secrets.append(core)
        made.posts += _posts(made, number, place, secret, rng)
    return made


def _secret(kind: str, rng: random.Random) -> tuple[str, str]:
    """Words of a kind, and the part of them to look for."""
    name = "".join(rng.choices(string.ascii_lowercase, k=10))
    digits = "".join(rng.choices("23456789", k=7))
    simple: dict[str, tuple[str, str]] = {
        "password": (f"password: K7!{name}", f"K7!{name}"),
        "confidential": (f"{CONFIDENTIAL} {name}", f"{CONFIDENTIAL} {name}"),
        "email": (f"{name}@mail.example.org", f"{name}@mail"),
        "phone": (f"+49 30 {digits}", f"+49 30 {digits}"),
        "national_id": (f"SSN 123-45-{digits[:4]}", f"123-45-{digits[:4]}"),
        "health": (f"I was diagnosed with diabetes, {name}", f"diabetes, {name}"),
        "address": (f"{digits[:4]} {name.title()} Street, Springfield, IL 62704", f"{name.title()} Street"),
    }
    if kind in simple:
        return simple[kind]
    made = {
        "private_key": lambda: private_key("OPENSSH", rng),
        "token": lambda: token("GitHub", rng),
        "card": lambda: card("4", 16, rng),
        "iban": lambda: account("DE", 22, rng),
    }[kind]()
    return made, made.splitlines()[1] if kind == "private_key" else made


def _posts(made: Planted, number: int, place: str, secret: str, rng: random.Random) -> Iterator[PostDraft]:
    """A post with a secret in one of its fields and plain words in all; for a reply a harmless one before it."""
    if place == "reply":
        yield post(number, external_id=f"t{number}")
        yield post(
            number, external_id=f"r{number}", parent_external_id=f"t{number}", title="", url=None,
            text=f"{made.plain(rng)} and {secret} of an answer",
        )  # fmt: skip
        return
    values: dict[str, Any] = {
        "external_id": f"c{number}",
        "title": f"{made.plain(rng)} title",
        "text": f"{made.plain(rng)} and more words about ladders before the first day, number {number}",
        "url": f"https://learning.example.org/{made.plain(rng)}",
        "author": Author(external_id=f"u{number}", name=f"{made.plain(rng)} author"),
        "links": (SharedLink(url=f"https://other.example.org/{made.plain(rng)}", title="a link"),),
        "tags": (made.plain(rng),),
    }
    changed: Mapping[str, Any] = {
        "title": {"title": f"{values['title']} {secret}"},
        "text": {"text": f"{values['text']} {secret} {made.plain(rng)}"},
        "url": {"url": f"{values['url']}?q={secret}"},
        "link": {"links": (SharedLink(url=f"https://other.example.org/?q={secret}"),)},
        "link_title": {"links": (SharedLink(url="https://other.example.org/", title=secret),)},
        "tag": {"tags": (secret,)},
        "author": {"author": Author(external_id=f"u{number}", name=secret)},
    }[place]
    yield post(number, **{**values, **changed})


# --------------------------------------------------------------------------- every way out


@dataclass
class Exits:
    """What came out of the house, by the way it came out."""

    out: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, way: str, content: object) -> None:
        raw = (
            content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
        )
        self.out.setdefault(way, []).append(raw if raw is not None else repr(content).encode())


def drive(
    folder: Path, drafts: Iterable[PostDraft], steps: list[dict[str, Any]], *, is_thorough: bool
) -> tuple[Exits, dict[str, int]]:
    """Read and screen the posts, approve all that can be, and use every exit; what came out, and where items stand.

    Thoroughly: every page that can be reached by links, every item for every role, and commands for each.
    """
    exits = Exits()
    (folder / "in").mkdir(parents=True)
    file = folder / "in" / "posts.jsonl"
    file.write_text("".join(one.model_dump_json() + "\n" for one in drafts), "utf-8")
    with ExitStack() as stack:
        moodle, canvas = stack.enter_context(MoodleServer()), stack.enter_context(CanvasServer())
        mailbox = stack.enter_context(Mailbox())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("MOODLE_TOKEN", moodle.token)
        patch.setenv("CANVAS_TOKEN", canvas.token)
        house = _house(folder / "house", file, steps, moodle, canvas, mailbox)
        report = run(house)
        exits.add("report", report)
        _decide_all(house, exits)
        for destination in house.config.destinations:
            delivered = deliver(house, destination.name)
            assert delivered.faults == [], destination.name
            exits.add("delivered", delivered)
        counts = desk.counts(house)
        with served(house) as site:
            if is_thorough:
                from tests.browser.walk import Walk
                from tests.browser.worlds import World

                for found in Walk(World(site, ("/",))).pages():
                    exits.add(_way(found.address), found.text)
            _pages(house, site, exits, list(Role) if is_thorough else [Role.LEAD, Role.ADMINISTRATOR])
        exits.add("moodle", moodle.requests)
        exits.add("canvas", canvas.asked)
        _commands(house, exits, COMMANDS if is_thorough else COMMANDS[-3:])
        exits.add("mail", mailbox.mails)
        exits.add("audit", "\n".join(exporting.lines(house, "lead", exporting.Selection())))
        house.close()
        for name, content in packed(folder / "house"):
            exits.add(f"file {name}", content)
    return exits, counts


def _house(
    folder: Path,
    file: Path,
    steps: list[dict[str, Any]],
    moodle: MoodleServer,
    canvas: CanvasServer,
    mailbox: Mailbox,
) -> House:
    settings: dict[str, dict[str, Any]] = {
        "cartridge": {}, "scorm": {}, "cmi5": {}, "feed": {"title": "Picks"}, "table": {}, "lti": {},
        "moodle": {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id},
        "canvas": {"url": canvas.url, "token": {"env": "CANVAS_TOKEN"}, "course": canvas.course.id},
    }  # fmt: skip
    return make_house(
        folder,
        sources=[
            {"name": "forum", "connector": "drafts", "first_items": 10_000, "settings": {"posts": str(file)}}
        ],
        destinations=[{"name": name, "adapter": name, "settings": of} for name, of in settings.items()],
        curation={"steps": steps},
        serve={"address": "https://gleanery.example.org"},
    )


def _decide_all(house: House, exits: Exits) -> None:
    """Approve what waits; try it with what is quarantined, and keep what is said."""
    for state in (ItemState.WAITING, ItemState.QUARANTINED):
        for row in desk.queue(house, (state,), limit=1_000).rows:
            exits.add("queue", row)
            exits.add("item", desk.show(house, str(row.id)))
            try:
                deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator", "fine")
            except GleaneryError as error:
                exits.add("error", f"{error.message} {error.remedy}")


def _way(address: str) -> str:
    return "preview" if "quarantine/" in address else "page"


def _pages(house: House, site: Site, exits: Exits, roles: Sequence[Role]) -> None:
    """The lists, a search, and the pages and addresses of items, for people of these roles."""
    ids = [row.id for row in desk.queue(house, tuple(ItemState), limit=1_000).rows]
    for role in roles:
        client = site.browser(role.value, roles=[role])
        paths = [
            "/",
            "/?state=quarantined",
            "/?words=zq",
            "/api/items?words=diabetes",
            "/curation/quarantine",
        ]
        sample = ids[-6:] if role is Role.LEAD else ids[-2:]
        for one in sample:
            paths += [
                f"/items/{one}",
                f"/api/items/{one}",
                f"/curation/quarantine/{one}",
                f"/api/quarantine/{one}",
            ]
        for path in paths:
            exits.add(_way(path), _answer(client, site.url + path))


def _answer(client: requests.Session, address: str) -> bytes:
    answer = client.get(address, timeout=30)
    return answer.content + json.dumps(dict(answer.headers)).encode()


COMMANDS = (
    ("queue", "--state", "approved", "--limit", "500", "--json"), ("quarantine", "list"),
    ("quarantine", "list", "--json"), ("counts", "--json"), ("doctor",), ("run",), ("deliver",), ("digest", "show"),
    ("sources", "status", "--json"), ("search", "rebuild"), ("audit", "export", "--out", "audit.jsonl"),
    ("audit", "export", "--out", "audit.csv"), ("audit", "verify"), ("audit", "export", "--out", "audit.zip"),
    ("queue", "--state", "quarantined", "--json"), ("backup", "create", "--out", "backup.zip"),
)  # fmt: skip
"""The last three in every run, the others in a thorough one."""


def _commands(house: House, exits: Exits, commands: Sequence[tuple[str, ...]]) -> None:
    for words in commands:
        done = gleanery(*words, cwd=house.config.folder)
        exits.add("command " + " ".join(words), done.stdout + done.stderr)
    for row in desk.queue(house, (ItemState.QUARANTINED,), limit=1).rows:
        for words in (("show", str(row.id), "--json"), ("decide", str(row.id), "approve")):
            done = gleanery(*words, cwd=house.config.folder)
            exits.add("command", done.stdout + done.stderr)


# --------------------------------------------------------------------------- looking for it


def packed(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is packed into it at any depth."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _unpacked(str(path.relative_to(folder)), path.read_bytes())


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content[:2] == b"\x1f\x8b":
        yield from _unpacked(f"{name}:", gzip.decompress(content))
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _unpacked(f"{name}:{member}", archive.read(member))


def forms(word: str) -> set[bytes]:
    """How a word may stand somewhere: as it is, in any case, in an address, in base 64 at any place, in UTF-16."""
    plain = word.encode()
    coded = {base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)}
    return {
        plain, word.lower().encode(), quote(word, safe="").encode(), quote(word, safe="").replace("%20", "+").encode(),
        json.dumps(word)[1:-1].encode(), word.encode("utf-16-le"), plain[::-1], *coded,
    }  # fmt: skip


def leaks(exits: Exits, words: Iterable[str]) -> dict[str, list[str]]:
    """By way out: the words that came out there. What is deflated within other bytes is looked into as well."""
    shapes = [(shape, word) for word in words for shape in forms(word)]
    machine = BytesAhoCorasick([shape for shape, _ in shapes])
    found: dict[str, list[str]] = {}
    for way, contents in exits.out.items():
        seen = (piece for content in contents for piece in (content, *_inflated(content)))
        told = {shapes[hit][1] for piece in seen for hit, _, _ in machine.find_matches_as_indexes(piece)}
        if told:
            found[way] = sorted(told)
    return found


def _inflated(content: bytes) -> Iterator[bytes]:
    """What stands deflated (zlib) in other bytes."""
    for head in (b"\x78\x9c", b"\x78\xda", b"\x78\x01"):
        place = content.find(head)
        while place >= 0:
            try:
                yield zlib.decompressobj().decompress(content[place : place + 100_000])
            except zlib.error:
                yield b""
            place = content.find(head, place + 1)
