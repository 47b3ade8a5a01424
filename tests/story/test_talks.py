"""Every recorded talk goes through the whole of the house: read, judged, approved by policy, delivered, recorded."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from sqlmodel import func, select

from gleanery.flow import deliver, read, screen
from gleanery.model.items import Item, ItemState
from gleanery.model.posts import Post
from tests.conftest import shared_data
from tests.house import make_house
from tests.story.real_input import sources, starter


@pytest.mark.proof
def test_all_recorded_talks_run_through_the_entire_pipeline(tmp_path: Path) -> None:
    archives = sorted(shared_data("corpora/pyvideo-talks").glob("*.zip"))
    talks = sum(_talks(path) for path in archives)
    house = make_house(
        tmp_path,
        sources=[one for one in sources() if one["name"].startswith("talks-")],
        frameworks=[{"name": "starter", "path": str(starter())}],
        curation={"auto_approve": "keep", "policy_name": "all"},
        destinations=[{"name": "cartridge", "adapter": "cartridge"}],
    )
    reports = [read(house, one.name) for one in house.config.sources]
    assert [fault for report in reports for fault in report.faults] == []
    assert sum(report.new_posts for report in reports) == talks > 800
    screen(house)
    with house.store.read() as session:
        posts = session.exec(select(func.count()).select_from(Post)).one()
        waiting = session.exec(
            select(func.count()).select_from(Post).where(Post.screened_version < Post.version)
        ).one()
        found = session.exec(select(Item)).all()
    assert (posts, waiting) == (talks, 0)
    states = {one.state for one in found if one.merged_into is None}
    assert ItemState.APPROVED in states
    assert all(one.screened_as for one in found if one.merged_into is None)
    deliver(house, "cartridge")
    approved = [one for one in found if one.state is ItemState.APPROVED and one.merged_into is None]
    with zipfile.ZipFile(tmp_path / "data" / "files" / "cartridge" / "gleanery.imscc") as cartridge:
        links = [name for name in cartridge.namelist() if name.startswith("links/")]
    assert len(links) == len(approved) > 300
    assert all(verdict.ok for _, verdict in house.verify())
    house.close()


def _talks(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum("/videos/" in name and name.endswith(".json") for name in archive.namelist())
