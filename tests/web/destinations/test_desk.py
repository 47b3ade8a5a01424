"""The desk of destinations: set up with a test, delivered to, tried again; and the API that does the same."""

from __future__ import annotations

import html
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from gleanery.config import load
from gleanery.flow import deciding, deliver, desk
from gleanery.flow.destinations import outbox, showing, trying
from gleanery.flow.house import House
from gleanery.flow.rights import Role
from gleanery.model.destinations import Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict
from gleanery.model.record import Entry
from gleanery.web.words import SETTING
from gleanery.worker import work
from tests.moodle_server import MoodleServer
from tests.web.houses import Site, copied, house_with, moved_in, post
from tests.web.test_words import catalog

OFFICE = [Role.ADMINISTRATOR]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, _told: None) -> Path:
    """The folder of a closed house with three approved items that go nowhere yet."""
    folder = tmp_path_factory.mktemp("houses") / "bare"
    made = house_with(
        folder, [post(number) for number in range(3)], curation={"steps": [{"step": "language"}]}
    )
    for row in desk.queue(made).rows:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    made.close()
    return folder


@pytest.fixture
def moodle() -> Iterator[MoodleServer]:
    with MoodleServer() as server:
        yield server


@pytest.fixture
def own_site(stage: Site, bare: Path, tmp_path: Path) -> Iterator[Site]:
    with moved_in(stage, copied(bare, tmp_path / "bare")) as made:
        yield made


def form(moodle: MoodleServer, **changes: str) -> dict[str, str]:
    entered = {
        "destination-name": "academy",
        "url": moodle.url,
        "token": moodle.token,
        "database": str(moodle.activity.id),
        "language": "en",
        "takes": "approved",
    }
    return entered | changes


def set_up(site: Site, moodle: MoodleServer) -> None:
    answer = site.browser("office", OFFICE).post(f"{site.url}/destinations/new/moodle", data=form(moodle))
    assert "is set up" in answer.text, answer.text


def rows(house: House) -> list[Delivery]:
    with house.store.read() as session:
        return list(session.exec(select(Delivery)))


def test_a_moodle_is_set_up_by_its_form_and_gets_what_was_approved_before(
    own_site: Site, moodle: MoodleServer
) -> None:
    set_up(own_site, moodle)
    house = own_site.house
    assert house.config.file is not None
    kept = load(house.config.file).destination("academy").settings["token"]
    secret = Path(kept["file"])
    assert secret.read_text("utf-8").strip() == moodle.token
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert moodle.token not in house.config.file.read_text("utf-8")
    work(house)
    assert len(moodle.entries) == 3
    page = own_site.browser("office", OFFICE).get(f"{own_site.url}/destinations/academy")
    assert moodle.token not in page.text
    assert "up to date" in page.text


def test_what_settings_were_saved_with_is_the_last_test(own_site: Site, moodle: MoodleServer) -> None:
    set_up(own_site, moodle)
    browser, place = own_site.browser("office", OFFICE), f"{own_site.url}/destinations/academy"
    assert "every check is fine" in browser.get(place).text
    browser.post(place, data=form(moodle, anyway="yes")).raise_for_status()
    assert "Not tested yet" in browser.get(place).text


def test_a_destination_whose_test_fails_is_not_saved_and_everything_typed_but_the_secret_is_kept(
    own_site: Site, moodle: MoodleServer
) -> None:
    moodle.missing.add("mod_data_add_entry")
    browser = own_site.browser("office", OFFICE)
    answer = browser.post(
        f"{own_site.url}/destinations/new/moodle", data=form(moodle, token=moodle.token[::-1])
    )
    assert answer.status_code == 422
    assert "Manage tokens" in answer.text
    assert moodle.url in answer.text
    assert moodle.token[::-1] not in answer.text
    assert not own_site.house.config.destinations
    anyway = form(moodle, token=moodle.token[::-1], anyway="yes")
    browser.post(f"{own_site.url}/destinations/new/moodle", data=anyway).raise_for_status()
    assert [one.name for one in own_site.house.config.destinations] == ["academy"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"destination-name": "Not A Name"}, "name"),
        ({"destination-name": "new"}, "taken"),
        ({"database": "", "course": "", "name": ""}, "database"),
        ({"url": "ftp://example.org"}, "https"),
        ({"takes": "nothing"}, "takes"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    own_site: Site, moodle: MoodleServer, changes: dict[str, str], told: str
) -> None:
    answer = own_site.browser("office", OFFICE).post(
        f"{own_site.url}/destinations/new/moodle", data=form(moodle, **changes)
    )
    assert (answer.status_code, told in answer.text) == (422, True)
    assert not own_site.house.config.destinations


