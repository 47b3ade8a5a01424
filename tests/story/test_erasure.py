"""A person asks to be forgotten: by commands, from the dry run to a backup that is put back, nothing brings them back.

A second record store on loopback gets the statements before, and is told afterwards which of them are void.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.testing import Clock
from tests.flow.erasing.planted import TARGET, Planted, found_in_files, found_in_record, plant
from tests.servers import WebServer
from tests.test_cli import gleanery, refused, terminal, told
from tests.xapi.forwarding.peer import Peer
from xapi.vocabulary import adl

__all__ = ["terminal"]


@dataclass
class Story:
    """A founded house with a person in it, its folder, and the other record store."""

    planted: Planted
    folder: Path
    peer: Peer

    @property
    def who(self) -> tuple[str, ...]:
        """The person as an administrator names them."""
        asked = self.planted.asked
        identities = [word for one in asked.identities for word in ("--identity", one)]
        return (str(self.planted.person), *identities, "--name", self.planted.name)

    def reopened(self) -> Planted:
        """The house as it is now, for looking into it."""
        house = open_house(load(self.folder / "config.yaml"))
        old = self.planted
        return Planted(house, old.person, old.canary, old.own, old.others, old.untouched)

    def nowhere(self) -> None:
        """The canary is in no file and no statement, and both logs verify."""
        now = self.reopened()
        assert found_in_record(now) == []
        now.house.store.close()
        assert found_in_files(now) == []
        assert told("audit", "verify", cwd=self.folder)["audit"] == "verified"


@pytest.fixture
def peer(web_server: WebServer) -> Iterator[Peer]:
    made = Peer(web_server)
    yield made
    made.released.set()


def begun(folder: Path, peer: Peer, monkeypatch: pytest.MonkeyPatch, **people: Any) -> Story:
    monkeypatch.setenv("CENTRAL_SECRET", token_urlsafe())
    target = {"name": TARGET, "endpoint": peer.endpoint, "key": "us", "secret": {"env": "CENTRAL_SECRET"}}
    planted = plant(folder, Clock(), lrs={"forward": [target]}, people=people)
    planted.house.close()
    return Story(planted, folder, peer)


@pytest.fixture
def story(tmp_path: Path, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Story:
    return begun(tmp_path, peer, monkeypatch)


def voided_at(peer: Peer) -> set[str]:
    """The statements that the other store was told are void."""
    sent = map(json.loads, peer.held.values())
    return {one["object"]["id"] for one in sent if one["verb"]["id"] == adl.VOIDED.id}


def test_a_person_is_erased_here_taken_back_there_and_stays_away_after_a_restore(story: Story) -> None:
    folder, planted = story.folder, story.planted
    told("forward", "run", cwd=folder)
    assert {str(one) for one in planted.own.values()} <= set(story.peer.arrived)
    told("backup", "create", "--out", "yesterday.zip", cwd=folder)

    planned = told("people", "erase", *story.who, "--dry-run", cwd=folder)
    assert planned["targets"] == {TARGET: len(planted.own) + len(planted.others)}
    assert "cannot be taken back" in refused("people", "erase", *story.who, "--json", cwd=folder, code=5)
    receipt = told("people", "erase", *story.who, "--yes", "--receipt", "receipt.json", cwd=folder)
    assert receipt["counts"]["statements-erased"] == len(planted.own)
    assert receipt["left"] == {"backups": 1, "exports-handed-out": 1}
    story.nowhere()

    told("forward", "run", cwd=folder)
    assert voided_at(story.peer) == {str(one) for one in planted.own.values()}
    assert [one["target"] for one in receipt["targets"]] == [TARGET]

    shutil.rmtree(folder / "data")
    restored = told("backup", "restore", "yesterday.zip", "--note", "disk failed", cwd=folder)
    assert restored["erased_again"] == 1
    story.nowhere()
    told("forward", "run", cwd=folder)
    assert voided_at(story.peer) == {str(one) for one in planted.own.values()}
    [standing] = told("forward", "status", cwd=folder)
    assert standing["dead"] == 0


def test_the_receipt_can_be_read_checked_and_shown_again(story: Story) -> None:
    folder = story.folder
    receipt = told("people", "erase", *story.who, "--yes", "--receipt", "receipt.json", cwd=folder)
    assert json.loads((folder / "receipt.json").read_text()) == receipt
    assert "Other record stores" in (folder / "receipt.txt").read_text()
    key = receipt["id"][:8]
    assert told("people", "erasure", "receipt", key, cwd=folder) == receipt
    checked = told("people", "erasure", "check", "receipt.json", cwd=folder)
    assert checked["agree"] == checked["statements"] == len(receipt["statements"])
    shown = gleanery("people", "erasure", "list", cwd=folder)
    assert key in shown.stdout
    assert "done" in shown.stdout
    (folder / "receipt.json").write_text(json.dumps({**receipt, "done": None}))
    assert "not signed" in refused("people", "erasure", "check", "receipt.json", cwd=folder, code=5)


def test_where_two_must_agree_the_second_carries_it_out(
    tmp_path: Path, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = begun(tmp_path, peer, monkeypatch, erasure_needs_two=True)
    asked = told("people", "erase", *story.who, "--by", "lead", cwd=tmp_path)
    key = asked["id"][:8]
    assert asked["state"] == "asked"
    message = refused("people", "erasure", "approve", key, "--by", "lead", "--yes", cwd=tmp_path, code=4)
    assert "cannot approve it" in message
    assert "second account" in refused("people", "erasure", "resume", key, cwd=tmp_path, code=4)
    told("people", "erasure", "approve", key, "--by", "officer", "--yes", cwd=tmp_path)
    story.nowhere()
    assert "is done already" in refused("people", "erasure", "refuse", key, cwd=tmp_path, code=4)


def test_what_was_refused_is_not_carried_out(
    tmp_path: Path, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = begun(tmp_path, peer, monkeypatch, erasure_needs_two=True)
    key = told("people", "erase", *story.who, "--by", "lead", cwd=tmp_path)["id"]
    assert told("people", "erasure", "refuse", key, "--by", "officer", cwd=tmp_path)["state"] == "refused"
    assert "no receipt" in refused("people", "erasure", "receipt", key, cwd=tmp_path, code=4)
    assert told("people", "erasure", "resume", cwd=tmp_path) == []
    assert found_in_record(story.reopened())


def test_every_answer_has_its_human_form(story: Story) -> None:
    folder, who = story.folder, story.who
    assert "Nothing was erased" in gleanery("people", "erase", *who, "--dry-run", cwd=folder).stdout
    shown = gleanery("people", "export", who[0], "--dry-run", cwd=folder)
    assert "statements" in shown.stdout
    assert "Receipt of erasure" in gleanery("people", "erase", *who, "--yes", cwd=folder).stdout
    assert "There is no person" in refused("people", "export", who[0], cwd=folder, code=5)


def test_before_they_go_they_get_everything(story: Story) -> None:
    folder = story.folder
    identities = story.who[:-2]
    told_counts = told("people", "export", *identities, "--out", "theirs.zip", cwd=folder)["counts"]
    assert told_counts["statements"] >= len(story.planted.own)
    assert (folder / "theirs.zip").stat().st_mode & 0o077 == 0
