"""read --dry-run: what would come and what it would cost, and nothing is kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from gleanery.errors import Denied, Gone
from gleanery.flow import read
from gleanery.flow.dry_run import dry_run
from gleanery.flow.house import House
from gleanery.model.tables import metadata
from gleanery.ports import Context, Estimate, Fault, Page
from gleanery.testing import NOON, Clock
from tests.house import make_house
from tests.scripted import Script, draft, gone, page, scripted
from tests.servers import WebServer

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")


def rows_of(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database but the meter."""
    with house.store.read() as session:
        tables = [name for name in metadata.tables if name != "usage"]
        return {
            name: sorted(map(tuple, session.execute(text(f'SELECT * FROM "{name}"'))), key=str)
            for name in tables
        }


def test_what_would_come_is_compared_and_nothing_is_kept(tmp_path: Path) -> None:
    script = Script({"a": [page(draft(1), draft(2), draft(3))], "b": []})
    house = make_house(tmp_path, Clock(), sources=[script.source()])
    read(house, "forum")
    faulty = page(
        draft(1), draft(2, "Other words."), draft(9), gone=[gone(3)], faults=[Fault("p8", "No words.")]
    )
    script.parts["a"].append(faulty)
    before = rows_of(house)
    for _ in range(2):
        a, b = dry_run(house, "forum")
        assert (a.posts, a.new, a.changed, a.gone, a.faults, a.is_estimate) == (3, 1, 1, 1, 1, False)
        assert (b.partition, b.posts, b.error) == ("b", 0, "")
    assert rows_of(house) == before


def test_a_post_that_several_pages_show_comes_once(tmp_path: Path) -> None:
    pages = [page(draft(1), draft(2), complete=False), page(draft(2), draft(3), gone=[gone(1), gone(1)])]
    house = make_house(tmp_path, Clock(), sources=[Script({"a": pages}).source()])
    [told] = dry_run(house, "forum")
    assert (told.posts, told.new, told.gone) == (3, 3, 1)


def test_a_connector_that_tells_beforehand_is_asked_and_not_read(tmp_path: Path) -> None:
    script = Script({"a": [page(draft(1))], "b": [page(draft(2))]})
    script.estimates = {
        "a": Estimate(posts=120, requests=2, units={"posts": 120}, money=Decimal("0.60")),
        "b": Estimate(posts=None, requests=1),
    }
    house = make_house(tmp_path, Clock(), sources=[script.source() | {"connector": "priced"}])
    a, b = dry_run(house, "forum")
    assert (a.posts, a.requests, a.units, a.money, a.is_estimate) == (
        120,
        2,
        {"posts": 120},
        Decimal("0.60"),
        True,
    )
    assert b.posts is None
    assert script.read == []


def test_what_is_really_sent_is_counted_and_in_the_meter(tmp_path: Path, web_server: WebServer) -> None:
    web_server.reply("/posts", body=b"[]")

    def asking(ctx: Context) -> Page:
        ctx.meter.spend("posts", 10, money=Decimal("0.05"))
        ctx.http.get(f"{web_server.url}/posts")
        ctx.http.get(f"{web_server.url}/posts")
        return page(draft(1))

    script = Script({"a": [asking], "b": [page(draft(2))]})
    house = make_house(tmp_path, Clock(), sources=[script.source()], http={"allow_hosts": ["127.0.0.1"]})
    a, b = dry_run(house, "forum")
    assert (a.requests, a.units, a.money) == (2, {"posts": 10}, Decimal("0.05"))
    assert (b.requests, b.units, b.money) == (0, {}, Decimal(0))
    meter = house.context("source", "forum").meter
    assert (meter.spent("requests", NOON).units, meter.spent("posts", NOON).money) == (2, Decimal("0.05"))


def test_what_the_connector_keeps_is_forgotten(tmp_path: Path) -> None:
    seen: list[object] = []

    def noting(ctx: Context) -> Page:
        seen.append((ctx.store.get("mark"), ctx.store.get("old"), ctx.store.lease("turn", 60)))
        ctx.store.put("mark", len(seen))
        ctx.store.put("old", "new", expires_in=timedelta(0))
        assert not ctx.store.lease("turn", 60)
        assert (ctx.store.get("mark"), ctx.store.get("old")) == (len(seen), None)
        assert not ctx.inbox.put("e1", {})
        (Path(ctx.folder) / "cache").write_text("kept for a while")
        return page(draft(1))

    script = Script({"a": [noting]})
    house = make_house(tmp_path, Clock(), sources=[script.source()])
    given = house.context("source", "forum")
    given.store.put("old", "there")
    before = rows_of(house)
    list(dry_run(house, "forum"))
    list(dry_run(house, "forum"))
    assert seen == [(None, "there", True)] * 2
    assert rows_of(house) == before
    assert list(Path(given.folder).iterdir()) == []


def test_a_fault_of_one_part_is_told_and_one_of_the_source_ends_it(tmp_path: Path) -> None:
    script = Script(
        {"a": [Gone("Not there.")], "b": [Denied("Refused.", stops_source=True)], "c": [page(draft(1))]}
    )
    house = make_house(tmp_path, Clock(), sources=[script.source()])
    assert [(one.partition, one.error) for one in dry_run(house, "forum")] == [
        ("a", "Not there."),
        ("b", "Refused."),
    ]


def test_a_source_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    house = make_house(tmp_path, Clock(), sources=[{"name": "lost", "connector": "not-installed"}])
    [outlook] = dry_run(house, "lost")
    assert "not-installed" in outlook.error
