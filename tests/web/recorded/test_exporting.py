"""Exports and searches through the pages and through the API: by their owners alone, and only by who may."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from gleanery.flow.rights import Role
from tests.web.recorded.conftest import LivedSite

AUDITOR = [Role.AUDITOR]


def test_the_page_gives_a_small_export_at_once_with_what_it_showed(desk: LivedSite) -> None:
    client = desk.site.browser("auditor", roles=AUDITOR)
    answer = client.post(f"{desk.url}/record/exports", data={"verb": "completed", "form": "jsonl"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="statements-')
    shown = client.get(f"{desk.url}/api/statements?verb=completed").json()
    assert sorted(json.loads(line)["seq"] for line in answer.text.splitlines()) == sorted(
        one["seq"] for one in shown["items"]
    )
    assert shown["total"] == len(shown["items"]) == 3
    assert "Save the file" in client.get(f"{desk.url}/record/exports").text


def test_the_audit_log_is_exported_likewise(desk: LivedSite) -> None:
    client = desk.site.browser("auditor", roles=AUDITOR)
    answer = client.post(f"{desk.url}/audit/exports", data={"action": "item.approved", "form": "csv"})
    assert answer.text.count("item.approved") == 3
    assert answer.headers["content-type"] == "application/octet-stream"


def test_somebody_elses_export_is_not_found(desk: LivedSite) -> None:
    first, second = desk.site.browser("auditor", roles=AUDITOR), desk.site.browser("second", roles=AUDITOR)
    run = first.post(f"{desk.url}/api/exports", json={"log": "audit", "form": "csv"}).json()
    assert run["state"] == "done"
    assert first.get(desk.url + run["file"]).status_code == 200
    for path in (run["file"], f"/api/exports/{run['id']}", f"/record/exports/{run['id']}/file"):
        assert second.get(desk.url + path).status_code == 404
    assert second.delete(f"{desk.url}/api/exports/{run['id']}").status_code == 404
    assert second.post(f"{desk.url}/record/exports/{run['id']}/cancel").status_code == 404


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.AUDITOR])
def test_nobody_but_auditors_sees_or_takes_the_record(desk: LivedSite, role: Role) -> None:
    client = desk.site.browser(f"only-{role.value}", roles=[role])
    for path in (
        "/record",
        f"/record/statements/{uuid4()}",
        "/record/exports",
        "/api/statements",
        "/api/exports",
    ):
        assert client.get(desk.url + path).status_code == 403
    assert client.post(f"{desk.url}/record/exports", data={}).status_code == 403
    assert client.post(f"{desk.url}/audit/exports", data={}).status_code == 403


def test_a_search_is_kept_shown_and_deleted(own_desk: LivedSite) -> None:
    client, url = own_desk.site.browser("auditor", roles=AUDITOR), own_desk.url
    kept = client.post(
        f"{url}/record/searches", data={"name": "<b>May</b>", "asked": "verb=approve&nonsense=1"}
    )
    assert kept.url == f"{url}/record?verb=approve&said=saved"
    assert "&lt;b&gt;May&lt;/b&gt;" in kept.text
    other = own_desk.site.browser("second", roles=AUDITOR)
    assert "b&gt;May" not in other.get(f"{url}/record").text
    (search,) = client.get(f"{url}/api/searches/statements").json()["items"]
    assert other.post(f"{url}/record/searches/{search['id']}/delete").status_code == 404
    assert client.post(f"{url}/record/searches/{search['id']}/delete").url == f"{url}/record?said=deleted"
    assert client.get(f"{url}/api/searches/statements").json()["items"] == []


def test_a_search_cannot_be_made_to_lead_elsewhere(own_desk: LivedSite) -> None:
    client, url = own_desk.site.browser("auditor", roles=AUDITOR), own_desk.url
    answer = client.post(
        f"{url}/audit/searches",
        data={"name": "x", "asked": "//evil.example.org/?a=\r\nX: y"},
        allow_redirects=False,
    )
    assert answer.headers.get("location", "/audit?").startswith("/audit?")
    assert client.post(f"{url}/audit/searches", data={"name": "x", "asked": "since=never"}).status_code == 422


def test_the_api_keeps_searches_for_those_who_may_see_that_log(own_desk: LivedSite) -> None:
    client, url = own_desk.site.browser("office", roles=[Role.ADMINISTRATOR]), own_desk.url
    body = {"name": "mine", "asked": "action=item.%2A", "shared": True}
    made = client.post(f"{url}/api/searches/audit", json=body)
    assert made.status_code == 201
    assert made.json()["mine"]
    assert client.post(f"{url}/api/searches/statements", json=body).status_code == 403
    assert client.get(f"{url}/api/searches/statements").status_code == 403
    auditor = own_desk.site.browser("auditor", roles=AUDITOR)
    (seen,) = auditor.get(f"{url}/api/searches/audit").json()["items"]
    assert not seen["mine"]
    assert auditor.delete(f"{url}/api/searches/audit/{seen['id']}").status_code == 404
    assert client.delete(f"{url}/api/searches/audit/{seen['id']}").status_code == 204


def test_pages_of_the_api_go_on_where_they_ended(desk: LivedSite) -> None:
    client = desk.site.browser("auditor", roles=AUDITOR)
    for path in ("/api/statements", "/api/audit"):
        whole = [one["seq"] for one in client.get(f"{desk.url}{path}?limit=200").json()["items"]]
        first = client.get(f"{desk.url}{path}?limit=3").json()
        second = client.get(f"{desk.url}{path}", params={"limit": 200, "after": first["next"]}).json()
        assert [one["seq"] for one in (*first["items"], *second["items"])] == whole
        assert client.get(f"{desk.url}{path}?limit=201").status_code == 422
