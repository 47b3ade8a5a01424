"""A house that knows one person in every place where somebody can be known, under a name drawn by chance.

The name, the mailbox and the accounts all hold one word, the canary, so that a search for it finds any of them.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlmodel import select

from gleanery.flow import exporting, run
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.exporting import Form, Selection
from gleanery.flow.house import House
from gleanery.flow.people import handles, persons
from gleanery.flow.people.handles import Account
from gleanery.flow.record import driver
from gleanery.model.people import LinkedBy, Person
from gleanery.model.sources import Source
from gleanery.testing import Clock
from gleanery.web.signin import new_link
from tests.flow.people import deeds
from tests.house import FIELDS, article, file_source, make_house, records
from xapi.forwarding.ledger import Dead, Ledger
from xapi.lrs.documents import Documents, Place
from xapi.lrs.links import identity_of
from xapi.lrs.store import StatementStore, prepare
from xapi.model import Actor

LEAD = "person:lead"
TARGET = "central"
LMS = "https://lms.example.org"
VERB = "http://adlnet.gov/expapi/verbs/completed"


@dataclass
class Planted:
    """The house, the person's id, the canary, and the statements by the role in which they name the person."""

    house: House
    person: UUID
    canary: str
    own: dict[str, UUID] = field(default_factory=dict)
    others: dict[str, UUID] = field(default_factory=dict)
    untouched: dict[str, UUID] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"Canary {self.canary}"

    @property
    def mbox(self) -> str:
        return f"mailto:Canary.{self.canary}@example.org"

    @property
    def asked(self) -> Asked:
        """What an administrator knows of the person."""
        identities = (self.mbox.lower(), f"{LMS} canary-{self.canary}")
        return Asked(str(self.person), (), identities, (self.name,))

    def put(self, name: str, into: dict[str, UUID], version: Any = "1.0.3", **told: Any) -> None:
        """Store a statement by a third party about somebody."""
        key = uuid4()
        raw = msgspec.json.encode({"id": str(key), **ordinary(name), **told})
        self._insert(raw, version)
        into[name] = key

    def _insert(self, raw: bytes, version: Any, files: dict[str, tuple[str, bytes]] | None = None) -> None:
        with self.house.store.write() as session:
            ready = prepare(raw, version, files or {})
            StatementStore(driver(session)).insert([ready], agent("machine"), self.house.now())


def agent(name: str) -> Actor:
    return Actor(mbox=f"mailto:{name}@example.org")


def ordinary(name: str) -> dict[str, Any]:
    """A statement of somebody else."""
    return {
        "actor": {"mbox": "mailto:learner@example.org", "name": "A learner"},
        "verb": {"id": VERB},
        "object": {"id": f"{LMS}/courses/{name}"},
    }


def plant(folder: Path, clock: Clock, **changes: Any) -> Planted:
    """A founded house with the person in it."""
    # Letters alone: digits in a row may look like somebody's telephone number, and be kept back.
    canary = "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(12))
    rows = [article(0, by=f"canary-{canary}", title=f"Canary {canary} explains"), article(1, by="somebody")]
    rows.append(article(2, by="somebody", text=f"As Canary {canary} said before: {article(2)['text']}"))
    source = file_source(records(folder, rows), fields={**FIELDS, "author": "by"})
    cartridge = {"name": "cartridge", "adapter": "cartridge"}
    curation = {"auto_approve": "keep"}
    house = make_house(
        folder, clock, sources=[source], destinations=[cartridge], curation=curation, **changes
    )
    run(house)
    made = Planted(house, _person(house, canary), canary)
    _plant_deeds(made)
    _plant_statements(made)
    _plant_documents(made)
    _plant_messages(made)
    _plant_files(made)
    return made


def _person(house: House, canary: str) -> UUID:
    """A member of staff who also posts, with consent."""
    with house.change() as change:
        key = house.person(change.session, f"canary-{canary}")
        person = persons.find_person(change.session, str(key))
        account = Account("file", "test", f"canary-{canary}")
        handle = handles.ensure_handle(change.session, house.organisation.id, account)
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
        person.directory_number = house.vault.seal(key, f"canary-hr-{canary}".encode())
        change.session.add(person)
    deeds.consent(house, person)
    new_link(house, f"canary-{canary}")
    return key


def _plant_deeds(made: Planted) -> None:
    """What the house itself states: of the person, and of another."""
    with made.house.store.read() as session:
        person = session.get_one(Person, made.person)
    stated = deeds.act(made.house, person, "viewed-by-them")
    made.own["house"] = stated.statement_id  # type: ignore[union-attr]
    other = deeds.new_person(made.house, "another")
    deeds.consent(made.house, other)
    made.untouched["house"] = deeds.act(made.house, other, "viewed-by-another").statement_id  # type: ignore[union-attr]


