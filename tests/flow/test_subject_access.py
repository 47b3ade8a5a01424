"""Whoever asks what is kept about them gets all of it, and nothing of anybody else."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow import deciding, desk, run, subject_access
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.people import bases, handles, persons
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.handles import Account
from gleanery.flow.record import driver
from gleanery.model.bases import BasisKind, Purpose
from gleanery.model.items import DecisionVerdict
from gleanery.model.people import LinkedBy
from gleanery.model.record import Entry
from gleanery.testing import Clock
from tests.house import FIELDS, article, file_source, make_house, records
from xapi.lrs.documents import Documents, Place
from xapi.lrs.links import identity_of
from xapi.lrs.store import StatementStore, prepare
from xapi.model import Actor

LEAD = "person:lead"
LMS = "https://lms.example.org"
FACTS = 100
MBOX, OTHER = "mailto:learner@example.org", "mailto:colleague@example.org"


class Facts:
    """A house that knows a hundred facts about a learner and as many about somebody else."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._next = {MBOX: count(), OTHER: count()}
        posts = [article(n, by="learner", **self.words(MBOX, n)) for n in range(20)]
        posts += [article(n, by="colleague", **self.words(OTHER, n)) for n in range(20, 40)]
        source = file_source(records(folder, posts), fields={**FIELDS, "author": "by"})
        cartridge = {"name": "cartridge", "adapter": "cartridge"}
        self.house = make_house(folder, clock, sources=[source], destinations=[cartridge])
        run(self.house)
        self.person = self.plant(MBOX, "learner")
        self.other = self.plant(OTHER, "colleague")

    def fact(self, whose: str) -> str:
        """The next fact about somebody."""
        number = next(self._next[whose])
        return f"{'fact' if whose == MBOX else 'other'}-{number:03}-"

    def words(self, whose: str, number: int) -> dict[str, str]:
        return {"text": f"{article(number)['text']} {self.fact(whose)}"}

    def planted(self, whose: str) -> int:
        return int(repr(self._next[whose]).removeprefix("count(").removesuffix(")"))

    def plant(self, mbox: str, account: str) -> UUID:
        """Everything else that is known of somebody, until there are a hundred facts."""
        person = self.known_person(mbox, account)
        self.decide(mbox, account)
        with self.house.store.write() as session:
            self.documents(session, mbox)
            for number in range(10):
                self.store(session, self.statement(mbox, f"file-{number}"), self.fact(mbox).encode())
            for number in range(10):
                self.store(session, self.mentioned(mbox, number))
            while self.planted(mbox) < FACTS:
                self.store(session, self.statement(mbox, f"more-{self.planted(mbox)}"))
        return person

    def known_person(self, mbox: str, account: str) -> UUID:
        """A person with accounts, an HR number and consents to texts of their own."""
        house = self.house
        with house.change() as change:
            key = house.person(change.session, account)
            person = persons.find_person(change.session, str(key))
            person.directory_number = house.vault.seal(key, self.fact(mbox).encode())
            person.unit = self.fact(mbox)
            change.session.add(person)
            for name in (account, self.fact(mbox), self.fact(mbox)):
                handle = handles.ensure_handle(
                    change.session, house.organisation.id, Account("file", "test", name)
                )
                handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=True)
            for purpose in (Purpose.LEARNING_RECORD, Purpose.CURATION_CREDIT):
                text = bases.add_text(change, purpose, "en", self.fact(mbox), LEAD)
                bases.give(change, purpose, BasisKind.CONSENT, Scope(person=key), LEAD, text=text)
            reference = self.fact(mbox)
            scope = Scope(person=key)
            bases.give(change, Purpose.LEARNING_RECORD, BasisKind.CONTRACT, scope, LEAD, reference=reference)
        return key

    def decide(self, mbox: str, account: str) -> None:
        rows = desk.queue(self.house, limit=10).rows
        for row in rows[:5]:
            deciding.decide(self.house, str(row.id), DecisionVerdict.APPROVE, account, self.fact(mbox))

    def documents(self, session: Any, mbox: str) -> None:
        kept, identity, at = Documents(driver(session)), identity_of(Actor(mbox=mbox)), self.house.now()
        for number in range(8):
            value = json.dumps({"place": self.fact(mbox)}).encode()
            kept.put(Place("state", f"{LMS}/{number}", identity), "resume", value, "application/json", at)
            kept.put(Place("agent", agent=identity), f"p{number}", self.fact(mbox).encode(), "text/plain", at)

    def statement(self, mbox: str, about: str) -> dict[str, Any]:
        """A deed of somebody; who taught it is somebody else."""
        teacher = OTHER if mbox == MBOX else MBOX
        return {
            "id": str(uuid4()),
            "actor": {"mbox": mbox, "name": f"{mbox[7:11]} by name"},
            "verb": {"id": f"{LMS}/did"},
            "object": {"id": f"{LMS}/courses/{about}"},
            "result": {"response": self.fact(mbox)},
            "context": {"instructor": {"mbox": teacher, "name": f"taught-by-{teacher[7:11]}"}},
        }

    def mentioned(self, mbox: str, number: int) -> dict[str, Any]:
        """A deed of a third person in which somebody has a part; the fact is about that part."""
        return {
            "id": str(uuid4()),
            "actor": {"mbox": f"mailto:third-{number}@example.org", "name": f"third-{number}"},
            "verb": {"id": f"{LMS}/met"},
            "object": {"objectType": "Agent", "mbox": f"mailto:fourth-{number}@example.org"},
            "context": {"instructor": {"mbox": mbox, "name": self.fact(mbox)}},
        }

    def store(self, session: Any, told: dict[str, Any], file: bytes | None = None) -> None:
        files = {}
        if file is not None:
            sha2 = hashlib.sha256(file).hexdigest()
            files = {sha2: ("text/plain", file)}
            told["attachments"] = [
                {
                    "usageType": f"{LMS}/usage",
                    "display": {"en": "a file"},
                    "contentType": "text/plain",
                    "length": len(file),
                    "sha2": sha2,
                }
            ]
        ready = prepare(msgspec.json.encode(told), "1.0.3", files)
        StatementStore(driver(session)).insert([ready], Actor(mbox="mailto:m@example.org"), self.house.now())


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    made = Facts(tmp_path_factory.mktemp("house"), Clock())
    yield made
    made.house.store.close()


