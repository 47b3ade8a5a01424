"""absorb(source): what comes in by itself is kept first, taken in later, once, and without its words left behind."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from gleanery.errors import BadInput, QuotaExhausted, Unreachable
from gleanery.flow import absorb, inbox, purge, read, run
from gleanery.flow.house import House
from gleanery.flow.inbox import SourceInbox
from gleanery.flow.sources import pause, resume
from gleanery.flow.standing import status
from gleanery.leases import held
from gleanery.model.posts import Post
from gleanery.model.sources import InboxEvent, ReadFault
from gleanery.ports import Context, Fault, Page, Received
from gleanery.testing import NOON, Clock
from gleanery.worker import work
from tests.conftest import ROOT
from tests.house import article, file_source, make_house, records
from tests.scripted import SCRIPTS, Script, draft, gone, page, scripted

__all__ = ["scripted"]

pytestmark = pytest.mark.usefixtures("scripted")


def told(_: Context, events: Sequence[Received]) -> Page:
    """A post for each event; one whose number is negative is gone; one without is broken."""
    posts, away = [], []
    for event in events:
        if "number" not in event.body:
            raise BadInput("No event of the forum.")
        number = event.body["number"]
        if number < 0:
            away.append(gone(-number))
        else:
            posts.append(draft(number, event.body.get("text", "")))
    return page(*posts, gone=away)


def house_of(folder: Path, script: Script, clock: Clock | None = None) -> House:
    return make_house(folder, clock or Clock(), sources=[script.source()])


def listening(*pages: Page) -> Script:
    return Script({"all": [page(), *pages]}, receives=told)


def put(house: House, event_id: str, **body: object) -> bool:
    return house.context("source", "forum").inbox.put(event_id, body)


def posts(house: House) -> list[str]:
    with house.store.read() as session:
        standing = select(Post.external_id).where(col(Post.gone).is_(None)).order_by(col(Post.seq))
        return list(session.exec(standing))


def waiting(house: House) -> int:
    return inbox.waiting(house.store).get("forum", 0)


def test_events_are_taken_in_once_oldest_first_a_hundred_at_a_time(tmp_path: Path) -> None:
    script = listening()
    house = house_of(tmp_path, script)
    for number in range(105):
        assert put(house, f"e{number}", number=number)
        assert not put(house, f"e{number}", number=number)
    report = absorb(house, "forum")
    assert (report.events, report.new_posts, report.faults) == (105, 105, [])
    assert [len(batch) for batch in script.received] == [100, 5]
    assert posts(house) == [f"p{number}" for number in range(105)]
    assert (absorb(house, "forum").events, waiting(house)) == (0, 0)
    assert not put(house, "e7", number=7), "a repetition is known after the event was taken in too"


def test_what_an_event_deletes_is_gone(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening(page(draft(1), draft(2))))
    read(house, "forum")
    put(house, "e1", number=-1)
    assert absorb(house, "forum").gone_posts == 1
    assert posts(house) == ["p2"]


def test_a_broken_event_is_told_and_never_blocks_the_rest(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    put(house, "e1", number=1)
    put(house, "e2", nothing=True)
    put(house, "e3", number=3)
    report = absorb(house, "forum")
    assert posts(house) == ["p1", "p3"]
    assert [message for _, message in report.faults] == ["No event of the forum."]
    assert (waiting(house), status(house, "forum")["faults"]) == (0, 1)


def test_a_connector_that_fails_on_an_event_is_blamed_for_that_one_alone(tmp_path: Path) -> None:
    def failing(ctx: Context, events: Sequence[Received]) -> Page:
        if any(event.id == "e1" for event in events):
            raise KeyError("user")
        return told(ctx, events)

    house = house_of(tmp_path, Script({"all": []}, receives=failing))
    put(house, "e1", number=1)
    put(house, "e2", number=2)
    [(_, message)] = absorb(house, "forum").faults
    assert "failed in a way it should not (KeyError)" in message
    assert (posts(house), waiting(house)) == (["p2"], 0)


def test_an_event_that_does_not_open_is_told_and_left(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    put(house, "e1", number=1)
    put(house, "e2", number=2)
    with house.store.write() as session:
        first = session.exec(select(InboxEvent).order_by(col(InboxEvent.seq))).first()
        assert first is not None
        first.sealed = b"\x00" * 40
        session.add(first)
    report = absorb(house, "forum")
    assert "does not open" in report.faults[0][1]
    assert (posts(house), waiting(house)) == (["p2"], 0)


@pytest.mark.parametrize(
    ("error", "later"),
    [
        (Unreachable("The forum is full.", retry_after=300), timedelta(seconds=301)),
        (Unreachable("The forum is full."), timedelta(seconds=61)),
        (QuotaExhausted("Enough.", until=NOON + timedelta(hours=2)), timedelta(hours=2, seconds=1)),
    ],
)
def test_events_wait_as_long_as_the_platform_says(tmp_path: Path, error: Exception, later: timedelta) -> None:
    clock, script = Clock(), listening()
    house = house_of(tmp_path, script, clock)

    def refusing(_: Context, events: Sequence[Received]) -> Page:
        raise error

    script.receives = refusing
    put(house, "e1", number=1)
    assert absorb(house, "forum").faults
    script.receives = told
    assert (absorb(house, "forum").events, waiting(house)) == (0, 1)
    clock.move(later)
    assert (absorb(house, "forum").events, posts(house)) == (1, ["p1"])


def test_the_faults_that_the_connector_tells_are_kept(tmp_path: Path) -> None:
    script = Script({"all": []}, receives=lambda *_: page(faults=[Fault("p9", "No words.")]))
    house = house_of(tmp_path, script)
    put(house, "e1", number=1)
    assert absorb(house, "forum").faults == [("forum/p9", "No words.")]
    with house.store.read() as session:
        assert session.exec(select(ReadFault.partition)).all() == ["inbox"]


def test_the_words_of_an_event_stand_nowhere_in_clear_and_are_gone_afterwards(tmp_path: Path) -> None:
    word = secrets.token_hex(12)
    house = house_of(tmp_path, Script({"all": []}, receives=lambda *_: page()))
    put(house, "e1", number=1, text=word)
    absorb(house, "forum")
    with house.store.read() as session:
        assert session.exec(select(InboxEvent)).one().sealed is None
    house.close()
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or word.encode() not in path.read_bytes(), path


def test_the_id_of_an_event_is_known_for_seven_days(tmp_path: Path) -> None:
    clock = Clock()
    house = house_of(tmp_path, listening(), clock)
    put(house, "e1", number=1)
    absorb(house, "forum")
    clock.move(timedelta(days=6))
    purge(house)
    assert not put(house, "e1", number=1)
    put(house, "e2", number=2)
    clock.move(timedelta(days=8))
    purge(house)
    assert put(house, "e1", number=1)
    assert waiting(house) == 2, "what was never taken in is not dropped"


def test_hostile_ids_and_bodies_are_taken_in(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    assert put(house, "\ud83d\x00", number=1, text="a\ud83db\x00")
    assert not put(house, "\ud83d\x00", number=1)
    assert absorb(house, "forum").new_posts == 1


def test_a_source_that_is_being_read_or_rests_takes_nothing_in_meanwhile(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    put(house, "e1", number=1)
    with held(house.store, "read:forum", house.now):
        assert absorb(house, "forum").busy
    pause(house, "forum", "lead")
    assert absorb(house, "forum").paused
    resume(house, "forum", "lead")
    assert absorb(house, "forum").events == 1


def test_events_go_to_the_curators_also_amid_the_first_reading(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    put(house, "e1", number=1)
    absorb(house, "forum")
    with house.store.read() as session:
        assert session.exec(select(Post.held_by)).one() is None


def test_the_worker_takes_events_in_though_the_source_is_not_due(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    work(house)
    put(house, "e1", number=1)
    work(house)
    assert posts(house) == ["p1"]
    put(house, "e2", number=2)
    assert run(house).counts()["new_posts"] == 1


def test_events_of_a_connector_that_takes_none_are_told_and_wait(tmp_path: Path) -> None:
    house = make_house(
        tmp_path, Clock(), sources=[file_source(records(tmp_path, [article(1)]), name="forum")]
    )
    put(house, "e1", number=1)
    assert "takes no events" in absorb(house, "forum").faults[0][1]
    assert waiting(house) == 1


# --------------------------------------------------------------------------- kills and crowds

ABSORB = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
sys.path[:0] = [*sys.argv[3:], os.getcwd()]
from gleanery.config import load
from gleanery.flow import absorb
from gleanery.flow.founding import open_house
from tests.flow.test_absorbing import listening
listening().source()
house = open_house(load(Path(sys.argv[1])))
left = int(sys.argv[2])
def count(connection):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(house.store.engine, "commit", count)
absorb(house, "forum")
"""


def test_a_kill_amid_taking_in_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    house = house_of(tmp_path, listening())
    for number in range(110):
        put(house, f"e{number}", number=number)
    config, packages = str(tmp_path / "config.yaml"), str(tmp_path / "packages")
    done = subprocess.run([sys.executable, "-c", ABSORB, config, "3", packages], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    SCRIPTS["forum"] = listening()
    absorb(house, "forum")
    assert posts(house) == [f"p{number}" for number in range(110)]


def test_an_event_is_acknowledged_within_three_seconds_while_pages_are_taken_in(tmp_path: Path) -> None:
    """A thousand a minute; the slowest counts."""
    script = listening(*(page(*(draft(100 * one + number) for number in range(100))) for one in range(10)))
    house = house_of(tmp_path, script)
    reader = threading.Thread(target=read, args=(house, "forum"))
    box = SourceInbox(house.store, "forum", lambda: house.vault, house.now)
    reader.start()
    slowest = 0.0
    for number in range(100):
        began = time.perf_counter()
        box.put(f"e{number}", {"number": 5000 + number})
        slowest = max(slowest, time.perf_counter() - began)
    reader.join()
    assert slowest < 3
    absorb(house, "forum")
    assert len(posts(house)) == 1100