def test_a_file_that_a_browser_names_must_lie_in_the_folder_for_that(own_site: Site) -> None:
    browser = own_site.browser("office", OFFICE)
    entered = {"destination-name": "file", "title": "Learning items", "group_by": "none", "language": "en"}
    for path in ("/elsewhere/all.imscc", "../elsewhere.imscc", "elsewhere.imscc"):
        answer = browser.post(f"{own_site.url}/destinations/new/cartridge", data={**entered, "path": path})
        assert (answer.status_code, "exports" in answer.text) == (422, True)
    answer = browser.post(
        f"{own_site.url}/destinations/new/cartridge", data={**entered, "path": "exports/all.imscc"}
    )
    assert answer.status_code == 200
    work(own_site.house)
    assert (own_site.house.config.folder / "exports" / "all.imscc").exists()


def test_a_kept_secret_is_not_sent_to_another_host(own_site: Site, moodle: MoodleServer) -> None:
    set_up(own_site, moodle)
    browser, place = own_site.browser("office", OFFICE), f"{own_site.url}/destinations/academy"
    same = browser.post(place, data=form(moodle, token="", takes="collections"))
    assert "Saved." in same.text
    assert own_site.house.config.destination("academy").takes == "collections"
    with MoodleServer() as other:
        answer = browser.post(place, data=form(other, token=""))
        assert (answer.status_code, "entered again" in answer.text) == (422, True)
        assert other.requests == []


def test_the_test_says_what_is_wrong_with_its_remedy_and_delivers_nothing(
    own_site: Site, moodle: MoodleServer
) -> None:
    set_up(own_site, moodle)
    moodle.missing.add("mod_data_delete_entry")
    browser = own_site.browser("office", OFFICE)
    page = browser.post(f"{own_site.url}/destinations/academy/test", data={})
    assert "mod_data_delete_entry" in page.text
    assert "a check fails" in page.text
    assert moodle.entries == []
    moodle.missing.clear()
    assert trying.test(own_site.house, "academy").is_fine
    assert "every check is fine" in browser.get(f"{own_site.url}/destinations/academy").text


def test_deliver_now_is_a_run_that_is_joined_and_goes_also_to_a_destination_that_rests(
    own_site: Site, moodle: MoodleServer
) -> None:
    set_up(own_site, moodle)
    moodle.down = "invalidtoken"
    work(own_site.house)
    assert showing.standing(own_site.house, "academy").rests_until is not None
    moodle.down = ""
    work(own_site.house)
    assert moodle.entries == []
    program = own_site.program("office", roles=OFFICE)
    address = f"{own_site.url}/api/destinations/academy/deliver"
    first, second = program.post(address).json(), program.post(address).json()
    assert (first["joined"], second["joined"], first["run"]) == (False, True, second["run"])
    page = own_site.browser("office", OFFICE).get(f"{own_site.url}/destinations/academy").text
    assert "Begins in a moment" in page
    work(own_site.house)
    assert len(moodle.entries) == 3
    assert program.get(f"{own_site.url}/api/runs/{first['run']}").json()["state"] == "done"


def test_what_failed_for_good_is_shown_with_its_reason_and_tried_again(
    own_site: Site, moodle: MoodleServer
) -> None:
    set_up(own_site, moodle)
    moodle.fail_next("not_saved", "mod_data_add_entry")
    deliver(own_site.house, "academy")
    [dead] = [row for row in rows(own_site.house) if row.state is DeliveryState.DEAD]
    browser = own_site.browser("office", OFFICE)
    page = browser.get(f"{own_site.url}/destinations", params={"state": "dead"}).text
    assert "1 given up" in page
    assert "was not saved" in page
    browser.post(f"{own_site.url}/destinations/deliveries/{dead.id}/retry", data={}).raise_for_status()
    work(own_site.house)
    assert len(moodle.entries) == 3
    refused = browser.post(f"{own_site.url}/destinations/deliveries/{dead.id}/give-up", data={})
    assert (refused.status_code, "Only what is still owed" in refused.text) == (409, True)


