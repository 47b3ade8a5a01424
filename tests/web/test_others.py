"""What belongs to one person is nobody else's, whoever knows its id and whatever their rights."""

from __future__ import annotations

from uuid import UUID

import requests
from sqlmodel import select

from gleanery.flow import desk, runs
from gleanery.flow.rights import Role
from gleanery.model.curated import ItemNote
from tests.web.houses import Site


def _owner_and_other(site: Site) -> tuple[requests.Session, requests.Session]:
    return site.program("owner", roles=list(Role)), site.program("other", roles=list(Role))


def test_a_filter_is_removed_by_nobody_else_and_seen_by_nobody_unless_it_is_shared(site: Site) -> None:
    owner, other = _owner_and_other(site)
    kept = owner.post(f"{site.url}/api/views", json={"name": "mine", "query": "state=waiting"}).json()["id"]
    assert kept not in other.get(f"{site.url}/api/views").text
    assert other.delete(f"{site.url}/api/views/{kept}").status_code == 404
    assert kept in owner.get(f"{site.url}/api/views").text


def test_a_note_is_removed_by_nobody_but_its_writer(own_site: Site) -> None:
    site, (owner, other) = own_site, _owner_and_other(own_site)
    address = f"{site.url}/api/items/{desk.queue(site.house).rows[0].id}/notes"
    assert owner.post(address, json={"body": "The sound is poor."}).ok
    with site.house.store.read() as session:
        note = session.exec(select(ItemNote.id)).one()
    assert other.delete(f"{address}/{note}").status_code in (403, 409)
    assert owner.delete(f"{address}/{note}").ok


def test_a_run_of_ones_own_is_neither_seen_nor_stopped_by_another(site: Site) -> None:
    owner, other = _owner_and_other(site)
    person = UUID(owner.get(f"{site.url}/api/me").json()["id"])
    with site.house.store.write() as session:
        run = runs.ask(session, site.house, "private", "something", f"person:{person}").id
    address = f"{site.url}/api/runs/{run}"
    assert other.get(address).status_code == other.post(f"{address}/cancel").status_code == 404
    assert owner.get(address).status_code == owner.post(f"{address}/cancel").status_code == 200
