"""What the pages of the queue can do, a token can do."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from gleanery.flow import desk
from gleanery.flow.rights import Right, Role
from gleanery.model.items import ItemState
from tests.web.houses import Site


@pytest.fixture
def site(own_site: Site) -> Site:
    """Every test here has a house of its own."""
    return own_site


class Client:
    """A program with a token."""

    def __init__(self, site: Site, **options: Any) -> None:
        self._url, self._session = f"{site.url}/api", requests.Session()
        self._session.headers["Authorization"] = f"Bearer {site.token(**options)}"

    def __call__(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = self._session.request(method, self._url + path, **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


def test_a_program_lists_page_by_page_and_decides(site: Site) -> None:
    ask = Client(site)
    first = ask("GET", "/items", params={"limit": 3})
    assert (len(first["items"]), first["total"]) == (3, 4)
    second = ask("GET", "/items", params={"limit": 3, "after": first["next"]})
    assert (len(second["items"]), second["next"]) == (1, None)
    item = first["items"][0]
    assert item["title"] == "Working with spreadsheets, part 0"
    told = ask(
        "POST", f"/items/{item['id']}/decision", json={"verdict": "reject", "reason": "old", "known": 0}
    )
    assert (told["verdict"], told["reason"], told["number"]) == ("reject", "old", 1)
    told = ask("POST", f"/items/{item['id']}/decision", 409, json={"verdict": "reject"})
    assert "already rejected" in told["detail"]
    assert ask("POST", f"/items/{item['id']}/undo", json={"known": 1})["undone_at"]
    assert ask("GET", "/items", params={"words": "ladd"})["total"] == 1


def test_withheld_words_are_told_to_no_program(site: Site) -> None:
    [item] = Client(site)("GET", "/items", params={"state": "quarantined"})["items"]
    assert (item["title"], item["excerpt"], item["url"]) == ("", "", None)


def test_a_program_puts_off_claims_and_keeps_filters(site: Site) -> None:
    ask, other = Client(site), Client(site, account="lead")
    item = str(desk.queue(site.house).rows[0].id)
    assert ask("PUT", f"/items/{item}/later")["state"] == "waiting"
    assert ask("GET", "/items")["total"] == 3
    ask("DELETE", f"/items/{item}/later")
    other("PUT", f"/claims/{item}", 204)
    assert ask("GET", "/items")["items"][0]["looked_at_by"] == ["lead"]
    other("DELETE", f"/claims/{item}", 204)
    assert ask("GET", "/items")["items"][0]["looked_at_by"] == []
    view = ask("POST", "/views", json={"name": "Ladders", "query": "words=ladders"})
    assert ask("GET", "/views")["items"] == [view]
    ask("POST", "/views", 422, json={"name": " \n", "query": "words=ladders"})
    ask("DELETE", f"/views/{view['id']}", 204)
    ask("DELETE", f"/views/{view['id']}", 404)


def test_a_program_decides_on_many_and_takes_it_back(site: Site) -> None:
    ask = Client(site)
    seen = ask("GET", "/bulk/preview", params={"verdict": "approve", "filter": "state=waiting"})
    assert (seen["total"], len(seen["first"]), seen["refused"]) == (4, 4, {})
    done = ask("POST", "/bulk", json={"verdict": "approve", "filter": "state=waiting", "reason": "all good"})
    assert (done["decided"], done["total"]) == (4, 4)
    assert ask("GET", f"/bulk/{done['id']}") == done
    assert [one["id"] for one in ask("GET", "/bulk")["items"]] == [done["id"]]
    assert ask("POST", f"/bulk/{done['id']}/undo")["undone"] == 4
    ask("POST", f"/bulk/{done['id']}/cancel")
    items = [str(row.id) for row in desk.queue(site.house).rows[:2]]
    assert ask("POST", "/bulk/chosen", json={"verdict": "reject", "items": items})["decided"] == 2
    assert len(desk.queue(site.house, (ItemState.REJECTED,)).rows) == 2


def test_a_token_with_fewer_rights_does_less(site: Site) -> None:
    reading = Client(site, rights=[Right.SEE_QUEUE])
    item = str(desk.queue(site.house).rows[0].id)
    reading("GET", "/items")
    reading("POST", f"/items/{item}/decision", 403, json={"verdict": "approve"})
    deciding = Client(site, account="learning", roles=[Role.CURATOR])
    deciding("POST", "/bulk", 403, json={"verdict": "approve", "filter": "state=waiting"})


def test_unknown_items_and_wrong_values_are_told(site: Site) -> None:
    ask, unknown = Client(site), "00000000-0000-4000-8000-000000000000"
    for method, path, body in (
        ("POST", f"/items/{unknown}/decision", {"verdict": "approve"}),
        ("POST", f"/items/{unknown}/undo", {}),
        ("PUT", f"/items/{unknown}/later", None),
        ("DELETE", f"/items/{unknown}/later", None),
        ("PUT", f"/claims/{unknown}", None),
        ("GET", f"/bulk/{unknown}", None),
        ("POST", f"/bulk/{unknown}/undo", None),
    ):
        assert re.search("no such", ask(method, path, 404, json=body)["detail"]), path
    for params in ({"limit": 201}, {"after": "x"}, {"state": "x"}, {"words": "a" * 201}):
        ask("GET", "/items", 422, params=params)
