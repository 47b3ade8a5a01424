"""Forwarding to a target that takes, refuses, breaks off, forgets and comes back."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from tests.servers import Received, Reply, free_port
from tests.xapi.forwarding.conftest import Sender
from tests.xapi.forwarding.peer import Fault, Peer, answering, told
from tests.xapi.records import AUTHORITY, BRIDGE, approval, approvals
from xapi.forwarding import dead_letters, replay, replay_dead
from xapi.forwarding.forwarder import MANY_REFUSED, SUSPICIOUS
from xapi.forwarding.ledger import Overtaken
from xapi.forwarding.patience import LONGEST

MINUTE = timedelta(minutes=1)


def refusing(sender: Sender, *ids: str) -> list[tuple[int, int]]:
    """The dead letters as (seq, status)."""
    with sender.database.read() as connection:
        return [(one.seq, one.status) for one in dead_letters(connection, "peer")]


# --------------------------------------------------------------------------- what arrives


def test_everything_arrives_in_the_order_of_the_record_and_once(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(25))
    assert sender.run().forwarded == 25
    assert peer.arrived == ids
    assert [len(told(one)) for one in peer.bodies] == [10, 10, 5]
    assert sender.run().forwarded == 0
    assert len(peer.bodies) == 3


@pytest.mark.proof
def test_ten_thousand_statements_arrive_in_order_by_a_thousand_requests(sender: Sender, peer: Peer) -> None:
    ids: list[str] = []
    for start in range(1, 10_001, 1000):
        ids += sender.record(approvals(1000, first=start))
    report = sender.run()
    assert (report.forwarded, report.fault, len(peer.bodies)) == (10_000, "", 1000)
    assert peer.arrived == ids


def test_an_empty_record_is_nothing_to_forward(sender: Sender, peer: Peer) -> None:
    report = sender.run()
    assert (report.forwarded, report.fault) == (0, "")


def test_a_statement_travels_with_the_bytes_that_were_received_and_its_authority(
    sender: Sender, peer: Peer
) -> None:
    extension = b'{"https://example.org/x":12345678901234567890.123450}'
    raw = approval(1).raw.replace(b'"result":{', b'"result":{"extensions":%s,' % extension)
    sender.record([raw])
    sender.run()
    [sent] = msgspec.json.decode(peer.bodies[0].body, type=list[msgspec.Raw])
    assert extension in bytes(sent)
    assert told(peer.bodies[0])[0]["authority"] == msgspec.to_builtins(AUTHORITY)
    assert "stored" in told(peer.bodies[0])[0]


def test_the_key_is_sent_as_basic_and_the_version_of_the_family(sender: Sender, peer: Peer) -> None:
    sender.record(approvals(1))
    sender.run()
    headers = peer.bodies[0].headers
    assert (
        b64decode(headers["authorization"].removeprefix("Basic ")).decode() == f"key:{sender.target.secret}"
    )
    assert sender.target.secret not in repr(sender.target)
    assert headers["x-experience-api-version"] == "1.0.3"
    assert headers["content-type"] == "application/json"


def test_a_batch_holds_no_more_bytes_than_the_target_takes(sender: Sender, peer: Peer) -> None:
    sender.record(approvals(9))
    sender.run(replace(sender.target, most_bytes=2500))
    assert len(peer.bodies) > 3
    assert max(len(one.body) for one in peer.bodies) <= 2600
    assert len(peer.arrived) == 9


def test_a_bounded_run_goes_on_where_it_ended(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(40))
    assert sender.run(most=20).forwarded == 20
    assert sender.run().forwarded == 20
    assert peer.arrived == ids


def test_each_target_has_its_own_place(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(5))
    nowhere = replace(sender.target, name="nowhere", endpoint=f"http://127.0.0.1:{free_port()}")
    assert sender.run(nowhere).fault
    assert sender.run().forwarded == 5
    assert peer.arrived == ids


# --------------------------------------------------------------------------- a target in trouble


def faults(peer: Peer) -> dict[str, Fault]:
    """Every way of failing that passes by itself."""
    return {
        "hangs": peer.hang,
        "fails": answering(500),
        "is busy": answering(503),
        "has enough": answering(429, Retry_After="60"),
        "loses its answer": peer.lose_the_answer,
        "shows a sign-in page": answering(200, b"<html>Sign in</html>"),
        "was moved": answering(302, Location="https://elsewhere.example.org/"),
        "is not there": answering(404),
    }


@pytest.mark.parametrize(
    "way",
    [
        "hangs",
        "fails",
        "is busy",
        "has enough",
        "loses its answer",
        "shows a sign-in page",
        "was moved",
        "is not there",
    ],
)
def test_a_target_in_trouble_loses_nothing_and_is_left_alone_for_a_while(
    sender: Sender, peer: Peer, way: str
) -> None:
    ids = sender.record(approvals(12))
    target = replace(sender.target, version="1.0.3")
    peer.fault = faults(peer)[way]
    report = sender.run(target)
    assert (report.forwarded, report.dead, report.stopped) == (0, 0, False)
    assert report.fault
    assert report.next_try is not None
    peer.fault, before = (lambda _request: None), len(peer.bodies)
    assert sender.run(target).next_try == report.next_try  # not yet
    assert len(peer.bodies) == before
    sender.clock.now = report.next_try
    assert sender.run(target).forwarded == 12
    assert peer.arrived == ids
    assert sender.standing()[2:8] == (0, 0.0, 0, 0, 0, False)


def test_a_refused_connection_is_a_target_in_trouble(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(3))
    report = sender.run(replace(sender.target, endpoint=f"http://127.0.0.1:{free_port()}/xapi"))
    assert "connection" in report.fault
    sender.clock.move(MINUTE)
    sender.run()
    assert peer.arrived == ids


def test_a_pause_that_the_target_asks_for_is_kept(sender: Sender, peer: Peer) -> None:
    sender.record(approvals(1))
    peer.fault = answering(429, Retry_After="5400")
    assert sender.run().next_try == sender.clock.now + timedelta(minutes=90)
    peer.fault = lambda _request: None
    sender.clock.move(timedelta(minutes=89))
    assert sender.run().forwarded == 0
    sender.clock.move(timedelta(minutes=1))
    assert sender.run().forwarded == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_the_target_until_a_person_has_it_tried_again(
    sender: Sender, peer: Peer, status: int
) -> None:
    sender.record(approvals(3))
    peer.fault = answering(status)
    report = sender.run()
    assert report.stopped
    assert "key" in report.fault
    assert sender.target.secret not in report.fault
    peer.fault = lambda _request: None
    sender.clock.move(timedelta(days=30))
    assert sender.run().stopped
    assert peer.arrived == []
    assert sender.run(urged=True).forwarded == 3
    assert not sender.standing().stopped


def test_a_target_down_for_six_hours_loses_nothing_and_drains_in_order(sender: Sender, peer: Peer) -> None:
    ways = [*faults(peer).values(), *[answering(500), answering(503)] * 20]
    down_until = sender.clock.now + timedelta(hours=6)
    ids = sender.record(approvals(30))
    pauses: list[timedelta] = []
    target = replace(sender.target, version="1.0.3")
    sender.chance = 0.5
    while sender.clock.now < down_until:
        peer.fault = ways[len(pauses)]
        report = sender.run(target)
        assert report.dead == 0
        assert report.next_try is not None
        pauses.append(report.next_try - sender.clock.now)
        ids += sender.record(approvals(3, first=100 + 3 * len(pauses)))
        sender.clock.now = report.next_try
    assert len(pauses) < 45, "it is asked too often"
    assert max(pauses) <= LONGEST
    peer.fault = lambda _request: None
    assert sender.standing().seconds_behind >= timedelta(hours=6).total_seconds()
    sender.run(target)
    assert peer.arrived == ids
    assert sender.standing().behind == 0


def test_after_failures_a_smaller_batch_feels_its_way(sender: Sender, peer: Peer) -> None:
    """A batch that takes the target longer than we wait would else never get through."""
    ids = sender.record(approvals(30))
    peer.fault = lambda request: Reply(504) if len(told(request)) > 3 else None
    target, rounds = replace(sender.target, version="1.0.3"), 0
    while sender.standing().behind:
        sender.run(target)
        sender.clock.move(LONGEST)
        rounds += 1
        assert rounds < 40
    assert peer.arrived == ids


# --------------------------------------------------------------------------- statements in trouble


def test_a_poisoned_statement_is_put_aside_with_the_reason_and_the_rest_goes_on(
    sender: Sender, peer: Peer
) -> None:
    ids = sender.record(approvals(25))
    peer.poison = {ids[3], ids[17]}
    report = sender.run()
    assert (report.forwarded, report.dead, report.fault) == (23, 2, "")
    assert peer.arrived == [one for one in ids if one not in peer.poison]
    with sender.database.read() as connection:
        letters = dead_letters(connection, "peer")
        assert [(str(one.id), one.status) for one in letters] == [(ids[3], 400), (ids[17], 400)]
        assert "taste" in letters[0].reason
        assert dead_letters(connection, "peer", after_seq=letters[0].seq) == letters[1:]
    assert len(peer.bodies) < 30, "the offender is found by halving"


def test_a_reason_quotes_nothing_of_the_statement(sender: Sender, peer: Peer) -> None:
    name = "Zerlina Obermüller-Quast"
    actor = msgspec.json.encode({"name": name, "mbox": "mailto:zerlina@example.org"})
    raw = approval(1).raw
    person = raw[raw.index(b'"actor":') : raw.index(b',"verb"')]
    sender.record([raw.replace(person, b'"actor":' + actor)])
    said = {"warning": f"{name} <zerlina@example.org> is not welcome", "code": "E-17"}
    for body in (msgspec.json.encode(said), b"<b>%s</b>" % name.encode(), ascii(name).encode()):
        peer.fault = lambda request, body=body: Reply(400, body) if request.method == "POST" else None  # type: ignore[misc]
        sender.run(urged=True)
        with sender.database.write() as connection:
            reason = dead_letters(connection, "peer")[0].reason
            replay_dead(connection, "peer")
        for word in ("Zerlina", "zerlina", "Obermüller", "Quast", "example.org"):
            assert word not in reason
    assert "welcome" in _first_reason(sender, peer, msgspec.json.encode(said))


def _first_reason(sender: Sender, peer: Peer, body: bytes) -> str:
    peer.fault = lambda request: Reply(400, body) if request.method == "POST" else None
    sender.run(urged=True)
    with sender.database.read() as connection:
        return dead_letters(connection, "peer")[0].reason


def test_a_batch_that_is_too_large_is_halved(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(20))
    peer.most_bytes = 2500
    report = sender.run()
    assert (report.forwarded, report.dead) == (20, 0)
    assert peer.arrived == ids


def test_a_statement_too_large_for_the_target_is_put_aside(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(3))
    peer.most_bytes = 10
    assert sender.run().dead == 3
    assert peer.arrived == []
    assert refusing(sender) == [(1, 413), (2, 413), (3, 413)]
    peer.most_bytes = 1 << 20
    with sender.database.write() as connection:
        assert replay_dead(connection, "peer", [2]) == 1
    assert sender.run().forwarded == 1
    assert peer.arrived == [ids[1]]


def test_a_conflict_about_an_equal_statement_is_none(sender: Sender, peer: Peer) -> None:
    """There are stores that answer 409 to an identical repeat."""
    ids = sender.record(approvals(6))
    sender.run()
    peer.fault = lambda request: Reply(409) if request.method == "POST" else None
    with sender.database.write() as connection:
        assert replay(connection, "peer", 3) == 4
    report = sender.run()
    assert (report.forwarded, report.dead) == (4, 0)
    assert peer.arrived == ids


def test_a_conflict_about_another_statement_is_put_aside(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(3))
    peer.held[ids[1]] = approval(99).raw
    report = sender.run()
    assert (report.forwarded, report.dead) == (2, 1)
    assert refusing(sender) == [(2, 409)]
    assert peer.held[ids[1]] == approval(99).raw


def test_a_statement_that_the_target_stumbles_over_does_not_block_the_rest(
    sender: Sender, peer: Peer
) -> None:
    ids = sender.record(approvals(30))
    peer.stumbles = {ids[11]}
    rounds = 0
    while sender.standing().behind:
        sender.run()
        sender.clock.move(LONGEST)
        rounds += 1
        assert rounds < SUSPICIOUS + 15
    assert peer.arrived == [*ids[:11], *ids[12:]]
    assert refusing(sender) == [(12, 0)]


def test_a_stumbling_block_beside_a_refused_statement_is_passed_by_too(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(6))
    peer.stumbles, peer.poison = {ids[2]}, {ids[3], ids[4]}
    for _ in range(SUSPICIOUS + 5):
        sender.run()
        sender.clock.move(LONGEST)
    assert peer.arrived == [ids[0], ids[1], ids[5]]
    assert refusing(sender) == [(3, 0), (4, 400), (5, 400)]


def test_a_run_after_a_fault_tells_of_no_fault(sender: Sender, peer: Peer) -> None:
    sender.record(approvals(2))
    peer.fault = answering(503)
    assert sender.run().fault
    peer.fault = lambda _request: None
    sender.clock.move(LONGEST)
    report = sender.run()
    assert (report.forwarded, report.fault, report.next_try) == (2, "", None)
    assert sender.standing().reason == ""


def test_a_target_that_refuses_everything_is_taken_to_be_in_trouble_itself(
    sender: Sender, peer: Peer
) -> None:
    ids = sender.record(approvals(60))
    peer.poison = set(ids)
    report = sender.run()
    assert report.dead == MANY_REFUSED
    assert "one after the other" in report.fault
    peer.poison = set()
    sender.clock.move(timedelta(hours=1))
    assert sender.run().forwarded == 60 - MANY_REFUSED
    with sender.database.write() as connection:
        replay_dead(connection, "peer")
    assert sender.run().forwarded == MANY_REFUSED
    assert set(peer.arrived) == set(ids)
    assert sender.standing().dead == 0


def test_a_dead_letter_sent_anew_does_not_block_the_stream(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(2))
    peer.poison = {ids[0]}
    sender.run()
    peer.poison, peer.stumbles = set(), {ids[0]}
    with sender.database.write() as connection:
        replay_dead(connection, "peer")
    for number in range(SUSPICIOUS + 2):
        ids += sender.record(approvals(1, first=10 + number))
        sender.run()
        sender.clock.move(LONGEST)
    assert peer.arrived == ids[1:]


# --------------------------------------------------------------------------- again


def test_a_replay_sends_again_from_a_place_and_never_skips(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(10))
    sender.run()
    with sender.database.write() as connection:
        assert replay(connection, "peer", 8) == 3
        assert replay(connection, "peer", 500) == 0
    peer.held.clear()
    peer.arrived.clear()
    assert sender.run().forwarded == 3
    assert peer.arrived == ids[7:]


def test_of_two_who_forward_to_one_target_the_later_writes_nothing(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(5))

    def meanwhile(request: Received) -> Reply | None:
        if request.method == "POST":
            peer.fault = lambda _request: None
            sender.run()
        return None

    peer.fault = meanwhile
    with pytest.raises(Overtaken):
        sender.run()
    assert peer.arrived == ids
    assert sender.standing().settled == 5


def test_the_lag_is_told_in_statements_and_seconds(sender: Sender, peer: Peer) -> None:
    assert (sender.standing().behind, sender.standing().seconds_behind) == (0, 0.0)
    sender.record(approvals(3))
    sender.clock.move(timedelta(seconds=90))
    sender.record(approvals(2, first=10))
    told_ = sender.standing()
    assert told_.behind == 5
    assert told_.seconds_behind == pytest.approx(90, abs=0.001)
    sender.run()
    assert sender.standing().behind == 0


def test_stores_side_by_side_are_forwarded_apart(sender: Sender, peer: Peer) -> None:
    from xapi.lrs.store import StatementStore

    with sender.database.write() as connection:
        StatementStore(connection, "tenant").insert(
            approvals(2, first=50), BRIDGE.machine("x"), sender.clock()
        )
    ids = sender.record(approvals(2))
    sender.run()
    assert peer.arrived == ids
