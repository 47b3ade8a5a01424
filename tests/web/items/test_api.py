"""One item and the search for competencies by token."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from gleanery.flow import desk
from gleanery.flow.rights import Role
from gleanery.web.items.answers import ItemTold
from tests.web.houses import Site
from tests.web.items.conftest import NUMBER
from tests.web.items.test_reading import item_of


def test_whatever_the_pages_do_the_api_does(site: Site) -> None:
    client, item, other = site.browser(), item_of(site), item_of(site, "part 8")
    api = f"{site.url}/api/items/{item}"

    def did(answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    told = did(client.put(f"{api}/wording", json={"title": "Sums", "summary": "Short.", "seen": 0}))
    assert (told["title"], told["summary"], told["edits"][0]["before"]["title"]) == ("Sums", "Short.", None)
    assert did(client.post(f"{api}/wording/undo"))["title"] == told["title_by_source"]
    assert did(client.post(f"{api}/wording/1"))["title"] == "Sums"
    [note] = did(client.post(f"{api}/notes", json={"body": "A note."}))["notes"]
    assert did(client.delete(f"{api}/notes/{note['id']}"))["notes"] == []
    tag = {"framework": "skills", "concept": "urn:c:1"}
    assert "urn:c:1" in [one["concept"] for one in did(client.post(f"{api}/tags", json=tag))["tags"]]
    told = did(client.post(f"{api}/tags/remove", json=tag))
    assert [one["concept"] for one in told["refused_tags"]] == ["urn:c:1"]
    told = did(client.post(f"{api}/tags/accept"))
    assert all(one["said_by"].startswith("person:") for one in told["tags"])
    post = next(one["post_id"] for one in told["provenance"] if one["role"] != "founding")
    assert len(did(client.post(f"{api}/split", json={"post": post}))["provenance"]) == 1
    assert len(did(client.post(f"{api}/regrouping/undo"))["provenance"]) == 2
    assert did(client.get(f"{api}/alike/{other}"))["older"]["item"] == item
    assert did(client.post(f"{api}/apart", json={"other": other}))["id"] == item
    assert len(did(client.post(f"{api}/merge", json={"other": other}))["provenance"]) == 3
    actions = [one["action"] for one in did(client.get(api))["events"]]
    assert {"item.edited", "item.tagged", "item.noted", "item.split", "item.kept-apart"} <= set(actions)


def test_hidden_passages_stay_hidden_until_asked_for(site: Site) -> None:
    client, item = site.browser(), item_of(site, "Ring")
    api = f"{site.url}/api/items/{item}"
    assert client.get(api).json()["hidden"] == ["phone"]
    assert NUMBER not in client.get(api).text
    assert NUMBER in client.post(f"{api}/reveal").text
    assert client.post(f"{site.url}/api/items/{item_of(site)}/reveal").status_code == 409


def test_refusals_are_problems_in_words(site: Site) -> None:
    client, item = site.browser(), item_of(site)
    api = f"{site.url}/api/items/{item}"
    client.put(f"{api}/wording", json={"title": "One"})
    answer = client.put(f"{api}/wording", json={"title": "Two", "seen": 0})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert "somebody else" in answer.json()["detail"]
    assert client.put(f"{api}/wording", json={"title": "x" * 301}).status_code == 422
    assert client.post(f"{api}/tags", json={"framework": "skills", "concept": "urn:none"}).status_code == 422
    unknown = f"{site.url}/api/items/00000000-0000-4000-8000-000000000000"
    for answer in (
        client.get(unknown),
        client.post(f"{unknown}/reveal"),
        client.get(f"{unknown}/alike/{item}"),
    ):
        assert answer.status_code == 404
    assert client.get(f"{api}/alike/{item}").status_code == 409


def test_competencies_are_found_in_the_readers_language_and_bounded(site: Site) -> None:
    client = site.browser()
    found = client.get(f"{site.url}/api/concepts", params={"q": "risk"}).json()["items"]
    assert [(one["label"], one["above"]) for one in found] == [("Risk management", ["Project management"])]
    assert len(client.get(f"{site.url}/api/concepts", params={"q": "m", "limit": 1}).json()["items"]) == 1
    assert client.get(f"{site.url}/api/concepts", params={"q": "x" * 401}).status_code == 422
    assert client.get(f"{site.url}/api/concepts", params={"limit": 999}).status_code == 422


@pytest.mark.parametrize("role", [Role.LEARNER, Role.AUDITOR, Role.PRIVACY_OFFICER])
def test_others_may_not_even_look(site: Site, role: Role) -> None:
    client = site.browser(f"only-{role.value}", roles=[role])
    for path in (f"/api/items/{item_of(site)}", "/api/concepts?q=m", f"/items/{item_of(site)}"):
        assert client.get(site.url + path).status_code == 403, path


def test_the_answer_tells_everything_the_page_does(site: Site) -> None:
    detail = desk.show(site.house, item_of(site))
    told = ItemTold.of(detail)
    assert [one.code for one in told.findings] == [one.code for one in detail.row.reasons]
    assert told.provenance[1].author == "the sales team"
    assert [one.seq for one in told.events] == sorted((one.seq for one in told.events), reverse=True)
