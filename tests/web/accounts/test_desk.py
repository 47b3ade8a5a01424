"""gleanery.web.accounts: the desk of administrators, and everybody's own page."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
import requests
from sqlalchemy import event
from sqlmodel import select

from gleanery.flow.accounts import staff
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from gleanery.model.record import Entry
from tests.web.houses import Site


def _id(house: House, name: str) -> str:
    with house.store.read() as session:
        return str(staff.find(session, name))


def _made(site: Site, name: str, *roles: Role) -> str:
    with site.house.change() as change:
        return str(staff.invite(site.house, change, name, roles, "system").person_id)


def test_the_roles_that_are_ticked_are_those_held_and_each_change_is_told(site: Site) -> None:
    office, person = site.browser(), _made(site, "ticked", Role.CURATOR, Role.LEARNER)
    form = {"roles": ["auditor", "learner"]}
    page = office.post(f"{site.url}/accounts/{person}/roles", form)
    assert "The roles are set." in page.text
    with site.house.store.read() as session:
        entries = session.exec(select(Entry).where(Entry.subject == f"person:{person}")).all()
    told = {(entry.action, json.loads(entry.detail).get("role")) for entry in entries}
    assert {("account.role-taken", "curator"), ("account.role-given", "auditor")} <= told
    before = len(entries)
    office.post(f"{site.url}/accounts/{person}/roles", form)
    with site.house.store.read() as session:
        again = session.exec(select(Entry).where(Entry.subject == f"person:{person}")).all()
    assert len(again) == before, "what changes nothing tells nothing"


def test_the_log_says_who_made_an_account(site: Site) -> None:
    office = site.browser("maker-of-accounts")
    office.post(f"{site.url}/accounts", {"name": "made-by-another"}).raise_for_status()
    made = f"person:{_id(site.house, 'made-by-another')}"
    with site.house.store.read() as session:
        wanted = select(Entry.actor).where(Entry.subject == made, Entry.action == "account.made")
        assert session.exec(wanted).all() == [f"person:{_id(site.house, 'maker-of-accounts')}"]


def test_the_last_administrator_can_neither_leave_nor_be_disabled(own_site: Site) -> None:
    office = own_site.browser()
    me = _id(own_site.house, "curator")
    for path, form in (("roles", {"roles": "curator"}), ("disable", {})):
        answer = office.post(f"{own_site.url}/accounts/{me}/{path}", form)
        assert answer.status_code == 409
        assert "last administrator" in answer.text
    second = _made(own_site, "second", Role.ADMINISTRATOR)
    assert office.post(f"{own_site.url}/accounts/{second}/disable").ok
    assert office.post(f"{own_site.url}/accounts/{me}/disable").status_code == 409, (
        "a disabled one does not count"
    )
    assert office.post(f"{own_site.url}/accounts/{second}/enable").ok
    left = office.post(f"{own_site.url}/accounts/{me}/roles", {"roles": "curator"}, allow_redirects=False)
    assert left.status_code == 303
    assert office.get(f"{own_site.url}/accounts").status_code == 403


def test_who_is_disabled_is_out_at_once_by_session_token_and_link(site: Site) -> None:
    client, program = site.browser("leaver"), site.program("leaver")
    link = site.link("leaver")
    assert client.get(f"{site.url}/me").ok
    assert program.get(f"{site.url}/api/me").ok
    assert site.browser().post(f"{site.url}/accounts/{_id(site.house, 'leaver')}/disable").ok
    assert client.get(f"{site.url}/me").status_code == 401
    assert program.get(f"{site.url}/api/me").status_code == 401
    form = {"link": link.partition("=")[2]}
    assert site.browser(None).post(f"{site.url}/signin", form).status_code == 403
    site.browser().post(f"{site.url}/accounts/{_id(site.house, 'leaver')}/enable").raise_for_status()
    assert client.get(f"{site.url}/me").status_code == 401, "what has ended stays ended"
    assert program.get(f"{site.url}/api/me").ok


@pytest.mark.parametrize("name", ["", "x", "two words", "<b>", "a" * 65, "curator", "CURATOR"])
def test_a_name_that_cannot_be_one_is_refused_and_kept_in_the_form(site: Site, name: str) -> None:
    site.browser()
    answer = site.browser().post(f"{site.url}/accounts", {"name": name, "roles": ["lead", "auditor"]})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    for role in ("lead", "auditor"):
        assert f'value="{role}" checked' in answer.text
    assert "<b>" not in answer.text


def test_a_role_that_is_named_twice_is_given_once(site: Site) -> None:
    wanted = {"name": "twice", "roles": ["learner", "learner"]}
    made = site.program("boss").post(f"{site.url}/api/accounts", json=wanted)
    assert made.status_code == 201
    assert made.json()["account"]["roles"] == ["learner"]


def test_an_account_that_nobody_has_is_404_on_the_page_and_on_the_api(site: Site) -> None:
    office, program, nobody = site.browser(), site.program(), uuid4()
    assert office.get(f"{site.url}/accounts/{nobody}").status_code == 404
    for path in ("disable", "enable", "end-sessions", "password-link"):
        assert office.post(f"{site.url}/accounts/{nobody}/{path}").status_code == 404
        assert program.post(f"{site.url}/api/accounts/{nobody}/{path}").status_code == 404


def test_what_the_desk_can_do_a_program_can_do(site: Site) -> None:
    program = site.program()
    made = program.post(f"{site.url}/api/accounts", json={"name": "by-program", "roles": ["learner"]})
    assert made.status_code == 201
    assert made.json()["link"].startswith("/password?link=")
    one = f"{site.url}/api/accounts/{made.json()['account']['id']}"
    assert program.put(f"{one}/roles", json={"roles": ["auditor"]}).json()["roles"] == ["auditor"]
    assert program.post(f"{one}/disable").json()["disabled_at"]
    assert program.post(f"{one}/password-link").status_code == 409
    assert program.post(f"{one}/enable").json()["disabled_at"] is None
    assert program.post(f"{one}/end-sessions").ok
    names = []
    after: str | None = ""
    while after is not None:
        page = program.get(f"{site.url}/api/accounts", params={"limit": 2, "after": after}).json()
        names += [row["name"] for row in page["items"]]
        after = page["next"]
    assert "by-program" in names
    assert names == sorted(set(names))


def test_the_list_costs_as_many_queries_however_many_there_are(site: Site) -> None:
    office = site.browser()

    def queries() -> int:
        counted: list[str] = []
        event.listen(
            site.house.store.engine, "before_cursor_execute", note := lambda *a: counted.append(a[2])
        )
        office.get(f"{site.url}/accounts").raise_for_status()
        event.remove(site.house.store.engine, "before_cursor_execute", note)
        return len([one for one in counted if one.lstrip().upper().startswith("SELECT")])

    before = queries()
    for number in range(20):
        _made(site, f"many{number:02}", *list(Role)[: number % 6])
    assert queries() == before


def test_settings_are_kept_and_show_at_once(site: Site) -> None:
    client = site.browser("setter")
    form = {"locale": "de", "theme": "dark", "rows": "100"}
    page = client.post(f"{site.url}/me/settings", form).text
    assert '<html lang="de" data-theme="dark">' in page
    assert "Ihre Einstellungen sind gespeichert." in page
    settings = site.program("setter").get(f"{site.url}/api/me").json()["settings"]
    assert settings == {"locale": "de", "theme": "dark", "rows": 100, "keys": False}
    program = site.program("setter")
    told = program.patch(f"{site.url}/api/me", json={"locale": None, "keys": True}).json()["settings"]
    assert told == {"theme": "dark", "rows": 100, "keys": True}
    assert program.patch(f"{site.url}/api/me", json={"theme": "loud"}).status_code == 422
    assert client.post(f"{site.url}/me/settings", {"theme": "loud"}).status_code == 422


def test_the_own_page_leads_to_the_digest_and_to_what_is_held(site: Site) -> None:
    page = site.browser("led", roles=[Role.LEARNER]).get(f"{site.url}/me").text
    for path in ("/me/digest", "/me/privacy"):
        assert f'href="{path}"' in page


def test_everybody_takes_what_is_kept_about_them_and_nobody_elses(site: Site) -> None:
    site.token("neighbour")
    learner = site.browser("learning", roles=[Role.LEARNER])
    answer = learner.get(f"{site.url}/me/data")
    assert "attachment" in answer.headers["content-disposition"]
    told = answer.json()
    assert {row["what"] for row in told["signing_in"]} == {"account", "role", "session"}
    assert _id(site.house, "learning") in answer.text
    assert _id(site.house, "neighbour") not in answer.text
    assert site.program("learning").get(f"{site.url}/api/me/data").json()["person"] == told["person"]


def test_a_session_can_be_ended_from_another_browser_but_not_by_another_person(site: Site) -> None:
    here, there, stranger = site.browser("roamer"), site.browser("roamer"), site.browser("stranger")
    program = site.program("roamer")
    marks = [row["id"] for row in program.get(f"{site.url}/api/sessions").json()["items"]]
    assert len(marks) == 2
    for mark in marks:
        assert stranger.post(f"{site.url}/me/sessions/{mark}/end").status_code == 410
    page = here.get(f"{site.url}/me").text
    mine = next(mark for mark in marks if f"/me/sessions/{mark}/end" not in page)
    other = next(mark for mark in marks if mark != mine)
    assert here.post(f"{site.url}/me/sessions/{other}/end").ok
    assert there.get(f"{site.url}/me").status_code == 401
    assert here.get(f"{site.url}/me").ok
    third = site.browser("roamer")
    assert here.post(f"{site.url}/me/sessions/end").ok
    assert third.get(f"{site.url}/me").status_code == 401
    assert program.delete(f"{site.url}/api/sessions").status_code == 204
    assert here.get(f"{site.url}/me").status_code == 401


# --------------------------------------------------------------------------- a session that ends in mid form


def test_what_was_typed_when_the_session_ended_is_kept_and_can_be_sent(site: Site) -> None:
    from tests.web.accounts.test_passwords import a_password, with_password

    password = a_password()
    with_password(site.house, "interrupted", password, Role.ADMINISTRATOR)
    lost = site.browser(None)
    typed = {"name": "kept-and-sent", "roles": ["lead", "auditor"], "password": password}
    page = lost.post(f"{site.url}/accounts", typed)
    assert page.status_code == 401
    assert "kept-and-sent" in page.text
    assert password not in page.text, "a secret is not carried along"
    packed = page.text.partition('name="kept" value="')[2].partition('"')[0].replace("&amp;", "&")
    form = {"name": "interrupted", "password": password, "again": "/accounts", "kept": packed}
    wrong = lost.post(f"{site.url}/signin", form | {"password": "?"})
    assert wrong.status_code == 403
    assert "kept-and-sent" in wrong.text, "a wrong password loses nothing"
    again = lost.post(f"{site.url}/signin", form)
    assert again.status_code == 200
    assert 'action="/accounts"' in again.text
    assert again.text.count('name="roles"') == 2
    assert lost.post(f"{site.url}/accounts", {"name": "kept-and-sent", "roles": ["lead", "auditor"]}).ok


def test_the_form_is_sent_on_to_no_other_place(site: Site) -> None:
    from tests.web.accounts.test_passwords import a_password, with_password

    password = a_password()
    with_password(site.house, "led-astray", password)
    form = {"name": "led-astray", "password": password, "kept": "a=b"}
    for again in ("//attacker.example", "https://attacker.example", "javascript:alert(1)"):
        answer = site.browser(None).post(f"{site.url}/signin", form | {"again": again}, allow_redirects=False)
        assert answer.status_code == 303


def test_a_part_of_a_page_that_asks_by_itself_changes_nothing_once_the_session_is_over(site: Site) -> None:
    headers = {"HX-Request": "true", "X-Asks-Again": "true"}
    answer = requests.get(f"{site.url}/accounts", headers=headers, timeout=5)
    assert answer.status_code == 401
    assert answer.headers["hx-reswap"] == "none"
