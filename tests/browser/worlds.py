"""Houses in which every page of the desks has something to show, and one in which none has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import requests
from sqlmodel import col, select

from gleanery.flow import deciding, desk
from gleanery.flow.collections import editing
from gleanery.flow.house import House, utc_now
from gleanery.flow.links import terms
from gleanery.flow.links.looking import look
from gleanery.flow.queue import bulk
from gleanery.flow.queue.filters import Filter
from gleanery.flow.reports import keeping
from gleanery.flow.rights import Role
from gleanery.flow.rules import keeping as rules
from gleanery.flow.rules.writing import checked
from gleanery.flow.settings import change_settings
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.model.links import LinkLook, LinkState
from gleanery.testing import Clock
from gleanery.worker import work
from tests.clocks import RealClock
from tests.fakes.slack import GENERAL, SlackWorld
from tests.flow.erasing.planted import plant
from tests.flow.recorded.conftest import lived, made
from tests.flow.reports.histories import History, house_with_items
from tests.house import make_house
from tests.moodle_server import MoodleServer
from tests.web.destinations.test_desk import form as moodle_form
from tests.web.houses import Site, served
from tests.web.items.conftest import item_house
from tests.web.privacy.conftest import Desk
from tests.web.sources.test_wizard import allowed, app, begun

EVERYBODY = list(Role)


@dataclass(frozen=True)
class World:
    """A served house, the desks it is there for, and where its pages begin beside those of the menu."""

    site: Site
    desks: tuple[str, ...]
    first: tuple[str, ...] = ()


@contextmanager
def empty(folder: Path) -> Iterator[World]:
    """Nothing was ever read."""
    house = make_house(folder)
    with served(house) as site:
        yield World(site, ("/",))
    house.close()


@contextmanager
def items(folder: Path) -> Iterator[World]:
    """Items of all sorts, decided one by one and at once; a path; a file, a Moodle and an LMS to bring it to."""
    house = item_house(folder / "house")
    change_settings(house, "system", _with_lms)
    with served(house) as site, MoodleServer() as moodle:
        client = site.browser("everybody", EVERYBODY)
        _send(client, site, "/destinations/new/moodle", moodle_form(moodle))
        waiting = [row.id for row in desk.queue(house).rows]
        for item in waiting[:2]:
            deciding.decide(house, str(item), DecisionVerdict.APPROVE, "everybody", "clear and short")
        _with_links(house, waiting)
        _send(client, site, f"/items/{waiting[0]}/notes", {"body": "For the new colleagues."})
        _send(client, site, "/queue/views", {"name": "Short ones", "query": "state=waiting&words=ten"})
        many = _many(house, client, site)
        rule = _rule(house)
        [held, *_] = [row.id for row in desk.queue(house, (ItemState.QUARANTINED,)).rows]
        path = _path(house, [row.id for row in desk.queue(house, (ItemState.APPROVED,)).rows])
        yield World(
            site, ("/?", "/items", "/queue", "/bulk", "/collections", "/curation", "/destinations", "/learners"),
            (
                f"/curation/quarantine/{held}", f"/curation/rules/{rule}", f"/curation/rules/{rule}/edit",
                "/curation/rules/new?as_text=true", "/curation/duplicates?show=groups",
                "/curation/duplicates?show=apart",
                "/?state=approved", "/?state=rejected", "/?state=quarantined", "/?words=nothing", many,
                "/bulk?verdict=reject&every=state%3Dwaiting", "/queue/news?than=1", f"/items/{waiting[0]}",
                "/curation/links?state=moved", "/curation/links?state=reviews", "/curation/links?state=unknown",
                f"/collections/{path}", f"/collections/{path}/preview", "/destinations/academy",
                "/destinations/campus/lms",
                f"/items/{waiting[0]}/tags?word=project", f"/items/{waiting[0]}/alike/{waiting[1]}",
            ),
        )  # fmt: skip
    house.close()


def _rule(house: House) -> UUID:
    """A rule that is on, and a change of it that waits."""
    when = {
        "any": [
            {"field": "words", "op": "has", "value": "project"},
            {"field": "age_days", "op": ">=", "value": 400},
        ]
    }
    told = {
        "name": "Look at old projects",
        "when": when,
        "effect": {"do": "ask", "why": "They may be out of date."},
    }
    rule = rules.add(house, "everybody", checked(told), "The team asked for it.")
    rules.switch_on(house, "everybody", rule, confirmed=True)
    rules.change_rule(house, "everybody", rule, checked(told | {"name": "Look at old plans"}))
    return rule


def _with_links(house: House, items: list[UUID]) -> None:
    """Links of every state, and an item that is to be looked at again soon."""
    look(house)
    terms.set_review(house, str(items[0]), "everybody", house.now() + timedelta(days=3))
    with house.store.write() as session:
        rows = session.exec(select(LinkLook).order_by(col(LinkLook.mark))).all()
        for row, state in zip(rows, cycle(LinkState), strict=False):
            row.state, row.looked_at, row.status, row.reason = state, house.now(), 404, "link.not_found"
            session.add(row)


def _with_lms(document: dict[str, Any]) -> None:
    """An address from outside, and a destination whose LMS has not registered yet."""
    document["serve"] = {"address": "https://gleanery.example.org"}
    document.setdefault("destinations", []).append({"name": "campus", "adapter": "lti"})


def _send(client: requests.Session, site: Site, path: str, form: dict[str, str]) -> str:
    """Send a form; the address of the page that answers."""
    answer = client.post(site.url + path, data=form)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[-2000:])
    return answer.url.removeprefix(site.url)


def _many(house: House, client: requests.Session, site: Site) -> str:
    """Reject at once what speaks of rooms; the address of the page that tells of it."""
    wanted = bulk.Wanted(DecisionVerdict.REJECT, Filter.of_query("state=waiting&words=room"), (), is_all=True)
    seen = bulk.preview(house, wanted, uuid4())
    bulk.ask(house, key := uuid4(), wanted, "everybody", "out of date", seen.last_seq, seen.seen_at)
    work(house)
    return f"/bulk/{key}"


def _path(house: House, chosen: list[UUID]) -> UUID:
    content = {"title": "First week", "steps": [{"item": one} for one in chosen], "destinations": ["academy"]}
    return editing.make(house, "everybody", editing.checked_content(content)).id


@contextmanager
def people(folder: Path) -> Iterator[World]:
    """Somebody known in every place, an inquiry about them, an erasure asked for and one that is over."""
    planted = plant(folder / "house", RealClock(), people={"erasure_needs_two": True})
    with served(planted.house) as site:
        office = Desk(site, planted)
        officer = site.browser("officer", [Role.PRIVACY_OFFICER])
        key = office.find_planted(officer)
        for what in ("export", "plan"):
            office.post(officer, f"/privacy/inquiries/{key}/{what}")
            office.over(key)
        form = {"reason": "they wrote", "understood": "true"}
        case = _send(officer, site, f"/privacy/inquiries/{key}/erasure", form)
        yield World(site, ("/privacy", "/me", "/accounts"), (f"/privacy/inquiries/{key}", case))
    planted.house.close()


@contextmanager
def record(folder: Path) -> Iterator[World]:
    """A day in a house, with a statement erased and one taken back."""
    day = lived(made(folder, Clock()))
    with served(day.house) as site:
        yield World(
            site, ("/record", "/audit"),
            (
                "/record?voided=1&about=1", "/record?verb=liked", "/record?since=never", "/audit?action=nothing",
                "/audit?since=never", f"/record/statements/{day.erased}", f"/record/statements/{day.foreign[0]}",
            ),
        )  # fmt: skip
    day.house.close()


@contextmanager
def sources(folder: Path) -> Iterator[World]:
    """A Slack that is connected and one that is being connected, at every step of the wizard."""
    house = make_house(folder)
    with served(house) as site, SlackWorld(RealClock()) as slack:
        change_settings(house, "system", lambda document: document.update(serve={"address": site.url}))
        slack.post("Read https://learning.example.org/ladders before Monday")
        client = site.browser("everybody", EVERYBODY)
        _connected(client, site, slack)
        draft = _begun(client, site, slack, "second").removeprefix(site.url)
        steps = ("settings", "sign-in", "choose", "test", "schedule")
        yield World(
            site, ("/sources", "/runs"),
            (
                *(f"{draft}/{step}" for step in steps), "/sources/team/sign-in", "/sources/oauth",
                "/sources/oauth?error=access_denied",
            ),
        )  # fmt: skip
    house.close()


def _begun(client: requests.Session, site: Site, slack: SlackWorld, name: str) -> str:
    draft = begun(client, site)
    page = client.post(f"{draft}/settings", data=app(slack) | {"source-name": name})
    client.post(f"{site.url}/sources/oauth", data=allowed(page)).raise_for_status()
    client.post(f"{draft}/choose", data={"chosen": [GENERAL]}).raise_for_status()
    client.post(f"{draft}/test").raise_for_status()
    work(site.house)
    return draft


def _connected(client: requests.Session, site: Site, slack: SlackWorld) -> None:
    draft = _begun(client, site, slack, "team")
    client.post(f"{draft}/schedule", data={"every_minutes": "15", "first_items": "50"}).raise_for_status()
    work(site.house)


@contextmanager
def reports(folder: Path) -> Iterator[World]:
    """Six items with a history of two days."""
    clock = Clock(utc_now() - timedelta(days=2))
    house = house_with_items(folder / "house", clock, 6)
    history = History(house, clock)
    for name, number in (("approve", 0), ("reject", 1), ("deliver", 0), ("all view", 0), ("wait", 8)):
        history.acts()[name](number)
    keeping.rebuild(house)
    house.now = utc_now
    with served(house) as site:
        yield World(
            site,
            ("/reports", "/me/digest", "/digest"),
            ("/reports", "/reports/funnel", "/reports?since=never", "/me/digest"),
        )
    house.close()


MAKERS: tuple[Callable[[Path], AbstractContextManager[World]], ...] = (
    empty,
    items,
    people,
    record,
    sources,
    reports,
)


@contextmanager
def all_worlds(folder: Path) -> Iterator[list[World]]:
    """Every house of this file, served."""
    with ExitStack() as stack:
        yield [stack.enter_context(make(folder / make.__name__)) for make in MAKERS]
