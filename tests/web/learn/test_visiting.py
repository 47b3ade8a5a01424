"""gleanery.web.learn: who may see what of a visit, and what browsers are told of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import requests
from starlette.responses import Response

from gleanery.config import ServeSettings
from gleanery.errors import BadInput
from gleanery.flow.learners import arriving
from gleanery.testing import Clock
from gleanery.web.guards import Front
from gleanery.web.learn.visiting import Visiting
from gleanery.web.pages import Pages
from tests.courses import offered_items, sent
from tests.gradebook import REALM
from tests.web.houses import Site
from tests.web.learn.guests import Guest


def test_a_learner_comes_in_once_and_sees_the_item(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item)
    assert guest.first.status_code == 200
    assert "Working with spreadsheets, part 0" in guest.first.text
    again = guest.client.get(site.url + guest.came_by, timeout=10)
    assert again.status_code == 410
    assert "Open it again from the course." in again.text


def test_a_ticket_is_good_for_a_minute(site: Site) -> None:
    site.house.now = Clock()
    address = sent(site.house, offered_items(site.house)[0])
    site.house.now.move(timedelta(seconds=61))
    assert requests.get(site.url + address, timeout=10).status_code == 410
    assert requests.get(f"{site.url}/learn/enter?ticket=nobodys", timeout=10).status_code == 404


def test_only_the_lms_that_sent_somebody_may_frame_the_page(site: Site) -> None:
    guest = Guest(site, offered_items(site.house)[0])
    told = guest.first.headers["content-security-policy"]
    assert f"frame-ancestors {REALM};" in told
    assert "form-action 'self';" in told
    assert "default-src 'none'" in told
    assert "frame-src 'none'" in told
    nobody = requests.get(f"{site.url}/learn/enter?ticket=x", timeout=10)
    assert "frame-ancestors 'none'" in nobody.headers["content-security-policy"]


def test_what_is_no_origin_never_comes_into_a_policy(site: Site) -> None:
    for frame in ("https://lms.example.org; script-src *", "*", "https://lms.example.org/x", "javascript:"):
        with pytest.raises(BadInput):
            sent(site.house, None, frames=(frame,))


def test_two_visits_in_one_browser_keep_apart(site: Site) -> None:
    first, second, *_ = offered_items(site.house)
    one, other = Guest(site, first), Guest(site, second)
    other.client.cookies.update(one.client.cookies)
    for guest, topic in ((one, "spreadsheets"), (other, "ladders")):
        address = f"{site.url}/learn/v/{guest.visit}"
        assert topic in other.client.get(address, timeout=10).text


def test_another_visit_is_as_if_it_were_not_there(site: Site) -> None:
    item, *_ = offered_items(site.house)
    mine, theirs = Guest(site, item), Guest(site, item, account="u2")
    for visit in (theirs.visit, str(uuid4())):
        assert mine.client.get(f"{site.url}/learn/v/{visit}", timeout=10).status_code == 404
        answer = mine.client.post(f"{site.url}/learn/v/{visit}", data={"key": mine.key()}, timeout=10)
        assert answer.status_code == 404


def test_an_item_that_the_visit_is_not_for_is_not_shown(site: Site) -> None:
    first, second, *_ = offered_items(site.house)
    guest = Guest(site, first)
    answer = guest.get(f"/step/{second}")
    assert answer.status_code == 410
    assert "ladders" not in answer.text


def test_a_form_needs_the_pages_token_beside_the_cookie(site: Site) -> None:
    guest = Guest(site, offered_items(site.house)[0])
    assert guest.client.post(guest.base, timeout=10).status_code == 404
    assert guest.client.post(guest.base, data={"key": "0" * 64}, timeout=10).status_code == 404
    assert guest.post("").status_code == 200


def test_a_browser_without_cookies_carries_the_key_in_its_pages(site: Site) -> None:
    item, *_ = offered_items(site.house)
    guest = Guest(site, item, cookies=False)
    assert guest.first.status_code == 200
    assert not guest.client.cookies
    assert "spreadsheets" in guest.first.text
    assert guest.get().status_code == 404
    assert "spreadsheets" in guest.post("").text
    assert guest.key() not in guest.first.url


def test_a_visit_ends_after_hours_of_rest(site: Site) -> None:
    clock = site.house.now = Clock()
    guest = Guest(site, offered_items(site.house)[0])
    clock.move(timedelta(hours=7))
    assert guest.get().status_code == 200
    clock.move(timedelta(hours=7))
    assert guest.get().status_code == 200
    clock.move(timedelta(hours=8))
    ended = guest.get()
    assert ended.status_code == 410
    assert f"frame-ancestors {REALM}" in ended.headers["content-security-policy"]


def test_behind_tls_the_cookie_is_kept_apart_for_the_site_that_frames_us(site: Site) -> None:
    ticket = sent(site.house, offered_items(site.house)[0]).partition("=")[2]
    guest, key = arriving.enter(site.house, ticket)
    front = Front.of(ServeSettings(host="127.0.0.1", tls_certificate="cert.pem", tls_key="key.pem"))
    visiting = Visiting(site.house, Pages("Test"), front)
    answer = visiting.hand_over(Response(), guest, key)
    told = answer.headers["set-cookie"]
    assert told.startswith(f"__Host-learn-{guest.visit.id.hex}=")
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"):
        assert f"; {part}" in told


def test_the_language_is_that_of_the_lms(site: Site) -> None:
    guest = Guest(site, offered_items(site.house)[0], language="de-AT")
    assert '<html lang="de">' in guest.first.text
