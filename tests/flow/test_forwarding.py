"""forward(target): the house's record brought to another record store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from sqlmodel import select

from gleanery import cli
from gleanery.errors import ConfigError
from gleanery.flow import deciding, desk, forwarding, run
from gleanery.flow.house import House
from gleanery.flow.record import Removal
from gleanery.leases import held
from gleanery.model.items import DecisionVerdict
from gleanery.model.record import Entry
from gleanery.testing import Clock
from gleanery.worker import work
from tests.house import article, file_source, make_house, records
from tests.servers import WebServer
from tests.xapi.forwarding.peer import Peer, answering, told
from xapi.vocabulary import activity_streams, adl


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def peer(web_server: WebServer) -> Iterator[Peer]:
    made = Peer(web_server)
    yield made
    made.released.set()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    value = token_urlsafe()
    monkeypatch.setenv("CENTRAL_SECRET", value)
    return value


def founded(folder: Path, peer: Peer, clock: Clock, **changes: Any) -> House:
    """A house with three items that forwards to the peer."""
    target = {
        "name": "central",
        "endpoint": peer.endpoint,
        "key": "gleanery",
        "secret": {"env": "CENTRAL_SECRET"},
        **changes,
    }
    made = make_house(
        folder,
        clock,
        sources=[file_source(records(folder, map(article, range(3))))],
        lrs={"forward": [target]},
    )
    run(made)
    return made


@pytest.fixture
def house(tmp_path: Path, peer: Peer, clock: Clock, secret: str) -> House:
    return founded(tmp_path, peer, clock)


def approve(house: House) -> None:
    deciding.decide(house, str(desk.queue(house).rows[0].id), DecisionVerdict.APPROVE, "curator")


def entries(house: House, action: str) -> list[Entry]:
    with house.store.read() as session:
        return list(session.exec(select(Entry).where(Entry.action == action)))


def state(house: House) -> tuple[int, int, bool]:
    [one] = forwarding.outlook(house)
    return one.standing.behind, one.standing.dead, one.standing.stopped


def test_the_worker_brings_what_the_house_records(house: House, peer: Peer) -> None:
    work(house)
    before = len(peer.arrived)
    assert before > 0
    approve(house)
    work(house)
    assert len(peer.arrived) > before
    assert activity_streams.APPROVED.id in [one["verb"]["id"] for one in told(peer.bodies[-1])]
    assert state(house) == (0, 0, False)


def test_a_tick_without_anything_new_asks_nobody(house: House, peer: Peer) -> None:
    work(house)
    asked = len(peer.bodies)
    assert forwarding.due(house) == []
    work(house)
    assert len(peer.bodies) == asked


def test_a_target_that_is_down_is_tried_again_when_its_time_has_come(
    house: House, peer: Peer, clock: Clock
) -> None:
    peer.fault = answering(503)
    work(house)
    [one] = forwarding.outlook(house)
    assert "503" in one.standing.reason
    assert one.standing.next_try is not None
    peer.fault = lambda _request: None
    assert forwarding.due(house) == []
    clock.move(timedelta(minutes=15))
    work(house)
    assert state(house) == (0, 0, False)
    assert clock() - one.standing.next_try < timedelta(minutes=15)


def test_a_refused_key_is_entered_and_waits_for_a_person(house: House, peer: Peer, clock: Clock) -> None:
    peer.fault = answering(401)
    work(house)
    clock.move(timedelta(days=2))
    work(house)
    assert state(house)[2]
    assert len(entries(house, "forward.stopped")) == 1
    peer.fault = lambda _request: None
    assert forwarding.forward(house, "central", urged=True).report.forwarded == len(peer.arrived) > 0
    assert state(house) == (0, 0, False)


def test_what_was_refused_is_entered_and_sent_again_by_a_person(house: House, peer: Peer) -> None:
    approve(house)
    peer.poison = {str(_ids(house)[0])}
    work(house)
    assert [entry.subject for entry in entries(house, "forward.refused")] == ["target:central"]
    [letter] = forwarding.dead(house, "central")
    assert (letter.seq, letter.status) == (1, 400)
    peer.poison = set()
    assert forwarding.replay_dead(house, "central", "administrator") == 1
    assert forwarding.due(house) == ["central"]
    work(house)
    assert forwarding.dead(house, "central") == []
    assert peer.arrived[-1] == str(letter.id)
    [entry] = entries(house, "forward.replayed")
    assert entry.actor.startswith("person:")


def _ids(house: House) -> list[Any]:
    from gleanery.flow.record import record

    with record(house.store) as store:
        return [one.id for one in store.query(ascending=True)]


def test_a_replay_brings_the_same_again(house: House, peer: Peer) -> None:
    work(house)
    bodies, count = len(peer.bodies), len(peer.arrived)
    assert forwarding.replay(house, "central", 1, "administrator") == count
    work(house)
    assert len(peer.bodies) > bodies
    assert len(peer.arrived) == count


def test_what_is_erased_here_is_voided_there_and_the_target_is_named(house: House, peer: Peer) -> None:
    work(house)
    gone, emptied = _ids(house)[0], []
    for _ in range(2):
        with house.change() as change:
            change.erase(Removal([gone], "erasure:1", "erasure:1"), emptied.extend)
    assert [(one.erased.id, one.holders) for one in emptied] == [(gone, ("central",))]
    work(house)
    voids = [one for one in told(peer.bodies[-1]) if one["verb"]["id"] == adl.VOIDED.id]
    assert [one["object"]["id"] for one in voids] == [str(gone)]


def test_a_paused_target_is_left_alone_and_keeps_its_place(
    tmp_path: Path, peer: Peer, clock: Clock, secret: str
) -> None:
    house = founded(tmp_path, peer, clock, paused=True)
    work(house)
    assert peer.bodies == []
    assert state(house)[0] > 0


def test_only_what_the_filter_admits_is_brought(
    tmp_path: Path, peer: Peer, clock: Clock, secret: str
) -> None:
    chosen = {"verbs": [activity_streams.APPROVED.id], "only_own": True}
    house = founded(tmp_path, peer, clock, filter=chosen)
    approve(house)
    work(house)
    assert [one["verb"]["id"] for body in peer.bodies for one in told(body)] == [activity_streams.APPROVED.id]
    assert state(house) == (0, 0, False)


def test_two_workers_do_not_forward_to_one_target_at_once(house: House, peer: Peer) -> None:
    with held(house.store, "forward:central", house.now):
        assert forwarding.forward(house, "central").busy
    assert peer.bodies == []


def test_a_worker_that_lost_its_lease_writes_nothing(house: House, peer: Peer) -> None:
    """While it waits for the target, another takes over."""

    def taken_over(request: Any) -> None:
        if request.method == "POST":
            peer.fault = lambda _request: None
            with house.store.write() as session:
                from gleanery.model.record import Lease

                lease = session.exec(select(Lease).where(Lease.name == "forward:central")).one()
                lease.fence += 1
                session.add(lease)

    peer.fault = taken_over
    assert forwarding.forward(house, "central").busy
    assert len(peer.arrived) > 0
    assert state(house)[0] == len(peer.arrived)


def test_a_secret_that_cannot_be_had_is_told_by_its_name(
    house: House, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CENTRAL_SECRET")
    with pytest.raises(ConfigError, match="CENTRAL_SECRET"):
        forwarding.forward(house, "central")
    work(house)  # and the rest of the work goes on
    assert peer.bodies == []


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, peer: Peer, clock: Clock) -> None:
    written = token_urlsafe()
    with pytest.raises(ConfigError, match="env: NAME") as caught:
        founded(tmp_path, peer, clock, secret=written)
    assert written not in str(caught.value)


@pytest.mark.parametrize(
    "written", ["https://us:{}@lrs.example.org/xapi", "https://lrs.example.org/xapi?key={}"]
)
def test_a_secret_in_the_address_is_refused_and_not_repeated(
    tmp_path: Path, peer: Peer, clock: Clock, secret: str, written: str
) -> None:
    with pytest.raises(ConfigError, match="more than an address") as caught:
        founded(tmp_path, peer, clock, endpoint=written.format(secret))
    assert secret not in str(caught.value)


def test_an_unencrypted_way_out_of_the_machine_is_refused_unless_allowed(
    tmp_path: Path, peer: Peer, clock: Clock, secret: str
) -> None:
    outside = "http://lrs.example.org/xapi"
    with pytest.raises(ConfigError, match="allow_http"):
        founded(tmp_path, peer, clock, endpoint=outside)
    house = founded(tmp_path, peer, clock, endpoint=outside, allow_http=True)
    assert house.config.target("central").endpoint == outside


def test_no_answer_and_no_error_of_ours_holds_the_secret(
    house: House, peer: Peer, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for fault in (
        answering(401),
        answering(500),
        answering(302, Location="https://elsewhere.example.org/xapi/statements"),
    ):
        peer.fault = fault
        report = forwarding.forward(house, "central", urged=True).report
        assert report.fault
        assert secret not in report.fault
    printed = capsys.readouterr()
    assert secret not in printed.out + printed.err


# --------------------------------------------------------------------------- the commands


@pytest.fixture
def command(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a forward command on the house and gives what it printed."""
    house.close()

    def run_it(*words: str) -> str:
        from typer.testing import CliRunner

        done = CliRunner().invoke(cli.app, ["--config", str(tmp_path / "config.yaml"), "forward", *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    return run_it


def test_the_commands_show_bring_and_bring_again(command: Any, peer: Peer) -> None:
    [before] = json.loads(command("status", "--json"))
    assert (before["state"], before["settled"]) == ("behind", 0)
    [done] = json.loads(command("run", "--json"))
    assert done["forwarded"] == before["behind"] == len(peer.arrived)
    assert "up to date" in command("status")
    assert json.loads(command("replay", "central", "--from", "2", "--json"))["statements"] == (
        done["forwarded"] - 1
    )
    assert "brought" in command("run", "central")
    assert json.loads(command("dead", "central", "--json")) == []


def test_a_stopped_target_is_shown_and_what_it_refused_too(command: Any, peer: Peer) -> None:
    peer.fault = answering(403)
    assert "key" in command("run")
    assert "stopped" in command("status")
    peer.fault = lambda request: None if request.method == "GET" else answering(400, b'["no room"]')(request)
    command("run")
    assert "no room" in command("dead", "central")
    peer.fault = lambda _request: None
    assert "sent again" in command("replay", "central", "--refused", "--only", "1")
    command("run")
    assert len(peer.arrived) >= 1
