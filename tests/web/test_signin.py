"""gleanery.web.signin: one-time links and sessions."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from sqlmodel import select

from gleanery.flow.accounts.sessions import end as end_session
from gleanery.flow.accounts.visitors import visitor_of_session
from gleanery.model.record import Kept
from gleanery.web.signin import new_link, use_link
from tests.house import make_house
from tests.web.houses import Site

OWN = {"Sec-Fetch-Site": "same-origin"}


def _token(link: str) -> str:
    return link.partition("=")[2]


def test_opening_a_link_signs_nobody_in_and_does_not_use_it_up(site: Site) -> None:
    link = site.link("curator")
    for _ in range(3):
        answer = requests.get(link, timeout=5)
        assert answer.status_code == 200
        assert "Sign in as curator" in answer.text
        assert not answer.cookies
    assert requests.post(f"{site.url}/signin", {"link": _token(link)}, headers=OWN, timeout=5).ok


def test_a_link_is_good_once(site: Site) -> None:
    form = {"link": _token(site.link())}
    first = requests.post(f"{site.url}/signin", form, headers=OWN, timeout=5, allow_redirects=False)
    again = requests.post(f"{site.url}/signin", form, headers=OWN, timeout=5, allow_redirects=False)
    assert (first.status_code, again.status_code) == (303, 403)
    assert not again.cookies
    assert "gleanery signin" in again.text


def test_of_many_at_once_one_gets_in(site: Site) -> None:
    token = _token(site.link())
    sessions: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: sessions.append(use_link(site.house, token))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in sessions if one]) == 1


def test_links_last_fifteen_minutes_and_sessions_in_use_twelve_hours(tmp_path: Path) -> None:
    now = [datetime(2026, 5, 4, 9, 0, tzinfo=UTC)]
    house = make_house(tmp_path, lambda: now[0])
    links = [_token(new_link(house, "curator")) for _ in range(2)]
    now[0] += timedelta(minutes=14, seconds=59)
    session = use_link(house, links[0])
    assert account_of_session(house, session) == "curator"
    now[0] += timedelta(seconds=1)
    assert use_link(house, links[1]) is None
    for _ in range(7):
        now[0] += timedelta(minutes=100)
        assert account_of_session(house, session) == "curator"
    now[0] += timedelta(minutes=19)
    assert account_of_session(house, session) == "curator"
    now[0] += timedelta(minutes=1)
    assert account_of_session(house, session) is None


def test_a_session_that_nobody_uses_ends_after_two_hours(tmp_path: Path) -> None:
    now = [datetime(2026, 5, 4, 9, 0, tzinfo=UTC)]
    house = make_house(tmp_path, lambda: now[0])
    used, unused, polled = (use_link(house, _token(new_link(house, "curator"))) for _ in range(3))
    now[0] += timedelta(minutes=90)
    assert account_of_session(house, used)
    assert visitor_of_session(house, polled, waking=False), "a page that asks by itself is answered"
    now[0] += timedelta(minutes=30)
    assert account_of_session(house, used)
    assert account_of_session(house, unused) is None
    assert account_of_session(house, polled) is None


def test_a_session_is_answered_while_somebody_else_writes(tmp_path: Path) -> None:
    now = [datetime(2026, 5, 4, 9, 0, tzinfo=UTC)]
    house = make_house(tmp_path, lambda: now[0])
    session = use_link(house, _token(new_link(house, "curator")))
    now[0] += timedelta(minutes=10)
    with house.store.write():
        began = time.monotonic()
        assert account_of_session(house, session) == "curator"
        assert time.monotonic() - began < 2


def test_the_cookie_is_for_this_site_and_out_of_reach_of_scripts(site: Site) -> None:
    form = {"link": _token(site.link())}
    answer = requests.post(f"{site.url}/signin", form, headers=OWN, timeout=5, allow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert answer.headers["location"] == "/"


def test_a_session_given_before_signing_in_is_not_taken_over(site: Site) -> None:
    client = site.browser(None)
    planted = "planted-by-another"
    name = site.house.organisation.id.hex[:8]
    client.cookies.set(f"gleanery-{name}", planted, domain="127.0.0.1")
    client.post(f"{site.url}/signin", data={"link": _token(site.link())})
    assert account_of_session(site.house, planted) is None
    assert planted not in client.cookies.values()[-1]


def test_signing_out_ends_the_session_on_our_side(site: Site) -> None:
    client = site.browser()
    kept = dict(client.cookies)
    assert client.get(f"{site.url}/").status_code == 200
    client.post(f"{site.url}/signout")
    assert not client.cookies
    assert requests.get(f"{site.url}/", cookies=kept, timeout=5).status_code == 401


def test_only_hashes_of_links_and_sessions_are_kept(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    token = _token(new_link(house, "curator"))
    session = use_link(house, token)
    assert session is not None
    with house.store.read() as rows:
        kept = [f"{row.key} {row.value}" for row in rows.exec(select(Kept))]
    assert len(kept) >= 2
    assert not [line for line in kept if token in line or session in line]
    files = b"".join(path.read_bytes() for path in house.config.data.rglob("*") if path.is_file())
    for secret in (token[:16].encode(), session[:16].encode()):
        assert secret not in files
        assert secret.hex().encode() not in files
    end_session(house, session)
    assert account_of_session(house, session) is None


def test_made_up_tokens_open_nothing(site: Site) -> None:
    for token in ("x", "../..", "💥", "a" * 200, "a" * 5000):
        for answer in (
            requests.get(f"{site.url}/signin", {"link": token}, timeout=5),
            requests.post(f"{site.url}/signin", {"link": token}, headers=OWN, timeout=5),
        ):
            assert answer.status_code in (401, 403, 422)
            assert not answer.cookies


def test_a_form_of_more_fields_than_any_of_ours_is_not_carried_through_a_sign_in(site: Site) -> None:
    form = {"name": "curator", "password": "?", "kept": "a=b&" * 1_001}
    assert requests.post(f"{site.url}/signin", form, headers=OWN, timeout=5).status_code == 422


def account_of_session(house, session):
    visitor = visitor_of_session(house, session)
    return visitor.account if visitor else None
