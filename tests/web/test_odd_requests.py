"""Odd requests, made from the routes themselves: none is answered by a fault, whatever it brings and wherever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from gleanery.flow import desk
from gleanery.flow.rights import Role
from gleanery.web.app import create_app
from tests.web.houses import Site, copied, served

UNREADABLE = (b"{", b"\xff\xfe", b"[" * 100_000, b'{"\\ud800": 1}', b"NaN", b'"\\ud800"', b"")
"""Bodies that are no JSON, no UTF-8, too deep, or hold half a letter."""

ODD = (
    "9999-12-31", "\0", "9" * 400, "-1", "0001-01-01", "1e999", "NaN", "x" * 5_000, "\u202e<b>", "../../x",
    "\r\nX-Odd: 1", "99999999999999999_00000000-0000-4000-8000-000000000000",
)  # fmt: skip

KEPT = {"/signout", "/me/sessions/end", "/api/sessions"}
"""What would end the session that asks."""


@pytest.fixture(scope="module")
def odd(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    house = copied(few, tmp_path_factory.mktemp("odd") / "few")
    with served(house) as site:
        yield site
    house.close()


def _routes(site: Site) -> list[APIRoute]:
    every = [one for one in create_app(site.house).routes if isinstance(one, APIRoute)]
    return [one for one in every if one.path not in KEPT and not one.path.startswith("/in/")]


def _address(site: Site, route: APIRoute) -> str:
    item = str(desk.queue(site.house).rows[0].id)
    places = {"item": item, "name": "forum", "table": "stages"}
    return site.url + re.sub(r"\{(\w+)(:\w+)?\}", lambda one: places.get(one[1], str(uuid4())), route.path)


def _asked_for(route: APIRoute) -> Iterator[str]:
    """The names of what the address takes behind its question mark."""
    for one in route.dependant.query_params:
        fields = getattr(one.field_info.annotation, "model_fields", None)
        yield from fields or (one.alias,)


def _odd_queries(site: Site, values: tuple[str, ...], below: str = "/") -> Sequence[object]:
    program, browser, wrong = site.program("odd", roles=list(Role)), site.browser("odd", list(Role)), []
    for route in _routes(site):
        if "GET" not in (route.methods or ()) or not route.path.startswith(below):
            continue
        client = program if route.path.startswith("/api/") else browser
        for name in _asked_for(route):
            for value in values:
                answer = client.get(
                    _address(site, route), params={name: value}, allow_redirects=False, timeout=20
                )
                if answer.status_code == 400 or answer.status_code >= 500 or "x-odd" in answer.headers:
                    wrong.append((route.path, name, value[:40], answer.status_code))
    return wrong


def test_an_odd_value_behind_the_question_mark_is_no_fault(odd: Site) -> None:
    assert not _odd_queries(odd, ODD[:1], "/api/")


@pytest.mark.proof
def test_no_odd_value_behind_the_question_mark_is_a_fault(odd: Site) -> None:
    assert not _odd_queries(odd, ODD)


def _unreadable(site: Site, bodies: tuple[bytes, ...]) -> Sequence[object]:
    """Addresses of the API that answer a body that cannot be read otherwise than they say."""
    program, wrong = site.program("odd", roles=list(Role)), []
    for route in _routes(site):
        if not route.path.startswith("/api/") or not route.dependant.body_params:
            continue
        method = next(iter(route.methods or ()))
        for body in bodies:
            answer = program.request(
                method,
                _address(site, route),
                data=body,
                headers={"content-type": "application/json"},
                timeout=20,
            )
            if answer.status_code not in (422, 404, 409, 200 if body == b"" else 422):
                wrong.append((method, route.path, body[:20], answer.status_code))
    return wrong


def test_a_body_that_cannot_be_read_is_refused_as_the_description_says(odd: Site) -> None:
    assert not _unreadable(odd, UNREADABLE[1:2])


@pytest.mark.proof
def test_whatever_is_sent_instead_of_a_body_is_refused_as_the_description_says(odd: Site) -> None:
    assert not _unreadable(odd, UNREADABLE)


def test_an_odd_number_in_an_address_is_no_fault(odd: Site) -> None:
    program, item = odd.program("odd", roles=list(Role)), desk.queue(odd.house).rows[0].id
    for number in ("9" * 400, "-1", "1e3"):
        answer = program.post(f"{odd.url}/api/items/{item}/wording/{number}", timeout=20)
        assert answer.status_code in (404, 422), number


def test_a_form_that_cannot_be_read_is_refused_in_words(odd: Site) -> None:
    client = odd.browser("odd", list(Role))
    many = "&".join(f"field{number}=1" for number in range(2_000))
    for kind, body in (("application/x-www-form-urlencoded", many), ("multipart/form-data; boundary=x", "x")):
        answer = client.post(f"{odd.url}/privacy/find", body, headers={"content-type": kind}, timeout=20)
        assert answer.status_code == 422, kind
        assert "not one of ours" in answer.text
