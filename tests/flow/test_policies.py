"""What a platform's terms forbid leaves by no exit: no adapter, no statement, no export, no score."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from pyarrow import parquet
from sqlmodel import select

from gleanery.flow import deciding, deliver, desk, exporting, forwarding, run
from gleanery.flow.exporting import Selection
from gleanery.flow.house import House
from gleanery.flow.leaving import learning_items
from gleanery.model.items import DecisionVerdict, FindingRow, Item
from gleanery.ports import LearningItem, Policy
from gleanery.testing import Clock
from tests.fakes.signing import SignIn, installed, source
from tests.flow.test_connecting import connected
from tests.flow.test_disconnecting import in_cartridge
from tests.house import make_house
from tests.servers import WebServer
from tests.xapi.forwarding.peer import Peer

TEXT = "What a beginner should know about ladders before the first day at the yard."
NOT_TO_LEAVE = ("beginner", "ladders", "Author of the post", "author-1")


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    monkeypatch.syspath_prepend(str(installed(tmp_path)))
    with SignIn() as made:
        made.posts = {"1": TEXT}
        monkeypatch.setenv("SIGNING_SECRET", made.client_secret)
        yield made


def approved(folder: Path, platform: SignIn, terms: str, **changes: Any) -> House:
    """A house that brought the one post to its cartridge."""
    house = make_house(
        folder,
        Clock(),
        sources=[source(platform, terms=terms)],
        destinations=[{"name": "cartridge", "adapter": "cartridge"}],
        **changes,
    )
    connected(house)
    run(house)
    [row] = desk.queue(house).rows
    deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    return house


def outside(house: House) -> LearningItem:
    with house.store.read() as session:
        [item] = learning_items(house, session, session.exec(select(Item)).all()).values()
    return item


def test_of_a_platform_that_lets_only_addresses_out_an_adapter_gets_nothing_else(
    tmp_path: Path, platform: SignIn
) -> None:
    item = outside(approved(tmp_path, platform, "address"))
    assert item.url == "https://posts.example.org/1"
    assert (item.title, item.html, item.may_embed) == ("Article on posts.example.org", "", False)
    assert (item.attribution, item.licence, item.published_at, item.minutes) == ("Signing", None, None, None)
    shown = " ".join(str(getattr(item, one.name)) for one in fields(item))
    assert not [word for word in NOT_TO_LEAVE if word in shown]


def test_no_file_for_an_lms_holds_its_words_and_with_open_terms_it_does(
    tmp_path: Path, platform: SignIn
) -> None:
    closed = in_cartridge(approved(tmp_path / "closed", platform, "address"))
    assert "https://posts.example.org/1" in closed
    assert not [word for word in NOT_TO_LEAVE if word in closed]
    assert TEXT in in_cartridge(approved(tmp_path / "open", platform, "open"))


def test_forwarded_statements_hold_an_address_at_most(
    tmp_path: Path, platform: SignIn, web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTRAL_SECRET", token_urlsafe())
    peer = Peer(web_server)
    target = {
        "name": "central",
        "endpoint": peer.endpoint,
        "key": "gleanery",
        "secret": {"env": "CENTRAL_SECRET"},
    }
    house = approved(tmp_path, platform, "address", lrs={"forward": [target]})
    forwarding.forward(house, "central", forwarding.AT_ONCE)
    assert len(peer.arrived) >= 3
    sent = b"".join(peer.held.values()).decode()
    assert not [word for word in NOT_TO_LEAVE if word in sent]


def test_no_export_holds_its_words(tmp_path: Path, platform: SignIn) -> None:
    house = approved(tmp_path, platform, "address")
    for log, shown in (("audit", "source:signed"), ("statements", "gleanery.example.org")):
        for name in ("jsonl", "csv", "parquet", "zip"):
            path = tmp_path / f"{log}.{name}"
            assert exporting.export(house, "lead", Selection(log=log), path).entries > 0
            content = told_by(path)
            assert shown in content, path.name
            assert not [word for word in NOT_TO_LEAVE if word in content], path.name


def told_by(path: Path) -> str:
    """Everything that an export says."""
    if path.suffix == ".parquet":
        return str(parquet.read_table(path).to_pylist())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return path.read_text("utf-8")


@pytest.mark.parametrize(("terms", "kept"), [("open", True), ("address", False)])
def test_scores_are_kept_only_where_the_terms_let_a_text_be_scored(
    tmp_path: Path, platform: SignIn, terms: str, kept: bool
) -> None:
    house = approved(tmp_path, platform, terms)
    with house.store.read() as session:
        rows = session.exec(select(FindingRow)).all()
    assert rows
    assert any(row.scores for row in rows) is kept


def test_what_a_policy_does_not_say_is_no() -> None:
    silent = Policy()
    said = {one.name: getattr(silent, one.name) for one in fields(silent) if one.name.startswith("may_")}
    assert said
    assert not any(said.values())
    assert silent.delete_on_disconnect