def test_one_delivery_is_given_up_and_all_are_tried_again_by_a_program(
    own_site: Site, moodle: MoodleServer
) -> None:
    set_up(own_site, moodle)
    moodle.down = "maintenance"
    deliver(own_site.house, "academy")
    program, api = own_site.program("office", roles=OFFICE), f"{own_site.url}/api"
    first = program.get(f"{api}/deliveries", params={"limit": "2"}).json()
    rest = program.get(f"{api}/deliveries", params={"limit": "2", "after": first["next"]}).json()
    found = [*first["items"], *rest["items"]]
    assert (len(found), rest["next"], len({one["id"] for one in found})) == (3, None, 3)
    one = found[0]["id"]
    assert program.post(f"{api}/deliveries/{one}/give-up").json()["state"] == "dead"
    assert program.post(f"{api}/deliveries/{one}/give-up").status_code == 409
    assert program.post(f"{api}/deliveries/retry", json={"destination": "academy"}).json() == {"retried": 1}
    assert program.post(f"{api}/deliveries/retry", json={"destination": "nowhere"}).status_code == 404
    assert program.post(f"{api}/deliveries/{uuid4()}/retry").status_code == 404
    assert program.get(f"{api}/deliveries/{uuid4()}").status_code == 404


def test_a_program_sets_a_destination_up_changes_it_and_takes_it_out(
    own_site: Site, moodle: MoodleServer
) -> None:
    program, api = own_site.program("office", roles=OFFICE), f"{own_site.url}/api/destinations"
    settings = {"url": moodle.url, "token": moodle.token, "database": moodle.activity.id}
    wanted = {"name": "academy", "adapter": "moodle", "settings": settings}
    wrong = {**wanted, "settings": {**settings, "token": moodle.token[::-1]}}
    assert program.post(api, json=wrong).status_code == 422
    assert program.post(api, json={**wanted, "adapter": "none"}).status_code == 422
    made = program.post(api, json=wanted)
    assert (made.status_code, moodle.token in made.text) == (201, False)
    assert program.post(f"{api}/academy/test").json()["is_fine"]
    del settings["token"]
    changed = program.put(f"{api}/academy", json={"takes": "collections", "settings": settings})
    assert changed.json()["takes"] == "collections"
    [token] = own_site.house.config.destination("academy").settings["token"].values()
    assert program.delete(f"{api}/academy").status_code == 204
    assert not Path(token).exists()
    assert program.get(f"{api}/academy").status_code == 404
    with own_site.house.store.read() as session:
        told = session.exec(
            select(Entry.action).where(Entry.subject == "destination:academy").order_by(Entry.seq)  # type: ignore[arg-type]
        ).all()
    assert told == ["destination.added", "destination.edited", "destination.removed"]


def test_who_may_only_look_can_change_nothing_and_what_is_not_there_is_not_found(
    own_site: Site, moodle: MoodleServer
) -> None:
    set_up(own_site, moodle)
    lead = own_site.browser("lead", [Role.LEAD])
    page = lead.get(f"{own_site.url}/destinations/academy")
    assert (page.status_code, "Deliver now" in page.text) == (200, False)
    assert lead.post(f"{own_site.url}/destinations/academy/deliver", data={}).status_code == 403
    office = own_site.browser("office", OFFICE)
    for path in ("/nowhere", "/new/none"):
        assert office.get(f"{own_site.url}/destinations{path}").status_code == 404
    assert office.get(f"{own_site.url}/destinations", params={"after": "x"}).status_code == 422


def test_the_outbox_names_what_is_delivered(own_site: Site, moodle: MoodleServer) -> None:
    set_up(own_site, moodle)
    deliver(own_site.house, "academy")
    lines = outbox.listed(own_site.house, DeliveryState.DELIVERED, "academy")
    assert sorted(line.title for line in lines)[0].startswith("Working with")
    assert not any(line.is_collection for line in lines)


def test_settings_are_asked_for_in_german_and_what_a_platform_says_is_marked_as_english(
    own_site: Site, moodle: MoodleServer
) -> None:
    browser = own_site.browser("office", OFFICE)
    browser.headers["Accept-Language"] = "de"
    pages = [browser.get(f"{own_site.url}/destinations/new/{one.name}").text for one in showing.adapters()]
    shown = html.unescape(" ".join(pages))
    for text, message in catalog("de", SETTING).items():
        assert message.string == text or len(text) < 8 or f">{text}" not in shown
    assert "Nummer der Aktivität" in shown
    assert "<code>d=</code>" in shown
    moodle.missing.add("mod_data_add_entry")
    answer = browser.post(f"{own_site.url}/destinations/new/moodle", data=form(moodle)).text
    assert '<span class="badge bad">schlägt fehl</span>' in answer
    checks = answer.partition('<ul class="checks">')[2].partition("</ul>")[0]
    assert checks.count('<p><span lang="en">') == checks.count("<li ")
    assert "`" not in " ".join([*pages, answer])