@pytest.fixture(scope="module")
def exported(facts: Facts) -> dict[str, bytes]:
    """The members of the file that the learner gets."""
    out = facts.house.config.folder / "learner.zip"
    asked = Asked(str(facts.person), (), (MBOX,))
    subject_access.export(facts.house, asked, "officer", out)
    assert out.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_hundred_facts_of_a_hundred_are_there(facts: Facts, exported: dict[str, bytes]) -> None:
    assert facts.planted(MBOX) == FACTS
    everything = b"".join(exported.values())
    missing = [number for number in range(FACTS) if f"fact-{number:03}-".encode() not in everything]
    assert missing == []


def test_nothing_of_anybody_else_is_there(facts: Facts, exported: dict[str, bytes]) -> None:
    everything = b"".join(exported.values()).decode()
    others = [f"other-{number:03}-" for number in range(facts.planted(OTHER))]
    others += ["colleague", "third-", "fourth-", "taught-by-coll", str(facts.other)]
    assert [one for one in others if one in everything] == []


def test_the_page_says_what_the_data_says(exported: dict[str, bytes]) -> None:
    told, page = json.loads(exported["person.json"]), exported["person.html"].decode()
    files = b"".join(content for name, content in exported.items() if name.startswith("attachments/"))
    for number in range(FACTS):
        fact = f"fact-{number:03}-"
        assert (fact in json.dumps(told)) == (fact in page), fact
        assert fact in page or fact.encode() in files, fact
    assert "<script" not in page


def test_every_role_is_told_and_who_else_was_there_is_not(exported: dict[str, bytes]) -> None:
    told = json.loads(exported["person.json"])
    roles = {role for one in told["statements"] for role in one["roles"]}
    assert roles >= {"actor", "instructor"}
    own = next(one["statement"] for one in told["statements"] if "fact-099-" in json.dumps(one))
    assert own["actor"]["mbox"] == MBOX
    assert own["context"]["instructor"]["account"]["name"] == "somebody else"


def test_entries_name_nobody_else_who_acted(facts: Facts, exported: dict[str, bytes]) -> None:
    told = json.loads(exported["person.json"])["audit"]
    assert {one["action"] for one in told} >= {"handle.linked", "basis.given", "item.approved", "record.read"}
    assert {one["who"] for one in told} <= {f"person:{facts.person}", "somebody else", "policy:screening"}


def test_the_export_is_an_audit_entry_and_a_reading(facts: Facts, exported: dict[str, bytes]) -> None:
    with facts.house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.subject == f"person:{facts.person}")).all()
    assert {("person.exported", "{}"), ("record.read", '{"what":"subject-access"}')} <= {
        (one.action, one.detail) for one in entries
    }


def test_a_dry_run_counts_and_writes_nothing(facts: Facts, tmp_path: Path) -> None:
    counts = subject_access.export(facts.house, Asked(str(facts.person), (), (MBOX,)), "officer", None)
    assert counts["posts"] == 20
    assert counts["documents"] == 16
    assert counts["decisions"] == 5
    assert list(tmp_path.iterdir()) == []


def test_nobody_known_is_nobody_told(facts: Facts) -> None:
    with pytest.raises(BadInput, match="There is no person"):
        subject_access.export(facts.house, Asked("ffff"), "officer", None)
