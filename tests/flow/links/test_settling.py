"""What follows when a link is gone or back: retracted, asked about, kept, waiting again; and the platforms' word."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding, deliver, desk, exporting, run, screen
from gleanery.flow.house import House
from gleanery.flow.items import editing
from gleanery.flow.links import acting, showing
from gleanery.flow.links.looking import look
from gleanery.model.destinations import Action, Delivery
from gleanery.model.items import Decision, DecisionVerdict, ItemState
from gleanery.model.links import LinkLook, LinkState
from gleanery.testing import Clock
from tests.fakes.youtube import YouTubeWorld
from tests.flow.links.houses import DAY, a_house, looked, rows, the_item, the_look
from tests.house import make_house
from tests.servers import Received, Reply, WebServer

RETRACT_AT_ONCE = {"on_not_found": "retract"}


@pytest.fixture
def site() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def lost(house: House, clock: Clock) -> None:
    """Have the one address answer "not found" on two days."""
    looked(house, clock)
    looked(house, clock)
    assert the_look(house).state is LinkState.GONE


def standing(house: House) -> list[str]:
    """The names in the cartridge as it is now."""
    deliver(house, "cartridge")
    [file] = house.config.data.rglob("*.imscc")
    with zipfile.ZipFile(file) as archive:
        return [name for name in archive.namelist() if name.startswith("links/")]


def audited(house: House) -> list[tuple[str, str]]:
    entries = [json.loads(line) for line in exporting.lines(house, "auditor", exporting.Selection())]
    return [(one["action"], one["who"]) for one in entries if one["action"].startswith("item.")]


def test_what_a_site_does_not_find_waits_for_a_curator_and_stands_meanwhile(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/lost")
    before = standing(house)
    lost(house, clock)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.WAITING, "link.gone")
    assert ("item.waiting", "policy:links") in audited(house)
    assert standing(house) == before != []
    screen(house)
    assert the_item(house).reason == "link.gone"


def test_a_curator_who_keeps_it_is_asked_no_more_about_this_loss(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/lost")
    lost(house, clock)
    acting.keep(house, str(the_item(house).id), "curator")
    looked(house, clock, 40 * DAY)
    assert (the_look(house).state, the_item(house).state) == (LinkState.GONE, ItemState.APPROVED)


def test_by_setting_it_is_taken_back_everywhere_by_a_verdict_that_a_person_may_undo(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/lost", links=RETRACT_AT_ONCE)
    lost(house, clock)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.RETRACTED, "link.gone")
    assert ("item.retracted", "policy:links") in audited(house)
    with house.store.read() as session:
        [owed] = session.exec(select(Delivery))
        assert owed.action is Action.RETRACT
        said = session.exec(select(Decision).where(Decision.actor == "policy:links")).one()
    assert (said.verdict, said.reason) == (DecisionVerdict.RETRACT, "link.gone")
    assert standing(house) == []
    deciding.undo(house, "curator", str(the_item(house).id))
    looked(house, clock, 40 * DAY)
    assert the_item(house).state is ItemState.APPROVED, "a person said that it stays"


def test_an_item_whose_link_is_back_waits_for_a_curator_again(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/lost", links=RETRACT_AT_ONCE)
    lost(house, clock)
    site.reply("/lost", "here again")
    assert looked(house, clock, 31 * DAY).back == 1
    assert (the_item(house).state, the_item(house).reason) == (ItemState.WAITING, "link.back")
    assert standing(house) == []
    screen(house)
    assert the_item(house).state is ItemState.WAITING
    deciding.decide(house, str(the_item(house).id), DecisionVerdict.APPROVE, "curator")
    assert standing(house) != []


def test_a_policy_that_approves_by_itself_does_not_answer_for_a_curator(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, f"{site.url}/lost", curation={"auto_approve": "keep", "steps": []})
    assert the_item(house).state is ItemState.APPROVED
    lost(house, clock)
    with house.store.write() as session:
        item = the_item(house)
        item.screened_as = ""
        session.merge(item)
    screen(house)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.WAITING, "link.gone")


def test_one_that_fails_for_a_fortnight_is_asked_about(tmp_path: Path, site: WebServer) -> None:
    clock = Clock()
    house = a_house(tmp_path, clock, site.reply("/down", status=503))
    assert looked(house, clock).asked == 0
    assert looked(house, clock, 13 * DAY).asked == 0
    assert looked(house, clock, 2 * DAY).asked == 1
    assert the_item(house).reason == "link.failing"
    site.reply("/down", "up")
    assert looked(house, clock, 15 * DAY).back == 1


def test_another_address_is_judged_looked_at_and_brought_to_the_destinations(
    tmp_path: Path, site: WebServer
) -> None:
    clock = Clock()
    house = a_house(
        tmp_path,
        clock,
        f"{site.url}/lost",
        links=RETRACT_AT_ONCE,
        curation={"steps": [{"step": "sensitive"}]},
    )
    lost(house, clock)
    item = str(the_item(house).id)
    with pytest.raises(BadInput, match="no web address"):
        acting.replace_address(house, item, "curator", "javascript:alert(1)")
    with pytest.raises(Denied, match="sensitive"):
        acting.replace_address(house, item, "curator", "https://somebody:pa55word-long@example.org/x")
    assert the_item(house).state is ItemState.RETRACTED
    new = site.reply("/new-place", "here")
    assert acting.replace_address(house, item, "curator", new)
    assert (the_item(house).state, the_item(house).reason) == (ItemState.WAITING, "link.back")
    assert desk.show(house, item).row.url == new
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    assert not acting.replace_address(house, item, "curator", new)
    assert look(house).looked == 0
    assert acting.look_again(house, item).said == {LinkState.OK: 1}
    [told] = [one.row.url for line in showing.listed(house, [LinkState.OK]).lines for one in line.hits]
    assert told == new
    assert [one.mark for one in rows(house)] == [the_look(house).mark], "of the old address nothing is kept"
    editing.undo_edit(house, item, "curator")
    assert desk.show(house, item).row.url == f"{site.url}/lost"


def test_an_edit_of_the_title_keeps_the_other_address(tmp_path: Path, site: WebServer) -> None:
    house = a_house(tmp_path, Clock(), f"{site.url}/lost")
    item = str(the_item(house).id)
    acting.replace_address(house, item, "curator", "https://learning.example.org/new")
    editing.edit(house, item, "curator", editing.Wording("A title of ours"))
    row = desk.show(house, item).row
    assert (row.title, row.url) == ("A title of ours", "https://learning.example.org/new")


# --------------------------------------------------------------------------- platforms


def test_a_removed_video_is_taken_back_by_its_platforms_word_though_its_page_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    with YouTubeWorld(clock) as world:
        for name, value in world.set_env().items():
            monkeypatch.setenv(name, value)
        videos = [world.add_video() for _ in range(52)]
        source = {
            "name": "videos",
            "connector": "youtube",
            "settings": {**world.settings(), "comments": False},
        }
        house = make_house(
            tmp_path,
            clock,
            sources=[source],
            destinations=[{"name": "cartridge", "adapter": "cartridge"}],
            curation={"auto_approve": "keep", "steps": []},
        )
        run(house)
        assert len(standing(house)) == 52
        del world.videos[videos[7].id]
        before = world.spent()
        report = looked(house, clock)
    assert world.spent() - before == 2, "fifty for a unit of the quota"
    assert report.said == {LinkState.OK: 51, LinkState.GONE: 1}
    assert report.retracted == 1
    assert {(row.how, row.state) for row in rows(house)} == {
        ("platform", LinkState.OK),
        ("platform", LinkState.GONE),
    }
    assert len(standing(house)) == 51


def test_a_platform_without_a_key_is_asked_by_oembed(tmp_path: Path, site: WebServer) -> None:
    def oembed(asked: Received) -> Reply:
        status = {"lost": 404, "private": 401}
        return Reply(next((code for word, code in status.items() if word in asked.query), 200), b"{}")

    clock = Clock()
    endpoint = site.answer("/oembed", oembed)
    addresses = [
        f"https://video{number}.example.org/{word}"
        for number, word in enumerate(("there", "lost", "private"))
    ]
    settings = {
        "oembed": [{"hosts": [f"video{number}.example.org" for number in range(3)], "endpoint": endpoint}]
    }
    house = a_house(tmp_path, clock, *addresses, links={**settings, "on_not_found": "nothing"})
    looked(house, clock)
    looked(house, clock, 2 * DAY)
    with house.store.read() as session:
        found = {(row.how, row.state) for row in session.exec(select(LinkLook))}
    assert found == {("oembed", LinkState.OK), ("oembed", LinkState.GONE), ("oembed", LinkState.UNKNOWN)}


def test_a_platform_that_cannot_be_asked_now_leaves_the_look_to_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: WebServer
) -> None:
    clock = Clock()
    with YouTubeWorld(clock) as world:
        for name, value in world.set_env().items():
            monkeypatch.setenv(name, value)
        world.add_video()
        source = {
            "name": "videos",
            "connector": "youtube",
            "settings": {**world.settings(), "comments": False},
        }
        oembed = [{"hosts": ["www.youtube.com"], "endpoint": site.reply("/oembed", b"{}")}]
        house = make_house(
            tmp_path, clock, sources=[source], links={"oembed": oembed}, curation={"steps": []}
        )
        run(house)
        look(house)
        world.limits["units"] = 0
        clock.move(timedelta(hours=30))
        assert look(house).said == {LinkState.OK: 1}
    assert the_look(house).how == "oembed"
