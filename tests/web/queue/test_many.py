"""One verdict on many items: preview, confirmation, result, and taking it back."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from gleanery.flow import desk
from gleanery.flow.rights import Role
from tests.web.houses import Site


@pytest.fixture
def site(own_site: Site) -> Site:
    """Every test here has a house of its own."""
    return own_site


def _form(page: str) -> dict[str, list[str]]:
    """The hidden fields of a preview."""
    form: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        form.setdefault(name, []).append(value.replace("&amp;", "&"))
    return form


def _preview(site: Site, client: requests.Session, **asked: Any) -> str:
    answer = client.get(f"{site.url}/bulk", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_filter_is_previewed_decided_and_taken_back(site: Site) -> None:
    client = site.browser()
    page = _preview(site, client, verdict="reject", every="state=waiting")
    assert "Reject: 4 items" in page
    assert page.count("Working with") == 4
    answer = client.post(f"{site.url}/bulk/every", data=_form(page) | {"reason": "an old series"})
    assert "4 items decided." in answer.text
    assert desk.counts(site.house) == {"rejected": 4, "quarantined": 1}
    again = client.post(f"{site.url}/bulk/every", data=_form(page) | {"reason": "an old series"})
    assert again.url == answer.url
    page = client.post(f"{answer.url}/undo").text
    assert "4 verdicts taken back." in page
    assert desk.counts(site.house) == {"waiting": 4, "quarantined": 1}


def test_chosen_items_are_decided_and_the_others_are_left(site: Site) -> None:
    client, rows = site.browser("learning", roles=[Role.CURATOR]), desk.queue(site.house).rows
    page = _preview(site, client, verdict="approve", chosen=[str(row.id) for row in rows[:2]])
    answer = client.post(f"{site.url}/bulk", data=_form(page))
    assert "2 items decided." in answer.text
    assert desk.counts(site.house) == {"waiting": 2, "approved": 2, "quarantined": 1}


def test_what_cannot_be_decided_is_told_before(site: Site) -> None:
    page = _preview(site, site.browser(), verdict="approve", every="state=quarantined")
    assert "None of them can be given this verdict." in page
    assert "hold sensitive data" in page
    assert '<button class="primary">' not in page


def test_only_a_lead_decides_on_everything(site: Site) -> None:
    client = site.browser("learning", roles=[Role.CURATOR])
    asked = {"verdict": "reject", "every": "state=waiting"}
    assert client.get(f"{site.url}/bulk", params=asked).status_code == 403
    form = _form(_preview(site, site.browser(), **asked))
    assert client.post(f"{site.url}/bulk/every", data=form).status_code == 403
    # the filter does not slip through the door for chosen items
    assert client.post(f"{site.url}/bulk", data=form).status_code == 422
    assert desk.counts(site.house)["waiting"] == 4


@pytest.mark.parametrize(
    "asked",
    [{}, {"verdict": "reject"}, {"verdict": "x", "every": "1"}, {"verdict": "reject", "every": "kind=x"}],
)
def test_what_makes_no_sense_is_told(site: Site, asked: dict[str, str]) -> None:
    assert site.browser().get(f"{site.url}/bulk", params=asked).status_code == 422


def test_an_unknown_one_is_told(site: Site) -> None:
    unknown = f"{site.url}/bulk/00000000-0000-4000-8000-000000000000"
    client = site.browser()
    assert client.get(unknown).status_code == 404
    for act in ("undo", "cancel"):
        assert client.post(f"{unknown}/{act}").status_code == 404


def test_titles_that_came_from_outside_are_escaped(site: Site) -> None:
    item = str(desk.queue(site.house).rows[0].id)
    client = site.browser()
    client.post(
        f"{site.url}/queue/views", data={"name": "<script>alert(1)</script>", "query": "state=waiting"}
    )
    for path in (
        "/",
        "/queue/views",
        f"/bulk?verdict=reject&chosen={item}",
        "/?words=<script>alert(1)</script>",
    ):
        assert "<script>alert" not in client.get(site.url + path).text, path
