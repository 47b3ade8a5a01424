"""Canvas, feeds and catalogues are set up by their forms, and a site that is none is told before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.testing import Reply
from gleanery.testing.fakes import Interruption
from gleanery.worker import work
from tests.canvas_server import CanvasServer
from tests.canvas_server.server import HTML
from tests.web.destinations.test_desk import OFFICE, bare, own_site
from tests.web.houses import Site

__all__ = ["bare", "own_site"]


@pytest.fixture
def canvas() -> Iterator[CanvasServer]:
    with CanvasServer() as server:
        yield server


def form(canvas: CanvasServer, **changes: str) -> dict[str, str]:
    entered = {
        "destination-name": "course",
        "url": canvas.url,
        "token": canvas.token,
        "course": "17",
        "module": "Learning items",
        "deliver_as": "url",
        "newest": "100",
        "language": "en",
        "takes": "approved",
    }
    return entered | changes


def test_a_course_is_set_up_by_its_form_and_gets_what_was_approved_before(
    own_site: Site, canvas: CanvasServer
) -> None:
    browser = own_site.browser("office", OFFICE)
    page = browser.get(f"{own_site.url}/destinations/new/canvas", headers={"Accept-Language": "de"}).text
    assert "Zugriffstoken des Dienstkontos" in page
    answer = browser.post(f"{own_site.url}/destinations/new/canvas", data=form(canvas))
    assert "course" in answer.text
    assert canvas.token not in answer.text
    work(own_site.house)
    assert len(canvas.course.items) == 3


@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [
        (HTML, "sign-in page in front of it"),
        ("cut", "broke off the connection"),
        (Reply(404, HTML.body, HTML.headers), "root"),
        (
            Reply(401, {"errors": [{"message": "Insufficient scopes on access token."}]}),
            "url:GET|/api/v1/users/:id",
        ),
    ],
)
def test_what_is_no_usable_site_is_told_with_its_remedy_and_not_saved(
    own_site: Site, canvas: CanvasServer, trouble: Interruption, remedy: str
) -> None:
    canvas.interrupt(trouble, times=9)
    answer = own_site.browser("office", OFFICE).post(
        f"{own_site.url}/destinations/new/canvas", data=form(canvas)
    )
    assert answer.status_code == 422
    assert remedy in answer.text
    assert canvas.token not in answer.text
    assert not own_site.house.config.destinations


def test_feeds_and_a_catalogue_are_set_up_by_their_forms(own_site: Site) -> None:
    browser = own_site.browser("office", OFFICE)
    feeds = {
        "destination-name": "feeds", "title": "Picks", "language": "de", "newest": "50", "keys": "1",
        "include_text": "yes", "takes": "approved",
    }  # fmt: skip
    browser.post(f"{own_site.url}/destinations/new/feed", data=feeds).raise_for_status()
    table = {"destination-name": "table", "path": "", "include_text": "yes", "takes": "approved"}
    browser.post(f"{own_site.url}/destinations/new/table", data=table).raise_for_status()
    assert [one.name for one in own_site.house.config.destinations] == ["feeds", "table"]
    work(own_site.house)
    made = Path(own_site.house.config.data) / "files"
    assert (made / "feeds" / "current" / "all.atom").exists()
    assert len((made / "table" / "catalogue.csv").read_text().splitlines()) == 4
