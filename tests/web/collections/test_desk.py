"""The desk of collections by its forms, and the API that does the same."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import requests
from sqlalchemy import event

from gleanery.flow import deciding, deliver
from gleanery.flow.collections import editing, showing
from gleanery.flow.rights import Role
from gleanery.model.items import DecisionVerdict
from tests.web.houses import Site

CURATOR = [Role.CURATOR]


def made(site: Site, items: list[UUID], **values: Any) -> UUID:
    steps = [{"item": item} for item in items]
    content = editing.checked_content({"title": "First week", "steps": steps, **values})
    return editing.make(site.house, "curator", content).id


def order(site: Site, collection: UUID) -> list[UUID]:
    return [one.step.item for one in showing.show(site.house, collection).steps]


def test_a_path_is_made_filled_put_in_order_and_published_by_forms_alone(
    desk_site: Site, items: list[UUID]
) -> None:
    browser = desk_site.browser("curator", CURATOR)
    form = {"title": "First week", "kind": "path", "objectives": "Climb\nCome down", "destinations": "file"}
    page = browser.post(f"{desk_site.url}/collections", data=form)
    place = page.url.partition("?")[0]
    assert "The draft is made" in page.text
    for item in items[:3]:
        page = browser.post(f"{place}/entries", data={"chosen": str(item), "looks": "true"})
    page = browser.post(f"{place}/entries/{items[2]}/move", data={"to": "1"})
    assert "Moved to place 1 of 3" in page.text
    page = browser.post(f"{place}/entries/{items[0]}", data={"note": "Read it twice.", "due_days": "3"})
    assert "Read it twice." in page.text
    assert "optional" in page.text
    page = browser.post(f"{place}/entries/{items[1]}/remove", data={})
    page = browser.post(f"{place}/undo", data={})
    assert "undone" in page.text
    page = browser.post(f"{place}/publish", data={})
    assert (page.status_code, "Published." in page.text) == (200, True)
    assert order(desk_site, UUID(place.rpartition("/")[2])) == [items[2], items[0], items[1]]


def test_a_step_opens_after_an_earlier_one_by_its_number_and_no_other(
    desk_site: Site, items: list[UUID]
) -> None:
    browser, one = desk_site.browser("curator", CURATOR), made(desk_site, items[:3])
    third = f"{desk_site.url}/collections/{one}/entries/{items[2]}"
    page = browser.post(third, data={"after": "1", "required": "true"})
    assert "opens after number 1" in page.text
    assert showing.show(desk_site.house, one).content.steps[2].after == items[0]
    for number in ("3", "0", "9", "-1", "x"):
        refused = browser.post(third, data={"after": number, "note": "My note"})
        assert (refused.status_code, "No earlier item has this number" in refused.text) == (409, True)
        assert "My note" in refused.text
    assert "opens after number" not in browser.post(f"{third}/move", data={"to": "1"}).text
    assert "opens after number 1" in browser.post(f"{third}/move", data={"to": "3"}).text
    assert "opens after number" not in browser.post(third, data={"after": "", "required": "true"}).text


def test_a_refused_form_comes_back_with_everything_that_was_typed(desk_site: Site) -> None:
    browser = desk_site.browser("curator", CURATOR)
    form = {"title": " ", "summary": "Typed with care", "due_days": "soon", "objectives": "One\nTwo"}
    page = browser.post(f"{desk_site.url}/collections", data=form)
    assert page.status_code == 422
    assert all(text in page.text for text in ("Typed with care", "soon", "One\nTwo", "title:"))


def test_the_second_of_two_editors_is_told_and_keeps_their_text(desk_site: Site, items: list[UUID]) -> None:
    one = made(desk_site, items[:2])
    place = f"{desk_site.url}/collections/{one}"
    first, second = (desk_site.browser(name, CURATOR) for name in ("curator", "lead"))
    assert first.post(f"{place}/about", data={"title": "By the first", "seen": "1"}).status_code == 200
    page = second.post(f"{place}/about", data={"title": "By the second", "summary": "My words", "seen": "1"})
    assert page.status_code == 409
    assert all(text in page.text for text in ("Somebody changed", "By the second", "My words"))
    assert showing.show(desk_site.house, one).content.title == "By the first"
    note = second.post(f"{place}/entries/{items[0]}", data={"note": "My note", "seen": "1"})
    assert (note.status_code, "My note" in note.text) == (409, True)


def test_an_item_that_waits_cannot_be_added_and_the_reason_is_shown(
    desk_site: Site, items: list[UUID]
) -> None:
    one = made(desk_site, items[:1])
    page = desk_site.browser("curator", CURATOR).post(
        f"{desk_site.url}/collections/{one}/entries", data={"chosen": str(items[5])}
    )
    assert (page.status_code, "Only approved items" in page.text) == (409, True)


def test_an_item_that_was_taken_back_is_told_on_the_path_and_in_the_list(
    own_shelf: Site, items: list[UUID]
) -> None:
    one = made(own_shelf, items[:3], destinations=["file"])
    browser = own_shelf.browser("curator", CURATOR)
    browser.post(f"{own_shelf.url}/collections/{one}/publish", data={}).raise_for_status()
    assert deliver(own_shelf.house, "file").faults == []
    deciding.decide(own_shelf.house, str(items[1]), DecisionVerdict.RETRACT, "curator")
    assert "1 item is no longer delivered" in browser.get(f"{own_shelf.url}/collections").text
    assert "Not approved any more" in browser.get(f"{own_shelf.url}/collections/{one}").text
    assert "1 item is left out" in browser.get(f"{own_shelf.url}/collections/{one}/preview").text


def test_the_preview_holds_only_what_leaves_the_house_and_nothing_of_the_desk(
    desk_site: Site, items: list[UUID]
) -> None:
    one = made(desk_site, items[:2], summary="Read <b>all</b> of it")
    page = desk_site.browser("curator", CURATOR).get(f"{desk_site.url}/collections/{one}/preview").text
    assert "Sign out" not in page
    assert "<form" not in page
    assert "Read &lt;b&gt;all&lt;/b&gt; of it" in page
    assert re.findall(r'href="(https://learning[^"]+)"', page) == [
        "https://learning.example.org/0",
        "https://learning.example.org/1",
    ]


def test_items_are_found_by_their_words_and_competencies_may_be_missing(
    desk_site: Site, items: list[UUID]
) -> None:
    one = made(desk_site, items[:1])
    browser = desk_site.browser("curator", CURATOR)
    page = browser.get(f"{desk_site.url}/collections/{one}", params={"find": "ladders"}).text
    assert "Working with ladders, part 1" in page
    assert "Working with feedback" not in page
    none = browser.get(f"{desk_site.url}/collections/{one}", params={"find": "zzz", "competency": "zzz"}).text
    assert "No approved item holds these words" in none
    assert "No competency is called like that" in none


def test_an_item_is_put_into_a_collection_from_its_own_page(desk_site: Site, items: list[UUID]) -> None:
    one = made(desk_site, items[:1])
    browser = desk_site.browser("curator", CURATOR)
    page = browser.get(f"{desk_site.url}/collections/choose/{items[1]}")
    assert f"/collections/{one}/entries" in page.text
    browser.post(f"{desk_site.url}/collections/{one}/entries", data={"chosen": str(items[1])})
    assert order(desk_site, one) == items[:2]
    assert "It is in this one." in browser.get(f"{desk_site.url}/collections/choose/{items[1]}").text


def test_what_is_not_there_is_not_found(desk_site: Site) -> None:
    browser = desk_site.browser("curator", CURATOR)
    for path in (f"/{uuid4()}", f"/{uuid4()}/preview", f"/choose/{uuid4()}"):
        assert browser.get(f"{desk_site.url}/collections{path}").status_code == 404
    for path in ("undo", "publish", "retire", "about"):
        assert browser.post(f"{desk_site.url}/collections/{uuid4()}/{path}", data={}).status_code == 404


def test_the_list_goes_on_by_its_cursor_and_refuses_a_foreign_one(desk_site: Site, items: list[UUID]) -> None:
    known = [made(desk_site, items[:1]) for _ in range(5)]
    program = desk_site.program("curator", roles=CURATOR)
    address, found, after = f"{desk_site.url}/api/collections", [], ""
    while True:
        page = program.get(address, params={"limit": "2", "after": after}).json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert found[:5] == [str(one) for one in reversed(known)]
    assert program.get(address, params={"after": "x"}).status_code == 422


def test_a_program_can_do_all_that_the_pages_can(desk_site: Site, items: list[UUID]) -> None:
    program = desk_site.program("curator", roles=CURATOR)
    address = f"{desk_site.url}/api/collections"
    one = program.post(address, json={"title": "By a program", "destinations": ["file"]})
    assert one.status_code == 201
    place = f"{address}/{one.json()['id']}"
    for item in items[:3]:
        assert program.post(f"{place}/entries", json={"item": str(item)}).status_code == 200
    assert program.post(f"{place}/entries/{items[2]}/move", json={"to": 1}).status_code == 200
    changed = program.patch(f"{place}/entries/{items[0]}", json={"note": "Twice", "required": False})
    assert changed.json()["content"]["steps"][1]["note"] == "Twice"
    assert program.delete(f"{place}/entries/{items[1]}").status_code == 200
    assert program.post(f"{place}/undo").status_code == 200
    stale = program.patch(place, json={"title": "Late", "seen": 1})
    assert (stale.status_code, stale.json()["status"]) == (409, 409)
    assert program.patch(place, json={"summary": "Words"}).json()["content"]["summary"] == "Words"
    assert program.post(f"{place}/publish", json={}).json()["state"] == "published"
    told = program.get(f"{place}/preview").json()
    assert [step["item"] for step in told["steps"]] == [str(items[2]), str(items[0]), str(items[1])]
    assert program.post(f"{place}/retire", json={}).json()["state"] == "retired"
    assert program.get(f"{address}/{uuid4()}").status_code == 404


def test_who_may_only_look_is_shown_no_form(desk_site: Site, items: list[UUID]) -> None:
    one = made(desk_site, items[:2])
    browser = desk_site.browser("office", [Role.ADMINISTRATOR])
    page = browser.get(f"{desk_site.url}/collections/{one}")
    assert page.status_code == 200
    assert 'name="seen"' not in page.text
    assert browser.post(f"{desk_site.url}/collections/{one}/publish", data={}).status_code == 403


def test_the_queries_of_the_builder_do_not_grow_with_its_items(desk_site: Site, items: list[UUID]) -> None:
    one = made(desk_site, items[:1])
    browser = desk_site.browser("curator", CURATOR)
    told: list[str] = []
    engine = desk_site.house.store.engine

    def note(*arguments: Any) -> None:
        told.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        counts = [_asked(browser, f"{desk_site.url}/collections/{one}?looks=true", told)]
        for item in items[1:5]:
            editing.add(desk_site.house, "curator", one, item)
        counts.append(_asked(browser, f"{desk_site.url}/collections/{one}?looks=true", told))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert counts[0] == counts[1], counts


def _asked(browser: requests.Session, address: str, told: list[str]) -> int:
    told.clear()
    browser.get(address).raise_for_status()
    return len(told)
