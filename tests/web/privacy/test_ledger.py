"""gleanery.web.privacy: legal bases, texts, persons, HR lists and the documents."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import event
from sqlmodel import select

from gleanery.flow.house import House
from gleanery.flow.people import ledger
from gleanery.flow.people.ledger import Draft
from gleanery.flow.rights import Role
from gleanery.model.bases import Basis, BasisKind, Purpose
from gleanery.model.people import Person
from gleanery.model.personal_fields import PERSONAL
from tests.web.privacy.conftest import Desk

LEARNING = Purpose.LEARNING_RECORD


def add_people(house: House, count: int, unit: str) -> None:
    with house.store.write() as session:
        session.add_all([Person(id=uuid4(), made_at=house.now(), unit=unit) for _ in range(count)])


def queries(house: House, client: requests.Session, address: str) -> int:
    """How many statements the database is sent for a page."""
    counted: list[str] = []

    def count(*told: object) -> None:
        counted.append(str(told[2]))

    client.get(address).raise_for_status()
    event.listen(house.store.engine, "before_cursor_execute", count)
    client.get(address).raise_for_status()
    event.remove(house.store.engine, "before_cursor_execute", count)
    return len(counted)


def test_a_basis_is_entered_prolonged_and_ended(shared: Desk) -> None:
    officer = shared.officer()
    until = date.today() + timedelta(days=30)
    made = shared.post(
        officer, "/privacy/bases", purpose="learning-record", kind="works-agreement", reference="BV 7",
        unit="Harbour", until=until.isoformat(),
    )  # fmt: skip
    assert made.status_code == 200
    assert "ends soon" in made.text
    listed = shared.get(officer, "/privacy/bases?standing=ends-soon&unit=Harbour")
    assert "BV 7" in listed
    longer = shared.post(officer, f"{made.url.removeprefix(shared.site.url)}/prolong", until="")
    assert "begins later" in longer.text
    ended = shared.post(officer, f"{made.url.removeprefix(shared.site.url)}/end")
    assert '<span class="badge ">ended</span>' in ended.text
    assert shared.post(officer, f"{made.url.removeprefix(shared.site.url)}/end").status_code == 409


def test_a_basis_that_is_refused_keeps_what_was_typed(shared: Desk) -> None:
    answer = shared.post(
        shared.officer(), "/privacy/bases", purpose="curation-credit", kind="contract", unit="<i>Yard</i>"
    )
    assert answer.status_code == 422
    assert 'value="&lt;i&gt;Yard&lt;/i&gt;"' in answer.text
    assert "has a reference by which it can be found" in answer.text


def test_a_consent_is_withdrawn_and_not_ended_or_prolonged(shared: Desk) -> None:
    officer = shared.officer()
    with shared.house.store.read() as session:
        consent = session.exec(
            select(Basis).where(Basis.kind == BasisKind.CONSENT, Basis.person_id == shared.planted.person)
        ).first()
    assert consent is not None
    here = f"/privacy/bases/{consent.id}"
    for act in ("end", "prolong"):
        assert shared.post(officer, f"{here}/{act}").status_code == 409
    assert "Enter the withdrawal" in shared.get(officer, here)


def test_coverage_hides_groups_of_fewer_than_five(desk: Desk) -> None:
    add_people(desk.house, 20, "Harbour")
    add_people(desk.house, 9, "Quay")
    assert ledger.coverage(desk.house)[0].covered is None  # two consents
    for unit, shown in (("Harbour", True), ("Quay", False)):
        agreement = Draft(LEARNING, BasisKind.WORKS_AGREEMENT, reference="BV 1", unit=unit)
        ledger.give(desk.house, "lead", agreement)
        assert (ledger.coverage(desk.house)[0].covered is not None) is shown, unit
    assert "hidden: a group of fewer than 5" in desk.get(desk.officer(), "/privacy/coverage")


def test_pages_of_persons_and_bases_cost_the_same_queries_for_few_and_for_many(desk: Desk) -> None:
    officer = desk.officer()
    for path in ("/privacy/people", "/privacy/bases"):
        few = queries(desk.house, officer, desk.site.url + path)
        add_people(desk.house, 300, "Harbour")
        for number in range(60):
            draft = Draft(LEARNING, BasisKind.CONTRACT, reference=f"{path} {number}")
            ledger.give(desk.house, "lead", draft)
        assert queries(desk.house, officer, desk.site.url + path) == few


def test_persons_are_listed_page_by_page_each_once(desk: Desk) -> None:
    add_people(desk.house, 230, "Harbour")
    token = desk.site.browser("officer", roles=[Role.PRIVACY_OFFICER])
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        address = f"{desk.site.url}/api/privacy/people?limit=100&after={after}"
        told = token.get(address).json()
        seen += [one["id"] for one in told["items"]]
        after = told["next"]
    assert len(seen) == len(set(seen)) >= 230


def test_two_persons_are_merged_and_split_again(shared: Desk) -> None:
    add_people(shared.house, 2, "Merging")
    with shared.house.store.read() as session:
        one, other = session.exec(select(Person.id).where(Person.unit == "Merging")).all()
    officer = shared.officer()
    page = shared.post(officer, f"/privacy/people/{one}/merge", other=str(other))
    gone = UUID(page.url.rpartition("=")[2])
    assert "Undo" in page.text
    assert shared.post(officer, f"/privacy/people/{gone}/split").status_code == 200
    assert "Undo" not in shared.get(officer, f"/privacy/people/{gone}")
    answer = shared.post(officer, f"/privacy/people/{one}/merge", other="<zzz>")
    assert answer.status_code == 422
    assert 'value="&lt;zzz&gt;"' in answer.text


def test_accounts_are_linked_and_unlinked_and_a_strangers_is_refused(shared: Desk) -> None:
    add_people(shared.house, 1, "Linking")
    with shared.house.store.read() as session:
        person = session.exec(select(Person.id).where(Person.unit == "Linking")).one()
    officer, here = shared.officer(), f"/privacy/people/{person}"
    theirs = f"file:test:canary-{shared.planted.canary}"
    assert shared.post(officer, f"{here}/link", account=theirs).status_code == 409
    assert shared.post(officer, f"{here}/unlink", account=theirs, why="asked").status_code == 422
    page = shared.post(officer, f"{here}/link", account="slack:T1:U<9>", verified="true")
    assert "slack:T1:U&lt;9&gt;" in page.text
    page = shared.post(officer, f"{here}/unlink", account="slack:T1:U<9>", why="mistake")
    assert "it never was theirs" in page.text


# --------------------------------------------------------------------------- HR lists

LIST = """id;unit;start;end;account:slack:T9
1;Harbour;2026-01-01;;U91
2;=cmd|'/C calc'!A0;2026-01-01;;U92
3;Yard;2026-13-01;;U93
"""


def given(desk: Desk, client: requests.Session, raw: bytes, **form: str) -> requests.Response:
    files = {"file": ("people.csv", raw, "text/csv")}
    answer = client.post(f"{desk.site.url}/privacy/hr-lists", files=files, data=form)
    if answer.status_code == 200:
        desk.over(UUID(answer.url.rpartition("/")[2]))
    return answer


def test_a_list_is_looked_at_brought_in_and_taken_back(desk: Desk) -> None:
    officer = desk.officer()
    before = desk.get(officer, "/privacy/people").count("<tr>")
    address = given(desk, officer, LIST.encode()).url.removeprefix(desk.site.url)
    page = desk.get(officer, address)
    assert "What the list would change" in page
    assert "=cmd|&#39;/C calc&#39;!A0" in page
    assert "Line 4: the start is a day that no calendar has" in page
    assert desk.get(officer, "/privacy/people").count("<tr>") == before
    desk.post(officer, f"{address}/import")
    desk.over(UUID(address.rpartition("/")[2]))
    assert "The list was brought in." in desk.get(officer, address)
    assert desk.get(officer, "/privacy/people").count("<tr>") == before + 2
    assert desk.post(officer, f"{address}/import").status_code == 409
    assert "Taken back" in desk.post(officer, "/privacy/hr-lists/undo").text
    assert desk.post(officer, "/privacy/hr-lists/undo").status_code == 409


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "No list was chosen"),
        (b"PK\x03\x04" + b"\x00" * 40, "is no text table"),
        (b"name;unit\nx;y\n", "has no column"),
        (b'id;unit\n1;"open\n', "is never closed"),
        (b"id\n" + b"1\n" * 460_000, "is longer than"),
        (b"id;unit\n1;" + b"x" * 20_000 + b"\n", "cannot be read from line"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(shared: Desk, raw: bytes, told: str) -> None:
    answer = given(shared, shared.officer(), raw, complete="true")
    assert answer.status_code == 422
    assert told in answer.text
    assert 'name="complete" value="true" checked' in answer.text


# --------------------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Record of processing activities"), ("de", "Verzeichnis von Verarbeitungstätigkeiten")],
)
def test_the_record_of_processing_is_a_page_and_files_in_both_languages(
    shared: Desk, language: str, words: str
) -> None:
    officer = shared.officer()
    assert words in shared.get(officer, f"/privacy/processing?language={language}")
    assert words in shared.get(officer, f"/privacy/processing.md?language={language}")
    told = json.loads(shared.get(officer, f"/privacy/processing.json?language={language}"))
    assert told == shared.site.browser("officer", roles=[Role.PRIVACY_OFFICER]).get(
        f"{shared.site.url}/api/privacy/processing?language={language}"
    ).json() | {"made": told["made"]}
    assert {"catalogue (file)"} == set(told["sources"])
    assert len(told["activities"]) >= 6


def test_the_record_of_processing_names_what_is_not_configured(shared: Desk) -> None:
    assert "[enter people.contact]" in shared.get(shared.officer(), "/privacy/processing?language=en")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_sheet_tells_every_field_in_tables_that_fit_a_page(shared: Desk, language: str) -> None:
    html = shared.get(shared.officer(), f"/privacy/sheet?language={language}")
    tables = re.findall(r"<thead>(.*?)</thead>", html, re.DOTALL)
    assert max(table.count("<th ") for table in tables) <= 6
    fields = [one.table if one.column == "*" else f"{one.table}.{one.column}" for one in PERSONAL]
    assert [field for field in fields if f"<code>{field}</code>" not in html] == []
    assert "`" not in html.partition("<main")[2]
