"""A source that is disconnected is read no more, and what only it brought goes where the terms ask for it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from gleanery.errors import ConfigError, Denied, Unreachable
from gleanery.flow import deciding, deliver, desk, purge, read, run, screen
from gleanery.flow.connecting import connect_as_app
from gleanery.flow.disconnecting import disconnect
from gleanery.flow.house import House
from gleanery.flow.sources import pause
from gleanery.leases import held
from gleanery.model.destinations import Delivery
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.model.posts import Content
from gleanery.model.record import Entry, Kept
from gleanery.model.sources import InboxEvent, Partition, Source, SourceToken
from gleanery.testing import Clock, Reply
from tests.fakes.signing import SignIn, installed, source
from tests.flow.test_connecting import connected
from tests.house import make_house

CARTRIDGE = [{"name": "cartridge", "adapter": "cartridge"}]
WORDS = ("What a beginner should know about ladders before the first day.", "How to give feedback kindly.")


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    monkeypatch.syspath_prepend(str(installed(tmp_path)))
    with SignIn() as made:
        made.posts = {str(number): text for number, text in enumerate(WORDS)}
        monkeypatch.setenv("SIGNING_SECRET", made.client_secret)
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


def founded(folder: Path, platform: SignIn, clock: Clock, **settings: Any) -> House:
    return make_house(folder, clock, sources=[source(platform, **settings)], destinations=CARTRIDGE)


def delivered(house: House) -> None:
    """Everything is read, approved and brought to the cartridge."""
    run(house)
    for row in desk.queue(house).rows:
        deciding.decide(house, str(row.id), DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    assert WORDS[0] in in_cartridge(house)


def in_cartridge(house: House) -> str:
    with zipfile.ZipFile(house.config.data / "files" / "cartridge" / "gleanery.imscc") as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def standing_words(house: House) -> int:
    with house.store.read() as session:
        return session.exec(
            select(func.count()).select_from(Content).where(col(Content.gone).is_(None))
        ).one()


def in_database(folder: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in folder.rglob("*.db*"))


def test_the_token_is_forgotten_and_ended_and_the_source_paused(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    read(house, "signed")
    done = disconnect(house, "signed", "lead")
    assert (done.had_token, done.revoked) == (True, True)
    assert platform.families[0].ended
    with house.store.read() as session:
        assert session.exec(select(SourceToken)).all() == []
        assert session.exec(select(Source.paused_at)).one() == clock()
        told = session.exec(select(Entry).where(Entry.action == "source.disconnected")).one()
    assert json.loads(told.detail) == {"revoked": True, "content": "deleted"}
    assert told.actor.startswith("person:")


def test_what_only_it_brought_goes_and_is_taken_back(tmp_path: Path, platform: SignIn, clock: Clock) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    delivered(house)
    done = disconnect(house, "signed", "lead")
    assert (done.posts, done.shared, done.copies, done.taken_back) == (2, 0, 2, 2)
    assert standing_words(house) == 0
    for text in WORDS:
        assert text not in in_cartridge(house)
        assert not in_database(tmp_path, text)
    assert {row.state for row in desk.queue(house, tuple(ItemState)).rows} == {"dropped"}
    assert all(verdict.ok for _, verdict in house.verify())


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    delivered(house)
    would = disconnect(house, "signed", "lead", dry_run=True)
    assert (would.had_token, would.deletes, would.posts, would.copies) == (True, True, 2, 2)
    assert standing_words(house) == 2
    assert not platform.families[0].ended
    assert house.tokens("signed").kept() is not None


def test_what_another_source_saw_too_stays_until_that_is_disconnected(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    both = [source(platform), source(platform, "second", as_app=True)]
    house = make_house(tmp_path, clock, sources=both)
    connected(house)
    read(house, "signed")
    connect_as_app(house, "second", "lead")
    platform.posts["9"] = "Only the second one sees this piece about budgets."
    read(house, "second")
    first = disconnect(house, "signed", "lead")
    assert (first.posts, first.shared, standing_words(house)) == (0, 2, 3)
    second = disconnect(house, "second", "lead")
    assert (second.posts, second.shared, standing_words(house)) == (3, 0, 0)


def test_words_may_be_kept_only_where_the_terms_allow_it(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    read(house, "signed")
    with pytest.raises(Denied, match="--keep-content"):
        disconnect(house, "signed", "lead", keep_content=True)
    assert house.tokens("signed").kept() is not None
    house.close()
    house = founded(tmp_path, platform, clock, deletes=False)
    assert not disconnect(house, "signed", "lead").deletes
    assert standing_words(house) == 2
    assert disconnect(house, "signed", "lead", keep_content=False).posts == 2
    assert standing_words(house) == 0


def test_what_is_read_again_after_a_new_sign_in_comes_back(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    read(house, "signed")
    disconnect(house, "signed", "lead")
    connected(house)
    read(house, "signed")
    screen(house)
    assert standing_words(house) == 2
    assert len(desk.queue(house).rows) == 2


def test_everything_that_was_kept_for_the_source_goes(tmp_path: Path, platform: SignIn, clock: Clock) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    read(house, "signed")
    context = house.context("source", "signed")
    context.store.put("names", {"U0CURATOR": "somebody"})
    context.inbox.put("event-1", {"text": "said"})
    (Path(context.folder) / "cache").write_text("words")
    disconnect(house, "signed", "lead")
    with house.store.read() as session:
        for table in (Partition, InboxEvent):
            assert session.exec(select(table)).all() == []
        assert session.exec(select(Kept).where(Kept.plugin == "source:signed")).all() == []
    assert not Path(context.folder).exists()


def test_a_platform_that_cannot_end_the_grant_keeps_nothing_from_being_forgotten(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    platform.interrupt(Reply(503), times=9, when=lambda asked: asked.path == "/revoke")
    assert not disconnect(house, "signed", "lead").revoked
    assert house.tokens("signed").kept() is None


def test_a_token_whose_key_is_lost_can_be_forgotten(tmp_path: Path, platform: SignIn, clock: Clock) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    house.token_keys.path.unlink()
    done = disconnect(house, "signed", "lead")
    assert (done.had_token, done.revoked) == (True, False)


def test_while_it_is_being_read_access_ends_and_the_words_wait_for_a_second_call(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    read(house, "signed")
    with held(house.store, "read:signed", house.now) as lease:
        assert lease is not None
        with pytest.raises(Unreachable, match="being read just now"):
            disconnect(house, "signed", "lead")
    assert (platform.families[0].ended, standing_words(house)) == (True, 2)
    assert disconnect(house, "signed", "lead").posts == 2
    assert standing_words(house) == 0


def test_a_source_that_is_no_longer_configured_can_still_be_disconnected(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    read(house, "signed")
    house.close()
    house = make_house(tmp_path, clock)
    assert disconnect(house, "signed", "lead").posts == 2
    assert house.tokens("signed").kept() is None


def test_a_name_that_nobody_knows_is_told_with_the_nearest(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    with pytest.raises(ConfigError, match="signed"):
        disconnect(house, "singed", "lead")


@pytest.mark.parametrize("days", [2, 30])
def test_words_past_their_time_are_taken_back_from_every_destination(
    tmp_path: Path, platform: SignIn, clock: Clock, days: int
) -> None:
    house = founded(tmp_path, platform, clock, max_age_days=days)
    connected(house)
    delivered(house)
    clock.move(timedelta(days=days, minutes=1))
    assert purge(house) == 2
    screen(house)
    deliver(house, "cartridge")
    with house.store.read() as session:
        assert {row.remote_id for row in session.exec(select(Delivery))} == {None}
    for text in WORDS:
        assert text not in in_cartridge(house)
        assert not in_database(tmp_path, text)


def test_what_another_source_shows_afterwards_is_taken_in_and_goes_with_that_one(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    both = [source(platform), source(platform, "second", as_app=True)]
    house = make_house(tmp_path, clock, sources=both)
    connected(house)
    read(house, "signed")
    disconnect(house, "signed", "lead")
    connect_as_app(house, "second", "lead")
    read(house, "second")
    assert standing_words(house) == 2
    done = disconnect(house, "second", "lead")
    assert (done.posts, done.shared, standing_words(house)) == (2, 0, 0)


def test_what_the_platform_still_sends_to_a_disconnected_source_does_not_stay(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    connected(house)
    disconnect(house, "signed", "lead")
    house.context("source", "signed").inbox.put("event-1", {"text": "said"})
    clock.move(timedelta(days=8))
    purge(house)
    with house.store.read() as session:
        assert session.exec(select(InboxEvent)).all() == []


def test_what_waits_for_a_source_that_only_rests_stays(
    tmp_path: Path, platform: SignIn, clock: Clock
) -> None:
    house = founded(tmp_path, platform, clock)
    pause(house, "signed", "lead")
    house.context("source", "signed").inbox.put("event-1", {"text": "said"})
    clock.move(timedelta(days=8))
    purge(house)
    with house.store.read() as session:
        assert len(session.exec(select(InboxEvent)).all()) == 1