def _plant_statements(made: Planted) -> None:
    them = {"objectType": "Agent", "name": made.name, "mbox": made.mbox}
    account = {"name": made.name, "account": {"homePage": LMS, "name": f"canary-{made.canary}"}}
    other = {"mbox": "mailto:other@example.org", "name": "Another"}
    noted = {
        "https://lms.example.org/ext/note": f"certificate of {made.name}",
        "https://lms.example.org/n": 1.50,
    }
    digest = hashlib.sha1(made.mbox.encode(), usedforsecurity=False).hexdigest()
    made.put("actor", made.own, actor=them, result={"response": made.name, "extensions": noted})
    made.put("actor-account", made.own, actor=account)
    made.put("actor-digest", made.own, actor={"mbox_sha1sum": digest})
    made.put("object", made.own, object=them)
    _put_with_file(made, them)
    group = {"objectType": "Group", "name": "Both", "member": [them, other]}
    told: dict[str, Any] = {"actor": them, "verb": {"id": VERB}, "object": {"id": f"{LMS}/courses/sub"}}
    made.put("instructor", made.others, context={"instructor": them}, result={"extensions": noted})
    made.put("team-member", made.others, context={"team": group})
    made.put("group-member", made.others, actor=group)
    made.put("sub-statement", made.others, object={"objectType": "SubStatement", **told})
    made.put("extension", made.others, context={"extensions": {"https://lms.example.org/coach": them}})
    made.put("authority", made.others, authority=them)
    made.put("words", made.others, result={"response": f"thanks, canary {made.canary.upper()}!"})
    agents = [{"objectType": "contextAgent", "agent": account, "relevantTypes": [f"{LMS}/coach"]}]
    groups = [{"objectType": "contextGroup", "group": group}]
    made.put("context-agent", made.others, "2.0.0", context={"contextAgents": agents})
    made.put("context-group", made.others, "2.0.0", context={"contextGroups": groups})
    mention = {"id": f"{made.house.organisation.people_home}/{made.person}"}
    made.put("mention", made.others, context={"contextActivities": {"other": [mention]}})
    made.put("nobody", made.untouched)


def _put_with_file(made: Planted, them: dict[str, Any]) -> None:
    content = f"the certificate of {made.name}".encode()
    sha2 = hashlib.sha256(content).hexdigest()
    file = {
        "usageType": f"{LMS}/usage",
        "display": {"en": made.name},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha2,
    }
    key = uuid4()
    raw = {"id": str(key), **ordinary("attachment"), "actor": them, "attachments": [file]}
    made._insert(msgspec.json.encode(raw), "1.0.3", {sha2: ("text/plain", content)})
    made.own["attachment"] = key


def _plant_documents(made: Planted) -> None:
    identity = identity_of(Actor(mbox=made.mbox))
    name = json.dumps({"name": made.name}).encode()
    with made.house.store.write() as session:
        kept = Documents(driver(session))
        at = made.house.now()
        kept.put(Place("state", f"{LMS}/c", identity), "resume", name, "application/json", at)
        kept.put(Place("agent", agent=identity), "profile", made.name.encode(), "text/plain", at)
        shared = b'{"coach": "%s", "n": 1.50}' % made.name.encode()
        kept.put(Place("activity", f"{LMS}/c"), "about", shared, "application/json", at)
        kept.put(
            Place("state", f"{LMS}/c", "mbox mailto:learner@example.org"), "resume", b"{}", "text/plain", at
        )


def _plant_messages(made: Planted) -> None:
    """Where a name should not stand and yet may: what targets and sources answered."""
    with made.house.store.write() as session:
        ledger = Ledger(driver(session), "main", TARGET)
        seqs = ledger.seqs_of([one.bytes for one in [*made.own.values(), *made.others.values()]])
        ledger.open()
        ledger.mark(seq for key, seq in seqs.items() if key != made.own["object"].bytes)
        for seq in (seqs[made.own["actor"].bytes], seqs[made.others["instructor"].bytes]):
            ledger.bury(Dead(seq, 400, f"unknown learner {made.name}", 1, 0))
        source = session.exec(select(Source)).one()
        source.message = f"cannot read what {made.name} wrote"
        session.add(source)


def _plant_files(made: Planted) -> None:
    folder = made.house.config.data / "exports"
    folder.mkdir()
    exporting.export(made.house, "lead", Selection(log="statements"), folder / "all.jsonl", Form.JSONL)
    (made.house.config.data / "service.log").write_text(
        f"10:00 started\n10:01 hello {made.name}!\n10:02 end\n"
    )
    with zipfile.ZipFile(folder / "copy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("learners.csv", f"id,name\n1,{made.name}\n")


# --------------------------------------------------------------------------- looking for the canary


def found_in_files(made: Planted) -> list[str]:
    """The files of data folder, keys and second place that hold the canary, in zips too."""
    root = made.house.config.folder
    folders = [made.house.config.data, root / "keys", root / "elsewhere"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    sign = made.canary.encode()
    return [path.name for path in files if any(sign in part.lower() for part in _bytes_of(path))]


def _bytes_of(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from map(archive.read, archive.namelist())


def found_in_record(made: Planted) -> list[UUID]:
    """The statements whose bytes hold the canary: they are compressed, so no search of files finds them."""
    with made.house.store.read() as session:
        every = StatementStore(driver(session)).query(limit=10_000, voided=True)
        return [one.id for one in every if made.canary in one.raw.decode().lower()]


def dump_of(url: str) -> bytes:
    """A PostgreSQL database as plain SQL."""
    command = ["pg_dump", "--inserts", "--dbname", url]
    return subprocess.run(command, capture_output=True, check=True).stdout
