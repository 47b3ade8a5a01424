"""Small pictures come from our own address: fetched once, for nobody in particular, and gone with the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.flow import desk
from gleanery.flow.house import House
from gleanery.flow.pictures import keeping
from gleanery.flow.purging import let_go
from gleanery.model.posts import Content, PostVersion
from tests.clocks import RealClock
from tests.flow.pictures import samples
from tests.servers import WebServer
from tests.web.houses import Site, house_with, moved_in, post

PICTURE = "/picture.png"


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
def shown(
    stage: Site, _told: None, tmp_path: Path, web_server: WebServer, clock: RealClock
) -> Iterator[Site]:
    """A house with one item, whose post names a picture."""
    address = web_server.reply(PICTURE, samples.png_with_words(), headers={"content-type": "text/html"})
    house = house_with(
        tmp_path / "house",
        [post(1, thumbnail=address)],
        clock,
        curation={"steps": []},
        http={"allow_hosts": [address.split("/")[2]]},
    )
    with moved_in(stage, house) as made:
        yield made


def thumb(site: Site) -> str:
    """Where the item's page says that its picture is."""
    [row] = desk.queue(site.house).rows
    page = site.browser().get(f"{site.url}/items/{row.id}").text
    found = re.search(r'<img class="thumb" src="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def asked(server: WebServer) -> int:
    return sum(one.path == PICTURE for one in server.requests)


def forgotten(house: House) -> None:
    """Purge the words of everything."""
    with house.change() as change:
        rows = change.session.exec(
            select(Content, PostVersion.post_id).join(PostVersion, PostVersion.content_id == Content.id)  # type: ignore[arg-type]
        ).all()
        let_go(change, rows)


def test_a_picture_is_fetched_once_without_telling_who_looks(shown: Site, web_server: WebServer) -> None:
    path = thumb(shown)
    assert asked(web_server) == 0, "nothing is fetched before somebody's browser asks us"
    for _ in range(3):
        answer = shown.browser(None).get(
            shown.url + path, headers={"Referer": "https://secret.example.org/", "Cookie": "who=me"}
        )
        assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "object-src 'none'" in answer.headers["content-security-policy"]
    assert "max-age" in answer.headers["cache-control"]
    assert samples.SECRET not in answer.content
    [request] = [one for one in web_server.requests if one.path == PICTURE]
    assert not {"referer", "cookie", "authorization", "accept-language"} & request.headers.keys()


def test_an_address_that_we_did_not_give_out_fetches_nothing(shown: Site, web_server: WebServer) -> None:
    path = thumb(shown)
    sign = path.rpartition("/")[2]
    for other in (sign[::-1], "0" * 40, sign[:-1], sign + "0"):
        assert shown.browser().get(f"{shown.url}{path.removesuffix(sign)}{other}").status_code in (404, 422)
    assert asked(web_server) == 0


@pytest.mark.parametrize(
    "body", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"x" * (3 * 2**20), samples.png(30_000, 30_000)],
    ids=["svg", "too large", "too many pixels"],
)  # fmt: skip
def test_what_is_no_sane_picture_is_not_shown_and_not_asked_for_again(
    shown: Site, web_server: WebServer, body: bytes
) -> None:
    web_server.reply(PICTURE, body, headers={"content-type": "image/png"})
    path = thumb(shown)
    for _ in range(2):
        assert shown.browser().get(shown.url + path).status_code == 404
    assert asked(web_server) == 1


def test_a_picture_goes_with_the_words_it_belongs_to(shown: Site, clock: RealClock) -> None:
    path = thumb(shown)
    assert shown.browser().get(shown.url + path).status_code == 200
    files = list((shown.house.config.data / "pictures").iterdir())
    assert len(files) == 1
    assert keeping.let_go(shown.house) == 0
    forgotten(shown.house)
    assert shown.browser().get(shown.url + path).status_code == 404
    assert keeping.let_go(shown.house) == 1
    assert not files[0].exists()


def test_an_old_picture_is_fetched_anew(shown: Site, web_server: WebServer, clock: RealClock) -> None:
    path = thumb(shown)
    shown.browser().get(shown.url + path)
    clock.move(timedelta(days=8))
    assert shown.browser().get(shown.url + path).status_code == 200
    assert asked(web_server) == 2
    clock.move(timedelta(days=8))
    assert keeping.let_go(shown.house) == 1
