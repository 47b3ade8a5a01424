"""gleanery.web.inbound: addresses that plugins offer to other programs."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
import requests

from gleanery.flow.keeping import PluginStore
from gleanery.flow.settings import change_settings
from tests.house import make_house
from tests.web.houses import Site, served


def test_a_plugin_answers_at_its_own_address(site: Site) -> None:
    answer = requests.post(
        f"{site.url}/in/source-forum/bell?loud=1", b"ding", headers={"X-From": "tower"}, timeout=5
    )
    assert (answer.status_code, answer.text) == (202, "heard tower loud=1")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert PluginStore(site.house.store, "source:forum", site.house.now).get("rung") == "ding"


def test_only_declared_endpoints_and_methods_exist(site: Site) -> None:
    assert requests.get(f"{site.url}/in/source-forum/bell", timeout=5).status_code == 405
    assert requests.post(f"{site.url}/in/source-forum/gong", b"", timeout=5).status_code == 404
    assert requests.post(f"{site.url}/in/source-other/bell", b"", timeout=5).status_code == 404


def test_a_source_that_is_set_up_meanwhile_is_reached_without_a_restart(own_site: Site) -> None:
    place = f"{own_site.url}/in/source-second/bell"
    assert requests.post(place, b"", timeout=5).status_code == 404

    def add(document: Any) -> None:
        document["sources"].append(
            {"name": "second", "connector": "drafts", "settings": {"posts": "posts.jsonl"}}
        )

    change_settings(own_site.house, "system", add)
    assert requests.post(place, b"ding", timeout=5).status_code == 202
    change_settings(own_site.house, "system", lambda document: document["sources"].pop())
    assert requests.post(place, b"ding", timeout=5).status_code == 404


def test_a_plugin_learns_under_which_address_it_is_reached_from_outside(tmp_path: Path) -> None:
    told = {"name": "forum", "connector": "drafts", "settings": {"posts": "posts.jsonl"}}
    house = make_house(tmp_path, sources=[told], serve={"address": "https://gleanery.example.org"})
    assert house.context("source", "forum").address == "https://gleanery.example.org/in/source-forum"
    assert make_house(tmp_path / "inside", sources=[told]).context("source", "forum").address == ""


def test_a_plugin_that_cannot_be_used_stops_no_other_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"name": "forum", "connector": "drafts", "settings": {"posts": "posts.jsonl"}}
    lost = {**told, "name": "lost", "settings": {"posts": "posts.jsonl", "key": {"env": "BELL_KEY"}}}
    house = make_house(tmp_path, sources=[lost, told])
    with served(house) as site:

        def rung(place: str) -> int:
            return requests.post(f"{site.url}/in/source-{place}/bell", b"", timeout=5).status_code

        assert (rung("lost"), rung("forum"), rung("lost")) == (503, 202, 503)
        monkeypatch.setenv("BELL_KEY", secrets.token_hex())
        assert rung("lost") == 202
    house.close()
