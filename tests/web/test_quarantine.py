"""The pages, the API and the commands of quarantine."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from gleanery.flow import desk
from gleanery.flow.quarantine.releasing import release_as_is
from gleanery.flow.rights import Role
from gleanery.model.items import ItemState
from gleanery.model.quarantine import Release
from tests.test_cli import gleanery, refused, terminal, told
from tests.web.conftest import NUMBER
from tests.web.houses import Site

__all__ = ["terminal"]

PATH = "/curation/quarantine"
DIGITS = "5550123"


@pytest.fixture
def site(own_site: Site) -> Site:
    """Every test here has a house of its own."""
    return own_site


def held(site: Site) -> str:
    return str(desk.queue(site.house, (ItemState.QUARANTINED,)).rows[0].id)


def test_the_list_names_kinds_and_counts_and_no_word(site: Site) -> None:
    page = site.browser("lead", [Role.LEAD]).get(site.url + PATH).text
    assert "telephone number" in page
    assert f"{PATH}/{held(site)}" in page
    for part in (DIGITS, "room is free", "learning.example.org/9"):
        assert part not in page


def test_the_preview_shows_the_rest_and_names_what_is_masked(site: Site) -> None:
    page = site.browser("curator", [Role.CURATOR]).get(f"{site.url}{PATH}/{held(site)}").text
    assert "The room is free, ring [telephone number] to have it opened." in page
    assert DIGITS not in page
    assert "Let out with all its words" not in page


def test_an_administrator_sees_the_list_and_no_preview(site: Site) -> None:
    client = site.browser("office", [Role.ADMINISTRATOR])
    page = client.get(site.url + PATH)
    assert page.status_code == 200
    assert f"{PATH}/{held(site)}" not in page.text
    assert client.get(f"{site.url}{PATH}/{held(site)}").status_code == 403


def test_a_curator_masks_it_and_it_waits(site: Site) -> None:
    item = held(site)
    revision = desk.show(site.house, item).row.revision
    client = site.browser("curator", [Role.CURATOR])
    page = client.post(f"{site.url}{PATH}/{item}/mask", data={"seen": revision}).text
    assert "with its passages masked" in page
    assert "Nothing is held back" in page
    row = desk.show(site.house, item).row
    assert (row.state, row.title) == ("waiting", "Ring [telephone number]")


def test_a_lead_lets_it_out_as_it_is_only_with_a_reason(site: Site) -> None:
    item = held(site)
    revision = desk.show(site.house, item).row.revision
    client = site.browser("lead", [Role.LEAD])
    refused_page = client.post(f"{site.url}{PATH}/{item}/release", data={"seen": revision, "reason": " "})
    assert refused_page.status_code == 422
    assert "Say why" in refused_page.text
    client.post(f"{site.url}{PATH}/{item}/release", data={"seen": revision, "reason": "The hotline."})
    with site.house.store.read() as session:
        assert session.exec(select(Release.reason)).all() == ["The hotline."]
    assert desk.show(site.house, item).row.state == "waiting"


def test_a_curator_may_not_let_it_out_as_it_is(site: Site) -> None:
    client = site.browser("curator", [Role.CURATOR])
    answer = client.post(f"{site.url}{PATH}/{held(site)}/release", data={"reason": "Please."})
    assert answer.status_code == 403
    assert desk.counts(site.house)["quarantined"] == 1


def test_what_changed_meanwhile_is_not_let_out_and_what_is_rejected_stays_sealed(site: Site) -> None:
    item = held(site)
    client = site.browser("curator", [Role.CURATOR])
    late = client.post(f"{site.url}{PATH}/{item}/mask", data={"seen": 99})
    assert late.status_code == 409
    assert "changed since" in late.text
    revision = desk.show(site.house, item).row.revision
    page = client.post(f"{site.url}{PATH}/{item}/reject", data={"seen": revision}).text
    assert "The item is rejected." in page
    assert DIGITS not in client.get(f"{site.url}/items/{item}").text


def test_an_unknown_item_is_not_found(site: Site) -> None:
    client = site.browser("curator", [Role.CURATOR])
    assert client.get(f"{site.url}{PATH}/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_program_lists_looks_masks_and_is_told_why_not(site: Site) -> None:
    client, item = site.program("lead", roles=[Role.LEAD]), held(site)
    listed = client.get(f"{site.url}/api/quarantine", params={"kind": "phone"}).json()
    assert (listed["total"], listed["by_kind"], listed["after"]) == (1, {"phone": 1}, None)
    seen = client.get(f"{site.url}/api/quarantine/{item}").json()
    assert seen["can_mask"]
    assert ["title", "phone"] in seen["places"]
    assert DIGITS not in json.dumps([listed, seen])
    assert client.post(f"{site.url}/api/quarantine/{item}/release", json={}).status_code == 422
    done = client.post(f"{site.url}/api/quarantine/{item}/mask", json={"seen": seen["item"]["revision"]})
    assert done.json() == {"item": item}
    again = client.post(f"{site.url}/api/quarantine/{item}/mask", json={})
    assert (again.status_code, "not in quarantine" in again.text) == (409, True)
    assert client.get(f"{site.url}/api/quarantine").json()["total"] == 0


def test_the_commands_do_the_same(site: Site) -> None:
    folder, item = site.house.config.folder, held(site)
    found = told("quarantine", "list", cwd=folder)
    assert [row["kinds"] for row in found["items"]] == [["phone"]]
    shown = gleanery("quarantine", "show", item[:8], cwd=folder).stdout
    assert "[telephone number]" in shown
    assert DIGITS not in shown
    assert "Say how" in refused("quarantine", "release", item, cwd=folder, code=5)
    assert told("quarantine", "release", item, "--masked", cwd=folder)["masked"] is True
    assert "not in quarantine" in refused("quarantine", "release", item, "--reason", "x", cwd=folder, code=4)


def test_what_was_let_out_as_it_is_stands_behind_bars_until_asked_for(site: Site) -> None:
    item = held(site)
    release_as_is(site.house, item, "lead", "The hotline.")
    page = site.browser("curator", [Role.CURATOR]).get(f"{site.url}/items/{item}").text
    assert DIGITS not in page
    assert NUMBER not in page
