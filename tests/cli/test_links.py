"""links and items: the commands, over a real house and a real server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gleanery.flow.house import utc_now
from gleanery.flow.links.looking import look
from tests.flow.links.houses import a_house, the_item
from tests.servers import WebServer
from tests.test_cli import gleanery, refused, told


def test_links_are_checked_listed_and_replaced(tmp_path: Path, web_server: WebServer) -> None:
    house = a_house(tmp_path, utc_now, f"{web_server.url}/lost")
    look(house)
    item = str(the_item(house).id)
    house.close()
    report = told("links", "check", item, cwd=tmp_path)
    assert (report["said"], report["asked"]) == ({"failing": 1}, 0)
    [line] = told("links", "list", cwd=tmp_path)["items"]
    assert (line["url"], line["reason"], line["status"]) == (f"{web_server.url}/lost", "link.not_found", 404)
    shown = gleanery("links", "list", cwd=tmp_path).stdout
    assert "failing" in shown
    assert "cartridge" in shown
    assert "no web address" in refused("links", "replace", item, "not an address", cwd=tmp_path, code=5)
    assert "leads to" in gleanery("links", "replace", item, "https://example.org/new", cwd=tmp_path).stdout
    assert "0 links looked at" in gleanery("links", "check", cwd=tmp_path).stdout


def test_days_are_set_and_listed(tmp_path: Path) -> None:
    house = a_house(tmp_path, utc_now, "https://learning.example.org/1")
    item = str(the_item(house).id)
    house.close()
    day = (utc_now() + timedelta(days=7)).date().isoformat()
    assert told("items", "review-by", item, "7d", cwd=tmp_path)["review_by"].startswith(day)
    assert f"ends: {day}" in gleanery("items", "expires", item, day, cwd=tmp_path).stdout
    [due] = told("items", "due", cwd=tmp_path)
    assert (due["item"], due["is_due"]) == (item, False)
    assert "is over" in refused("items", "expires", item, "2020-01-01", cwd=tmp_path, code=5)
