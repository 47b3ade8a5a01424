"""gleanery.web.privacy: finding somebody, what is held, the file for them; nothing typed is kept in the open."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from gleanery import worker
from gleanery.flow.inquiries import kept
from gleanery.flow.rights import Role
from gleanery.model.inquiries import Inquiry
from gleanery.model.record import Entry
from tests.web.privacy.conftest import Desk


def test_a_person_is_found_by_account_sign_in_name_id_and_hr_number(shared: Desk) -> None:
    officer, canary = shared.officer(), shared.planted.canary
    for text in (
        f"file:test:canary-{canary}",
        f"canary-{canary}",
        str(shared.planted.person)[:13],
    ):
        page = shared.get(officer, f"/privacy/inquiries/{shared.find(officer, text)}")
        assert f"/privacy/people/{shared.planted.person}" in page


def test_what_was_typed_stands_in_no_address_no_audit_entry_and_nowhere_in_clear(shared: Desk) -> None:
    officer = shared.officer()
    word = f"Nowhere.{shared.planted.canary[::-1]}@example.org"
    key = shared.find(officer, word)
    assert word in shared.get(officer, f"/privacy/inquiries/{key}")
    shared.house.store.forget_log()
    path = shared.house.store.path
    assert path is not None
    assert word.lower().encode() not in path.read_bytes().lower()
    with shared.house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.subject == f"inquiry:{key}")).all()
        assert [one.action for one in entries] == ["inquiry.opened"]
        assert not [one for one in session.exec(select(Entry)) if "nowhere" in str(one.detail).lower()]


def test_nobody_found_keeps_what_was_typed_and_says_how_to_write_it(shared: Desk) -> None:
    answer = shared.post(shared.officer(), "/privacy/find", text="<b>nobody", names="A name")
    assert answer.status_code == 422
    assert 'value="&lt;b&gt;nobody"' in answer.text
    assert "PLATFORM:REALM:ID" in answer.text
    assert "A name</textarea>" in answer.text


def test_names_that_are_markup_are_shown_as_they_are(shared: Desk) -> None:
    officer = shared.officer()
    name = '"><img src=x onerror=alert(1)>'
    key = shared.find(officer, str(shared.planted.person), names=name)
    for path in (f"/privacy/inquiries/{key}", f"/privacy/inquiries/{key}/erasure"):
        page = shared.get(officer, path)
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_everything_held_is_told_by_use_and_place_with_basis_and_time(shared: Desk) -> None:
    officer = shared.officer()
    page = shared.get(officer, f"/privacy/inquiries/{shared.find_planted(officer)}")
    for words in (
        "Keep the learning record",
        "Statements in the record",
        "Legal basis:",
        "until the person is erased",
    ):
        assert words in page
    assert f"canary-hr-{shared.planted.canary}" in page


def test_of_an_account_that_nobody_is_linked_to_no_person_is_counted_or_shown(shared: Desk) -> None:
    officer = shared.officer()
    places = {}
    for account in ("somebody", f"canary-{shared.planted.canary}"):
        key = shared.find(officer, f"file:test:{account}")
        shared.post(officer, f"/privacy/inquiries/{key}/held")
        shared.over(key)
        held = kept.read(shared.house, key).found["held"]
        places[account] = {one["name"]: (one["count"], len(one["rows"])) for one in held}
    linked = places.pop(f"canary-{shared.planted.canary}")
    assert linked["person"] == (1, 1)
    nobody = places["somebody"]
    assert (nobody["person"], nobody["queue"]) == ((0, 0), (0, 0))
    assert nobody["accounts"] == (1, 1)


def test_the_file_for_the_person_holds_their_data_and_is_entered_in_the_audit_log(shared: Desk) -> None:
    officer = shared.officer()
    key = shared.find_planted(officer)
    assert (
        shared.site.browser("officer", roles=[Role.PRIVACY_OFFICER])
        .get(f"{shared.site.url}/privacy/inquiries/{key}/file")
        .status_code
        == 404
    )
    shared.post(officer, f"/privacy/inquiries/{key}/export")
    shared.over(key)
    answer = officer.get(f"{shared.site.url}/privacy/inquiries/{key}/file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("person.json"))
        assert {"person.html", "privacy.html"} <= set(archive.namelist())
    assert str(shared.planted.person) in told["person"]["ids"]
    with shared.house.store.read() as session:
        actions = [
            one.action for one in session.exec(select(Entry)) if str(shared.planted.person) in one.subject
        ]
    assert "person.exported" in actions


def test_an_inquiry_is_forgotten_with_its_file_after_its_time_or_when_asked(shared: Desk) -> None:
    officer = shared.officer()
    keys = [shared.find_planted(officer) for _ in range(2)]
    for key in keys:
        shared.post(officer, f"/privacy/inquiries/{key}/export")
        shared.over(key)
    files = [kept.handed_out(shared.house, key) for key in keys]
    assert all(path.exists() for path in files)
    shared.post(officer, f"/privacy/inquiries/{keys[0]}/close")
    assert [path.exists() for path in files] == [False, True]
    with shared.house.store.write() as session:
        session.execute(update(Inquiry).values(until=shared.house.now() - timedelta(seconds=1)))
    assert officer.get(f"{shared.site.url}/privacy/inquiries/{keys[1]}").status_code == 404
    shared.find(officer, str(shared.planted.person))
    assert not files[1].exists()


def test_the_clock_forgets_an_inquiry_and_its_file_though_nobody_asks_anew(desk: Desk) -> None:
    officer = desk.officer()
    key = desk.find_planted(officer)
    desk.post(officer, f"/privacy/inquiries/{key}/export")
    desk.over(key)
    with desk.house.store.write() as session:
        session.execute(update(Inquiry).values(until=desk.house.now() - timedelta(seconds=1)))
    worker.work(desk.house)
    assert not kept.handed_out(desk.house, key).exists()
    with desk.house.store.read() as session:
        assert session.exec(select(Inquiry)).all() == []


@pytest.mark.parametrize("role", [Role.CURATOR, Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.LEARNER])
def test_no_other_role_sees_the_desk(shared: Desk, role: Role) -> None:
    client = shared.site.browser(f"only-{role.value}", roles=[role])
    for path in ("/privacy", f"/privacy/people/{shared.planted.person}", "/api/privacy/people"):
        assert client.get(shared.site.url + path).status_code == 403, path
    assert shared.post(client, "/privacy/find", text="x").status_code == 403


def test_what_is_held_is_told_in_german_too(shared: Desk) -> None:
    officer = shared.officer()
    officer.headers["Accept-Language"] = "de"
    page = shared.get(officer, f"/privacy/inquiries/{shared.find_planted(officer)}")
    assert "Wer die Person hier ist" in page
    assert "Who they are here" not in page
