"""Posts of X go the whole way: what its terms forbid leaves by no door, and what is deleted there is deleted here.

https://docs.x.com/developer-terms/policy: others get ids and addresses, never in a frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe

import pytest
from sqlmodel import col, select

from gleanery.flow import deciding, deliver, desk, forwarding, read, run, screen
from gleanery.flow.house import House
from gleanery.flow.people import handles
from gleanery.flow.people.handles import Account
from gleanery.model.items import DecisionVerdict
from gleanery.model.people import LinkedBy, Person
from gleanery.model.posts import Content, Post
from gleanery.testing import Clock
from tests.fakes.x import CURATOR, LEAD, XWorld
from tests.flow.people.deeds import LEAD as BY_LEAD
from tests.flow.people.deeds import SOCIAL, agreement, consent, new_person, rows
from tests.flow.test_disconnecting import in_cartridge
from tests.house import make_house
from tests.servers import WebServer
from tests.xapi.forwarding.peer import Peer

WORDS = "Grease the bearing before the first shift, says the foreman of the yard #Lubrication"
LINK = "https://t.co/0123456789"
SAID = re.compile(r"grease|bearing|foreman|lubrication|curator|@lead", re.I)
FRAMES = re.compile(r"<(iframe|object|embed)\b", re.I)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[XWorld]:
    with XWorld(clock) as world:
        for name, value in world.set_env().items():
            monkeypatch.setenv(name, value)
        yield world


def x_house(folder: Path, world: XWorld, clock: Clock, **changes: object) -> House:
    source = {"name": "x", "connector": "x", "settings": world.settings()}
    cartridge = {"name": "cartridge", "adapter": "cartridge"}
    return make_house(folder, clock, sources=[source], destinations=[cartridge], **changes)


def linked(house: House, account: str) -> Person:
    """A member of staff who owns the account."""
    person = new_person(house)
    with house.change() as change:
        organisation = house.organisation.id
        handle = handles.ensure_handle(change.session, organisation, Account("x", "x.com", account))
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, BY_LEAD, verified=True, move=False)
    return person


def test_nothing_leaves_but_ids_and_addresses_and_nothing_is_framed(
    tmp_path: Path, world: XWorld, clock: Clock, web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRAL_SECRET", token_urlsafe())
    peer = Peer(web_server)
    secret = {"env": "CENTRAL_SECRET"}
    target = {"name": "central", "endpoint": peer.endpoint, "key": "gleanery", "secret": secret}
    house = x_house(tmp_path, world, clock, lrs={"forward": [target]})
    agreement(house, SOCIAL, needs_consent=True)
    for account in (CURATOR, LEAD):
        consent(house, linked(house, account), SOCIAL)
    clock.move(timedelta(minutes=1))
    told = world.post(CURATOR, f"{WORDS} {LINK}", links={LINK: "https://docs.example.org/grease-guide"})
    world.post(LEAD, f"{WORDS} I agree", references=[{"type": "replied_to", "id": told.id}])
    clock.move(timedelta(hours=1))
    run(house)
    for row in desk.queue(house).rows:
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    shown = in_cartridge(house)
    assert f"/status/{told.id}" in shown
    forwarding.forward(house, "central", forwarding.AT_ONCE)
    sent = b"".join(peer.held.values()).decode()
    assert "/posts/" in sent, "what the two did is stated"
    for what in (shown, sent):
        without_links = what.replace("https://docs.example.org/grease-guide", "").replace("tests/", "")
        assert SAID.findall(without_links) == []
        assert not FRAMES.search(what)


def test_an_account_at_x_is_nobodys_before_its_owner_agreed(
    tmp_path: Path, world: XWorld, clock: Clock
) -> None:
    """An agreement with the works council suffices elsewhere; X wants the person's own yes."""
    house = x_house(tmp_path, world, clock)
    person = linked(house, CURATOR)
    agreement(house, SOCIAL)
    for agreed, stated in ((False, 0), (True, 1)):
        if agreed:
            consent(house, person, SOCIAL)
        clock.move(timedelta(hours=1))
        world.post(CURATOR, WORDS)
        read(house, "x")
        assert rows(house) == stated


@pytest.mark.parametrize("deletions", ["jobs", "lookup"])
def test_what_was_deleted_at_x_has_no_words_left_here_after_the_daily_check(
    tmp_path: Path, world: XWorld, clock: Clock, deletions: str
) -> None:
    """By a compliance job and by looking up alike, within one reading, a day after at the latest."""
    source = {"name": "x", "connector": "x", "settings": world.settings() | {"deletions": deletions}}
    house = make_house(tmp_path, clock, sources=[source])
    kept, gone = world.post(CURATOR, WORDS), world.post(LEAD, f"{WORDS} and again")
    read(house, "x")
    screen(house)
    world.delete(gone)
    clock.move(timedelta(hours=24))
    read(house, "x")
    with house.store.read() as session:
        posts = {one.external_id: one for one in session.exec(select(Post))}
        bodies = [one.body for one in session.exec(select(Content).where(col(Content.gone).is_(None)))]
    assert (posts[kept.id].gone, posts[gone.id].gone is None) == (None, False)
    assert len(bodies) == 1
    assert not any("and again" in str(body) for body in bodies)
