"""Tokens of the API: shown once, never worth more than their holder, and revoked."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow.accounts import staff, tokens
from gleanery.flow.accounts.visitors import visitor_of_token
from gleanery.flow.rights import Right, Role, rights_of
from gleanery.model.accounts import ApiToken
from tests.house import make_house
from tests.web.houses import Site


def _me(site: Site, token: str) -> requests.Response:
    return requests.get(f"{site.url}/api/me", headers={"Authorization": f"Bearer {token}"}, timeout=5)


def test_a_token_made_on_the_page_is_shown_once_and_works(site: Site) -> None:
    client = site.browser("maker")
    form = {"label": "nightly export", "days": "30", "rights": ["own", "queue.see"]}
    text = client.post(f"{site.url}/me/tokens", form).text.partition("<pre>")[2].partition("</pre>")[0]
    assert text.startswith("gly_")
    told = _me(site, text).json()
    assert told["name"] == "maker"
    assert told["by_token"] is True
    assert set(told["rights"]) == {"queue.see", "own"}
    page = client.get(f"{site.url}/me").text
    assert "nightly export" in page
    assert text not in page
    with site.house.store.read() as session:
        rows = session.exec(select(ApiToken).where(ApiToken.label == "nightly export")).all()
    assert text.encode() not in rows[0].mark


def test_a_token_cannot_do_more_than_whoever_makes_it(site: Site) -> None:
    client = site.browser("reader", roles=[Role.AUDITOR])
    form = {"label": "more", "days": "1", "rights": ["record.see", "account.manage"]}
    answer = client.post(f"{site.url}/me/tokens", form)
    assert answer.status_code == 422
    assert 'value="more"' in answer.text, "what was typed is still there"
    narrow = site.program("reader", [Right.OWN])
    wanted = {"label": "wide", "days": 1, "rights": ["record.see"]}
    assert narrow.post(f"{site.url}/api/tokens", json=wanted).status_code == 422


def test_a_token_sets_no_first_password_by_which_its_finder_could_sign_in_with_every_right(
    site: Site,
) -> None:
    program = site.program("passwordless", [Right.OWN])
    wanted = {"password": secrets.token_urlsafe(16)}
    assert program.put(f"{site.url}/api/me/password", json=wanted).status_code == 409
    client = requests.Session()
    form = {"name": "passwordless", "password": wanted["password"]}
    answer = client.post(f"{site.url}/signin", form, headers={"Sec-Fetch-Site": "same-origin"}, timeout=5)
    assert answer.status_code == 403


def test_a_token_that_makes_a_token_is_not_outlived_by_it(site: Site) -> None:
    program = site.program("heir", [Right.OWN])
    until = datetime.fromisoformat(program.get(f"{site.url}/api/me").json()["until"])
    wanted = {"label": "heir", "days": 365, "rights": []}
    made = program.post(f"{site.url}/api/tokens", json=wanted).json()["token"]
    assert datetime.fromisoformat(made["expires_at"]) <= until + timedelta(seconds=1)


def test_taking_a_role_takes_its_rights_from_the_tokens_at_once(site: Site) -> None:
    token = site.token("demoted", roles=[Role.AUDITOR])
    assert "audit.see" in _me(site, token).json()["rights"]
    with site.house.change() as change:
        staff.set_roles(change, staff.find(change.session, "demoted"), [Role.LEARNER], "system")
    assert _me(site, token).json()["rights"] == ["own"]


def test_a_revoked_token_and_one_that_ran_out_are_nobodys(tmp_path: Path) -> None:
    now = [datetime(2026, 5, 4, 9, 0, tzinfo=UTC)]
    house = make_house(tmp_path, lambda: now[0])
    site = Site(house, "")
    first, second = site.token(), site.token()
    visitor = visitor_of_token(house, first)
    assert visitor is not None
    with house.change() as change:
        row = change.session.exec(select(ApiToken).order_by(ApiToken.made_at)).first()
        assert row is not None
        tokens.revoke(change, visitor.person_id, row.id, visitor.actor)
    assert len([one for one in (first, second) if visitor_of_token(house, one)]) == 1
    now[0] += timedelta(days=1)
    assert not [one for one in (first, second) if visitor_of_token(house, one)]


def test_somebody_elses_token_cannot_be_revoked(site: Site) -> None:
    token = site.token("victim")
    with site.house.store.read() as session:
        row = session.exec(select(ApiToken).order_by(ApiToken.made_at.desc())).first()  # type: ignore[attr-defined]
        assert row is not None
    other = site.browser("other-holder")
    assert other.post(f"{site.url}/me/tokens/{row.id}/revoke").status_code == 410
    assert site.program("other-holder").delete(f"{site.url}/api/tokens/{row.id}").status_code == 404
    assert _me(site, token).ok


def test_the_use_of_a_token_is_noted_once_an_hour(tmp_path: Path) -> None:
    now = [datetime(2026, 5, 4, 9, 0, tzinfo=UTC)]
    house = make_house(tmp_path, lambda: now[0])
    token = Site(house, "").token()
    noted = []
    for minutes in (0, 59, 1, 30):
        now[0] += timedelta(minutes=minutes)
        assert visitor_of_token(house, token)
        with house.store.read() as session:
            noted.append(session.exec(select(ApiToken.used_at)).one())
    assert noted[0] == noted[1]
    assert noted[2] == noted[3] == noted[0] + timedelta(hours=1)


def test_nobody_makes_a_token_without_a_label_or_an_end(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    visitor = visitor_of_token(house, Site(house, "").token())
    assert visitor is not None
    for label, lives in ((" ", timedelta(days=1)), ("x", timedelta(days=366)), ("x", timedelta(0))):
        with house.change() as change, pytest.raises(BadInput):
            tokens.make(change, visitor, label, (), lives)


def test_a_token_counts_nowhere_but_on_the_api_and_only_in_the_header(site: Site) -> None:
    token = site.token("placed")
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{site.url}/me", headers=bearer, timeout=5).status_code == 401
    assert requests.get(f"{site.url}/api/me?token={token}", timeout=5).status_code == 401
    basic = {"Authorization": f"Basic {token}"}
    assert requests.get(f"{site.url}/api/me", headers=basic, timeout=5).status_code == 401
    cookies = dict(site.browser("placed").cookies)
    wrong = {"Authorization": "Bearer gly_nobodys", "Sec-Fetch-Site": "cross-site"}
    answer = requests.post(f"{site.url}/api/tokens", headers=wrong, cookies=cookies, json={}, timeout=5)
    assert answer.status_code == 401, "a wrong token is not made good by a cookie"


def test_every_right_of_a_role_may_be_given_to_a_token(site: Site) -> None:
    for role in Role:
        held = rights_of([role])
        told = _me(site, site.token(f"holder-{role.value}", held, roles=[role])).json()
        assert set(told["rights"]) == {right.value for right in held}
